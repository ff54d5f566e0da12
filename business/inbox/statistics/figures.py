"""What is counted. Every figure follows from cases, pauses, history and ratings as they stand; nothing is kept beside them.

The number of queries is the same however many cases there are and however long the period is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil
from typing import TypeVar

import numpy as np
from django.db.models import Count, Q

from business.core.working_time import STOCKHOLM
from business.organisation.models import Unit

from ..enums import FLEETING, EventKind
from ..models import CaseQuerySet, Event, Topic
from .columns import Column, Microseconds, Numbers, moments, none, places
from .office import OfficeClock
from .period import Period
from .ratings import Ratings, count_ratings
from .requests import CHANNELS, LEFT_OUT, Kind, Requests, ended_at, read_requests

__all__ = ["Figures", "Tally", "Within", "count"]

Key = TypeVar("Key")
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


@dataclass(frozen=True)
class Tally:
    """Requests of one group: how many, and the working time of each.

    Times are in begun half minutes, the shortest first: so what is one second beyond whole minutes stays beyond them,
    and half of it is the time to the nearest minute.
    """

    received: int = 0
    unanswered: int = 0  # closed, and never answered
    open: int = 0
    closed: int = 0
    answers: Numbers = field(default_factory=none)  # to the first answer
    waits: Numbers = field(default_factory=none)  # until now, of those who still wait for one

    @classmethod
    def of(cls, kind: Numbers, halves: Numbers) -> Tally:
        """Count requests of these kinds, in order of their time."""
        unanswered, closed = kind & Kind.UNANSWERED != 0, kind & Kind.CLOSED != 0
        return cls(
            received=len(kind),
            unanswered=int(np.count_nonzero(unanswered & closed)),
            open=int(np.count_nonzero(kind & Kind.OPEN)),
            closed=int(np.count_nonzero(closed)),
            answers=halves[~unanswered],
            waits=halves[unanswered & ~closed],
        )

    @property
    def answered(self) -> int:
        return len(self.answers)

    @property
    def waiting(self) -> int:
        return len(self.waits)

    def percentile(self, part: float) -> int | None:
        """Return the shortest time, in minutes, within which at least this part of the answers came."""
        return int(self.answers[ceil(part * self.answered) - 1]) // 2 if self.answered else None

    def within(self, minutes: int) -> Within:
        met, still = (int(np.searchsorted(each, 2 * minutes, side="right")) for each in (self.answers, self.waits))
        return Within(met, self.answered + self.waiting - still, still)


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
    marks = moments([*(step.start for step in period.steps), period.end])
    received = cases.filter(received_at__gte=period.start, received_at__lt=period.end)
    requests = read_requests(received, period.start, clock, now)
    # Asked for after the requests: so each of theirs is known.
    topics, units = (dict(model.objects.order_by("pk").values_list("pk", "slug")) for model in (Topic, Unit))
    merged, quarantined = (int(np.count_nonzero(requests.kind & kind)) for kind in (Kind.MERGED, Kind.QUARANTINED))
    # In order of their time: so the requests of each group are, too.
    left = np.flatnonzero(requests.kind & (Kind.MERGED | Kind.QUARANTINED) == 0)
    requests = requests.at(left[np.argsort(requests.halves[left])])
    began, ended = places(requests.received, marks), places(requests.ended, marks)
    backlog = _backlog(_waited(counted, period), began, ended, marks)
    return Figures(
        happened=_happened(counted, period),
        ratings=count_ratings(cases, period, topics, units),
        total=Tally.of(requests.kind, requests.halves),
        topics=_tallies(requests, places(requests.topic, np.array(list(topics))), topics.values()),
        units=_tallies(requests, places(requests.unit, np.array(list(units))), units.values()),
        channels=_tallies(requests, requests.channel, CHANNELS),
        steps=_tallies(requests, began, (step.key for step in period.steps)),
        backlog={
            step.key: int(backlog[place])
            for place, step in enumerate(period.steps_until(now.astimezone(STOCKHOLM).date()))
        },
        merged=merged,
        quarantined=quarantined,
    )


def _tallies(requests: Requests, group: Numbers, keys: Iterable[Key]) -> dict[Key, Tally]:
    """Count the requests of each group that has any; their group is the place of its key."""
    # Sorted as short numbers: that takes a fifth of the time.
    order = np.argsort(group.astype(np.int16), kind="stable")
    members = np.split(order, np.cumsum(np.bincount(group)))
    return {
        key: Tally.of(requests.kind[each], requests.halves[each])
        for key, each in zip(keys, members, strict=False)
        if len(each)
    }


def _waited(cases: CaseQuerySet, period: Period) -> Numbers:
    """Return when each of those who waited for a first answer when the period began no longer did."""
    waited = cases.annotate(ended_at=ended_at()).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=period.start), received_at__lt=period.start
    )
    ended: Numbers = waited.order_by().aggregate(ended=Column(Microseconds("ended_at")))["ended"]
    return ended


def _backlog(before: Numbers, began: Numbers, ended: Numbers, marks: Numbers) -> Numbers:
    """Return how many waited for a first answer at the end of each week or month.

    Those who waited before the period, and those who began to in it, without those who ended to.
    """

    def number(places: Numbers) -> Numbers:
        return np.bincount(places[places >= 0], minlength=len(marks))

    change = number(began) - number(ended) - number(places(before, marks))
    return len(before) + np.cumsum(change)


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
