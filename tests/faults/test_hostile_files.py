"""Hostile files: what is malicious stays locked, and what is a trap is refused."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from django.urls import reverse

from business.inbox.enums import EventKind, ScanState
from business.inbox.files.holding import MOST_FILES
from business.inbox.files.kinds import MOST_BYTES
from business.inbox.models import Attachment, Case, Event
from business.inbox.tests import samples
from business.inbox.tests.samples import EICAR

from .browser import Officer
from .conftest import Report
from .filing import (
    AT_ONCE,
    MB,
    Weighed,
    ask,
    assert_refused,
    assert_shut,
    case_of,
    wait_for_the_scanner,
)
from .running import Site
from .scale import SCALE


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
