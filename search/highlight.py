"""Showing a reader why a page was found: the words in the title and summary, or a piece of the text around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

__all__ = ["Highlighter"]

_WORD = re.compile(r"[^\W_]+")
BEFORE, LENGTH = 60, 240


def _fold(word: str) -> str:
    """Return the word as the databases' indexes compare it at most: small letters, no marks above them."""
    plain = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


class Highlighter:
    """Marks the words that begin with one of the query's words."""

    def __init__(self, words: Iterable[str]) -> None:
        parts = {_fold(part) for word in words for part in _WORD.findall(word)}
        self._beginnings = tuple(part for part in parts if len(part) > 1)
        # Half the text begins with "a": a single letter is only marked where it stands alone.
        self._letters = parts.difference(self._beginnings)

    def _matches(self, word: str) -> bool:
        folded = _fold(word)
        return folded in self._letters or folded.startswith(self._beginnings)

    def finds(self, text: str) -> bool:
        """Tell whether some word of the text would be marked."""
        return any(self._matches(match[0]) for match in _WORD.finditer(text))

    def mark(self, text: str) -> SafeString:
        """Return the text, escaped, with the words in ``<mark>``."""
        pieces, end = [], 0
        for match in _WORD.finditer(text):
            if self._matches(match[0]):
                pieces += [conditional_escape(text[end : match.start()]), format_html("<mark>{}</mark>", match[0])]
                end = match.end()
        pieces.append(conditional_escape(text[end:]))
        return mark_safe("".join(pieces))

    def excerpt(self, text: str) -> SafeString:
        """Return a piece of the text around the first word that is found in it, marked; empty if there is none."""
        text = " ".join(text.split())
        first = next((match.start() for match in _WORD.finditer(text) if self._matches(match[0])), None)
        if first is None:
            return mark_safe("")
        start = text.find(" ", first - BEFORE) + 1 if first > BEFORE else 0
        stop = text.rfind(" ", start, start + LENGTH) if len(text) > start + LENGTH else len(text)
        if stop <= first:  # one endless word
            stop = start + LENGTH
        return format_html(
            "{}{}{}", "… " if start else "", self.mark(text[start:stop]), " …" if stop < len(text) else ""
        )
