"""What a form of the sender's page carries once its sender has shown a code, instead of a cookie."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.core import signing
from django.utils.encoding import force_bytes

from business.inbox.models import CaseLink, SenderCode

__all__ = ["PROOF_LIVES", "asked_for", "is_proof", "prove", "range_of", "read_asked"]

PROOF_LIVES = datetime.timedelta(minutes=30)
_PROOF, _ASKED = "contact.sender-proof", "contact.sender-code"
# What one household, office or provider gives out by the handful.
RANGES = {4: 24, 6: 48}


def prove(link: CaseLink, purpose: str) -> str:
    """Return a signed proof that the sender of this link's case has shown a code for this purpose."""
    return signing.dumps([link.pk, purpose], salt=_PROOF)


def is_proof(text: str, link: CaseLink, purpose: str) -> bool:
    """Whether the text is such a proof, for this link and purpose, and not older than half an hour."""
    try:
        return bool(text) and signing.loads(text, salt=_PROOF, max_age=PROOF_LIVES) == [link.pk, purpose]
    except signing.BadSignature:
        return False


def asked_for(code: SenderCode) -> str:
    """Return what says, signed, which code a form has asked for: only this form can try it."""
    return signing.dumps(code.pk, salt=_ASKED)


def read_asked(text: str) -> int:
    """Return the key of the code that the form has asked for; zero, which no row has, when it has asked for none."""
    try:
        return int(signing.loads(text, salt=_ASKED)) if text else 0
    except (signing.BadSignature, TypeError, ValueError):
        return 0


def range_of(address: str | None) -> str:
    """Return a keyed hash of the range that an IP address belongs to. The address cannot be read from it."""
    try:
        known = ipaddress.ip_address(address or "")
        text = str(ipaddress.ip_network(f"{known}/{RANGES[known.version]}", strict=False))
    except ValueError:
        text = ""
    return hmac.new(force_bytes(settings.SECRET_KEY), f"range:{text}".encode(), hashlib.sha256).hexdigest()[:32]
