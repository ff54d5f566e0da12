"""What is counted. Every figure follows from cases, pauses and history as they stand; nothing is kept beside them.

The number of queries is the same however many cases there are and however long the period is.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import (
    Aggregate,
    Count,
    DateField,
    DateTimeField,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    TextField,
    Value,
)
from django.db.models import Case as When
from django.db.models import When as Then
from django.db.models.functions import Cast, Ceil, Coalesce, Greatest, Least, TruncMonth, TruncWeek
from django.db.models.lookups import GreaterThanOrEqual

from business.core.working_time import STOCKHOLM

from ..enums import OPEN, CaseStatus, EventKind, MailPurpose
from ..models import CaseQuerySet, Event, Pause
from .office import MINUTE, OfficeClock, OfficeTime
from .period import Period

__all__ = ["Figures", "Tally", "Within", "count"]

# Never answered for themselves: a merged case is answered where it was merged, a robot's is not answered at all.
LEFT_OUT = Q(status__in=[CaseStatus.MERGED, CaseStatus.QUARANTINED]) | ~Q(quarantine_reason="")
CLOSED = Q(status=CaseStatus.CLOSED)
HAS_ANSWER = Q(first_answer_at__isnull=False)
HAPPENED = (EventKind.REOPENED, EventKind.DELAYED, EventKind.MAIL_FAILED)


class Joined(Aggregate):
    """The values of a group as one text, with commas between: both databases have it, under two names."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)


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

    def add(self, row: dict[str, Any], answers: list[int], waits: list[int]) -> None:
        self.received += row["received"]
        self.unanswered += row["unanswered"]
        self.open += row["open"]
        self.closed += row["closed"]
        self.answers += answers
        self.waits += waits

    @property
    def answered(self) -> int:
        return len(self.answers)

    @property
    def waiting(self) -> int:
        return len(self.waits)

    @cached_property
    def _times(self) -> list[tuple[int, int]]:
        return sorted(Counter(self.answers).items())

    def percentile(self, part: float) -> int | None:
        """Return the shortest time, in minutes, within which at least this part of the answers came."""
        seen = 0
        for halves, times in self._times:
            seen += times
            if seen >= part * self.answered:
                return halves // 2
        return None

    def within(self, minutes: int) -> Within:
        met = sum(times for halves, times in self._times if halves <= 2 * minutes)
        passed = sum(halves > 2 * minutes for halves in self.waits)
        return Within(met, self.answered + passed, self.waiting - passed)


@dataclass(frozen=True)
class Figures:
    """What is told about a period."""

    total: Tally
    topics: dict[str, Tally]
    units: dict[str, Tally]
    channels: dict[str, Tally]
    steps: dict[datetime.date, Tally]
    # How many waited for a first answer when each week or month was over.
    backlog: dict[datetime.date, int]
    happened: dict[str, int]
    merged: int
    quarantined: int


def count(cases: CaseQuerySet, period: Period, clock: OfficeClock, now: datetime.datetime) -> Figures:
    """Count what the cases tell about the period, as of ``now``. Seven queries at most.

    ``clock`` must reach from the first day of the period to today.
    """
    counted = cases.exclude(LEFT_OUT)
    total, by = _tallies(counted, period, clock, now)
    received = cases.filter(received_at__gte=period.start, received_at__lt=period.end)
    left_out = received.order_by().aggregate(
        merged=Count("pk", filter=Q(status=CaseStatus.MERGED)),
        quarantined=Count("pk", filter=LEFT_OUT & ~Q(status=CaseStatus.MERGED)),
    )
    return Figures(
        total,
        topics=by["topics"],
        units=by["units"],
        channels=by["channels"],
        steps=by["steps"],
        backlog=_backlog(counted, period, by["steps"], now),
        happened=_happened(counted, period),
        **left_out,
    )


def _tallies(
    cases: CaseQuerySet, period: Period, clock: OfficeClock, now: datetime.datetime
) -> tuple[Tally, dict[str, dict[Any, Tally]]]:
    times = _half_minutes(clock, now)
    rows = (
        cases.filter(received_at__gte=period.start, received_at__lt=period.end)
        .order_by()
        .annotate(step=_step(period, "received_at"))
        .values("topic__slug", "unit__slug", "channel", "step")
        .annotate(
            received=Count("pk"),
            unanswered=Count("pk", filter=CLOSED & ~HAS_ANSWER),
            open=Count("pk", filter=Q(status__in=OPEN)),
            closed=Count("pk", filter=CLOSED),
            answers=Joined(times, filter=HAS_ANSWER),
            waits=Joined(times, filter=~HAS_ANSWER & ~CLOSED),
        )
    )
    keys = {"topics": "topic__slug", "units": "unit__slug", "channels": "channel", "steps": "step"}
    total, by = Tally(), {name: {} for name in keys}  # type: tuple[Tally, dict[str, dict[Any, Tally]]]
    for row in rows:
        answers, waits = _numbers(row["answers"]), _numbers(row["waits"])
        for tally in (total, *(by[name].setdefault(row[key], Tally()) for name, key in keys.items())):
            tally.add(row, answers, waits)
    return total, by


def _numbers(joined: str | None) -> list[int]:
    return [int(number) for number in joined.split(",")] if joined else []


def _half_minutes(clock: OfficeClock, now: datetime.datetime) -> Any:
    """Return the begun half minutes of office time from receiving to the first answer, or to now, without the pauses."""
    present = Value(now, DateTimeField())
    until = Coalesce("first_answer_at", present)
    # Most cases never waited for their sender: only for those that did, their pauses are looked up one by one.
    paused = When(
        Then(pk__in=Pause.objects.order_by().values("case"), then=Coalesce(Subquery(_paused(clock, present)), 0.0)),
        default=0.0,
        output_field=FloatField(),
    )
    spent = OfficeTime(until, clock, beyond=1) - OfficeTime("received_at", clock) - paused
    return Cast(Cast(Ceil(Greatest(spent, Value(0.0)) * 2 / float(MINUTE)), IntegerField()), TextField())


def _paused(clock: OfficeClock, present: Value) -> Any:
    """Return the office time in which a case waited for its sender before it was answered.

    One that ends while its case waits ends one microsecond beyond where it began to wait, as when the office is closed.
    """
    until = Coalesce(OuterRef("first_answer_at"), present)
    ended = Coalesce("ended_at", present)
    spent = OfficeTime(Least(ended, until), clock) - OfficeTime(Greatest("started_at", OuterRef("received_at")), clock)
    beyond = When(Then(GreaterThanOrEqual(ended, until), then=1.0), default=0.0, output_field=FloatField())
    return (
        Pause.objects.filter(case=OuterRef("pk"), started_at__lt=until)
        .order_by()
        .values("case")
        .annotate(total=Sum(Greatest(spent, Value(0.0)) - beyond))
        .values("total")
    )


def _step(period: Period, moment: str) -> Any:
    """Return the Monday or the first of the month, by the calendar in Sweden."""
    return (TruncWeek if period.in_weeks else TruncMonth)(moment, output_field=DateField(), tzinfo=STOCKHOLM)


def _backlog(
    cases: CaseQuerySet, period: Period, received: dict[datetime.date, Tally], now: datetime.datetime
) -> dict[datetime.date, int]:
    """Count who had written, and had neither an answer nor their case closed, at the end of each week or month."""
    ended = cases.order_by().annotate(ended_at=Coalesce("first_answer_at", "closed_at"))
    waiting = (
        ended.filter(received_at__lt=period.start)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gte=period.start))
        .count()
    )
    done = dict(
        ended.filter(ended_at__gte=period.start, ended_at__lt=period.end)
        .annotate(step=_step(period, "ended_at"))
        .values_list("step")
        .annotate(Count("pk"))
    )
    backlog = {}
    for step in period.steps_until(now.astimezone(STOCKHOLM).date()):
        waiting += (received[step.key].received if step.key in received else 0) - done.get(step.key, 0)
        backlog[step.key] = waiting
    return backlog


def _happened(cases: CaseQuerySet, period: Period) -> dict[str, int]:
    """Count what the history of the cases tells of the period, whenever they were received."""
    events = Event.objects.filter(
        kind__in=HAPPENED, at__gte=period.start, at__lt=period.end, case_id__in=cases.order_by().values("pk")
    ).exclude(kind=EventKind.MAIL_FAILED, data__purpose=MailPurpose.ALERT)
    counts: Iterable[tuple[str, int]] = events.order_by().values_list("kind").annotate(Count("pk"))
    return {**dict.fromkeys(HAPPENED, 0), **dict(counts)}
