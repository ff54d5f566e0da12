"""A guide's e-service becomes the first of its ways to apply, on the page and in its stored drafts."""

import uuid

from django.db import migrations


def move(apps, schema_editor):
    GuidePage = apps.get_model("guides", "GuidePage")
    GuideChannel = apps.get_model("guides", "GuideChannel")
    Revision = apps.get_model("wagtailcore", "Revision")
    keys = {}
    for page in GuidePage.objects.exclude(e_service_url=""):
        key = keys.setdefault(page.translation_key, uuid.uuid4())
        GuideChannel.objects.create(
            page=page,
            locale_id=page.locale_id,
            translation_key=key,
            sort_order=0,
            kind="web",
            label=page.e_service_label,
            url=page.e_service_url,
            identification=["e_id"],
        )
    rows = {row.page_id: row for row in GuideChannel.objects.all()}
    names = [str(pk) for pk in GuidePage.objects.values_list("pk", flat=True)]
    for revision in Revision.objects.filter(object_id__in=names).iterator():
        content = revision.content
        url = content.pop("e_service_url", "")
        label = content.pop("e_service_label", "")
        if not url or content.get("channels"):
            continue
        row = rows.get(int(revision.object_id))
        content["channels"] = [
            {
                "pk": row.pk if row else None,
                "sort_order": 0,
                "translation_key": str(row.translation_key if row else uuid.uuid4()),
                "locale": content.get("locale"),
                "page": content.get("pk"),
                "kind": "web",
                "label": label,
                "url": url,
                "email": "",
                "phone": "",
                "address": "",
                "identification": ["e_id"],
                "note": "",
            }
        ]
        revision.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("guides", "0007_facts_complete"), ("wagtailcore", "0098_apitoken")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveField(model_name="guidepage", name="e_service_label"),
        migrations.RemoveField(model_name="guidepage", name="e_service_url"),
    ]
