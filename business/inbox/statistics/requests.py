"""What the statistics need of a request, as two numbers: so a hundred thousand cross from the database as two texts.

The database reads them from an index, row by row, and neither sorts nor groups; that costs it least, and Python puts
together what has the first number in common (ADR 49).
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    DateTimeField,
    F,
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


def numbers_of(joined: str | None) -> list[int]:
    """Return what `Joined` joined. JSON is read in C, in half the time that `int` takes for a hundred thousand."""
    numbers: list[int] = json.loads(f"[{joined or ''}]")
    return numbers


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
    """How a request is written as two numbers: what it has in common with others, and its time."""

    def __init__(self, units: Iterable[int], period: Period, clock: OfficeClock, now: datetime.datetime) -> None:
        self.units, self.channels = max(units, default=0) + 1, list(Channel.values)
        self.marks = [*(step.start for step in period.steps), period.end]
        self.clock, self.now = clock, now

    def requests(self, cases: CaseQuerySet) -> Iterator[Request]:
        """Return what the statistics need of these cases, which were received in the period. Two queries.

        Most cases never waited for their sender. Those that did are read by themselves, with their pauses: merely that
        a pause could be looked up makes each of the others a third dearer.
        """
        paused = Pause.objects.order_by().values("case")
        yield from self._read(cases.exclude(pk__in=paused), self._half_minutes())
        yield from self._read(cases.filter(pk__in=paused), self._half_minutes(with_pauses=True))

    def _read(self, cases: CaseQuerySet, halves: Any) -> Iterator[Request]:
        joined = cases.order_by().aggregate(requests=Joined(self._in_common()), halves=Joined(halves))
        found: dict[str, list[int]] = defaultdict(list)
        numbers = joined["requests"].split(",") if joined["requests"] else []
        for number, time in zip(numbers, numbers_of(joined["halves"]), strict=True):  # few differ: each is read once
            found[number].append(time)
        for number, times in found.items():
            rest, kind = divmod(int(number), Kind.ALL)
            rest, ended = divmod(rest, len(self.marks) + 1)
            rest, step = divmod(rest, len(self.marks))
            rest, channel = divmod(rest, len(self.channels))
            topic, unit = divmod(rest, self.units)
            yield Request(topic, unit, self.channels[channel], step, ended - 1, kind, times)

    def _in_common(self) -> Any:
        ended = Coalesce(Place(ended_at(), self.marks), 0)
        channel = When(*(Then(channel=name, then=number) for number, name in enumerate(self.channels)), default=0)
        number: Any = Cast("topic", BigIntegerField())
        for size, value in (
            (self.units, F("unit")),
            (len(self.channels), channel),
            (len(self.marks), Place("received_at", self.marks) - 1),
            (len(self.marks) + 1, ended),
            (Kind.ALL, _kind()),
        ):
            number = number * size + value
        return number

    def _half_minutes(self, *, with_pauses: bool = False) -> Any:
        """Return the begun half minutes from receiving to the first answer, or to now, without the pauses."""
        present = Value(self.now, DateTimeField())
        until = OfficeTime(Coalesce("first_answer_at", present), self.clock, beyond=1)
        spent: Any = until - OfficeTime("received_at", self.clock)
        if with_pauses:
            spent -= Coalesce(Subquery(self._paused(present)), 0.0)
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
