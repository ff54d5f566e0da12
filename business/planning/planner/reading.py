"""Reads what a plan needs of its guides: facts from the originals, texts in the reader's language, in a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Q
from wagtail.models import Locale

from business.core.querysets import Rows, is_public, rows_of
from business.core.translation import Localiser, Text, locales_by_id, source_locale, with_texts
from business.core.working_days import DAY
from business.guides.enums import ChannelKind, DependencyKind, EvidenceFormat, GuideKind, Need, TimeUnit
from business.guides.models import GuideDependency, GuidePage
from business.guides.parts import Area, Channel, UnitText, span_of
from business.guides.rows import (
    area_text,
    channels_of,
    fee_texts,
    rates_of,
    time_rules_of,
    unit_text,
    with_fee_texts,
    with_papers,
)

from .costs import GuideFees
from .schedule import Span
from .times import Dated, Times, dated_times, times_of, times_on

__all__ = ["GuideName", "PaperText", "PlanGuide", "Read", "Tie", "read_guides"]

REFERENCES = {
    "area": ("name", "description"),
    "decider": ("name", "description"),
    "contact_unit": ("name", "description"),
    "output_evidence": ("name",),
}


@dataclass(frozen=True)
class GuideName:
    """A guide as a link: its title and address in the reader's language. ``pk`` and ``slug`` are the original's."""

    pk: int
    slug: str
    title: Text
    url: str


@dataclass(frozen=True)
class PaperText:
    """A paper as one guide asks for it. ``key`` is that of the kind of paper, the same in every guide.

    What exactly it must show in each matter stands on the guide itself.
    """

    key: str
    name: Text
    issuer: Text
    url: str
    formats: str
    template_url: str
    max_age: Span | None
    max_age_label: Any
    always: bool


@dataclass(frozen=True)
class PlanGuide(GuideName):
    """A guide in a plan. ``gives`` is the key of the paper that the company gets, if other matters ask for it.

    ``times`` are those that hold on the day that the plan is for, ``times_today`` those of today, if they differ. ``dated``
    are all from today on: which of them count says the day of handing in.
    """

    kind: GuideKind
    area: Area
    decider: UnitText | None
    contact: UnitText | None
    e_service: Channel | None
    times: Times
    papers: tuple[PaperText, ...]
    gives: str
    fees: GuideFees
    times_today: Times | None = None
    dated: Dated = ()

    @property
    def kind_label(self) -> Any:
        return self.kind.label


@dataclass(frozen=True)
class Tie:
    """The guide ``waiting`` is not handed in before ``first`` is decided. Both by the original's key."""

    waiting: int
    first: int


@dataclass(frozen=True)
class Read:
    """Guides in the order of their titles, what waits for what, and the names of those that some wait for."""

    guides: tuple[PlanGuide, ...] = ()
    ties: tuple[Tie, ...] = ()
    names: Mapping[int, GuideName] = field(default_factory=dict)


def read_guides(
    keys: Collection[int], slugs: Collection[str], locale: Locale, day: datetime.date, today: datetime.date
) -> Read:
    """Read live, public guides by the keys or slugs of their originals, with the times that hold on ``day``.

    What is not there, or not for everybody to read, is left out.
    """
    sources = _originals(keys, slugs, locale)
    if not sources:
        return Read()
    ties, firsts = _ties(sources)
    named = {page.pk: page for page in [*firsts, *sources]}
    shown = _shown(named.values(), locale)
    names = {pk: _name(page, shown[pk], locale) for pk, page in named.items()}
    both = [*sources, *(shown[source.pk] for source in sources if shown[source.pk].pk != source.pk)]
    rows = {
        "fees": rows_of(both, "fees", lambda found: with_fee_texts(found, locale)),
        "rules": rows_of(both, "time_rules"),
        "papers": rows_of(both, "evidence", lambda found: with_papers(found, locale)),
        "channels": rows_of(both, "channels"),
    }
    rates = rates_of(sources, rows["fees"])
    say = Localiser(locale)
    for page in both[len(sources) :]:
        for found in rows.values():
            for row in found[page.pk]:
                say.add(row)
    return Read(
        guides=tuple(_guide(source, names[source.pk], rows, rates, say, (day, today)) for source in sources),
        ties=ties,
        names=names,
    )


def _originals(keys: Collection[int], slugs: Collection[str], locale: Locale) -> list[GuidePage]:
    if not keys and not slugs:
        return []
    chosen = Q(pk__in=set(keys)) | Q(slug__in=set(slugs))
    pages = GuidePage.objects.live().public().filter(chosen, locale=source_locale())
    for relation, names in REFERENCES.items():
        pages = with_texts(pages, relation, names, locale)
    return list(pages.defer("body").order_by("sort_key", "pk"))


def _ties(sources: list[GuidePage]) -> tuple[tuple[Tie, ...], list[GuidePage]]:
    """Return what ties the guides to each other and to what they wait for, and all that something waits for.

    “Needs” waits for the other one; “is evidence for” and “blocks” make the other one wait.
    """
    keys = {source.pk for source in sources}
    stored = GuideDependency.objects.filter(
        Q(page__in=keys) | Q(guide__in=keys),
        is_public("guide__path"),
        is_public("page__path"),
        page__locale=source_locale(),
        guide__locale=source_locale(),
        page__live=True,
        guide__live=True,
    )
    ties, firsts = [], []
    for row in stored.select_related("guide", "page").defer("guide__body", "page__body"):
        waiting, first = (row.page, row.guide) if row.kind == DependencyKind.NEEDS else (row.guide, row.page)
        if waiting.pk in keys:
            ties.append(Tie(waiting.pk, first.pk))
            firsts.append(first)
    return tuple(ties), firsts


def _shown(sources: Iterable[GuidePage], locale: Locale) -> dict[int, GuidePage]:
    """Return, by the original's key, the page to show: its live, public translation, else the original."""
    sources = list(sources)
    found: dict[Any, GuidePage] = {}
    if locale.pk != source_locale().pk:
        keys = [source.translation_key for source in sources]
        pages = GuidePage.objects.live().public().filter(locale=locale, translation_key__in=keys)
        found = {page.translation_key: page for page in pages.defer("body")}
    shown = {source.pk: found.get(source.translation_key, source) for source in sources}
    for page in shown.values():
        page.locale = locales_by_id()[page.locale_id]  # known already: no query for its address
    return shown


def _name(source: GuidePage, page: GuidePage, locale: Locale) -> GuideName:
    language = "" if page.locale_id == locale.pk else page.locale.language_code
    return GuideName(source.pk, source.slug, Text(page.title, language), page.get_url() or "")


def _guide(
    source: GuidePage,
    name: GuideName,
    rows: Mapping[str, Rows],
    rates: Mapping[int, list[Any]],
    say: Localiser,
    days: tuple[datetime.date, datetime.date],
) -> PlanGuide:
    kind = GuideKind(source.kind)
    dated = _dated_times(source, rows["rules"][source.pk], say, days[1])
    times, today = (times_on(dated, day) for day in days)
    web = [row for row in rows["channels"][source.pk] if row.kind == ChannelKind.WEB]
    return PlanGuide(
        pk=name.pk,
        slug=name.slug,
        title=name.title,
        url=name.url,
        kind=kind,
        area=area_text(source, say),
        decider=unit_text(source, "decider", say),
        contact=unit_text(source, "contact_unit", say),
        e_service=next(iter(channels_of(web[:1], say)), None),
        times=times,
        papers=tuple(_papers(rows["papers"][source.pk], say)),
        gives=source.output_evidence.slug if source.output_evidence else "",
        fees=GuideFees(
            guide=source.pk,
            key=source.slug,
            rows=rows["fees"][source.pk],
            rates=rates.get(source.area_id, []),
            texts=partial(fee_texts, say=say),
        ),
        times_today=None if times.counts_like(today) else today,
        dated=dated,
    )


def _dated_times(source: GuidePage, rows: list[Any], say: Localiser, today: datetime.date) -> Dated:
    """Return the guide's times of today and from each later day on which one begins or has ended."""
    turns = {row.valid_from for row in rows if row.valid_from} | {row.valid_to + DAY for row in rows if row.valid_to}
    days = [today, *sorted(day for day in turns if day > today)]
    kind = GuideKind(source.kind)
    return dated_times((day, times_of(kind, time_rules_of(rows, kind, say, day), source.no_time_rule)) for day in days)


def _papers(rows: list[Any], say: Localiser) -> Iterable[PaperText]:
    for row in rows:
        kind = row.evidence_type
        age = Span(kind.max_age, kind.max_age_unit) if kind.max_age else None
        yield PaperText(
            key=kind.slug,
            name=say.related(row, "evidence_type", "name"),
            issuer=say.related(row, "evidence_type", "issuer"),
            url=kind.url,
            formats=", ".join(str(EvidenceFormat(key).label) for key in kind.formats),
            template_url=kind.template_file.url if kind.template_file_id else "",
            max_age=age,
            max_age_label=span_of(age.amount, TimeUnit(age.unit)) if age else "",
            always=row.requirement == Need.ALWAYS,
        )
