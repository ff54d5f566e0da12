"""A backup of the site while it works: visitors send with files, the worker mails and scans. What is restored holds together."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import override_settings

from business.core.backup import make, restore
from business.core.backup.archive import copy_hashed
from business.inbox import outbox
from business.inbox.enums import ON_ITS_WAY, EventKind, MailStatus
from business.inbox.models import Attachment, Case, Event, OutboxMail
from business.inbox.tests import samples
from tests.databases import Originals
from tests.on_postgres import programs

from .browser import Visitor
from .conftest import Report
from .running import Site, numbers_without_gaps, wait_until

VISITORS = 2


class Crowd:
    """Visitors who send one request with a file after another until the block ends."""

    def __init__(self, site: Site) -> None:
        self.site, self.statuses, self._stop = site, [], threading.Event()
        self._threads = [threading.Thread(target=self._send) for _number in range(VISITORS)]

    def _send(self) -> None:
        visitor: Visitor = self.site.visitor()
        while not self._stop.is_set():
            self.statuses.append(visitor.ask(("ritning.pdf", samples.pdf())).status)

    def sends_more(self) -> None:
        """Wait until each visitor has sent a whole request more."""
        enough = len(self.statuses) + 2 * VISITORS + 1
        wait_until(lambda: len(self.statuses) >= enough, "the visitors go on")

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def test_a_backup_of_a_site_at_work(site: Site, database_originals: Originals, tmp_path: Path, report: Report) -> None:
    here = {"INBOX_FILES_ROOT": site.folder / "inbox-files", "MEDIA_ROOT": site.folder / "media"}
    here["POSTGRESQL_PROGRAMS"] = str(programs() / "bin")
    with Crowd(site) as crowd, override_settings(**here):
        crowd.sends_more()
        begun = time.monotonic()
        archive, manifest, row = make(tmp_path / "backups")
        seconds = time.monotonic() - begun
        crowd.sends_more()
    assert set(crowd.statuses) == {303}
    assert manifest.missing == manifest.damaged == []
    site.wait_for_the_mail()
    sent = site.mail.copies()

    name = f"{connection.settings_dict['NAME']}_restored"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    before = connection.settings_dict["NAME"]
    database_originals._use(name)
    try:
        there = {**here, "INBOX_FILES_ROOT": tmp_path / "there/files", "MEDIA_ROOT": tmp_path / "there/media"}
        with override_settings(**there):
            done = restore(archive)
            assert numbers_without_gaps()
            for case in Case.objects.all():
                assert case.messages.exists()
                assert Event.objects.filter(case_id=case.pk, kind=EventKind.RECEIVED).count() == 1
                assert case.mails.exists()
            for file in Attachment.objects.exclude(path=""):
                with (settings.INBOX_FILES_ROOT / file.path).open("rb") as stored:
                    assert copy_hashed(stored) == (file.size, file.digest)
            assert not OutboxMail.objects.filter(status__in=ON_ITS_WAY).exists()
            held = OutboxMail.objects.filter(status=MailStatus.HELD).count()
            assert outbox.sweep() == 0
            cases = Case.objects.count()
    finally:
        database_originals._use(before)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    assert site.mail.copies() == sent, "the restored place has sent something"
    assert 0 < cases < Case.objects.count()
    report(
        "backup of a site at work",
        f"{row.size / 10**6:.1f} MB in {seconds:.1f} s, {len(crowd.statuses)} requests meanwhile, all 303; restored in "
        f"{done.seconds:.1f} s: {cases} cases and {len(manifest.files)} files whole, {held} mails held, none sent",
    )
