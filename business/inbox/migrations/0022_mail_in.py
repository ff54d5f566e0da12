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
    ]
