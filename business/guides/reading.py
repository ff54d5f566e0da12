"""Reads facts: amounts, days and relations from the original page, texts in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import QuerySet
from wagtail.models import Locale

from business.core.querysets import Rows, is_public, rows_of
from business.core.translation import Localiser, locales_by_id, source_locale, with_texts

from .enums import CountedFrom, EvidenceRequirement, FeeKind, GuideKind, TimeRuleKind, TimeUnit
from .facts import (
    Amount,
    Area,
    Evidence,
    Fee,
    GuideCard,
    GuideFacts,
    Law,
    Step,
    TimeRule,
    UnitText,
    counted_from_label,
)
from .fees import amount_on, changes_after, rate_on, starts_later

if TYPE_CHECKING:
    from .models import GuidePage, HourlyRate

__all__ = ["guides_to_show", "read_cards", "read_facts"]

EVIDENCE_TEXTS = ("name", "description", "issuer")


def _unit(unit: Any, say: Localiser) -> UnitText | None:
    if unit is None:
        return None
    return UnitText(say(unit, "name"), say(unit, "description"), unit.email, unit.phone, unit.url)


def _area(area: Any, say: Localiser) -> Area | None:
    return area and Area(area.slug, say(area, "name"), say(area, "description"), area.icon)


def _fees(rows: list[Any], rates: list[HourlyRate], say: Localiser, day: datetime.date) -> list[Fee]:
    """Return the fees that hold on the day, then those that only start later. Rows with one heading are one fee."""
    headings: dict[str, list[Any]] = {}
    for row in rows:
        headings.setdefault(row.label, []).append(row)
    found = []
    for fee in headings.values():
        coming = changes_after(fee, rates, day)
        found += [_fee(row, rates, say, day, coming) for row in fee if row.holds_on(day)]
        if starts_later(fee, day):
            first = min(
                (row for row in fee if row.valid_from and row.valid_from > day), key=lambda row: row.valid_from
            )
            found.append(_fee(first, rates, say, day, coming))
    return sorted(found, key=lambda fee: not fee.holds)


def _fee(row: Any, rates: list[HourlyRate], say: Localiser, day: datetime.date, coming: list[Amount]) -> Fee:
    holds = row.holds_on(day)
    return Fee(
        label=say(row, "label"),
        kind=FeeKind(row.kind),
        holds=holds,
        amount=amount_on(row, rates, day) if holds else None,
        hours=row.hours,
        rate=rate_on(rates, day) if holds and row.kind == FeeKind.HOURS else None,
        note=say(row, "note"),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        upcoming=coming,
    )


def _time_rules(rows: list[Any], kind: GuideKind, say: Localiser, day: datetime.date) -> list[TimeRule]:
    return [
        TimeRule(
            kind=TimeRuleKind(row.kind),
            kind_label=TimeRuleKind(row.kind).label,
            amount_from=row.amount_from,
            amount=row.amount,
            unit=TimeUnit(row.unit),
            counted_from=CountedFrom(row.counted_from),
            counted_from_label=counted_from_label(CountedFrom(row.counted_from), kind),
            note=say(row, "note"),
        )
        for row in rows
        if row.holds_on(day)
    ]


def _rates(guides: Iterable[GuidePage], fees: Rows) -> dict[int, list[HourlyRate]]:
    """Return the hourly rates by area, for those guides that have a fee in hours; no query when none has."""
    areas = {guide.area_id for guide in guides if any(fee.kind == FeeKind.HOURS for fee in fees.get(guide.pk, ()))}
    found: dict[int, list[HourlyRate]] = {}
    if areas:
        for rate in apps.get_model("guides", "HourlyRate").objects.filter(area__in=areas).order_by("valid_from"):
            found.setdefault(rate.area_id, []).append(rate)
    return found


def _original(shown: GuidePage) -> GuidePage:
    """Return the page that the facts are read from, with what it refers to."""
    if shown.previewed_original or shown.locale_id == source_locale().pk:
        return shown.previewed_original or shown
    originals = type(shown).objects.filter(translation_key=shown.translation_key, locale=source_locale())
    return originals.select_related("area", "decider", "contact_unit", "checked_by").first() or shown


def read_facts(shown: GuidePage, day: datetime.date) -> GuideFacts:
    """Read the facts that hold on ``day`` with texts for ``shown``, in a fixed number of queries."""
    source = _original(shown)
    locale = locales_by_id()[shown.locale_id]
    both = [source] if shown is source else [source, shown]
    related = [row.guide for row in rows_of([source], "related_guides", guides_to_show)[source.pk]]
    fees, rules = rows_of([*both, *related], "fees"), rows_of([*both, *related], "time_rules")
    rates = _rates([source, *related], fees)
    steps = rows_of(both, "steps")
    papers = rows_of(both, "evidence", lambda rows: with_texts(rows, "evidence_type", EVIDENCE_TEXTS, locale))
    laws = rows_of(both, "laws", lambda rows: with_texts(rows, "law", ["name"], locale))
    trades = rows_of([source], "trades", lambda rows: with_texts(rows, "trade", ["name"], locale))
    say = Localiser(
        locale,
        [source.area, source.decider, source.contact_unit, source.checked_by, *(guide.area for guide in related)],
    )
    if shown is not source:
        for rows in (steps, fees, rules, papers, laws):
            for row in rows[shown.pk]:
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
        steps=[Step(say(row, "title"), say(row, "text")) for row in steps[source.pk]],
        evidence=[
            Evidence(
                name=say.related(row, "evidence_type", "name"),
                description=say.related(row, "evidence_type", "description"),
                issuer=say.related(row, "evidence_type", "issuer"),
                url=row.evidence_type.url,
                note=say(row, "note"),
                required=row.requirement == EvidenceRequirement.ALWAYS,
                requirement_label=row.get_requirement_display(),
            )
            for row in papers[source.pk]
        ],
        fees=_fees(fees[source.pk], rates.get(source.area_id, []), say, day),
        time_rules=_time_rules(rules[source.pk], GuideKind(source.kind), say, day),
        laws=[
            Law(say.related(row, "law", "name"), row.law.number, row.law.url, say(row, "provision"))
            for row in laws[source.pk]
        ],
        trades=[say.related(row, "trade", "name") for row in trades[source.pk]],
        related=_cards(_in_locale(related, locale), fees, rules, rates, say, day),
    )


def guides_to_show(rows: QuerySet) -> QuerySet:
    """Narrow rows that point at a guide to those that a reader may follow."""
    return rows.filter(is_public("guide__path"), guide__live=True).select_related("guide__area")


def _in_locale(originals: list[GuidePage], locale: Locale) -> list[tuple[GuidePage, GuidePage]]:
    """Pair each original with the page to show: its live, public translation, else itself."""
    if not originals or all(guide.locale_id == locale.pk for guide in originals):
        return [(guide, guide) for guide in originals]
    keys = [guide.translation_key for guide in originals]
    pages = type(originals[0]).objects.live().public().filter(translation_key__in=keys, locale=locale)
    found = {page.translation_key: page for page in pages}
    return [(found.get(guide.translation_key, guide), guide) for guide in originals]


def _cards(
    pairs: list[tuple[GuidePage, GuidePage]],
    fees: Rows,
    rules: Rows,
    rates: dict[int, list[HourlyRate]],
    say: Localiser,
    day: datetime.date,
) -> list[GuideCard]:
    for page, _source in pairs:
        page.locale = locales_by_id()[page.locale_id]  # known already: no query when a template asks
    return [
        GuideCard(
            page=page,
            kind=GuideKind(source.kind),
            kind_label=GuideKind(source.kind).label,
            area=_area(source.area, say),
            fees=_fees(fees[source.pk], rates.get(source.area_id, []), say, day),
            time_rules=_time_rules(rules[source.pk], GuideKind(source.kind), say, day),
        )
        for page, source in pairs
    ]


def read_cards(pages: Iterable[GuidePage], locale: Locale, day: datetime.date) -> list[GuideCard]:
    """Read what cards show of guides as of ``day``, in a fixed number of queries.

    Originals, with their area fetched, are shown in the locale if they are translated to it; translations are shown
    as they are, with the facts of their originals.
    """
    given = list(pages)
    if not given:
        return []
    if all(page.locale_id == source_locale().pk for page in given):
        pairs = _in_locale(given, locale)
    else:
        keys = [page.translation_key for page in given]
        stored = type(given[0]).objects.filter(translation_key__in=keys, locale=source_locale())
        originals = {page.translation_key: page for page in stored.select_related("area")}
        pairs = [(page, originals.get(page.translation_key, page)) for page in given]
    sources = [source for _page, source in pairs]
    fees, rules = rows_of(sources, "fees"), rows_of(sources, "time_rules")
    say = Localiser(locale, [source.area for source in sources])
    return _cards(pairs, fees, rules, _rates(sources, fees), say, day)
