"""When each application must be handed in, and when a company can open. Pure: the days come in, the days come out.

Backward from the opening day: everything is decided by the working day before it, and nothing is handed in before what it
needs is decided. Forward from today: how soon all of that can be. Which times count says the day of handing in; where a
shorter time begins, a last day is still one up to which every day holds.

Sources: lag (1930:173) om beräkning av lagstadgad tid, through :mod:`business.core.spans`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
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

    ``later`` are other times by the day from which on they hold, in that order: the day of handing in decides which count.
    What these need says the task alone.
    """

    key: str
    usual: Span | None = None
    limit: Span | None = None
    extension: Span | None = None
    notice: Span | None = None
    needs: frozenset[str] = frozenset()
    later: tuple[tuple[datetime.date, Task], ...] = ()

    def on(self, hand_in: datetime.date) -> Task:
        """Return the task with the times that count for what is handed in on a day."""
        return next((task for start, task in reversed(self.later) if start <= hand_in), self)

    def periods(self) -> Iterator[tuple[datetime.date, datetime.date, Task]]:
        """Yield the first and the last day of each of its times, in order."""
        starts = [FIRST_DAY, *(start for start, _task in self.later)]
        ends = [*(start - DAY for start in starts[1:]), LAST_DAY]
        yield from zip(starts, ends, [self, *(task for _start, task in self.later)], strict=True)


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
    every authority takes all the ordinary time of the law. ``verdict`` is None without an opening day.
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


@dataclass(frozen=True)
class _Wanted:
    """What has to hold of a day to hand in: decided by the ``eve`` of the opening and by the days on which others that wait
    for it are handed in, with these ``times``.
    """

    opening: datetime.date
    eve: datetime.date
    waiting: tuple[datetime.date, ...]
    times: Times

    def last(self, task: Task) -> datetime.date:
        """Return the last day to hand in by one set of times; every day before it holds too."""
        ends = [*self.waiting, *([] if _is_only_notice(task) else [self.eve])]
        return min(
            [
                *([latest_start(min(ends), self.times(task))] if ends else []),
                *([latest_notice(self.opening, task.notice)] if task.notice else []),
            ]
        )

    def last_of(self, task: Task, earliest: datetime.date) -> datetime.date:
        """Return the last day to hand in, such that each day from ``earliest`` to it holds.

        Where ``earliest`` itself is too late, the last day before it on which it could have been handed in.
        """
        found = None
        for start, end, then in task.periods():
            begin, final = max(start, earliest), previous_working_day(end)
            if final < begin:
                continue
            last = self.last(then)
            if last >= begin:
                found = min(last, final)
            if last < final:
                break
        if found is not None:
            return found
        past = (
            (start, min(self.last(then), previous_working_day(min(end, earliest - DAY))))
            for start, end, then in task.periods()
            if start < earliest
        )
        return max(day for start, day in past if day >= start or start == FIRST_DAY)


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

    def earliest(self, first: datetime.date) -> dict[str, datetime.date]:
        """Return the first day for each task to be handed in, from the working day ``first`` on, by the usual times."""
        days: dict[str, datetime.date] = {}
        for key in self.order:
            decided = (
                finish(days[other], usual_times(self.tasks[other].on(days[other]))) for other in self.needs[key]
            )
            days[key] = max([first, *decided])
        return days

    def earliest_with_law(self, first: datetime.date, usual: Mapping[str, datetime.date]) -> dict[str, datetime.date]:
        """Return the same if every authority takes all the time that the law gives.

        Whoever calls a day safe must be right whenever it is handed in: of the times between the first day by the ``usual``
        ones and this one, those count that take longest.
        """
        days: dict[str, datetime.date] = {}
        for key in self.order:
            decided = (
                finish(day, legal_times(then))
                for other in self.needs[key]
                for day, then in _between(self.tasks[other], usual[other], days[other])
            )
            days[key] = max([first, *decided])
        return days

    def latest(
        self, opening: datetime.date, earliest: Mapping[str, datetime.date], times: Times
    ) -> dict[str, datetime.date]:
        """Return the last day for each task to be handed in."""
        opening = min(max(opening, FIRST_DAY + DAY), LAST_DAY + DAY)
        eve = previous_working_day(opening - DAY)
        days: dict[str, datetime.date] = {}
        waiting: dict[str, list[datetime.date]] = {key: [] for key in self.tasks}
        for key in reversed(self.order):
            wanted = _Wanted(opening, eve, tuple(waiting[key]), times)
            days[key] = wanted.last_of(self.tasks[key], earliest[key])
            for other in self.needs[key]:
                waiting[other].append(days[key])
        return days

    def opens(self, key: str, first: datetime.date, last: datetime.date, times: Times) -> datetime.date:
        """Return the first day to open as far as this task goes, if it is handed in on any day from ``first`` to ``last``."""
        return max(_opens(then, day, times) for day, then in _between(self.tasks[key], first, last))

    def critical_path(self, earliest: Mapping[str, datetime.date], last: Iterable[str]) -> tuple[str, ...]:
        """Return the chain that ends in one of ``last`` and of which each sets the day of the next.

        Of several the longest, and of those the first by the keys; empty when there is no last.
        """
        chains: dict[str, tuple[str, ...]] = {}
        for key in self.order:
            setting = [
                chains[other]
                for other in self.needs[key]
                if finish(earliest[other], usual_times(self.tasks[other].on(earliest[other]))) == earliest[key]
            ]
            chains[key] = (*_longest(setting), key)
        return _longest([chains[key] for key in last])


def _between(task: Task, first: datetime.date, last: datetime.date) -> Iterator[tuple[datetime.date, Task]]:
    """Yield the last working day from ``first`` to ``last`` of each of the task's times, with these."""
    for start, end, then in task.periods():
        day = previous_working_day(min(end, last))
        if day >= max(start, first):
            yield day, then


def _opens(task: Task, hand_in: datetime.date, times: Times) -> datetime.date:
    """Return the first day to open by one set of times."""
    return max(
        [
            *([] if _is_only_notice(task) else [finish(hand_in, times(task)) + DAY]),
            *([first_opening(hand_in, task.notice)] if task.notice else []),
        ]
    )


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
    earliest = known.earliest(first)
    earliest_with_law = known.earliest_with_law(first, earliest)
    opens = {key: known.opens(key, day, day, usual_times) for key, day in earliest.items()}
    opens_with_law = (known.opens(key, earliest[key], day, legal_times) for key, day in earliest_with_law.items())
    earliest_opening, earliest_safe = max([today + DAY, *opens.values()]), max([today + DAY, *opens_with_law])
    path = known.critical_path(earliest, [key for key, day in opens.items() if day == earliest_opening])
    latest: dict[str, datetime.date] = {}
    latest_with_law: dict[str, datetime.date] = {}
    if opening is not None:
        latest = known.latest(opening, earliest, usual_times)
        latest_with_law = known.latest(opening, earliest, legal_times)
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
    task = task.on(start)
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
