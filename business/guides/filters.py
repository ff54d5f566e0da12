"""How a reader narrows the list of guides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from business.core.listings import FilterForm, day_field
from business.core.registers import RegisterChoices

from .enums import GuideKind
from .models.registers import AuthorityArea, Trade

__all__ = ["FeeFilterForm", "GuideFilterForm"]


class GuideFilterForm(FilterForm):
    """Area, kind and trade, by their keys, so that an address can be shared in any language."""

    area = forms.ChoiceField(label=_("Area"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of matter"), required=False, choices=[("", _("All kinds")), *GuideKind.choices]
    )
    trade = forms.ChoiceField(label=_("Trade"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("All areas")), *RegisterChoices(AuthorityArea).choices]
        self.fields["trade"].choices = [("", _("All trades")), *RegisterChoices(Trade).choices]

    def lookups(self, chosen: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield the allow-listed lookups for the choices made."""
        names = {"area": "area__slug", "kind": "kind", "trade": "trades__trade__slug"}
        for name, value in chosen.items():
            yield names[name], value


class FeeFilterForm(FilterForm):
    """The area whose fees are listed, and the day on which they hold."""

    area = forms.ChoiceField(label=_("Area"), required=False)
    on = day_field(_("Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("All areas")), *RegisterChoices(AuthorityArea).choices]
