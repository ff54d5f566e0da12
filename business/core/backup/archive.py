"""The archive: a plain tar with the dump, the files and, last, the manifest with its own hash.

Since the manifest is last, an archive that ends early has none. Written and read as a stream: neither size nor number of
files needs memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from .parts import BackupError, File, Manifest

__all__ = ["CHUNK", "Reader", "Writer", "copy_hashed", "verify"]

CHUNK = 1024 * 1024
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
NOT_WHOLE = "The archive is damaged or not whole: {what}. Nothing was touched."


class _Hashed:
    """A file whose bytes are hashed as they pass."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.size = file, hashlib.sha256(), 0

    def _pass(self, data: bytes) -> bytes:
        self.digest.update(data)
        self.size += len(data)
        return data

    def read(self, size: int = -1) -> bytes:
        return self._pass(self._file.read(size))

    def write(self, data: bytes) -> int:
        self._pass(data)
        return self._file.write(data)


def copy_hashed(source: IO[bytes], target: IO[bytes] | None = None) -> tuple[int, str]:
    """Read a file to its end, into another if there is one; return its size and SHA-256."""
    hashed = _Hashed(source)
    while data := hashed.read(CHUNK):
        if target is not None:
            target.write(data)
    return hashed.size, hashed.digest.hexdigest()


class _Member:
    """A file of the archive. One that ends too early says so as the archive itself would."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except (tarfile.TarError, OSError) as error:
            raise BackupError(NOT_WHOLE.format(what=str(error) or type(error).__name__)) from error


class Writer:
    """Writes an archive under a passing name, and gives it its own when it is whole and on the disk."""

    def __init__(self, target: Path) -> None:
        self.target, self._part = target, target.with_name(f".{target.name}.part")

    def __enter__(self) -> Writer:
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._hashed = _Hashed(self._file)
        stream: Any = self._hashed
        self._tar = tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)
        return self

    def add(self, store: str, path: str, file: IO[bytes], name: str = "") -> File:
        """Add an open file of the disk as it is now, and return what it was."""
        status = os.fstat(file.fileno())
        info = tarfile.TarInfo(name or File(store, path, 0, "").member)
        info.size, info.mtime, info.mode = status.st_size, int(status.st_mtime), 0o600
        hashed = _Hashed(file)
        source: Any = hashed
        self._tar.addfile(info, source)
        return File(store, path, hashed.size, hashed.digest.hexdigest())

    def finish(self, manifest: Manifest) -> tuple[int, str]:
        """Write the manifest, let the archive be seen, and return its size and SHA-256."""
        data = manifest.to_json()
        self._add_bytes(MANIFEST, data)
        self._add_bytes(MANIFEST_HASH, hashlib.sha256(data).hexdigest().encode())
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self.target.exists():
            raise BackupError(f"{self.target} is there already.")
        self._part.rename(self.target)
        folder = os.open(self.target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return self._hashed.size, self._hashed.digest.hexdigest()

    def _add_bytes(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        self._tar.addfile(info, io.BytesIO(data))

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)


class Reader:
    """Reads an archive from its beginning to its end. ``sha256`` is known then."""

    def __init__(self, path: Path) -> None:
        self.path, self.sha256 = path, ""

    def members(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Yield each file's name in the archive, and the file, to be read before the next.

        Raises:
            BackupError: the archive cannot be read, is cut off, or holds something else than files.
        """
        try:
            with self.path.open("rb") as file:
                hashed = _Hashed(file)
                stream: Any = hashed
                with tarfile.open(fileobj=stream, mode="r|") as tar:
                    for member in tar:
                        content = tar.extractfile(member) if member.isreg() else None
                        if content is None:
                            raise BackupError(NOT_WHOLE.format(what=f"{member.name} is no file"))
                        shown: Any = _Member(content)
                        yield member.name, shown
                while hashed.read(CHUNK):
                    pass
                self.sha256 = hashed.digest.hexdigest()
        except (tarfile.TarError, OSError, EOFError, UnicodeDecodeError) as error:
            raise BackupError(NOT_WHOLE.format(what=str(error) or type(error).__name__)) from error


def verify(path: Path) -> tuple[Manifest, str]:
    """Read an archive to its end, compare every hash, and return its manifest and its own SHA-256.

    Raises:
        BackupError: something is missing, too much, or not what the manifest says.
    """
    reader = Reader(path)
    found: dict[str, tuple[int, str]] = {}
    said: dict[str, bytes] = {}
    for name, content in reader.members():
        if name in found or name in said:
            raise BackupError(NOT_WHOLE.format(what=f"{name} stands there twice"))
        if name in (MANIFEST, MANIFEST_HASH):
            said[name] = content.read()
        else:
            found[name] = copy_hashed(content)
    if len(said) != 2:
        raise BackupError(NOT_WHOLE.format(what="it has no manifest at its end"))
    if hashlib.sha256(said[MANIFEST]).hexdigest().encode() != said[MANIFEST_HASH]:
        raise BackupError(NOT_WHOLE.format(what="its manifest has changed"))
    manifest = Manifest.from_json(said[MANIFEST])
    expected = {one.member: (one.size, one.sha256) for one in (manifest.database, *manifest.files)}
    with contextlib.suppress(StopIteration):
        wrong = next(name for name in sorted(expected.keys() | found) if expected.get(name) != found.get(name))
        raise BackupError(NOT_WHOLE.format(what=f"{wrong} is not what the manifest says"))
    return manifest, reader.sha256
