"""What a supervisor asks the site."""

import datetime

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from business.core import migrated
from business.core.models import WorkerSign
from business.inbox.disposal import triggers


@pytest.fixture(autouse=True)
def _new_process():
    """A process looks at the migrations until they are all there, and then no more."""
    migrated._code_is_migrated.cache_clear()


@pytest.fixture
def no_database(committed_db, database_originals):
    """Have the database gone, as when its server is down or its disk."""
    before = connection.settings_dict["NAME"]
    gone = "/nowhere/at/all.sqlite3" if connection.vendor == "sqlite" else "gone"
    database_originals._use(gone)
    yield
    database_originals._use(before)


def test_the_process_lives(client, committed_db):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert "no-store" in answer["Cache-Control"]


def test_the_process_lives_without_its_database(client, no_database):
    assert client.get("/healthz").status_code == 200


def test_ready(client, committed_db):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "migrations": "ok", "degraded": [], "worker": None}
    assert not answer.cookies


@pytest.mark.parametrize("age", [5, 86_400])
def test_ready_tells_the_workers_age_and_never_fails_on_it(client, committed_db, age):
    WorkerSign.objects.create(seen_at=timezone.now() - datetime.timedelta(seconds=age))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["worker"]["seconds_ago"] == pytest.approx(age, abs=3)


def test_a_missing_trigger_is_told_and_stops_no_intake(client, committed_db):
    """Records could be changed: somebody must know, and companies are served all the same."""
    triggers._drop(connection, {next(iter(triggers._wanted(connection))): "inbox_case"})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["degraded"]) == (200, ["triggers"])
    triggers.install()
    assert client.get("/readyz").json()["degraded"] == []


def test_not_ready_without_the_database(client, no_database):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] != "ok"
    assert settings.SECRET_KEY not in answer.text


def test_not_ready_before_the_migrations(client, committed_db):
    MigrationRecorder.Migration.objects.filter(app="inbox").order_by("-id").first().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "pending"
