"""Signing in, being stopped from guessing, and getting a new password by mail."""

import datetime
import re

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PASSWORD = "a-long-enough-secret"


@pytest.fixture
def editor():
    user = get_user_model()(username="ebba", email="ebba@kommun.example", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def _throttled(settings):
    settings.AXES_ENABLED = True


def test_times_are_the_municipalitys_for_everybody(editor, client):
    client.force_login(editor)
    page = client.get(reverse("wagtailadmin_account")).content.decode()
    assert "preferred_language" in page
    assert "current_time_zone" not in page


def sign_in(password, username="ebba", **kwargs):
    return Client().post(reverse("wagtailadmin_login"), {"username": username, "password": password}, **kwargs)


def test_signing_in(editor):
    answer = sign_in(PASSWORD)
    assert answer.status_code == 302
    assert answer.cookies["sessionid"]["httponly"]
    assert answer.cookies["sessionid"]["samesite"] == "Lax"


@pytest.mark.usefixtures("_throttled")
def test_guessing_is_stopped(editor, settings):
    for _attempt in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in("wrong").status_code == 200
    answer = sign_in("wrong")
    assert answer.status_code == 429
    assert "/static/css/" in answer.text
    assert "<h1" in answer.text
    # The right password does not help now: a guesser learns nothing.
    assert sign_in(PASSWORD).status_code == 429


@pytest.mark.usefixtures("_throttled")
def test_nobody_can_lock_a_colleague_out_from_elsewhere(editor, settings):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        sign_in("wrong", REMOTE_ADDR="192.0.2.1")
    assert sign_in(PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert sign_in(PASSWORD, REMOTE_ADDR="198.51.100.7").status_code == 302


@pytest.mark.usefixtures("_throttled")
def test_after_a_while_one_may_try_again(editor, settings):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        sign_in("wrong")
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= datetime.timedelta(hours=settings.AXES_COOLOFF_TIME)
        attempt.save()
    assert sign_in(PASSWORD).status_code == 302


def test_a_new_password_comes_by_mail(editor, client):
    answer = client.post(reverse("wagtailadmin_password_reset"), {"email": editor.email}, follow=True)
    assert answer.status_code == 200
    (letter,) = mail.outbox
    assert letter.to == [editor.email]
    link = re.search(r"http://testserver(/\S+)", letter.body)[1]
    form = client.get(link, follow=True)
    new = "another-long-secret"
    action = form.redirect_chain[-1][0]
    client.post(action, {"new_password1": new, "new_password2": new})
    assert sign_in(PASSWORD).status_code == 200
    assert sign_in(new).status_code == 302


def test_asking_for_somebody_who_is_not_here_tells_nothing(editor, client):
    known = client.post(reverse("wagtailadmin_password_reset"), {"email": editor.email}, follow=True)
    unknown = client.post(reverse("wagtailadmin_password_reset"), {"email": "nobody@kommun.example"}, follow=True)
    assert len(mail.outbox) == 1
    assert known.status_code == unknown.status_code
    assert known.redirect_chain == unknown.redirect_chain


def test_the_admin_is_for_those_who_sign_in(client):
    answer = client.get(reverse("wagtailadmin_home"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("wagtailadmin_login"))


def test_nothing_is_fetched_from_elsewhere_in_the_admin(editor, client):
    """No Gravatar, no check for updates: an editor's visit is nobody else's business."""
    client.force_login(editor)
    html = client.get(reverse("wagtailadmin_home")).text
    fetched = re.findall(r'<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)="(https?:)?//([^/"]+)', html)
    assert fetched == []
    assert "gravatar" not in html.lower()
    assert "releases.wagtail.org" not in html
