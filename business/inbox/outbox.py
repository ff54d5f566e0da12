"""What the outbox holds: written with the case, sent, and followed by what was to happen.

A row is claimed before it is sent, so that no two workers send it.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from business.organisation.models import Unit

from . import owners, sending
from .enums import (
    ANSWERABLE,
    FLEETING,
    ON_ITS_WAY,
    STUCK,
    AfterSending,
    CaseStatus,
    Direction,
    EventKind,
    MailPurpose,
    MailStatus,
)
from .files import FileLockedError, FileWaitsError
from .flow import (
    NotAllowedError,
    answered_now,
    conversation,
    locked,
    locked_family,
    may_become,
    move,
    reopen_ended,
    shut,
    store,
)
from .flow import log as log_event
from .mails import failure_alert, given_alert, let_in_alert, meeting_alert, not_given_alert, taken_alert, without_page
from .models import Case, Message, OutboxMail

__all__ = [
    "GIVE_UP_AFTER",
    "bounced",
    "count_as_sent",
    "deliver",
    "put",
    "put_copy",
    "send_again",
    "settle",
    "sweep",
    "tell_given",
    "tell_let_in",
    "tell_meeting",
    "tell_taken",
    "withdraw",
    "withdraw_receipts",
]

log = logging.getLogger(__name__)

GIVE_UP_AFTER = datetime.timedelta(hours=72)


def _message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def _answers(case: Case) -> str:
    """Return the Message-ID of the sender's latest mail, if they write mail: ours then stands below it in their program."""
    theirs = case.incoming_mails.exclude(message=None).order_by("-pk").values_list("message_id_header", flat=True)
    return next((one for one in theirs[:1] if len(one) <= 200), "")


def put(
    case: Case,
    purpose: str,
    to: str,
    subject: str,
    body: str,
    *,
    message: Message | None = None,
    cc: Iterable[str] = (),
    after: str = AfterSending.ANSWERED,
    after_data: dict[str, Any] | None = None,
) -> OutboxMail:
    """Write a mail into the outbox and, once the transaction stands, wake the worker.

    An answer waits for `settings.OUTBOX_UNDO` first, so that it can be withdrawn.

    Raises:
        ValueError: the message is none that may leave: a note stays inside.
    """
    if message is not None and message.direction != Direction.OUTGOING:
        raise ValueError("only what is written to the sender can be mailed")
    now = timezone.now()
    previous = (
        case.mails.exclude(purpose__in=[*FLEETING, MailPurpose.COPY])
        .exclude(status=MailStatus.WITHDRAWN)
        .order_by("-pk")
        .values_list("message_id_header", flat=True)
    )
    mail = OutboxMail.objects.create(
        case=case,
        message=message,
        purpose=purpose,
        to=to,
        # Nobody gets a mail twice.
        cc=[address for address in dict.fromkeys(cc) if address.casefold() != to.casefold()],
        subject=subject[:200],
        body=body,
        message_id_header=_message_id(),
        in_reply_to="" if purpose in FLEETING else _answers(case) or previous.first() or "",
        after=after,
        after_data=after_data or {},
        created_at=now,
        next_attempt_at=now + settings.OUTBOX_UNDO if purpose == MailPurpose.ANSWER else now,
    )
    for address in mail.cc:
        put_copy(mail, case, address, mail.subject, without_page(case, body), cc=mail.cc)
    transaction.on_commit(lambda: _wake(mail), robust=True)
    return mail


def put_copy(mail: OutboxMail, case: Case, to: str, subject: str, body: str, *, cc: Iterable[str] = ()) -> OutboxMail:
    """Write a copy of an answer, sent and withdrawn with it but a mail of its own.

    With ``cc`` its header is the answer's; without, it shows nobody else's address.
    """
    copy = OutboxMail.objects.create(
        case=case,
        copy_of=mail,
        purpose=MailPurpose.COPY,
        to=to,
        cc=list(cc),
        subject=subject[:200],
        body=body,
        message_id_header=_message_id(),
        in_reply_to=mail.in_reply_to if case.pk == mail.case_id else "",
        created_at=mail.created_at,
        next_attempt_at=mail.next_attempt_at,
    )
    transaction.on_commit(lambda: _wake(copy), robust=True)
    return copy


def tell_given(case: Case, owner: Any, by: Any) -> None:
    """Tell an officer by mail that a case is theirs now. It says nothing of what is in it."""
    _tell(case, [owner], *given_alert(case, by))  # who has no address reads it in the inbox


def tell_let_in(case: Case, colleague: Any, by: Any) -> None:
    """Tell an officer by mail that a colleague has let them into a case."""
    _tell(case, [colleague], *let_in_alert(case, by))


def tell_taken(case: Case, former: Any, by: Any) -> None:
    """Tell an officer by mail that a colleague has taken over their case."""
    _tell(case, [former], *taken_alert(case, by))


def tell_meeting(case: Case, on: datetime.date) -> None:
    """Tell whoever has a case by mail that its sender has chosen a time to meet."""
    _tell(case, [owners.substitute_for(case.owner, on) if case.owner else None, case.unit], *meeting_alert(case))


def _tell(case: Case, receivers: Iterable[Any], subject: str, body: str) -> None:
    """Write to the first person or unit that a mail can reach."""
    for receiver in receivers:
        if _is_reached(receiver):
            put(case, MailPurpose.ALERT, receiver.email, subject, body)
            return


def _is_reached(receiver: Any) -> bool:
    """Whether there is an address, and, if it is a person's, an account that is still in use."""
    try:
        validate_email(receiver.email if receiver else "")
    except ValidationError:
        return False
    return getattr(receiver, "is_active", True)


def _wake(mail: OutboxMail) -> None:
    try:
        deliver_task.using(run_after=mail.next_attempt_at).enqueue(mail.pk)
    except DatabaseError:
        # The row stands; the sweep finds it within a minute.
        log.exception("The queue could not be woken for mail %s", mail.pk)


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
        _sent(mail, now)


@transaction.atomic
def count_as_sent(mail: OutboxMail, now: datetime.datetime) -> None:
    """Note a waiting mail as sent without sending it: the demo's senders are invented."""
    waiting = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.WAITING)
    if waiting.update(status=MailStatus.SENT, sent_at=now):
        _sent(mail, now)


def _sent(mail: OutboxMail, now: datetime.datetime) -> None:
    """Write what follows from a sent mail.

    An answer answers its case, unless the sender has written since. The sender of a merged case has theirs as a copy.
    """
    answer = mail.copy_of or mail
    answers = answer.purpose == MailPurpose.ANSWER and not (mail.copy_of and mail.case_id == answer.case_id)
    case = locked_family(mail.case) if answers else mail.case  # locked before anything is written
    _event(mail, EventKind.MAIL_SENT, now)
    if not answers:
        return
    if conversation(case).filter(direction=Direction.INCOMING, pk__gt=answer.message_id).exists():
        # Somebody was answered, and asks again: that is not answered.
        case.first_answer_at = case.first_answer_at or now
        store(case, "first_answer_at")
        return
    on_its_way = OutboxMail.objects.filter(copy_of=mail, status__in=ON_ITS_WAY | {MailStatus.SENT})
    waiting = answered_now(case, now, set(on_its_way.values_list("case", flat=True)))
    try:
        with transaction.atomic():
            _follow(case, mail, now, waiting)
    except NotAllowedError as error:
        # The case has changed since the answer was written; that it was sent stands all the same.
        log.warning("Case %s: after the answer: %s", case.number, error)
        case.refresh_from_db()
        _become(case, mail, CaseStatus.ANSWERED, now)


def _follow(case: Case, mail: OutboxMail, now: datetime.datetime, waiting: list[Case]) -> None:
    """Do what the writer wanted to happen once the answer was accepted.

    While somebody merged with the case waits for an answer, it is neither answered nor closed.
    """
    if case.status not in ANSWERABLE:  # closed or merged meanwhile: that stands
        return
    people, data = get_user_model().objects, mail.after_data
    by = people.filter(pk=data.get("by")).first()
    if mail.after == AfterSending.WAIT:
        _become(case, mail, CaseStatus.WAITING_SENDER, now)
        case.resume_on = data.get("resume_on") or None
        store(case)
    elif mail.after == AfterSending.HAND_OVER:
        user, unit = people.filter(pk=data.get("user")).first(), Unit.objects.filter(pk=data.get("unit")).first()
        _become(case, mail, CaseStatus.IN_PROGRESS, now)
        _hand_over(case, by, user, unit)
    elif waiting:
        _become(case, mail, CaseStatus.IN_PROGRESS, now)
        if mail.after == AfterSending.CLOSE:
            log_event(case, EventKind.NOT_CLOSED, by, waiting=[one.number for one in waiting])
    else:
        _become(case, mail, CaseStatus.ANSWERED, now)
        if mail.after == AfterSending.CLOSE:
            _close(case, by, data)


def _close(case: Case, by: Any, data: dict[str, Any]) -> None:
    """Close the answered case, unless the decision on its record that it takes is not there."""
    try:
        shut(case, by, data.get("triage", ""), data.get("registered_number", ""))
    except NotAllowedError:
        log_event(case, EventKind.NOT_CLOSED, by)


def _hand_over(case: Case, by: Any, user: Any, unit: Unit | None) -> None:
    """Give the answered case on, or keep it with its writer: there is more to do, so it must be in somebody's list."""
    try:
        owner = owners.give(case, by, user, unit)
    except owners.HasItAlreadyError:  # somebody gave it there meanwhile, or a substitute gives it back
        owner = case.owner
        move(case, CaseStatus.ASSIGNED)
        store(case)
    except NotAllowedError as error:
        case.owner = case.owner or by
        store(case, "owner")
        log_event(case, EventKind.NOT_HANDED_OVER, by, why=str(error))
        _tell(case, [by, case.unit], *not_given_alert(case, str(error)))
        return
    if owner is not None and owner != by:
        tell_given(case, owner, by)


def _become(case: Case, mail: OutboxMail, status: CaseStatus, now: datetime.datetime) -> None:
    """Move the case if it is still worked; what somebody has closed meanwhile stays closed."""
    was_answered = case.status == CaseStatus.ANSWERED
    if case.status in ANSWERABLE and may_become(case, status):
        move(case, status, now)
        store(case)
        if not was_answered:
            _event(mail, EventKind.ANSWERED, now)


@transaction.atomic
def _failed(mail: OutboxMail, lease: datetime.datetime, error: Exception, now: datetime.datetime) -> None:
    told = str(error) if isinstance(error, FileLockedError | FileWaitsError) else f"{type(error).__name__}: {error}"
    words, brief = told[:500], sending.brief(error)
    if sending.is_permanent(error) or now - (mail.retried_at or mail.created_at) > GIVE_UP_AFTER:
        if _finish(mail, lease, status=MailStatus.FAILED, last_error=words):
            _event(mail, EventKind.MAIL_FAILED, now, error=brief)
            log.error("Mail %s of case %s could not be sent: %s", mail.pk, mail.case.number, brief)
            _alarm(mail, now)
        return
    waits = settings.OUTBOX_BACKOFF
    wait = waits[min(mail.attempts, len(waits)) - 1]
    attempts: Any = F("attempts")
    if isinstance(error, FileWaitsError):  # the mail server has not been asked
        wait, attempts = 1, attempts - 1
    values = {"last_error": words, "next_attempt_at": now + datetime.timedelta(minutes=wait), "attempts": attempts}
    if _finish(mail, lease, status=MailStatus.WAITING, **values):
        log.warning("Mail %s of case %s waits %s min: %s", mail.pk, mail.case.number, wait, brief)


@transaction.atomic
def bounced(mail: OutboxMail, code: str, words: str) -> bool:
    """Note that a mail which was accepted has come back for good, as if the server had said no; tell whether it was news.

    An answer that came back has answered nobody: the promise that it kept is open again.
    """
    now = timezone.now()
    told = " ".join(part for part in (code, words) if part)[:500]
    sent = OutboxMail.objects.filter(pk=mail.pk, status=MailStatus.SENT)
    if not sent.update(status=MailStatus.FAILED, last_error=told):
        return False
    case = locked_family(mail.case)
    if mail.sent_at is not None:
        answered = Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case.pk))
        for name in ("answered_at", "first_answer_at"):
            answered.filter(**{name: mail.sent_at}).update(**{name: None})
    _event(mail, EventKind.MAIL_FAILED, now, error=code)
    log.error("Mail %s of case %s has come back: %s", mail.pk, mail.case.number, code or "no code")
    _alarm(mail, now)
    return True


def _alarm(mail: OutboxMail, now: datetime.datetime) -> None:
    """Somebody was not reached: open the case again and tell the officer who has it, or else the unit."""
    if mail.purpose in FLEETING:  # a notice that fails would beget another, and whoever waits for a code asks again
        return
    case = locked(mail.case)
    if mail.purpose != MailPurpose.COPY and reopen_ended(case, at=now, **_about(mail)):
        store(case)
    owner = owners.substitute_for(case.owner, timezone.localdate(now)) if case.owner else None
    _tell(case, [owner, case.unit], *failure_alert(case, mail))


def _about(mail: OutboxMail) -> dict[str, Any]:
    """Return what the history says of a mail."""
    return {"mail": mail.pk, "purpose": mail.purpose}


def _event(mail: OutboxMail, kind: EventKind, now: datetime.datetime, **data: Any) -> None:
    log_event(mail.case, kind, at=now, **_about(mail), **data)


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
def send_again(mail: OutboxMail, to: str) -> bool:
    """Put a mail that failed or is held back into the outbox, with a fresh 72 hours; tell whether there was one to put back."""
    now = timezone.now()
    changed = OutboxMail.objects.filter(pk=mail.pk, status__in=STUCK).update(
        status=MailStatus.WAITING, to=to, next_attempt_at=now, retried_at=now, attempts=0
    )
    if changed:
        mail.next_attempt_at = now
        transaction.on_commit(lambda: _wake(mail), robust=True)
    return bool(changed)


def settle(mail: OutboxMail) -> bool:
    """Note that a mail that failed or is held needs no further try; tell whether it was so."""
    return bool(OutboxMail.objects.filter(pk=mail.pk, status__in=STUCK).update(status=MailStatus.SETTLED))


def withdraw_receipts(case: Case) -> None:
    """Hold back the receipts that have not left: the address may be a stranger's."""
    case.mails.filter(purpose=MailPurpose.RECEIPT, status=MailStatus.WAITING).update(status=MailStatus.WITHDRAWN)


def withdraw(mail: OutboxMail) -> bool:
    """Take back a mail that nobody has begun to send, its copies with it; tell whether it was all there to take."""
    family = OutboxMail.objects.filter(Q(pk=mail.pk) | Q(copy_of=mail))
    whole = family.count()
    with transaction.atomic():
        taken = family.filter(status=MailStatus.WAITING, attempts=0).update(status=MailStatus.WITHDRAWN)
        if taken != whole:
            transaction.set_rollback(True)
    return taken == whole
