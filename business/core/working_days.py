"""Swedish working days: Monday to Friday, without public holidays and the eves that are holidays in all but name."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays

__all__ = ["add_working_days", "is_working_day", "next_working_day"]

DAY = datetime.timedelta(days=1)


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[datetime.date]:
    # "de_facto" adds midsommarafton, julafton and nyårsafton, which the default leaves out.
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))


def is_working_day(day: datetime.date) -> bool:
    """Whether the municipality's offices are open on this day."""
    return day.weekday() < 5 and day not in _closed(day.year)


def next_working_day(day: datetime.date) -> datetime.date:
    """Return the day itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += DAY
    return day


def add_working_days(day: datetime.date, count: int) -> datetime.date:
    """Return the ``count``-th working day after ``day``. The day itself does not count.

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        raise ValueError("count must not be negative")
    while count:
        day = next_working_day(day + DAY)
        count -= 1
    return day
