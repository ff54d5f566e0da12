"""Who can be given a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from business.core.registers import RegisterChoices
from business.organisation.models import Unit

from ..owners import officers

__all__ = ["ReceiverField", "Receivers", "receivers"]

Receivers = list[tuple[str, Any]]


def receivers() -> Receivers:
    """Return everybody who works with cases, and the units, as choices in groups. Asks the database twice."""
    people = [(f"user:{user.pk}", str(user)) for user in officers()]
    units = [(f"unit:{slug}", str(name)) for slug, name in RegisterChoices(Unit).choices]
    return [("", _("Choose")), (_("People"), people), (_("Units"), units)]


class ReceiverField(forms.ChoiceField):
    """A person or a unit. Its value is the pair of them, one of which is nothing."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": gettext_lazy("Choose a person or a unit.")})
        super().__init__(**options)

    def clean(self, value: Any) -> tuple[Any, Unit | None] | None:
        chosen = super().clean(value)
        if not chosen:
            return None
        kind, _colon, key = chosen.partition(":")
        if kind == "user":
            return get_user_model().objects.filter(pk=key).first(), None
        return None, Unit.objects.filter(slug=key).order_by("pk").first()
