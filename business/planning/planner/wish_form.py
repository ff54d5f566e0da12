"""The form of the plan: the day, and how many there are of what its fees are counted by. Ticks are written by the template."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from business.core.listings import FilterForm
from business.core.spans import TimeUnit, after

from ..models.questions import COUNT_PREFIX
from .wishes import YEARS_AHEAD, Wishes, read_count, read_day

__all__ = ["CountAsked", "Tick", "WishForm"]


@dataclass(frozen=True)
class CountAsked:
    """How many there are of what fees are counted by. ``name`` is that of the field in the address: the key of the finder's
    question that asks the same, if there is one; then its answer is the ``value``, or has a ``problem``."""

    basis: str
    name: str
    label: Any
    typed: str = ""
    value: int | None = None
    problem: Any = ""

    @property
    def is_question(self) -> bool:
        """Whether the finder asks it: then the answer counts there too."""
        return not self.name.startswith(COUNT_PREFIX)


@dataclass(frozen=True)
class Tick:
    """A box to tick: a field of the address with one value. Of several with one name, ``exclusive`` ones, one is chosen."""

    name: str
    value: str
    label: Any
    checked: bool
    note: Any = ""
    url: str = ""
    exclusive: bool = False

    @property
    def id(self) -> str:
        return f"plan-{self.name}-{self.value}".replace(".", "-")


class WishForm(FilterForm):
    """The day and the counts. What cannot be used is told beside the field and kept in it."""

    day = forms.CharField(
        label=_("Opening day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, wishes: Wishes, counts: Iterable[CountAsked], today: datetime.date) -> None:
        self.today, self.asked = today, list(counts)
        data = {"day": wishes.day, **{count.name: count.typed for count in self.asked}}
        super().__init__(data, auto_id="plan-%s")
        last = after(today, YEARS_AHEAD, TimeUnit.YEARS)
        self.fields["day"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}
        for count in self.asked:
            self.fields[count.name] = forms.CharField(
                label=count.label,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 12}),
            )

    def clean_day(self) -> datetime.date | None:
        return read_day(self.cleaned_data["day"], self.today)

    def clean(self) -> dict[str, Any]:
        super().clean()
        for count in self.asked:
            if count.problem:
                self.add_error(count.name, count.problem)
                continue
            try:
                self.cleaned_data[count.name] = count.value if count.is_question else read_count(count.typed)
            except ValidationError as error:
                self.add_error(count.name, error)
        return self.cleaned_data

    @property
    def counts(self) -> dict[str, int]:
        """How many there are, by the key of the basis; of a valid form or not, what could be used."""
        self.is_valid()
        found = ((count.basis, self.cleaned_data.get(count.name)) for count in self.asked)
        return {basis: number for basis, number in found if number is not None}

    @property
    def opening(self) -> datetime.date | None:
        """The opening day, if there is one that can be planned for."""
        self.is_valid()
        return self.cleaned_data.get("day") or None

    @property
    def day_field(self) -> Any:
        return self["day"]

    @property
    def count_fields(self) -> list[Any]:
        return [self[count.name] for count in self.asked]
