"""What is wrong with the finder's rules, on the admin's home page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component

from .examples.report import urgent_numbers
from .permissions import can_keep_rules

__all__ = ["RulesPanel"]


class RulesPanel(Component):
    """Shown only when something urgent is wrong, to those who can mend it."""

    name = "finder-rules"
    template_name = "planning/report/home_panel.html"
    order = 65

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def sections(self) -> list[tuple[str, Any, int]]:
        return urgent_numbers(timezone.localdate())

    def is_shown(self) -> bool:
        return can_keep_rules(self.request.user) and bool(self.sections)

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"sections": self.sections, "report": reverse("finder_rules")}
