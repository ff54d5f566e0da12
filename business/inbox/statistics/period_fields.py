"""Which period is meant: a named one, or days. Wherever a period is asked for, in the same words."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from business.core.days import day

from .period import PERIODS, Period, named_period

__all__ = ["PeriodFields"]

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


def _settle(data: QueryDict) -> bool:
    """Make one of a named period and days, by what was changed since the form was shown; tell whether both are meant.

    Days that are written are these days, whatever period was left standing above them; and days that were left standing
    are none when another period is chosen.
    """
    period, days = data.get("period"), [data.get("first") or "", data.get("last") or ""]
    if not period:
        data["period"] = OWN if any(days) else PERIODS[0]
        return False
    if period == OWN or not any(days):
        return False
    shown_period, _bar, shown_days = (data.get("shown") or "").partition("|")
    if "|".join(days) == shown_days:
        data["first"] = data["last"] = ""
    elif period == shown_period:
        data["period"] = OWN
    else:
        return True
    return False


class PeriodFields(forms.Form):
    """A period by its name, or from one day to another. Nothing chosen is this month.

    ``shown`` goes along unseen as a field of that name: what the form was shown with.
    """

    period = forms.ChoiceField(label=_("Period"), choices=[(name, NAMES[name]) for name in (*PERIODS, OWN)])
    first = day(label=_("From the day"), required=False)
    last = day(label=_("To the day"), required=False)

    def __init__(self, query: QueryDict, today: datetime.date, **kwargs: Any) -> None:
        data = query.copy()
        self.today, self.are_both_meant = today, _settle(data)
        super().__init__(data, **kwargs)

    @property
    def shown(self) -> str:
        names = ("period", "first", "last")
        return (
            self.data.get("shown", "") if self.are_both_meant else "|".join(self.data.get(name, "") for name in names)
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.are_both_meant and "period" not in self.errors:
            self.add_error(
                "period",
                _(
                    "You have both chosen a period and written days. Choose “From one day to another” if you mean the days, "
                    "or empty them if you mean the period."
                ),
            )
        elif cleaned.get("period") == OWN:
            self._check_days(cleaned.get("first"), cleaned.get("last"))
        return cleaned

    def _check_days(self, first: datetime.date | None, last: datetime.date | None) -> None:
        for name, chosen in (("first", first), ("last", last)):
            if name in self.errors:
                continue
            if chosen is None:
                self.add_error(name, _("Choose a day."))
            elif chosen.year not in YEARS:
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
