"""Bringing PostgreSQL down, and filling its disk. ``__main__`` starts it again."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2
from django.db import connection

__all__ = ["DOWN_SECONDS", "INITDB", "WAL_FILE", "bring_down", "full_for"]

DOWN_SECONDS = 2.0
WAL_FILE = 1024 * 1024  # bytes
PATIENCE = 60
INITDB = (f"--wal-segsize={WAL_FILE // 1024**2}",)  # see full_for


def _folder() -> Path:
    """Return where the server keeps its data: its socket stands there too."""
    return Path(unquote(urlsplit(os.environ["DATABASE_URL"]).hostname or ""))


def _postmaster() -> int:
    return int((_folder() / "postmaster.pid").read_text().split()[0])


def _answers() -> bool:
    try:
        psycopg2.connect(host=str(_folder()), user="postgres", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def bring_down(how: signal.Signals) -> float:
    """Stop the server and wait until it answers again; return how many seconds that took.

    SIGINT ends every connection and writes what there is, SIGQUIT is the crash: no word to anybody, and recovery.
    """
    connection.close()
    begun, old = time.monotonic(), _postmaster()
    os.kill(old, how)
    while Path(f"/proc/{old}").exists() or not _answers():
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError("PostgreSQL did not come back")
        time.sleep(0.05)
    return time.monotonic() - begun


def _processes() -> list[int]:
    postmaster = _postmaster()
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]


def _limit(size: int | None) -> None:
    """Set how large a file the server may write, or take the limit away.

    Only its own user may, and this process may be root where the server is not: a child becomes that user.
    """
    owner = _folder().stat()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(owner.st_gid)
                os.setuid(owner.st_uid)
            for pid in _processes():
                with contextlib.suppress(ProcessLookupError):  # a backend that has just ended
                    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@contextlib.contextmanager
def full_for(table: str) -> Iterator[None]:
    """Let no table grow beyond the size that this one has, as on a full disk: what is small has room for a while.

    PostgreSQL gets the refusal from the operating system itself, by a limit on the size of files. The write-ahead log
    must have room, or the server would stop: its files are small here, and the table must be larger than they are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [table])
        size = cursor.fetchone()[0]
    assert size > WAL_FILE
    _limit(size)
    try:
        yield
    finally:
        _limit(None)
