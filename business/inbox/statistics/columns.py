"""Columns of a query as arrays: a hundred thousand rows cross from the database as a few values (ADR 49)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Aggregate, BigIntegerField, BinaryField, F, Func

__all__ = ["NEVER", "Column", "Microseconds", "Numbers", "microseconds", "moments", "none", "places"]

Numbers = npt.NDArray[np.int64]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
NEVER = 0  # stands for no moment


def microseconds(moment: datetime.datetime) -> int:
    """Return the microseconds from 1970 to the moment, which names its zone."""
    return (moment.astimezone(datetime.UTC) - EPOCH) // MICROSECOND


def moments(marks: Iterable[datetime.datetime]) -> Numbers:
    """Return the marks as an array of `microseconds`."""
    return np.array([microseconds(mark) for mark in marks], dtype=np.int64)


def none() -> Numbers:
    """Return an array of nothing."""
    return np.array([], dtype=np.int64)


def places(values: Numbers, marks: Numbers) -> Numbers:
    """Return, for each value, the number of the last mark that is not beyond it: -1 before the first."""
    return np.searchsorted(marks, values, side="right") - 1


class Column(Aggregate):
    """A whole number of every row, never null, as one array. Columns of one query have their rows in the same order."""

    function = "COLUMN_BYTES"
    output_field = BinaryField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(INT8SEND(%(expressions)s), ''::bytea)", **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        connection.ensure_connection()
        connection.connection.create_aggregate(self.function, 1, _Collected)
        return self.as_sql(compiler, connection, template="%(function)s(%(expressions)s)", **extra)

    @property
    def convert_value(self) -> Any:
        return lambda value, _expression, _connection: np.frombuffer(value or b"", dtype=">i8").astype(np.int64)


class _Collected:
    """What PostgreSQL sends, made by Python for SQLite."""

    def __init__(self) -> None:
        self.values: list[int] = []

    def step(self, value: int) -> None:
        self.values.append(value)

    def finalize(self) -> bytes:
        return np.array(self.values, dtype=">i8").tobytes()


class Microseconds(Func):
    """The `microseconds` to the row's moment; `NEVER` where there is none."""

    output_field = BigIntegerField()

    def __init__(self, moment: Any) -> None:
        super().__init__(F(moment) if isinstance(moment, str) else moment)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        moment, params = compiler.compile(self.source_expressions[0])
        # A double keeps a moment of these centuries to a quarter of a microsecond, and the cast rounds.
        return f"COALESCE((DATE_PART('epoch', {moment}) * 1000000)::bigint, {NEVER})", tuple(params)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        moment, params = compiler.compile(self.source_expressions[0])
        connection.ensure_connection()
        connection.connection.create_function("microseconds", 1, _microseconds_of_text)
        return f"microseconds({moment})", tuple(params)


def _microseconds_of_text(moment: str | None) -> int:
    """Read a moment as SQLite keeps it: in UTC, without saying so."""
    if moment is None:
        return NEVER
    return microseconds(datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC))
