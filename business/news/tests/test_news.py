"""News: facts of the original in every language, and nothing before its day."""

import datetime

import pytest
from django.utils import timezone

from business.core.tests.factories import translate, translate_record
from business.news.models import NewsPage
from business.news.tests.factories import CategoryFactory, NewsFactory, news_index

pytestmark = pytest.mark.django_db


def test_a_translation_shows_the_originals_category_and_day(client):
    item = NewsFactory(published_on=datetime.date(2026, 11, 20))
    english = translate(item, title="One contact")
    premises = CategoryFactory(name="Lokaler", slug="lokaler")
    translate_record(premises, name="Premises")
    NewsPage.objects.filter(pk=item.pk).update(category=premises, published_on=datetime.date(2019, 1, 2))
    index = english.get_parent()
    listing = client.get(index.url).content.decode()
    page = client.get(english.url).content.decode()
    for content in (listing, page):
        assert "2 January 2019" in content
        assert "Premises" in content
        assert "2026" not in content.partition("<main")[2].partition("page-foot")[0]
    assert '"datePublished": "2019-01-02"' in page
    feed = client.get("/en/atom.xml").content.decode()
    assert 'term="Premises"' in feed
    assert "<published>2019-01-02" in feed
    assert english.title in client.get(f"{index.url}?year=2019").content.decode()
    assert client.get(f"{index.url}?year=2026").content.decode().count(english.title) >= 1  # an unknown year: all


def test_nothing_is_listed_before_its_day(client):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    item = NewsFactory(published_on=tomorrow)
    assert item.title not in client.get(news_index().url).content.decode()
    assert item.title not in client.get("/sv/atom.xml").content.decode()


def test_newest_first_by_the_originals_day(client):
    old, new = NewsFactory(published_on=datetime.date(2020, 1, 1)), NewsFactory(published_on=datetime.date(2021, 1, 1))
    english_new, english_old = translate(new, title="Newer"), translate(old, title="Older")
    NewsPage.objects.filter(pk=english_old.pk).update(published_on=datetime.date(2025, 1, 1))
    content = client.get(english_new.get_parent().url).content.decode()
    assert content.index("Newer") < content.index("Older")


def test_an_entry_keeps_its_identity_when_the_page_moves(client):
    item = NewsFactory()
    before = client.get("/sv/atom.xml").content.decode()
    item.slug = "ny-adress"
    item.save()
    after = client.get("/sv/atom.xml").content.decode()
    mark = f"/{item.translation_key}</id>"
    assert mark in before
    assert mark in after
