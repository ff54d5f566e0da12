from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0029_statistics_of_answers")]

    operations = []
