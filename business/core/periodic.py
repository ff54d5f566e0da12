"""What the worker does now and then, besides the queue. Each app registers its own jobs in ``ready()``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Job", "jobs", "register", "run_due"]

log = logging.getLogger(__name__)


@dataclass
class Job:
    """A function to call every so many seconds. A failure is logged and tried again when it is next due."""

    name: str
    every: float
    call: Callable[[], object]
    due_at: float = field(default=0.0)


jobs: dict[str, Job] = {}


def register(name: str, every: float, call: Callable[[], object]) -> None:
    """Have ``call`` run every ``every`` seconds, and once when the worker starts."""
    jobs[name] = Job(name, every, call)


def run_due(now: float) -> list[str]:
    """Run the jobs that are due at ``now`` (seconds, monotonic) and return their names."""
    ran = []
    for job in jobs.values():
        if job.due_at <= now:
            job.due_at = now + job.every
            ran.append(job.name)
            try:
                job.call()
            except Exception:
                log.exception("The periodic job %s failed", job.name)
    return ran
