"""News in the admin."""

import datetime

import pytest
from django.urls import reverse

from business.core.tests.admin import sign_in
from business.core.tests.factories import translate
from business.core.tests.listings import PageListingChecks
from business.core.tests.registers import RegisterChecks
from business.news.tests.factories import CategoryFactory, NewsFactory

pytestmark = pytest.mark.django_db


class TestCategories(RegisterChecks):
    factory = CategoryFactory
    filled = {"name": "Övrigt", "slug": "ovrigt"}


class TestNews(PageListingChecks):
    factory = NewsFactory
    name = "news"


def test_the_newest_comes_first(client):
    sign_in(client, editor=True)
    for year in (2019, 2026, 2018):
        NewsFactory(title=f"Nytt {year}", published_on=datetime.date(year, 5, 1))
    found = client.get(reverse("news:index")).context["object_list"]
    assert [page.title for page in found] == ["Nytt 2026", "Nytt 2019", "Nytt 2018"]


def test_filter_by_category(client):
    sign_in(client, editor=True)
    wanted = NewsFactory(title="Om bygglov")
    translate(wanted, title="On permits")
    NewsFactory(title="Om annat")
    found = client.get(reverse("news:index"), {"category": wanted.category_id}).context["object_list"]
    assert [page.title for page in found] == ["Om bygglov"]
