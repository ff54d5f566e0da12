"""Time counted in months, as people count it: a month from 31 January is the last day of February."""

from __future__ import annotations

import calendar
import datetime

__all__ = ["add_months", "latest_start"]


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the same day so many months later (or, below zero, earlier); a shorter month's last day where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def latest_start(end: datetime.date, months: int) -> datetime.date:
    """Return the last day from which so many months are over on ``end``: the other way round of `add_months`."""
    start = add_months(end, -months)
    last = calendar.monthrange(start.year, start.month)[1]
    is_last_day = end.day == calendar.monthrange(end.year, end.month)[1]
    return start.replace(day=last) if is_last_day else start
