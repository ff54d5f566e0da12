"""The promise was kept as days; now it is kept to the minute. A day ends when the office closed, at 16:30."""

import datetime

from django.db import migrations
from django.db.models import F
from django.utils import timezone

CLOSES = datetime.time(16, 30)


def fill(apps, schema_editor):
    Case = apps.get_model("inbox", "Case")
    zone = timezone.get_default_timezone()
    cases = Case.objects.filter(due_at__isnull=True)
    cases.update(clock_from=F("received_at"), answered_at=F("first_answer_at"))
    batch = []
    for case in cases.only("pk", "due_on", "limit_on").iterator(chunk_size=500):
        case.due_at = datetime.datetime.combine(case.due_on, CLOSES, zone)
        case.limit_at = datetime.datetime.combine(case.limit_on, CLOSES, zone)
        batch.append(case)
        if len(batch) == 500:
            Case.objects.bulk_update(batch, ["due_at", "limit_at"])
            batch = []
    Case.objects.bulk_update(batch, ["due_at", "limit_at"])


class Migration(migrations.Migration):
    dependencies = [("inbox", "0005_working_a_case")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
