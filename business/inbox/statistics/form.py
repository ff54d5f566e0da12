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
from .period_fields import PeriodFields

__all__ = ["StatisticsForm"]


class StatisticsForm(PeriodFields):
    """Period and filters. Nothing chosen is this month, everything."""

    topic = forms.ChoiceField(label=_("Topic"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)

    def __init__(self, query: QueryDict, today: datetime.date) -> None:
        super().__init__(query, today)
        self.names: dict[str, dict[str, Any]] = {
            "topic": dict(topics()),
            "unit": dict(units()),
            "channel": {str(value): label for value, label in Channel.choices},
        }
        for name, names in self.names.items():
            choice: Any = self.fields[name]
            choice.choices = [("", pgettext_lazy("choice", "All")), *names.items()]

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
