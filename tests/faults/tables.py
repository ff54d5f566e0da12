"""What stands in the tables, so that an attack can show that it has changed nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import connection
from django.db.models import Model
from django_tasks_db.models import DBTaskResult

from business.core.models import JobRun, WorkerSign

from .running import wait_for_the_worker

__all__ = ["Changes", "watched"]

# What the worker writes by itself, whatever comes. How a task ended it notes when the mail has long been sent: of the
# queue we look at whether a task was put into it.
BY_ITSELF = (JobRun, WorkerSign, DBTaskResult)


class Changes:
    """Which tables hold other rows than before; known when the block has ended."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.rows = 0  # that were looked at


def _read() -> dict[str, tuple[int, str]]:
    """Return of every table how many rows it holds and a digest of all that stands in them."""
    quoted = [(name, connection.ops.quote_name(name)) for name in connection.introspection.table_names()]
    parts = [
        f"SELECT '{name}', count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {table} t"
        for name, table in quoted
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (rows, digest) for name, rows, digest in cursor.fetchall()}


def _tasks() -> set[object]:
    return set(DBTaskResult.objects.values_list("pk", flat=True))


@contextlib.contextmanager
def watched(*may_change: type[Model]) -> Iterator[Changes]:
    """See that meanwhile nothing changes in the whole database but the tables of these models."""
    wait_for_the_worker()
    tasks, before, changes = _tasks(), _read(), Changes()
    yield changes
    after = _read()
    changes.tables = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    changes.tables -= {model._meta.db_table for model in BY_ITSELF}
    if not _tasks() <= tasks:
        changes.tables.add(DBTaskResult._meta.db_table)
    changes.rows = sum(rows for rows, _digest in after.values())
    unasked = changes.tables - {model._meta.db_table for model in may_change}
    assert not unasked, f"changed although nothing was to change: {sorted(unasked)}"
