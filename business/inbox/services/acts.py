"""What an officer does with a case, besides answering."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import (
    ANSWERABLE,
    ON_ITS_WAY,
    OPEN,
    PARKED,
    UNTOUCHED,
    CaseStatus,
    Direction,
    EventKind,
    MailPurpose,
    MailStatus,
)
from ..flow import (
    NotAllowedError,
    answered_now,
    check_triage,
    locked,
    locked_family,
    log,
    move,
    refuse_if_news,
    shut,
    store,
    unanswered,
)
from ..models import Case, Message, OutboxMail
from ..searching import search_text

__all__ = ["close", "describe", "note", "park", "release", "reopen", "resume", "settle", "speak", "take"]


@transaction.atomic
def take(case: Case, user: Any) -> Case:
    """Make the user the owner, who begins.

    Raises:
        NotAllowedError: the case is not open, or somebody else took it meanwhile.
    """
    case = locked(case)
    if case.owner_id is not None and case.owner_id != user.pk:
        raise NotAllowedError(_("%(owner)s already has this case.") % {"owner": case.owner})
    if case.status == CaseStatus.CLOSED:
        raise NotAllowedError(_("The case is closed. Reopen it first."))
    if case.status in (CaseStatus.QUARANTINED, CaseStatus.MERGED):
        raise NotAllowedError(_("A case that is “%(now)s” cannot be taken.") % {"now": case.get_status_display()})
    is_new_owner, begins = case.owner_id is None, case.status in UNTOUCHED
    if not (is_new_owner or begins):
        return case
    case.owner = user
    if begins:
        move(case, CaseStatus.IN_PROGRESS)
    store(case, "owner")
    log(case, EventKind.TAKEN, user)
    return case


@transaction.atomic
def release(case: Case, user: Any) -> Case:
    """Let the case go, so that somebody else can take it.

    Raises:
        NotAllowedError: nobody has it, or nobody works on it.
    """
    case = locked(case)
    if case.status not in ANSWERABLE:  # whoever had it stays on the record
        raise NotAllowedError(_("A case that is “%(now)s” cannot be let go.") % {"now": case.get_status_display()})
    if case.owner_id is None:
        raise NotAllowedError(_("Nobody has this case."))
    if case.is_secret:
        raise NotAllowedError(_("A case under secrecy needs a person who has it. Hand it over to somebody."))
    former = str(case.owner)
    case.owner = None
    if case.status == CaseStatus.ASSIGNED:
        move(case, CaseStatus.NEW)
    store(case, "owner")
    log(case, EventKind.RELEASED, user, former_owner=former)
    return case


@transaction.atomic
def park(
    case: Case,
    user: Any,
    status: CaseStatus,
    *,
    resume_on: datetime.date | None = None,
    meeting_at: datetime.datetime | None = None,
) -> Case:
    """Put the case aside: the sender or somebody else is to act, or a meeting is booked.

    While it waits for the sender its clock stands still. ``resume_on`` is the day to look again.

    Raises:
        NotAllowedError: the case's state does not allow it, or a meeting has no time.
    """
    if status not in PARKED:
        raise ValueError(status)
    case = locked(case)
    if status == CaseStatus.MEETING_BOOKED and meeting_at is None:
        raise NotAllowedError(_("Write when the meeting is."))
    move(case, status)
    case.resume_on = resume_on
    case.meeting_at = meeting_at if status == CaseStatus.MEETING_BOOKED else None
    store(case)
    log(
        case,
        EventKind.MOVED,
        user,
        status=status,
        resume_on=resume_on.isoformat() if resume_on else "",
        meeting_at=meeting_at.isoformat() if meeting_at else "",
    )
    return case


@transaction.atomic
def resume(case: Case, user: Any) -> Case:
    """Take up what was put aside.

    Raises:
        NotAllowedError: it was not put aside.
    """
    case = locked(case)
    if case.status not in PARKED:
        raise NotAllowedError(_("The case was not put aside."))
    move(case, CaseStatus.IN_PROGRESS)
    store(case)
    log(case, EventKind.MOVED, user, status=case.status)
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
    if (twice := said_already(case, user, Direction.NOTE, text, seen)) is not None:
        return twice
    message = Message.objects.create(
        case=case, direction=Direction.NOTE, text=text, author=user, author_name=str(user)[:160]
    )
    case.search_text = search_text(case.search_text, text)
    case.save(update_fields=["search_text"])
    log(case, EventKind.NOTED, user, message=message.pk)
    return message


@transaction.atomic
def speak(case: Case, user: Any, text: str, channel: str, seen: int | None = None) -> Message:
    """Write down that the sender was answered by telephone or in person, and what was said.

    The promise is kept, unless somebody else whose case is merged with this one still waits.

    The case stays with whoever has it until it is closed: *answered* is only what a mail server has accepted.

    Raises:
        NotAllowedError: the case is closed, merged or in quarantine.
    """
    case = locked_family(case)
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_("A case that is “%(now)s” cannot be answered.") % {"now": case.get_status_display()})
    if (twice := said_already(case, user, Direction.NOTE, text, seen)) is not None:
        return twice
    message = note(case, user, text)
    now = timezone.now()
    case = locked(case)
    if case.owner_id is None:
        case.owner = user
    if case.status in UNTOUCHED:
        move(case, CaseStatus.IN_PROGRESS, now)
    store(case, "owner")
    answered_now(case, now)
    log(case, EventKind.SPOKEN, user, now, channel=channel, message=message.pk)
    return message


def said_already(case: Case, user: Any, direction: str, text: str, seen: int | None) -> Message | None:
    """Return the same person's same words, said since ``seen``: a button that was pressed twice."""
    if seen is None:
        return None
    said = case.messages.filter(pk__gt=seen, direction=direction, author=user, text=text)
    return said.exclude(mail__status=MailStatus.WITHDRAWN).first()  # what was taken back may be said again


@transaction.atomic
def close(
    case: Case, user: Any, triage: str, *, registered_number: str = "", reason: str = "", seen: int | None = None
) -> Case:
    """Close the case.

    Raises:
        NotAllowedError: it is closed, somebody in it waits for an answer and no reason is given, or it is not said
            how the record is kept.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = locked(case)
    if case.status == CaseStatus.CLOSED:
        raise NotAllowedError(_("The case is closed already."))
    if case.status == CaseStatus.MERGED:
        raise NotAllowedError(_("The case is merged with another. Close that one."))
    refuse_if_news(case, user, seen)
    if not reason:
        _refuse_if_unanswered(case)
    check_triage(triage, registered_number)
    shut(case, user, triage, registered_number, reason)
    return case


def _refuse_if_unanswered(case: Case) -> None:
    """Stop the closing of a case where somebody waits: its sender, also with a later question, or one merged with it."""
    waiting = unanswered(case)
    if not waiting:
        return
    answers = OutboxMail.objects.filter(case__in=waiting, purpose__in=[MailPurpose.ANSWER, MailPurpose.COPY])
    if answers.filter(status__in=ON_ITS_WAY).exists():
        raise NotAllowedError(_("The answer is still on its way. Close the case when it has been sent."))
    if waiting == [case]:
        raise NotAllowedError(_("The sender has had no answer. Answer first, or say why none is needed."))
    numbers = ", ".join(one.number for one in waiting)
    raise NotAllowedError(
        _("Not everybody has had an answer: %(numbers)s. Answer first, or say why none is needed.")
        % {"numbers": numbers}
    )


@transaction.atomic
def reopen(case: Case, user: Any) -> Case:
    """Open a closed or answered case again.

    Raises:
        NotAllowedError: it is open already.
    """
    case = locked(case)
    if case.status in OPEN:
        raise NotAllowedError(_("The case is open already."))
    move(case, CaseStatus.REOPENED)
    case.quarantine_reason = ""  # closed from quarantine: an officer has found that it is somebody's after all
    store(case, "quarantine_reason")
    log(case, EventKind.REOPENED, user)
    return case


@transaction.atomic
def settle(mail: OutboxMail, user: Any) -> Case:
    """Say that a mail that failed needs no further try: the sender was called, or has it another way.

    Raises:
        NotAllowedError: the mail has not failed, or somebody has seen to it already.
    """
    case = locked(mail.case)
    if not outbox.settle(mail):
        raise NotAllowedError(_("This mail has not failed, or somebody has seen to it already."))
    log(case, EventKind.MAIL_SETTLED, user, mail=mail.pk, purpose=mail.purpose)
    return case
