"""Who may do what with cases. Which cases: `CaseQuerySet.for_user`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

__all__ = [
    "APPROVE_DISPOSAL",
    "COORDINATOR_GROUP",
    "EXPORT",
    "OFFICER_GROUP",
    "SEE",
    "WORK",
    "CasePermissionPolicy",
    "SettingsPolicy",
    "can_approve_disposal",
    "can_configure",
    "can_export",
    "can_hand_out",
    "can_keep_disposal_rules",
    "can_operate",
    "can_propose_disposal",
    "can_see_contact_details",
    "can_see_disposal",
    "can_see_everything",
    "can_see_inbox",
    "can_see_secret",
    "can_see_statistics",
    "can_see_trace",
    "can_watch_records",
    "can_work",
]

COORDINATOR_GROUP, OFFICER_GROUP = "Näringslivssamordnare", "Handläggare"
SEE = "inbox.view_case"
WORK = "inbox.change_case"
EXPORT = "inbox.export_case"
APPROVE_DISPOSAL = "inbox.approve_disposal_case"


def can_see_inbox(user: Any) -> bool:
    """Whether the user may read cases: those that `CaseQuerySet.for_user` leaves. An editor may not."""
    return bool(user.is_active and user.has_perm(SEE))


def can_see_everything(user: Any) -> bool:
    """Whether the user may read the cases of every unit, not only their own unit's."""
    return can_see_inbox(user) and bool(user.has_perm("inbox.view_every_case"))


def can_work(user: Any) -> bool:
    """Whether the user may take, answer and close cases. It takes that they may read them."""
    return can_see_inbox(user) and bool(user.has_perm(WORK))


def can_see_contact_details(user: Any) -> bool:
    """Whether the user may see e-mail addresses and telephone numbers of senders; others see them masked."""
    return can_see_inbox(user) and bool(user.has_perm("inbox.view_contact_case"))


def can_see_secret(user: Any) -> bool:
    """Whether the user may open cases under secrecy that are not their own."""
    return can_see_inbox(user) and bool(user.has_perm("inbox.view_secret_case"))


def can_export(user: Any) -> bool:
    """Whether the user may take a list of cases out. It takes that they may read them."""
    return can_see_inbox(user) and bool(user.has_perm(EXPORT))


def can_hand_out(user: Any) -> bool:
    """Whether the user may take out whole cases and lists of the register, for disclosure or the archive."""
    return can_see_inbox(user) and bool(user.has_perm("inbox.hand_out_case"))


def can_watch_records(user: Any) -> bool:
    """Whether the user looks after that every record is decided on: who sees every case, and works them or hands them out."""
    return can_see_everything(user) and (can_work(user) or can_hand_out(user))


def can_see_trace(user: Any) -> bool:
    """Whether the user may see who has looked at the cases that they may read."""
    return can_see_inbox(user) and bool(user.has_perm("inbox.view_trace_case"))


def can_see_statistics(user: Any) -> bool:
    """Whether the user may see how many cases there are and how soon they are answered. It takes no right to read one."""
    return bool(user.is_active and user.has_perm("inbox.view_statistics_case"))


def can_approve_disposal(user: Any) -> bool:
    """Whether the user may approve or send back a proposal of disposal."""
    return bool(user.is_active and user.has_perm(APPROVE_DISPOSAL))


def can_propose_disposal(user: Any) -> bool:
    """Whether the user may propose disposal, and stop it: those who see every case and hand out or keep the records."""
    return can_see_everything(user) and (can_hand_out(user) or can_approve_disposal(user))


def can_see_disposal(user: Any) -> bool:
    """Whether the user may see what is to be disposed of, and what was. It tells nothing of whom a case was about."""
    return can_propose_disposal(user) or can_approve_disposal(user) or can_configure(user)


def can_keep_disposal_rules(user: Any) -> bool:
    """Whether the user may write the rules of disposal: the archivist, who answers for what goes by them (ADR 56).

    Not whoever sets up the inbox: those who work with cases do not say how long they are kept.
    """
    return can_approve_disposal(user)


def can_configure(user: Any) -> bool:
    """Whether the user may set up the inbox: when the office works, and what it promises."""
    return bool(user.is_active and user.has_perm("inbox.configure_case"))


def can_operate(user: Any) -> bool:
    """Whether the user may look after mail and worker: what waits, what failed, what was held."""
    return bool(user.is_active and user.has_perm("inbox.operate_case"))


class CasePermissionPolicy(ModelPermissionPolicy):
    """What Wagtail's views ask. Nobody adds or deletes a case by hand, an administrator no more than others."""

    tests = {
        "view": can_see_inbox,
        "change": can_work,
        "export": can_export,
        "hand_out": can_hand_out,
        "trace": can_see_trace,
        "contact": can_see_contact_details,
        "secret": can_see_secret,
        "statistics": can_see_statistics,
        "approve_disposal": can_approve_disposal,
        "configure": can_configure,
        "operate": can_operate,
    }

    def user_has_permission(self, user: Any, action: str) -> bool:
        test = self.tests.get(action)
        return bool(test and test(user))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class SettingsPolicy(ModelPermissionPolicy):
    """Who may change office hours and promise: whoever sets up the inbox, besides those with Wagtail's own right."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return can_configure(user) or bool(super().user_has_permission(user, action))
