"""How static files are collected: hashed, compressed, and our own styles without comments and white space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rcssmin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

__all__ = ["SmallStaticFilesStorage"]


class _Small:
    """Opens a style sheet as it is to be served."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def open(self, name: str) -> ContentFile:
        with self.source.open(name) as file:
            return ContentFile(rcssmin.cssmin(file.read().decode()).encode())


class SmallStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Wagtail's own files stay as they come."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        ours = {
            name: (_Small(storage), path) if name.startswith("css/") and name.endswith(".css") else (storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(ours, dry_run, **options)
