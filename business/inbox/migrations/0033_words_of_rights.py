"""Two rights are called what they let somebody do since the archivist keeps the rules of disposal (ADR 56)."""

from django.db import migrations

NOW = {
    "approve_disposal_case": "Can approve disposal and keep its rules",
    "configure_case": "Can set office hours and response time",
}
BEFORE = {
    "approve_disposal_case": "Can approve disposal",
    "configure_case": "Can set up the inbox and its rules",
}


def call(apps, names):
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="inbox", content_type__model="case"
    )
    for codename, name in names.items():
        rights.filter(codename=codename).update(name=name)


def forwards(apps, schema_editor):
    call(apps, NOW)


def backwards(apps, schema_editor):
    call(apps, BEFORE)


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0032_undecided"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="case",
            options={
                "default_permissions": ("view", "change", "export"),
                "ordering": ["-received_at", "-pk"],
                "permissions": (
                    ("view_every_case", "Can see the cases of every unit"),
                    ("view_contact_case", "Can see contact details"),
                    ("view_secret_case", "Can see cases under secrecy"),
                    ("view_statistics_case", "Can see the statistics"),
                    ("view_trace_case", "Can see who has looked"),
                    ("hand_out_case", "Can hand out cases and lists of the register"),
                    ("approve_disposal_case", "Can approve disposal and keep its rules"),
                    ("configure_case", "Can set office hours and response time"),
                    ("operate_case", "Can look after mail and operation"),
                ),
                "verbose_name": "case",
                "verbose_name_plural": "cases",
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
