"""What the sender's page needs."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0022_mail_in"),
    ]

    operations = []
