from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0028_words_of_the_dialogue")]

    operations = []
