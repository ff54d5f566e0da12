"""Canned replies, filled in for a case."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from business.core.sorting import fold
from business.core.translation import Localiser, locale_for

from .mails import office
from .models import CannedReply, Case
from .variables import KEYS, PATTERN

__all__ = ["Rendered", "available", "render", "unfilled"]


@dataclass(frozen=True)
class Rendered:
    """A reply as it goes into the composer, and the words that the case has no value for."""

    text: str
    missing: tuple[str, ...] = ()


def available(case: Case) -> list[CannedReply]:
    """Return the replies in the case's language that can be chosen: those of its topic first, then the general ones."""
    replies = CannedReply.objects.filter(Q(topic=None) | Q(topic=case.topic_id), in_use=True, language=case.language)
    return list(replies.order_by(F("topic").asc(nulls_last=True), "sort_key", "pk"))


def render(text: str, case: Case, user: Any, on: datetime.date) -> Rendered:
    """Fill in the variables, in the case's language.

    Only the fixed words in single braces are replaced, in one pass: everything else stays character for character, and
    a value is never looked through again. A word without a value is shown as missing.
    """
    missing: list[str] = []

    def fill(match: re.Match[str]) -> str:
        if value := values[KEYS[fold(match[1])]]():
            return value
        missing.append(match[1])
        return _missing(match[1])

    with translation.override(case.language):
        values = _values(case, user, on)
        filled = PATTERN.sub(fill, text)
    return Rendered(filled, tuple(dict.fromkeys(missing)))


def _missing(word: str) -> str:
    return _("[%(word)s is missing]") % {"word": word}


def unfilled(text: str, language: str) -> list[str]:
    """Return the marks of words without a value that still stand in a text."""
    with translation.override(language):
        marks = {_missing(word) for word in KEYS}
    folded = fold(text)
    return sorted(mark for mark in marks if fold(mark) in folded)


def _values(case: Case, user: Any, on: datetime.date) -> dict[str, Callable[[], str]]:
    """Return how each word gets its value. Only what a text holds is looked up."""
    return {
        "namn": lambda: case.name,
        "förnamn": lambda: case.name.split()[0] if case.name.split() else "",
        "företag": lambda: case.company,
        "ärendenummer": lambda: case.number,
        "ämne": lambda: _said(case, case.topic),
        "enhet": lambda: _said(case, case.unit),
        "handläggare": user.get_full_name,
        "telefon": lambda: office().phone,
        "epost": lambda: office().email,
        "svar_senast": lambda: date_format(case.limit_on, "l j F Y") if _is_promised(case) else "",
        "datum": lambda: date_format(on, "j F Y"),
    }


def _said(case: Case, item: Any) -> str:
    return str(Localiser(locale_for(case.language), [item])(item, "name"))


def _is_promised(case: Case) -> bool:
    return case.is_open and case.answered_at is None
