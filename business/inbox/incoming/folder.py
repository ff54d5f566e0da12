"""Reads mails that a relay, or a test, drops into a folder as ``.eml`` files."""

from __future__ import annotations

import datetime
import logging
import os
import stat
from pathlib import Path

from django.conf import settings

from ..files.store import digest_of
from .storing import keep

__all__ = ["DONE", "is_set_up", "read_folder"]

log = logging.getLogger(__name__)

DONE = "done"  # the folder within, for what is stored
ENDING = ".eml"


def is_set_up() -> bool:
    """Whether there is a folder to read."""
    return bool(settings.MAIL_DROP_DIR)


def read_folder(until: datetime.datetime | None = None) -> tuple[int, bool]:
    """Store what the folder holds, oldest first; return how many mails were new, and whether more are left.

    Whoever drops a mail writes it under another ending and renames it when it is whole.

    Raises:
        OSError: the folder cannot be read.
        StoreError, DatabaseError: nothing can be stored. What is in the folder stays there.
    """
    folder = Path(settings.MAIL_DROP_DIR)
    waiting = [one for one in os.scandir(folder) if one.name.lower().endswith(ENDING)]
    new = 0
    for entry in sorted(waiting, key=_age):
        if until is not None and datetime.datetime.now(datetime.UTC) >= until:
            return new, True
        try:
            raw, arrived_at = _read(Path(entry.path))
        except OSError as error:  # another worker has it, or nobody may read it: the others are read all the same
            log.warning("The mail %s in the drop folder cannot be read: %s", entry.name, error)
            continue
        digest = digest_of(raw)
        new += keep(raw, source=f"folder:{folder}", uid=digest, arrived_at=arrived_at) is not None
        _put_away(Path(entry.path), folder / DONE, digest)
    return new, False


def _age(entry: os.DirEntry) -> tuple[float, str]:
    try:
        return entry.stat(follow_symlinks=False).st_mtime, entry.name
    except OSError:
        return 0.0, entry.name


def _read(path: Path) -> tuple[bytes, datetime.datetime]:
    """Return the bytes of a plain file, and when it was written. A link leads anywhere: it is not followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError("it is no plain file")
        return file.read(), datetime.datetime.fromtimestamp(state.st_mtime, datetime.UTC)


def _put_away(path: Path, done: Path, digest: str) -> None:
    """Move a stored mail aside. What stays here, because that fails, is recognised and stored no second time."""
    try:
        done.mkdir(mode=0o700, exist_ok=True)
        path.replace(done / f"{digest[:16]}-{path.name}")
    except OSError as error:
        log.warning("The mail %s is stored, and stays in the drop folder: %s", path.name, error)
