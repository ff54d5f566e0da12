"""Links in running text: real addresses, the reader's language, and few questions to the database."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from business.core.models import StandardPage
from business.core.tests.factories import StandardPageFactory, translate

pytestmark = pytest.mark.django_db


def link_to(page, words="länk"):
    return f'<p><a linktype="page" id="{page.pk}">{words}</a></p>'


def page_with(*blocks):
    page = StandardPageFactory(title="Läs mer")
    page.body = [*blocks]
    page.save_revision().publish()
    return StandardPage.objects.get(pk=page.pk)


def links_block(*pages):
    links = [
        {"type": "item", "value": {"page": page.pk, "address": "", "text": ""}, "id": str(page.pk)} for page in pages
    ]
    return {"type": "links", "value": {"title": "Vidare", "links": links}}


def test_a_link_leads_to_the_page(client):
    target = StandardPageFactory(title="Om oss")
    page = page_with(("text", link_to(target)))
    assert f'<a href="{target.url}">länk</a>' in client.get(page.url).content.decode()


def test_a_link_follows_the_readers_language_also_when_only_the_translation_is_live(client):
    target = StandardPageFactory(title="Om oss")
    english_target = translate(target, title="About us")
    page = page_with(("text", link_to(target)))
    english = translate(page, title="Read more")
    target.unpublish()
    assert f'<a href="{english_target.url}">länk</a>' in client.get(english.url).content.decode()


def test_a_link_to_what_is_gone_is_plain_text(client):
    target = StandardPageFactory(title="Om oss")
    page = page_with(("text", link_to(target)))
    target.delete()
    assert "<a>länk</a>" in client.get(page.url).content.decode()


def test_a_list_of_links_has_the_pages_own_titles(client):
    target = StandardPageFactory(title="Avgifter & taxor")
    page = page_with()
    page.body = page._meta.get_field("body").to_python([links_block(target)])
    page.save_revision().publish()
    assert f'href="{target.url}">Avgifter &amp; taxor</a>' in client.get(page.url).content.decode()


def test_a_restricted_page_is_not_named(client):
    target = StandardPageFactory(title="Hemlig plan")
    restriction = PageViewRestriction.objects.create(page=target, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.first())
    page = page_with(("text", link_to(target)))
    page.body = page._meta.get_field("body").to_python([links_block(target)])
    page.save_revision().publish()
    content = client.get(page.url).content.decode()
    assert "Hemlig plan" not in content
    assert target.url not in content


def test_twenty_links_cost_as_much_as_one(client, count_queries):
    targets = [StandardPageFactory() for _number in range(20)]
    for target in targets:
        translate(target, title=f"Page {target.pk}")

    def queries(number):
        page = StandardPageFactory()
        blocks = [{"type": "text", "value": link_to(target)} for target in targets[:number]]
        page.body = page._meta.get_field("body").to_python([*blocks, links_block(*targets[:number])])
        page.save_revision().publish()
        english = translate(page, title=f"Links {number}")
        client.get(english.url)
        with count_queries() as found:
            assert client.get(english.url).status_code == 200
        return len(found)

    assert queries(1) == queries(20)


def test_nobody_can_write_the_marks_that_links_are_made_of(client):
    page = page_with(("callout", {"tone": "info", "title": "<!--page:1-->x<!--/page-->", "text": "<p>y</p>"}))
    assert "&lt;!--page:1--&gt;x" in client.get(page.url).content.decode()
