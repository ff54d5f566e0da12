"""An index with the receipts of a day: whether an address has had one is asked for every mail that comes in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0028_words_of_the_dialogue")]

    operations = [
        migrations.AddIndex(
            model_name="outboxmail",
            index=models.Index(condition=models.Q(purpose="receipt"), fields=["created_at"], name="outbox_receipts"),
        ),
    ]
