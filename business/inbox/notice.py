"""The notice on personal data that stands now.

The page with the notice belongs to another app, which tells of it at the start (``tell_from``): the inbox does not know
that there is a form. Which versions have been in use: ``records/notices.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["CurrentNotice", "current_notice", "tell_from"]


@dataclass(frozen=True)
class CurrentNotice:
    """The notice in a language, as rich text, and the address where it stands."""

    text: str
    address: str


_sources: list[Callable[[str], CurrentNotice | None]] = []


def tell_from(source: Callable[[str], CurrentNotice | None]) -> None:
    """Let a function say which notice stands now, by the code of a language."""
    if source not in _sources:
        _sources.append(source)


def current_notice(language: str) -> CurrentNotice | None:
    """Return the notice that stands now in a language, or nothing."""
    return next((found for source in _sources if (found := source(language)) is not None), None)
