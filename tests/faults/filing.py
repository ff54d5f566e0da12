"""What is asked of the site about files: sent with a form, handed out, locked, and what the store holds."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterable
from pathlib import Path

from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from business.inbox.enums import ScanState
from business.inbox.files.holding import remove_forgotten
from business.inbox.models import Attachment, Case
from business.inbox.tests.disposals import files_that_rows_name

from .browser import Answer, File, Officer, Visitor
from .running import Site, wait_until
from .scale import SCALE

__all__ = [
    "AT_ONCE",
    "MB",
    "Weighed",
    "ask",
    "assert_handed_out",
    "assert_refused",
    "assert_shut",
    "case_of",
    "store_of",
    "sweep",
    "wait_for_the_scanner",
]

MB = 1024 * 1024
MOST_GROWTH = 50  # MB that a process of the web server may grow by, whatever comes
AT_ONCE = 1.0 * SCALE.slack  # seconds
MESSAGE = 'Hej!\r\n\r\nHär är våra "ritningar" & bilder.'
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def ask(visitor: Visitor, *files: File, **typed: str) -> Answer:
    return visitor.ask(*files, **{"message": MESSAGE, **typed})


def case_of(visitor: Visitor, answer: Answer) -> Case:
    assert answer.status == 303, answer.text
    return Case.objects.get(number=visitor.number_on(answer))


def assert_refused(answer: Answer, cases: int) -> None:
    """The form is shown again with a sentence at the field and what was typed, and there is no case."""
    assert answer.status == 422
    assert 'id="contact-files_error"' in answer.text
    assert MESSAGE in html.unescape(answer.text).replace("\r\n", "\n").replace("\n", "\r\n")
    assert Case.objects.count() == cases


def get_file(officer: Officer, attachment: Attachment, which: str = "file") -> Answer:
    assert attachment.message is not None
    return officer.get(reverse(f"inbox:{which}", args=[attachment.message.case_id, attachment.pk]))


def assert_shut(officer: Officer, attachment: Attachment) -> None:
    """Neither the file nor a picture of it leaves the store."""
    for which in ("file", "picture"):
        answer = get_file(officer, attachment, which)
        assert answer.status == 409
        assert "Content-Disposition" not in answer.headers
    assert not attachment.picture_path


def assert_handed_out(officer: Officer, attachment: Attachment, data: bytes) -> None:
    answer = get_file(officer, attachment)
    assert answer.status == 200
    assert answer.body == data
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert HEADERS.items() <= answer.headers.items()
    assert "no-store" in answer.headers["Cache-Control"]


def wait_for_the_scanner(files: Iterable[Attachment]) -> float:
    ids = [one.pk for one in files]
    waiting = Attachment.objects.filter(pk__in=ids, scan=ScanState.WAITING)
    seconds = wait_until(lambda: not waiting.exists(), "every file has a verdict", 90)
    for one in files:
        one.refresh_from_db()
    return seconds


def memory(pid: int, what: str) -> float:
    """Return megabytes: ``VmRSS`` is what the process has, ``VmHWM`` the most that it had."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found.group(1)) / 1024


def forget_the_most(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class Weighed:
    """How much the processes of the web server grow meanwhile, at their most."""

    def __init__(self, site: Site) -> None:
        self._before = {}
        for pid in site.web_processes():
            forget_the_most(pid)
            self._before[pid] = memory(pid, "VmRSS")

    def growth(self) -> float:
        most = max(memory(pid, "VmHWM") - before for pid, before in self._before.items())
        assert most < MOST_GROWTH
        return most


def store_of(site: Site) -> Path:
    return site.folder / "inbox-files"


def sweep(site: Site) -> int:
    """Remove what was never sent as if days had passed, and look that the store holds what the database knows."""
    with override_settings(INBOX_FILES_ROOT=store_of(site)):
        forgotten = remove_forgotten(timezone.now() + datetime.timedelta(days=4))
    wait_until(
        lambda: stored(site) == files_that_rows_name(), "the store holds exactly the files that the database knows"
    )
    return forgotten


def stored(site: Site) -> set[str]:
    root = store_of(site)
    return {str(one.relative_to(root)) for one in root.rglob("*") if not one.is_dir()}
