"""What every writer of a case needs: the case locked, its state moved, its history written."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from . import promise
from .enums import DECIDED, PARKED, PAUSED, TRANSITIONS, CaseStatus, Direction, EventKind, MailStatus, Triage
from .models import Case, Event, Message
from .numbers import normalised
from .searching import search_text

__all__ = [
    "TRIAGE_FIELDS",
    "ChangedMeanwhileError",
    "NotAllowedError",
    "answered_now",
    "check_triage",
    "conversation",
    "decide",
    "family",
    "is_of_sender",
    "left_out",
    "locked",
    "locked_family",
    "locked_pair",
    "log",
    "mailed_apart",
    "may_become",
    "move",
    "refuse_if_news",
    "reopen_ended",
    "shut",
    "store",
    "take_up",
    "unanswered",
]

# What `move` may change.
MOVED = ("status", "due_at", "limit_at", "resume_on", "meeting_at", "closed_at")
# What `decide` changes.
TRIAGE_FIELDS = ("triage", "registered_number", "registered_key", "triaged_at", "triaged_by")


class NotAllowedError(Exception):
    """The case's state does not allow the act. The text is for the person who tried."""


class ChangedMeanwhileError(NotAllowedError):
    """Something was said in the case while the person wrote. The text tells what."""


def log(case: Case, kind: EventKind, user: Any = None, at: datetime.datetime | None = None, **data: Any) -> Event:
    """Write an entry of the case's history. Call inside the transaction of the act."""
    moment = at or timezone.now()
    Case.objects.filter(pk=case.pk).update(updated_at=moment)
    case.updated_at = moment
    return Event.objects.create(
        case_id=case.pk,
        case_number=case.number,
        kind=kind,
        actor_id=user.pk if user else None,
        actor_name=str(user)[:160] if user else "",
        at=moment,
        data=data,
    )


def locked(case: Case) -> Case:
    """Return the case fresh and, on PostgreSQL, locked; on SQLite the transaction itself is the lock.

    Its key is left open: whoever writes a row that only points at a case must not wait for who works on it, or two who
    hold one case each could wait for each other.

    Raises:
        NotAllowedError: the case has been disposed of; nothing is written in it any more.
    """
    found = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("topic", "unit", "owner")
        .get(pk=case.pk)
    )
    if found.disposed_at:
        raise NotAllowedError(_("The case has been disposed of: nothing can be written in it any more."))
    return found


def locked_pair(first: Case, second: Case) -> tuple[Case, Case]:
    """Lock two cases, always in the same order: two people who work crosswise must not wait for each other."""
    one, other = (locked(case) for case in sorted((first, second), key=lambda case: case.pk))
    return (one, other) if one.pk == first.pk else (other, one)


def may_become(case: Case, status: CaseStatus) -> bool:
    """Whether an arrow leads there. What is merged moves only when it is parted; what is disposed of never again."""
    if case.merged_into_id is not None or case.disposed_at is not None:
        return False
    return status == case.status or status in TRANSITIONS[CaseStatus(case.status)]


def move(case: Case, status: CaseStatus, at: datetime.datetime | None = None) -> None:
    """Give the locked case another state, and stop or start its clock. `store` writes what has changed.

    Raises:
        NotAllowedError: no arrow leads there.
    """
    if status == case.status:
        return
    if not may_become(case, status):
        raise NotAllowedError(
            _("A case that is “%(now)s” cannot become “%(then)s”.")
            % {"now": case.get_status_display(), "then": status.label}
        )
    moment = at or timezone.now()
    if case.status in PAUSED and status != CaseStatus.MERGED:  # parted again, it waits as before
        promise.end_pause(case, moment)
    if status in PAUSED:
        promise.start_pause(case, moment)
    if status not in PARKED | {CaseStatus.MERGED}:
        case.resume_on = case.meeting_at = None
    case.closed_at = None  # `shut` says when
    case.status = status


def reopen_ended(case: Case, user: Any = None, at: datetime.datetime | None = None, **data: Any) -> bool:
    """Open a locked case that was answered or closed, if it is one; tell whether it was. `store` writes it."""
    if case.status == CaseStatus.REOPENED or not may_become(case, CaseStatus.REOPENED):
        return False
    move(case, CaseStatus.REOPENED, at)
    log(case, EventKind.REOPENED, user, at, **data)
    return True


def take_up(case: Case, user: Any = None, at: datetime.datetime | None = None, **data: Any) -> None:
    """Have somebody act in a locked case that was put aside: its owner, or whoever takes it. `store` writes it."""
    move(case, CaseStatus.IN_PROGRESS if case.owner_id else CaseStatus.ASSIGNED, at)
    log(case, EventKind.MOVED, user, at, status=case.status, **data)


def store(case: Case, *fields: str) -> None:
    """Write the state, the clock and these fields."""
    case.save(update_fields=[*MOVED, *fields])


def family(case: Case) -> QuerySet[Case]:
    """Return the case and those merged with it."""
    return Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case.pk))


def conversation(case: Case) -> QuerySet[Message]:
    """Return what was said in the case and in those merged with it."""
    # The cases first: asked of the messages, either-or would read every message there is.
    return Message.objects.filter(case__in=family(case))


def mailed_apart(case: Case, merged: Iterable[Case]) -> list[Case]:
    """Return those merged with a case whose senders get an answer in a mail of their own: at another address."""
    return [one for one in merged if one.email and one.email.casefold() != case.email.casefold()]


def unanswered(case: Case) -> list[Case]:
    """Return the case and those merged with it, without the ones whose last question has been answered."""
    return list(family(case).filter(answered_at=None).order_by("pk"))


def locked_family(case: Case) -> Case:
    """Return the case fresh, locked together with those merged with it, in the order that everybody locks in."""
    keys = list(family(case).order_by("pk").values_list("pk", flat=True))
    return {key: locked(Case(pk=key)) for key in keys}[case.pk]


def is_reached_with(one: Case, case: Case) -> bool:
    """Whether the senders of two cases are reached by one answer: they have the same address, or the same telephone."""
    if one.email or case.email:
        return one.email.casefold() == case.email.casefold()
    return bool(one.phone) and one.phone == case.phone


def is_of_sender(message: Message, case: Case) -> bool:
    """Whether the sender of the case said it: in the case, or in one merged with it that has the same sender."""
    if message.direction != Direction.INCOMING:
        return False
    return message.case_id == case.pk or (
        message.case.merged_into_id == case.pk and is_reached_with(message.case, case)
    )


def left_out(case: Case, answered: Collection[int] = ()) -> list[Case]:
    """Return those merged with a case who still wait when its sender is answered, and the cases with these keys."""
    waiting = (one for one in unanswered(case) if one.pk != case.pk and one.pk not in answered)
    return [one for one in waiting if not is_reached_with(one, case)]


def answered_now(case: Case, at: datetime.datetime, answered: Collection[int] = ()) -> list[Case]:
    """Note that the sender of the case, locked with its family, has an answer; return who merged with it still waits.

    Whoever wrote twice has it for both cases. The case's promise is kept when nobody waits any more. ``answered`` holds
    the keys of those whose own mail has left or is about to.
    """
    waiting = left_out(case, answered)
    for one in unanswered(case):
        if one.pk != case.pk and is_reached_with(one, case):
            promise.meet(one, at)
            store(one, "answered_at", "first_answer_at")
    case.first_answer_at = case.first_answer_at or at
    if not waiting:
        promise.meet(case, at)
    store(case, "answered_at", "first_answer_at")
    return waiting


def refuse_if_news(case: Case, user: Any, seen: int | None) -> None:
    """Stop an act that was begun before the latest message was there to read (``seen``: the newest that was).

    Raises:
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    if seen is None:
        return
    said = conversation(case).filter(pk__gt=seen).exclude(direction=Direction.NOTE)
    news = said.exclude(mail__status=MailStatus.WITHDRAWN).last()
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


def check_triage(triage: str, registered_number: str) -> None:
    """Refuse to close without a decision on how the record is kept.

    Raises:
        NotAllowedError: there is none, or the number of the register is missing.
    """
    if triage not in DECIDED:
        raise NotAllowedError(_("Say how the message is kept as a public record."))
    if triage == Triage.REGISTERED and not normalised(registered_number):
        raise NotAllowedError(_("Write the registration number."))


def decide(case: Case, user: Any, triage: str, registered_number: str, at: datetime.datetime | None = None) -> None:
    """Set how the record of a locked case is kept; the history keeps what stood before. The caller writes it.

    Raises:
        NotAllowedError: it is not said, or the number of the register is missing.
    """
    check_triage(triage, registered_number)
    moment = at or timezone.now()
    before = {"former": case.triage, "former_number": case.registered_number} if case.triage else {}
    case.triage, case.triaged_at, case.triaged_by = triage, moment, str(user)[:160] if user else ""
    case.registered_number = " ".join(registered_number.split()) if triage == Triage.REGISTERED else ""
    case.registered_key = normalised(case.registered_number)
    log(case, EventKind.TRIAGED, user, moment, triage=triage, number=case.registered_number, **before)


def shut(case: Case, user: Any, triage: str, registered_number: str, reason: str = "") -> None:
    """Write that the locked case is closed, and how its record is kept.

    Raises:
        NotAllowedError: that is not decided: no case is closed without, whatever the way.
    """
    check_triage(triage, registered_number)
    move(case, CaseStatus.CLOSED)
    case.closed_at, case.closing_reason = timezone.now(), reason
    decide(case, user, triage, registered_number, case.closed_at)
    case.search_text = search_text(case.search_text, case.registered_number, reason)
    store(case, "closing_reason", "search_text", *TRIAGE_FIELDS)
    log(case, EventKind.CLOSED, user, reason=reason)
