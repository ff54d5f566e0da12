"""The parts of what a guide says on one day: a fee, a time, a paper, a step. ``rows`` makes them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from business.core.translation import Text

from .enums import (
    ChannelKind,
    CountedFrom,
    DependencyKind,
    FeeKind,
    GuideKind,
    LateEffect,
    StepNecessity,
    TimeRuleKind,
    TimeUnit,
)

__all__ = [
    "Amount",
    "Area",
    "Basis",
    "Channel",
    "Check",
    "Dependency",
    "Evidence",
    "Fee",
    "FeeGroup",
    "FeeTexts",
    "Law",
    "Output",
    "Price",
    "Question",
    "Requirement",
    "Step",
    "Tariff",
    "TimeRule",
    "UnitText",
    "counted_from_label",
    "group_fees",
    "span_of",
]

_SPANS = {
    TimeUnit.DAYS: ngettext_lazy("%(number)s day", "%(number)s days", "count"),
    TimeUnit.WEEKS: ngettext_lazy("%(number)s week", "%(number)s weeks", "count"),
    TimeUnit.MONTHS: ngettext_lazy("%(number)s month", "%(number)s months", "count"),
    TimeUnit.YEARS: ngettext_lazy("%(number)s year", "%(number)s years", "count"),
    TimeUnit.WORKING_DAYS: ngettext_lazy("%(number)s working day", "%(number)s working days", "count"),
}
_ON_THE_DAY = {
    CountedFrom.START: _("at the latest when you start"),
    CountedFrom.AFTER_START: _("when you start"),
    CountedFrom.EXPIRY: _("at the latest when it expires"),
    CountedFrom.RECEIVED: _("at once"),
    CountedFrom.COMPLETE: _("at once"),
}
# What arrives and is complete is an application only where a permit is asked for.
_OF_NOTICES = {
    CountedFrom.RECEIVED: _("from when the notice arrived"),
    CountedFrom.COMPLETE: _("from a complete notice"),
}
_COUNTED_FROM = {
    GuideKind.NOTICE: _OF_NOTICES,
    GuideKind.REGISTRATION: _OF_NOTICES,
    GuideKind.INFORMATION: {CountedFrom.RECEIVED: _("from when your question arrived")},
}
_ISO_UNITS = {
    TimeUnit.DAYS: "D",
    TimeUnit.WEEKS: "W",
    TimeUnit.MONTHS: "M",
    TimeUnit.YEARS: "Y",
    TimeUnit.WORKING_DAYS: "D",
}


def counted_from_label(counted_from: CountedFrom, kind: GuideKind) -> Any:
    """Say when the clock starts, in the words of what the company hands in."""
    return _COUNTED_FROM.get(kind, {}).get(counted_from, counted_from.label)


def span_of(amount: int, unit: TimeUnit, amount_from: int | None = None) -> Any:
    """Return a time in words: “2–8 weeks”."""
    number = f"{amount_from}–{amount}" if amount_from else str(amount)
    return _SPANS[unit] % {"count": amount, "number": number}


@dataclass(frozen=True)
class Area:
    slug: str
    name: Text
    description: Text
    icon: str


@dataclass(frozen=True)
class UnitText:
    """A unit as a reader meets it."""

    name: Text
    description: Text
    email: str
    phone: str
    url: str


@dataclass(frozen=True)
class Law:
    """A law that something rests on, and where in it."""

    name: Text
    number: str
    url: str
    provision: Text


@dataclass(frozen=True)
class Check:
    """When a fact was last compared with its source, and by which unit. ``is_overdue`` once the next check is late."""

    on: datetime.date | None
    by: Text
    next_on: datetime.date | None
    is_overdue: bool


@dataclass(frozen=True)
class Step:
    """One step. ``days`` is what it usually takes, ``alternative`` tells that the step before it is another way."""

    title: Text
    text: Text
    necessity: StepNecessity = StepNecessity.REQUIRED
    waits_for: str = "previous"
    actor: str = "company"
    actor_name: Text = field(default_factory=Text)
    days_from: int | None = None
    days: int | None = None
    alternative: bool = False

    @property
    def is_optional(self) -> bool:
        return self.necessity == StepNecessity.OPTIONAL

    @property
    def span(self) -> Any:
        return span_of(self.days, TimeUnit.DAYS, self.days_from) if self.days else ""


@dataclass(frozen=True)
class Requirement:
    """A condition to meet. One that does not hold yet (``holds`` is false) tells from which day it will."""

    title: Text
    text: Text
    always: bool
    holds: bool
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    law: Law | None
    check: Check


@dataclass(frozen=True)
class Evidence:
    name: Text
    description: Text
    issuer: Text
    url: str
    note: Text
    required: bool
    max_age: Any
    formats: str
    template_url: str
    law: Law | None
    check: Check


@dataclass(frozen=True)
class Basis:
    """What units and bands count: “square metres”, and one of them."""

    many: Text
    one: Text


@dataclass(frozen=True)
class Tariff:
    name: Text
    year: int
    number: str
    url: str


@dataclass(frozen=True)
class Amount:
    """A sum of money from one day on; None when no hourly rate is known for that day. ``lowest`` differs for a range."""

    amount: Decimal | None
    valid_from: datetime.date | None
    lowest: Decimal | None = None

    @property
    def price(self) -> Price:
        return Price(self.lowest, self.amount)


@dataclass(frozen=True)
class Price:
    """What something costs, in few words: one sum, or from one to another; for each ``per`` where units are counted."""

    lowest: Decimal | None
    highest: Decimal | None
    per: Text = field(default_factory=Text)

    @property
    def is_known(self) -> bool:
        return self.lowest is not None and self.highest is not None

    @property
    def is_free(self) -> bool:
        return self.highest == 0

    @property
    def is_range(self) -> bool:
        return self.is_known and self.lowest != self.highest


@dataclass(frozen=True)
class Fee:
    """A fee on the day; ``upcoming`` tells what it will be later, if that is decided.

    One that does not hold yet (``holds`` is false) has no amount, only upcoming ones. A fee by bands is several of these
    with one ``key``, whether or not the label of each is translated. One that is not ``always`` paid comes on top for some.
    """

    key: str
    label: Text
    kind: FeeKind
    always: bool
    holds: bool
    amount: Decimal | None
    lowest: Decimal | None
    hours_from: Decimal | None
    hours: Decimal | None
    rate: Decimal | None
    minimum: Decimal | None
    basis: Basis | None
    band_from: int | None
    band_to: int | None
    payer_label: Any
    paid_label: Any
    refund_label: Any
    tariff: Tariff | None
    law: Law | None
    check: Check
    note: Text
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    upcoming: list[Amount]

    @property
    def is_free(self) -> bool:
        return self.kind == FeeKind.FREE

    @property
    def per(self) -> Text:
        return self.basis.one if self.basis and self.kind == FeeKind.PER_UNIT else Text()

    @property
    def price(self) -> Price:
        return Price(self.lowest, self.amount, self.per)

    @property
    def has_band(self) -> bool:
        return self.band_from is not None or self.band_to is not None

    @property
    def hours_as_plural(self) -> int:
        """What grammar needs of the hours: one is one, anything else is many."""
        return 1 if self.hours == 1 and not self.hours_from else 2

    def sums_on(self, day: datetime.date) -> tuple[Decimal | None, Decimal | None]:
        """Return what it will be on a later day, at least and at most."""
        coming = [amount for amount in self.upcoming if amount.valid_from and amount.valid_from <= day]
        return (coming[-1].lowest, coming[-1].amount) if coming else (self.lowest, self.amount)


@dataclass(frozen=True)
class FeeTexts:
    """What a row of a fee says in the reader's language, beside its amounts and days."""

    label: Text
    note: Text = field(default_factory=Text)
    basis: Basis | None = None
    tariff: Tariff | None = None
    law: Law | None = None


@dataclass(frozen=True)
class FeeGroup:
    """One fee as a reader sees it: a single line, or its bands."""

    fees: list[Fee]

    @property
    def first(self) -> Fee:
        return self.fees[0]

    @property
    def label(self) -> Text:
        return self.first.label

    @property
    def note(self) -> Text:
        """What is said of every band alike; what differs stands with each."""
        notes = {fee.note for fee in self.fees}
        return self.first.note if len(notes) == 1 else Text()


def group_fees(fees: list[Fee]) -> list[FeeGroup]:
    """Return the fees by label, in the editor's order, those that hold first."""
    order = list(dict.fromkeys((fee.key, fee.holds) for fee in fees))
    ranked = sorted(fees, key=lambda fee: order.index((fee.key, fee.holds)))
    return [FeeGroup(list(lines)) for _key, lines in groupby(ranked, lambda fee: (fee.key, fee.holds))]


@dataclass(frozen=True)
class TimeRule:
    kind: TimeRuleKind
    kind_label: Any
    key: str
    applies_to: Text
    amount_from: int | None
    amount: int
    unit: TimeUnit
    counted_from: CountedFrom
    counted_from_label: Any
    late: str
    late_label: Any
    note: Text
    holds: bool
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    law: Law | None
    check: Check

    @property
    def span(self) -> Any:
        """The time in words: “2–8 weeks”. No time at all means at the latest on the day itself."""
        return span_of(self.amount, self.unit, self.amount_from) if self.amount else _ON_THE_DAY[self.counted_from]

    @property
    def iso_duration(self) -> str:
        """ISO 8601, the upper bound: ``P8W``."""
        return f"P{self.amount}{_ISO_UNITS[self.unit]}"

    @property
    def cuts_fee(self) -> bool:
        return self.late == LateEffect.FEE_CUT


@dataclass(frozen=True)
class Channel:
    """A way to hand the matter in, with the identification that is accepted there."""

    kind: ChannelKind
    kind_label: Any
    label: Text
    url: str
    email: str
    phone: str
    address: str
    identification: list[Any]
    note: Text


@dataclass(frozen=True)
class Output:
    """What the company has in its hand afterwards."""

    name: Text
    validity_label: Any
    span: Any
    bound_to: Text
    evidence: Text


@dataclass(frozen=True)
class Dependency:
    """Another guide that comes before this one or after it: the page in the reader's language, and why."""

    page: Any
    kind: DependencyKind
    note: Text


@dataclass(frozen=True)
class Question:
    question: Text
    answer: Text
