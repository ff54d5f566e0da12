"""Backup and restore, practised: what comes back is what was there, and nothing is sent twice."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from business.core import periodic
from business.core.backup import BackupError, make, restore, verify
from business.core.backup.archive import copy_hashed
from business.core.backup.databases import engine
from business.core.models import Backup, JobRun, Restore
from business.inbox import outbox, services
from business.inbox.enums import EventKind, MailStatus
from business.inbox.files import hold, sendable
from business.inbox.models import Attachment, Case, Event, OutboxMail
from business.inbox.outbox import held
from business.inbox.tests import samples
from business.inbox.tests.factories import (
    CaseFactory,
    ContactRequestFactory,
    OutboxMailFactory,
    TopicFactory,
    UserFactory,
)
from business.media.tests.factories import ImageFactory

from .on_postgres import programs

# What a restore itself writes.
CHANGED = {"OutboxMail", "Event", "Case", "JobRun", "Restore", "Backup", "WorkerSign", "Session", "Migration"}


class Empty:
    """An empty database and empty folders; inside the block they are the site's own."""

    def __init__(self, folder: Path, database: str, originals, settings) -> None:
        self.folder, self.database, self.originals, self.settings = folder, database, originals, settings
        self.media, self.files = folder / "media", folder / "inbox-files"

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        before = connection.settings_dict["NAME"], self.settings.MEDIA_ROOT, self.settings.INBOX_FILES_ROOT
        self.originals._use(self.database)
        self.settings.MEDIA_ROOT, self.settings.INBOX_FILES_ROOT = self.media, self.files
        try:
            yield
        finally:
            self.originals._use(before[0])
            self.settings.MEDIA_ROOT, self.settings.INBOX_FILES_ROOT = before[1:]

    def is_untouched(self) -> bool:
        """Whether no table and no file is there; looking at a SQLite database makes an empty one."""
        with self.used():
            engine().refuse_unless_empty()
        return not self.files_there()

    def files_there(self) -> list[Path]:
        return [one for one in self.folder.rglob("*") if one.is_file() and not one.match("database.sqlite3*")]


@pytest.fixture
def here(committed_db, settings, tmp_path):
    """The site's folders are the test's own, and PostgreSQL's programs are those of its server."""
    settings.MEDIA_ROOT, settings.INBOX_FILES_ROOT = tmp_path / "here/media", tmp_path / "here/inbox-files"
    settings.POSTGRESQL_PROGRAMS = str(programs() / "bin") if connection.vendor == "postgresql" else ""
    return tmp_path / "here"


@pytest.fixture
def elsewhere(here, committed_db, database_originals, settings, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if connection.vendor == "sqlite":
        yield Empty(folder, str(folder / "database.sqlite3"), database_originals, settings)
        return
    name = f"{committed_db.name}_restored"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield Empty(folder, name, database_originals, settings)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rows() -> dict[str, list]:
    """Every row of every table that a restore leaves alone."""
    models = [model for model in apps.get_models() if model.__name__ not in CHANGED and model._meta.managed]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def sent_with_a_file(topic, number: int = 0) -> Case:
    """A request with a file, as the form takes it in."""
    key = f"key{number}"
    hold([samples.upload(f"ritning{number}.pdf", samples.pdf())], held_key=key)
    return services.receive(
        ContactRequestFactory(topic=topic, submission_key=key, attachments=sendable(key), email=f"{key}@example.se")
    )


def statuses() -> dict[int, str]:
    return dict(OutboxMail.objects.values_list("pk", "status"))


# --- There and back


def test_what_comes_back_is_what_was_there_and_old_mail_stays(here, elsewhere, tmp_path, settings, mailoutbox):
    case, picture = sent_with_a_file(TopicFactory()), ImageFactory()
    waiting = case.mails.get()
    sending = OutboxMailFactory(status=MailStatus.SENDING, lease_until=timezone.now() - datetime.timedelta(hours=1))
    sent, failed = OutboxMailFactory(sent=True), OutboxMailFactory(failed=True)
    session = SessionStore()
    session.create()
    before, files = rows(), {one.path: one.digest for one in Attachment.objects.all()}
    out = io.StringIO()
    call_command("backup", to=tmp_path / "backups", stdout=out)
    archive = Path(out.getvalue().splitlines()[0])
    row = Backup.objects.get()
    assert (row.name, row.size, row.digest) == (archive.name, archive.stat().st_size, verify(archive)[1])
    assert archive.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in archive.parent.iterdir()] == [archive.name]
    with tarfile.open(archive) as tar:
        told = b"".join(tar.extractfile(one).read() for one in tar)
    dumped = gzip.decompress(told[: verify(archive)[0].database.size]) if connection.vendor == "sqlite" else told
    for secret in (settings.SECRET_KEY, session.session_key, session.encode({})):
        assert secret.encode() not in told + dumped

    with elsewhere.used():
        out = io.StringIO()
        call_command("restore", archive, stdout=out)
        assert "1 mails" not in out.getvalue()
        assert "2 mails that were waiting are held" in out.getvalue()
        assert "each table as it was" in out.getvalue()
        assert rows() == before
        for path, digest in files.items():
            stored = elsewhere.files / path
            assert digest_of(stored) == digest
            assert stored.stat().st_mode & 0o777 == 0o600
        assert (elsewhere.media / picture.file.name).stat().st_mode & 0o777 == 0o644
        assert statuses() == {waiting.pk: "held", sending.pk: "held", sent.pk: "sent", failed.pk: "failed"}
        assert Event.objects.filter(case_id=case.pk, kind=EventKind.MAIL_HELD).count() == 1
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM inbox_event")
        assert_nothing_is_sent_before_somebody_has_looked(mailoutbox, waiting, sending)
    assert statuses()[waiting.pk] == "waiting"  # where the backup was made nothing has changed


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return copy_hashed(file)[1]


def assert_nothing_is_sent_before_somebody_has_looked(mailoutbox, waiting, sending):
    user, new = UserFactory(coordinator=True), OutboxMailFactory()
    assert (outbox.sweep(), outbox.deliver(new.pk)) == (0, "waiting")
    assert held.release([waiting.pk, new.pk], user) == 1
    assert (outbox.sweep(), mailoutbox) == (0, [])
    assert held.start_sending(user, timezone.now())
    assert outbox.sweep() == 2
    assert {mail.to[0] for mail in mailoutbox} == {waiting.to, new.to}
    assert held.settle([sending.pk], user) == 1
    assert held.settle([sending.pk], user) == 0
    assert (outbox.sweep(), statuses()[sending.pk]) == (0, "settled")


def test_what_is_done_once_a_day_is_not_done_again_after_a_restore(here, elsewhere, tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(periodic, "jobs", {})
    periodic.register("daily", periodic.DAILY, lambda: done.append(1))
    JobRun.objects.create(name="daily", begun_at=timezone.now() - datetime.timedelta(days=3))
    archive, _manifest, _row = make(tmp_path / "backups")
    with elsewhere.used():
        restore(archive)
        assert periodic.run_due(0) == done == []
        assert Restore.objects.get().seen_at is None
    assert periodic.run_due(5000) == ["daily"]


def test_a_backup_while_people_write_holds_together(here, elsewhere, tmp_path):
    """Every case in it has its message, file, receipt and history, and the numbers have no gap."""
    topic, stop, errors = TopicFactory(), threading.Event(), []

    def write(number: int) -> None:
        try:
            for count in range(1000):
                if stop.is_set():
                    return
                sent_with_a_file(topic, 1000 * number + count)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in (1, 2)]
    for writer in writers:
        writer.start()
    made = []
    try:
        while len(made) < 2 or Case.objects.count() < 10:
            made.append(make(tmp_path / f"backups{len(made)}")[0])
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert errors == []
    after = Case.objects.count()
    with elsewhere.used():
        protocol = restore(made[-1])
        assert protocol.manifest.missing == protocol.manifest.damaged == []
        numbers = list(Case.objects.order_by("running").values_list("running", flat=True))
        assert 0 < len(numbers) <= after
        assert numbers == list(range(1, len(numbers) + 1))
        for case in Case.objects.all():
            assert (case.messages.count(), case.mails.count()) == (1, 1)
            assert Event.objects.filter(case_id=case.pk, kind=EventKind.RECEIVED).count() == 1
            file = case.messages.get().attachments.get()
            assert digest_of(elsewhere.files / file.path) == file.digest


# --- What is refused


def changed(archive: Path, target: Path, change) -> Path:
    """Write the archive anew, each file as ``change`` says: its name and bytes, or nothing to leave it out."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            told = change(member.name, old.extractfile(member).read())
            if told is not None:
                info = tarfile.TarInfo(told[0])
                info.size = len(told[1])
                new.addfile(info, io.BytesIO(told[1]))
    return target


def test_a_damaged_or_half_archive_is_refused_with_nothing_touched(here, elsewhere, tmp_path):
    sent_with_a_file(TopicFactory())
    archive, manifest, _row = make(tmp_path / "backups")
    data, bad = archive.read_bytes(), tmp_path / "bad.tar"
    file = manifest.files[0].member

    def flipped(what):
        return lambda name, old: (name, old[:-1] + bytes([old[-1] ^ 1])) if name == what else (name, old)

    def refused(how: str) -> None:
        with elsewhere.used(), pytest.raises(CommandError, match="Nothing was touched"):
            call_command("restore", bad)
        assert elsewhere.is_untouched(), how

    for part in (0, 100, len(data) // 2, len(data) - 11_000):
        bad.write_bytes(data[:part])
        refused(f"cut off at {part}")
    for what in (manifest.database.member, file, "manifest.json", "manifest.sha256"):
        changed(archive, bad, flipped(what))
        refused(f"a bit of {what} changed")
        changed(archive, bad, lambda name, old, what=what: None if name == what else (name, old))
        refused(f"without {what}")
    changed(archive, bad, lambda name, old: ("../../outside", old) if name == file else (name, old))
    refused("leads out")
    position = data.index(samples.pdf())
    bad.write_bytes(data[:position] + b"x" + data[position + 1 :])
    refused("a byte on the disk")
    bad.unlink()
    refused("not there")


def test_only_an_empty_place_is_restored_into(here, elsewhere, tmp_path, monkeypatch):
    CaseFactory()
    archive, _manifest, _row = make(tmp_path / "backups")
    count = Case.objects.count()
    with pytest.raises(BackupError, match="not empty"):
        restore(archive)
    assert Case.objects.count() == count
    elsewhere.files.mkdir()
    (elsewhere.files / "theirs").write_text("x")
    with elsewhere.used(), pytest.raises(BackupError, match="inbox-files is not empty"):
        restore(archive)
    assert (elsewhere.files / "theirs").read_text() == "x"
    (elsewhere.files / "theirs").unlink()

    def fails(*args, **options):
        raise RuntimeError("the disk is gone")

    with elsewhere.used():
        monkeypatch.setattr("business.core.backup.restoring._see_to", fails)
        with pytest.raises((RuntimeError, BackupError), match="the disk is gone"):
            restore(archive)
    assert elsewhere.files_there() == []
    if connection.vendor == "sqlite":  # PostgreSQL's has to be made anew, which the message says
        assert elsewhere.is_untouched()
    with pytest.raises(BackupError, match="served to everybody"):
        make(here / "media" / "backups")


def test_later_code_and_another_engine_are_told(here, elsewhere, tmp_path):
    connection.cursor().execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('inbox', '0999_later', CURRENT_TIMESTAMP)"
    )
    archive, manifest, _row = make(tmp_path / "backups")
    with elsewhere.used(), pytest.raises(BackupError, match="does not know inbox"):
        restore(archive)
    other = "postgresql" if manifest.engine == "sqlite" else "sqlite"
    assert manifest.engine != other


def test_files_that_are_gone_or_have_changed_are_told(here, tmp_path):
    topic = TopicFactory()
    kept, gone, other = (sent_with_a_file(topic, number).messages.get().attachments.get() for number in range(3))
    (here / "inbox-files" / gone.path).unlink()
    (here / "inbox-files" / other.path).write_bytes(b"something else")
    err = io.StringIO()
    call_command("backup", to=tmp_path / "backups", stdout=io.StringIO(), stderr=err)
    assert f"Missing on the disk: files/inbox/{gone.path}" in err.getvalue()
    assert f"Changed on the disk: files/inbox/{other.path}" in err.getvalue()
    assert kept.path not in err.getvalue()
    row = Backup.objects.get()
    assert (row.missing, row.damaged) == (1, 1)
