"""What the short content must not hold: it is public, and the register shows it to whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from business.core.personal_number import Sureness, find_personal_numbers
from business.core.sorting import fold

__all__ = ["copied_words", "objections"]

MOST_IN_A_ROW = 5  # words that two people may write alike
SHORTEST_NAME = 3  # letters: "Bo" is a word too
_WORD = re.compile(r"\w+")


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def copied_words(short: str, texts: Iterable[str]) -> str:
    """Return the longest run of words that stands in one of the texts too, if it is longer than chance."""
    own = _words(short)
    longest: list[str] = []
    for text in texts:
        said = f" {' '.join(_words(text))} "
        for first in range(len(own)):
            for last in range(len(own), first + max(MOST_IN_A_ROW, len(longest)), -1):
                if f" {' '.join(own[first:last])} " in said:
                    longest = own[first:last]
                    break
    return " ".join(longest)


def objections(short: str, texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return what speaks against the words, as sentences to the officer; nothing speaks for leaving them unsaved.

    ``texts`` is what the sender wrote, ``names`` who they are.
    """
    if not short:
        return []
    found = []
    if copied := copied_words(short, texts):
        found.append(
            _("It repeats the sender: “%(words)s”. Write what the matter is about in your own words.")
            % {"words": copied}
        )
    own = set(_words(short))
    parts = {part for name in names for part in _words(name) if len(part) >= SHORTEST_NAME and not part.isdigit()}
    if own & parts:
        found.append(_("It holds the sender's name. The register shows the sender in a field of its own."))
    if any(one.sureness >= Sureness.LIKELY for one in find_personal_numbers(short)):
        found.append(_("It holds a personal identity number. Take it out: the short content is public."))
    return found
