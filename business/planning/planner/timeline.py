"""The plan as a picture: one bar for each application, from when it is handed in to when the decision is expected.

Pure: days in, places out. Across in percent, so that the text keeps its size on any screen; down in CSS pixels.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

__all__ = ["Bar", "Mark", "Month", "Picture", "Stretch", "draw"]

DAY = datetime.timedelta(days=1)
HEAD = 64  # the months, and below them the words of today and of the opening day
ROW = 46
TITLE = 16  # from the top of a row to the foot of its title
BAR, THICK = 25, 12
# As many names of months as a screen of 320 points has room for.
MOST_MONTHS = 6
LAST_NAME = 93.0  # per cent: a name that begins later would be cut off
MARGIN = 0.03  # of the whole span, at both ends


@dataclass(frozen=True)
class Stretch:
    """An application in words and days. ``decided`` is when the decision usually comes, ``latest`` when it must by law."""

    title: str
    hand_in: datetime.date
    decided: datetime.date
    latest: datetime.date | None = None
    critical: bool = False


@dataclass(frozen=True)
class Bar:
    """A row of the picture. A bar ``width`` of nothing is a dot: handed in and done. ``reach`` is the end of the thin line."""

    title: str
    critical: bool
    is_dot: bool
    x: str
    width: str
    end: str
    reach: str
    title_y: int
    bar_y: int
    middle: int


@dataclass(frozen=True)
class Month:
    """The first of a month; its name only where there is room."""

    x: str
    name: str


@dataclass(frozen=True)
class Mark:
    """A day with words beside its line: to the right of it, or to the left where the picture ends soon."""

    x: str
    day: str
    anchor: str
    shift: int


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws. ``opening`` is None without an opening day."""

    height: int
    foot: int
    bars: tuple[Bar, ...]
    months: tuple[Month, ...]
    today: Mark
    opening: Mark | None


class _Scale:
    """Puts days between 0 and 100 per cent."""

    def __init__(self, days: Sequence[datetime.date]) -> None:
        first, last = min(days), max(days)
        margin = max(2, round((last - first).days * MARGIN)) * DAY
        self.first, self.last = first - margin, last + margin

    def at(self, day: datetime.date) -> float:
        return 100 * (day - self.first).days / (self.last - self.first).days


def _percent(value: float) -> str:
    """Write a number as SVG reads it, whatever the language."""
    return f"{value:.1f}%"


def _short(day: datetime.date) -> str:
    """Return the first letters of a month: Django's own short names have a capital in Swedish, and none in English."""
    return date_format(day, "F")[:3]


def _bar(scale: _Scale, stretch: Stretch, number: int) -> Bar:
    top = HEAD + number * ROW
    start, end = scale.at(stretch.hand_in), scale.at(stretch.decided)
    late = stretch.latest if stretch.latest and stretch.latest > stretch.decided else None
    return Bar(
        title=stretch.title,
        critical=stretch.critical,
        is_dot=stretch.decided <= stretch.hand_in,
        x=_percent(start),
        width=_percent(max(0.0, end - start)),
        end=_percent(end),
        reach=_percent(scale.at(late)) if late else "",
        title_y=top + TITLE,
        bar_y=top + BAR,
        middle=top + BAR + THICK // 2,
    )


def _months(scale: _Scale) -> Iterable[Month]:
    """Return the first of each month in the picture; every so many of them has a name, with the year where it changes."""
    day = (scale.first.replace(day=1) + 32 * DAY).replace(day=1)
    firsts = []
    while day <= scale.last:
        firsts.append(day)
        day = (day + 32 * DAY).replace(day=1)
    step = -(-len(firsts) // MOST_MONTHS) or 1
    year = None
    for number, first in enumerate(firsts):
        x = scale.at(first)
        name = ""
        if number % step == 0 and x <= LAST_NAME:
            name = _short(first) if year in {None, first.year} else f"{_short(first)} {first.year}"
            year = first.year
        yield Month(_percent(x), name)


def _mark(scale: _Scale, day: datetime.date) -> Mark:
    x = scale.at(day)
    return Mark(_percent(x), f"{day.day} {_short(day)}", *(("end", -5) if x > 50 else ("start", 5)))


def draw(stretches: Iterable[Stretch], today: datetime.date, opening: datetime.date | None = None) -> Picture | None:
    """Return the picture; nothing when there is no application to show."""
    rows = list(stretches)
    if not rows:
        return None
    days = [today, *(day for row in rows for day in (row.hand_in, row.decided, row.latest) if day)]
    scale = _Scale([*days, opening] if opening else days)
    foot = HEAD + len(rows) * ROW
    return Picture(
        height=foot + 4,
        foot=foot,
        bars=tuple(_bar(scale, row, number) for number, row in enumerate(rows)),
        months=tuple(_months(scale)),
        today=_mark(scale, today),
        opening=_mark(scale, opening) if opening else None,
    )
