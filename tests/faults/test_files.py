"""Hostile files: what is malicious stays locked, what is a trap is refused, and the store holds what the database knows."""

from __future__ import annotations

import datetime
import html
import io
import re
import socket
import struct
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from business.inbox.enums import EventKind, ScanState
from business.inbox.files.holding import MOST_FILES, remove_forgotten
from business.inbox.files.kinds import MOST_BYTES
from business.inbox.models import Attachment, Case, Event
from business.inbox.tests import samples
from business.inbox.tests.disposals import files_that_rows_name
from business.inbox.tests.samples import EICAR

from .browser import Answer, File, Officer, Visitor, multipart, ripe_key
from .conftest import Report
from .running import Site, wait_until
from .scale import FULL, SCALE
from .test_same_moment import COPIES, at_once

MB = 1024 * 1024
MOST_GROWTH = 50  # MB that a process of the web server may grow by, whatever comes
AT_ONCE = 1.0  # seconds
MESSAGE = 'Hej!\r\n\r\nHär är våra "ritningar" & bilder.'
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


# --- Hostile files


def with_part(archive: bytes, name: str, pieces: Iterable[bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the archive with one part more."""
    out = io.BytesIO(archive)
    with zipfile.ZipFile(out, "a", method) as changed, changed.open(name, "w") as part:
        for piece in pieces:
            part.write(piece)
    return out.getvalue()


def bomb(archive: bytes, says: int = 0) -> bytes:
    """Return the archive with a part of nothing but zeros, which says of itself that it is so large."""
    size = SCALE.bomb * MB
    swollen = with_part(archive, "media/image1.emf", [bytes(MB)] * SCALE.bomb)
    return swollen.replace(struct.pack("<L", size), struct.pack("<L", says)) if says else swollen


def endless_index() -> bytes:
    """Return an archive of one part whose index names as many as ten megabytes hold."""
    part = b"PK\x03\x04" + bytes(26) + b"a"
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    index = entry * ((MOST_BYTES - 100) // len(entry))
    return part + index + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, len(index), len(part), 0)


MALICIOUS: dict[str, bytes] = {
    "eicar.txt": EICAR,
    "ansökan.docx": with_part(samples.docx(), "word/media/eicar.com", [EICAR], zipfile.ZIP_STORED),
    "ritning.pdf": samples.pdf() + EICAR,
    "bild.jpg": samples.jpg() + EICAR,
}


@dataclass(frozen=True)
class Hostile:
    """A file, and what it is called when it is kept; nothing when it is refused."""

    name: str
    data: bytes
    kept: str = ""


PAGE = b"<html><script>alert(1)</script>"
HOSTILE = {
    "EICAR renamed": Hostile("eicar.pdf", EICAR),
    "PDF and archive": Hostile("a.pdf", samples.pdf() + samples.docx()),
    "archive and PDF": Hostile("a.docx", samples.docx() + samples.pdf()),
    "picture and archive": Hostile("a.jpg", samples.jpg() + samples.docx()),
    "PDF and page": Hostile("a.pdf", samples.pdf()[:9] + PAGE + samples.pdf()),
    "GIF and page": Hostile("a.jpg", b"GIF89a/*" + PAGE),
    "page": Hostile("a.txt", PAGE),
    "drawing": Hostile("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "program": Hostile("a.pdf", b"MZ\x90\x00" + samples.pdf()),
    "folders": Hostile("../../etc/passwd.pdf", samples.pdf(), "passwd.pdf"),
    "folders of Windows": Hostile("..\\..\\x.pdf", samples.pdf(), "x.pdf"),
    "a place of its own": Hostile("/etc/cron.d/x.pdf", samples.pdf(), "x.pdf"),
    "read from the right, a program": Hostile("faktura\u202efdp.exe", samples.pdf()),
    "read from the right": Hostile("faktura\u202efdp.pdf", samples.pdf(), "fakturafdp.pdf"),
    "two endings": Hostile("x.pdf.exe", samples.pdf()),
    "300 letters": Hostile("å" * 300 + ".pdf", samples.pdf(), "å" * 98 + ".pdf"),
    "control characters": Hostile("r\x00\x01\x1b[2J\x7f.pdf", samples.pdf(), "r[2J.pdf"),
    "nothing but an ending": Hostile(".pdf", samples.pdf()),
    "0 bytes": Hostile("tom.pdf", b""),
    "11 MB": Hostile("stor.pdf", samples.pdf() + bytes(11 * MB)),
}
BOMBS = {
    "bomb, docx": ("a.docx", lambda: bomb(samples.docx())),
    "bomb, xlsx": ("a.xlsx", lambda: bomb(samples.xlsx())),
    "bomb that says it is small": ("a.docx", lambda: bomb(samples.docx(), says=1000)),
    "200,000 parts": ("a.docx", endless_index),
}


# --- What is asked of the site


@pytest.fixture(scope="module")
def officer(running: Site) -> Officer:
    return running.officer()


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


# --- What comes


def test_malicious_files_are_kept_and_never_handed_out(site: Site, officer: Officer, report: Report) -> None:
    visitor = site.visitor()
    cases = [case_of(visitor, ask(visitor, one)) for one in MALICIOUS.items()]
    files = [Attachment.objects.get(message__case=case) for case in cases]
    seconds = wait_for_the_scanner(files)
    for case, file in zip(cases, files, strict=True):
        assert file.scan == ScanState.INFECTED
        assert_shut(officer, file)
        assert Event.objects.filter(case_id=case.pk, kind=EventKind.FILE_LOCKED).count() == 1
        assert "Eicar-Test-Signature" in officer.get(reverse("inbox:case", args=[case.pk])).text
    report("malicious files", f"{len(files)} kinds kept, locked after {seconds:.1f} s, 409 each, told in the history")


def test_two_in_one_and_names_that_lie(site: Site, report: Report) -> None:
    visitor, cases, weighed = site.visitor(), Case.objects.count(), Weighed(site)
    slowest = 0.0
    for what, one in HOSTILE.items():
        answer = ask(visitor, (one.name, one.data))
        slowest = max(slowest, answer.seconds)
        if one.kept:
            cases += 1
            assert case_of(visitor, answer).messages.get().attachments.get().name == one.kept, what
        else:
            assert_refused(answer, cases)
    assert not case_of(visitor, ask(visitor, ("", samples.pdf()))).messages.get().attachments.exists()
    refused = sum(not one.kept for one in HOSTILE.values())
    report(
        f"{len(HOSTILE)} hostile files and names",
        f"{refused} refused at the field, {len(HOSTILE) - refused} kept under a harmless name; "
        f"slowest {slowest:.2f} s; web server at most {weighed.growth():.0f} MB larger",
    )


@pytest.mark.parametrize("what", BOMBS)
def test_bombs(site: Site, report: Report, what: str) -> None:
    name, build = BOMBS[what]
    visitor, cases, data = site.visitor(), Case.objects.count(), build()
    weighed = Weighed(site)
    answer = ask(visitor, (name, data))
    assert_refused(answer, cases)
    assert answer.seconds < AT_ONCE
    size = f"{len(data) / 1000:,.0f} kB"
    report(what, f"{size}; refused in {answer.seconds:.2f} s, web server at most {weighed.growth():.0f} MB larger")


def test_too_many_files(site: Site, report: Report) -> None:
    visitor, cases = site.visitor(), Case.objects.count()
    answer = ask(visitor, *((f"{number}.txt", b"%d" % number) for number in range(50)))
    assert_refused(answer, cases)
    assert answer.text.count('name="remove"') == MOST_FILES
    report("50 files", f"{MOST_FILES} held, the rest refused in {answer.seconds:.2f} s")


# --- Bodies that are cut off


def send_raw(site: Site, body: bytes, kind: str, length: int, end: str = "shut") -> tuple[int, float]:
    """Send a body that says it is so long, and no more; return the status of the answer, 0 for none, and the seconds.

    Then we say that this was all (``shut``), stay on the line (``stay``), or are gone without a word (``gone``).
    """
    head = (
        f"POST {Visitor.FORM} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nX-Forwarded-Proto: https\r\n"
        f"X-Forwarded-For: 192.0.2.7\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    )
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as link:
        link.sendall(head.encode() + body)
        if end == "gone":
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return 0, 0
        if end == "shut":
            link.shutdown(socket.SHUT_WR)
        said = link.recv(64)
    return int(said.split()[1]) if said else 0, time.monotonic() - begun


def test_a_body_that_is_far_too_large(site: Site, report: Report) -> None:
    """It is refused before it is read, while the sender still holds the line; others do not notice."""
    visitor, cases, weighed = site.visitor(), Case.objects.count(), Weighed(site)
    body, kind = multipart(visitor.filled_in(), [("stor.pdf", samples.pdf())])
    status, seconds = send_raw(site, body, kind, 60 * MB, end="stay")
    assert status == 413
    assert seconds < AT_ONCE
    answer = visitor.get(Visitor.FORM)
    assert answer.status == 200
    assert answer.seconds < AT_ONCE
    assert Case.objects.count() == cases
    report(
        "60 MB, cut off",
        f"413 in {seconds:.2f} s, the next visitor answered in {answer.seconds:.2f} s; "
        f"web server at most {weighed.growth():.0f} MB larger",
    )


def test_a_body_that_stops_half_way(site: Site, report: Report) -> None:
    """Whoever loses the connection has sent nothing: no half case, and no half file for long."""
    visitor, cases = site.visitor(), Case.objects.count()
    statuses: list[int] = []
    for with_files in (True, False):
        files = [("ritning.pdf", samples.pdf()), ("bild.jpg", samples.jpg((900, 900)))] if with_files else []
        body, kind = multipart({**visitor.filled_in(), "message": "x" * 2000}, files)
        cuts = (1, len(body) // 3, len(body) * 2 // 3, len(body) - 200, len(body) - 40, len(body) - 1)
        statuses += [send_raw(site, body[:cut], kind, len(body), end)[0] for cut in cuts for end in ("gone", "shut")]
    plain = b"&".join(f"{name}={value}".encode() for name, value in visitor.filled_in(message="Hej").items())
    statuses.append(send_raw(site, plain[:-3], "application/x-www-form-urlencoded", len(plain))[0])
    assert set(statuses) <= {0, 400}, statuses
    assert Case.objects.count() == cases
    sweep(site)
    report("bodies that stop half-way", f"{len(statuses)} cut at many places: no case, nothing left in the store")


# --- The scanner

MOODS = ("down", "half") if SCALE is not FULL else ("down", "half", "hangs_up", "error", "limit", "chatter")


@pytest.mark.parametrize("mood", MOODS)
def test_a_scanner_that_does_not_answer(site: Site, officer: Officer, report: Report, mood: str) -> None:
    visitor, data = site.visitor(), samples.png()
    site.scanner.stop() if mood == "down" else site.scanner.start(mood)
    answer = ask(visitor, ("karta.png", data))
    file = Attachment.objects.get(message__case=case_of(visitor, answer))
    wait_until(lambda: Attachment.objects.filter(pk=file.pk, scanned_at__isnull=False), "the worker has tried")
    time.sleep(0.2)
    file.refresh_from_db()
    assert file.scan == ScanState.WAITING
    assert_shut(officer, file)
    site.scanner.start()
    if not (SCALE is FULL and mood == "down"):  # there we wait for the minute to pass
        Attachment.objects.filter(pk=file.pk).update(scanned_at=timezone.now() - datetime.timedelta(seconds=61))
    seconds = wait_for_the_scanner([file])
    assert file.scan == ScanState.CLEAN
    assert_handed_out(officer, file, data)
    said = f"303 in {answer.seconds:.2f} s, waits with 409, handed out {seconds:.1f} s after the scanner was well"
    report(f"scanner: {mood}", said)


# --- At one moment, and after everything


def test_one_form_with_a_file_sent_twenty_times(site: Site, officer: Officer, report: Report) -> None:
    visitor, cases = site.visitor(), Case.objects.count()
    slowest = 0.0
    for _round in range(SCALE.rounds):
        key, data = ripe_key(), samples.pdf()
        answers: list[Answer] = at_once(COPIES, lambda _n, k=key, d=data: ask(visitor, ("Ritning.pdf", d), key=k))
        assert {answer.status for answer in answers} == {303}
        cases += 1
        assert Case.objects.count() == cases
        case = case_of(visitor, answers[0])
        assert case.messages.get().attachments.count() == 1
        page = officer.get(reverse("inbox:case", args=[case.pk])).text
        assert page.count("<bdi>Ritning.pdf</bdi>") == 1
        slowest = max(slowest, *(answer.seconds for answer in answers))
    said = f"{SCALE.rounds} times: one case, one message, one file; slowest 303 {slowest:.2f} s"
    report(f"{COPIES} posts at once of one form with a file", said)


def store_of(site: Site) -> Path:
    return site.folder / "inbox-files"


def sweep(site: Site) -> int:
    """Remove what was never sent as if days had passed, and look that the store holds what the database knows."""
    with override_settings(INBOX_FILES_ROOT=store_of(site)):
        forgotten = remove_forgotten(timezone.now() + datetime.timedelta(days=4))
    wait_until(
        lambda: stored(site) == files_that_rows_name(), "the store holds exactly the files that the database knows", 20
    )
    return forgotten


def stored(site: Site) -> set[str]:
    root = store_of(site)
    return {str(one.relative_to(root)) for one in root.rglob("*") if not one.is_dir()}


def test_the_store_holds_what_the_database_knows(site: Site, officer: Officer, report: Report) -> None:
    visitor = site.visitor()
    case_of(visitor, ask(visitor, *list(samples.GOOD.items())[:MOST_FILES]))
    wait_for_the_scanner(Attachment.objects.all())
    forgotten = sweep(site)
    root = store_of(site)
    files = {one for one in root.rglob("*") if one.is_file()}
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    assert {one.stat().st_mode & 0o777 for one in root.rglob("*") if one.is_dir()} == {0o700}
    assert not [one for served in ("media", "static") for one in (site.folder / served).rglob("*") if one.is_file()]
    # What was cut off is let go when Python next tidies up, which takes a few requests.
    wait_until(lambda: site.is_ready() and not list(site.temporary.rglob("*.upload*")), "no upload is left over")
    handed_out = locked = 0
    for file in Attachment.objects.exclude(message=None).exclude(scan=ScanState.GONE):
        if file.scan == ScanState.INFECTED:
            locked += 1
            assert_shut(officer, file)
        else:
            handed_out += 1
            assert_handed_out(officer, file, (root / file.path).read_bytes())
    report(
        "the store after everything",
        f"{len(files)} files, all known and 0600; {forgotten} never sent and swept, {locked} locked, "
        f"{handed_out} handed out with safe headers",
    )
