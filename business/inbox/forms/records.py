"""What is asked when a record is decided on, listed or looked for."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..enums import Triage
from ..models import Case
from ..records.period import Kept
from ..records.person import Who, read_who
from ..statistics.form import NAMES, OWN
from ..statistics.period import PERIODS, Period, named_period
from .base import ActForm, RecordFields, day

__all__ = ["PeriodForm", "PersonForm", "TriageForm"]

LONGEST = datetime.timedelta(days=3660)
YEARS = range(2000, 2100)


class TriageForm(RecordFields, ActForm):
    """How the record is kept, decided before the case is closed or anew."""

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {
            "seen": seen,
            "triage": case.triage or Triage.KEPT,
            "registered_number": case.registered_number,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.need_triage()
        return cleaned


class PeriodForm(forms.Form):
    """A period, and what of it the list shows. Nothing chosen is this month, everything."""

    period = forms.ChoiceField(label=_("Period"), choices=[(name, NAMES[name]) for name in (*PERIODS, OWN)])
    first = day(label=_("From the day"), required=False)
    last = day(label=_("To the day"), required=False)
    kept = forms.ChoiceField(
        label=_("How it is kept"),
        required=False,
        choices=[("", pgettext_lazy("choice", "All")), *Kept.choices],
    )
    public = forms.BooleanField(
        label=_("Leave names out"),
        required=False,
        help_text=_("For handing out: the names of persons and sole traders are left out."),
    )

    def __init__(self, query: QueryDict, today: datetime.date) -> None:
        data = query.copy()
        if not data.get("period"):
            data["period"] = OWN if data.get("first") or data.get("last") else PERIODS[0]
        super().__init__(data, label_suffix="", auto_id="period-%s")
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("period") == OWN:
            for name in ("first", "last"):
                self._check_day(name, cleaned.get(name))
            if not self.errors:
                self._check_order(cleaned["first"], cleaned["last"])
        return cleaned

    def _check_day(self, name: str, chosen: datetime.date | None) -> None:
        if name in self.errors:
            return
        if chosen is None:
            self.add_error(name, _("Choose a day."))
        elif chosen.year not in YEARS:
            self.add_error(name, _("Choose a day between 2000 and 2099."))

    def _check_order(self, first: datetime.date, last: datetime.date) -> None:
        if first > self.today:
            self.add_error("first", _("This day has not come yet."))
        elif last < first:
            self.add_error("last", _("The last day comes before the first."))
        elif last - first > LONGEST:
            self.add_error("last", _("Choose ten years at most."))

    @property
    def chosen(self) -> Period:
        """The period that a valid form asks for."""
        if self.cleaned_data["period"] == OWN:
            return Period(self.cleaned_data["first"], self.cleaned_data["last"])
        return named_period(self.cleaned_data["period"], self.today)

    def query(self) -> dict[str, str]:
        """Return what was asked for, without what is not known."""
        return {name: value for name in self.fields if (value := self.data.get(name))}


class PersonForm(forms.Form):
    """Whom it is about."""

    who = forms.CharField(
        label=_("E-mail address, telephone, personal or organisation number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As the person writes it. Make sure first that it is the person who asks."),
        error_messages={"required": _("Write an e-mail address or a number.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="person-%s")

    def clean_who(self) -> Who:
        return read_who(self.cleaned_data["who"])
