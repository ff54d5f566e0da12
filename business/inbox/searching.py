"""What the search of the inbox looks through, and how it reads what somebody types.

A case keeps one folded text of everything in it. A search asks that every word stands somewhere in that text, also
inside a longer word: Swedish joins words. The text is the truth on every database. PostgreSQL narrows it down first
with an index over the text's trigrams (the migration ``search_trigrams``), so that a hundred thousand cases need not be
read one by one.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import BooleanField, F, Func, Q, Value

from business.core.sorting import fold

__all__ = ["containing", "search_text", "terms"]

MOST_WORDS, MOST_LETTERS = 12, 200
# Digits as people write them: 070-174 06 13, +46 (0)70 174 06 13, 559987-0010.
_NUMBER = re.compile(r"\+?\d[\d \u00a0()/.\u2011\u2013-]{4,}\d")
_ABROAD = re.compile(r"(?:\+|(?<!\d)00)46[ -]*(?:\(0\))?[ -]*0?")
_TELEPHONE = re.compile(r"(?:\+46|0)[\d \u00a0()/.\u2011\u2013-]{5,}\d")


def _digits(number: str) -> str:
    """Return the digits alone, a telephone number as it is dialled within Sweden."""
    return "".join(c for c in _ABROAD.sub("0", number) if c.isdigit())


def search_text(*parts: str) -> str:
    """Return what is searched: the parts folded (SQLite does not know that Å is å), numbers also as digits alone."""
    text = fold(" ".join(part for part in parts if part))
    for number in dict.fromkeys(_digits(found) for found in _NUMBER.findall(text)):
        if number not in text:
            text = f"{text} {number}"
    return text


def terms(words: str) -> list[str]:
    """Return what must stand in the text, all of it; a number however it was typed is its digits."""
    typed = fold(words[:MOST_LETTERS]).strip()
    if _TELEPHONE.fullmatch(typed):  # its groups are no words of their own
        return [_digits(typed)]
    return [_digits(word) if _NUMBER.fullmatch(word) else word for word in typed.split()[:MOST_WORDS]]


class _MayHold(Func):
    """Whether a text's trigrams are among another's: a condition that the index answers. Elsewhere it is left open."""

    output_field = BooleanField()
    template = "inbox_trigrams(%(expressions)s)"
    arg_joiner = ") @> inbox_trigrams("

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return "1 = 1", []


def containing(words: str) -> Q:
    """Return the condition that a case holds every one of the words."""
    condition = Q()
    for term in terms(words):
        if len(term) >= 3:  # a shorter one has no trigram
            condition &= Q(_MayHold(F("search_text"), Value(term)))
        condition &= Q(search_text__contains=term)
    return condition
