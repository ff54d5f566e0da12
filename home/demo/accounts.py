"""The demo's accounts: one for each of those who sign in. Their passwords are no secret, so they never leave the demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.users.models import UserProfile

from business.inbox.permissions import COORDINATOR_GROUP, OFFICER_GROUP

__all__ = ["ACCOUNTS", "Account", "load"]

EDITOR_GROUP = "Redaktörer"


@dataclass(frozen=True)
class Account:
    username: str
    password: str
    first_name: str
    last_name: str
    role: Any
    group: str = ""
    unit: str = ""  # the key of the unit whose cases they see


ACCOUNTS = (
    Account("editor", "dukat-bord-editor", "Ebba", "Redman", _("Editor"), EDITOR_GROUP),
    Account("coordinator", "dukat-bord-coordinator", "Kim", "Lindqvist", _("Coordinator"), COORDINATOR_GROUP),
    Account(
        "officer", "dukat-bord-officer", "Noor", "Haddad", _("Officer"), OFFICER_GROUP, "samhallsbyggnadskontoret"
    ),
    Account("fire-officer", "dukat-bord-fire", "Signe", "Öberg", _("Officer"), OFFICER_GROUP, "raddningstjansten"),
    Account("registrar", "dukat-bord-registrar", "Mio", "Sandell", _("Registrar"), "Registrator"),
    Account("archivist", "dukat-bord-archivist", "Vera", "Holmgren", _("Archivist"), "Arkivansvarig"),
    Account("head", "dukat-bord-head", "Aron", "Lagergren", _("Head of the office"), "Chef"),
    Account("administrator", "dukat-bord-administrator", "Sam", "Holm", _("Administrator")),
)


def load() -> dict[str, Any]:
    """Create the accounts that are not there, and return all by username."""
    users = {}
    for account in ACCOUNTS:
        user, created = get_user_model().objects.get_or_create(
            username=account.username,
            defaults={
                "first_name": account.first_name,
                "last_name": account.last_name,
                "email": f"{account.username}@strangnas.example",
                "is_superuser": not account.group,
                "is_staff": not account.group,
            },
        )
        if created:
            user.set_password(account.password)
            user.save()
            if account.group:
                user.groups.add(Group.objects.get(name=account.group))
            profile = UserProfile.get_for_user(user)
            profile.preferred_language = "sv"
            profile.save()
        users[account.username] = user
    return users
