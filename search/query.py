"""What a reader asks for, and which pages answer.

Here, in ``words`` and in ``backends`` is where the search learns about language: how a query is cut into words, what
counts as the same word, and in what order the pages come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search.backends import get_search_backend
from wagtail.search.query import PlainText

from .words import MAX_WORDS, words_in

__all__ = ["Match", "Query", "find", "parse", "public_pages"]

MAX_LENGTH = 200
MOST = 10_000  # nobody pages further


@dataclass(frozen=True)
class Query:
    """A query cut into words. ``text`` is what was typed; ``clipped`` tells that some of it was left out."""

    text: str
    words: tuple[str, ...]
    clipped: bool = False


class Match(NamedTuple):
    """A page that was found."""

    pk: int
    content_type_id: int


def parse(text: str) -> Query:
    """Cut what a reader typed into words."""
    typed = text.strip()
    words = words_in(typed[:MAX_LENGTH])
    return Query(typed, tuple(words[:MAX_WORDS]), clipped=len(typed) > MAX_LENGTH or len(words) > MAX_WORDS)


def public_pages(home: Page) -> PageQuerySet:
    """Return everything that anybody may read in the language of this home page."""
    return Page.objects.descendant_of(home, inclusive=True).filter(locale_id=home.locale_id).live().public()


def find(query: Query, pages: PageQuerySet, *, any_word: bool = False) -> list[Match]:
    """Return those of the pages that have all the query's words (or any of them), best first.

    A word also finds the longer words that begin with it: "servering" finds "serveringstillstånd". One look in the index
    tells what is needed to count, to narrow and to page through the answer.
    """
    words = PlainText(" ".join(query.words), operator="or" if any_word else "and")
    found = get_search_backend().search(words, pages).get_queryset()
    return [Match(*row) for row in found.values_list("pk", "content_type_id")[:MOST]]
