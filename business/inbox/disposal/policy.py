"""Who may write the rules of disposal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from ..permissions import can_keep_disposal_rules, can_see_disposal

__all__ = ["RulePolicy"]


class RulePolicy(ModelPermissionPolicy):
    """The archivist writes the rules, and whoever sees disposal reads them. Nobody deletes one: what was decided by it refers to it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action in ("add", "change"):
            return can_keep_disposal_rules(user)
        return action == "view" and can_see_disposal(user)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
