"""Sends what the outbox holds. A row is claimed before it is sent, so that no two workers send it."""

from __future__ import annotations

import datetime
import logging
import smtplib
import uuid
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from .enums import OPEN, CaseStatus, Direction, EventKind, MailPurpose, MailStatus
from .mails import office
from .models import Case, Event, Message, OutboxMail

__all__ = ["GIVE_UP_AFTER", "count_as_sent", "deliver", "put", "send_again", "sweep"]

log = logging.getLogger(__name__)

GIVE_UP_AFTER = datetime.timedelta(hours=72)
# The server, not this mail, is in trouble: every other mail would meet the same.
SERVER_TROUBLE = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPServerDisconnected,
)


def _message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def put(case: Case, purpose: str, to: str, subject: str, body: str, *, message: Message | None = None) -> OutboxMail:
    """Write a mail into the outbox and, once the transaction stands, wake the worker."""
    previous = case.mails.order_by("-pk").values_list("message_id_header", flat=True).first() or ""
    mail = OutboxMail.objects.create(
        case=case,
        message=message,
        purpose=purpose,
        to=to,
        subject=subject[:200],
        body=body,
        message_id_header=_message_id(),
        in_reply_to=previous,
    )
    transaction.on_commit(lambda: _wake(mail.pk), robust=True)
    return mail


def _wake(pk: int) -> None:
    try:
        deliver_task.enqueue(pk)
    except DatabaseError:
        # The row stands; the sweep finds it within a minute.
        log.exception("The queue could not be woken for mail %s", pk)


@task(backend="queue")
def deliver_task(pk: int) -> str:
    """Send one mail; what the queue calls."""
    return deliver(pk)


def deliver(pk: int, at: datetime.datetime | None = None) -> str:
    """Send one mail if it is due and nobody else is at it; return its state afterwards."""
    _attempt(pk, at)
    return OutboxMail.objects.values_list("status", flat=True).get(pk=pk)


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
    mail = OutboxMail.objects.select_related("case").get(pk=pk)
    try:
        _send(mail)
    except Exception as error:
        _failed(mail, lease, error, now)
        return error
    _accepted(mail, lease, at or timezone.now())
    return None


def _send(mail: OutboxMail) -> None:
    headers = {
        "Message-ID": mail.message_id_header,
        "Auto-Submitted": "auto-replied" if mail.purpose == MailPurpose.RECEIPT else "no",
    }
    if mail.in_reply_to:
        headers["In-Reply-To"] = headers["References"] = mail.in_reply_to
    # People reply to what they get: the reply goes to a mailbox that somebody reads.
    reply_to = [address] if (address := office().email) else None
    EmailMessage(
        mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to], reply_to=reply_to, headers=headers
    ).send()


def _is_permanent(error: Exception) -> bool:
    """Whether the mail server has said that it will never take this mail (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    return (
        isinstance(error, smtplib.SMTPResponseException)
        and 500 <= error.smtp_code < 600
        and not isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError)
    )


def _brief(error: Exception) -> str:
    """Name the error and the server's code. The server's own words may hold the address: they stay on the mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _reason in error.recipients.values()})
    else:
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    return " ".join([type(error).__name__, *map(str, codes)])


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
        _sent(mail, now)


@transaction.atomic
def count_as_sent(mail: OutboxMail, now: datetime.datetime) -> None:
    """Note a waiting mail as sent without sending it: the demo's senders are invented."""
    waiting = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.WAITING)
    if waiting.update(status=MailStatus.SENT, sent_at=now):
        _sent(mail, now)


def _sent(mail: OutboxMail, now: datetime.datetime) -> None:
    """Write what follows from a sent mail. An answer answers its case, unless the sender has written since."""
    _event(mail, EventKind.MAIL_SENT, now)
    if mail.purpose != MailPurpose.ANSWER:
        return
    case = Case.objects.select_for_update().get(pk=mail.case_id)
    fields = []
    if case.first_answer_at is None:
        case.first_answer_at = now
        fields.append("first_answer_at")
    written_since = case.messages.filter(direction=Direction.INCOMING, pk__gt=mail.message_id).exists()
    if case.status in OPEN and not written_since:
        case.status = CaseStatus.ANSWERED
        fields.append("status")
        _event(mail, EventKind.ANSWERED, now)
    if fields:
        case.save(update_fields=fields)


@transaction.atomic
def _failed(mail: OutboxMail, lease: datetime.datetime, error: Exception, now: datetime.datetime) -> None:
    words, brief = f"{type(error).__name__}: {error}"[:500], _brief(error)
    if _is_permanent(error) or now - (mail.retried_at or mail.created_at) > GIVE_UP_AFTER:
        if _finish(mail, lease, status=MailStatus.FAILED, last_error=words):
            _event(mail, EventKind.MAIL_FAILED, now, error=brief)
            log.error("Mail %s of case %s could not be sent: %s", mail.pk, mail.case.number, brief)
        return
    waits = settings.OUTBOX_BACKOFF
    wait = waits[min(mail.attempts, len(waits)) - 1]
    next_attempt = now + datetime.timedelta(minutes=wait)
    if _finish(mail, lease, status=MailStatus.WAITING, last_error=words, next_attempt_at=next_attempt):
        log.warning("Mail %s of case %s waits %s min: %s", mail.pk, mail.case.number, wait, brief)


def _event(mail: OutboxMail, kind: EventKind, now: datetime.datetime, **data: Any) -> None:
    Event.objects.create(
        case_id=mail.case_id,
        case_number=mail.case.number,
        kind=kind,
        at=now,
        data={"mail": mail.pk, "purpose": mail.purpose, **data},
    )
    Case.objects.filter(pk=mail.case_id).update(updated_at=now)


def sweep(limit: int = 200) -> int:
    """Send everything that is due, whether or not the queue knew of it. Return how many mails were tried.

    When the mail server cannot be reached or lets nobody in, the rest waits for the next round: trying each in turn
    would hammer the server and keep the worker from everything else.
    """
    due = OutboxMail.objects.due(timezone.now()).order_by("next_attempt_at").values_list("pk", flat=True)
    tried = 0
    for pk in list(due[:limit]):
        tried += 1
        if _is_server_trouble(_attempt(pk)):
            break
    return tried


def _is_server_trouble(error: Exception | None) -> bool:
    # Every SMTPException is an OSError too; the others come from the network.
    return isinstance(error, SERVER_TROUBLE) or (
        isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    )


@transaction.atomic
def send_again(mail: OutboxMail, to: str) -> bool:
    """Put a mail that failed back into the outbox, with a fresh 72 hours; tell whether there was one to put back."""
    now = timezone.now()
    changed = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.FAILED).update(
        status=MailStatus.WAITING, to=to, next_attempt_at=now, retried_at=now, attempts=0
    )
    if changed:
        transaction.on_commit(lambda: _wake(mail.pk), robust=True)
    return bool(changed)
