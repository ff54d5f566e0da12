"""What the statistics need of a request, as one number: so a hundred thousand cross from the database as one text.

The database reads them from an index, row by row, and neither sorts nor groups; that costs it least, and Python takes
the numbers apart by what they have in common (ADR 49).
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    DateTimeField,
    FloatField,
    Func,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
)
from django.db.models import Case as When
from django.db.models import When as Then
from django.db.models.functions import Cast, Ceil, Coalesce, Greatest, Least
from django.db.models.lookups import GreaterThanOrEqual

from ..enums import OPEN, CaseStatus, Channel
from ..models import CaseQuerySet, Pause
from .office import MINUTE, OfficeClock, OfficeTime, Place
from .period import Period

__all__ = ["LEFT_OUT", "Joined", "Kind", "Layout", "Request", "ended_at", "numbers_of"]

# Never answered for themselves: a merged case is answered where it was merged, a robot's is not answered at all.
MERGED = Q(status=CaseStatus.MERGED)
LEFT_OUT = MERGED | Q(status=CaseStatus.QUARANTINED) | ~Q(quarantine_reason="")


class Kind:
    """What a request is. It can be answered and open, or closed and unanswered."""

    UNANSWERED, OPEN, CLOSED, MERGED, QUARANTINED, ALL = 1, 2, 4, 8, 16, 32


class Joined(Aggregate):
    """The whole numbers of all rows as one text, with commas between; nothing stands for a null."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s)"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        # Made a text at the end: STRING_AGG would keep a text for each.
        return self.as_sql(compiler, connection, template="ARRAY_TO_STRING(ARRAY_AGG(%(expressions)s), ',')", **extra)


def numbers_of(joined: str | None) -> Iterator[int]:
    """Return what `Joined` joined."""
    return map(int, joined.split(",")) if joined else iter(())


def ended_at() -> Coalesce:
    """Return when somebody no longer waited for a first answer: it had come, or the case was closed."""
    return Coalesce("first_answer_at", "closed_at")


@dataclass(frozen=True)
class Request:
    """Requests that have everything but their time in common."""

    topic: int  # its key, and the unit's
    unit: int
    channel: str
    step: int  # the number of the week or month in which it came, from 0
    ended: int  # in which it no longer waited, if it came in the period; -1 before it or never, one too many after it
    kind: int
    halves: list[int]  # begun half minutes of office time to the first answer, or to now


class Layout:
    """How a request is written as a number: places of mixed size, the time last."""

    def __init__(
        self, topics: list[int], units: list[int], period: Period, clock: OfficeClock, now: datetime.datetime
    ) -> None:
        self.topics, self.units, self.channels = sorted(topics), sorted(units), list(Channel.values)
        self.marks = [*(step.start for step in period.steps), period.end]
        self.clock, self.now = clock, now
        self.times = clock.sums[-1] * 2 // MINUTE + 3  # more than any time that it can count

    def joined(self, cases: CaseQuerySet) -> str | None:
        """Return what `read` reads, of cases received in the period. One query."""
        ended = Coalesce(Place(ended_at(), self.marks), 0)
        channel = When(*(Then(channel=name, then=number) for number, name in enumerate(self.channels)), default=0)
        number: Any = Cast(Place("topic", self.topics) - 1, BigIntegerField())
        for size, value in (
            (len(self.units), Place("unit", self.units) - 1),
            (len(self.channels), channel),
            (len(self.marks), Place("received_at", self.marks) - 1),
            (len(self.marks) + 1, ended),
            (Kind.ALL, _kind()),
            (self.times, self._half_minutes()),
        ):
            number = number * size + value
        joined: str | None = cases.order_by().aggregate(requests=Joined(number))["requests"]
        return joined

    def read(self, joined: str | None) -> Iterator[Request]:
        found: dict[int, list[int]] = defaultdict(list)
        for number in numbers_of(joined):
            found[number // self.times].append(number % self.times)
        for number, halves in found.items():
            rest, kind = divmod(number, Kind.ALL)
            rest, ended = divmod(rest, len(self.marks) + 1)
            rest, step = divmod(rest, len(self.marks))
            rest, channel = divmod(rest, len(self.channels))
            topic, unit = divmod(rest, len(self.units))
            yield Request(self.topics[topic], self.units[unit], self.channels[channel], step, ended - 1, kind, halves)

    def _half_minutes(self) -> Any:
        """Return the begun half minutes from receiving to the first answer, or to now, without the pauses."""
        present = Value(self.now, DateTimeField())
        # Most cases never waited for their sender: only for those that did, their pauses are looked up one by one.
        paused = When(
            Then(pk__in=Pause.objects.order_by().values("case"), then=Coalesce(Subquery(self._paused(present)), 0.0)),
            default=0.0,
            output_field=FloatField(),
        )
        until = OfficeTime(Coalesce("first_answer_at", present), self.clock, beyond=1)
        spent = until - OfficeTime("received_at", self.clock) - paused
        return Cast(Ceil(Greatest(spent, Value(0.0)) * 2 / float(MINUTE)), BigIntegerField())

    def _paused(self, present: Value) -> Any:
        """Return the office time in which a case waited for its sender before it was answered.

        One that ends while its case waits ends one microsecond beyond where it began to wait, as when the office is
        closed.
        """
        until = Coalesce(OuterRef("first_answer_at"), present)
        ended = Coalesce("ended_at", present)
        begun = Greatest("started_at", OuterRef("received_at"))
        spent = OfficeTime(Least(ended, until), self.clock) - OfficeTime(begun, self.clock)
        beyond = When(Then(GreaterThanOrEqual(ended, until), then=1.0), default=0.0, output_field=FloatField())
        # Not Django's Sum, which would group what is one case already.
        total = Func(Greatest(spent, Value(0.0)) - beyond, function="SUM", output_field=FloatField())
        return (
            Pause.objects.filter(case=OuterRef("pk"), started_at__lt=until)
            .order_by()
            .annotate(total=total)
            .values("total")
        )


def _kind() -> Any:
    state = When(
        Then(MERGED, then=Kind.MERGED),
        Then(LEFT_OUT, then=Kind.QUARANTINED),
        Then(status=CaseStatus.CLOSED, then=Kind.CLOSED),
        Then(status__in=OPEN, then=Kind.OPEN),
        default=0,
    )
    return state + When(Then(first_answer_at__isnull=True, then=Kind.UNANSWERED), default=0)
