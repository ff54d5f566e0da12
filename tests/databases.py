"""Test databases, copied from one that is migrated once.

Migrating takes twenty seconds, copying a few milliseconds; and a copy is the only way to start over, since flushing would
remove Wagtail's root page, the locales and the site, and the history of cases cannot be deleted from. The migrated
original is kept between runs under a name that changes with everything that it was made from.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connections

__all__ = ["Copy", "Originals", "originals"]

ROOT = Path(__file__).resolve().parents[1]
ALIAS = "default"
KEPT = 4  # originals that are kept of earlier states, for going back and forth between branches


def fingerprint() -> str:
    """Return a name for what a migrated database is made from: our migrations and settings, and every package."""
    digest = hashlib.sha256(sys.version.encode())
    for name in sorted(f"{dist.name}=={dist.version}" for dist in importlib.metadata.distributions()):
        digest.update(name.encode())
    ours = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")]
    used = [
        ROOT / "business/inbox/disposal/triggers.py",
        ROOT / "business/core/groups.py",
        ROOT / "site/settings/base.py",
        ROOT / "site/settings/test.py",
    ]
    for path in [*sorted(ours), *used]:
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def migrate(url: str) -> None:
    """Migrate the database at this address, in a process of its own that leaves no cache behind in this one."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": url},
        check=True,
    )


@dataclass(frozen=True)
class Copy:
    """One throwaway database. ``url`` is its ``DATABASE_URL``, for a process that a test starts."""

    name: str
    url: str


class Originals(ABC):
    """Makes copies of a migrated database; one class for each engine."""

    def __init__(self) -> None:
        self._numbers = count(1)

    @abstractmethod
    def ensure(self) -> None:
        """Migrate the original unless it is there already."""

    @abstractmethod
    def _create(self, number: int) -> Copy:
        """Make a copy."""

    @abstractmethod
    def _remove(self, copy: Copy) -> None:
        """Remove a copy, whoever is still connected to it."""

    @contextlib.contextmanager
    def copy(self) -> Iterator[Copy]:
        """Make a copy and have this process use it until the end, then what it used before."""
        copy = self._create(next(self._numbers))
        before = settings.DATABASES[ALIAS]["NAME"]
        self._use(copy.name)
        try:
            yield copy
        finally:
            self._use(before)
            self._remove(copy)

    def _use(self, name: str) -> None:
        # The settings of every thread's connection are this one dictionary.
        connections[ALIAS].close()
        settings.DATABASES[ALIAS]["NAME"] = connections[ALIAS].settings_dict["NAME"] = name


class SQLiteOriginals(Originals):
    """A file, copied."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = ROOT / "var" / "test"
        self.original = self.folder / f"{fingerprint()}.sqlite3"
        self.copies = Path(tempfile.mkdtemp(prefix="dukatbord-test-"))
        atexit.register(shutil.rmtree, self.copies, ignore_errors=True)

    def ensure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.original.exists():
                self.original.touch()
                return
            new = self.folder / f"{self.original.stem}.new"
            for leftover in self.folder.glob("*.new*"):
                if leftover.is_file():  # the browser tests keep folders of theirs beside
                    leftover.unlink()
            migrate(f"sqlite:///{new}")
            new.rename(self.original)
            older = sorted(self.folder.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]
            for path in older:
                path.unlink()

    def _create(self, number: int) -> Copy:
        path = self.copies / f"{number}.sqlite3"
        shutil.copyfile(self.original, path)
        return Copy(str(path), f"sqlite:///{path}")

    def _remove(self, copy: Copy) -> None:
        for path in self.copies.glob(f"{Path(copy.name).name}*"):
            path.unlink()


class PostgreSQLOriginals(Originals):
    """A database on the server that DATABASE_URL names, copied by the server itself."""

    def __init__(self) -> None:
        super().__init__()
        self.original = f"dukatbord_{fingerprint()}"

    def _url(self, name: str) -> str:
        return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))

    @contextlib.contextmanager
    def _server(self) -> Iterator[Any]:
        """Yield a cursor outside every transaction, connected to no database that is copied or dropped."""
        connection = connections[ALIAS]
        with connection._nodb_cursor() as cursor:
            yield cursor

    def ensure(self) -> None:
        with self._server() as cursor:
            cursor.execute("SELECT pg_advisory_lock(20180601)")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.original])
            if cursor.fetchone() is None:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self.original}_new" WITH (FORCE)')
                cursor.execute(f'CREATE DATABASE "{self.original}_new"')
                migrate(self._url(f"{self.original}_new"))
                cursor.execute(f'ALTER DATABASE "{self.original}_new" RENAME TO "{self.original}"')
            cursor.execute("SELECT pg_advisory_unlock(20180601)")

    def _create(self, number: int) -> Copy:
        name = f"test_dukatbord_{os.getpid()}_{number}"
        with self._server() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.original}" STRATEGY FILE_COPY')
        return Copy(name, self._url(name))

    def _remove(self, copy: Copy) -> None:
        with self._server() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy.name}" WITH (FORCE)')


def originals() -> Originals:
    """Return the maker of copies for the engine that the settings name."""
    return PostgreSQLOriginals() if connections[ALIAS].vendor == "postgresql" else SQLiteOriginals()
