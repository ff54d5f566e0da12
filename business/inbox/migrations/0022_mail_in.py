"""What a mail that came in is kept as."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0021_promise_taken_over"),
    ]

    operations = [
        migrations.CreateModel(
            name="IncomingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(editable=False, max_length=200, verbose_name="read from")),
                ("uid_validity", models.BigIntegerField(default=0, editable=False)),
                ("uid", models.CharField(editable=False, max_length=200)),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("size", models.PositiveIntegerField(editable=False, verbose_name="size")),
                ("path", models.CharField(editable=False, max_length=100, unique=True)),
                ("received_at", models.DateTimeField(editable=False, verbose_name="received")),
                (
                    "stored_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="read"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("stored", "Stored, not read yet"),
                            ("filed", "In a case"),
                            ("quarantined", "In a case in quarantine"),
                            ("ignored", "Noted in the history of a case"),
                            ("failed", "In a case, but it could not be read"),
                        ],
                        default="stored",
                        editable=False,
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("lease_until", models.DateTimeField(editable=False, null=True)),
                (
                    "last_error",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="last error"),
                ),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("person", "From a person"),
                            ("automatic", "Automatic reply"),
                            ("bulk", "Sent to very many"),
                            ("bounce", "Mail came back"),
                        ],
                        default="person",
                        editable=False,
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("sender", models.CharField(blank=True, editable=False, max_length=254, verbose_name="from")),
                ("subject", models.CharField(blank=True, editable=False, max_length=255, verbose_name="subject")),
                ("message_id_header", models.CharField(blank=True, editable=False, max_length=255)),
                (
                    "claims",
                    models.CharField(
                        blank=True, db_index=True, editable=False, max_length=20, verbose_name="says it belongs to"
                    ),
                ),
                ("has_html", models.BooleanField(default=False, editable=False)),
                ("left_out", models.JSONField(blank=True, default=list, editable=False)),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("not_needed", "Not scanned: no scanner is set up"),
                            ("waiting", "Waiting to be scanned"),
                            ("clean", "Scanned, nothing found"),
                            ("infected", "Malicious, locked"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("finding", models.CharField(blank=True, editable=False, max_length=120)),
                (
                    "case",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming_mails",
                        to="inbox.case",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incoming",
                        to="inbox.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "incoming mail",
                "verbose_name_plural": "incoming mail",
                "ordering": ["received_at", "pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["state", "received_at"], name="incoming_mail_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "uid_validity", "uid"), name="incoming_mail_read_once")
                ],
            },
        ),
    ]
