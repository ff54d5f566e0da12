"""What a reader asks for, and which pages answer.

Here, and in ``backends``, is where the search learns about words: how a query is cut into words, what counts as the
same word, and in what order the pages come.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search.backends import get_search_backend
from wagtail.search.backends.base import BaseSearchResults
from wagtail.search.query import PlainText

__all__ = ["Query", "find", "parse", "public_pages"]

MAX_LENGTH = 200
MAX_WORDS = 10

# Letters and figures; inside a word also what holds numbers like 2010:1622, 852/2004 and 7.30 together. No other sign
# reaches the database, so none can mean anything to it.
_WORD = re.compile(r"[^\W_]+(?:[/:.][^\W_]+)*")


@dataclass(frozen=True)
class Query:
    """A query cut into words. ``text`` is what was typed; ``clipped`` tells that some of it was left out."""

    text: str
    words: tuple[str, ...]
    clipped: bool = False


def parse(text: str) -> Query:
    """Cut what a reader typed into words; a query of signs only has none."""
    typed = unicodedata.normalize("NFC", text).strip()
    words = list(dict.fromkeys(_WORD.findall(typed[:MAX_LENGTH])))
    return Query(typed, tuple(words[:MAX_WORDS]), clipped=len(typed) > MAX_LENGTH or len(words) > MAX_WORDS)


def public_pages(home: Page) -> PageQuerySet:
    """Return everything that anybody may read in the language of this home page."""
    return Page.objects.descendant_of(home, inclusive=True).filter(locale_id=home.locale_id).live().public()


def find(query: Query, pages: PageQuerySet, *, any_word: bool = False) -> BaseSearchResults:
    """Return those of the pages that have all the query's words (or any of them), best first.

    A word also finds the longer words that begin with it: "servering" finds "serveringstillstånd".
    """
    words = PlainText(" ".join(query.words), operator="or" if any_word else "and")
    return get_search_backend("search.backends").search(words, pages)
