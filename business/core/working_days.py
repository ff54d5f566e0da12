"""Swedish working days: Monday to Friday, without public holidays and the eves that are holidays in all but name."""

from __future__ import annotations

import datetime
from functools import lru_cache

import holidays

__all__ = ["add_working_days", "is_working_day", "next_working_day", "previous_working_day", "working_days_between"]

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


def previous_working_day(day: datetime.date) -> datetime.date:
    """Return the day itself if it is a working day, else the last one before it."""
    while not is_working_day(day):
        day -= DAY
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


def working_days_between(first: datetime.date, last: datetime.date) -> int:
    """Return how many working days come after ``first``, to and with ``last``; negative when ``last`` comes before."""
    if last < first:
        return -working_days_between(last, first)
    weeks, rest = divmod((last - first).days, 7)
    weekdays = 5 * weeks + sum((last - number * DAY).weekday() < 5 for number in range(rest))
    closed = (day for year in range(first.year, last.year + 1) for day in _closed(year))
    return weekdays - sum(first < day <= last and day.weekday() < 5 for day in closed)
