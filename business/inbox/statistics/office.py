"""Office time in the database: how much of it had passed at a moment, for any number of rows at once; and the weeks.

The working time between two moments is the difference of two such sums, so nothing of it is stored, and a closed day
that is added afterwards counts at once (ADR 49).
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import F, FloatField, Func, IntegerField

from business.core.working_time import OfficeHours

__all__ = ["MINUTE", "OfficeClock", "OfficeTime", "Place"]

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
SECOND, MINUTE = 1_000_000, 60_000_000  # microseconds
DAY = datetime.timedelta(days=1)


def _microseconds(moment: datetime.datetime) -> int:
    return (moment.astimezone(datetime.UTC) - EPOCH) // MICROSECOND


class OfficeClock:
    """Adds up the office's time from the first day to the last, both in it; before and after them it stands still.

    In microseconds, since a moment in the database has them: what is late by one is late.
    """

    def __init__(self, office: OfficeHours, first: datetime.date, last: datetime.date) -> None:
        # When the office opens; what is added to a moment for the sum; and the sum when it closes. Before the first
        # opening the sum is nothing.
        self.opens, self.shifts, self.sums = [0], [0], [0]
        day = first
        while day <= last:
            if hours := office.hours_on(day):
                opens, closes = (
                    _microseconds(datetime.datetime.combine(day, time.replace(microsecond=0, fold=0), office.zone))
                    for time in hours
                )
                self.opens.append(opens)
                self.shifts.append(self.sums[-1] - opens)
                self.sums.append(self.sums[-1] + max(closes - opens, 0))
            day += DAY

    def at(self, moment: datetime.datetime, beyond: int = 0) -> int:
        """Return the microseconds of office time until then.

        With ``beyond`` of one, a moment at which the office is closed, or just opens, is one microsecond beyond its last
        closing: a day that was full at closing is over then, as the promise has it.
        """
        since = _microseconds(moment)
        number = bisect_right(self.opens, since - beyond) - 1
        return min(since + self.shifts[number], self.sums[number] + beyond)

    @cached_property
    def arrays(self) -> tuple[str, str, str]:
        """The three in seconds, as PostgreSQL reads arrays: short, since ten years of them stand in a query."""
        opens, shifts, sums = (
            ",".join(str(value // SECOND) for value in values) for values in (self.opens, self.shifts, self.sums)
        )
        return f"'{{{opens}}}'::float8[]", f"'{{{shifts}}}'::float8[]", f"'{{{sums}}}'::float8[]"

    def at_text(self, moment: str | None, beyond: int) -> int | None:
        """Return the same for a moment as SQLite keeps it: in UTC, without saying so."""
        if moment is None:
            return None
        return self.at(datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC), beyond)


class OfficeTime(Func):
    """The microseconds of office time until a moment of the row; ``beyond`` as in `OfficeClock.at`."""

    output_field = FloatField()

    def __init__(self, moment: Any, clock: OfficeClock, beyond: int = 0) -> None:
        super().__init__(F(moment) if isinstance(moment, str) else moment)
        self.clock, self.beyond = clock, beyond

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        moment, params = compiler.compile(self.source_expressions[0])
        opens, shifts, sums = self.clock.arrays
        # Whole numbers of this size stand in a double exactly. So close to an opening that a double of seconds cannot
        # tell, both days give the same.
        since = f"ROUND(DATE_PART('epoch', {moment}) * {SECOND})"
        number = f"WIDTH_BUCKET(DATE_PART('epoch', {moment}) - {self.beyond} / {SECOND}.0::float8, {opens})"
        sql = f"LEAST({since} + ({shifts})[{number}] * {SECOND}, ({sums})[{number}] * {SECOND} + {self.beyond})"
        return sql, tuple(params) * 3

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        moment, params = compiler.compile(self.source_expressions[0])
        connection.ensure_connection()
        connection.connection.create_function("office_time", 2, self.clock.at_text)
        return f"office_time({moment}, {self.beyond})", tuple(params)


class Place(Func):
    """How many of ``marks``, moments to the second in order, are not beyond the row's value."""

    output_field = IntegerField()

    def __init__(self, value: Any, marks: Sequence[datetime.datetime]) -> None:
        super().__init__(F(value) if isinstance(value, str) else value)
        self.marks = [mark.astimezone(datetime.UTC) for mark in marks]

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        value, params = compiler.compile(self.source_expressions[0])
        # Among numbers the place is found in half the time that it takes among moments.
        marks = ",".join(str(_microseconds(mark) // SECOND) for mark in self.marks)
        return f"WIDTH_BUCKET(DATE_PART('epoch', {value}), '{{{marks}}}'::float8[])", tuple(params)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        value, params = compiler.compile(self.source_expressions[0])
        marks = [str(mark.replace(tzinfo=None)) for mark in self.marks]  # as SQLite keeps them
        name = f"place_{abs(hash(tuple(marks)))}"
        connection.ensure_connection()
        connection.connection.create_function(
            name, 1, lambda value: None if value is None else bisect_right(marks, value)
        )
        return f"{name}({value})", tuple(params)
