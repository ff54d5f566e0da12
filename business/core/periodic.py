"""What the worker does now and then, besides the queue. Each app registers its own jobs in ``ready()``.

When each was last begun, done and failed stands in `JobRun`, which the page on operations reads. What is done once a day
is done once, however many workers there are and however often they start.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import Error, close_old_connections
from django.utils import timezone

from business.core.models import JobRun

__all__ = ["DAILY", "Job", "jobs", "register", "run_due", "run_now"]

log = logging.getLogger(__name__)

DAILY = 24 * 60 * 60.0  # seconds
ASK_AGAIN = 60 * 60.0  # whether what another worker did is due by now
# What comes back every second is noted less often than it is done.
NOTED_EVERY = 10.0


@dataclass
class Job:
    """A function to call every so many seconds. A failure is logged and tried again when it is next due."""

    name: str
    every: float
    call: Callable[[], object]
    due_at: float = field(default=0.0)
    noted_at: float = field(default=float("-inf"))


jobs: dict[str, Job] = {}


def register(name: str, every: float, call: Callable[[], object]) -> None:
    """Have ``call`` run every ``every`` seconds, and once when the worker starts unless it is done once a day."""
    jobs[name] = Job(name, every, call)


def run_due(now: float) -> list[str]:
    """Run the jobs that are due at ``now`` (seconds, monotonic) and return their names."""
    ran = []
    for job in jobs.values():
        if job.due_at > now:
            continue
        job.due_at = now + job.every
        try:
            if job.every >= DAILY and not _claim(job, timezone.now()):
                job.due_at = now + ASK_AGAIN
                continue
            ran.append(job.name)
            _run(job, now)
        except Error:  # not only `DatabaseError`: a broken connection that is written to is an `InterfaceError`
            log.exception("The database did not answer when the periodic job %s was due", job.name)
            job.due_at = now + min(job.every, ASK_AGAIN)
            close_old_connections()  # the next job has a new one
    return ran


def _claim(job: Job, at: datetime.datetime) -> bool:
    """Whether what is done once a day is due; then it is this worker's. A conditional update: two cannot both have it."""
    run, is_new = JobRun.objects.get_or_create(name=job.name, defaults={"begun_at": at})
    before = at - datetime.timedelta(seconds=job.every)
    return is_new or bool(JobRun.objects.filter(pk=run.pk, begun_at__lte=before).update(begun_at=at))


def run_now(job: Job) -> bool:
    """Run a job although it is not due, as somebody asked for; tell whether it was done. It stays due as it was."""
    job.noted_at = float("-inf")
    return _run(job, time.monotonic())


def _run(job: Job, now: float) -> bool:
    begun_at = timezone.now()
    try:
        job.call()
    except Exception as error:
        log.exception("The periodic job %s failed", job.name)
        failed = {"failed_at": timezone.now(), "error": type(error).__name__[:100]}
        JobRun.objects.update_or_create(name=job.name, defaults={"begun_at": begun_at, **failed})
        job.noted_at = float("-inf")  # that it works again is news
        return False
    if now - job.noted_at >= NOTED_EVERY:
        done = {"begun_at": begun_at, "done_at": timezone.now()}
        JobRun.objects.update_or_create(name=job.name, defaults=done)
        job.noted_at = now
    return True
