"""Who may do what, and who looked.

Whoever could read cases before reads the same after: those groups and people are given what was split off from the
right to see cases. An administrator narrows it; nobody loses their work over night.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import business.core.models.snippets
from business.core.groups import grant

# As `rights.py` had them when this was written.
RIGHTS = (
    ("view_every_case", "Can see the cases of every unit"),
    ("view_contact_case", "Can see contact details"),
    ("view_secret_case", "Can see cases under secrecy"),
    ("view_statistics_case", "Can see the statistics"),
    ("view_trace_case", "Can see who has looked"),
    ("hand_out_case", "Can hand out cases and lists of the register"),
    ("approve_disposal_case", "Can approve disposal"),
    ("configure_case", "Can set up the inbox and its rules"),
    ("operate_case", "Can look after mail and operation"),
)
SPLIT_OFF = ("view_every_case", "view_contact_case", "view_statistics_case")
KEPT = ("add_membership", "change_membership", "delete_membership", "view_membership")
COORDINATORS = "Näringslivssamordnare"
COORDINATORS_GET = (*SPLIT_OFF, "view_trace_case", "hand_out_case", "configure_case", "operate_case", *KEPT)
NEW_GROUPS = {
    "Handläggare": ("view_case", "change_case", "view_contact_case", "view_statistics_case"),
    "Registrator": (
        "view_case",
        "view_every_case",
        "view_contact_case",
        "view_secret_case",
        "view_trace_case",
        "export_case",
        "hand_out_case",
    ),
    "Arkivansvarig": ("view_case", "view_every_case", "approve_disposal_case"),
    "Chef": ("view_statistics_case",),
}


def create(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    case_type, _created = ContentType.objects.get_or_create(app_label="inbox", model="case")
    for codename, name in RIGHTS:
        Permission.objects.get_or_create(content_type=case_type, codename=codename, defaults={"name": name})

    holders = Permission.objects.filter(content_type=case_type, codename="view_case")
    split_off = list(Permission.objects.filter(content_type=case_type, codename__in=SPLIT_OFF))
    for group in Group.objects.filter(permissions__in=holders):
        group.permissions.add(*split_off)
    User = apps.get_model(settings.AUTH_USER_MODEL)
    for user in User.objects.filter(user_permissions__in=holders):
        user.user_permissions.add(*split_off)

    coordinators, _created = Group.objects.get_or_create(name=COORDINATORS)
    grant(apps, coordinators, [f"inbox.{name}" for name in COORDINATORS_GET])
    for name, rights in NEW_GROUPS.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:  # a group of that name which is there already is the administrator's
            grant(apps, group, ["wagtailadmin.access_admin", *(f"inbox.{right}" for right in rights)])


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0025_disposal"),
        ("organisation", "0004_unit_part_of"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0006_formstate"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="case",
            options={
                "default_permissions": ("view", "change", "export"),
                "ordering": ["-received_at", "-pk"],
                "permissions": RIGHTS,
                "verbose_name": "case",
                "verbose_name_plural": "cases",
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.ForeignKey(
                        limit_choices_to=business.core.models.snippets.originals,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="organisation.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inbox_units",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a unit",
                "verbose_name_plural": "members of units",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "unit"),
                        name="unique_membership",
                        violation_error_message="This person belongs to the unit already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="participants", to="inbox.case"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "participant in a case",
                "verbose_name_plural": "participants in cases",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("case", "user"), name="unique_participant")],
            },
        ),
        migrations.CreateModel(
            name="AccessEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("case", "The case"),
                            ("contact", "Contact details"),
                            ("file", "A file"),
                            ("raw_mail", "A mail as it came"),
                            ("personal_number", "A personal number in full"),
                            ("export", "A list of cases"),
                            ("register", "A list of the register"),
                            ("package", "A case's package"),
                            ("person", "What we hold about a person"),
                            ("statistics", "Statistics"),
                            ("trace", "Who has looked"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("user_id", models.BigIntegerField()),
                ("user_name", models.CharField(max_length=160, verbose_name="by")),
                ("case_id", models.BigIntegerField(null=True)),
                ("case_number", models.CharField(blank=True, max_length=20, verbose_name="case")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("data", models.JSONField(default=dict)),
                ("once", models.CharField(editable=False, max_length=120, null=True, unique=True)),
            ],
            options={
                "verbose_name": "access",
                "verbose_name_plural": "accesses",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["case_id", "-at"], name="access_case"),
                    models.Index(fields=["-at", "-id"], name="access_at"),
                    models.Index(fields=["user_id", "-at"], name="access_user"),
                ],
            },
        ),
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
