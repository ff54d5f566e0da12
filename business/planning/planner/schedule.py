"""When each application must be handed in, and when a company can open. Pure: the days come in, the days come out.

Backward from the opening day: everything is decided by the working day before it, and nothing is handed in before what it
needs is decided. Forward from today: how soon all of that can be.

Sources: lag (1930:173) om beräkning av lagstadgad tid, through :mod:`business.core.spans`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from business.core.graphs import CircleError, depths
from business.core.spans import after, before
from business.core.working_days import DAY, next_working_day, previous_working_day, working_days_between

from ..enums import Verdict

__all__ = [
    "CircularDependencyError",
    "Planned",
    "Schedule",
    "Span",
    "Task",
    "finish",
    "legal_times",
    "schedule",
    "usual_times",
]


# How far back and ahead days are worked out. What would lie beyond is set to the end itself: nobody plans by it.
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 2), datetime.date(2299, 12, 29)  # working days both
# A month or year later can be the same day for so many days more: 28 to 31 January all lead to 28 February.
SAME_DAY_LATER = 3


class CircularDependencyError(CircleError):
    """Guides that wait for each other. ``circle`` names them by key: each waits for the next, the first stands again at the end."""


@dataclass(frozen=True)
class Span:
    """A span of time: ``amount`` of one of :class:`~business.core.spans.TimeUnit`."""

    amount: int
    unit: str


@dataclass(frozen=True)
class Task:
    """One application or notice.

    ``usual`` is how long the decision usually takes, ``limit`` how long the law lets it take, ``extension`` by how much the
    limit may be extended. ``notice`` is how long before the opening day it must have been handed in. ``needs`` are the keys
    of what must be decided before it is handed in; a key that is no task is passed over.
    """

    key: str
    usual: Span | None = None
    limit: Span | None = None
    extension: Span | None = None
    notice: Span | None = None
    needs: frozenset[str] = frozenset()


Times = Callable[[Task], tuple[Span, ...]]


@dataclass(frozen=True)
class Planned:
    """The days of one task. All days to hand in are working days.

    ``hand_in`` is the last day with the usual times, ``hand_in_safe`` the last day if every authority takes all the time
    that the law gives; both are None without an opening day. ``earliest`` is the first day on which it can be handed in,
    ``decided`` the day on which the decision usually comes when it is handed in on ``hand_in`` (without an opening day: on
    ``earliest``), None where no decision is waited for; ``decided_latest`` the day by which it must come by law,
    ``extended_to`` the last day if the time is extended. ``slack`` is the number of working days between ``earliest`` and
    ``hand_in``, negative when it is too late.
    """

    key: str
    hand_in: datetime.date | None
    hand_in_safe: datetime.date | None
    earliest: datetime.date
    decided: datetime.date | None
    decided_latest: datetime.date | None
    extended_to: datetime.date | None
    slack: int | None
    critical: bool


@dataclass(frozen=True)
class Schedule:
    """All tasks in the order of their days. ``critical_path`` are the keys of the chain that sets the earliest opening day.

    ``earliest_opening`` is the first possible day with the usual times, ``earliest_safe`` the first one that holds also if
    every authority takes all the time that the law gives. ``verdict`` is None without an opening day.
    """

    opening: datetime.date | None
    today: datetime.date
    tasks: tuple[Planned, ...]
    verdict: Verdict | None
    earliest_opening: datetime.date
    earliest_safe: datetime.date
    critical_path: tuple[str, ...]


# --- One task: what a span makes of a day ----------------------------------------------------------------------------


def usual_times(task: Task) -> tuple[Span, ...]:
    """Return what the decision takes as a rule: the usual time, else the law's."""
    span = task.usual or task.limit
    return (span,) if span else ()


def legal_times(task: Task) -> tuple[Span, ...]:
    """Return what the decision takes at most: the law's time, and the usual one where that should be longer."""
    return tuple(span for span in (task.limit, task.usual) if span)


def _after(day: datetime.date, span: Span) -> datetime.date:
    try:
        return min(after(day, span.amount, span.unit), LAST_DAY)
    except OverflowError:
        return LAST_DAY


def _before(day: datetime.date, span: Span) -> datetime.date:
    try:
        return max(before(day, span.amount, span.unit), FIRST_DAY)
    except OverflowError:
        return FIRST_DAY


def last_day(day: datetime.date, span: Span) -> datetime.date:
    """Return the working day on which the span that starts on a day ends (1930:173, 2 §)."""
    return next_working_day(_after(day, span))


def finish(hand_in: datetime.date, spans: Iterable[Span]) -> datetime.date:
    """Return the working day on which everything has passed; without a span it is the day itself."""
    return max((last_day(hand_in, span) for span in spans), default=hand_in)


def latest_start(end: datetime.date, spans: Iterable[Span]) -> datetime.date:
    """Return the last working day from which everything has passed by ``end``, a working day."""
    return min((_latest_start(end, span) for span in spans), default=end)


def _latest_start(end: datetime.date, span: Span) -> datetime.date:
    day = min(_before(end, span) + SAME_DAY_LATER * DAY, end)
    while day > FIRST_DAY and _after(day, span) > end:
        day -= DAY
    return previous_working_day(day)


def latest_notice(opening: datetime.date, notice: Span) -> datetime.date:
    """Return the last working day that still is so long before the opening."""
    return previous_working_day(_before(opening, notice))


def first_opening(day: datetime.date, notice: Span) -> datetime.date:
    """Return the first day to open if the notice is handed in on a working day: the opposite of :func:`latest_notice`."""
    opening = _after(day, notice)
    while opening > day and _before(opening - DAY, notice) >= day:
        opening -= DAY
    while opening < LAST_DAY and _before(opening, notice) < day:
        opening += DAY
    return opening


# --- All tasks -------------------------------------------------------------------------------------------------------


class _Tasks:
    """Tasks by key, with what each waits for, in an order in which everything comes after that."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        given = list(tasks)
        self.tasks = {task.key: task for task in given}
        if len(self.tasks) != len(given):
            raise ValueError("two tasks have one key")
        self.needs = {task.key: sorted(task.needs & self.tasks.keys()) for task in given}
        try:
            self.depths = depths(self.needs)
        except CircleError as error:
            raise CircularDependencyError(error.circle) from None
        self.order = sorted(self.tasks, key=lambda key: (self.depths[key], key))

    def earliest(self, first: datetime.date, times: Times) -> dict[str, datetime.date]:
        """Return the first day for each task to be handed in, from the working day ``first`` on."""
        days: dict[str, datetime.date] = {}
        for key in self.order:
            decided = (finish(days[other], times(self.tasks[other])) for other in self.needs[key])
            days[key] = max([first, *decided])
        return days

    def latest(self, opening: datetime.date, times: Times) -> dict[str, datetime.date]:
        """Return the last day for each task to be handed in."""
        opening = min(max(opening, FIRST_DAY + DAY), LAST_DAY + DAY)
        eve = previous_working_day(opening - DAY)
        days: dict[str, datetime.date] = {}
        waiting: dict[str, list[datetime.date]] = {key: [] for key in self.tasks}
        for key in reversed(self.order):
            task = self.tasks[key]
            ends = [*waiting[key], *([] if _is_only_notice(task) else [eve])]
            days[key] = min(
                [
                    *([latest_start(min(ends), times(task))] if ends else []),
                    *([latest_notice(opening, task.notice)] if task.notice else []),
                ]
            )
            for other in self.needs[key]:
                waiting[other].append(days[key])
        return days

    def opens(self, key: str, hand_in: datetime.date, times: Times) -> datetime.date:
        """Return the first day to open as far as this task goes, if it is handed in on a day."""
        task = self.tasks[key]
        return max(
            [
                *([] if _is_only_notice(task) else [finish(hand_in, times(task)) + DAY]),
                *([first_opening(hand_in, task.notice)] if task.notice else []),
            ]
        )

    def critical_path(self, earliest: Mapping[str, datetime.date], last: Iterable[str]) -> tuple[str, ...]:
        """Return the chain that ends in one of ``last`` and of which each sets the day of the next.

        Of several the longest, and of those the first by the keys; empty when there is no last.
        """
        chains: dict[str, tuple[str, ...]] = {}
        for key in self.order:
            setting = [
                chains[other]
                for other in self.needs[key]
                if finish(earliest[other], usual_times(self.tasks[other])) == earliest[key]
            ]
            chains[key] = (*_longest(setting), key)
        return _longest([chains[key] for key in last])


def _is_only_notice(task: Task) -> bool:
    """Whether nothing is decided: it only has to be in so long before the opening."""
    return task.notice is not None and task.usual is None and task.limit is None


def _longest(chains: list[tuple[str, ...]]) -> tuple[str, ...]:
    return min(chains, key=lambda chain: (-len(chain), chain), default=())


# --- The schedule ----------------------------------------------------------------------------------------------------


def schedule(tasks: Iterable[Task], today: datetime.date, opening: datetime.date | None = None) -> Schedule:
    """Return the days of all tasks.

    Raises:
        CircularDependencyError: tasks that wait for each other.
        ValueError: two tasks have one key, or a span is negative or in no known unit.
    """
    known = _Tasks(tasks)
    first = next_working_day(today)
    earliest, earliest_with_law = known.earliest(first, usual_times), known.earliest(first, legal_times)
    opens = {key: known.opens(key, day, usual_times) for key, day in earliest.items()}
    opens_with_law = (known.opens(key, day, legal_times) for key, day in earliest_with_law.items())
    earliest_opening, earliest_safe = max([today + DAY, *opens.values()]), max([today + DAY, *opens_with_law])
    path = known.critical_path(earliest, [key for key, day in opens.items() if day == earliest_opening])
    latest: dict[str, datetime.date] = {}
    latest_with_law: dict[str, datetime.date] = {}
    if opening is not None:
        latest, latest_with_law = known.latest(opening, usual_times), known.latest(opening, legal_times)
    planned = [
        _planned(task, earliest[key], latest.get(key), latest_with_law.get(key), key in path)
        for key, task in known.tasks.items()
    ]
    return Schedule(
        opening=opening,
        today=today,
        tasks=tuple(
            sorted(planned, key=lambda task: (task.hand_in or task.earliest, known.depths[task.key], task.key))
        ),
        verdict=None if opening is None else _verdict(opening, earliest_opening, earliest_safe, bool(planned)),
        earliest_opening=earliest_opening,
        earliest_safe=earliest_safe,
        critical_path=path,
    )


def _verdict(
    opening: datetime.date, earliest_opening: datetime.date, earliest_safe: datetime.date, has_tasks: bool
) -> Verdict:
    if opening >= earliest_safe or not has_tasks:
        return Verdict.SAFE
    return Verdict.USUAL if opening >= earliest_opening else Verdict.TOO_LATE


def _planned(
    task: Task,
    earliest: datetime.date,
    latest: datetime.date | None,
    latest_with_law: datetime.date | None,
    critical: bool,
) -> Planned:
    start = latest or earliest
    spans = usual_times(task)
    return Planned(
        key=task.key,
        hand_in=latest,
        hand_in_safe=latest_with_law,
        earliest=earliest,
        decided=finish(start, spans) if spans else None,
        decided_latest=last_day(start, task.limit) if task.limit else None,
        # The extension runs on from where the first time ended, not from the working day it was moved to.
        extended_to=last_day(_after(start, task.limit), task.extension) if task.limit and task.extension else None,
        slack=None if latest is None else working_days_between(earliest, latest),
        critical=critical,
    )
