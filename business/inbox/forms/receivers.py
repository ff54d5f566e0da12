"""Who can be given a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from business.organisation.models import Unit

from .. import owners
from .base import Lines

__all__ = ["HandOverFields", "ReceiverField", "Receivers", "receivers"]

Receivers = list[tuple[str, Any]]


def receivers() -> Receivers:
    """Return the choices of a `ReceiverField`. Asks the database twice."""
    return [("", _("Choose")), *owners.receivers()]


class ReceiverField(forms.ChoiceField):
    """A person or a unit. Its value is the pair of them, one of which is nothing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": gettext_lazy("Choose a person or a unit.")})
        super().__init__(**options)

    def clean(self, value: Any) -> tuple[Any, Unit | None] | None:
        chosen = super().clean(value)
        return owners.chosen_receiver(chosen) if chosen else None


class HandOverFields(forms.Form):
    """Who takes over, and a word to them."""

    to = ReceiverField(label=gettext_lazy("Hand over to"))
    text = Lines(
        label=gettext_lazy("Note to the one who takes over"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
