"""The form of a group, with its permissions in the language of the admin.

The database keeps each permission's name in English ("Can add officeday"). What is read aloud at a box, and written at
one of a model's own, is made here of the action and the model's name instead.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from wagtail.users.forms import GroupForm
from wagtail.users.views.groups import GroupViewSet

__all__ = ["NamedGroupForm", "NamedGroupViewSet", "spoken"]


def spoken(permission: Permission) -> str:
    """Return a permission's name in the active language; as it stands where its action is nobody's but its own."""
    actions = {
        "add": _("Can add"),
        "change": _("Can change"),
        "delete": _("Can delete"),
        "view": _("Can view"),
        "export": _("Can export"),
    }
    kind = permission.content_type
    action = permission.codename.removesuffix(f"_{kind.model}")
    return f"{actions[action]} {kind.name}" if action in actions else str(_(permission.name))


class NamedPermissions(QuerySet):
    """Permissions whose names are said in the active language."""

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        for one in self._result_cache if is_new else ():
            if isinstance(one, Permission):
                one.name = spoken(one)


class NamedGroupForm(GroupForm):
    """Wagtail's own, but for the names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["permissions"]
        field.queryset = NamedPermissions(Permission, field.queryset.query.chain())


class NamedGroupViewSet(GroupViewSet):
    def get_form_class(self, for_update: bool = False) -> type[GroupForm]:
        return NamedGroupForm
