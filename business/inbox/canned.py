"""Canned replies, filled in for a case."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from business.core.models import SiteSettings
from business.core.sorting import fold
from business.core.translation import Localiser, locale_for

from .mails import office
from .models import CannedReply, Case
from .variables import KEYS, PATTERN

__all__ = ["Known", "Rendered", "available", "render", "unfilled"]


@dataclass(frozen=True)
class Rendered:
    """A reply as it goes into the composer, and the words that the case has no value for."""

    text: str
    missing: tuple[str, ...] = ()


def available(case: Case) -> list[CannedReply]:
    """Return the replies in the case's language that can be chosen: those of its topic first, then the general ones."""
    replies = CannedReply.objects.filter(Q(topic=None) | Q(topic=case.topic_id), in_use=True, language=case.language)
    return list(replies.order_by(F("topic").asc(nulls_last=True), "sort_key", "pk"))


class Known:
    """What the variables of several cases in one language look up, asked for once and only if a text holds it."""

    def __init__(self, language: str, cases: Iterable[Case]) -> None:
        self._language, self._cases = language, cases

    @cached_property
    def office(self) -> SiteSettings:
        return office()

    @cached_property
    def say(self) -> Localiser:
        items = {item for case in self._cases for item in (case.topic, case.unit)}
        return Localiser(locale_for(self._language), items)


def render(text: str, case: Case, user: Any, on: datetime.date, known: Known | None = None) -> Rendered:
    """Fill in the variables, in the case's language. With many cases, ``known`` is what they share.

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
        values = _values(case, user, on, known or Known(case.language, [case]))
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


def _values(case: Case, user: Any, on: datetime.date, known: Known) -> dict[str, Callable[[], str]]:
    """Return how each word gets its value. Only what a text holds is looked up."""
    return {
        "namn": lambda: case.name,
        "förnamn": lambda: case.name.split()[0] if case.name.split() else "",
        "företag": lambda: case.company,
        "ärendenummer": lambda: case.number,
        "ämne": lambda: str(known.say(case.topic, "name")),
        "enhet": lambda: str(known.say(case.unit, "name")),
        "handläggare": user.get_full_name,
        "telefon": lambda: known.office.phone,
        "epost": lambda: known.office.email,
        "svar_senast": lambda: date_format(case.limit_on, "l j F Y") if _is_promised(case) else "",
        "datum": lambda: date_format(on, "j F Y"),
    }


def _is_promised(case: Case) -> bool:
    return case.is_open and case.answered_at is None
