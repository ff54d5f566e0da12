"""Codes that show that somebody reads the mail of a case's own address.

How many there are is bounded for the case, for each range of addresses that asks, and for each address that gets them.
A try counts only against the code that its own form asked for: whoever guesses uses up nobody else's tries. And one
range gets fewer codes than the case has, so that it cannot take them all from the sender.
"""

from __future__ import annotations

import datetime
import hmac
import logging
import secrets
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import ON_ITS_WAY, CaseStatus, MailPurpose, MailStatus
from ..flow import NotAllowedError, locked
from ..mails import code_mail
from ..models import Case, SenderCode
from ..sender_links import code_of

__all__ = [
    "CODE_LIVES",
    "MOST_TRIES",
    "TooManyCodesError",
    "can_have_code",
    "check_code",
    "remove_expired",
    "send_code",
]

log = logging.getLogger(__name__)

CODE_LIVES = datetime.timedelta(minutes=15)
MOST_TRIES = 5
AN_HOUR, A_DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
MOST_OF_A_CASE = ((AN_HOUR, 5), (A_DAY, 10))
MOST_OF_A_RANGE = ((AN_HOUR, 4), (A_DAY, 8))
# One address may have many cases; and anybody can name a stranger's in the form.
MOST_TO_AN_ADDRESS = 20


class TooManyCodesError(NotAllowedError):
    """No code is sent for a while. The text says what to do instead."""


def can_have_code(case: Case) -> bool:
    """Whether a code can reach the sender. What came in quarantine mails nobody: its address may be a stranger's."""
    return bool(case.email) and case.status != CaseStatus.QUARANTINED and not case.quarantine_reason


@transaction.atomic
def send_code(case: Case, source: str, at: datetime.datetime | None = None) -> SenderCode:
    """Mail six digits to the case's own address. ``source`` stands for the range of addresses that asks.

    Raises:
        NotAllowedError: nobody can be reached by mail.
        TooManyCodesError: enough have been sent.
    """
    moment = at or timezone.now()
    _one_at_a_time(case.email)
    case = locked(case)
    if not can_have_code(case):
        raise NotAllowedError(_("We cannot mail you a code in this case. Call us instead."))
    sent = list(case.codes.filter(created_at__gt=moment - A_DAY).values_list("created_at", "source"))
    by_this = [when for when, who in sent if who == source]
    if _is_enough([when for when, _who in sent], MOST_OF_A_CASE, moment) or _is_enough(
        by_this, MOST_OF_A_RANGE, moment
    ):
        raise TooManyCodesError(_("Many codes have been sent. Wait an hour, or reply to one of our e-mails instead."))
    # However it is written: to whoever gets the mail it is one address.
    to_address = SenderCode.objects.filter(case__email__iexact=case.email, created_at__gt=moment - A_DAY)
    if to_address.count() >= MOST_TO_AN_ADDRESS:
        raise TooManyCodesError(_("Many codes have been sent today. Reply to one of our e-mails instead, or call us."))
    mail = outbox.put(case, MailPurpose.CODE, case.email, *code_mail(case))
    return SenderCode.objects.create(
        case=case,
        mail=mail,
        nonce=secrets.token_hex(32),
        source=source,
        created_at=moment,
        expires_at=moment + CODE_LIVES,
    )


def _one_at_a_time(address: str) -> None:
    """Have those who send codes to an address, for whichever of its cases, do so one after another (ADR 58).

    Until the transaction ends. On SQLite the transaction itself is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            whose = f"sender-code:{address.casefold()}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [whose])


def _is_enough(
    sent: list[datetime.datetime], most: Iterable[tuple[datetime.timedelta, int]], at: datetime.datetime
) -> bool:
    return any(sum(when > at - span for when in sent) >= number for span, number in most)


def check_code(case: Case, key: int, digits: str, used_for: str, at: datetime.datetime | None = None) -> bool:
    """Whether these are the digits of the case's code with this key. A code is used once, for one form (``used_for``).

    It asks the database the same and compares the same whether or not there is such a code, so that the time it takes
    tells nothing. The claim is a conditional update, which holds on SQLite too.
    """
    moment = at or timezone.now()
    asked = SenderCode.objects.filter(pk=key, case=case)
    code = asked.first()
    expected = code_of(code or SenderCode(nonce=secrets.token_hex(32)))
    is_right = hmac.compare_digest(expected.encode(), digits.encode()) and code is not None
    tried = asked.filter(expires_at__gt=moment, tries__lt=MOST_TRIES).update(tries=F("tries") + 1)
    fresh = {"used_at": None} if is_right else {"pk": 0}
    used = asked.filter(**fresh).update(used_at=moment, used_for=used_for) if tried else 0
    again = bool(tried and is_right) and asked.filter(used_for=used_for).exists()
    return bool(used) or again


def remove_expired(at: datetime.datetime | None = None) -> int:
    """Remove codes that have expired and count towards no limit any more; return how many. What was mailed stays.

    A code is a key and no record. One whose mail has not left stays: the mail gets its digits when it does.
    """
    unsent = ON_ITS_WAY | {MailStatus.HELD}
    old = SenderCode.objects.filter(created_at__lt=(at or timezone.now()) - A_DAY - CODE_LIVES)
    count, _tables = old.exclude(mail__status__in=unsent).delete()
    if count:
        log.info("%s codes of the senders' pages that had expired are gone", count)
    return count
