"""What the sender's page needs."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0022_mail_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce", models.CharField(editable=False, max_length=64, unique=True)),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="inbox.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "link to the sender's page",
                "verbose_name_plural": "links to the sender's page",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MeetingTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes")),
                ("place", models.CharField(max_length=300, verbose_name="place or link")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("chosen", "Chosen"), ("withdrawn", "No longer offered")],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("settled_at", models.DateTimeField(editable=False, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meeting_times", to="inbox.case"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="meeting_times", to="inbox.message"
                    ),
                ),
            ],
            options={
                "verbose_name": "proposed time",
                "verbose_name_plural": "proposed times",
                "ordering": ["starts_at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closed_at", models.DateTimeField(verbose_name="closed")),
                (
                    "helped",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partly", "Partly"), ("no", "No")],
                        max_length=10,
                        verbose_name="helped",
                    ),
                ),
                ("words", models.TextField(blank=True, verbose_name="in the sender's own words")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="changed")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ratings", to="inbox.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "rating",
                "verbose_name_plural": "ratings",
                "ordering": ["created_at", "pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["closed_at", "helped"], name="rating_closed")],
                "constraints": [models.UniqueConstraint(fields=("case", "closed_at"), name="one_rating_a_closing")],
            },
        ),
        migrations.CreateModel(
            name="SenderCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nonce", models.CharField(editable=False, max_length=64, unique=True)),
                ("source", models.CharField(editable=False, max_length=32)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(editable=False, null=True)),
                ("used_for", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="inbox.case"
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="code",
                        to="inbox.outboxmail",
                    ),
                ),
            ],
            options={
                "verbose_name": "code for the sender's page",
                "verbose_name_plural": "codes for the sender's page",
                "ordering": ["pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["case", "created_at"], name="sender_code_case")],
            },
        ),
    ]
