"""Office files are zip archives: looked through without unpacking them."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["RefusedError", "office_kind"]

MOST_PARTS = 5_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 150  # text in XML packs to a twentieth, seldom to a fiftieth
FREE_OF_RATIO = 10 * 1024 * 1024  # a small file may be as regular as it likes
LARGEST_INDEX = 1024 * 1024
ENTRY = b"PK\x01\x02"  # begins the entry of each part in the archive's list of parts
END_OF_ARCHIVE = b"PK\x05\x06"
ENCRYPTED = 0x1
# How office programs pack. Whatever else the library can unpack is no part of these formats.
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_OOXML = b"application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    _OOXML + b"wordprocessingml.document.main+xml": "docx",
    _OOXML + b"spreadsheetml.sheet.main+xml": "xlsx",
}
_ODF = b"application/vnd.oasis.opendocument."
MIME_TYPES = {_ODF + b"text": "odt", _ODF + b"spreadsheet": "ods"}
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/", "xl/intlmacrosheets/")

DAMAGED = _("“%(name)s” is damaged or does not match its file name. Open it, save it again and choose the new file.")
BOMB = _("“%(name)s” would take far too much room when it is opened, so we do not take it.")
MACROS = _("“%(name)s” holds macros, small programs, so we do not take it. Save it without them, or as a PDF.")
LOCKED = _("“%(name)s” is protected with a password, so we cannot check it. Save it without one.")


class RefusedError(Exception):
    """A file that is not taken. The sentence has a place for its name."""

    def __init__(self, sentence: Any) -> None:  # translated when it is read
        super().__init__(sentence)
        self.sentence = sentence


def office_kind(data: bytes) -> str:
    """Return the kind of an office file by what is in it: docx, xlsx, odt, ods, or nothing for another archive.

    Raises:
        RefusedError: it is damaged, encrypted or a bomb, holds macros, or something else hides before or behind it.
    """
    # The library reads the whole list at once: ten megabytes of it would be a second's work and much memory.
    if data.count(ENTRY) > MOST_PARTS:
        raise RefusedError(BOMB)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_shape(archive, data)
            kind = _kind(archive)
            if kind:
                _check_parts(archive)
            return kind
    except RefusedError:
        raise
    # The library does not say what it raises on a broken archive: it is whatever its unpackers raise.
    except Exception:
        raise RefusedError(DAMAGED) from None


def _check_shape(archive: zipfile.ZipFile, data: bytes) -> None:
    """The archive is the whole file, and no larger inside than it may be."""
    parts = archive.infolist()
    if not parts:
        raise RefusedError(DAMAGED)
    end = len(data) - 22 - len(archive.comment)
    if data[end : end + 4] != END_OF_ARCHIVE:
        raise RefusedError(DAMAGED)
    reached = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        # The first part begins the file, and no part lies within another.
        if part.header_offset < reached or (reached == 0 and part.header_offset):
            raise RefusedError(DAMAGED)
        reached = part.header_offset + 30 + part.compress_size
        if part.flag_bits & ENCRYPTED:
            raise RefusedError(LOCKED)
        if part.compress_type not in PACKED:
            raise RefusedError(DAMAGED)
        name = part.orig_filename
        if name.startswith("/") or "\\" in name or "\x00" in name or ".." in name.split("/"):
            raise RefusedError(DAMAGED)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or (unpacked > FREE_OF_RATIO and unpacked > MOST_RATIO * len(data)):
        raise RefusedError(BOMB)


def _kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names:
        return MIME_TYPES.get(_beginning(archive, "mimetype").strip(), "")
    if "[Content_Types].xml" in names:
        index = _beginning(archive, "[Content_Types].xml")
        if b"macroEnabled" in index or b"vbaProject" in index:
            raise RefusedError(MACROS)
        found = [kind for main, kind in MAIN_PARTS.items() if main in index]
        return found[0] if len(found) == 1 else ""
    return ""


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_INDEX)


def _check_parts(archive: zipfile.ZipFile) -> None:
    """No macros; and every part is as large as the archive says, which only reading it tells (piece by piece)."""
    for name in archive.namelist():
        lower = name.lower()
        if lower.endswith(MACRO_PARTS) or lower.startswith(MACRO_FOLDERS):
            raise RefusedError(MACROS)
    if archive.testzip() is not None:
        raise RefusedError(DAMAGED)
