"""Puts many cases in quarantine, or lets them out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import services
from ..models import Case
from .base import CaseBulkAction

__all__ = ["QuarantineCases", "ReleaseCases"]


class QuarantineCases(CaseBulkAction):
    display_name = _("Put in quarantine")
    action_type = "quarantine"
    aria_label = _("Put the selected cases in quarantine")
    action_priority = 50
    classes = {"serious"}
    question = _("Do these look like spam from a robot? They are kept, out of the way, and no receipts will be sent.")
    button = _("Put in quarantine")
    button_class = "serious"

    def act(self, case: Case, data: dict[str, Any]) -> None:
        services.quarantine(case, self.request.user)


class ReleaseCases(CaseBulkAction):
    display_name = _("Let out of quarantine")
    action_type = "unquarantine"
    aria_label = _("Let the selected cases out of quarantine")
    action_priority = 60
    question = _(
        "Are these real requests? Each is marked as new again, and its sender gets the receipt that was held back."
    )
    button = _("Let out of quarantine")

    def act(self, case: Case, data: dict[str, Any]) -> None:
        services.release_from_quarantine(case, self.request.user)
