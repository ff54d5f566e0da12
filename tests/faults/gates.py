"""Has whoever writes a row stand still at that very place, so that a kill there needs no luck."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection

from .running import wait_until

__all__ = ["Gate", "closed"]

T = TypeVar("T")
KEY = 58  # of the advisory lock that is the gate


@dataclass(frozen=True)
class Gate:
    """Before a row of a table is written: ``when`` is PostgreSQL's condition on OLD and NEW."""

    what: str
    table: str
    writing: str = "UPDATE"
    when: str = "TRUE"

    @property
    def sql(self) -> str:
        return (
            "CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"PERFORM pg_advisory_xact_lock_shared({KEY}); RETURN COALESCE(NEW, OLD); END $$; "
            f"CREATE TRIGGER a_gate BEFORE {self.writing} ON {self.table} FOR EACH ROW WHEN ({self.when}) "
            "EXECUTE FUNCTION wait_at_gate()"
        )


def _waiting() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [KEY],
        )
        return [pid for (pid,) in cursor.fetchall()]


@contextlib.contextmanager
def closed(gate: Gate, begin: Callable[[], T]) -> Iterator[T]:
    """Close the gate, and only then begin what comes to it: else it may have gone by. The block gets what that returns.

    It is run once somebody stands before the gate, and afterwards whoever stood there is gone.

    What they had not committed is undone, as when a process is killed: their connection ends before the gate opens.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [KEY])
        cursor.execute(gate.sql)
        try:
            begun = begin()
            wait_until(_waiting, f"somebody stands before the gate: {gate.what}")
            yield begun
        finally:
            for pid in _waiting():
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            wait_until(lambda: not _waiting(), "nobody stands before the gate")
            cursor.execute(f"DROP TRIGGER a_gate ON {gate.table}")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [KEY])
