"""What the chosen guides cost together. Pure computation on rows of fees and hourly rates.

A tariff is set by the council from one day on, so each fee is worked out as of the day that decides which tariff it follows;
:meth:`FeeDays.deciding` says which.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

from business.core.sorting import fold
from business.core.translation import Text
from business.core.working_days import DAY
from business.guides.enums import FeeKind, Need, PaidWhen
from business.guides.fees import amount_on, rate_on, units_amount
from business.guides.parts import Basis, FeeTexts

if TYPE_CHECKING:
    from business.guides.models import GuideFee, HourlyRate

__all__ = ["Costs", "FeeDays", "FeeLine", "GuideFees", "Sum", "Unknown", "bases", "costs"]


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

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.low + other.low, self.high + other.high)


@dataclass(frozen=True)
class GuideFees:
    """What a guide's fees are worked out from: the rows of its original, and its area's hourly rates.

    ``guide`` is the original's primary key and ``key`` its slug, which begins the keys of its fees. ``texts`` gives the texts
    of a row in the reader's language, as :func:`business.guides.rows.fee_texts` does.
    """

    guide: int
    key: str
    rows: Sequence[GuideFee]
    rates: Sequence[HourlyRate]
    texts: Callable[[GuideFee], FeeTexts]


@dataclass(frozen=True)
class FeeDays:
    """The days of one application in a plan: handed in, decided, and when the company opens.

    ``earliest`` is the first day on which it could be handed in, and ``earliest_decided`` when it is then decided.
    Without a day for the decision it is the same as that for handing in.
    """

    hand_in: datetime.date
    opening: datetime.date
    decided: datetime.date | None = None
    earliest: datetime.date | None = None
    earliest_decided: datetime.date | None = None

    def deciding(self, paid: str) -> datetime.date:
        """Return the day whose tariff counts: handed in for what is paid in advance, opened for what is paid afterwards
        or every year, else (also where nobody has said when) decided."""
        if paid == PaidWhen.WITH_APPLICATION:
            return self.hand_in
        if paid in {PaidWhen.AFTERWARDS, PaidWhen.YEARLY}:
            return self.opening
        return self.decided or self.hand_in

    def deciding_early(self, paid: str) -> datetime.date | None:
        """Return the day whose tariff counts when the application is handed in as early as possible.

        None when that is not known, or makes no difference.
        """
        if paid in {PaidWhen.AFTERWARDS, PaidWhen.YEARLY}:
            return None
        by_hand_in = paid == PaidWhen.WITH_APPLICATION or self.decided is None
        day = self.earliest if by_hand_in else self.earliest_decided
        return day if day is not None and day < self.deciding(paid) else None


@dataclass(frozen=True)
class FeeLine:
    """One fee of one guide, as of the day that decides its tariff (``on``).

    ``key`` is the fee's stable key in addresses: it outlives its rows, which change with the tariff. ``always`` is false for a
    fee that comes on top for some only; it counts in the sums when ``included``. ``amount`` is None when ``unknown`` says why.
    A fee by bands without a count is a range over its bands, and has no ``band``. ``count`` is how many of ``basis`` it is
    worked out for, ``each`` the amount for one of them, ``minimum`` the least that the fee can be.

    ``otherwise`` is what it would be when handed in as early as possible, where a change of tariff or rate lies between, with
    the last day for that: the day to hand in for a fee paid in advance, else the day of the decision.
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
    note: Text = field(default_factory=Text)
    otherwise: tuple[Sum, datetime.date] | None = None

    @property
    def is_yearly(self) -> bool:
        return self.paid == PaidWhen.YEARLY

    @property
    def is_free(self) -> bool:
        return self.kind == FeeKind.FREE


@dataclass(frozen=True)
class Costs:
    """All fees, and the sums of those that count: to be paid once, and every year. ``open_lines`` have no amount yet."""

    lines: tuple[FeeLine, ...]
    once: Sum
    yearly: Sum

    @property
    def open_lines(self) -> tuple[FeeLine, ...]:
        return tuple(line for line in self.lines if line.included and line.amount is None)


def costs(
    guides: Iterable[GuideFees],
    counts: Mapping[str, int],
    included: Collection[str],
    days: Mapping[int, FeeDays],
    today: datetime.date,
) -> Costs:
    """Return every fee of the guides, in their order and the editors', with the sums of those that count.

    ``counts`` tell how many there are by the key of the basis, ``included`` are the keys of fees for some only that the
    company counts in, ``days`` those of each guide. What has ended before today is left out. What holds today and ends
    before its day is open: next year's amount is not entered yet, which is no reason to count it as nothing.

    Raises:
        KeyError: a guide without days.
        ValueError: a count is negative.
    """
    lines = tuple(
        line
        for guide in guides
        for key, rows in _fees_of(guide).items()
        if (line := _line(guide, key, rows, counts, included, days[guide.guide], today))
    )
    return Costs(
        lines=lines,
        once=_total(line for line in lines if not line.is_yearly),
        yearly=_total(line for line in lines if line.is_yearly),
    )


def bases(guides: Iterable[GuideFees], today: datetime.date) -> dict[str, Basis]:
    """Return, by its key, what the fees of the guides are counted by, each once; what has ended today is left out."""
    found: dict[str, Basis] = {}
    for guide in guides:
        for row in guide.rows:
            counts = row.basis_id is not None and (row.kind == FeeKind.PER_UNIT or row.has_band)
            if counts and (row.valid_to is None or row.valid_to >= today):
                basis = guide.texts(row).basis
                if basis is not None:
                    found.setdefault(_basis_key(row), basis)
    return found


# --- One fee --------------------------------------------------------------------------------------------------------


def _fees_of(guide: GuideFees) -> dict[str, list[GuideFee]]:
    """Return the guide's fees by key. Rows with one label are one fee: its bands and its periods."""
    by_label: dict[str, list[GuideFee]] = {}
    for row in guide.rows:
        by_label.setdefault(fold(row.label.strip()), []).append(row)
    found: dict[str, list[GuideFee]] = {}
    for rows in by_label.values():
        key = name = f"{guide.key}.{slugify(rows[0].label)}"
        number = 1
        while key in found:
            number += 1
            key = f"{name}-{number}"
        found[key] = rows
    return found


def _row_that_counts(rows: list[GuideFee], days: FeeDays, today: datetime.date) -> GuideFee | None:
    """Return a row that holds on the day that decides its tariff, else the next that will, else the last that has not ended
    today; None once all have ended."""
    for row in rows:
        if row.holds_on(days.deciding(row.paid)):
            return row
    coming = [row for row in rows if row.starts_after(days.deciding(row.paid))]
    if coming:
        return min(coming, key=lambda row: row.valid_from or datetime.date.min)
    ending = [row for row in rows if row.valid_to and row.valid_to >= today]
    return max(ending, key=lambda row: row.valid_to or datetime.date.max, default=None)


def _line(
    guide: GuideFees,
    key: str,
    rows: list[GuideFee],
    counts: Mapping[str, int],
    included: Collection[str],
    days: FeeDays,
    today: datetime.date,
) -> FeeLine | None:
    first = _row_that_counts(rows, days, today)
    if first is None:
        return None
    day = days.deciding(first.paid)
    found = _work_out(rows, guide.rates, counts, day)
    row = found.row or first
    texts, basis_key = guide.texts(row), _basis_key(row)
    always = row.need == Need.ALWAYS
    return FeeLine(
        guide=guide.guide,
        key=key,
        label=texts.label,
        kind=row.kind,
        on=day,
        paid=row.paid,
        payer=row.payer,
        always=always,
        included=always or key in included,
        amount=found.amount,
        unknown=found.unknown,
        count=counts.get(basis_key),
        basis=texts.basis,
        basis_key=basis_key,
        each=row.amount if row.kind == FeeKind.PER_UNIT and found.row else None,
        minimum=row.minimum if found.row else None,
        hours=(row.hours_from or row.hours, row.hours) if row.hours and found.row else None,
        rate=rate_on(guide.rates, day) if row.kind == FeeKind.HOURS else None,
        band=(row.band_from, row.band_to) if row.has_band and found.row else None,
        tariff=texts.tariff,
        law=texts.law,
        note=texts.note if found.row else Text(),
        otherwise=_otherwise(rows, guide.rates, counts, found.amount, day, days.deciding_early(first.paid)),
    )


@dataclass(frozen=True)
class _Found:
    """An amount, or why there is none; with the row that it comes from, unless it is a range over several bands."""

    amount: Sum | None = None
    unknown: Unknown | None = None
    row: GuideFee | None = None


def _work_out(
    rows: Sequence[GuideFee], rates: Sequence[HourlyRate], counts: Mapping[str, int], day: datetime.date
) -> _Found:
    """Return what a fee amounts to on a day."""
    holding = [row for row in rows if row.holds_on(day)]
    if not holding:
        return _Found(unknown=Unknown.NOT_YET)
    fitting = [row for row in holding if _fits(row, counts)]
    if not fitting:
        return _Found(unknown=Unknown.BAND)
    found = [_row_amount(row, rates, counts, day) for row in fitting]
    if len(found) == 1:
        return found[0]
    sums = [one.amount for one in found if one.amount is not None]
    if len(sums) < len(found):
        return _Found(unknown=next(one.unknown for one in found if one.unknown))
    return _Found(Sum(min(one.low for one in sums), max(one.high for one in sums)))


def _fits(row: GuideFee, counts: Mapping[str, int]) -> bool:
    """Whether the count lies within the row's band. Without a count every band may be the one."""
    count = counts.get(_basis_key(row))
    if count is None or not row.has_band:
        return True
    return (row.band_from or 0) <= count and (row.band_to is None or count <= row.band_to)


def _row_amount(row: GuideFee, rates: Sequence[HourlyRate], counts: Mapping[str, int], day: datetime.date) -> _Found:
    amount = amount_on(row, rates, day)
    if amount.amount is None or amount.lowest is None:
        return _Found(unknown=Unknown.RATE, row=row)
    if row.kind != FeeKind.PER_UNIT:
        return _Found(Sum(amount.lowest, amount.amount), row=row)
    count = counts.get(_basis_key(row))
    if count is None:
        return _Found(unknown=Unknown.COUNT, row=row)
    total = units_amount(amount.amount, count, row.minimum)
    return _Found(Sum(total, total), row=row)


def _otherwise(
    rows: Sequence[GuideFee],
    rates: Sequence[HourlyRate],
    counts: Mapping[str, int],
    amount: Sum | None,
    day: datetime.date,
    early: datetime.date | None,
) -> tuple[Sum, datetime.date] | None:
    """Return what the fee is on an earlier day, if that differs, with the last day on which it still is."""
    if early is None or amount is None:
        return None
    now = _work_out(rows, rates, counts, early).amount
    if now is None or now == amount:
        return None
    periods = [*rows, *rates]
    starts = {period.valid_from for period in periods} | {
        period.valid_to + DAY for period in periods if period.valid_to and period.valid_to < day
    }
    for start in sorted(start for start in starts if start and early < start <= day):
        if _work_out(rows, rates, counts, start).amount != now:
            return now, start - DAY
    return None


def _basis_key(row: GuideFee) -> str:
    return row.basis.slug if row.basis else ""


def _total(lines: Iterable[FeeLine]) -> Sum:
    return sum((line.amount for line in lines if line.included and line.amount is not None), Sum())
