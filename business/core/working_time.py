"""Swedish office time in minutes: which moment a promise counted in office hours falls on, and how much of it has passed.

Pure arithmetic on moments: nothing here reads a clock, a setting or the database. What holds everywhere:

* An office works from its opening up to, but not including, its closing: at 16:30 sharp an office that closes then is closed.
* Office hours are what the clock on the wall shows, each day anew; between opening and closing it is time that passes that is
  counted. So a day is as long before as after the clocks are changed, and hours across that night are an hour shorter or longer.
* Nothing is rounded on the way: a start at 09:00:30 ends at some minute's 30th second. Only what is told as minutes is whole.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from business.core.working_days import DAY, is_working_day

__all__ = ["NoOfficeTimeError", "OfficeHours", "add_working_time", "working_time_between"]

MINUTE = datetime.timedelta(minutes=1)
WEEKDAYS = 5
STOCKHOLM = ZoneInfo("Europe/Stockholm")

# An office that has been closed for so many days in a row is taken to be closed for good: two years, one of them a leap year.
LONGEST_PAUSE = 731

Hours = tuple[datetime.time, datetime.time]


class NoOfficeTimeError(ValueError):
    """The office does not open again within two years."""


@dataclass(frozen=True)
class OfficeHours:
    """When an office works: its ordinary week, and days that differ.

    Both times of a day are wall time in ``zone``. Of an hour that the clocks show twice the first is meant; a time that they
    skip is taken an hour later.

    Raises:
        ValueError: a closing is not later than its opening, a time carries a time zone of its own, or the week has not
            five days or none on which the office opens.
    """

    # Monday to Friday; None: closed on that day of the week.
    week: tuple[Hours | None, ...]
    # None: closed. Else the hours of that day, which may also open a day that is otherwise closed.
    # A mapping has no hash; leaving it out lets an office be kept in a set or a cache, and equality still compares it.
    exceptions: Mapping[datetime.date, Hours | None] = field(default_factory=dict, hash=False)
    zone: ZoneInfo = STOCKHOLM

    def __post_init__(self) -> None:
        # A copy: what the caller does with the mapping afterwards does not change this office.
        object.__setattr__(self, "exceptions", dict(self.exceptions))
        if len(self.week) != WEEKDAYS or not any(self.week):
            raise ValueError("an ordinary week has five days, and the office opens on one of them at least")
        for hours in [*self.week, *self.exceptions.values()]:
            if hours is None:
                continue
            opens, closes = hours
            if opens.tzinfo or closes.tzinfo:
                raise ValueError("office hours are wall time, without a time zone of their own")
            if closes <= opens:
                raise ValueError(f"an office closes later than it opens: {opens}–{closes}")

    @classmethod
    def alike(
        cls,
        opens: datetime.time,
        closes: datetime.time,
        exceptions: Mapping[datetime.date, Hours | None] | None = None,
        zone: ZoneInfo = STOCKHOLM,
    ) -> OfficeHours:
        """Return an office with the same hours from Monday to Friday."""
        return cls(((opens, closes),) * WEEKDAYS, exceptions or {}, zone)

    def hours_on(self, day: datetime.date) -> Hours | None:
        """Return opening and closing on this day, or None if the office is closed: exceptions first, else the calendar."""
        if day in self.exceptions:
            return self.exceptions[day]
        return self.week[day.weekday()] if is_working_day(day) else None

    @property
    def day_length(self) -> int:
        """The whole minutes of an ordinary day: what "one working day" is when it is counted in minutes.

        It is as long as most days of the week are, and of two lengths that are as common the longer.
        """
        lengths = Counter(_length(*hours) for hours in self.week if hours)
        return max(lengths, key=lambda length: (lengths[length], length))


def _length(opens: datetime.time, closes: datetime.time) -> int:
    first, last = (datetime.datetime.combine(datetime.date.min, time) for time in (opens, closes))
    return (last - first) // MINUTE


def _utc(moment: datetime.datetime) -> datetime.datetime:
    # Python compares and subtracts two moments of the same zone by the wall clock, wrong in the night the clocks are
    # changed; so everything is counted in UTC.
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(datetime.UTC)


@lru_cache(maxsize=1024)
def _moment(day: datetime.date, time: datetime.time, zone: ZoneInfo) -> datetime.datetime:
    # The first of two equal wall times; it also is what the cache's key cannot tell apart.
    return datetime.datetime.combine(day, time.replace(fold=0), tzinfo=zone).astimezone(datetime.UTC)


def _window(day: datetime.date, office: OfficeHours) -> tuple[datetime.datetime, datetime.datetime] | None:
    hours = office.hours_on(day)
    if hours is None:
        return None
    return _moment(day, hours[0], office.zone), _moment(day, hours[1], office.zone)


def add_working_time(start: datetime.datetime, minutes: int, office: OfficeHours) -> datetime.datetime:
    """Return the moment, in UTC, at which so many minutes of office time have passed since ``start``.

    A start outside office hours counts from the next opening. Exactly what is left of a day ends at that day's closing, not
    at the next opening: due on Monday at 16:30, never on Tuesday at 08:00. Zero minutes are the start itself when the office
    is open, else the next opening (also from a closing, which is no longer open). Seconds are kept, so that
    ``working_time_between(start, add_working_time(start, minutes, office), office) == minutes``.

    Raises:
        ValueError: the start has no time zone, or ``minutes`` is negative.
        NoOfficeTimeError: the office is closed for more than two years in a row before the time has passed.
        OverflowError: the moment lies beyond the calendar.
    """
    moment = _utc(start)
    if minutes < 0:
        raise ValueError("working time must not be negative")
    left = minutes * MINUTE
    day = moment.astimezone(office.zone).date()
    closed_days = 0
    while closed_days <= LONGEST_PAUSE:
        window = _window(day, office)
        day += DAY
        if window is None:
            closed_days += 1
            continue
        closed_days = 0
        opens, closes = max(moment, window[0]), window[1]
        if opens >= closes:
            continue
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NoOfficeTimeError(f"the office is closed for more than {LONGEST_PAUSE} days in a row, until {day} at least")


def working_time_between(start: datetime.datetime, end: datetime.datetime, office: OfficeHours) -> int:
    """Return the whole minutes of office time from ``start`` to ``end``: 0 when the end is not after the start.

    Seconds are added up over all days before the sum is cut to whole minutes, so a minute that is split by a night counts.

    Raises:
        ValueError: a moment has no time zone.
    """
    first, last = _utc(start), _utc(end)
    total = datetime.timedelta()
    day, last_day = first.astimezone(office.zone).date(), last.astimezone(office.zone).date()
    while day <= last_day:
        if window := _window(day, office):
            total += max(min(last, window[1]) - max(first, window[0]), datetime.timedelta())
        day += DAY
    return total // MINUTE
