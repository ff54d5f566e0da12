"""What Wagtail says in Swedish of lists and records agrees with what they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from business.core.tests.admin import sign_in
from business.inbox.models import CannedReply, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_lists_and_messages_agree(client: Any) -> None:
    profile = UserProfile.get_for_user(sign_in(client, coordinator=True))
    profile.preferred_language = "sv"
    profile.save()
    topics = Topic.snippet_viewset
    empty = client.get(reverse(topics.get_url_name("list"))).content.decode()
    assert "Det finns inga ämnen än." in empty
    assert "Inga ämnen matchar din sökning." in client.get(reverse(topics.get_url_name("list")), {"q": "xyz"}).text
    replies = CannedReply.snippet_viewset
    data = {"name": "Tack", "language": "sv", "topic": "", "text": "Hej!", "in_use": "on"}
    told = client.post(reverse(replies.get_url_name("add")), data, follow=True)
    assert "”Tack” har skapats." in told.text
