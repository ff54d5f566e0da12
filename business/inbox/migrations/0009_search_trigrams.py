"""An index for the search on PostgreSQL, made of what every PostgreSQL has; and numbers searched as digits too.

The extension pg_trgm would do the same, but not every server has it. The function is kept small and in PL/pgSQL: the
same in plain SQL takes three times as long for each case that is written.
"""

from collections import defaultdict

from django.db import migrations

from business.inbox.searching import search_text

FUNCTION = """
create function inbox_trigrams(value text) returns text[] language plpgsql immutable strict parallel safe as $$
declare
  one text := '';
  two text := '';
  three text;
  found text[] := '{}';
begin
  foreach three in array string_to_array(value, null) loop
    if three in (' ', e'\\n', e'\\t', e'\\r') then
      one := ''; two := '';  -- a search looks for words, which hold no space
    else
      if one <> '' then
        found := array_append(found, one || two || three);
      end if;
      one := two; two := three;
    end if;
  end loop;
  return found;
end
$$
"""
INDEX = "create index case_search on inbox_case using gin (inbox_trigrams(search_text))"
# How often each trigram occurs is costly to count, and no plan would be another for it.
NO_STATISTICS = "alter index case_search alter column 1 set statistics 0"


def extend_texts(apps, schema_editor):
    """Add what the search did not know yet: telephone, numbers as digits, names of files, what a closing says."""
    Case = apps.get_model("inbox", "Case")
    Attachment = apps.get_model("inbox", "Attachment")
    names = defaultdict(list)
    for case, name in Attachment.objects.exclude(message=None).values_list("message__case", "name"):
        names[case].append(name)
    parts = ("pk", "search_text", "phone", "registered_number", "closing_reason")
    last = 0
    while cases := list(Case.objects.filter(pk__gt=last).order_by("pk").only(*parts)[:500]):
        last = cases[-1].pk
        for case in cases:
            case.search_text = search_text(
                case.search_text, case.phone, case.registered_number, case.closing_reason, *names[case.pk]
            )
        Case.objects.bulk_update(cases, ["search_text"])


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in (FUNCTION, INDEX, NO_STATISTICS):
            schema_editor.execute(statement)


def remove_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("drop index case_search")
        schema_editor.execute("drop function inbox_trigrams(text)")


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_coordinators_keep_the_office")]

    operations = [
        migrations.RunPython(extend_texts, migrations.RunPython.noop),
        migrations.RunPython(add_index, remove_index),
    ]
