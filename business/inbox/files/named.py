"""Which files of the store the database names: what a backup takes with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from business.core.backup import Named, Store

from ..models import Attachment, IncomingMail

__all__ = ["store"]


def _named(using: str) -> Iterator[Named]:
    files = Attachment.objects.using(using).order_by("pk").values_list("path", "digest", "picture_path")
    for path, digest, picture in files.iterator():
        if path:
            yield Named(path, digest)
        if picture:
            yield Named(picture)
    mails = IncomingMail.objects.using(using).exclude(path="").order_by("pk").values_list("path", "digest")
    yield from (Named(path, digest) for path, digest in mails.iterator())


store = Store("inbox", lambda: Path(settings.INBOX_FILES_ROOT), _named)
