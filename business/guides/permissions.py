"""Who may do what with facts."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page
from wagtail.permissions import policy_registry

__all__ = ["can_keep_facts"]


def can_keep_facts(user: Any) -> bool:
    """Whether the user may change facts that readers see: somebody who may publish pages. A coordinator may not."""
    return user.is_active and policy_registry.get_by_type(Page).user_has_permission(user, "publish")
