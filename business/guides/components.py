"""What waits for those who keep facts, on the admin's home page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from .checks import guides_due
from .models import CheckTask
from .permissions import can_keep_facts

__all__ = ["ChecksPanel"]


class ChecksPanel(Component):
    """How many guides are due for a check, and how many of them because a law has changed."""

    name = "facts"
    template_name = "guides/checks/home_panel.html"
    order = 60

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return can_keep_facts(self.request.user)

    def render_html(self, parent_context: Mapping[str, Any] | None = None) -> Any:
        return super().render_html(parent_context) if self.is_shown() else ""

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "due": guides_due(today, today).count(),
            "by_law": CheckTask.objects.open().filter(page__live=True).values("page").distinct().count(),
            "report": reverse("guide_checks"),
        }
