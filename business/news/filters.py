"""How a reader narrows the list of news."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from business.core.listings import FilterForm
from business.core.registers import RegisterChoices

__all__ = ["NewsFilterForm"]


class NewsFilterForm(FilterForm):
    """Category and year."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = RegisterChoices(apps.get_model("news", "NewsCategory")).choices
        self.fields["category"].choices = [("", _("All categories")), *categories]
        self.fields["year"].choices = [("", _("All years")), *((str(year), str(year)) for year in years)]

    def lookups(self, chosen: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the allow-listed lookups for the choices made."""
        names = {"category": "category__slug", "year": "published_on__year"}
        for name, value in chosen.items():
            yield names[name], value
