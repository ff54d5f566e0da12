"""Both databases: a copy of one moment, and putting it back."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import os
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.db.utils import load_backend
from django.utils import timezone

from .parts import BackupError, Table

__all__ = ["SNAPSHOT", "Engine", "engine"]

SNAPSHOT = "snapshot"  # alias of the connection that sees the moment of the backup
# Whoever has an archive must not be signed in with it.
EMPTIED = ("django_session",)
PATIENCE = 6 * 60 * 60  # seconds for pg_dump and pg_restore


class Engine(ABC):
    """One kind of database."""

    vendor: str
    dump_name: str

    @contextlib.contextmanager
    def snapshot(self, folder: Path) -> Iterator[tuple[Path, datetime.datetime]]:
        """Yield a dump in the folder and its moment; meanwhile the alias `SNAPSHOT` sees the same moment."""
        with self._frozen(folder) as (dump, moment):
            yield dump, moment

    @abstractmethod
    def _frozen(self, folder: Path) -> contextlib.AbstractContextManager[tuple[Path, datetime.datetime]]:
        """Do what `snapshot` says."""

    @abstractmethod
    def loaded(self, dump: Path) -> contextlib.AbstractContextManager[None]:
        """Load the dump into the empty database of the settings; what the block does belongs to it."""

    @abstractmethod
    def refuse_unless_empty(self) -> None:
        """Look whether the database of the settings is empty, and nobody is there.

        Raises:
            BackupError: it is not.
        """

    def version(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_version()" if self.vendor == "sqlite" else "SHOW server_version")
            return str(cursor.fetchone()[0])

    def tables(self, using: str = DEFAULT_DB_ALIAS) -> dict[str, Table]:
        """Count every table."""
        with connections[using].cursor() as cursor:
            names = sorted(connections[using].introspection.table_names(cursor))
            return {name: self._table(cursor, connections[using].ops.quote_name(name), name) for name in names}

    def _table(self, cursor: Any, quoted: str, name: str) -> Table:
        cursor.execute(f"SELECT count(*) FROM {quoted}")  # noqa: S608
        return Table(cursor.fetchone()[0])


def engine() -> Engine:
    """Return what knows the database of the settings."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


@contextlib.contextmanager
def _connected(**changes: Any) -> Iterator[Any]:
    """Have the alias `SNAPSHOT` for a connection of its own, to the database of the settings but for what is changed."""
    values = {**connection.settings_dict, "CONN_MAX_AGE": 0, **changes}
    wrapper = load_backend(values["ENGINE"]).DatabaseWrapper(values, SNAPSHOT)
    connections[SNAPSHOT] = wrapper
    try:
        yield wrapper
    finally:
        wrapper.close()
        del connections[SNAPSHOT]


class SQLite(Engine):
    """A file. SQLite copies it while others write."""

    vendor, dump_name = "sqlite", "database.sqlite3.gz"

    @contextlib.contextmanager
    def _frozen(self, folder: Path) -> Iterator[tuple[Path, datetime.datetime]]:
        copy, dump = folder / "database.sqlite3", folder / self.dump_name
        connection.ensure_connection()
        target = sqlite3.connect(copy)
        with contextlib.closing(target):
            # In one step, so that all of it is of one moment.
            connection.connection.backup(target)
            moment = timezone.now()
            target.execute("PRAGMA journal_mode=DELETE")
            for table in EMPTIED:
                target.execute(f"DELETE FROM {table}")  # noqa: S608
            target.commit()
            target.execute("VACUUM")  # what was deleted is gone from the file too
            if (said := target.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                raise BackupError(f"The database is damaged: {said}. Nothing was written.")
        with _connected(NAME=str(copy), OPTIONS={}):
            with copy.open("rb") as plain, gzip.open(dump, "wb", compresslevel=6) as packed:
                shutil.copyfileobj(plain, packed, 1024 * 1024)
            yield dump, moment

    def refuse_unless_empty(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master")
            has_tables = cursor.fetchone()[0]
        connection.close()
        if has_tables:
            raise BackupError(f"The database {connection.settings_dict['NAME']} is not empty. Nothing was touched.")

    @contextlib.contextmanager
    def loaded(self, dump: Path) -> Iterator[None]:
        """Load beside the database's place, and move it there when all is done."""
        place = Path(connection.settings_dict["NAME"])
        beside = place.with_name(f"{place.name}.restoring")
        _remove_database(beside)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with gzip.open(dump, "rb") as packed, os.fdopen(descriptor, "wb") as plain:
                shutil.copyfileobj(packed, plain, 1024 * 1024)
            self._use(beside)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                if (said := cursor.fetchone()[0]) != "ok":
                    raise BackupError(f"The database of the archive is damaged: {said}. Nothing was touched.")
            yield
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            _remove_database(place)  # it is empty: looking at it may have made it
            beside.rename(place)
        finally:
            self._use(place)
            _remove_database(beside)

    def _use(self, place: Path) -> None:
        connection.close()
        connection.settings_dict["NAME"] = str(place)


def _remove_database(place: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        place.with_name(place.name + ending).unlink(missing_ok=True)


class PostgreSQL(Engine):
    """A server, and its own programs: ``pg_dump`` and ``pg_restore``, not older than the server."""

    vendor, dump_name = "postgresql", "database.pgdump"

    @contextlib.contextmanager
    def _frozen(self, folder: Path) -> Iterator[tuple[Path, datetime.datetime]]:
        dump = folder / self.dump_name
        with _connected() as wrapper, transaction.atomic(using=SNAPSHOT):
            with wrapper.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                cursor.execute("SELECT pg_export_snapshot(), now()")
                name, moment = cursor.fetchone()
            emptied = [f"--exclude-table-data={table}" for table in EMPTIED]
            plain = ["--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"]
            self._run("pg_dump", *plain, f"--snapshot={name}", *emptied)
            yield dump, moment

    def refuse_unless_empty(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'"
            )
            has_tables = cursor.fetchone()[0]
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            others = cursor.fetchone()[0]
        name = connection.settings_dict["NAME"]
        if has_tables:
            raise BackupError(f"The database {name} is not empty. Nothing was touched.")
        if others:
            raise BackupError(f"Somebody else uses the database {name}: stop the site and the worker first.")

    @contextlib.contextmanager
    def loaded(self, dump: Path) -> Iterator[None]:
        connection.close()
        self._run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", file=dump)
        try:
            yield
        except BaseException as error:
            told = "The restore stopped half-way. Make the database anew, empty, and begin again."
            raise BackupError(f"{told} ({error})") from error

    def _run(self, program: str, *arguments: str, file: Path | None = None) -> None:
        """Run one of PostgreSQL's programs on the database of the settings. The password goes by its environment."""
        folder = settings.POSTGRESQL_PROGRAMS or None
        path = shutil.which(program, path=folder)
        if path is None:
            where = f"in {folder}" if folder else "on this machine"
            raise BackupError(
                f"Missing: PostgreSQL's program {program} {where}; POSTGRESQL_PROGRAMS names its folder."
            )
        said, variables = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
        command = [path, *arguments, *said[1:-1], f"--dbname={said[-1]}", *([str(file)] if file else [])]
        environment = {**os.environ, **(variables or {})}
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            raise BackupError(f"{program} failed: {done.stderr.strip()[-1000:]}")

    def _table(self, cursor: Any, quoted: str, name: str) -> Table:
        if name in EMPTIED:
            return Table(0)
        cursor.execute(
            "SELECT count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0)"  # noqa: S608
            f" FROM {quoted} t"
        )
        rows, checksum = cursor.fetchone()
        return Table(rows, str(checksum))
