"""The days that statistics are about, and the weeks or months that they are cut into."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from business.core.working_time import STOCKHOLM

__all__ = ["PERIODS", "Period", "Step", "named_period"]

DAY = datetime.timedelta(days=1)
# Up to a quarter is shown week by week, more month by month.
LONGEST_IN_WEEKS = 93
PERIODS = ("month", "last_month", "quarter", "last_quarter", "year", "last_year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), STOCKHOLM)


@dataclass(frozen=True)
class Step:
    """A week or a month within a period, cut where the period is. ``key`` is its Monday, or the first of its month."""

    key: datetime.date
    first: datetime.date
    last: datetime.date

    @property
    def start(self) -> datetime.datetime:
        """The moment at which it begins."""
        return _midnight(self.first)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both in it, as the calendar in Sweden counts days."""

    first: datetime.date
    last: datetime.date

    @property
    def start(self) -> datetime.datetime:
        """The moment at which it begins."""
        return _midnight(self.first)

    @property
    def end(self) -> datetime.datetime:
        """The moment at which it is over."""
        return _midnight(self.last + DAY)

    @property
    def in_weeks(self) -> bool:
        return (self.last - self.first).days < LONGEST_IN_WEEKS

    def key_of(self, day: datetime.date) -> datetime.date:
        """Return the Monday of the day's week, or the first of its month."""
        return day - day.weekday() * DAY if self.in_weeks else day.replace(day=1)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The weeks or months, the first one first."""
        steps, first = [], self.first
        while first <= self.last:
            key = self.key_of(first)
            following = key + 7 * DAY if self.in_weeks else _months_on(key, 1)
            steps.append(Step(key, first, min(following - DAY, self.last)))
            first = following
        return tuple(steps)

    def steps_until(self, today: datetime.date) -> tuple[Step, ...]:
        """Those that have begun."""
        return tuple(step for step in self.steps if step.first <= today)


def _months_on(day: datetime.date, months: int) -> datetime.date:
    """Return the first of the month that lies so many months from the day's."""
    years, month = divmod(day.month - 1 + months, 12)
    return datetime.date(day.year + years, month + 1, 1)


def named_period(name: str, today: datetime.date) -> Period:
    """Return this or the last month, quarter or year, whole.

    Raises:
        KeyError: there is no period of that name (``PERIODS``).
    """
    length = MONTHS[name.removeprefix("last_")]
    first = _months_on(today, -((today.month - 1) % length) - (length if name.startswith("last_") else 0))
    return Period(first, _months_on(first, length) - DAY)
