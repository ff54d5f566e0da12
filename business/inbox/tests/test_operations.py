"""The page on operations: what it says of a healthy and of a sick site, what can be done from it, and for a monitor."""

from __future__ import annotations

import datetime
import re
import shutil
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from business.core import migrated, periodic
from business.core.models import Backup, JobRun, Restore, WorkerSign
from business.inbox.disposal import triggers
from business.inbox.enums import CaseStatus, EventKind, MailStatus, ScanState
from business.inbox.files import MOST_BYTES, hold
from business.inbox.models import Attachment, Event, OutboxMail
from business.inbox.operations import State, is_red, look
from business.inbox.operations.mail import fetched
from business.inbox.operations.parts import age
from business.inbox.operations.rest import protection, scanner_reading
from business.inbox.operations.work import NAMES, other_jobs

from . import samples
from .clamd import clamd
from .conftest import signed_in
from .factories import CaseFactory, MessageFactory, OutboxMailFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/reports/operations/"
MONITOR = "/operations.json"
TOKEN = "a-long-token-for-the-monitor"


def ago(**past):
    return timezone.now() - datetime.timedelta(**past)


@pytest.fixture(autouse=True)
def _is_migrated():
    migrated._code_is_migrated.cache_clear()


@pytest.fixture
def healthy(settings):
    """A site on which everything was done a moment ago."""
    settings.BACKUP_EVERY = datetime.timedelta(days=1)
    WorkerSign.objects.create(name="web1:17", seen_at=ago(seconds=5), started_at=ago(days=1))
    for name in periodic.jobs:
        JobRun.objects.create(name=name, begun_at=ago(seconds=6), done_at=ago(seconds=5))
    Backup.objects.create(made_at=ago(hours=8), seconds=3, name="a.tar", size=5_000_000, digest="0" * 64, files=2)


def readings():
    return {one.name: one for section in look(timezone.now()) for one in section.readings}


def states():
    return {name: one.state for name, one in readings().items()}


def text_of(answer):
    return re.sub(r"\s+", " ", BeautifulSoup(answer.content, "html.parser").get_text(" "))


# --- Who sees it


def test_it_is_for_those_who_look_after_the_site_and_acting_takes_more(editor, coordinator, reader):
    assert Client().get(PAGE)["Location"].startswith("/admin/login/")
    for browser in (editor, reader):
        assert browser.get(PAGE)["Location"] == "/admin/"
        assert PAGE not in browser.get("/admin/").content.decode()
    assert coordinator.get(PAGE).status_code == 200
    assert PAGE in coordinator.get("/admin/").content.decode()
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "operate_case"]))
    watcher, mail = signed_in(user), OutboxMailFactory()
    page = watcher.get(PAGE).content.decode()
    assert "Mail that waits to be sent" in page
    assert 'name="act"' not in page
    assert mail.to not in page
    assert watcher.post(PAGE, {"act": "send"})["Location"] == "/admin/"
    assert coordinator.post(PAGE, {"act": "delete"}).status_code == 404


# --- What it says


def test_a_healthy_site_is_in_order(healthy, coordinator):
    assert set(states().values()) <= {State.GOOD, State.OFF}
    assert is_red(timezone.now()) == []
    page = text_of(coordinator.get(PAGE))
    assert "Everything is in order." in page
    assert "web1:17 was seen" in page
    assert "8 hours ago, 4.8 MB." in page.replace("\xa0", " ")
    assert 'id="operations"' not in coordinator.get("/admin/").content.decode()


def test_each_thing_that_is_wrong_is_told_with_what_to_do(healthy, coordinator, monkeypatch):
    OutboxMailFactory(created_at=ago(hours=2))
    OutboxMailFactory(failed=True)
    JobRun.objects.filter(name="send waiting mail").update(done_at=ago(hours=1))
    JobRun.objects.filter(name="publish scheduled").update(failed_at=timezone.now(), error="OperationalError")
    JobRun.objects.filter(name="scan files").update(failed_at=timezone.now(), error="OSError")
    WorkerSign.objects.update(seen_at=ago(minutes=5))
    Backup.objects.update(made_at=ago(days=4), missing=1)
    CaseFactory(status=CaseStatus.QUARANTINED, received_at=ago(days=5))
    CaseFactory(closed=True, triage="")
    hold([samples.upload("a.txt", b"Hej")], held_key="a")
    Attachment.objects.update(scan=ScanState.WAITING, created_at=ago(hours=3))
    monkeypatch.setattr(migrated, "_code_is_migrated", missing)
    red = {"mail-waiting", "sweep", "worker", "backup", "files-waiting", "migrations"}
    noticed = {"mail-failed", "publishing", "jobs", "quarantine", "untriaged"}
    found = readings()
    assert {name for name, one in found.items() if one.state == State.BAD} == red
    assert {name for name, one in found.items() if one.state == State.NOTICE} == noticed
    assert all(found[name].todo for name in red | noticed)
    assert {one.name for one in is_red(timezone.now())} == red - {"migrations"}  # what `/readyz` fails on
    page = coordinator.get(PAGE).content.decode()
    assert "Something needs you now." in page
    assert "Send waiting mail now" in page
    home = text_of(coordinator.get("/admin/"))
    assert "No worker runs." in home
    assert "See what to do about it" in home


def missing():
    raise LookupError


def test_what_forms_hold_is_told_before_no_more_is_taken(healthy, coordinator, settings):
    settings.INBOX_HELD_MOST = 3 * MOST_BYTES

    def told(size):
        Attachment.objects.update(size=size)
        with translation.override("en"):
            return readings()["files-held"]

    assert told(0).said == "None."
    hold([samples.upload("a.txt", b"Hej")], held_key="a")
    good, half, full = told(MOST_BYTES), told(2 * MOST_BYTES), told(2 * MOST_BYTES + 1)
    assert (good.state, half.state, full.state) == (State.GOOD, State.NOTICE, State.BAD)
    assert half.said.replace("\xa0", " ") == "1 file, 20.0 MB of at most 30.0 MB."
    assert full.data == {"count": 1, "bytes": 2 * MOST_BYTES + 1}
    assert full.name in {one.name for one in is_red(timezone.now())}
    assert "of at most 30.0 MB" in text_of(coordinator.get(PAGE)).replace("\xa0", " ")
    Attachment.objects.update(message=MessageFactory())  # sent
    assert states()["files-held"] == State.GOOD


def test_a_disk_that_fills_says_what_is_refused_first(settings, monkeypatch):
    settings.INBOX_FILES_SPARE, settings.INBOX_HELD_SPARE = 1000, 4000
    for free, state in ((4000, State.GOOD), (3999, State.NOTICE), (999, State.BAD)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _place, free=free: SimpleNamespace(free=free))
        assert states()["disk"] == state


def test_a_database_that_would_let_records_be_changed_is_red(healthy, coordinator, monkeypatch):
    monkeypatch.setattr(triggers, "missing", lambda: ["kept_inbox_event_update_1", "kept_inbox_event_delete_2"])
    assert readings()["protection"].data["missing"] == triggers.missing()
    assert {name for name, state in states().items() if state == State.BAD} == {"protection"}
    assert "2 triggers are missing" in text_of(coordinator.get("/admin/"))


def test_in_swedish_it_says_what_the_database_lets_happen_and_names_jobs_by_nouns(monkeypatch):
    run = JobRun(name="remove expired codes", failed_at=timezone.now(), error="OSError")
    with translation.override("sv"):
        jobs = other_jobs({run.name: run}, ())
        assert jobs.said == "Misslyckas: borttagning av koder som har gått ut (OSError)."
        assert not [name for name in map(str, NAMES.values()) if name.startswith("att ")]
        monkeypatch.setattr(triggers, "missing", list)
        assert protection().said == "Databasen tillåter inte att de ändras eller tas bort."
        monkeypatch.setattr(triggers, "missing", lambda: ["kept_inbox_event_update_1"])
        assert protection().said == "1 spärr saknas: nu går det att ändra och ta bort handlingar i databasen."


def test_a_worker_that_stopped_when_asked_is_told_apart_from_one_that_fell_silent(healthy):
    WorkerSign.objects.create(name="web1:16", seen_at=ago(hours=2), stopped_at=ago(hours=2))
    WorkerSign.objects.create(name="web1:15", seen_at=ago(hours=3))
    with translation.override("en"):
        worker = readings()["worker"]
    assert worker.state == State.GOOD
    assert worker.data["alive"] == worker.data["silent"] == 1
    assert "web1:16 stopped when asked, 2 hours ago." in worker.said


def test_where_no_backup_is_expected_none_is_missed(settings):
    settings.BACKUP_EVERY = None
    assert states()["backup"] == State.OFF
    settings.BACKUP_EVERY = datetime.timedelta(days=1)
    assert states()["backup"] == State.BAD


def test_it_says_that_disposal_does_not_reach_the_mailbox(healthy, settings):
    settings.IMAP_HOST = "imap.kommun.example"
    runs = {"fetch mail": JobRun(name="fetch mail", done_at=ago(seconds=5))}
    with translation.override("en"):
        found = fetched(runs, timezone.now(), "fetch mail", is_used=True)
    assert found.state == State.GOOD
    assert "stays in the mailbox" in found.said


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("ClamAV 1.4.3/27450/Thu Nov 26 09:36:14 2026", State.GOOD),
        ("ClamAV 1.4.3/27450/Sat Nov  7 09:36:14 2026", State.BAD),
        ("ClamAV 1.4.3/27450/Sat Nov 21 09:36:14 2026", State.NOTICE),
        ("ClamAV 1.4.3", State.NOTICE),
    ],
)
def test_the_scanner_tells_how_old_its_signatures_are(settings, version, state):
    at = datetime.datetime(2026, 11, 26, 22, tzinfo=datetime.UTC)
    with clamd() as server:
        settings.CLAMD_ADDRESS, server.version = server.address, version
        assert scanner_reading(at).state == state
    assert scanner_reading(at).state == State.BAD  # it is gone


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (3600, "1 hour"), (172_800, "2 days")],
)
def test_an_age_is_said_in_its_largest_unit(seconds, said):
    now = timezone.now()
    with translation.override("en"):
        assert age(now, now - datetime.timedelta(seconds=seconds)) == f"{said} ago"


def test_the_number_of_queries_does_not_grow(healthy, count_queries):
    migrated.is_migrated()
    with count_queries() as first:
        look(timezone.now())
    for number in range(3):
        OutboxMailFactory()
        OutboxMailFactory(status=MailStatus.HELD)
        CaseFactory(status=CaseStatus.QUARANTINED)
        WorkerSign.objects.create(name=f"web2:{number}", seen_at=timezone.now())
    with count_queries() as second:
        look(timezone.now())
    assert len(second) == len(first) <= 15


# --- What can be done


def test_send_waiting_now_sends_without_the_worker_and_says_what_is_left(coordinator, mail_server):
    later = OutboxMailFactory(attempts=3, next_attempt_at=timezone.now() + datetime.timedelta(hours=8))
    first = OutboxMailFactory()
    answer = coordinator.post(PAGE, {"act": "send"}, follow=True)
    assert "2 mails were sent." in text_of(answer)
    assert {mail["To"] for mail in mail_server.received} == {first.to, later.to}
    assert "No mail was due." in text_of(coordinator.post(PAGE, {"act": "send"}, follow=True))
    mail_server.stop()
    OutboxMailFactory.create_batch(5)
    answer = coordinator.post(PAGE, {"act": "send"}, follow=True)
    assert "0 mails were sent. 5 mails wait on: ConnectionRefusedError." in text_of(answer)
    assert OutboxMail.objects.filter(attempts=1, status=MailStatus.WAITING).count() == 3  # the server is left alone


def test_after_a_restore_somebody_looks_and_decides(coordinator, mail_server, healthy):
    Restore.objects.create(made_at=ago(days=1), restored_at=ago(hours=1), name="a.tar", digest="0" * 64)
    old, older = OutboxMailFactory.create_batch(2, status=MailStatus.HELD)
    new = OutboxMailFactory()
    assert states()["restored"] == State.BAD
    page = coordinator.get(PAGE).content.decode()
    assert "No mail is sent." in page
    assert "Send waiting mail now" not in page
    assert f"in case {old.case.number}" in page
    assert old.to not in page
    assert "0 mails" in text_of(coordinator.post(PAGE, {"act": "send"}, follow=True)) or not mail_server.received
    answer = coordinator.post(PAGE, {"act": "start"}, follow=True)
    assert "Mail is sent again." in text_of(answer)
    assert states()["restored"] == State.NOTICE
    for typed in ({}, {"mail": "x"}, {"mail": new.pk}):
        assert "Choose at least one mail" in text_of(coordinator.post(PAGE, {"act": "release", **typed}, follow=True))
    assert "1 mail is sent." in text_of(coordinator.post(PAGE, {"act": "release", "mail": old.pk}, follow=True))
    assert "1 mail is not sent." in text_of(coordinator.post(PAGE, {"act": "settle", "mail": older.pk}, follow=True))
    coordinator.post(PAGE, {"act": "send"})
    assert {mail["To"] for mail in mail_server.received} == {old.to, new.to}
    older.refresh_from_db()
    assert older.status == MailStatus.SETTLED
    assert "restored" not in states()
    history = dict(Event.objects.exclude(kind=EventKind.MAIL_SENT).values_list("case_id", "kind"))
    assert history == {old.case_id: EventKind.MAIL_RETRIED, older.case_id: EventKind.MAIL_SETTLED}
    assert set(Restore.objects.values_list("seen_by", flat=True)) == {str(coordinator.user)}


def test_a_held_mail_is_settled_or_sent_from_its_case_too(coordinator):
    mail = OutboxMailFactory(status=MailStatus.HELD)
    assert "has not been sent to" in text_of(coordinator.get(reverse("inbox:case", args=[mail.case_id])))
    listed = coordinator.get(reverse("inbox:index"), {"attention": "held"})
    assert list(listed.context["object_list"]) == [mail.case]
    assert "Mail held" in text_of(listed)
    # Nothing has failed: nobody has tried.
    assert not coordinator.get(reverse("inbox:index"), {"attention": "failed"}).context["object_list"]
    home = coordinator.get("/admin/").content.decode()
    assert {
        name: int(number)
        for name, number in re.findall(r'data-count="(failed|held)">.*?number">(\d+)<', home, re.DOTALL)
    } == {
        "failed": 0,
        "held": 1,
    }
    coordinator.post(reverse("inbox:settle", args=[mail.case_id, mail.pk]))
    mail.refresh_from_db()
    assert mail.status == MailStatus.SETTLED


# --- For a monitor


def test_the_monitor_hears_the_same_without_a_person_in_it(healthy, settings, client):
    assert client.get(MONITOR).status_code == 404
    settings.MONITOR_TOKEN = TOKEN
    for told in ({}, {"Authorization": "Bearer other"}, {"Authorization": "Bearer åäö"}):
        assert client.get(MONITOR, headers=told).status_code == 403
    mail = OutboxMailFactory(created_at=ago(minutes=1))
    answer = client.get(MONITOR, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.json()["state"] == "good"
    assert answer.json()["checks"]["mail-waiting"] == {
        "state": "good",
        "count": 1,
        "oldest": mail.created_at.isoformat(),
    }
    assert set(answer.json()["checks"]) == set(readings())
    assert "no-store" in answer["Cache-Control"]
    for word in (mail.to, mail.case.number, mail.case.name):
        assert word not in answer.text
    OutboxMail.objects.update(created_at=ago(hours=2))
    answer = client.get(MONITOR, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["state"]) == (503, "bad")
