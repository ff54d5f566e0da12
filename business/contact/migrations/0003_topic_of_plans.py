"""The topic of opening plans is chosen on the contact page, no longer named in the code: what was named is chosen."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import business.core.models.snippets


def choose(apps, schema_editor):
    """Choose it on every page and in its stored drafts: a draft without it would take it away when published."""
    ContactPage = apps.get_model("contact", "ContactPage")
    Topic = apps.get_model("inbox", "Topic")
    Revision = apps.get_model("wagtailcore", "Revision")
    topic = Topic.objects.filter(slug="starta", locale__language_code=settings.LANGUAGE_CODE).first()
    if topic is None:
        return
    names = [str(pk) for pk in ContactPage.objects.values_list("pk", flat=True)]
    ContactPage.objects.update(topic_of_plans=topic)
    for revision in Revision.objects.filter(object_id__in=names, base_content_type__model="page"):
        revision.content["topic_of_plans"] = topic.pk
        revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [
        ("contact", "0002_initial"),
        ("inbox", "0032_undecided"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField(
            model_name="contactpage",
            name="topic_of_plans",
            field=models.ForeignKey(
                blank=True,
                help_text="Chosen in the form for whoever brings an opening plan along, who can choose another. Without one they choose themselves, as everybody does.",
                limit_choices_to=business.core.models.snippets.originals,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inbox.topic",
                verbose_name="topic of opening plans",
            ),
        ),
        migrations.RunPython(choose, migrations.RunPython.noop),
    ]
