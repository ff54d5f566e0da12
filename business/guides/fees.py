"""What a fee amounts to on a day, and what it becomes later. Pure computation on rows of fees and hourly rates."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from .enums import FeeKind
from .parts import Amount

if TYPE_CHECKING:
    from .models.fees import GuideFee, HourlyRate

__all__ = ["amount_on", "changes_after", "fee_amount", "rate_on", "starts_later", "sums_on", "units_amount"]

KRONA = Decimal(1)


def fee_amount(
    kind: str, amount: Decimal | None, hours: Decimal | None, rate: Decimal | None, minimum: Decimal | None = None
) -> Decimal | None:
    """Return the fee in kronor, for each unit where it is counted so. None when the rate is unknown.

    Hours × rate is rounded to whole kronor, halves up, and then raised to the minimum. The minimum of a fee for each unit
    is for all units together and does not touch the amount for one.
    """
    if kind == FeeKind.FREE:
        return Decimal(0)
    if kind in {FeeKind.FIXED, FeeKind.PER_UNIT}:
        return amount
    if hours is None or rate is None:
        return None
    worked_out = (hours * rate).quantize(KRONA, rounding=ROUND_HALF_UP)
    return max(worked_out, minimum) if minimum is not None else worked_out


def units_amount(each: Decimal, count: int, minimum: Decimal | None = None) -> Decimal:
    """Return what a fee for each unit is for ``count`` of them, raised to the minimum; nothing for none of them.

    Raises:
        ValueError: the count is negative.
    """
    if count < 0:
        raise ValueError("a count is not negative")
    if count == 0:
        return Decimal(0)
    return max(each * count, minimum or Decimal(0))


def rate_on(rates: Iterable[HourlyRate], day: datetime.date) -> Decimal | None:
    """Return the hourly rate that holds on the day, if one is set."""
    return next((rate.amount for rate in rates if rate.holds_on(day)), None)


def amount_on(row: GuideFee, rates: Iterable[HourlyRate], day: datetime.date) -> Amount:
    """Return what a row amounts to on a day on which it holds: at most, and at least where the hours are a range."""
    rate = rate_on(rates, day)
    most = fee_amount(row.kind, row.amount, row.hours, rate, row.minimum)
    least = fee_amount(row.kind, row.amount, row.hours_from, rate, row.minimum) if row.hours_from else most
    return Amount(most, day, least)


def changes_after(rows: Iterable[GuideFee], rates: Iterable[HourlyRate], day: datetime.date) -> list[Amount]:
    """Return each later amount of one fee with the day it starts: at every new row and every new rate that changes it."""
    rows, rates = list(rows), list(rates)
    starts = {period.valid_from for period in [*rows, *rates] if period.valid_from and period.valid_from > day}
    last = sums_on(rows, rates, day)
    changes = []
    for start in sorted(starts):
        now = sums_on(rows, rates, start)
        if now is not None and now != last:
            changes.append(Amount(now[1], start, now[0]))
        last = now
    return changes


def sums_on(
    rows: list[GuideFee], rates: list[HourlyRate], day: datetime.date
) -> tuple[Decimal | None, Decimal | None] | None:
    """Return what the fee is on a day, at least and at most; None when no row holds then."""
    row = next((row for row in rows if row.holds_on(day)), None)
    if row is None:
        return None
    found = amount_on(row, rates, day)
    return found.lowest, found.amount


def starts_later(rows: Iterable[GuideFee], day: datetime.date) -> bool:
    """Whether a fee does not hold yet but will."""
    rows = list(rows)
    return not any(row.holds_on(day) for row in rows) and any(row.valid_from and row.valid_from > day for row in rows)
