"""The queue makes what waits quick; it is never what remembers it."""

from __future__ import annotations

import logging
from typing import Any

from django.db import Error
from django_tasks.base import Task

__all__ = ["wake"]

log = logging.getLogger(__name__)


def wake(task: Task[Any, Any], *args: Any) -> None:
    """Ask the worker for a task whose work stands in a row of its own, which a periodic job finds too.

    So a queue that cannot be written to is logged, and stops nothing.
    """
    try:
        task.enqueue(*args)
    except Error:
        log.exception("The queue could not be woken for %s %s", task.name, args)
