"""Indexes for the statistics."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0027_operations"),
    ]

    operations = []
