"""How a mail leaves the outbox: claimed before it is sent, so that no two workers send it, and tried again when it must."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from business.core import queue

from ..enums import EventKind, MailStatus
from ..files import FileLockedError, FileWaitsError
from ..models import OutboxMail
from . import sending
from .events import note
from .following import follow
from .unreached import alarm
from .writing import waits

__all__ = ["GIVE_UP_AFTER", "count_as_sent", "deliver", "deliver_task", "sweep"]

log = logging.getLogger(__package__)

GIVE_UP_AFTER = datetime.timedelta(hours=72)


@receiver(waits)
def wake(mail: OutboxMail, **kwargs: Any) -> None:
    """Ask the queue to send a mail when it is due; what it does not hear of, the sweep finds within a minute."""
    queue.wake(deliver_task.using(run_after=mail.next_attempt_at), mail.pk)


@task(backend="queue")
def deliver_task(pk: int) -> str:
    """Send one mail; what the queue calls."""
    return deliver(pk)


def deliver(pk: int, at: datetime.datetime | None = None) -> str:
    """Send one mail if it is due and nobody else is at it; return its state afterwards."""
    _attempt(pk, at)
    return OutboxMail.objects.values_list("status", flat=True).get(pk=pk)


def sweep(limit: int = 200) -> int:
    """Send everything that is due, whether or not the queue knew of it. Return how many mails were tried.

    When the mail server cannot be reached or lets nobody in, the rest waits for the next round: trying each in turn
    would hammer the server and keep the worker from everything else.
    """
    due = OutboxMail.objects.due(timezone.now()).order_by("next_attempt_at").values_list("pk", flat=True)
    tried = 0
    for pk in list(due[:limit]):
        tried += 1
        if sending.is_server_trouble(_attempt(pk)):
            break
    return tried


@transaction.atomic
def count_as_sent(mail: OutboxMail, now: datetime.datetime) -> None:
    """Note a waiting mail as sent without sending it: the demo's senders are invented."""
    waiting = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.WAITING)
    if waiting.update(status=MailStatus.SENT, sent_at=now):
        follow(mail, now)


def _attempt(pk: int, at: datetime.datetime | None = None) -> Exception | None:
    """Try to send one mail if it is due; return what went wrong.

    The claim is a conditional update whose row count is checked: it holds on SQLite too, where row locks do nothing.
    """
    now = at or timezone.now()
    lease = now + settings.OUTBOX_LEASE
    claimed = (
        OutboxMail.objects.filter(pk=pk)
        .due(now)
        .update(status=MailStatus.SENDING, lease_until=lease, attempts=F("attempts") + 1)
    )
    if not claimed:
        return None
    mail = OutboxMail.objects.select_related("case", "message", "copy_of__message").get(pk=pk)
    try:
        sending.send(mail)
    except Exception as error:
        _failed(mail, lease, error, now)
        return error
    _accepted(mail, lease, at or timezone.now())
    return None


def _finish(mail: OutboxMail, lease: datetime.datetime, **values: Any) -> bool:
    """Note how sending ended, if the mail is still ours.

    Whoever took longer than the lease has lost the mail to another worker, whose word counts.
    """
    ours = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.SENDING, lease_until=lease)
    if ours.update(lease_until=None, **values):
        return True
    log.warning("Mail %s of case %s took longer than its lease; another worker has it", mail.pk, mail.case.number)
    return False


@transaction.atomic
def _accepted(mail: OutboxMail, lease: datetime.datetime, now: datetime.datetime) -> None:
    """Note that the mail server has taken the mail."""
    if _finish(mail, lease, status=MailStatus.SENT, sent_at=now, last_error=""):
        follow(mail, now)


@transaction.atomic
def _failed(mail: OutboxMail, lease: datetime.datetime, error: Exception, now: datetime.datetime) -> None:
    told = str(error) if isinstance(error, FileLockedError | FileWaitsError) else f"{type(error).__name__}: {error}"
    words, brief = told[:500], sending.brief(error)
    attempts: Any = F("attempts")
    if isinstance(error, FileLockedError | FileWaitsError):  # the mail server has not been asked
        attempts -= 1
    if sending.is_permanent(error) or now - (mail.retried_at or mail.created_at) > GIVE_UP_AFTER:
        if _finish(mail, lease, status=MailStatus.FAILED, last_error=words, attempts=attempts):
            note(mail, EventKind.MAIL_FAILED, now, error=brief)
            log.error("Mail %s of case %s could not be sent: %s", mail.pk, mail.case.number, brief)
            alarm(mail, now)
        return
    waits = settings.OUTBOX_BACKOFF
    wait = waits[min(mail.attempts, len(waits)) - 1]
    if isinstance(error, FileWaitsError):
        wait = 1
    values = {"last_error": words, "next_attempt_at": now + datetime.timedelta(minutes=wait), "attempts": attempts}
    if _finish(mail, lease, status=MailStatus.WAITING, **values):
        log.warning("Mail %s of case %s waits %s min: %s", mail.pk, mail.case.number, wait, brief)
