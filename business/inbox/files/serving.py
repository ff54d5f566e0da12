"""Hands a stored file out as a download that a browser does not open from our address."""

from __future__ import annotations

from django.http import FileResponse

from ..enums import ScanState
from ..models import Attachment
from .store import open_stored

__all__ = ["HEADERS", "as_download"]

# What a stranger sent must do nothing, wherever a browser opens it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def as_download(attachment: Attachment) -> FileResponse:
    """Return the bytes as they came, to be saved and not shown, with the headers that keep them harmless.

    Raises:
        ValueError: no scanner has let the file go.
        StoreError: the file cannot be read right now.
    """
    if not attachment.is_handed_out:
        raise ValueError(f"file {attachment.pk} is {ScanState(attachment.scan).name}")
    stored = open_stored(attachment.path)
    response = FileResponse(stored, as_attachment=True, filename=attachment.name, content_type=attachment.kind)
    for name, value in HEADERS.items():
        response[name] = value
    return response
