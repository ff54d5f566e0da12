"""What a guide says on one day, ready to show: facts from the original page, texts in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from business.core.querysets import rows_with
from business.core.translation import Localiser, Text, source_locale

from .enums import CountedFrom, EvidenceRequirement, FeeKind, GuideKind, TimeRuleKind, TimeUnit

if TYPE_CHECKING:
    from .models import GuidePage, HourlyRate

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
    "fee_amount",
    "read_cards",
    "read_facts",
    "translated_guides",
]

KRONA = Decimal(1)

_SPANS = {
    TimeUnit.DAYS: ngettext_lazy("%(number)s day", "%(number)s days", "count"),
    TimeUnit.WEEKS: ngettext_lazy("%(number)s week", "%(number)s weeks", "count"),
    TimeUnit.MONTHS: ngettext_lazy("%(number)s month", "%(number)s months", "count"),
    TimeUnit.WORKING_DAYS: ngettext_lazy("%(number)s working day", "%(number)s working days", "count"),
}
_ON_THE_DAY = {
    CountedFrom.START: _("at the latest when you start"),
    CountedFrom.EXPIRY: _("at the latest when it expires"),
    CountedFrom.RECEIVED: _("at once"),
    CountedFrom.COMPLETE: _("at once"),
}
_ISO_UNITS = {TimeUnit.DAYS: "D", TimeUnit.WEEKS: "W", TimeUnit.MONTHS: "M", TimeUnit.WORKING_DAYS: "D"}


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
    """A fee on the day; ``upcoming`` tells what it will be later, if that is decided."""

    label: Text
    kind: FeeKind
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
        """The fee that the editor put first: what the matter itself costs. Others may come on top."""
        return next((fee for fee in self.fees if fee.amount is not None), None)

    @property
    def is_free(self) -> bool:
        return bool(self.fees) and all(fee.is_free for fee in self.fees)

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


def fee_amount(kind: str, amount: Decimal | None, hours: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """Return the fee in kronor: hours × rate is rounded to whole kronor, halves up. None when the rate is unknown."""
    if kind == FeeKind.FREE:
        return Decimal(0)
    if kind == FeeKind.FIXED:
        return amount
    if hours is None or rate is None:
        return None
    return (hours * rate).quantize(KRONA, rounding=ROUND_HALF_UP)


def _rate_on(rates: list[HourlyRate], day: datetime.date) -> HourlyRate | None:
    return next((rate for rate in rates if rate.holds_on(day)), None)


def _upcoming(row: Any, siblings: list[Any], rates: list[HourlyRate], day: datetime.date) -> list[Amount]:
    """What the fee becomes after ``day``: later rows under the same heading, and later rates for one in hours."""
    changes: dict[datetime.date, Amount] = {}
    for later in siblings:
        starts = later.valid_from
        if later is not row and later.label == row.label and starts and starts > day:
            rate = _rate_on(rates, starts)
            changes[starts] = Amount(fee_amount(later.kind, later.amount, later.hours, rate and rate.amount), starts)
    if row.kind == FeeKind.HOURS:
        for rate in rates:
            starts = rate.valid_from
            if starts and starts > day and row.holds_on(starts):
                changes.setdefault(starts, Amount(fee_amount(row.kind, None, row.hours, rate.amount), starts))
    return [changes[starts] for starts in sorted(changes)]


def _unit(unit: Any, say: Localiser) -> UnitText | None:
    if unit is None:
        return None
    return UnitText(say(unit, "name"), say(unit, "description"), unit.email, unit.phone, unit.url)


def _area(area: Any, say: Localiser) -> Area | None:
    return area and Area(area.slug, say(area, "name"), say(area, "description"), area.icon)


def _fees(source: GuidePage, say: Localiser, day: datetime.date) -> list[Fee]:
    rows = list(source.fees.all())
    in_hours = any(row.kind == FeeKind.HOURS for row in rows)
    rates = list(source.area.hourly_rates.all()) if in_hours and source.area_id else []
    rate = _rate_on(rates, day)
    return [
        Fee(
            label=say(row, "label"),
            kind=FeeKind(row.kind),
            amount=fee_amount(row.kind, row.amount, row.hours, rate and rate.amount),
            hours=row.hours,
            rate=rate.amount if rate and row.kind == FeeKind.HOURS else None,
            note=say(row, "note"),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            upcoming=_upcoming(row, rows, rates, day),
        )
        for row in rows
        if row.holds_on(day)
    ]


def _time_rules(source: GuidePage, say: Localiser, day: datetime.date) -> list[TimeRule]:
    return [
        TimeRule(
            kind=TimeRuleKind(row.kind),
            kind_label=TimeRuleKind(row.kind).label,
            amount_from=row.amount_from,
            amount=row.amount,
            unit=TimeUnit(row.unit),
            counted_from=CountedFrom(row.counted_from),
            counted_from_label=CountedFrom(row.counted_from).label,
            note=say(row, "note"),
        )
        for row in source.time_rules.all()
        if row.holds_on(day)
    ]


def read_facts(source: GuidePage, shown: GuidePage, day: datetime.date) -> GuideFacts:
    """Read the facts of ``source`` as of ``day`` with texts for ``shown``, in a fixed number of queries."""
    steps = list(source.steps.all())
    evidence = rows_with(source.evidence.all(), "evidence_type")
    laws = rows_with(source.laws.all(), "law")
    trades = rows_with(source.trades.all(), "trade")
    say = Localiser(
        shown.locale.language_code,
        [
            source.area,
            source.decider,
            source.contact_unit,
            source.checked_by,
            *(row.evidence_type for row in evidence),
            *(row.law for row in laws),
            *(row.trade for row in trades),
        ],
    )
    if shown is not source:
        for relation in ("steps", "fees", "time_rules", "evidence", "laws"):
            for row in getattr(shown, relation).all():
                say.add(row)
    return GuideFacts(
        on=day,
        kind=GuideKind(source.kind),
        kind_label=GuideKind(source.kind).label,
        area=_area(source.area, say),
        decider=_unit(source.decider, say),
        contact=_unit(source.contact_unit, say),
        checked_on=source.checked_on,
        checked_by=say(source.checked_by, "name"),
        next_check_on=source.next_check_on,
        e_service_url=source.e_service_url,
        appeal_days=source.appeal_days,
        steps=[Step(say(row, "title"), say(row, "text")) for row in steps],
        evidence=[
            Evidence(
                name=say(row.evidence_type, "name"),
                description=say(row.evidence_type, "description"),
                issuer=say(row.evidence_type, "issuer"),
                url=row.evidence_type.url,
                note=say(row, "note"),
                required=row.requirement == EvidenceRequirement.ALWAYS,
                requirement_label=row.get_requirement_display(),
            )
            for row in evidence
        ],
        fees=_fees(source, say, day),
        time_rules=_time_rules(source, say, day),
        laws=[Law(say(row.law, "name"), row.law.number, row.law.url, say(row, "provision")) for row in laws],
        trades=[say(row.trade, "name") for row in trades],
        related=read_cards(
            translated_guides((row.guide for row in rows_with(source.related_guides.all(), "guide")), shown.locale), day
        ),
    )


def translated_guides(guides: Iterable[GuidePage], locale: Any) -> list[GuidePage]:
    """Return the live guides in the locale, in the given order; what is not translated stays as it is given."""
    wanted = list(guides)
    if not wanted:
        return []
    keys = [guide.translation_key for guide in wanted]
    pages = type(wanted[0]).objects.live().public().filter(translation_key__in=keys, locale=locale)
    found = {page.translation_key: page for page in pages.select_related("locale")}
    return [found.get(guide.translation_key, guide) for guide in wanted if guide.live]


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
    is_free = GuideFacts.is_free
    _time = GuideFacts._time
    usual_time = GuideFacts.usual_time
    legal_limit = GuideFacts.legal_limit
    notice_before_start = GuideFacts.notice_before_start
    main_time = GuideFacts.main_time


def read_cards(pages: Iterable[GuidePage], day: datetime.date) -> list[GuideCard]:
    """Read what cards show of many guides as of ``day``, in a fixed number of queries."""
    shown = list(pages)
    if not shown:
        return []
    model = type(shown[0])
    originals = {
        page.translation_key: page
        for page in model.objects.filter(locale=source_locale(), translation_key__in=[p.translation_key for p in shown])
        .select_related("area")
        .prefetch_related("fees", "time_rules", "area__hourly_rates")
    }
    pairs = [(page, originals.get(page.translation_key, page)) for page in shown]
    say = Localiser(shown[0].locale.language_code, [source.area for _page, source in pairs])
    return [
        GuideCard(
            page=page,
            kind=GuideKind(source.kind),
            kind_label=GuideKind(source.kind).label,
            area=_area(source.area, say),
            fees=_fees(source, say, day),
            time_rules=_time_rules(source, say, day),
        )
        for page, source in pairs
    ]
