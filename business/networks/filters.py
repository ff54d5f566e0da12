"""How a reader narrows the list of networks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from business.core.listings import FilterForm
from business.core.registers import RegisterChoices
from business.guides.models import Trade
from business.organisation.models import Place

from .enums import Scope

__all__ = ["NetworkFilterForm"]


class NetworkFilterForm(FilterForm):
    """Trade, scope and place, by their keys, so that an address can be shared in any language."""

    trade = forms.ChoiceField(label=_("Trade"), required=False)
    scope = forms.ChoiceField(label=_("Reach"), required=False, choices=[("", _("Any reach")), *Scope.choices])
    place = forms.ChoiceField(label=_("Place"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trade"].choices = [("", _("All trades")), *RegisterChoices(Trade).choices]
        self.fields["place"].choices = [("", _("All places")), *RegisterChoices(Place).choices]

    def lookups(self, chosen: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the allow-listed lookups for the choices made."""
        names = {"trade": "trades__trade__slug", "scope": "scope", "place": "place__slug"}
        for name, value in chosen.items():
            yield names[name], value
