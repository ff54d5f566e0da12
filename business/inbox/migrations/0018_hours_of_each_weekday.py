"""Hours for each day of the week: the set that held from Monday to Friday is carried over to each of them."""

import datetime

from django.db import migrations, models

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def carry_over(apps, schema_editor):
    for settings in apps.get_model("inbox", "InboxSettings").objects.all():
        for day in DAYS:
            setattr(settings, f"{day.lower()}_opens", settings.opens)
            setattr(settings, f"{day.lower()}_closes", settings.closes)
        settings.save()


def carry_back(apps, schema_editor):
    """Take Monday's hours, or the defaults where the office is closed then."""
    for settings in apps.get_model("inbox", "InboxSettings").objects.all():
        if settings.monday_opens and settings.monday_closes:
            settings.opens, settings.closes = settings.monday_opens, settings.monday_closes
            settings.save()


def _time(default, verbose_name):
    return models.TimeField(blank=True, default=default, null=True, verbose_name=verbose_name)


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0017_before_merging"),
    ]

    operations = [
        *(
            migrations.AddField("inboxsettings", f"{day.lower()}_{end}", _time(default, f"{day}, {end}"))
            for day in DAYS
            for end, default in (("opens", datetime.time(8, 0)), ("closes", datetime.time(16, 30)))
        ),
        migrations.RunPython(carry_over, carry_back),
        migrations.RemoveField("inboxsettings", "opens"),
        migrations.RemoveField("inboxsettings", "closes"),
    ]
