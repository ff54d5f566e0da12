"""What operations needs to know."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0026_trace_and_permissions"),
    ]

    operations = []
