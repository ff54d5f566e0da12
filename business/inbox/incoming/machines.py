"""Whether a person wrote a mail or a machine sent it, so that no machine is answered (RFC 3834); and what a bounce says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

from django.conf import settings

from ..enums import MailSort

__all__ = ["Bounce", "bounce_in", "sort_of"]

# Names of mailboxes at which no person reads.
NOBODY = re.compile(
    r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|svara-?(ej|inte)|noreply-.*|bounces?([+-].*)?|owner-.*|.*-request|"
    r".*-owner)",
    re.IGNORECASE,
)
LIST_HEADERS = (
    "List-Id",
    "List-Unsubscribe",
    "List-Post",
    "List-Help",
    "Mailing-List",
    "Feedback-ID",
    "X-Campaign-Id",
)
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Id", "X-Failed-Recipients")
# Each mail of ours has such a Message-ID: 128 bits that only those know who have had the mail (`outbox`).
OURS = re.compile(r"<[0-9a-f]{32}@[^<>\s@]{1,160}>")
# Where it stands in a head that is repeated as text. Beside it stand, in other lines, the mails that ours answered.
NAMED = re.compile(r"^[ \t>]*Message-ID[ \t]*:[\s>]*(<[^<>\s]{1,200}>)", re.IGNORECASE | re.MULTILINE)
LOOKED_THROUGH = 200_000  # characters
MOST_PARTS = 60


@dataclass(frozen=True)
class Bounce:
    """What a mail server says about a mail of ours."""

    message_ids: tuple[str, ...]  # of what came back: as a rule one
    receivers: tuple[str, ...]  # that were not reached; a mail may have been passed on to them
    has_failed: bool  # for good; else it is only late, or says that it has arrived
    code: str = ""  # such as 5.1.1
    words: str = ""


def _value(mail: Message, name: str) -> str:
    return str(mail.get(name) or "").strip()


def sort_of(mail: Message, sender: str) -> MailSort:
    """Return who is at the other end."""
    kind = mail.get_content_type()
    report = str(mail.get_param("report-type") or "").lower()
    if kind == "multipart/report" and report in ("", "delivery-status"):
        return MailSort.BOUNCE
    if mail.get("X-Failed-Recipients"):  # Exim writes its bounces as ordinary text
        return MailSort.BOUNCE
    submitted = _value(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _value(mail, "Precedence").lower()
    if (
        kind == "multipart/report"
        or submitted not in ("", "no")
        or precedence in ("auto_reply", "auto-reply")
        or any(mail.get(name) for name in AUTOMATIC_HEADERS)
        or _value(mail, "Return-Path") == "<>"
    ):
        return MailSort.AUTOMATIC
    if precedence in ("bulk", "list", "junk") or any(mail.get(name) for name in LIST_HEADERS):
        return MailSort.BULK
    return MailSort.AUTOMATIC if not sender or _is_nobodys(sender) else MailSort.PERSON


def _is_nobodys(sender: str) -> bool:
    """Whether the address is one that nobody reads, or one of ours: we do not write to ourselves."""
    local, _at, domain = sender.casefold().rpartition("@")
    if NOBODY.fullmatch(local):
        return True
    for own in (settings.INBOX_REPLY_ADDRESS, settings.DEFAULT_FROM_EMAIL, settings.SERVER_EMAIL):
        own_local, _at, own_domain = parseaddr(own)[1].casefold().rpartition("@")
        if own_domain and domain == own_domain and local.partition("+")[0] == own_local:
            return True
    return False


def _parts(mail: Message) -> Iterator[Message]:
    """Yield every part, also those within mails that came back, without going deeper and deeper."""
    waiting, seen = [mail], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        yield part
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting[:0] = [one for one in payload if isinstance(one, Message)]


def bounce_in(mail: Message) -> Bounce:
    """Return what a bounce says, in the form of RFC 3464 or as mail servers wrote before it."""
    actions: list[str] = []
    receivers: list[str] = []
    codes: list[str] = []
    words: list[str] = []
    for part in _parts(mail):
        if action := _value(part, "Action").lower():
            actions.append(action)
            codes.append(_value(part, "Status")[:20])
            words.append(" ".join(_value(part, "Diagnostic-Code").split())[:200])
        receivers += [
            _value(part, name).rpartition(";")[2].strip().strip("<>").casefold()
            for name in ("Final-Recipient", "Original-Recipient")
        ]
    receivers += [one.strip().casefold() for one in _value(mail, "X-Failed-Recipients").split(",")]
    failed = "failed" in actions or (not actions and bool(mail.get("X-Failed-Recipients")))
    return Bounce(
        message_ids=_came_back(mail),
        receivers=tuple(dict.fromkeys(one for one in receivers if one)),
        has_failed=failed and not any(code.startswith("4") for code in codes),
        code=next((code for code in codes if code), ""),
        words=next((one for one in words if one), ""),
    )


def _came_back(mail: Message) -> tuple[str, ...]:
    """Return which of our mails a bounce is about: what came back names it, or else what the bounce itself answers.

    What our mail answered stands in its head as well. That one has not come back, and others than its receiver know it:
    whoever has a copy.
    """
    heads: list[str] = []
    texts: list[str] = []
    for part in _parts(mail):
        kind, payload = part.get_content_type(), part.get_payload()
        if part is not mail:
            heads.append(_value(part, "Message-ID"))
        if kind in ("text/rfc822-headers", "message/global-headers", "text/plain") and isinstance(payload, str):
            found = NAMED.findall(payload[:LOOKED_THROUGH])
            (texts if kind == "text/plain" else heads).extend(found)
    answered, thread = [_value(mail, "In-Reply-To")], OURS.findall(_value(mail, "References"))[-1:]
    for named in (heads, texts, answered, thread):
        if ours := dict.fromkeys(found for text in named for found in OURS.findall(text)):
            return tuple(ours)
    return ()
