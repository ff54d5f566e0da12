"""Who may do what with the finder's rules."""

from __future__ import annotations

from typing import Any

__all__ = ["can_keep_rules"]


def can_keep_rules(user: Any) -> bool:
    """Whether the user may change what the finder says. Whoever may is shown the report, too."""
    return user.is_active and user.has_perm("planning.change_rule")
