"""The group whose members write and publish. It sees no case."""

from django.db import migrations

from business.core.groups import grant

GROUP = "Redaktörer"
REGISTERS = [
    "guides.authorityarea",
    "guides.evidencetype",
    "guides.hourlyrate",
    "guides.legalreference",
    "guides.trade",
    "news.newscategory",
    "organisation.person",
    "organisation.place",
    "organisation.unit",
]
PAGES = ["add_page", "change_page", "publish_page"]
# Wagtail ties the permissions on pictures and documents to its own models, also when a site has models of its own.
FILES = [("wagtailimages", "image"), ("wagtaildocs", "document")]


def create(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    group, _created = Group.objects.get_or_create(name=GROUP)
    registers = (name.split(".") for name in REGISTERS)
    grant(apps, group, [f"{app}.{action}_{model}" for app, model in registers for action in ("add", "change", "view")])
    grant(apps, group, ["wagtailadmin.access_admin", "wagtail_localize.submit_translation"])

    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    page_type, _created = ContentType.objects.get_or_create(app_label="wagtailcore", model="page")
    root = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    for codename in PAGES:
        permission, _created = Permission.objects.get_or_create(
            content_type=page_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
        )
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)

    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    for app_label, model in FILES:
        content_type, _created = ContentType.objects.get_or_create(app_label=app_label, model=model)
        for action in ("add", "change", "choose"):
            permission, _created = Permission.objects.get_or_create(
                content_type=content_type, codename=f"{action}_{model}", defaults={"name": f"Can {action} {model}"}
            )
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)

    # Wagtail's own example groups would only stand beside ours and confuse.
    Group.objects.filter(name__in=["Editors", "Moderators"], user=None).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0003_create_site"),
        ("users", "0001_initial"),
        ("guides", "0003_initial"),
        ("media", "0002_initial"),
        ("news", "0001_initial"),
        ("organisation", "0001_initial"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
