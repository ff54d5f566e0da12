"""What a fee amounts to on a day, and what it becomes later. Pure computation on rows of fees and hourly rates."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from .enums import FeeKind
from .facts import Amount

if TYPE_CHECKING:
    from .models import GuideFee, HourlyRate

__all__ = ["amount_on", "changes_after", "fee_amount", "rate_on", "starts_later"]

KRONA = Decimal(1)


def fee_amount(kind: str, amount: Decimal | None, hours: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """Return the fee in kronor: hours × rate is rounded to whole kronor, halves up. None when the rate is unknown."""
    if kind == FeeKind.FREE:
        return Decimal(0)
    if kind == FeeKind.FIXED:
        return amount
    if hours is None or rate is None:
        return None
    return (hours * rate).quantize(KRONA, rounding=ROUND_HALF_UP)


def rate_on(rates: Iterable[HourlyRate], day: datetime.date) -> Decimal | None:
    """Return the hourly rate that holds on the day, if one is set."""
    return next((rate.amount for rate in rates if rate.holds_on(day)), None)


def amount_on(row: GuideFee, rates: Iterable[HourlyRate], day: datetime.date) -> Decimal | None:
    """Return what a row amounts to on a day on which it holds."""
    return fee_amount(row.kind, row.amount, row.hours, rate_on(rates, day))


def changes_after(rows: Iterable[GuideFee], rates: Iterable[HourlyRate], day: datetime.date) -> list[Amount]:
    """Return each later amount of one fee with the day it starts: at every new row and every new rate that changes it."""
    rows, rates = list(rows), list(rates)
    starts = {period.valid_from for period in [*rows, *rates] if period.valid_from and period.valid_from > day}
    holding = next((row for row in rows if row.holds_on(day)), None)
    last = (holding is not None, holding and amount_on(holding, rates, day))
    changes = []
    for start in sorted(starts):
        row = next((row for row in rows if row.holds_on(start)), None)
        now = (row is not None, row and amount_on(row, rates, start))
        if row is not None and now != last:
            changes.append(Amount(now[1], start))
        last = now
    return changes


def starts_later(rows: Iterable[GuideFee], day: datetime.date) -> bool:
    """Whether a fee does not hold yet but will."""
    rows = list(rows)
    return not any(row.holds_on(day) for row in rows) and any(row.valid_from and row.valid_from > day for row in rows)
