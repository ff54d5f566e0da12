"""What the statistics can be narrowed to. Only what can be chosen is read; anything else is told beside its field."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..enums import Channel
from ..listing import topics, units
from .period import PERIODS, Period, named_period

__all__ = ["StatisticsForm"]

OWN = "dates"
LONGEST = datetime.timedelta(days=3660)
YEARS = range(2000, 2100)
NAMES = {
    "month": _("This month"),
    "last_month": _("Last month"),
    "quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "year": _("This year"),
    "last_year": _("Last year"),
    OWN: _("From one day to another"),
}


def _day(label: Any) -> forms.DateField:
    """Return a day as a browser's own calendar gives it."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d"])


class StatisticsForm(forms.Form):
    """Period and filters. Nothing chosen is this month, everything."""

    period = forms.ChoiceField(label=_("Period"), choices=[(name, NAMES[name]) for name in (*PERIODS, OWN)])
    first = _day(_("From the day"))
    last = _day(_("To the day"))
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)

    def __init__(self, query: QueryDict, today: datetime.date) -> None:
        data = query.copy()
        if not data.get("period"):
            data["period"] = OWN if data.get("first") or data.get("last") else PERIODS[0]
        super().__init__(data)
        self.today = today
        self.names: dict[str, dict[str, Any]] = {
            "topic": dict(topics()),
            "unit": dict(units()),
            "channel": {str(value): label for value, label in Channel.choices},
        }
        for name, names in self.names.items():
            choice: Any = self.fields[name]
            choice.choices = [("", pgettext_lazy("choice", "All")), *names.items()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("period") == OWN:
            self._check_days(cleaned.get("first"), cleaned.get("last"))
        return cleaned

    def _check_days(self, first: datetime.date | None, last: datetime.date | None) -> None:
        for name, day in (("first", first), ("last", last)):
            if name in self.errors:
                continue
            if day is None:
                self.add_error(name, _("Choose a day."))
            elif day.year not in YEARS:
                self.add_error(name, _("Choose a day between 2000 and 2099."))
        if not first or not last or self.errors:
            return
        if first > self.today:
            self.add_error("first", _("This day has not come yet."))
        if last < first:
            self.add_error("last", _("The last day comes before the first."))
        elif last - first > LONGEST:
            self.add_error("last", _("Choose ten years at most."))

    @property
    def chosen_period(self) -> Period:
        """The period that a valid form asks for."""
        if self.cleaned_data["period"] == OWN:
            return Period(self.cleaned_data["first"], self.cleaned_data["last"])
        return named_period(self.cleaned_data["period"], self.today)

    @property
    def conditions(self) -> dict[str, str]:
        """What a case must be to be counted."""
        fields = {"topic": "topic__slug", "unit": "unit__slug", "channel": "channel"}
        return {fields[name]: value for name in fields if (value := self.cleaned_data[name])}

    @property
    def narrowed_to(self) -> dict[str, str]:
        """The filters in words, by their labels."""
        return {
            str(self.fields[name].label): str(self.names[name][value])
            for name in self.names
            if (value := self.cleaned_data[name])
        }
