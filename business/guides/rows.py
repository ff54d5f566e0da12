"""Turns the rows of guides into what they say: amounts, days and relations from the original, texts in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import QuerySet
from wagtail.models import Locale

from business.core.querysets import Rows, rows_of
from business.core.translation import Localiser, Text, with_texts

from .enums import (
    Actor,
    ChannelKind,
    CountedFrom,
    EvidenceFormat,
    FeeKind,
    GuideKind,
    Identification,
    LateEffect,
    Need,
    PaidWhen,
    Payer,
    Refund,
    StepNecessity,
    TimeRuleKind,
    TimeUnit,
    Validity,
    WaitsFor,
)
from .fees import amount_on, changes_after, rate_on, starts_later
from .parts import (
    Amount,
    Area,
    Basis,
    Channel,
    Check,
    Evidence,
    Fee,
    FeeTexts,
    Law,
    Output,
    Requirement,
    Step,
    Tariff,
    TimeRule,
    UnitText,
    counted_from_label,
    span_of,
)

if TYPE_CHECKING:
    from .models.fees import HourlyRate
    from .models.pages import GuidePage

__all__ = [
    "Checks",
    "FeeReader",
    "area_text",
    "channels_of",
    "evidence_of",
    "fee_texts",
    "label_of",
    "law_text",
    "output_of",
    "rates_of",
    "read_fees",
    "requirements_of",
    "steps_of",
    "time_rules_of",
    "unit_text",
    "with_fee_texts",
    "with_papers",
    "with_sources",
]

EVIDENCE_TEXTS = ("name", "description", "issuer")
RATES = "guides.HourlyRate"


# --- Small parts ----------------------------------------------------------------------------------------------------


def unit_text(guide: GuidePage, relation: str, say: Localiser) -> UnitText | None:
    unit = getattr(guide, relation)
    if unit is None:
        return None
    name, description = (say.related(guide, relation, field) for field in ("name", "description"))
    return UnitText(name, description, unit.email, unit.phone, unit.url)


def area_text(guide: GuidePage, say: Localiser) -> Area:
    name, description = (say.related(guide, "area", field) for field in ("name", "description"))
    return Area(guide.area.slug, name, description, guide.area.icon)


def law_text(row: Any, say: Localiser) -> Law | None:
    """Return the law that a row rests on, with its name in the reader's language."""
    if row.law_id is None:
        return None
    return Law(say.related(row, "law", "name"), row.law.number, row.law.url, say(row, "provision"))


def label_of(choices: Any, value: str) -> Any:
    return choices(value).label if value else ""


class Checks:
    """Tells when a fact was last checked: by itself, or with the whole guide, whichever came later."""

    def __init__(self, source: GuidePage, say: Localiser, day: datetime.date) -> None:
        self.source, self.say, self.day = source, say, day
        self.whole = self._check(source.checked_on, say.related(source, "checked_by", "name"), source.next_check_on)

    def _check(self, on: datetime.date | None, by: Any, next_on: datetime.date | None) -> Check:
        return Check(on, by, next_on, next_on is not None and next_on < self.day)

    def of(self, row: Any) -> Check:
        if row.checked_on is None or (self.whole.on is not None and self.whole.on > row.checked_on):
            return self.whole
        return self._check(row.checked_on, self.say.related(row, "checked_by", "name"), row.next_check_on)


def with_sources(rows: QuerySet, locale: Locale) -> QuerySet:
    """Fetch, with each fact, the names of its law and of whoever checked it."""
    return with_texts(with_texts(rows, "law", ["name"], locale), "checked_by", ["name"], locale)


def with_fee_texts(rows: QuerySet, locale: Locale) -> QuerySet:
    rows = with_texts(with_texts(rows, "basis", ["name", "one"], locale), "tariff", ["name"], locale)
    return with_sources(rows, locale)


# --- Fees -----------------------------------------------------------------------------------------------------------


def _basis_of(row: Any, say: Localiser) -> Basis | None:
    if row.basis_id is None:
        return None
    return Basis(say.related(row, "basis", "name"), say.related(row, "basis", "one"))


def _tariff_of(row: Any, say: Localiser) -> Tariff | None:
    if row.tariff_id is None:
        return None
    return Tariff(say.related(row, "tariff", "name"), row.tariff.year, row.tariff.number, row.tariff.url)


def fee_texts(row: Any, say: Localiser) -> FeeTexts:
    """Return what a row says beside its amounts, fetched by :func:`with_fee_texts`."""
    return FeeTexts(
        label=say(row, "label"),
        note=say(row, "note"),
        basis=_basis_of(row, say),
        tariff=_tariff_of(row, say),
        law=law_text(row, say),
    )


class FeeReader:
    """Reads fees as of a day. ``rates`` are those of one area; cards have no use for tariffs, nor lists for sources."""

    def __init__(
        self,
        rates: list[HourlyRate],
        say: Localiser,
        day: datetime.date,
        checks: Checks | None = None,
        tariffs: bool = False,
    ) -> None:
        self.rates, self.say, self.day, self.checks, self.tariffs = rates, say, day, checks, tariffs

    def read(self, rows: Iterable[Any]) -> list[Fee]:
        """Return the fees that hold on the day, then those that only start later. Rows with one heading are one fee."""
        headings: dict[tuple[Any, ...], list[Any]] = {}
        for row in rows:
            headings.setdefault((row.label, row.band_from, row.band_to), []).append(row)
        found = []
        for fee in headings.values():
            coming = changes_after(fee, self.rates, self.day)
            found += [self._fee(row, coming) for row in fee if row.holds_on(self.day)]
            if starts_later(fee, self.day):
                later = (row for row in fee if row.valid_from and row.valid_from > self.day)
                found.append(self._fee(min(later, key=lambda row: row.valid_from), coming))
        return sorted(found, key=lambda fee: not fee.holds)

    def _fee(self, row: Any, coming: list[Any]) -> Fee:
        say, holds = self.say, row.holds_on(self.day)
        now = amount_on(row, self.rates, self.day) if holds else Amount(None, None)
        return Fee(
            key=row.label,
            label=say(row, "label"),
            kind=FeeKind(row.kind),
            always=row.need == Need.ALWAYS,
            holds=holds,
            amount=now.amount,
            lowest=now.lowest,
            hours_from=row.hours_from,
            hours=row.hours,
            rate=rate_on(self.rates, self.day) if holds and row.kind == FeeKind.HOURS else None,
            minimum=row.minimum,
            basis=_basis_of(row, say),
            band_from=row.band_from,
            band_to=row.band_to,
            payer_label=label_of(Payer, row.payer),
            paid_label=label_of(PaidWhen, row.paid),
            refund_label=label_of(Refund, row.refund),
            tariff=_tariff_of(row, say) if self.tariffs else None,
            law=law_text(row, say) if self.checks else None,
            check=self.checks.of(row) if self.checks else Check(None, Text(), None, False),
            note=say(row, "note"),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            upcoming=coming,
        )


def rates_of(guides: Iterable[GuidePage], fees: Rows) -> dict[int, list[HourlyRate]]:
    """Return the hourly rates by area, for those guides that have a fee in hours; no query when none has."""
    areas = {guide.area_id for guide in guides if any(fee.kind == FeeKind.HOURS for fee in fees.get(guide.pk, ()))}
    found: dict[int, list[HourlyRate]] = {}
    if areas:
        for rate in apps.get_model(RATES).objects.filter(area__in=areas).order_by("valid_from", "pk"):
            found.setdefault(rate.area_id, []).append(rate)
    return found


def read_fees(pairs: list[tuple[GuidePage, GuidePage]], locale: Locale, day: datetime.date) -> dict[int, list[Fee]]:
    """Read the fees of many guides as of a day, by the original's key, in a fixed number of queries.

    ``pairs`` are pages to show with their originals, as :func:`read_cards` makes them.
    """
    sources = [source for _page, source in pairs]
    shown = [page for page, source in pairs if page.pk != source.pk]
    fees = rows_of([*sources, *shown], "fees", lambda rows: with_fee_texts(rows, locale))
    rates = rates_of(sources, fees)
    say = Localiser(locale)
    for page in shown:
        for row in fees[page.pk]:
            say.add(row)
    return {
        source.pk: FeeReader(rates.get(source.area_id, []), say, day, tariffs=True).read(fees[source.pk])
        for source in sources
    }


# --- Times, steps and the rest --------------------------------------------------------------------------------------


def time_rules_of(
    rows: list[Any], kind: GuideKind, say: Localiser, day: datetime.date, checks: Checks | None = None
) -> list[TimeRule]:
    """Return the rules that hold on the day, then those that only start later."""
    found = [
        TimeRule(
            kind=TimeRuleKind(row.kind),
            kind_label=TimeRuleKind(row.kind).label,
            key=row.applies_to,
            applies_to=say(row, "applies_to"),
            amount_from=row.amount_from,
            amount=row.amount,
            unit=TimeUnit(row.unit),
            counted_from=CountedFrom(row.counted_from),
            counted_from_label=counted_from_label(CountedFrom(row.counted_from), kind),
            late=row.late,
            late_label=label_of(LateEffect, row.late),
            note=say(row, "note"),
            holds=row.holds_on(day),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            law=law_text(row, say) if checks else None,
            check=checks.of(row) if checks else Check(None, Text(), None, False),
        )
        for row in rows
        if row.holds_on(day) or row.starts_after(day)
    ]
    return sorted(found, key=lambda rule: not rule.holds)


def steps_of(rows: list[Any], say: Localiser) -> list[Step]:
    found: list[Step] = []
    for row in rows:
        before = found[-1].necessity if found else None
        found.append(
            Step(
                title=say(row, "title"),
                text=say(row, "text"),
                necessity=StepNecessity(row.necessity),
                waits_for=WaitsFor(row.waits_for),
                actor=Actor(row.actor),
                actor_name=say(row, "actor_name"),
                days_from=row.days_from,
                days=row.days,
                alternative=row.necessity == before == StepNecessity.EITHER,
            )
        )
    return found


def requirements_of(rows: list[Any], say: Localiser, day: datetime.date, checks: Checks) -> list[Requirement]:
    found = [
        Requirement(
            title=say(row, "title"),
            text=say(row, "text"),
            always=row.need == Need.ALWAYS,
            holds=row.holds_on(day),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            law=law_text(row, say),
            check=checks.of(row),
        )
        for row in rows
        if row.holds_on(day) or row.starts_after(day)
    ]
    return sorted(found, key=lambda requirement: not requirement.holds)


def evidence_of(rows: list[Any], say: Localiser, checks: Checks) -> list[Evidence]:
    return [
        Evidence(
            name=say.related(row, "evidence_type", "name"),
            description=say.related(row, "evidence_type", "description"),
            issuer=say.related(row, "evidence_type", "issuer"),
            url=row.evidence_type.url,
            note=say(row, "note"),
            required=row.requirement == Need.ALWAYS,
            max_age=row.evidence_type.max_age
            and span_of(row.evidence_type.max_age, TimeUnit(row.evidence_type.max_age_unit)),
            formats=", ".join(str(EvidenceFormat(key).label) for key in row.evidence_type.formats),
            template_url=row.evidence_type.template_file.url if row.evidence_type.template_file_id else "",
            law=law_text(row, say),
            check=checks.of(row),
        )
        for row in rows
    ]


def channels_of(rows: list[Any], say: Localiser) -> list[Channel]:
    return [
        Channel(
            kind=ChannelKind(row.kind),
            kind_label=ChannelKind(row.kind).label,
            label=say(row, "label"),
            url=row.url,
            email=row.email,
            phone=row.phone,
            address=row.address,
            identification=[Identification(key).label for key in row.identification],
            note=say(row, "note"),
        )
        for row in rows
    ]


def output_of(source: GuidePage, say: Localiser) -> Output | None:
    if not source.output_name:
        return None
    length = source.valid_for if source.validity == Validity.LIMITED else None
    return Output(
        name=say(source, "output_name"),
        validity_label=label_of(Validity, source.validity),
        span=span_of(length, TimeUnit(source.valid_for_unit), source.valid_for_from) if length else "",
        bound_to=say(source, "bound_to"),
        evidence=say.related(source, "output_evidence", "name"),
    )


def with_papers(rows: QuerySet, locale: Locale) -> QuerySet:
    rows = with_texts(rows, "evidence_type", EVIDENCE_TEXTS, locale).select_related("evidence_type__template_file")
    return with_sources(rows, locale)
