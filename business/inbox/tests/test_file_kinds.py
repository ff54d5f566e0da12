"""Which files are taken, and what is said of the others."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from business.inbox.enums import FileKind
from business.inbox.files import kinds
from business.inbox.files.kinds import MOST_BYTES, check
from business.inbox.files.names import clean_name

from . import samples

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def refusal(name, data, size=None):
    with pytest.raises(ValidationError) as refused:
        check(name, len(data) if size is None else size, data)
    return " ".join(refused.value.messages)


# --- What is taken


@pytest.mark.parametrize("name", samples.GOOD)
def test_each_kind_is_taken_under_its_name(name):
    data = samples.GOOD[name]
    kept, kind = check(name, len(data), data)
    assert kept == name
    assert kind == FileKind[name.rpartition(".")[2].upper().replace("JPEG", "JPG")]


def test_a_file_of_ten_megabytes_is_taken():
    data = b"a" * MOST_BYTES
    assert check("a.txt", len(data), data)[1] == FileKind.TXT


def test_text_that_begins_as_other_programs_files_do_is_text():
    for text in (b"BM ja tack, vi kommer", b"ID;Namn;Pris\n1;Bord;8", b"MZ ar en forkortning", b"{ja, sa ar det}"):
        assert check("a.txt", len(text), text)[1] == FileKind.TXT


# --- What is not


def test_an_empty_file_is_refused_by_name():
    assert refusal("tom.pdf", b"") == "“tom.pdf” is empty."


def test_a_file_that_is_too_large_is_refused_by_name():
    assert refusal("stor.txt", b"a" * (MOST_BYTES + 1)) == "“stor.txt” is larger than 10 MB."


def test_a_file_that_was_not_read_to_its_end_is_too_large_and_not_empty():
    assert "larger than 10 MB" in refusal("stor.pdf", b"", size=MOST_BYTES + 1)


@pytest.mark.parametrize(
    "name",
    [
        "faktura.pdf.exe",
        "faktura.exe",
        "macro.docm",
        "old.doc",
        "page.html",
        "drawing.svg",
        "script.js",
        "archive.zip",
        "noending",
        "fil.pdf\u202e",  # nothing is hidden there: it ends well
        "faktura\u202efdp.exe",
        "a.pdf.",
    ],
)
def test_another_kind_is_refused_whatever_is_in_it(name):
    if clean_name(name).endswith(".pdf"):
        assert check(name, len(samples.pdf()), samples.pdf())[1] == FileKind.PDF
    else:
        assert "of a kind that we do not take" in refusal(name, samples.pdf())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", samples.png()),
        ("a.png", samples.jpg()),
        ("a.jpg", samples.pdf()),
        ("a.docx", samples.xlsx()),
        ("a.xlsx", samples.docx()),
        ("a.odt", samples.odf("spreadsheet")),
        ("a.ods", samples.docx()),
        ("a.docx", samples.zipped(("hej.txt", "hej"))),
        ("a.docx", b"Hej!"),
        ("a.txt", samples.pdf()),
        ("a.csv", samples.xlsx()),
        ("a.pdf", b"MZ\x90\x00\x03" + b"\x00" * 60),
        ("a.txt", b"MZ\x90\x00\x03" + b"\x00" * 60),
        ("a.jpg", b"GIF89a" + b"\x00" * 30),
        ("a.pdf", b"\n%PDF-1.4 something before"),
        ("a.odt", samples.odf("presentation")),
        ("a.docx", samples.docx(main="application/vnd.ms-word.template.main+xml")),
    ],
)
def test_a_name_that_lies_is_refused(name, data):
    assert "does not match its file name" in refusal(name, data)


def test_old_office_files_and_those_with_a_password_are_told_what_to_do():
    assert "Save it as docx, xlsx or PDF" in refusal("a.docx", kinds.OLE + b"\x00" * 600)


@pytest.mark.parametrize(
    "data",
    [
        b"hej\x00hej",
        b"hej\x1b[31mhej",
        b"\x81\x8d\x8f",
        "hej".encode("utf-16-le"),
        b"  <!DOCTYPE html><p>hej",
        b"<HTML><script>alert(1)</script>",
        b"hej <script src=//evil.example></script>",
        b"<?xml version='1.0'?><svg onload='alert(1)'/>",
        b"{\\rtf1\\ansi hej}",
        b"#!/bin/sh\nrm -rf /",
        b"%!PS-Adobe-3.0",
        "<script>".encode("utf-16"),
    ],
)
def test_text_that_is_none_is_refused(data):
    assert "does not match its file name" in refusal("a.txt", data)


# --- Two files in one


ARCHIVE = samples.zipped(("evil.js", "alert(1)"))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", samples.pdf() + ARCHIVE),
        ("a.jpg", samples.jpg() + ARCHIVE),
        ("a.png", samples.png() + ARCHIVE),
        ("a.jpg", samples.jpg() + b"Rar!\x1a\x07\x01\x00" + b"x" * 50),
        ("a.pdf", samples.pdf() + b"7z\xbc\xaf\x27\x1c" + b"x" * 50),
        ("a.pdf", b"%PDF-1.4\n<html><body onload=alert(1)>" + samples.pdf()),
        ("a.jpg", samples.jpg(comment=b"<script>alert(1)</script>")),
        ("a.jpg", samples.jpg(comment=b"%PDF-1.4")),
    ],
)
def test_two_kinds_in_one_file_are_refused(name, data):
    assert "two kinds of file in one" in refusal(name, data)


def test_something_before_or_behind_an_office_file_is_refused():
    assert "does not match its file name" in refusal("a.docx", b"MZ\x90\x00" + samples.docx())
    assert "damaged" in refusal("a.docx", samples.docx() + b"<script>alert(1)</script>")
    hidden = b"PK\x03\x04" + b"\x00" * 40 + samples.docx()
    assert "damaged" in refusal("a.docx", hidden)


# --- Office files


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", samples.docx(("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"))),
        ("a.docx", samples.docx(("word/VBAPROJECT.BIN", b"\xd0\xcf\x11\xe0"))),
        ("a.docx", samples.docx(main="application/vnd.ms-word.document.macroEnabled.main+xml")),
        ("a.odt", samples.odf("text", ("Basic/Standard/Module1.xml", "<script:module/>"))),
        ("a.odt", samples.odf("text", ("Scripts/python/evil.py", "import os"))),
        ("a.ods", samples.odf("spreadsheet", ("Basic/script-lc.xml", "<library:libraries/>"))),
    ],
)
def test_macros_are_refused(name, data):
    assert "macros" in refusal(name, data)


def test_a_damaged_office_file_is_refused():
    assert "damaged" in refusal("a.docx", samples.docx()[:-40])
    broken = bytearray(samples.docx(("word/media/image1.bin", bytes(range(256)) * 40)))
    at = broken.index(b"word/media/image1.bin") + 40
    broken[at : at + 8] = b"\xff" * 8
    assert "damaged" in refusal("a.docx", bytes(broken))


def test_an_encrypted_part_is_refused():
    data = bytearray(samples.docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    assert "password" in refusal("a.docx", bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_part_that_is_packed_as_no_office_program_packs_is_refused_unread(method):
    out = io.BytesIO(samples.docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/media/image1.bin", b"a" * 400, method)
    data = bytearray(out.getvalue())
    at = data.index(b"word/media/image1.bin") + 25
    data[at : at + 12] = b"\xff" * 12  # what then unpacks it raises an error of its own
    assert "damaged" in refusal("a.docx", bytes(data))


def test_whatever_the_library_raises_is_a_refusal(monkeypatch):
    def fail(archive):
        raise ZeroDivisionError

    monkeypatch.setattr(zipfile.ZipFile, "testzip", fail)
    assert "damaged" in refusal("a.docx", samples.docx())


@pytest.mark.parametrize("part", ["../../etc/passwd", "/etc/passwd", "..\\evil.exe", "word/../../x"])
def test_a_path_that_leads_out_of_the_archive_is_refused(part):
    assert "damaged" in refusal("a.docx", samples.docx((part, "x")))


def test_an_archive_that_unpacks_to_far_too_much_is_refused_unread():
    bomb = samples.docx(("word/media/bomb.bin", b"\x00" * (120 * 1024 * 1024)))
    assert len(bomb) < 200_000
    assert "far too much room" in refusal("a.docx", bomb)


def test_an_archive_that_packs_too_well_is_refused():
    assert "far too much room" in refusal("a.docx", samples.docx(("word/x.xml", b"\x00" * (20 * 1024 * 1024))))


def test_an_archive_with_thousands_of_parts_is_refused():
    assert "far too much room" in refusal("a.docx", samples.docx(*((f"word/{n}", "") for n in range(5_001))))


def test_an_archive_with_far_too_many_parts_is_refused_before_their_list_is_read(monkeypatch):
    def read(*args):
        raise AssertionError("read")

    data = samples.docx() + b"PK\x01\x02" * 5_001
    monkeypatch.setattr(zipfile, "ZipFile", read)
    assert "far too much room" in refusal("a.docx", data)


def test_an_archive_that_lies_about_its_sizes_is_refused():
    data = bytearray(samples.docx(("word/media/bomb.bin", b"\x00" * (20 * 1024 * 1024))))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rfind(mark)
        struct.pack_into("<L", data, at + offset, 100)
    assert "damaged" in refusal("a.docx", bytes(data))


def test_parts_that_share_their_bytes_are_refused():
    """The flat zip bomb: many names, one body."""
    data = bytearray(
        samples.docx(("word/a.bin", zlib.compress(b"a" * 999)), ("word/b.bin", zlib.compress(b"b" * 999)))
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.getinfo("word/a.bin").header_offset
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 42, first)
    assert "damaged" in refusal("a.docx", bytes(data))


# --- Pictures


def _huge_png(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = lambda kind, body: (  # noqa: E731
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    )
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused_unread(side):
    assert "too many pixels" in refusal("a.png", _huge_png(side, side))


def test_a_picture_that_cannot_be_opened_is_refused():
    assert "damaged" in refusal("a.jpg", b"\xff\xd8\xff\xe0" + b"x" * 40)
    assert "damaged" in refusal("a.png", samples.png()[:40])


# --- Names


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Elsa\\Ritning.pdf", "Ritning.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("rit\u202ening\x07.pdf", "ritning.pdf"),
        ("  två   blanka .pdf ", "två blanka.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("faktura.exe . . ", "faktura.exe"),
        ("A\u030a.pdf", "Å.pdf"),
        (".pdf", ""),
        ("\u200b\u202e", ""),
        ("", ""),
        ('"<b>".pdf', "__b__.pdf"),
        ("🍽 meny.pdf", "🍽 meny.pdf"),
    ],
)
def test_a_name_is_fit_to_be_shown(raw, clean):
    assert clean_name(raw) == clean


@pytest.mark.parametrize("letter", ["a", "å", "🍽"])
def test_a_long_name_is_shortened_and_keeps_its_ending(letter):
    name = clean_name(letter * 400 + ".docx")
    assert name.startswith(letter * 10)
    assert name.endswith(f"{letter}.docx")
    assert len(name) <= 120
    assert len(name.encode()) <= 200


def test_a_file_without_a_name_that_can_be_read_is_refused():
    assert "no name that can be read" in refusal("\u202e.pdf", samples.pdf())
