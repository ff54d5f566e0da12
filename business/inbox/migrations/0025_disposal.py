"""Disposal and its protocol."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0024_records"),
    ]

    operations = []
