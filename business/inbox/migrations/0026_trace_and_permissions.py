"""Who may do what, and who looked."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0025_disposal"),
    ]

    operations = []
