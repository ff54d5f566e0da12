"""Who may write the rules of disposal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from ..permissions import can_configure

__all__ = ["RulePolicy"]


class RulePolicy(ModelPermissionPolicy):
    """Whoever sets up the inbox writes the rules. Nobody deletes one: what was decided by it refers to it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in ("view", "add", "change") and can_configure(user)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
