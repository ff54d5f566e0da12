import django.db.models.deletion
from django.db import migrations, models

import business.core.models.snippets


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0003_steady_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                help_text="Those who belong to the larger unit also see the requests of this one.",
                limit_choices_to=business.core.models.snippets.originals,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="organisation.unit",
                verbose_name="is part of",
            ),
        ),
    ]
