"""Gives many cases to one person or unit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import services
from ..forms import HandOverFields, receivers
from ..models import Case
from .base import BulkForm, CaseBulkAction

__all__ = ["AssignCases"]


class AssignCasesForm(HandOverFields, BulkForm):
    """Who has the cases from now on, and a word to them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = _("The note is added to every case.")
        self.fields["to"].choices = receivers()


class AssignCases(CaseBulkAction):
    display_name = _("Hand over")
    action_type = "assign"
    aria_label = _("Hand over the selected cases")
    action_priority = 10
    form_class = AssignCasesForm
    question = _("Who takes over these cases?")
    button = _("Hand over")

    def act(self, case: Case, data: dict[str, Any]) -> None:
        user, unit = data["to"]
        services.assign(case, self.request.user, user=user, unit=unit, text=data["text"])
