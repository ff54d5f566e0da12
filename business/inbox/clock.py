"""By when a case is to be answered, as somebody would say it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Case

__all__ = ["Due", "Urgency", "due", "spoken_day", "spoken_time"]


class Urgency(StrEnum):
    """How much it presses."""

    NONE = "none"
    PAUSED = "paused"
    LATER = "later"
    TODAY = "today"
    LATE = "late"


@dataclass(frozen=True)
class Due:
    """The time that was promised, in words, and before it the one that is aimed at.

    ``words`` is empty where nothing is promised any more, ``aim`` where it has passed or is the promise itself.
    """

    urgency: Urgency
    words: str = ""
    aim: str = ""

    @property
    def is_late(self) -> bool:
        return self.urgency == Urgency.LATE


def spoken_day(day: datetime.date, on: datetime.date) -> str:
    """Return the day as seen from ``on``: today, tomorrow, else its date, with the year if it is another one."""
    if day == on:
        return _("today")
    if day == on + datetime.timedelta(days=1):
        return _("tomorrow")
    return date_format(day, "j F" if day.year == on.year else "j F Y")


def spoken_time(moment: datetime.datetime, at: datetime.datetime) -> str:
    """Return a time as seen from ``at``: “today 15:00”."""
    local = timezone.localtime(moment)
    return f"{spoken_day(local.date(), timezone.localdate(at))} {date_format(local, 'H:i')}"


def due(case: Case, at: datetime.datetime) -> Due:
    """Return when the case must be answered, as of the moment ``at``.

    That is the promise (``limit_at``), as the sender was told and as lists and files say it; after it the case is
    late. The aim (``due_at``) is told besides until it has passed. Once it has been answered no time is promised;
    while the sender is to act it stands still.
    """
    if not case.is_open or case.answered_at is not None:
        return Due(Urgency.NONE)
    if not case.clock_runs:
        return Due(Urgency.PAUSED, _("Paused: waiting for the sender"))
    if case.is_late(at):
        return Due(Urgency.LATE, _("Late since %(time)s") % {"time": spoken_time(case.limit_at, at)})
    has_aim = at <= case.due_at < case.limit_at
    next_time = case.due_at if has_aim else case.limit_at
    is_today = timezone.localdate(next_time) == timezone.localdate(at)
    return Due(
        Urgency.TODAY if is_today else Urgency.LATER,
        spoken_time(case.limit_at, at),
        spoken_time(case.due_at, at) if has_aim else "",
    )
