"""Reads facts: amounts, days and relations from the original page, texts in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, QuerySet
from wagtail.models import Locale

from business.core.querysets import Rows, is_public, rows_of
from business.core.translation import Localiser, Text, locales_by_id, source_locale, with_texts

from .enums import (
    Actor,
    ChannelKind,
    CountedFrom,
    DependencyKind,
    EvidenceFormat,
    FeeKind,
    GuideKind,
    Identification,
    LateEffect,
    Need,
    PaidWhen,
    Payer,
    Refund,
    SilenceRule,
    StepNecessity,
    TimeRuleKind,
    TimeUnit,
    Validity,
    WaitsFor,
)
from .facts import (
    Amount,
    Area,
    Basis,
    Channel,
    Check,
    Dependency,
    Evidence,
    Fee,
    GuideCard,
    GuideFacts,
    Law,
    Output,
    Question,
    Requirement,
    Step,
    Tariff,
    TimeRule,
    UnitText,
    counted_from_label,
    span_of,
)
from .fees import amount_on, changes_after, rate_on, starts_later

if TYPE_CHECKING:
    from .models import GuidePage, HourlyRate

__all__ = ["FeeReader", "guides_to_show", "pair_with_originals", "read_cards", "read_facts", "read_fees"]

EVIDENCE_TEXTS = ("name", "description", "issuer")
# What a guide itself refers to, with the texts that its page shows.
REFERENCES = {
    "area": ("name", "description"),
    "decider": ("name", "description"),
    "contact_unit": ("name", "description"),
    "checked_by": ("name",),
}
RATES = "guides.HourlyRate"


# --- Small parts ----------------------------------------------------------------------------------------------------


def _unit(guide: GuidePage, relation: str, say: Localiser) -> UnitText | None:
    unit = getattr(guide, relation)
    if unit is None:
        return None
    name, description = (say.related(guide, relation, field) for field in ("name", "description"))
    return UnitText(name, description, unit.email, unit.phone, unit.url)


def _area(guide: GuidePage, say: Localiser) -> Area:
    name, description = (say.related(guide, "area", field) for field in ("name", "description"))
    return Area(guide.area.slug, name, description, guide.area.icon)


def _law(row: Any, say: Localiser) -> Law | None:
    """Return the law that a row rests on, with its name in the reader's language."""
    if row.law_id is None:
        return None
    return Law(say.related(row, "law", "name"), row.law.number, row.law.url, say(row, "provision"))


def _label(choices: Any, value: str) -> Any:
    return choices(value).label if value else ""


class _Checks:
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


def _with_sources(rows: QuerySet, locale: Locale) -> QuerySet:
    """Fetch, with each fact, the names of its law and of whoever checked it."""
    return with_texts(with_texts(rows, "law", ["name"], locale), "checked_by", ["name"], locale)


def _with_fee_texts(rows: QuerySet, locale: Locale) -> QuerySet:
    rows = with_texts(with_texts(rows, "basis", ["name", "one"], locale), "tariff", ["name"], locale)
    return _with_sources(rows, locale)


# --- Fees -----------------------------------------------------------------------------------------------------------


class FeeReader:
    """Reads fees as of a day. ``rates`` are those of one area; cards have no use for tariffs, nor lists for sources."""

    def __init__(
        self,
        rates: list[HourlyRate],
        say: Localiser,
        day: datetime.date,
        checks: _Checks | None = None,
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
        basis = row.basis_id and Basis(say.related(row, "basis", "name"), say.related(row, "basis", "one"))
        return Fee(
            label=say(row, "label"),
            kind=FeeKind(row.kind),
            holds=holds,
            amount=now.amount,
            lowest=now.lowest,
            hours_from=row.hours_from,
            hours=row.hours,
            rate=rate_on(self.rates, self.day) if holds and row.kind == FeeKind.HOURS else None,
            minimum=row.minimum,
            basis=basis or None,
            band_from=row.band_from,
            band_to=row.band_to,
            payer_label=_label(Payer, row.payer),
            paid_label=_label(PaidWhen, row.paid),
            refund_label=_label(Refund, row.refund),
            tariff=self._tariff(row),
            law=_law(row, say) if self.checks else None,
            check=self.checks.of(row) if self.checks else Check(None, Text(), None, False),
            note=say(row, "note"),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            upcoming=coming,
        )

    def _tariff(self, row: Any) -> Tariff | None:
        if row.tariff_id is None or not self.tariffs:
            return None
        return Tariff(self.say.related(row, "tariff", "name"), row.tariff.year, row.tariff.number, row.tariff.url)


def _rates(guides: Iterable[GuidePage], fees: Rows) -> dict[int, list[HourlyRate]]:
    """Return the hourly rates by area, for those guides that have a fee in hours; no query when none has."""
    areas = {guide.area_id for guide in guides if any(fee.kind == FeeKind.HOURS for fee in fees.get(guide.pk, ()))}
    found: dict[int, list[HourlyRate]] = {}
    if areas:
        for rate in apps.get_model(RATES).objects.filter(area__in=areas).order_by("valid_from"):
            found.setdefault(rate.area_id, []).append(rate)
    return found


def read_fees(pairs: list[tuple[GuidePage, GuidePage]], locale: Locale, day: datetime.date) -> dict[int, list[Fee]]:
    """Read the fees of many guides as of a day, by the original's key, in a fixed number of queries.

    ``pairs`` are pages to show with their originals, as :func:`read_cards` makes them.
    """
    sources = [source for _page, source in pairs]
    shown = [page for page, source in pairs if page.pk != source.pk]
    fees = rows_of([*sources, *shown], "fees", lambda rows: _with_fee_texts(rows, locale))
    rates = _rates(sources, fees)
    say = Localiser(locale)
    for page in shown:
        for row in fees[page.pk]:
            say.add(row)
    return {
        source.pk: FeeReader(rates.get(source.area_id, []), say, day, tariffs=True).read(fees[source.pk])
        for source in sources
    }


# --- Times, steps and the rest --------------------------------------------------------------------------------------


def _time_rules(
    rows: list[Any], kind: GuideKind, say: Localiser, day: datetime.date, checks: _Checks | None = None
) -> list[TimeRule]:
    """Return the rules that hold on the day, then those that only start later."""
    found = [
        TimeRule(
            kind=TimeRuleKind(row.kind),
            kind_label=TimeRuleKind(row.kind).label,
            applies_to=say(row, "applies_to"),
            amount_from=row.amount_from,
            amount=row.amount,
            unit=TimeUnit(row.unit),
            counted_from=CountedFrom(row.counted_from),
            counted_from_label=counted_from_label(CountedFrom(row.counted_from), kind),
            late=row.late,
            late_label=_label(LateEffect, row.late),
            note=say(row, "note"),
            holds=row.holds_on(day),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            law=_law(row, say) if checks else None,
            check=checks.of(row) if checks else Check(None, Text(), None, False),
        )
        for row in rows
        if row.holds_on(day) or row.starts_after(day)
    ]
    return sorted(found, key=lambda rule: not rule.holds)


def _steps(rows: list[Any], say: Localiser) -> list[Step]:
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


def _requirements(rows: list[Any], say: Localiser, day: datetime.date, checks: _Checks) -> list[Requirement]:
    found = [
        Requirement(
            title=say(row, "title"),
            text=say(row, "text"),
            always=row.need == Need.ALWAYS,
            holds=row.holds_on(day),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            law=_law(row, say),
            check=checks.of(row),
        )
        for row in rows
        if row.holds_on(day) or row.starts_after(day)
    ]
    return sorted(found, key=lambda requirement: not requirement.holds)


def _evidence(rows: list[Any], say: Localiser, checks: _Checks) -> list[Evidence]:
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
            law=_law(row, say),
            check=checks.of(row),
        )
        for row in rows
    ]


def _channels(rows: list[Any], say: Localiser) -> list[Channel]:
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


def _output(source: GuidePage, say: Localiser) -> Output | None:
    if not source.output_name:
        return None
    length = source.valid_for if source.validity == Validity.LIMITED else None
    return Output(
        name=say(source, "output_name"),
        validity_label=_label(Validity, source.validity),
        span=span_of(length, TimeUnit(source.valid_for_unit), source.valid_for_from) if length else "",
        bound_to=say(source, "bound_to"),
    )


# --- A guide's own page ---------------------------------------------------------------------------------------------


def _original(shown: GuidePage, locale: Locale) -> GuidePage:
    """Return the page that the facts are read from, with the names of what it refers to, in one query."""
    if shown.previewed_original:
        return shown.previewed_original
    if shown.__dict__.get("_cluster_related_objects"):
        return shown  # a draft of the original itself: its facts stand in memory
    found: Any = type(shown).objects.filter(translation_key=shown.translation_key, locale=source_locale())
    for relation, names in REFERENCES.items():
        found = with_texts(found, relation, names, locale)
    return found.first() or shown


def _dependencies(source: GuidePage) -> list[Any]:
    """Return the rows that tie the guide to others, from both ends, with the other guide; one query."""
    model: Any = type(source).dependencies.rel.related_model
    own: list[Any] = []
    ends = Q(guide=source.pk) | Q(page=source.pk)
    if "dependencies" in source.__dict__.get("_cluster_related_objects", {}):
        own, ends = list(source.dependencies.all()), Q(guide=source.pk)
    if source.pk is None:
        return own  # a preview of what is not stored yet: nothing hangs on it
    stored = model.objects.filter(ends, page__locale=source_locale()).select_related("guide__area", "page__area")
    stored = stored.filter(is_public("guide__path"), is_public("page__path"), guide__live=True)
    return own + [row for row in stored if row.page_id == source.pk or row.page.live]


def _ties(
    rows: list[Any], source: GuidePage, shown_pages: dict[Any, Any], say: Localiser
) -> tuple[list[Dependency], list[Dependency]]:
    """Return the guides that come before this one, and those that come after it."""
    before: list[Dependency] = []
    after: list[Dependency] = []
    seen = set()
    for row in rows:
        is_own = row.page_id == source.pk or row.page_id is None
        other = row.guide if is_own else row.page
        comes_first = (row.kind == DependencyKind.NEEDS) == is_own
        if (other.pk, comes_first) in seen:
            continue
        seen.add((other.pk, comes_first))
        page = shown_pages.get(other.translation_key, other)
        page.locale = locales_by_id()[page.locale_id]  # known already: no query when a template asks
        tie = Dependency(page, DependencyKind(row.kind), say(row, "note"))
        (before if comes_first else after).append(tie)
    return before, after


def read_facts(shown: GuidePage, day: datetime.date) -> GuideFacts:
    """Read the facts that hold on ``day`` with texts for ``shown``, in a fixed number of queries."""
    locale = locales_by_id()[shown.locale_id]
    source = _original(shown, locale)
    both = [source] if shown.pk == source.pk else [source, shown]
    related = [row.guide for row in rows_of([source], "related_guides", guides_to_show)[source.pk]]
    ties = _dependencies(source)
    tied = [row.page if row.guide_id == source.pk else row.guide for row in ties]
    fees = rows_of([*both, *related], "fees", lambda rows: _with_fee_texts(rows, locale))
    rules = rows_of([*both, *related], "time_rules", lambda rows: _with_sources(rows, locale))
    rates = _rates([source, *related], fees)
    steps = rows_of(both, "steps")
    requirements = rows_of(both, "requirements", lambda rows: _with_sources(rows, locale))
    papers = rows_of(both, "evidence", lambda rows: _with_papers(rows, locale))
    channels, questions = rows_of(both, "channels"), rows_of(both, "questions")
    laws = rows_of(both, "laws", lambda rows: with_texts(rows, "law", ["name"], locale))
    say = Localiser(locale, () if _has_texts(source, locale) else (getattr(source, name) for name in REFERENCES))
    if shown.pk != source.pk:
        say.add(shown)
        for rows in (steps, fees, rules, requirements, papers, channels, questions, laws):
            for row in rows[shown.pk]:
                say.add(row)
    checks = _Checks(source, say, day)
    kind = GuideKind(source.kind)
    pairs = _in_locale([*related, *tied], locale)
    before, after = _ties(ties, source, {guide.translation_key: page for page, guide in pairs}, say)
    return GuideFacts(
        on=day,
        kind=kind,
        kind_label=kind.label,
        area=_area(source, say),
        decider=_unit(source, "decider", say),
        contact=_unit(source, "contact_unit", say),
        check=checks.whole,
        no_time_rule=source.no_time_rule,
        appeal_days=source.appeal_days,
        silence_label=_label(SilenceRule, source.silence_rule),
        silence_note=say(source, "silence_note"),
        output=_output(source, say),
        steps=_steps(steps[source.pk], say),
        requirements=_requirements(requirements[source.pk], say, day, checks),
        evidence=_evidence(papers[source.pk], say, checks),
        fees=FeeReader(rates.get(source.area_id, []), say, day, checks, tariffs=True).read(fees[source.pk]),
        time_rules=_time_rules(rules[source.pk], kind, say, day, checks),
        laws=[law for row in laws[source.pk] if row.holds_on(day) and (law := _law(row, say))],
        channels=_channels(channels[source.pk], say),
        before=before,
        after=after,
        questions=[Question(say(row, "question"), say(row, "answer")) for row in questions[source.pk]],
        related=_cards(pairs[: len(related)], fees, rules, rates, say, day, areas=False),
    )


def _has_texts(source: GuidePage, locale: Locale) -> bool:
    """Whether the names of what the guide refers to came with it."""
    return f"area_name_in_{locale.pk}" in source.__dict__


def _with_papers(rows: QuerySet, locale: Locale) -> QuerySet:
    rows = with_texts(rows, "evidence_type", EVIDENCE_TEXTS, locale).select_related("evidence_type__template_file")
    return _with_sources(rows, locale)


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
    areas: bool = True,
) -> list[GuideCard]:
    """Return cards; those beside a guide's own text are small and leave the area out."""
    for page, _source in pairs:
        page.locale = locales_by_id()[page.locale_id]  # known already: no query when a template asks
    return [
        GuideCard(
            page=page,
            kind=GuideKind(source.kind),
            kind_label=GuideKind(source.kind).label,
            area=_area(source, say) if areas else None,
            fees=FeeReader(rates.get(source.area_id, []), say, day).read(fees[source.pk]),
            time_rules=_time_rules(rules[source.pk], GuideKind(source.kind), say, day),
        )
        for page, source in pairs
    ]


def pair_with_originals(pages: Iterable[GuidePage], locale: Locale) -> list[tuple[GuidePage, GuidePage]]:
    """Pair pages to show with the originals that their facts are read from.

    Originals, with their area fetched, are shown in the locale if they are translated to it; translations are shown
    as they are.
    """
    given = list(pages)
    if not given:
        return []
    if all(page.locale_id == source_locale().pk for page in given):
        return _in_locale(given, locale)
    keys = [page.translation_key for page in given]
    stored = type(given[0]).objects.filter(translation_key__in=keys, locale=source_locale())
    originals = {page.translation_key: page for page in stored.select_related("area")}
    return [(page, originals.get(page.translation_key, page)) for page in given]


def read_cards(pages: Iterable[GuidePage], locale: Locale, day: datetime.date) -> list[GuideCard]:
    """Read what cards show of guides as of ``day``, in a fixed number of queries."""
    pairs = pair_with_originals(pages, locale)
    sources = [source for _page, source in pairs]
    fees = rows_of(sources, "fees", lambda rows: with_texts(rows, "basis", ["name", "one"], locale))
    rules = rows_of(sources, "time_rules")
    say = Localiser(locale, [source.area for source in sources])
    return _cards(pairs, fees, rules, _rates(sources, fees), say, day)
