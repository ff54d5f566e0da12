"""Somebody was not reached: a mail failed for good, or came back."""

from __future__ import annotations

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from ..enums import FLEETING, EventKind, MailPurpose, MailStatus
from ..flow import locked, locked_family, reopen_ended, store
from ..models import OutboxMail
from .alerts import tell_failed
from .events import about, note
from .unanswering import take_back

__all__ = ["alarm", "bounced"]

log = logging.getLogger(__package__)


@transaction.atomic
def bounced(mail: OutboxMail, code: str, words: str) -> bool:
    """Note that a mail which was accepted has come back for good, as if the server had said no; tell whether it was news.

    An answer that came back has answered nobody: the promise that it kept is open again, unless another answer keeps it.
    """
    now = timezone.now()
    told = " ".join(part for part in (code, words) if part)[:500]
    sent = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.SENT)
    if not sent.update(status=MailStatus.FAILED, last_error=told):
        return False
    case = locked_family(mail.case)
    take_back(mail, case)
    note(mail, EventKind.MAIL_FAILED, now, error=code)
    log.error("Mail %s of case %s has come back: %s", mail.pk, mail.case.number, code or "no code")
    alarm(mail, now)
    return True


def alarm(mail: OutboxMail, now: datetime.datetime) -> None:
    """Somebody was not reached: open the case again and tell the officer who has it, or else the unit."""
    if mail.purpose in FLEETING:  # a notice that fails would beget another, and whoever waits for a code asks again
        return
    case = locked(mail.case)
    if mail.purpose != MailPurpose.COPY and reopen_ended(case, at=now, **about(mail)):
        store(case)
    tell_failed(case, mail, timezone.localdate(now))
