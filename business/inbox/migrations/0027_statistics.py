"""Indexes that hold all that the statistics count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0026_trace_and_permissions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=[
                    "received_at",
                    "status",
                    "quarantine_reason",
                    "topic",
                    "unit",
                    "channel",
                    "owner",
                    "merged_into",
                    "first_answer_at",
                    "closed_at",
                    "id",
                ],
                name="case_statistics",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(kind__in=["delayed", "mail_failed", "reopened"]),
                fields=["at", "kind", "case_id"],
                name="event_statistics",
            ),
        ),
    ]
