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


def sign_in_a_swede(client: Any, **traits: bool) -> None:
    profile = UserProfile.get_for_user(sign_in(client, **traits))
    profile.preferred_language = "sv"
    profile.save()


def test_lists_and_messages_agree(client: Any) -> None:
    sign_in_a_swede(client, coordinator=True)
    topics = Topic.snippet_viewset
    empty = client.get(reverse(topics.get_url_name("list"))).content.decode()
    assert "Det finns inga ämnen än." in empty
    assert "Inga ämnen matchar din sökning." in client.get(reverse(topics.get_url_name("list")), {"q": "xyz"}).text
    replies = CannedReply.snippet_viewset
    data = {"name": "Tack", "language": "sv", "topic": "", "text": "Hej!", "in_use": "on"}
    told = client.post(reverse(replies.get_url_name("add")), data, follow=True)
    assert "”Tack” har skapats." in told.text


def test_a_list_of_pages_says_how_many_or_that_there_are_none(client: Any) -> None:
    sign_in_a_swede(client, editor=True)
    GuideFactory.create_batch(2)
    address = reverse("guides:index")
    assert "1–2 av 2 guider" in client.get(address).text
    nothing = client.get(address, {"q": "xyz"}).text
    assert "Inga guider matchar din sökning." in nothing
    assert "av 0 guider" not in nothing
    assert "<table" not in client.get(reverse("guides:index_results"), {"q": "xyz"}).text
