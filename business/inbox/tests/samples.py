"""Files as people send them, and as they should not."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

__all__ = [
    "EICAR",
    "GOOD",
    "docx",
    "files_of",
    "jpg",
    "odf",
    "pdf",
    "png",
    "upload",
    "xlsx",
    "zipped",
]

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
# What every virus scanner takes for a virus, and nobody else does. In two parts, so that this file is none.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def zipped(*parts: tuple[str, bytes | str], stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return out.getvalue()


def content_types(main: str, part: str = "/word/document.xml") -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="{part}" ContentType="{main}"/></Types>'
    )


def docx(*more: tuple[str, bytes | str], main: str = f"{OOXML}wordprocessingml.document.main+xml") -> bytes:
    return zipped(
        ("[Content_Types].xml", content_types(main)),
        ("_rels/.rels", "<Relationships/>"),
        ("word/document.xml", "<w:document>Åtta bord på trottoaren</w:document>"),
        *more,
    )


def xlsx() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Bord", 8])
    book.save(out)
    return out.getvalue()


def odf(kind: str, *more: tuple[str, bytes | str]) -> bytes:
    return zipped(
        ("mimetype", f"{ODF}{kind}"),
        ("content.xml", "<office:document-content/>"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        *more,
    )


def pdf() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _picture(picture_format: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **save: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal").save(out, picture_format, **save)
    return out.getvalue()


def jpg(size: tuple[int, int] = (60, 40), **save: Any) -> bytes:
    return _picture("JPEG", size, **save)


def png(size: tuple[int, int] = (60, 40), mode: str = "RGB", **save: Any) -> bytes:
    return _picture("PNG", size, mode, **save)


# One of each kind, by a name that it may have.
GOOD: dict[str, bytes] = {
    "Ritning.pdf": pdf(),
    "Ansökan.docx": docx(),
    "Bord och stolar.xlsx": xlsx(),
    "brev.odt": odf("text"),
    "lista.ods": odf("spreadsheet"),
    "IMG_0042.JPG": jpg(),
    "skylt.jpeg": jpg((20, 20)),
    "karta.png": png(),
    "läs mig.txt": "Hej!\r\n\tÅtta bord.\r\n".encode(),
    "windows.txt": "Åtta bord – “hej”".encode("cp1252"),
    "anteckningar.txt": "Åtta bord".encode("utf-16"),
    "tabell.csv": "\ufeffBord;Stolar\r\n8;32\r\n".encode(),
}


def upload(name: str = "Ritning.pdf", data: bytes | None = None) -> SimpleUploadedFile:
    """Return what Django makes of a file that somebody chose; one of the good ones by its name alone."""
    content = GOOD[name] if data is None else data
    one = SimpleUploadedFile("x", content)
    one._name = name  # as it was sent: Django's own setter takes the folders away
    return one


def files_of(*names: str) -> list[SimpleUploadedFile]:
    return [upload(name) for name in names]
