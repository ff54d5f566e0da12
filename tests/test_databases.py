"""The test databases themselves: a test that commits leaves nothing behind."""

import os
import subprocess
import sys
import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from wagtail.models import Locale, Page, Site

from .databases import ROOT


def names() -> list[str]:
    return list(get_user_model().objects.values_list("username", flat=True))


@pytest.mark.parametrize("attempt", ["first", "second"])
def test_a_commit_is_gone_before_the_next_test(committed_db, attempt):
    assert names() == []
    get_user_model().objects.create(username=attempt)
    assert names() == [attempt]


def test_what_migrations_made_is_there(committed_db):
    assert Page.objects.filter(depth=1).count() == 1
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"sv", "en"}
    assert Site.objects.get(is_default_site=True).root_page.slug == "sv"


def test_threads_and_hooks_see_commits(committed_db):
    called = []
    with transaction.atomic():
        get_user_model().objects.create(username="kim")
        transaction.on_commit(lambda: called.append(True))
    seen = []

    def look():
        seen.extend(names())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert (seen, called) == (["kim"], [True])


def test_another_process_sees_commits(committed_db):
    get_user_model().objects.create(username="kim")
    script = "from django.contrib.auth import get_user_model as m; print(m().objects.get().username)"
    answer = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": committed_db.url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "kim"


@pytest.mark.django_db
def test_ordinary_tests_start_from_the_same(client):
    assert names() == []
    assert Page.objects.filter(depth=2).count() == 2
