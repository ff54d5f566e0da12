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

__all__ = ["is_set_up", "read_folder"]

log = logging.getLogger(__name__)

ENDING = ".eml"


def is_set_up() -> bool:
    """Whether there is a folder to read."""
    return bool(settings.MAIL_DROP_DIR)


def read_folder(until: datetime.datetime | None = None) -> tuple[int, bool]:
    """Store what the folder holds, oldest first; return how many mails were new, and whether more are left.

    Whoever drops a mail writes it under another ending and renames it when it is whole. What is stored is removed: a copy
    that stayed here would outlive the disposal of its case.

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
            raw, state = _read(Path(entry.path))
        except OSError as error:  # another worker has it, or nobody may read it: the others are read all the same
            log.warning("The mail %s in the drop folder cannot be read: %s", entry.name, error)
            continue
        arrived_at = datetime.datetime.fromtimestamp(state.st_mtime, datetime.UTC)
        new += keep(raw, source=f"folder:{folder}", uid=digest_of(raw), arrived_at=arrived_at) is not None
        _remove(Path(entry.path), state)
    return new, False


def _age(entry: os.DirEntry) -> tuple[float, str]:
    try:
        return entry.stat(follow_symlinks=False).st_mtime, entry.name
    except OSError:
        return 0.0, entry.name


def _read(path: Path) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a plain file, and which file it was. A link leads anywhere: it is not followed."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise OSError("it is no plain file")
        return file.read(), state


def _remove(path: Path, state: os.stat_result) -> None:
    """Remove a mail whose bytes are on our own disk. What stays, because that fails, is recognised and stored no second time.

    Another mail that has come under the same name meanwhile stays too, for the next round.
    """
    try:
        now = path.lstat()
        if (now.st_ino, now.st_mtime_ns, now.st_size) == (state.st_ino, state.st_mtime_ns, state.st_size):
            path.unlink()
    except OSError as error:
        log.warning("The mail %s is stored, and stays in the drop folder: %s", path.name, error)
