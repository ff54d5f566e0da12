"""Writes packages as a ZIP, piece by piece: it takes no more memory the more there is.

Each case has a folder: a document to read, the case as data, the files, and a list with the hash of each. The hash of
that list is what the history keeps: with it anybody can show what was handed out.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import pgettext

from ..models import Case
from .package import Package
from .schema import as_json

__all__ = ["MEDIA_TYPE", "Handed", "Writer", "as_text", "document"]

CHUNK = 1 << 16
MEDIA_TYPE = "application/zip"


@dataclass(frozen=True)
class Handed:
    """What of one case went into an archive."""

    case: Case
    files: int
    digest: str  # of its list of hashes


class _Sink:
    """Stands where a file would, and can not go back: what is written is taken out again at once."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        data, self.parts = b"".join(self.parts), []
        return data


def document(package: Package) -> str:
    """Return the case as one page that needs nothing else: no script, no picture, nothing from elsewhere."""
    return render_to_string("inbox/records/document.html", {"data": package.data})


class Writer:
    """Writes packages one after the other. ``handed`` tells of those that are written whole."""

    def __init__(self) -> None:
        self.sink = _Sink()
        writable: Any = self.sink
        self.zip = zipfile.ZipFile(writable, "w", zipfile.ZIP_DEFLATED)
        self.language = translation.get_language()
        self.moment = timezone.localtime(timezone=timezone.get_default_timezone()).timetuple()[:6]
        self.handed: list[Handed] = []

    def write(
        self,
        packages: Iterable[Package],
        besides: Mapping[str, str] | None = None,
        after: Callable[[], Mapping[str, str]] = dict,
    ) -> Iterator[bytes]:
        """Yield the archive: first what goes with all of it, then each package, then what is known when all are written."""
        yield from self._add("schema.json", [as_json()], {})
        for path, text in (besides or {}).items():
            yield from self._add(path, [text.encode()], {})
        for package in packages:
            yield from self._package(package)
        for path, text in after().items():
            yield from self._add(path, [text.encode()], {})
        self.zip.close()
        yield self.sink.taken()

    def _package(self, package: Package) -> Iterator[bytes]:
        folder = package.case.number
        digests: dict[str, str] = {}
        # Drawn while the language holds, and not across what is handed out meanwhile.
        with translation.override(self.language):
            name, sums = pgettext("file in a package", "case"), pgettext("file in a package", "checksums")
            texts = {f"{name}.html": document(package), f"{name}.json": as_text(package.data)}
        for path, text in texts.items():
            yield from self._add(f"{folder}/{path}", [text.encode()], digests)
        for one in package.files:
            with one.open() as file:
                yield from self._add(f"{folder}/{one.path}", _chunks(file), digests)
        manifest = "".join(f"{digest}  {path.removeprefix(folder + '/')}\n" for path, digest in digests.items())
        yield from self._add(f"{folder}/{sums}.txt", [manifest.encode()], {})
        self.handed.append(Handed(package.case, len(package.files), hashlib.sha256(manifest.encode()).hexdigest()))

    def _add(self, path: str, chunks: Iterable[bytes], digests: dict[str, str]) -> Iterator[bytes]:
        info = zipfile.ZipInfo(path, self.moment)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        sum_of = hashlib.sha256()
        with self.zip.open(info, "w") as entry:
            for chunk in chunks:
                entry.write(chunk)
                sum_of.update(chunk)
                yield self.sink.taken()
        digests[path] = sum_of.hexdigest()
        yield self.sink.taken()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def as_text(data: Any) -> str:
    """Return data as JSON to be read."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"
