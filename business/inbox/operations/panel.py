"""Operations on the admin's home page: only when something is red, and only for those who can do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.ui.components import Component

from ..permissions import can_operate
from .looking import is_red
from .parts import Reading

__all__ = ["OperationsPanel"]


class OperationsPanel(Component):
    """What needs somebody now."""

    name = "operations"
    template_name = "inbox/operations_panel.html"
    order = 40

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def red(self) -> list[Reading]:
        return is_red(timezone.now()) if can_operate(self.request.user) else []

    def is_shown(self) -> bool:
        return bool(self.red)

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"red": self.red}
