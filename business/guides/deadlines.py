"""When an authority must have decided. Pure computation: the days come in, the days come out, nothing is stored.

Source of the building permit's rules: plan- och bygglag (2010:900), ch. 9 (ten weeks, extended once by at most ten; asked
for within three weeks, missing parts move the start) and ch. 12 (the fee falls by a fifth for each started week late).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from business.core.spans import after, last_day, started_weeks

from .enums import CountedFrom

__all__ = ["DecisionClock", "Limit", "decision_clock", "fee_after_cut", "first_day_of_week_late"]

ASKED_WITHIN_WEEKS = 3
FIFTHS = 5
ORE = Decimal("0.01")


@dataclass(frozen=True)
class Limit:
    """A legal limit: ``amount`` of ``unit``, counted from the day that ``counted_from`` says."""

    amount: int
    unit: str
    counted_from: str


@dataclass(frozen=True)
class DecisionClock:
    """The days of one application. ``extended_to`` is None when the law knows no extension."""

    starts_on: datetime.date
    last_day: datetime.date
    extended_to: datetime.date | None

    def weeks_late(self, decided: datetime.date, extended: bool = False) -> int:
        """Return how many weeks beyond the limit have begun on the day of the decision."""
        limit = self.extended_to if extended and self.extended_to else self.last_day
        return started_weeks(limit, decided)


def decision_clock(
    limit: Limit,
    received: datetime.date,
    complete: datetime.date,
    extension: Limit | None = None,
    asked: datetime.date | None = None,
) -> DecisionClock:
    """Return the days for an application.

    Counted from a complete application, the clock starts on ``complete``. Counted from when it arrived, it starts on
    ``received``; but if the authority asked for what was missing within three weeks (``asked``), it starts on ``complete``.

    Raises:
        ValueError: the application is complete, or was asked about, before it arrived.
    """
    if complete < received:
        raise ValueError("complete before it arrived")
    if asked is not None and asked < received:
        raise ValueError("asked about before it arrived")
    in_time = asked is not None and asked <= after(received, ASKED_WITHIN_WEEKS, "weeks")
    from_complete = limit.counted_from == CountedFrom.COMPLETE or (in_time and complete > received)
    starts_on = complete if from_complete else received
    end = after(starts_on, limit.amount, limit.unit)
    return DecisionClock(
        starts_on=starts_on,
        last_day=last_day(starts_on, limit.amount, limit.unit),
        # The extension runs on from where the first time ended, not from the working day it was moved to.
        extended_to=last_day(end, extension.amount, extension.unit) if extension else None,
    )


def fee_after_cut(fee: Decimal, weeks_late: int) -> Decimal:
    """Return the fee when each started week late takes a fifth of it; after five weeks nothing is left."""
    left = max(0, FIFTHS - weeks_late)
    return (fee * left / FIFTHS).quantize(ORE, rounding=ROUND_HALF_UP)


def first_day_of_week_late(limit: datetime.date, number: int) -> datetime.date:
    """Return the day on which the ``number``-th week beyond the limit starts: the day after the limit for the first."""
    return limit + datetime.timedelta(days=7 * (number - 1) + 1)
