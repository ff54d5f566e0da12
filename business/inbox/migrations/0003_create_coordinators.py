"""The group whose members see and work the inbox, and keep its topics."""

from django.db import migrations

from business.core.groups import grant

GROUP = "Näringslivssamordnare"
PERMISSIONS = [
    "wagtailadmin.access_admin",
    "inbox.view_case",
    "inbox.change_case",
    "inbox.view_topic",
    "inbox.add_topic",
    "inbox.change_topic",
]


def create(apps, schema_editor):
    group, _created = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    grant(apps, group, PERMISSIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0002_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0006_formstate"),
    ]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
