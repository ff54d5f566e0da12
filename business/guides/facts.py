"""What a guide says on one day, ready to show. ``reading`` fills these in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from business.core.translation import Text

from .enums import CountedFrom, FeeKind, GuideKind, TimeRuleKind, TimeUnit

__all__ = [
    "Amount",
    "Area",
    "Evidence",
    "Fee",
    "GuideCard",
    "GuideFacts",
    "Law",
    "Step",
    "TimeRule",
    "UnitText",
    "counted_from_label",
]

_SPANS = {
    TimeUnit.DAYS: ngettext_lazy("%(number)s day", "%(number)s days", "count"),
    TimeUnit.WEEKS: ngettext_lazy("%(number)s week", "%(number)s weeks", "count"),
    TimeUnit.MONTHS: ngettext_lazy("%(number)s month", "%(number)s months", "count"),
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
_ISO_UNITS = {TimeUnit.DAYS: "D", TimeUnit.WEEKS: "W", TimeUnit.MONTHS: "M", TimeUnit.WORKING_DAYS: "D"}


def counted_from_label(counted_from: CountedFrom, kind: GuideKind) -> Any:
    """Say when the clock starts, in the words of what the company hands in."""
    return _COUNTED_FROM.get(kind, {}).get(counted_from, counted_from.label)


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
class Step:
    title: Text
    text: Text


@dataclass(frozen=True)
class Evidence:
    name: Text
    description: Text
    issuer: Text
    url: str
    note: Text
    required: bool
    requirement_label: Any


@dataclass(frozen=True)
class Amount:
    """A sum of money from one day on; ``amount`` is None when no hourly rate is known for that day."""

    amount: Decimal | None
    valid_from: datetime.date | None


@dataclass(frozen=True)
class Fee:
    """A fee on the day; ``upcoming`` tells what it will be later, if that is decided.

    One that does not hold yet (``holds`` is false) has no amount, only upcoming ones.
    """

    label: Text
    kind: FeeKind
    holds: bool
    amount: Decimal | None
    hours: Decimal | None
    rate: Decimal | None
    note: Text
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    upcoming: list[Amount]

    @property
    def is_free(self) -> bool:
        return self.kind == FeeKind.FREE

    @property
    def hours_as_plural(self) -> int:
        """What grammar needs of the hours: one is one, anything else is many."""
        return 1 if self.hours == 1 else 2


@dataclass(frozen=True)
class TimeRule:
    kind: TimeRuleKind
    kind_label: Any
    amount_from: int | None
    amount: int
    unit: TimeUnit
    counted_from: CountedFrom
    counted_from_label: Any
    note: Text

    @property
    def span(self) -> Any:
        """The time in words: “2–8 weeks”. No time at all means at the latest on the day itself."""
        if not self.amount:
            return _ON_THE_DAY[self.counted_from]
        number = f"{self.amount_from}–{self.amount}" if self.amount_from else str(self.amount)
        return _SPANS[self.unit] % {"count": self.amount, "number": number}

    @property
    def iso_duration(self) -> str:
        """ISO 8601, the upper bound: ``P8W``."""
        return f"P{self.amount}{_ISO_UNITS[self.unit]}"


@dataclass(frozen=True)
class Law:
    name: Text
    number: str
    url: str
    provision: Text


@dataclass(frozen=True)
class GuideFacts:
    """Everything a company plans by, as of ``on``."""

    on: datetime.date
    kind: GuideKind
    kind_label: Any
    area: Area | None
    decider: UnitText | None
    contact: UnitText | None
    checked_on: datetime.date | None
    checked_by: Text
    next_check_on: datetime.date | None
    e_service_url: str
    appeal_days: int | None
    steps: list[Step] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)
    time_rules: list[TimeRule] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    trades: list[Text] = field(default_factory=list)
    related: list[GuideCard] = field(default_factory=list)

    @property
    def check_is_overdue(self) -> bool:
        return self.next_check_on is not None and self.next_check_on < self.on

    @property
    def main_fee(self) -> Fee | None:
        """The fee that the editor put first, of those that hold: what the matter itself costs. Others may come on top."""
        return next((fee for fee in self.fees if fee.holds), None)

    @property
    def costs_more(self) -> bool:
        """Whether further fees than the main one may come on top."""
        return any(fee.holds and not fee.is_free and fee is not self.main_fee for fee in self.fees)

    @property
    def is_free(self) -> bool:
        current = [fee for fee in self.fees if fee.holds]
        return bool(current) and all(fee.is_free for fee in current)

    def _time(self, kind: TimeRuleKind) -> TimeRule | None:
        return next((rule for rule in self.time_rules if rule.kind == kind), None)

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
            or (self.time_rules[0] if self.time_rules else None)
        )

    @property
    def required_evidence(self) -> list[Evidence]:
        return [paper for paper in self.evidence if paper.required]

    @property
    def conditional_evidence(self) -> list[Evidence]:
        return [paper for paper in self.evidence if not paper.required]


@dataclass(frozen=True)
class GuideCard:
    """What a list shows of a guide: the page in the reader's language, its kind, area, cost and time."""

    page: Any
    kind: GuideKind
    kind_label: Any
    area: Area | None
    fees: list[Fee]
    time_rules: list[TimeRule]

    # The same summaries as on the guide's own page.
    main_fee = GuideFacts.main_fee
    costs_more = GuideFacts.costs_more
    is_free = GuideFacts.is_free
    _time = GuideFacts._time
    usual_time = GuideFacts.usual_time
    legal_limit = GuideFacts.legal_limit
    notice_before_start = GuideFacts.notice_before_start
    notice_beside = GuideFacts.notice_beside
    main_time = GuideFacts.main_time
