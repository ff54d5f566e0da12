"""Whatever changes what the finder says is checked against the example companies before it is stored.

One change at a time: two editors who each take away one of two rules would otherwise both be let through.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from business.core.translation import source_locale
from business.guides.models import GuidePage

from ..models import Persona
from ..rules.questions import read_book
from ..rules.rulebook import RuleBook
from .personas import Break, Example, Miss, check, example_of, misses, of_shown, turning_days

__all__ = [
    "Difference",
    "ExamplesBrokenError",
    "below",
    "breaks_between",
    "breaks_of_ending",
    "breaks_with",
    "breaks_without",
    "differences",
    "guarded",
    "is_original_guide",
    "one_at_a_time",
    "read_examples",
    "read_misses",
    "read_shown",
    "read_shown_book",
    "what_breaks",
]

Shown = Mapping[int, datetime.date | None]


class ExamplesBrokenError(Exception):
    """A change gives example companies another result than they must get."""

    def __init__(self, breaks: tuple[Break, ...]) -> None:
        super().__init__(f"{len(breaks)} broken")
        self.breaks = breaks


def read_examples() -> list[Example]:
    """Return all example companies; six queries."""
    rows = ("options__option__question", "numbers__question", "guides")
    return [example_of(persona) for persona in Persona.objects.prefetch_related(*rows)]


def read_shown() -> dict[int, datetime.date | None]:
    """Return the original guides that readers are shown, each with its last whole day, if one is set; one query."""
    guides = GuidePage.objects.filter(locale=source_locale()).live().public()
    return {pk: _last_day(ends) for pk, ends in guides.values_list("pk", "expire_at")}


def _last_day(ends: datetime.datetime | None) -> datetime.date | None:
    return timezone.localdate(ends) - datetime.timedelta(days=1) if ends else None


def read_shown_book() -> RuleBook:
    """Return questions and rules as companies meet them: without those of guides that nobody is shown."""
    return of_shown(read_book(None), read_shown())


def read_misses(day: datetime.date) -> dict[int, tuple[Miss, ...]]:
    """Return what comes out otherwise than it must on a day, by example company; those that hold have nothing."""
    book = read_shown_book()
    return {example.pk: misses(book, example, day) for example in read_examples()}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """One transaction in which nobody else changes what the finder says; on SQLite that is every transaction.

    The lock is taken before anything is written: whoever had written a guide first would wait for somebody who waits for it.
    """
    with transaction.atomic():
        list(Locale.objects.select_for_update(no_key=True).filter(pk=source_locale().pk).values_list("pk"))
        yield


def what_breaks(before: RuleBook, after: RuleBook, today: datetime.date) -> tuple[Break, ...]:
    """Return what a change breaks, today or on a later day."""
    if before == after:
        return ()
    examples = read_examples()
    return check(before, after, examples, turning_days([before, after], examples, today))


@contextmanager
def guarded(today: datetime.date) -> Iterator[None]:
    """Change questions and rules inside this: they are stored if every example company still gets what it must.

    Raises:
        ExamplesBrokenError: nothing is stored.
    """
    with one_at_a_time():
        before = read_shown_book()
        yield
        if breaks := what_breaks(before, read_shown_book(), today):
            raise ExamplesBrokenError(breaks)


# --- Guides ---------------------------------------------------------------------------------------------------------


def is_original_guide(page: Any) -> bool:
    """Whether rules can lead to the page: a guide in the language that facts are written in."""
    return isinstance(page, GuidePage) and page.locale_id == source_locale().pk


def below(pages: Iterable[Page], with_descendants: bool = True) -> set[int]:
    """Return the keys of these pages, and of those below them; one query for each page that has any."""
    found: set[int] = set()
    for page in pages:
        found.add(page.pk)
        if with_descendants and page.numchild:
            found.update(page.get_descendants().values_list("pk", flat=True))
    return found


def breaks_without(gone: Collection[int], today: datetime.date) -> tuple[Break, ...]:
    """Return what breaks when these pages are no longer shown."""
    with one_at_a_time():
        shown = read_shown()
        return breaks_between(shown, {pk: last for pk, last in shown.items() if pk not in gone}, today)


def breaks_of_ending(guide: GuidePage, today: datetime.date) -> tuple[Break, ...]:
    """Return what would hold if a guide that readers are shown did not end at its time."""
    shown = read_shown()
    if guide.pk not in shown:
        return ()
    rest = {pk: last for pk, last in shown.items() if pk != guide.pk}
    return breaks_between({**rest, guide.pk: None}, rest, today)


def breaks_with(pages: Iterable[Any], today: datetime.date) -> tuple[Break, ...]:
    """Return what breaks when these drafts of guides are published."""
    with one_at_a_time():
        shown = read_shown()
        published = {page.pk: _last_day(page.expire_at) for page in pages}
        return breaks_between(shown, {**shown, **published}, today)


def breaks_between(shown: Shown, becomes: Shown, today: datetime.date) -> tuple[Break, ...]:
    """Return what breaks when other guides are shown than were."""
    if shown == becomes:
        return ()
    book = read_book(None)
    return what_breaks(of_shown(book, shown), of_shown(book, becomes), today)


# --- In words -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """What an example company would no longer get as it must."""

    company: str
    guide: str
    expected: Any
    found: Any
    since: str
    url: str

    def __str__(self) -> str:
        words = {"company": self.company, "guide": self.guide, "expected": self.expected, "found": self.found}
        text = _("%(company)s: %(guide)s %(expected)s → %(found)s") % words
        return f"{text} ({self.since})" if self.since else text


def differences(breaks: Iterable[Break], today: datetime.date) -> list[Difference]:
    """Return what breaks in words; one query."""
    breaks = list(breaks)
    titles = dict(Page.objects.filter(pk__in={one.miss.guide for one in breaks}).values_list("pk", "title"))
    return [
        Difference(
            one.example.name,
            titles.get(one.miss.guide, ""),
            one.miss.expected.label,
            one.miss.found.label,
            _("from %(start)s") % {"start": date_format(one.day, "DATE_FORMAT")} if one.day > today else "",
            reverse(Persona.snippet_viewset.get_url_name("edit"), args=[one.example.pk]),
        )
        for one in breaks
    ]
