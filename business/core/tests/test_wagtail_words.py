"""What Wagtail says in Swedish of lists and records agrees with what they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from business.core.tests.admin import sign_in
from business.guides.tests.factories import GuideFactory
from business.inbox.models import CannedReply, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def swede(client: Any) -> Any:
    profile = UserProfile.get_for_user(sign_in(client, administrator=True))
    profile.preferred_language = "sv"
    profile.save()
    return client


def test_lists_and_messages_agree(swede: Any) -> None:
    topics = Topic.snippet_viewset
    empty = swede.get(reverse(topics.get_url_name("list"))).content.decode()
    assert "Det finns inga ämnen än." in empty
    assert "Inga ämnen matchar din sökning." in swede.get(reverse(topics.get_url_name("list")), {"q": "xyz"}).text
    replies = CannedReply.snippet_viewset
    data = {"name": "Tack", "language": "sv", "topic": "", "text": "Hej!", "in_use": "on"}
    told = swede.post(reverse(replies.get_url_name("add")), data, follow=True)
    assert "”Tack” har skapats." in told.text


def test_a_list_of_pages_says_how_many_or_that_there_are_none(swede: Any) -> None:
    GuideFactory.create_batch(2)
    address = reverse("guides:index")
    assert "1–2 av 2 guider" in swede.get(address).text
    nothing = swede.get(address, {"q": "xyz"}).text
    assert "Inga guider matchar din sökning." in nothing
    assert "<table" not in nothing
    assert "<table" not in swede.get(reverse("guides:index_results"), {"q": "xyz"}).text
