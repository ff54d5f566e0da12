"""Indexes that hold what decides who sees a case: whose it is, who was let into it and who has written in it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0029_statistics_of_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_owner"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["owner", "status", "unit", "merged_into", "id"], name="case_owner"),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["user", "case"], name="participant_cases"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(author__isnull=False), fields=["author", "case"], name="message_author_cases"
            ),
        ),
    ]
