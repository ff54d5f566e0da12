"""The address that the reply to one of our mails goes to. It says which case it is about, and that we made it.

``arende+db-2026-00042.k7x3q5m2n4p6r7s2@kommun.example``: the number of the case, and a fingerprint of it and of whoever
the mail went to, made with the site's secret key. Whoever gets hold of somebody else's address can do nothing with it
that the other could not: it holds for mail from that other alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.encoding import force_bytes

__all__ = ["LONGEST_LOCAL_PART", "Signed", "number_in", "reply_address", "signed_in"]

# RFC 5321 allows 64 characters before the @; ours adds "+db-2026-00042.k7x3q5m2n4p6r7s2".
LONGEST_LOCAL_PART = 25
LENGTH = 16  # characters of base32, 80 bits


def _number_pattern() -> str:
    return rf"{re.escape(settings.CASE_NUMBER_PREFIX)}-\d{{4}}-\d{{5,7}}"


def _fingerprint(number: str, to: str, key: str | bytes) -> str:
    said = f"reply:{number.casefold()}:{to.strip().casefold()}"
    digest = hmac.new(force_bytes(key), said.encode(), hashlib.sha256).digest()
    # In small letters and digits: some mail servers change the case of an address.
    return base64.b32encode(digest).decode().lower()[:LENGTH]


def reply_address(number: str, to: str) -> str:
    """Return where a reply to our mail about a case goes, for whom the mail is to; nothing where no mail is read."""
    local, _at, domain = settings.INBOX_REPLY_ADDRESS.partition("@")
    if not domain:
        return ""
    return f"{local}+{number.lower()}.{_fingerprint(number, to, settings.SECRET_KEY)}@{domain}"


@dataclass(frozen=True)
class Signed:
    """A number of a case and a fingerprint, as they stood in an address. Either may be made up."""

    number: str
    fingerprint: str

    def is_ours_for(self, sender: str) -> bool:
        """Whether we made the address, in a mail to this sender."""
        if not sender.strip():
            return False
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        made = [_fingerprint(self.number, sender, key) for key in keys]
        return any(hmac.compare_digest(one.encode(), self.fingerprint.encode()) for one in made)


def signed_in(addresses: Iterable[str]) -> list[Signed]:
    """Return what the addresses of a mail say about cases. Of our own mailbox only: another's is none of ours."""
    local, _at, domain = settings.INBOX_REPLY_ADDRESS.casefold().partition("@")
    if not domain:
        return []
    ours = re.compile(
        rf"{re.escape(local)}\+({_number_pattern()})(?:\.([a-z2-7]{{0,64}}))?@{re.escape(domain)}", re.IGNORECASE
    )
    found = (ours.fullmatch(one.strip().casefold()) for one in addresses)
    return list(dict.fromkeys(Signed(one[1].upper(), one[2] or "") for one in found if one))


def number_in(text: str) -> str:
    """Return the first number of a case in a text, such as a subject line; nothing if there is none."""
    found = re.search(rf"(?<![\w-]){_number_pattern()}(?![\w-])", text, re.IGNORECASE)
    return found[0].upper() if found else ""
