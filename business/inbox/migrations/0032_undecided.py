"""Records that nobody has decided on are counted from an index of their own."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0031_link_mails"),
        ("organisation", "0005_unit_in_use"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("triage", "")), fields=["status"], name="case_undecided"),
        ),
    ]
