"""For migrations: groups with their permissions, before Django has created the permissions' rows."""

from collections.abc import Iterable
from typing import Any

__all__ = ["grant"]


def grant(apps: Any, group: Any, permissions: Iterable[str]) -> None:
    """Give the group these permissions (``app.action_model``), creating the rows that are not there yet."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for name in permissions:
        app_label, codename = name.split(".")
        model = "admin" if codename == "access_admin" else codename.rpartition("_")[2]
        content_type, _created = ContentType.objects.get_or_create(app_label=app_label, model=model)
        permission, _created = Permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
        )
        group.permissions.add(permission)
