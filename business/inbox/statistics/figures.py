"""What is counted. Every figure follows from cases, pauses, history and ratings as they stand; nothing is kept beside them.

The number of queries is the same however many cases there are and however long the period is.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

from django.db.models import Count, Q

from business.core.working_time import STOCKHOLM
from business.organisation.models import Unit

from ..enums import FLEETING, EventKind
from ..models import CaseQuerySet, Event, Topic
from .office import OfficeClock, Place
from .period import Period
from .ratings import Ratings, count_ratings
from .requests import LEFT_OUT, Joined, Kind, Layout, Request, ended_at, numbers_of

__all__ = ["Figures", "Tally", "Within", "count"]

HAPPENED = (EventKind.REOPENED, EventKind.DELAYED, EventKind.MAIL_FAILED)


@dataclass(frozen=True)
class Within:
    """How many first answers came within some working days.

    Counted are those that were answered, and those that were not though the time has passed. ``pending`` are those
    whose time has not.
    """

    met: int
    counted: int
    pending: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; nothing where there is nothing to count."""
        return self.met / self.counted if self.counted else None


@dataclass
class Tally:
    """Requests of one group: how many, and the working time of each.

    Times are in begun half minutes: so what is one second beyond whole minutes stays beyond them, and half of it is
    the time to the nearest minute.
    """

    received: int = 0
    unanswered: int = 0  # closed, and never answered
    open: int = 0
    closed: int = 0
    answers: list[int] = field(default_factory=list)  # to the first answer
    waits: list[int] = field(default_factory=list)  # until now, of those who still wait for one

    def add(self, request: Request) -> None:
        number = len(request.halves)
        self.received += number
        self.open += number if request.kind & Kind.OPEN else 0
        self.closed += number if request.kind & Kind.CLOSED else 0
        if not request.kind & Kind.UNANSWERED:
            self.answers += request.halves
        elif request.kind & Kind.CLOSED:
            self.unanswered += number
        else:
            self.waits += request.halves

    @property
    def answered(self) -> int:
        return len(self.answers)

    @property
    def waiting(self) -> int:
        return len(self.waits)

    @cached_property
    def _times(self) -> tuple[list[int], list[int]]:
        """The times that came, the shortest first, and how many answers came within each."""
        numbers = Counter(self.answers)
        times = sorted(numbers)
        return times, list(accumulate(map(numbers.__getitem__, times)))

    def percentile(self, part: float) -> int | None:
        """Return the shortest time, in minutes, within which at least this part of the answers came."""
        halves, within = self._times
        return halves[bisect_left(within, part * self.answered)] // 2 if halves else None

    def within(self, minutes: int) -> Within:
        halves, within = self._times
        place = bisect_right(halves, 2 * minutes)
        passed = sum(halves > 2 * minutes for halves in self.waits)
        return Within(within[place - 1] if place else 0, self.answered + passed, self.waiting - passed)


@dataclass
class Figures:
    """What is told about a period."""

    happened: dict[str, int]
    ratings: Ratings
    total: Tally = field(default_factory=Tally)
    topics: dict[str, Tally] = field(default_factory=dict)
    units: dict[str, Tally] = field(default_factory=dict)
    channels: dict[str, Tally] = field(default_factory=dict)
    steps: dict[datetime.date, Tally] = field(default_factory=dict)
    # How many waited for a first answer when each week or month was over.
    backlog: dict[datetime.date, int] = field(default_factory=dict)
    merged: int = 0
    quarantined: int = 0


def count(cases: CaseQuerySet, period: Period, clock: OfficeClock, now: datetime.datetime) -> Figures:
    """Count what the cases tell about the period, as of ``now``. Seven queries.

    ``clock`` must reach from the first day of the period, or of the first case if that is later, to today.
    """
    counted = cases.exclude(LEFT_OUT)
    topics, units = (dict(model.objects.order_by().values_list("pk", "slug")) for model in (Topic, Unit))
    layout = Layout(units, period, clock, now)
    found = Figures(
        happened=_happened(counted, period),
        ratings=count_ratings(cases, period),
    )
    # How many waited when the period began; then, of each week or month, how many more began to wait than ended.
    waiting, change = _before(counted, period)
    received = cases.filter(received_at__gte=period.start, received_at__lt=period.end)
    for request in layout.requests(received):
        number = len(request.halves)
        if request.kind & (Kind.MERGED | Kind.QUARANTINED):
            found.merged += number if request.kind & Kind.MERGED else 0
            found.quarantined += number if request.kind & Kind.QUARANTINED else 0
            continue
        change[request.step] += number
        change[request.ended] -= number
        groups: tuple[tuple[dict[Any, Tally], Any], ...] = (
            (found.topics, topics[request.topic]),
            (found.units, units[request.unit]),
            (found.channels, request.channel),
            (found.steps, period.steps[request.step].key),
        )
        for tallies, key in groups:
            tallies.setdefault(key, Tally()).add(request)
        found.total.add(request)
    for number, step in enumerate(period.steps_until(now.astimezone(STOCKHOLM).date())):
        waiting += change[number]
        found.backlog[step.key] = waiting
    return found


def _before(cases: CaseQuerySet, period: Period) -> tuple[int, Counter[int]]:
    """Count who waited for a first answer when the period began, and in which of its weeks or months they ended to."""
    marks = [*(step.start for step in period.steps), period.end]
    waited = (
        cases.order_by()
        .annotate(ended_at=ended_at())
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gte=period.start), received_at__lt=period.start)
        .aggregate(number=Count("pk"), ended=Joined(Place("ended_at", marks)))
    )
    change: Counter[int] = Counter()
    change.subtract(place - 1 for place in numbers_of(waited["ended"]))
    return waited["number"], change


def _happened(cases: CaseQuerySet, period: Period) -> dict[str, int]:
    """Count what the history of the cases tells of the period, whenever they were received."""
    events = Event.objects.filter(kind__in=HAPPENED, at__gte=period.start, at__lt=period.end).exclude(
        kind=EventKind.MAIL_FAILED, data__purpose__in=sorted(FLEETING)
    )
    # Asked only about the cases that they tell of: whose a case is takes much longer to find out for all.
    seen = cases.order_by().filter(pk__in=events.order_by().values("case_id"))
    events = events.filter(case_id__in=seen.values("pk"))
    counts: Iterable[tuple[str, int]] = events.order_by().values_list("kind").annotate(Count("pk"))
    return {**dict.fromkeys(HAPPENED, 0), **dict(counts)}
