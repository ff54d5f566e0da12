"""One thing that is looked at, and in which state it is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

__all__ = ["Act", "Reading", "State", "age", "by_age", "worst"]


class State(models.TextChoices):
    """In which state something is, from what needs nobody to what needs somebody now."""

    GOOD = "good", pgettext_lazy("operations", "In order")
    OFF = "off", _("Not in use")
    NOTICE = "notice", _("Look at it")
    BAD = "bad", _("Act now")


_ORDER = (State.OFF, State.GOOD, State.NOTICE, State.BAD)
ICONS = {State.GOOD: "check", State.OFF: "minus", State.NOTICE: "warning", State.BAD: "error"}


class Act(models.TextChoices):
    """What can be done from the page."""

    SEND = "send", _("Send waiting mail now")
    FETCH = "fetch", _("Fetch mail now")
    START = "start", _("I have looked: start sending mail")
    RELEASE = "release", _("Send the chosen")
    SETTLE = "settle", _("Do not send the chosen")


@dataclass(frozen=True)
class Reading:
    """What was found of one thing, in words for people and in numbers for monitoring. It tells nothing of a person."""

    name: str
    label: Any
    state: State
    said: str
    todo: str = ""
    act: Act | None = None
    link: str = ""
    link_label: Any = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def icon(self) -> str:
        return ICONS[self.state]

    def for_monitoring(self) -> dict[str, Any]:
        return {"state": self.state.value, **self.data}


def worst(readings: Iterable[Reading]) -> State:
    """Return the state that most needs somebody."""
    return max((one.state for one in readings), key=_ORDER.index, default=State.GOOD)


def by_age(
    at: datetime.datetime, since: datetime.datetime | None, notice: datetime.timedelta, bad: datetime.timedelta
) -> State:
    """Judge by how long ago something was. What never was is in order."""
    if since is None or at - since < notice:
        return State.GOOD
    return State.BAD if at - since >= bad else State.NOTICE


def age(at: datetime.datetime, since: datetime.datetime) -> str:
    """Say how long ago something was, in its largest unit."""
    seconds = max(0, int((at - since).total_seconds()))
    if seconds < 60:
        return ngettext("%(count)s second ago", "%(count)s seconds ago", seconds) % {"count": seconds}
    if seconds < 60 * 60:
        minutes = seconds // 60
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    if seconds < 48 * 60 * 60:
        hours = seconds // (60 * 60)
        return ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    days = seconds // (24 * 60 * 60)
    return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
