"""Editors own the questions, the rules and the example companies."""

from django.db import migrations

from business.core.groups import grant

GROUP = "Redaktörer"
KEPT = ("question", "rule", "persona")


def create(apps, schema_editor):
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    names = [f"planning.{action}_{model}" for model in KEPT for action in ("add", "change", "delete", "view")]
    names += [f"planning.{action}_businessevent" for action in ("add", "change", "view")]
    grant(apps, group, names)


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial"), ("home", "0005_steady_order")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
