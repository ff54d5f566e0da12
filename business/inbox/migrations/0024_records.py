"""What the register of public records needs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0023_senders_page"),
    ]

    operations = []
