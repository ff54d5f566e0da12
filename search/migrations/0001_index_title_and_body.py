"""PostgreSQL: an index on what a search looks in, title and text together.

Wagtail's compiler matches ``title || body``, so that one word may stand in the title and another in the text, and has an
index on each of the two only. Without this one it reads every entry (45 ms for 4,500 of them).
"""

from django.db import migrations

NAME = "search_title_and_body"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        table = apps.get_model("wagtailsearch", "IndexEntry")._meta.db_table
        schema_editor.execute(f'CREATE INDEX {NAME} ON "{table}" USING gin ((title || body))')


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    dependencies = [("wagtailsearch", "0010_add_text_fields")]

    operations = [migrations.RunPython(create, drop)]
