"""The deadline clock on a guide: days go in by the address, days come out. Nothing is stored."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from business.core.listings import FilterForm, day_field

from .deadlines import DecisionClock, Limit, decision_clock, fee_after_cut, first_day_of_week_late
from .enums import CountedFrom
from .facts import GuideFacts
from .parts import Price, TimeRule

__all__ = ["Clock", "ClockForm", "FeeCut", "read_clock"]

WEEKS_THAT_CUT = 5


class ClockForm(FilterForm):
    """When an application arrived and was complete. Only the limits that ask a question have its field."""

    matter = forms.ChoiceField(label=_("What it is about"), required=False)
    received = day_field(_("Arrived on"), required=True)
    complete = day_field(_("Complete on"), _("Leave this empty if nothing was missing."))
    asked = day_field(
        _("We asked for what was missing on"), _("The day that we wrote to you. Leave this empty if we did not ask.")
    )
    extended = forms.BooleanField(label=_("We have extended the time"), required=False)

    def __init__(self, limits: list[TimeRule], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "clock-%s", **kwargs})
        self.limits = limits
        matter: Any = self.fields["matter"]
        matter.choices = [(str(number), rule.applies_to or rule.kind_label) for number, rule in enumerate(limits)]
        if len(limits) == 1:
            del self.fields["matter"]
        if all(rule.counted_from == CountedFrom.COMPLETE for rule in limits):
            del self.fields["asked"]
        if not any(rule.cuts_fee for rule in limits):
            del self.fields["extended"]

    @property
    def limit(self) -> TimeRule:
        chosen = getattr(self, "cleaned_data", {}).get("matter") or "0"
        return self.limits[int(chosen)]

    def clean(self) -> dict[str, Any]:
        super().clean()
        received = self.cleaned_data.get("received")
        for name, message in (
            ("complete", _("It cannot be complete before it arrived.")),
            ("asked", _("We cannot have asked before it arrived.")),
        ):
            day = self.cleaned_data.get(name)
            if received and day and day < received:
                self.add_error(name, message)
        if not self.errors and self.limit.counted_from == CountedFrom.RECEIVED:
            self._refuse_contradictions(self.cleaned_data.get("asked"), self.cleaned_data.get("complete"))
        return self.cleaned_data

    def _refuse_contradictions(self, asked: datetime.date | None, complete: datetime.date | None) -> None:
        if asked and complete is None:
            self.add_error("complete", _("Write when it was complete too: the time starts then."))
        elif asked and complete and asked > complete:
            self.add_error("asked", _("Nothing was missing any more on that day."))


@dataclass(frozen=True)
class FeeCut:
    """What is left of the fee when the decision comes in a week beyond the limit, from ``first`` to ``last``."""

    number: int
    first: datetime.date
    last: datetime.date | None
    price: Price | None


@dataclass(frozen=True)
class Clock:
    """The form, and what it says when it is filled in."""

    form: ClockForm
    days: DecisionClock | None = None
    cuts: tuple[FeeCut, ...] = ()
    extended: bool = False


def _limit(rule: TimeRule) -> Limit:
    return Limit(rule.amount, rule.unit, rule.counted_from)


def _cut(price: Price | None, number: int) -> Price | None:
    if price is None or price.lowest is None or price.highest is None or price.is_free:
        return None
    low, high = (fee_after_cut(Decimal(value), number) for value in (price.lowest, price.highest))
    return Price(low, high, price.per)


def _cuts(facts: GuideFacts, limit: datetime.date) -> tuple[FeeCut, ...]:
    found = []
    for number in range(1, WEEKS_THAT_CUT + 1):
        first = first_day_of_week_late(limit, number)
        last = None if number == WEEKS_THAT_CUT else first_day_of_week_late(limit, number + 1) - datetime.timedelta(1)
        found.append(FeeCut(number, first, last, _cut(facts.price, number)))
    return tuple(found)


def read_clock(facts: GuideFacts, query: Any) -> Clock | None:
    """Return the clock of a guide that has a legal limit; with days, once the address (``query``) holds them."""
    limits = [rule for rule in facts.legal_limits if rule.amount]
    if not limits:
        return None
    names = ("received", "complete", "asked")
    form = ClockForm(limits, query if any(name in query for name in names) else None)
    if not form.is_bound or not form.is_valid():
        return Clock(form)
    rule, received = form.limit, form.cleaned_data["received"]
    extension = facts.extension_of(rule)
    days = decision_clock(
        _limit(rule),
        received,
        form.cleaned_data.get("complete") or received,
        _limit(extension) if extension else None,
        form.cleaned_data.get("asked"),
    )
    extended = bool(form.cleaned_data.get("extended") and days.extended_to)
    counted = days.extended_to if extended and days.extended_to else days.last_day
    return Clock(form, days, _cuts(facts, counted) if rule.cuts_fee else (), extended)
