"""Reads facts: amounts, days and relations from the original page, texts in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from wagtail.models import Locale

from business.core.querysets import Rows, is_public, rows_of
from business.core.translation import Localiser, locales_by_id, source_locale, with_texts

from .enums import DependencyKind, GuideKind, SilenceRule
from .facts import GuideCard, GuideFacts
from .parts import Dependency, Question
from .rows import (
    Checks,
    FeeReader,
    area_text,
    channels_of,
    evidence_of,
    label_of,
    law_text,
    output_of,
    rates_of,
    requirements_of,
    steps_of,
    time_rules_of,
    unit_text,
    with_fee_texts,
    with_papers,
    with_sources,
)

if TYPE_CHECKING:
    from .models.fees import HourlyRate
    from .models.pages import GuidePage

__all__ = ["guides_to_show", "pair_with_originals", "read_cards", "read_facts"]

# What a guide itself refers to, with the texts that its page shows.
REFERENCES = {
    "area": ("name", "description"),
    "decider": ("name", "description"),
    "contact_unit": ("name", "description"),
    "checked_by": ("name",),
    "output_evidence": ("name",),
}


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
    fees = rows_of([*both, *related], "fees", lambda rows: with_fee_texts(rows, locale))
    rules = rows_of([*both, *related], "time_rules", lambda rows: with_sources(rows, locale))
    rates = rates_of([source, *related], fees)
    steps = rows_of(both, "steps")
    requirements = rows_of(both, "requirements", lambda rows: with_sources(rows, locale))
    papers = rows_of(both, "evidence", lambda rows: with_papers(rows, locale))
    channels, questions = rows_of(both, "channels"), rows_of(both, "questions")
    laws = rows_of(both, "laws", lambda rows: with_texts(rows, "law", ["name"], locale))
    say = Localiser(locale, () if _has_texts(source, locale) else (getattr(source, name) for name in REFERENCES))
    if shown.pk != source.pk:
        say.add(shown)
        for rows in (steps, fees, rules, requirements, papers, channels, questions, laws):
            for row in rows[shown.pk]:
                say.add(row)
    checks = Checks(source, say, day)
    kind = GuideKind(source.kind)
    pairs = _in_locale([*related, *tied], locale)
    before, after = _ties(ties, source, {guide.translation_key: page for page, guide in pairs}, say)
    return GuideFacts(
        on=day,
        kind=kind,
        kind_label=kind.label,
        area=area_text(source, say),
        decider=unit_text(source, "decider", say),
        contact=unit_text(source, "contact_unit", say),
        check=checks.whole,
        no_time_rule=source.no_time_rule,
        appeal_days=source.appeal_days,
        silence_label=label_of(SilenceRule, source.silence_rule),
        silence_note=say(source, "silence_note"),
        output=output_of(source, say),
        steps=steps_of(steps[source.pk], say),
        requirements=requirements_of(requirements[source.pk], say, day, checks),
        evidence=evidence_of(papers[source.pk], say, checks),
        fees=FeeReader(rates.get(source.area_id, []), say, day, checks, tariffs=True).read(fees[source.pk]),
        time_rules=time_rules_of(rules[source.pk], kind, say, day, checks),
        laws=[law for row in laws[source.pk] if row.holds_on(day) and (law := law_text(row, say))],
        channels=channels_of(channels[source.pk], say),
        before=before,
        after=after,
        questions=[Question(say(row, "question"), say(row, "answer")) for row in questions[source.pk]],
        related=_cards(pairs[: len(related)], fees, rules, rates, say, day, areas=False),
    )


def _has_texts(source: GuidePage, locale: Locale) -> bool:
    """Whether the names of what the guide refers to came with it."""
    return f"area_name_in_{locale.pk}" in source.__dict__


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
            area=area_text(source, say) if areas else None,
            fees=FeeReader(rates.get(source.area_id, []), say, day).read(fees[source.pk]),
            time_rules=time_rules_of(rules[source.pk], GuideKind(source.kind), say, day),
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
    return _cards(pairs, fees, rules, rates_of(sources, fees), say, day)
