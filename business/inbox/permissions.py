"""Who may do what with cases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

__all__ = [
    "COORDINATOR_GROUP",
    "EXPORT",
    "SEE",
    "WORK",
    "CasePermissionPolicy",
    "can_export",
    "can_see_inbox",
    "can_see_statistics",
    "can_work",
]

COORDINATOR_GROUP = "Näringslivssamordnare"
SEE = "inbox.view_case"
WORK = "inbox.change_case"
EXPORT = "inbox.export_case"


def can_see_inbox(user: Any) -> bool:
    """Whether the user may read cases. An editor may not."""
    return user.is_active and user.has_perm(SEE)


def can_see_statistics(user: Any) -> bool:
    """Whether the user may see how many cases there are and how soon they are answered: who may read them may."""
    return can_see_inbox(user)


def can_work(user: Any) -> bool:
    """Whether the user may take, answer and close cases. It takes that they may read them."""
    return can_see_inbox(user) and user.has_perm(WORK)


def can_export(user: Any) -> bool:
    """Whether the user may take a list of cases out. It takes that they may read them."""
    return can_see_inbox(user) and user.has_perm(EXPORT)


class CasePermissionPolicy(ModelPermissionPolicy):
    """What Wagtail's views ask. Nobody adds or deletes a case by hand, an administrator no more than others."""

    tests = {"view": can_see_inbox, "change": can_work, "export": can_export}

    def user_has_permission(self, user: Any, action: str) -> bool:
        test = self.tests.get(action)
        return bool(test and test(user))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)
