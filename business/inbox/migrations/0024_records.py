"""What the register of public records needs."""

import unicodedata

from django.db import migrations, models


def key_of(number):
    """As `records.registration.normalised` did when this was written."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).casefold() if c.isalnum())[:40]


def fill(apps, schema_editor):
    """Cases that are decided already: by whom and when stands in their history."""
    case_model, event_model = apps.get_model("inbox", "Case"), apps.get_model("inbox", "Event")
    case_model.objects.filter(notice__isnull=False).update(notice_told="shown")
    decided = {}
    events = event_model.objects.filter(kind="triaged").order_by("at", "pk").values_list("case_id", "at", "actor_name")
    for case, at, name in events.iterator():
        decided[case] = (at, name)
    for case in case_model.objects.exclude(triage="").only("registered_number", "closed_at").iterator():
        at, name = decided.get(case.pk, (case.closed_at, ""))
        case_model.objects.filter(pk=case.pk).update(
            triaged_at=at, triaged_by=name, registered_key=key_of(case.registered_number)
        )
    # Now, not at the end: PostgreSQL makes no index on a table with checks that are still to come.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0023_senders_page"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="notice_told",
            field=models.CharField(
                blank=True,
                choices=[
                    ("shown", "Shown at the form"),
                    ("orally", "Told by the officer"),
                    ("linked", "Link in the receipt"),
                    ("not_told", "Not told"),
                ],
                editable=False,
                max_length=10,
                verbose_name="told about personal data",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="registered_key",
            field=models.CharField(blank=True, db_index=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="case",
            name="triaged_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="decided how it is kept"),
        ),
        migrations.AddField(
            model_name="case",
            name="triaged_by",
            field=models.CharField(blank=True, editable=False, max_length=160, verbose_name="decided by"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
