"""Whatever goes wrong below the admin, its user reads it in their own language and in the admin's look."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.test import Client
from django.urls import reverse
from wagtail.users.models import UserProfile

from business.core.errors import csrf_failure, error_page
from business.core.tests.admin import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def english(client: Any) -> Any:
    """Somebody whose browser asks for Swedish, and who has chosen English in the admin."""
    profile = UserProfile.get_for_user(sign_in(client, editor=True))
    profile.preferred_language = "en"
    profile.save()
    quiet = Client(raise_request_exception=False, headers={"accept-language": "sv"})
    quiet.cookies = client.cookies
    return quiet


def fail_with(monkeypatch: Any, error: Exception) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("wagtail.admin.views.home.HomeView.get_context_data", fail)


def test_what_goes_wrong_in_the_admin_is_told_in_its_users_language(english, monkeypatch):
    home, act = reverse("wagtailadmin_home"), reverse("wagtailadmin_dismissibles")
    told = {
        "not found": (english.get("/admin/finns-inte/"), 404, "The page is not here"),
        "not for this verb": (english.post(reverse("wagtailadmin_reports:site_history")), 405, "cannot be done here"),
        "refused with no word": (english.patch(act, b"{"), 400, "We could not read that"),
    }
    fail_with(monkeypatch, BadRequest())
    told["refused"] = english.get(home), 400, "We could not read that"
    fail_with(monkeypatch, RuntimeError())
    told["broken"] = english.get(home), 500, "Something went wrong on our side"
    for name, (answer, status, words) in told.items():
        assert answer.status_code == status, name
        assert '<html lang="en"' in answer.text, name
        assert words in answer.text, name
        assert 'href="/admin/"' in answer.text, name
        assert ("admin-error" in answer.text) is (status != 500), name
    assert told["not for this verb"][0]["Allow"]


def test_an_error_page_of_the_admin_asks_the_database_nothing(english, rf, django_db_blocker):
    request = rf.get("/admin/", headers={"accept-language": "sv"})
    request.user = UserProfile.objects.select_related("user").get(preferred_language="en").user
    assert request.user.wagtail_userprofile.theme == "system"  # as each view of the admin has read it
    request.LANGUAGE_CODE = "en"
    with django_db_blocker.block():
        answers = [error_page(request, status) for status in (400, 403, 404, 405, 413)] + [csrf_failure(request)]
    assert [answer.status_code for answer in answers] == [400, 403, 404, 405, 413, 403]
    assert all("admin-error" in answer.text for answer in answers)


def test_who_may_not_is_told_in_their_language(english):
    """Wagtail's own sentence, which it says when its view has ended."""
    told = english.get(reverse("wagtailusers_users:index"), follow=True).text
    assert "Sorry, you do not have permission to access this area." in told


def test_what_is_refused_before_anybody_is_known_has_a_page_too(client):
    answer = client.get("/admin/?next=%00", headers={"accept-language": "sv"})
    assert answer.status_code == 400
    assert "Vi kunde inte läsa det" in answer.text
