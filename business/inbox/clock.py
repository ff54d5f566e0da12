"""By when a case is to be answered, as somebody would say it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .models import Case

__all__ = ["Due", "Urgency", "due", "spoken_day"]


class Urgency(StrEnum):
    """How much it presses."""

    NONE = "none"
    LATER = "later"
    TODAY = "today"
    LATE = "late"


@dataclass(frozen=True)
class Due:
    """The day of the first answer. ``words`` is empty where nothing is promised any more."""

    urgency: Urgency
    words: str = ""
    day: datetime.date | None = None

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


def due(case: Case, on: datetime.date) -> Due:
    """Return when the case must be answered, as of the day ``on``.

    The aim (``due_on``) counts until it has passed, then the promise (``limit_on``), and then the case is late. Once
    it has been answered no day is promised.
    """
    if not case.is_open or case.first_answer_at is not None:
        return Due(Urgency.NONE)
    if case.is_late(on):
        words = _("Late since %(day)s") % {"day": date_format(case.limit_on, "j F")}
        return Due(Urgency.LATE, words, case.limit_on)
    day = case.due_on if case.due_on >= on else case.limit_on
    return Due(Urgency.TODAY if day == on else Urgency.LATER, spoken_day(day, on), day)
