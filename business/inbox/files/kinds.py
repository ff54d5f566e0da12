"""Which files are taken: those of a few kinds, by their content and by their name alike."""

from __future__ import annotations

import io
import unicodedata
import zipfile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image

from ..enums import FileKind
from .containers import DAMAGED, RefusedError, office_kind
from .names import clean_name, ending_of

__all__ = ["ACCEPTED_ENDINGS", "KINDS", "MOST_BYTES", "PICTURES", "check"]

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
HEAD = 1024


KINDS = {kind.name.lower(): kind for kind in FileKind}  # by ending
SAME = {"jpeg": "jpg"}
ACCEPTED_ENDINGS = (*KINDS, *SAME)
PICTURES = {FileKind.JPG: "JPEG", FileKind.PNG: "PNG"}  # as Pillow calls them

EMPTY = _("“%(name)s” is empty.")
TOO_LARGE = _("“%(name)s” is larger than 10 MB.")
UNNAMED = _("One of the files has no name that can be read. Give it another name and choose it again.")
WRONG_KIND = _(
    "“%(name)s” is of a kind that we do not take. Send a PDF, a Word or Excel file (docx, xlsx), an OpenDocument file "
    "(odt, ods), a picture (jpg, png) or plain text (txt, csv)."
)
DISAGREES = _("“%(name)s” does not match its file name. Open it, save it again and choose the new file.")
OLD_OFFICE = _(
    "“%(name)s” is in an old format or protected with a password. Save it as docx, xlsx or PDF, without a password."
)
TWO_IN_ONE = _("“%(name)s” is two kinds of file in one, so we do not take it. Save it again and choose the new file.")
HUGE_PICTURE = _("“%(name)s” has too many pixels. Make the picture smaller and choose it again.")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?php")
NOT_TEXT = (b"<?xml", b"{\\rtf", b"%!ps", b"#!", b"%pdf-")
ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def check(raw_name: str, size: int, data: bytes) -> tuple[str, FileKind]:
    """Return the name to keep and the kind of a file.

    ``size`` is what the upload says of itself: one that is far too large was not read to its end.

    Raises:
        ValidationError: it is not taken; the sentence names it and says why.
    """
    name = clean_name(raw_name)
    if not name:
        raise ValidationError(UNNAMED, code="name")
    try:
        return name, _check(name, size, data)
    except RefusedError as error:
        raise ValidationError(error.sentence, code="file", params={"name": name}) from None


def _check(name: str, size: int, data: bytes) -> FileKind:
    ending = ending_of(name)
    ending = SAME.get(ending, ending)
    if ending not in KINDS:
        raise RefusedError(WRONG_KIND)
    if max(size, len(data)) > MOST_BYTES:
        raise RefusedError(TOO_LARGE)
    if not data:
        raise RefusedError(EMPTY)
    found = _content(data)
    if found == "text" and ending in ("txt", "csv"):
        return KINDS[ending]
    if found != ending:
        raise RefusedError(OLD_OFFICE if data.startswith(OLE) else DISAGREES)
    return KINDS[ending]


def _content(data: bytes) -> str:
    """Return the kind of the content: an ending, ``text``, or nothing when it is none that is taken."""
    if data.startswith(b"PK\x03\x04"):
        return office_kind(data)
    for kind, signature in SIGNATURES.items():
        if data.startswith(signature):
            _refuse_second_kind(data, signature)
            if kind != "pdf":
                _check_picture(data, PICTURES[KINDS[kind]])
            return kind
    return "text" if _is_text(data) else ""


def _refuse_second_kind(data: bytes, signature: bytes) -> None:
    """Refuse what another program would open as something else: a page at its head, an archive behind it."""
    head = data[:HEAD].lower()
    if any(mark in head for mark in MARKUP) or SIGNATURES["pdf"].lower() in head[len(signature) :]:
        raise RefusedError(TWO_IN_ONE)
    if zipfile.is_zipfile(io.BytesIO(data)) or any(archive in data for archive in ARCHIVES):
        raise RefusedError(TWO_IN_ONE)


def _check_picture(data: bytes, picture_format: str) -> None:
    """The picture can be opened, and would not fill the memory. Only its head is read."""
    try:
        with Image.open(io.BytesIO(data), formats=[picture_format]) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise RefusedError(HUGE_PICTURE)
            image.verify()
    except Image.DecompressionBombError:
        raise RefusedError(HUGE_PICTURE) from None
    except RefusedError:
        raise
    # Pillow's readers raise what they like on broken data.
    except Exception:
        raise RefusedError(DAMAGED) from None


def _is_text(data: bytes) -> bool:
    """Whether it is text as people write it, in one of the ways Windows, macOS and spreadsheets store it."""
    for encoding in ("utf-16",) if data.startswith(UTF16) else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        return False
    head = text[:HEAD].lstrip().lower().encode()
    if head.startswith(NOT_TEXT) or any(mark in head for mark in MARKUP):
        return False
    return not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r\f" for c in set(text))
