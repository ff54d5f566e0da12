"""Who may do what with cases."""

from typing import Any

__all__ = ["COORDINATOR_GROUP", "SEE", "WORK", "can_see_inbox", "can_work"]

COORDINATOR_GROUP = "Näringslivssamordnare"
SEE = "inbox.view_case"
WORK = "inbox.change_case"


def can_see_inbox(user: Any) -> bool:
    """Whether the user may read cases. An editor may not."""
    return user.is_active and user.has_perm(SEE)


def can_work(user: Any) -> bool:
    """Whether the user may take, answer and close cases."""
    return can_see_inbox(user) and user.has_perm(WORK)
