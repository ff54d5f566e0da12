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
from ..statistics.period_fields import PeriodFields
from .base import ActForm, RecordFields

__all__ = ["PeriodForm", "PersonForm", "TriageForm"]


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


class PeriodForm(PeriodFields):
    """A period, and what of it the list shows. Nothing chosen is this month, everything."""

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
        super().__init__(query, today, label_suffix="", auto_id="period-%s")

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
