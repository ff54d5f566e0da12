"""What a company wishes of its plan, as it stands in the address beside the answers of the finder.

``journey`` is the slug of the original journey, ``day`` the opening day, ``with`` and ``without`` are slugs of original
guides to add and to take out, ``fee`` the key of a fee for some only that is to be counted in, ``n-<key>`` how many there
are of what fees are counted by.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from business.core.requests import day_in
from business.core.spans import TimeUnit, after
from business.core.translation import Text

from ..models.questions import COUNT_PREFIX

__all__ = ["MOST", "YEARS_AHEAD", "PlanProblem", "Wishes", "read_count", "read_day", "read_wishes"]

MOST = 60  # values of one key
YEARS_AHEAD = 5
MOST_COUNTED = 1_000_000
_KEY = re.compile(r"[-\w.]{1,200}", re.ASCII)


@dataclass(frozen=True)
class PlanProblem:
    """Something in the address that could not be used, said to the reader; ``about`` is the question it answers. The rest
    of the plan stands."""

    message: Any
    typed: str = ""
    about: Text = field(default_factory=Text)


@dataclass(frozen=True)
class Wishes:
    """The plan's own part of the address. ``answers`` are the finder's pairs, kept as they are to be written again."""

    journey: str = ""
    day: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    counts: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to plan."""
        return bool(self.journey or self.include or self.answers)

    def pairs(self) -> list[tuple[str, str]]:
        """Return everything as it stands in the address: the same wishes always give the same one."""
        one = [(key, value) for key, value in (("journey", self.journey), ("day", self.day)) if value]
        counts = [(f"{COUNT_PREFIX}{key}", value) for key, value in sorted(self.counts.items()) if value]
        many = (("with", self.include), ("without", self.exclude), ("fee", self.fees))
        return [*one, *self.answers, *counts, *((key, value) for key, values in many for value in sorted(set(values)))]

    def query(self, **changes: Any) -> str:
        """Return the query of the plan with some wishes changed: ``wishes.query(day="2027-05-01")``."""
        return urlencode(replace(self, **changes).pairs())

    def adding(self, slug: str) -> str:
        """Return the query of the plan with a guide more."""
        return self.query(
            include=(*self.include, slug), exclude=tuple(other for other in self.exclude if other != slug)
        )

    def removing(self, slug: str) -> str:
        """Return the query of the plan with a guide less."""
        return self.query(
            include=tuple(other for other in self.include if other != slug), exclude=(*self.exclude, slug)
        )

    def paying(self, key: str) -> str:
        """Return the query of the plan with a fee counted in."""
        return self.query(fees=(*self.fees, key))


def _keys(values: Iterable[str]) -> tuple[str, ...]:
    """Return what can be a key, each once; the rest cannot be one of ours and is told as unknown by whoever looks it up."""
    return tuple(dict.fromkeys(value[:200] for value in list(values)[:MOST] if value))


def read_wishes(query: QueryDict, answers: Iterable[tuple[str, str]] = ()) -> Wishes:
    """Read the plan's own keys. What they mean is for others to say."""
    counts = {
        key.removeprefix(COUNT_PREFIX): query.get(key, "").strip()[:20]
        for key in list(query)[: 4 * MOST]
        if key.startswith(COUNT_PREFIX) and _KEY.fullmatch(key)
    }
    return Wishes(
        journey=query.get("journey", "")[:200],
        day=query.get("day", "").strip()[:40],
        include=_keys(query.getlist("with")),
        exclude=_keys(query.getlist("without")),
        fees=_keys(query.getlist("fee")),
        counts=counts,
        answers=tuple(answers),
    )


def read_day(text: str, today: datetime.date) -> datetime.date | None:
    """Return the opening day; nothing when there is none.

    Raises:
        ValidationError: it is no day, has been, or lies too far ahead to plan for.
    """
    if not text:
        return None
    try:
        day = day_in(text)
    except ValueError:
        raise ValidationError(_("There is no such day in the calendar."), "invalid") from None
    if day is None:
        raise ValidationError(_("Write the day as 2026-11-03."), "invalid")
    if day < today:
        raise ValidationError(_("That day has been. Choose a day from today on."), "past")
    if day > after(today, YEARS_AHEAD, TimeUnit.YEARS):
        raise ValidationError(_("Choose a day within five years: fees and rules further ahead are not known."), "far")
    return day


def read_count(text: str) -> int | None:
    """Return how many; nothing when nothing is said.

    Raises:
        ValidationError: it is no whole number from 1 on.
    """
    digits = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9 or not 1 <= int(digits) <= MOST_COUNTED:
        raise ValidationError(_("Write a whole number, like 60."), "invalid")
    return int(digits)
