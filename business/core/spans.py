"""Spans of time as Swedish law counts them. Pure arithmetic on dates; the day that starts a span does not count.

Sources: lag (1930:173) om beräkning av lagstadgad tid. 1 §: a time in weeks, months or years ends on the day that by its
name in the week or its number in the month answers to the day it is counted from; where the month has no such day, on the
month's last day. 2 §: an act whose last day is a Saturday, Sunday, public holiday, midsommarafton, julafton or nyårsafton
may be done on the next working day.
"""

from __future__ import annotations

import calendar
import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from business.core.working_days import (
    DAY,
    add_working_days,
    is_working_day,
    next_working_day,
    previous_working_day,
)

__all__ = ["TimeUnit", "after", "before", "last_day", "latest_day_before", "started_weeks"]


class TimeUnit(models.TextChoices):
    """What a time is counted in."""

    DAYS = "days", _("days")
    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")
    WORKING_DAYS = "working_days", _("working days")


def _add_months(day: datetime.date, count: int) -> datetime.date:
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        raise OverflowError("the day lies beyond the calendar")
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _subtract_working_days(day: datetime.date, count: int) -> datetime.date:
    while count:
        day -= DAY
        count -= is_working_day(day)
    return day


def _check(amount: int) -> None:
    if amount < 0:
        raise ValueError("a span is not negative")


def after(day: datetime.date, amount: int, unit: str) -> datetime.date:
    """Return the day that lies the span after ``day``.

    Raises:
        ValueError: the amount is negative or the unit is not one of :class:`TimeUnit`.
        OverflowError: the day lies beyond the calendar.
    """
    _check(amount)
    match TimeUnit(unit):
        case TimeUnit.DAYS:
            return day + amount * DAY
        case TimeUnit.WEEKS:
            return day + 7 * amount * DAY
        case TimeUnit.MONTHS:
            return _add_months(day, amount)
        case TimeUnit.YEARS:
            return _add_months(day, 12 * amount)
        case TimeUnit.WORKING_DAYS:
            return add_working_days(day, amount)


def before(day: datetime.date, amount: int, unit: str) -> datetime.date:
    """Return the day that lies the span before ``day``.

    Raises:
        ValueError: the amount is negative or the unit is not one of :class:`TimeUnit`.
        OverflowError: the day lies beyond the calendar.
    """
    _check(amount)
    match TimeUnit(unit):
        case TimeUnit.DAYS:
            return day - amount * DAY
        case TimeUnit.WEEKS:
            return day - 7 * amount * DAY
        case TimeUnit.MONTHS:
            return _add_months(day, -amount)
        case TimeUnit.YEARS:
            return _add_months(day, -12 * amount)
        case TimeUnit.WORKING_DAYS:
            return _subtract_working_days(day, amount)


def last_day(start: datetime.date, amount: int, unit: str) -> datetime.date:
    """Return the last day for an act that must be done within the span (1930:173, 2 §: the next working day)."""
    return next_working_day(after(start, amount, unit))


def latest_day_before(start: datetime.date, amount: int, unit: str) -> datetime.date:
    """Return the last working day on which a notice still arrives at least the span before ``start``.

    Here a day off makes the time shorter, not longer: the notice must be in before it.
    """
    return previous_working_day(before(start, amount, unit))


def started_weeks(deadline: datetime.date, done: datetime.date) -> int:
    """Return how many weeks after the deadline have begun by ``done``: one day late is one started week."""
    late = (done - deadline).days
    return max(0, -(-late // 7))
