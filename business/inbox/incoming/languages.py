"""In which language somebody writes: receipt and answer come in the same."""

from __future__ import annotations

import re

from business.core.sorting import fold

__all__ = ["language_of"]

# The small words of which every text is made; none stands in both lists.
SWEDISH = frozenset(
    [
        "och",
        "att",
        "det",
        "som",
        "är",
        "inte",
        "på",
        "vi",
        "jag",
        "för",
        "med",
        "av",
        "den",
        "till",
        "ett",
        "har",
        "ni",
        "kan",
        "vill",
        "hur",
        "eller",
        "om",
        "hej",
        "min",
        "vår",
        "från",
        "detta",
    ]
)
ENGLISH = frozenset(
    [
        "the",
        "and",
        "of",
        "to",
        "is",
        "we",
        "you",
        "that",
        "it",
        "this",
        "our",
        "are",
        "have",
        "be",
        "would",
        "with",
        "can",
        "my",
        "your",
        "please",
        "hello",
        "from",
    ]
)
LOOKED_THROUGH = 4000  # characters


def language_of(text: str) -> str:
    """Return ``en`` where most of the small words are English, else ``sv``."""
    words = re.findall(r"[^\W\d_]+", fold(text[:LOOKED_THROUGH]))
    english = sum(word in ENGLISH for word in words)
    swedish = sum(word in _FOLDED for word in words)
    return "en" if english > swedish else "sv"


_FOLDED = frozenset(fold(word) for word in SWEDISH)
