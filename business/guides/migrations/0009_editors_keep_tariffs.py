"""Editors keep the new registers too."""

from django.db import migrations

from business.core.groups import grant


def allow(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.filter(name="Redaktörer").first()
    if group is not None:
        names = ("tariff", "feebasis")
        grant(apps, group, [f"guides.{action}_{name}" for name in names for action in ("add", "change", "view")])


class Migration(migrations.Migration):
    dependencies = [("guides", "0008_e_services_are_channels"), ("home", "0004_create_editors")]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]
