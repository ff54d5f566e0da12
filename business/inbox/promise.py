"""By when a case is to be answered, counted in office time.

The promise counts from when the sender wrote (``clock_from``) until the mail server has accepted an answer, and stands
still while the sender is to act. Everything follows from the case, its pauses and the office's hours, so that it can be
counted again when a closed day is added.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from business.core.working_time import OfficeHours, add_working_time, working_time_between

from .models import Case, InboxSettings, OfficeDay, Pause

__all__ = [
    "CLOCK_FIELDS",
    "count",
    "end_pause",
    "limits",
    "meet",
    "office_hours",
    "recount",
    "recount_on_commit",
    "rules",
    "start",
    "start_pause",
    "take_over",
]

CLOCK_FIELDS = ("clock_from", "due_at", "limit_at", "promised_at", "answered_at", "pauses_before", "pauses_from")
Stretch = tuple[datetime.datetime, datetime.datetime | None]


def rules() -> InboxSettings:
    """Return the office's hours and promise; the defaults until somebody has set them."""
    return InboxSettings.objects.first() or InboxSettings()


def office_hours(settings: InboxSettings | None = None) -> OfficeHours:
    """Return when the office works, with every day that differs."""
    settings = settings or rules()
    return OfficeHours(settings.week, {one.day: one.hours for one in OfficeDay.objects.all()})


def limits(
    clock_from: datetime.datetime,
    settings: InboxSettings,
    office: OfficeHours,
    pauses: Iterable[Stretch] = (),
) -> tuple[datetime.datetime, datetime.datetime]:
    """Return the time aimed for and the time promised. A working day is as long as an ordinary day of the office."""
    stretches = sorted(pauses)
    due, limit = (
        _after(clock_from, days * office.day_length, office, stretches)
        for days in (settings.target_days, settings.limit_days)
    )
    return due, limit


def _after(
    start: datetime.datetime,
    minutes: int,
    office: OfficeHours,
    pauses: list[Stretch],
) -> datetime.datetime:
    for begun, ended in pauses:
        if ended is not None and ended <= max(start, begun):  # over by then, or nothing at all
            continue
        spent = working_time_between(start, begun, office)
        if spent >= minutes:  # it was due before the pause
            break
        minutes, start = minutes - spent, max(ended or begun, start)
    return add_working_time(start, minutes, office)


def _pauses(case: Case) -> list[Stretch]:
    """Return when the clock of the case's promise stood still, also while the promise was another case's."""
    moment = datetime.datetime.fromisoformat
    before = [(moment(begun), moment(ended)) for begun, ended in case.pauses_before]
    since = case.pauses_from
    own = [(one.started_at, one.ended_at) for one in case.pauses.all() if since is None or one.started_at >= since]
    return [*before, *own]


def count(case: Case) -> None:
    """Set when the case is due. A time that was told in a delay notice stands."""
    settings = rules()
    case.due_at, case.limit_at = limits(case.clock_from, settings, office_hours(settings), _pauses(case))
    if case.promised_at:
        case.due_at = case.limit_at = case.promised_at


def start(case: Case, at: datetime.datetime) -> None:
    """Begin a promise: the sender has written."""
    case.clock_from, case.promised_at, case.answered_at = at, None, None
    case.pauses_before, case.pauses_from = [], None
    settings = rules()
    case.due_at, case.limit_at = limits(at, settings, office_hours(settings))


def take_over(case: Case, other: Case, at: datetime.datetime) -> None:
    """Let the case owe what the other was promised, also in a delay notice.

    From then on the promise stands still when the case does. What the case has waited for before was its own sender,
    which is nothing to the other's.
    """
    stood_still = [(begun, min(ended or at, at)) for begun, ended in _pauses(other) if begun < at]
    start(case, other.clock_from)
    case.pauses_before = [[begun.isoformat(), ended.isoformat()] for begun, ended in stood_still]
    case.pauses_from, case.promised_at = at, other.promised_at
    count(case)


def meet(case: Case, at: datetime.datetime) -> None:
    """The promise is kept: an answer has left."""
    case.answered_at = case.answered_at or at
    case.first_answer_at = case.first_answer_at or at


def start_pause(case: Case, at: datetime.datetime) -> None:
    Pause.objects.get_or_create(case=case, ended_at=None, defaults={"started_at": at})


def end_pause(case: Case, at: datetime.datetime) -> None:
    """End the pause of the locked case, if it has one.

    What the sender wrote may have reached us before it began, and been read after: then it has not lasted at all.
    """
    pause = case.pauses.filter(ended_at=None).first()
    if pause is not None:
        case.pauses.filter(pk=pause.pk).update(ended_at=max(at, pause.started_at))
        count(case)


def recount(batch: int = 500) -> int:
    """Count every running promise again, since the office's hours have changed; return how many times moved."""
    moved, last = 0, 0
    while True:
        with transaction.atomic():
            # Locked, so that nobody begins a new promise between reading and writing.
            cases = list(
                Case.objects.select_for_update(no_key=True)
                .clock_open()
                .filter(promised_at=None, pk__gt=last)
                .prefetch_related("pauses")
                .only("pk", "clock_from", "due_at", "limit_at", "pauses_before", "pauses_from")
                .order_by("pk")[:batch]
            )
            if not cases:
                return moved
            last = cases[-1].pk
            # Read once the cases are locked: of two changes at the same time, the last count knows both.
            settings = rules()
            office = office_hours(settings)
            changed = [case for case in cases if _count_again(case, settings, office)]
            moved += Case.objects.bulk_update(changed, ["due_at", "limit_at"])


def _count_again(case: Case, settings: InboxSettings, office: OfficeHours) -> bool:
    """Set the times anew; tell whether they moved."""
    before = case.due_at, case.limit_at
    case.due_at, case.limit_at = limits(case.clock_from, settings, office, _pauses(case))
    return (case.due_at, case.limit_at) != before


def recount_on_commit(**kwargs: Any) -> None:
    """Receive the news that the office's hours have changed."""
    transaction.on_commit(recount, robust=True)
