"""What the chosen guides cost together. Pure computation on rows of fees and hourly rates."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from business.core.translation import Text
from business.guides.parts import Basis

__all__ = ["Costs", "FeeLine", "Sum", "Unknown"]


class Unknown(Enum):
    """Why a fee has no amount yet."""

    COUNT = "count"  # nobody has said how many
    RATE = "rate"  # the area has no hourly rate on the day
    BAND = "band"  # no band for so many
    NOT_YET = "not_yet"  # no fee holds on the day


@dataclass(frozen=True)
class Sum:
    """Kronor, at least and at most."""

    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)

    @property
    def is_range(self) -> bool:
        return self.low != self.high


@dataclass(frozen=True)
class FeeLine:
    """One fee of one guide, as of the day that decides its tariff (``on``).

    That day is when the application is handed in for a fee paid in advance, when the decision comes for one paid after it,
    and the opening day for what is paid afterwards or every year. ``key`` is the fee's stable key in addresses. ``always`` is
    false for a fee that comes on top for some only; it counts in the sums when ``included``. ``amount`` is None when
    ``unknown`` says why; a fee by bands without a count is a range over its bands. ``otherwise`` is what it would be when
    handed in as early as possible, with the last day for that, where a change of tariff lies between.
    """

    guide: int
    key: str
    label: Text
    kind: str
    on: datetime.date
    paid: str
    payer: str
    always: bool
    included: bool
    amount: Sum | None
    unknown: Unknown | None
    count: int | None
    basis: Basis | None
    basis_key: str
    each: Decimal | None
    minimum: Decimal | None
    hours: tuple[Decimal, Decimal] | None
    rate: Decimal | None
    band: tuple[int | None, int | None] | None
    tariff: Any
    law: Any
    otherwise: tuple[Sum, datetime.date] | None = None


@dataclass(frozen=True)
class Costs:
    """All fees, and the sums of those that count: to be paid once, and every year. ``open_lines`` have no amount yet."""

    lines: tuple[FeeLine, ...]
    once: Sum
    yearly: Sum

    @property
    def open_lines(self) -> tuple[FeeLine, ...]:
        return tuple(line for line in self.lines if line.included and line.amount is None)
