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
    """The time of the answer. ``words`` is empty where nothing is promised any more."""

    urgency: Urgency
    words: str = ""
    at: datetime.datetime | None = None

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

    The aim (``due_at``) counts until it has passed, then the promise (``limit_at``), and then the case is late. Once
    it has been answered no time is promised; while the sender is to act it stands still.
    """
    if not case.is_open or case.answered_at is not None:
        return Due(Urgency.NONE)
    if not case.clock_runs:
        return Due(Urgency.PAUSED, _("Paused: waiting for the sender"))
    if case.is_late(at):
        return Due(Urgency.LATE, _("Late since %(time)s") % {"time": spoken_time(case.limit_at, at)}, case.limit_at)
    moment = case.due_at if case.due_at >= at else case.limit_at
    is_today = timezone.localdate(moment) == timezone.localdate(at)
    return Due(Urgency.TODAY if is_today else Urgency.LATER, spoken_time(moment, at), moment)
