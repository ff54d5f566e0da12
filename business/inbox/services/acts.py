"""What an officer does with a case."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import (
    ANSWERABLE,
    DECIDED,
    ON_ITS_WAY,
    TRANSITIONS,
    CaseStatus,
    Channel,
    Direction,
    EventKind,
    MailPurpose,
    Triage,
)
from ..mails import answer_mail
from ..models import Case, Message, OutboxMail
from .shared import locked, log, search_text

__all__ = [
    "ChangedMeanwhileError",
    "NotAllowedError",
    "answer",
    "close",
    "describe",
    "note",
    "release",
    "reopen",
    "send_again",
    "take",
]


class NotAllowedError(Exception):
    """The case's state does not allow the act. The text is for the person who tried."""


class ChangedMeanwhileError(NotAllowedError):
    """Something was said in the case while the person wrote. The text tells what."""


def _move(case: Case, status: CaseStatus) -> None:
    if status == case.status:
        return
    if status not in TRANSITIONS[CaseStatus(case.status)]:
        raise NotAllowedError(
            _("A case that is “%(now)s” cannot become “%(then)s”.")
            % {"now": case.get_status_display(), "then": status.label}
        )
    case.status = status


@transaction.atomic
def take(case: Case, user: Any) -> Case:
    """Make the user the owner.

    Raises:
        NotAllowedError: the case is closed, or somebody else took it meanwhile.
    """
    case = locked(case)
    if case.owner_id == user.pk:
        return case
    if case.owner_id is not None:
        raise NotAllowedError(_("%(owner)s already has this case.") % {"owner": case.owner})
    if case.status == CaseStatus.CLOSED:
        raise NotAllowedError(_("The case is closed. Reopen it first."))
    case.owner = user
    if case.status in (CaseStatus.NEW, CaseStatus.REOPENED):
        _move(case, CaseStatus.IN_PROGRESS)
    case.save(update_fields=["owner", "status"])
    log(case, EventKind.TAKEN, user)
    return case


@transaction.atomic
def release(case: Case, user: Any) -> Case:
    """Let the case go, so that somebody else can take it.

    Raises:
        NotAllowedError: nobody has it.
    """
    case = locked(case)
    if case.owner_id is None:
        raise NotAllowedError(_("Nobody has this case."))
    former = str(case.owner)
    case.owner = None
    case.save(update_fields=["owner"])
    log(case, EventKind.RELEASED, user, former_owner=former)
    return case


@transaction.atomic
def describe(case: Case, user: Any, short_content: str) -> Case:
    """Set the officer's short content, which is what the register of public records shows."""
    case = locked(case)
    if short_content != case.short_content:
        former, case.short_content = case.short_content, short_content
        case.search_text = search_text(case.search_text, short_content)
        case.save(update_fields=["short_content", "search_text"])
        log(case, EventKind.DESCRIBED, user, before=former, after=short_content)
    return case


@transaction.atomic
def note(case: Case, user: Any, text: str, seen: int | None = None) -> Message:
    """Write an internal note. It has no way to the mail.

    ``seen`` is the newest message that the writer had read; with it, a note that is sent twice is written once.
    """
    case = locked(case)
    if (twice := _said_already(case, user, Direction.NOTE, text, seen)) is not None:
        return twice
    message = Message.objects.create(
        case=case, direction=Direction.NOTE, text=text, author=user, author_name=str(user)[:160]
    )
    case.search_text = search_text(case.search_text, text)
    case.save(update_fields=["search_text"])
    log(case, EventKind.NOTED, user, message=message.pk)
    return message


def _said_already(case: Case, user: Any, direction: str, text: str, seen: int | None) -> Message | None:
    """Return the same person's same words, said since ``seen``: a button that was pressed twice."""
    if seen is None:
        return None
    return case.messages.filter(pk__gt=seen, direction=direction, author=user, text=text).first()


def _refuse_if_news(case: Case, user: Any, seen: int | None) -> None:
    """Stop an act that was begun before the latest message was there to read."""
    if seen is None:
        return
    news = case.messages.filter(pk__gt=seen).exclude(direction=Direction.NOTE).last()
    if news is None:
        return
    values = {"who": news.author_name, "time": date_format(timezone.localtime(news.created_at), "H:i")}
    if news.direction == Direction.INCOMING:
        text = _("The sender added something at %(time)s, while you had the case open. Read it before you go on.")
    elif news.author_id == user.pk:
        text = _("You have answered already, at %(time)s. Go on only if you want to answer once more.")
    else:
        text = _("%(who)s answered at %(time)s, while you had the case open. Read the answer before you go on.")
    raise ChangedMeanwhileError(text % values)


@transaction.atomic
def answer(case: Case, user: Any, text: str, seen: int | None = None) -> Message:
    """Hand an answer to the mail. The case becomes *answered* when the mail server has accepted it.

    An unowned case becomes the writer's: whoever answers has it. ``seen`` is the newest message that the writer had
    read; with it, an answer that crosses another message is stopped, and one that is sent twice goes out once.

    Raises:
        NotAllowedError: the case is closed.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = locked(case)
    if (twice := _said_already(case, user, Direction.OUTGOING, text, seen)) is not None:
        return twice
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_("The case is closed. Reopen it first."))
    _refuse_if_news(case, user, seen)
    if case.owner_id is None:
        case.owner = user
        log(case, EventKind.TAKEN, user)
    if case.status in (CaseStatus.NEW, CaseStatus.REOPENED):
        _move(case, CaseStatus.IN_PROGRESS)
    case.search_text = search_text(case.search_text, text)
    case.save(update_fields=["owner", "status", "search_text"])
    subject, body = answer_mail(case, user, text)
    message = Message.objects.create(
        case=case,
        direction=Direction.OUTGOING,
        channel=Channel.EMAIL,
        text=text,
        author=user,
        author_name=str(user)[:160],
    )
    outbox.put(case, MailPurpose.ANSWER, case.email, subject, body, message=message)
    log(case, EventKind.ANSWER_QUEUED, user, message=message.pk)
    return message


@transaction.atomic
def close(
    case: Case, user: Any, triage: str, *, registered_number: str = "", reason: str = "", seen: int | None = None
) -> Case:
    """Close the case.

    Raises:
        NotAllowedError: it is closed, it was never answered and no reason is given, or it is not said how the record
            is kept.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = locked(case)
    if case.status == CaseStatus.CLOSED:
        raise NotAllowedError(_("The case is closed already."))
    _refuse_if_news(case, user, seen)
    if case.first_answer_at is None and not reason:
        if case.mails.filter(purpose=MailPurpose.ANSWER, status__in=ON_ITS_WAY).exists():
            raise NotAllowedError(_("The answer is still on its way. Close the case when it has been sent."))
        raise NotAllowedError(_("The sender has had no answer. Answer first, or say why none is needed."))
    if triage not in DECIDED:
        raise NotAllowedError(_("Say how the message is kept as a public record."))
    if triage == Triage.REGISTERED and not registered_number:
        raise NotAllowedError(_("Write the registration number."))
    _move(case, CaseStatus.CLOSED)
    case.closed_at, case.closing_reason = timezone.now(), reason
    case.triage, case.registered_number = triage, registered_number if triage == Triage.REGISTERED else ""
    case.save(update_fields=["status", "closed_at", "closing_reason", "triage", "registered_number"])
    log(case, EventKind.TRIAGED, user, triage=triage, number=case.registered_number)
    log(case, EventKind.CLOSED, user, reason=reason)
    return case


@transaction.atomic
def reopen(case: Case, user: Any) -> Case:
    """Open a closed or answered case again.

    Raises:
        NotAllowedError: it is open already.
    """
    case = locked(case)
    if case.is_open:
        raise NotAllowedError(_("The case is open already."))
    _move(case, CaseStatus.REOPENED)
    case.closed_at = None
    case.save(update_fields=["status", "closed_at"])
    log(case, EventKind.REOPENED, user)
    return case


@transaction.atomic
def send_again(mail: OutboxMail, user: Any, to: str = "") -> Case:
    """Put a mail that failed back into the outbox, to a corrected address if there is one.

    Raises:
        NotAllowedError: the mail has not failed; somebody else has sent it again.
    """
    case = locked(mail.case)
    target = to or mail.to
    if not outbox.send_again(mail, target):
        raise NotAllowedError(_("This mail has not failed, or is being sent again already."))
    # That the address changed is history; what it was is not, since an entry can never be taken back.
    changed = ["email"] if target != mail.to else []
    if to and to != case.email:
        case.email, case.search_text = to, search_text(case.search_text, to)
        case.save(update_fields=["email", "search_text"])
    log(case, EventKind.MAIL_RETRIED, user, mail=mail.pk, purpose=mail.purpose, changed=changed)
    return case
