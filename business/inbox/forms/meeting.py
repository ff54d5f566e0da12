"""Times to meet that an officer proposes."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..meeting_words import ProposedTime
from ..models import MeetingTime
from ..services.meetings import MOST_TIMES
from .base import ActForm, Lines

__all__ = ["TimesForm"]

A_YEAR = datetime.timedelta(days=366)
LONGEST = 480  # minutes: a working day


class TimesForm(ActForm):
    """Up to five times, each with its length and place; what is left empty in a row is as in the row before."""

    text = Lines(
        label=_("What you write to the sender"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The times are added below your text. The sender chooses one on their page."),
        error_messages={"required": _("Write a few words to the sender.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times: list[ProposedTime] = []
        for number in range(1, MOST_TIMES + 1):
            self.fields[f"starts_{number}"] = forms.DateTimeField(
                label=pgettext_lazy("time for a meeting", "Begins"),
                required=False,
                widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
                input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            )
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=_("Minutes"), required=False, min_value=5, max_value=LONGEST
            )
            self.fields[f"place_{number}"] = forms.CharField(
                label=_("Place or link"),
                required=False,
                max_length=MeetingTime._meta.get_field("place").max_length,
            )
        self.initial["minutes_1"] = 30

    @property
    def rows(self) -> list[list[Any]]:
        """The fields of each time."""
        return [
            [self[f"{name}_{number}"] for name in ("starts", "minutes", "place")]
            for number in range(1, MOST_TIMES + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """Return text and times: what `services.propose_times` takes."""
        cleaned = super().clean() or {}
        minutes, place, now = 30, "", timezone.now()
        for number in range(1, MOST_TIMES + 1):
            minutes = cleaned.get(f"minutes_{number}") or minutes
            place = " ".join((cleaned.get(f"place_{number}") or place).split())
            starts_at = cleaned.get(f"starts_{number}")
            if starts_at is None:
                continue
            if not now < starts_at < now + A_YEAR:
                self.add_error(f"starts_{number}", _("Choose a time that is still to come, within a year."))
            if not place:
                self.add_error(f"place_{number}", _("Write where you meet, or the link."))
            self.times.append(ProposedTime(starts_at, minutes, place))
        if not self.times and not any(name.startswith("starts_") for name in self.errors):
            self.add_error("starts_1", _("Propose at least one time."))
        if len({one.starts_at for one in self.times}) < len(self.times):
            self.add_error(None, _("Two of the times begin at the same moment."))
        return {"text": cleaned.get("text", ""), "seen": cleaned.get("seen"), "times": self.times}
