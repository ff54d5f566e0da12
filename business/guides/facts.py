"""What a guide says on one day, ready to show. ``reading`` fills these in."""

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
    "GuideCard",
    "GuideFacts",
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

    One that does not hold yet (``holds`` is false) has no amount, only upcoming ones. A fee by bands is several of these.
    """

    label: Text
    kind: FeeKind
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
class FeeGroup:
    """One fee as a reader sees it: a single line, or its bands."""

    label: Text
    fees: list[Fee]

    @property
    def first(self) -> Fee:
        return self.fees[0]

    @property
    def note(self) -> Text:
        """What is said of every band alike; what differs stands with each."""
        notes = {fee.note for fee in self.fees}
        return self.first.note if len(notes) == 1 else Text()


def group_fees(fees: list[Fee]) -> list[FeeGroup]:
    """Return the fees by label, in the editor's order, those that hold first."""
    order = list(dict.fromkeys((fee.label, fee.holds) for fee in fees))
    ranked = sorted(fees, key=lambda fee: order.index((fee.label, fee.holds)))
    return [FeeGroup(label, list(lines)) for (label, _holds), lines in groupby(ranked, lambda f: (f.label, f.holds))]


@dataclass(frozen=True)
class TimeRule:
    kind: TimeRuleKind
    kind_label: Any
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


class Summary:
    """What a card and a guide's own page say in short, from its fees and time rules."""

    fees: list[Fee]
    time_rules: list[TimeRule]

    @property
    def main_fee(self) -> Fee | None:
        """The fee that the editor put first, of those that hold: what the matter itself costs. Others may come on top."""
        return next((fee for fee in self.fees if fee.holds), None)

    @property
    def _main_fees(self) -> list[Fee]:
        main = self.main_fee
        return [fee for fee in self.fees if fee.holds and main is not None and fee.label == main.label]

    def _main_price(self, sums: list[tuple[Decimal | None, Decimal | None]]) -> Price:
        lows, highs = [low for low, _high in sums], [high for _low, high in sums]
        main = self.main_fee
        per = main.per if main else Text()
        if any(value is None for value in [*lows, *highs]):
            return Price(None, None, per)
        return Price(min(low for low in lows if low is not None), max(high for high in highs if high is not None), per)

    @property
    def price(self) -> Price | None:
        """What the matter itself costs, over all its bands and hours."""
        fees = self._main_fees
        return self._main_price([(fee.lowest, fee.amount) for fee in fees]) if fees else None

    @property
    def coming_price(self) -> tuple[Price, datetime.date] | None:
        """What the matter itself will cost next, and from which day."""
        fees = self._main_fees
        days = [coming.valid_from for fee in fees for coming in fee.upcoming if coming.valid_from]
        if not days:
            return None
        day = min(days)
        return self._main_price([fee.sums_on(day) for fee in fees]), day

    @property
    def other_fees(self) -> int:
        """How many fees there are beside the main one, bands counted as one."""
        return len({fee.label for fee in self.fees} - {fee.label for fee in self._main_fees})

    @property
    def costs_more(self) -> bool:
        """Whether further fees than the main one may come on top."""
        main = self.main_fee
        return any(fee.holds and not fee.is_free and main and fee.label != main.label for fee in self.fees)

    @property
    def is_free(self) -> bool:
        current = [fee for fee in self.fees if fee.holds]
        return bool(current) and all(fee.is_free for fee in current)

    def _time(self, kind: TimeRuleKind) -> TimeRule | None:
        return next((rule for rule in self.time_rules if rule.kind == kind and rule.holds), None)

    @property
    def usual_time(self) -> TimeRule | None:
        return self._time(TimeRuleKind.USUAL)

    @property
    def legal_limit(self) -> TimeRule | None:
        return self._time(TimeRuleKind.LEGAL_LIMIT)

    @property
    def notice_before_start(self) -> TimeRule | None:
        return self._time(TimeRuleKind.NOTICE_BEFORE_START)

    @property
    def notice_beside(self) -> TimeRule | None:
        """When to notify or apply, where that is not what is shown as the time already."""
        return self.notice_before_start if self.notice_before_start is not self.main_time else None

    @property
    def main_time(self) -> TimeRule | None:
        """What to show as “takes”: the usual time, else the legal limit, else the notice, else whatever there is."""
        return (
            self.usual_time
            or self.legal_limit
            or self.notice_before_start
            or next((rule for rule in self.time_rules if rule.holds), None)
        )


@dataclass(frozen=True)
class GuideFacts(Summary):
    """Everything a company plans by, as of ``on``."""

    on: datetime.date
    kind: GuideKind
    kind_label: Any
    area: Area | None
    decider: UnitText | None
    contact: UnitText | None
    check: Check
    no_time_rule: bool
    appeal_days: int | None
    silence_label: Any
    silence_note: Text
    output: Output | None
    steps: list[Step] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)
    time_rules: list[TimeRule] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    before: list[Dependency] = field(default_factory=list)
    after: list[Dependency] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    related: list[GuideCard] = field(default_factory=list)

    @property
    def check_is_overdue(self) -> bool:
        return self.check.is_overdue

    @property
    def fee_groups(self) -> list[FeeGroup]:
        return group_fees(self.fees)

    @property
    def e_service(self) -> Channel | None:
        """Where to apply on the web: the first such way."""
        return next((channel for channel in self.channels if channel.kind == ChannelKind.WEB), None)

    @property
    def time_law(self) -> Law | None:
        """The law behind the time that is shown: its own, else that of the legal limit beside it."""
        rules = (self.main_time, self.legal_limit, self.notice_before_start)
        return next((rule.law for rule in rules if rule and rule.law), None)

    @property
    def legal_limits(self) -> list[TimeRule]:
        """The limits that the law sets today: one, or one for each sort of matter."""
        return [rule for rule in self.time_rules if rule.kind == TimeRuleKind.LEGAL_LIMIT and rule.holds]

    def extension_of(self, limit: TimeRule) -> TimeRule | None:
        """By how much a legal limit may be extended."""
        rules = (rule for rule in self.time_rules if rule.kind == TimeRuleKind.EXTENSION and rule.holds)
        return next((rule for rule in rules if rule.applies_to == limit.applies_to), None)

    @property
    def required_evidence(self) -> list[Evidence]:
        return [paper for paper in self.evidence if paper.required]

    @property
    def conditional_evidence(self) -> list[Evidence]:
        return [paper for paper in self.evidence if not paper.required]

    @property
    def evidence_check(self) -> Check | None:
        """The oldest check among the papers: all of them have been looked at since."""
        checks = [paper.check for paper in self.evidence if paper.check.on]
        return min(checks, key=lambda check: check.on or datetime.date.min) if checks else None

    @property
    def evidence_law(self) -> Law | None:
        """The first law that names a paper."""
        return next((paper.law for paper in self.evidence if paper.law), None)


@dataclass(frozen=True)
class GuideCard(Summary):
    """What a list shows of a guide: the page in the reader's language, its kind, area, cost and time."""

    page: Any
    kind: GuideKind
    kind_label: Any
    area: Area | None
    fees: list[Fee]
    time_rules: list[TimeRule]
