"""Coordinators keep closed days, absences and canned replies, and may take a list of cases out."""

from django.db import migrations

from business.core.groups import grant

GROUP = "Näringslivssamordnare"
KEPT = ("officeday", "absence", "cannedreply")
PERMISSIONS = [
    "inbox.export_case",
    "inbox.change_inboxsettings",
    *(f"inbox.{action}_{model}" for model in KEPT for action in ("view", "add", "change", "delete")),
]


def allow(apps, schema_editor):
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    grant(apps, group, PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [("inbox", "0007_promise_without_days")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
