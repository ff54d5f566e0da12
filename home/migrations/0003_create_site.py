"""A home page in each language, and the site that starts there."""

import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import migrations

HOMES = [
    # language, order under the root, title, headline, summary
    (
        "sv",
        1,
        "Start",
        "Allt ditt företag behöver av kommunen, på ett bord",
        "Tillstånd, nätverk och hjälp för företag.",
    ),
    (
        "en",
        2,
        "Home",
        "Everything your company needs from the municipality, on one table",
        "Permits, networks and help for companies.",
    ),
]


def create(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    HomePage = apps.get_model("home", "HomePage")

    # Wagtail's own welcome page gives way.
    Site.objects.all().delete()
    Page.objects.filter(depth=2).delete()
    root = Page.objects.get(depth=1)
    content_type, _created = ContentType.objects.get_or_create(app_label="home", model="homepage")
    key = uuid.uuid4()
    for language, order, title, headline, summary in HOMES:
        locale, _created = Locale.objects.get_or_create(language_code=language)
        HomePage.objects.create(
            title=title,
            draft_title=title,
            slug=language,
            url_path=f"/{language}/",
            path=f"{root.path}{order:04d}",
            depth=2,
            numchild=0,
            content_type=content_type,
            locale=locale,
            translation_key=key,
            hero_title=headline,
            summary=summary,
            live=True,
        )
    Page.objects.filter(pk=root.pk).update(numchild=len(HOMES))
    first = HomePage.objects.get(locale__language_code="sv")
    # Full addresses (canonical, feed, sitemap, mail) are built on the site's host, so it starts out right.
    base = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    Site.objects.create(
        hostname=base.hostname or "localhost",
        port=base.port or (443 if base.scheme == "https" else 80),
        site_name="Dukat bord",
        root_page_id=first.pk,
        is_default_site=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0002_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
