"""Whether the database is as this code expects it."""

from __future__ import annotations

import functools

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

__all__ = ["is_migrated"]


@functools.cache
def _code_is_migrated() -> bool:
    """Whether the database has every migration of this code. Cached once it is so: code does not change in a process."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError
    return True


def is_migrated() -> bool:
    """Whether every migration of this code has been applied."""
    try:
        return _code_is_migrated()
    except LookupError:
        return False
