"""Is it a workbook at all, and may it be read? Looked at from the outside, before anything of it is unpacked whole.

Everything here works on pieces of fixed size: a file that is made to fill the memory is refused before it does.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string

from .errors import RefusedError

__all__ = ["LARGEST_FILE", "MOST_ROWS", "Outline", "look_at"]

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 60 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 100
PIECE = 256 * 1024

_TYPES = "[Content_Types].xml"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# The beginnings of what people send in by mistake.
_SIGNATURES = (b"PK\x03\x04",)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ROW = re.compile(rb"<(?:[A-Za-z0-9_]+:)?row[\s/>]")
_MERGED = re.compile(rb"<(?:[A-Za-z0-9_]+:)?mergeCell\s[^>]*ref=[\"']([A-Z0-9:$]+)[\"']")
_CELL = re.compile(rb"<(?:[A-Za-z0-9_]+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})[0-9]")
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass
class Outline:
    """What a sheet holds, seen from the outside."""

    name: str
    rows: int = 0
    merged: list[str] = field(default_factory=list)
    widest: int = 0


def look_at(data: bytes) -> list[Outline]:
    """Return the sheets of a workbook, in its own order.

    Raises:
        RefusedError: it is no workbook, is damaged, too large, or made to do harm.
    """
    if not data:
        raise RefusedError(_("The file is empty."))
    if len(data) > LARGEST_FILE:
        raise RefusedError(_("The file is larger than 10 MB."))
    if data.startswith(_OLD_OFFICE):
        raise RefusedError(
            _("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password.")
        )
    if not data.startswith(_SIGNATURES):
        raise RefusedError(_("This is no Excel file (.xlsx)."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _look_into(archive)
    except RefusedError:
        raise
    # A damaged file fails in as many ways as there are parsers below this: all of them mean the same to the sender.
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        SyntaxError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise RefusedError(_("The file is damaged and cannot be read. Save it again as .xlsx.")) from error


def _look_into(archive: zipfile.ZipFile) -> list[Outline]:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if _TYPES not in names:
        raise RefusedError(_("This is no Excel file (.xlsx)."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise RefusedError(_("The file is too large when it is unpacked. Take away pictures and what is not facts."))
    if len(set(names)) != len(names):
        raise RefusedError(_("The file is damaged and cannot be read. Save it again as .xlsx."))
    if _WORKBOOK.encode() not in archive.read(_TYPES):
        raise RefusedError(_("This is no Excel workbook (.xlsx). Save it as .xlsx, without macros."))
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _refuse_declarations(archive, part.filename)
    return [_outline(archive, name, path) for name, path in _sheets(archive)]


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as part:
        while piece := part.read(PIECE):
            yield piece


def _refuse_declarations(archive: zipfile.ZipFile, name: str) -> None:
    """No part of a workbook declares a document type or entities; a file that does means harm.

    Reading a part to its end also checks its sum: a damaged part is found here.
    """
    tail = b""
    for piece in _pieces(archive, name):
        text = tail + piece
        # Written with two bytes a sign, it would pass unseen.
        if _FORBIDDEN.search(text) or text.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise RefusedError(_("The file is damaged and cannot be read. Save it again as .xlsx."))
        tail = text[-16:]


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """Return the name and the part of each sheet."""
    start = _target(archive, "", "/officeDocument")
    folder, base = posixpath.split(start)
    relations = fromstring(archive.read(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"))
    targets = {item.get("Id"): _joined(folder, item.get("Target", "")) for item in relations}
    return [
        (item.get("name", ""), targets[item.get(_RELATION)])
        for item in fromstring(archive.read(start)).iter()
        if item.tag.rpartition("}")[2] == "sheet"
    ]


def _target(archive: zipfile.ZipFile, folder: str, kind: str) -> str:
    for item in fromstring(archive.read("_rels/.rels")):
        if item.get("Type", "").endswith(kind):
            return _joined(folder, item.get("Target", ""))
    raise KeyError(kind)


def _joined(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _outline(archive: zipfile.ZipFile, name: str, path: str) -> Outline:
    found = Outline(name)
    rest = b""
    letters: set[bytes] = set()
    for piece in _pieces(archive, path):
        text = rest + piece
        # Up to the last whole tag; the rest goes with the next piece.
        end = text.rfind(b">") + 1
        text, rest = text[:end], text[end:]
        found.rows += len(_ROW.findall(text))
        found.merged += [ref.decode() for ref in _MERGED.findall(text)]
        letters.update(_CELL.findall(text))
        if len(rest) > 4 * PIECE:
            raise RefusedError(_("The file is damaged and cannot be read. Save it again as .xlsx."))
    found.widest = max((column_index_from_string(letter.decode()) for letter in letters), default=0)
    return found
