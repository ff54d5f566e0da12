"""The address of a case's page for its sender, and the codes that let somebody act there.

Neither is stored. A token follows from a random nonce and the site's secret key, and the database holds its hash; a code
follows from a nonce in the same way. A mail is stored with a mark where they belong, and gets them when it is sent to
the sender of its case: whoever reads the outbox, a copy of an answer or a backup can open nothing (ADR 0048).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes

from .enums import CaseStatus, MailPurpose
from .models import Case, CaseLink, OutboxMail, SenderCode

__all__ = [
    "CODE_MARK",
    "LINK_END",
    "LINK_OUTLIVES_CASE",
    "address",
    "address_in_mail",
    "as_sent",
    "code_of",
    "current_link",
    "has_expired",
    "link_for_token",
    "masked_address",
    "new_link",
    "renew_link",
    "token_of",
    "without_tokens",
]

TOKEN_MARK = "•••"  # noqa: S105 - what stands for one
CODE_MARK = "••••••"
NO_TOKEN = "0" * 64
# A token in a text, as where somebody has answered below our mail: whole, also inside another address, or over several
# lines as a mail program has broken it. Not the hash of a file.
LINK_END = (
    r"(?<!SHA-256 )[0-9a-f]{64,}"
    r"|(?:(?<=/arende/)|(?<=/case/)|(?<=/kvitto/)|(?<=/receipt/))[0-9a-f]{8,}(?:=?\s[>|\s]*[0-9a-f]{4,})+"
)
_LINK_END = re.compile(LINK_END, re.IGNORECASE)
# So long after it was closed the sender can still read the case and open it again.
LINK_OUTLIVES_CASE = datetime.timedelta(days=365)


def _derive(purpose: str, nonce: str) -> str:
    return hmac.new(force_bytes(settings.SECRET_KEY), f"{purpose}:{nonce}".encode(), hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(link: CaseLink) -> str:
    """Return the token of a link, 64 hexadecimal digits; nothing when the site's secret key is another by now."""
    token = _derive("sender-link", link.nonce)
    return token if hmac.compare_digest(_hash(token), link.token_hash) else ""


def new_link(case: Case, at: datetime.datetime | None = None) -> CaseLink:
    """Give the case a link that nobody has yet."""
    nonce = secrets.token_hex(32)
    return CaseLink.objects.create(
        case=case,
        nonce=nonce,
        token_hash=_hash(_derive("sender-link", nonce)),
        created_at=at or timezone.now(),
    )


def current_link(case: Case) -> CaseLink | None:
    """Return the case's link that is in use, or nothing when it has none."""
    live = (link for link in case.links.filter(ended_at=None).order_by("-pk") if token_of(link))
    return next(live, None)


def renew_link(case: Case, at: datetime.datetime | None = None) -> CaseLink:
    """End every link of the case and give it another: the former one went to an address that is not the sender's."""
    moment = at or timezone.now()
    case.links.filter(ended_at=None).update(ended_at=moment)
    return new_link(case, moment)


def has_expired(case: Case, at: datetime.datetime) -> bool:
    """Whether the case was closed so long ago, here or where it is merged, that its page is not shown any more."""
    target = case.merged_into or case
    closed = target.closed_at if target.status == CaseStatus.CLOSED else None
    return closed is not None and closed + LINK_OUTLIVES_CASE < at


def link_for_token(token: str) -> CaseLink | None:
    """Return the link with this token, also one that has ended; nothing when there is none."""
    found = CaseLink.objects.filter(token_hash=_hash(token))
    # By their keys, not joined: PostgreSQL may walk through every case to find the one.
    return found.prefetch_related("case__topic", "case__unit", "case__merged_into").first()


def address(case: Case, token: str) -> str:
    """Return the full address of the sender's page, in the language of the case."""
    with translation.override(case.language):
        return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('sender_page', args=[token])}"


def masked_address(case: Case) -> str:
    """Return the address with a mark in the place of its token, as mails are stored with it."""
    return address(case, NO_TOKEN).replace(NO_TOKEN, TOKEN_MARK)


def address_in_mail(mail: OutboxMail) -> str:
    """Return the address for the mail to the sender of its case; the case gets a link if it has none."""
    link = current_link(mail.case) or new_link(mail.case)
    return address(mail.case, token_of(link))


def without_tokens(text: str) -> str:
    """Return the text with a mark for each token in it: whoever has one reads the case."""
    return _LINK_END.sub(TOKEN_MARK, text)


def code_of(code: SenderCode) -> str:
    """Return the six digits."""
    return f"{int(_derive('sender-code', code.nonce), 16) % 1_000_000:06d}"


def as_sent(mail: OutboxMail) -> str:
    """Return the mail's text as it leaves: with link or code when it goes to the sender of its case, else as stored."""
    if mail.purpose == MailPurpose.CODE:
        code = SenderCode.objects.filter(mail=mail).first()
        return mail.body.replace(CODE_MARK, code_of(code)) if code else mail.body
    mark = masked_address(mail.case)
    if not mail.is_the_senders or mark not in mail.body:
        return mail.body
    return mail.body.replace(mark, address_in_mail(mail))
