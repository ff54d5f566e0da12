"""Where files lie: outside the web root, under random names, readable by the site alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

__all__ = ["StoreError", "Stored", "digest_of", "open_stored", "remove", "remove_for_good", "write"]

PATH = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}")


class StoreError(Exception):
    """The store cannot be written or read right now: the disk is full, missing or not ours."""


@dataclass(frozen=True)
class Stored:
    """What became of some bytes."""

    path: str
    size: int
    digest: str


def digest_of(data: bytes) -> str:
    """Return the fingerprint of some bytes (SHA-256)."""
    return hashlib.sha256(data).hexdigest()


def write(data: bytes, spare: int | None = None) -> Stored:
    """Write bytes so that they outlive a power cut, and return where they lie.

    So many bytes stay free on the disk: `settings.INBOX_FILES_SPARE`, or ``spare`` for what matters less.

    Raises:
        StoreError: they are not stored; nothing is left behind.
    """
    name = secrets.token_hex(16)
    path = f"{name[:2]}/{name[2:4]}/{name}"
    target = _place(path)
    try:
        _make_folders(target.parent)
        # Messages share the disk with the files, and matter more.
        left = settings.INBOX_FILES_SPARE if spare is None else spare
        if shutil.disk_usage(target.parent).free < left + len(data):
            raise StoreError("The disk is nearly full")
        _write_through(target, data)
    except OSError as error:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        raise StoreError(str(error)) from error
    return Stored(path, len(data), digest_of(data))


def open_stored(path: str) -> IO[bytes]:
    """Open what was stored, to be read.

    Raises:
        StoreError: it is not there, or cannot be read.
    """
    try:
        return _place(path).open("rb")
    except OSError as error:
        raise StoreError(str(error)) from error


def remove(*paths: str) -> None:
    """Take bytes away that no row names any more."""
    for path in paths:
        with contextlib.suppress(OSError):
            _place(path).unlink(missing_ok=True)


def remove_for_good(*paths: str) -> None:
    """Take away what was disposed of, so that it is gone after a power cut too. What is gone already is no error.

    Raises:
        StoreError: something is still there.
    """
    try:
        for path in paths:
            place = _place(path)
            place.unlink(missing_ok=True)
            if place.parent.exists():
                _sync_folder(place.parent)
    except OSError as error:
        raise StoreError(str(error)) from error


def _place(path: str) -> Path:
    if not PATH.fullmatch(path):
        raise StoreError("Not a path of the store")
    return Path(settings.INBOX_FILES_ROOT) / path


def _make_folders(folder: Path) -> None:
    """Make the folder and what leads to it, each written to the disk with its name."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(one.parent)


def _write_through(target: Path, data: bytes) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
