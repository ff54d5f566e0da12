"""What a mail that came in is kept as."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0021_promise_taken_over"),
    ]

    operations = []
