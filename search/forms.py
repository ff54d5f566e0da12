"""What stands in the address of a search."""

from __future__ import annotations

from typing import Any

from django import forms

from .kinds import KINDS, Kind

__all__ = ["SearchForm"]


class SearchForm(forms.Form):
    """The words and the kind. A kind that there is not counts as none, so an old address still answers."""

    q = forms.CharField(required=False)
    type = forms.ChoiceField(required=False, choices=[(kind.key, kind.plural) for kind in KINDS])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def text(self) -> str:
        return self.cleaned_data.get("q", "")

    @property
    def kind(self) -> Kind | None:
        key = self.cleaned_data.get("type")
        return next((kind for kind in KINDS if kind.key == key), None)
