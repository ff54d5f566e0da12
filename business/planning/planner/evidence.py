"""The papers of several applications as one list: which serves which, and when to order it. Pure computation.

How old a paper may be counts on the day its application is handed in.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from business.core.spans import TimeUnit, after, before
from business.core.working_days import DAY

from .schedule import Span

__all__ = ["Copy", "Paper", "Use", "first_day_young_enough", "papers"]


@dataclass(frozen=True)
class Use:
    """A paper in one application: ``guide`` by the original's key, the day it is handed in, if known."""

    guide: int
    paper: str
    hand_in: datetime.date | None
    always: bool
    note: Any = ""


@dataclass(frozen=True)
class Copy:
    """One copy of a paper, for the applications ``guides``.

    It must be there on ``needed``, the first day on which one of them is handed in; None when no day is known. If it is
    older than from ``not_before``, it is too old for the last of them; None when its age does not matter, or no day is known.
    """

    guides: tuple[int, ...]
    not_before: datetime.date | None
    needed: datetime.date | None


@dataclass(frozen=True)
class Paper:
    """A paper with all its uses, in the order of their days, in as few copies as its age allows."""

    key: str
    uses: tuple[Use, ...]
    copies: tuple[Copy, ...]

    @property
    def always(self) -> bool:
        """Whether some application always asks for it."""
        return any(use.always for use in self.uses)


def first_day_young_enough(day: datetime.date, age: Span) -> datetime.date:
    """Return the first day from which a paper is still young enough on ``day``: the first that lies no more than the age before.

    A month that ends early makes it more than counting backward: a paper of 1 March is one month old on 1 April, and one
    of 28 February on 28 March, so for 31 March it is the former that is the first.
    """
    unit = TimeUnit(age.unit)
    try:
        first = before(day, age.amount, unit)
    except (OverflowError, ValueError):
        return datetime.date.min  # so great an age reaches back beyond the calendar
    while after(first, age.amount, unit) < day:
        first += DAY
    while first > datetime.date.min and after(first - DAY, age.amount, unit) >= day:
        first -= DAY
    return first


def papers(uses: Iterable[Use], ages: Mapping[str, Span]) -> tuple[Paper, ...]:
    """Return each paper once, those that are needed first in front, those without a day last.

    ``ages`` are how old each may be on the day it is handed in; one that is not among them may be of any age.
    """
    by_paper: dict[str, list[Use]] = {}
    for use in uses:
        by_paper.setdefault(use.paper, []).append(use)
    found = []
    for key, own in by_paper.items():
        own.sort(key=_when)
        found.append(Paper(key, tuple(own), _copies(own, ages.get(key))))
    return tuple(sorted(found, key=lambda paper: _when(paper.uses[0])))


def _when(use: Use) -> datetime.date:
    return use.hand_in or datetime.date.max


def _copies(uses: Sequence[Use], age: Span | None) -> tuple[Copy, ...]:
    """Return as few copies as serve all uses, which come in the order of their days.

    Greedy is as good as it gets: whatever copy serves the first day cannot serve one that is too late for it, and the more
    of those that follow it serves, the fewer are left.
    """
    if age is None:
        return (_copy(uses, None),)
    copies: list[Copy] = []
    group: list[Use] = []
    for use in uses:
        if group and not _serves(group[0], use, age):
            copies.append(_copy(group, age))
            group = []
        group.append(use)
    return (*copies, _copy(group, age))


def _serves(first: Use, use: Use, age: Span) -> bool:
    """Whether a copy that is there for the first use can still serve a later one; unknown days have a copy of their own."""
    if first.hand_in is None or use.hand_in is None:
        return first.hand_in is use.hand_in
    return first_day_young_enough(use.hand_in, age) <= first.hand_in


def _copy(group: Sequence[Use], age: Span | None) -> Copy:
    last = group[-1].hand_in
    young = first_day_young_enough(last, age) if age and last else datetime.date.min
    return Copy(
        guides=tuple(dict.fromkeys(use.guide for use in group)),
        not_before=None if young == datetime.date.min else young,
        needed=group[0].hand_in,
    )
