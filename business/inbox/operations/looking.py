"""Everything that is looked at, in the order of the page. The number of queries is fixed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from business.core import periodic
from business.core.models import JobRun, WorkerSign

from . import mail, rest, work
from .parts import Reading, State, worst

__all__ = ["FETCH_JOB", "Section", "is_red", "look"]

SWEEP_JOB, PUBLISH_JOB, FETCH_JOB = "send waiting mail", "publish scheduled", "fetch mail"


@dataclass(frozen=True)
class Section:
    """Readings that belong together."""

    title: Any
    readings: list[Reading]


def look(at: datetime.datetime) -> list[Section]:
    """Read everything. The scanner is asked too, which may take a few seconds when it is ill."""
    outbox, runs, signs = mail.Outbox.read(), _runs(), list(WorkerSign.objects.all()[:20])
    after = mail.restored(outbox, at)
    return [
        Section(
            _("Mail"),
            [
                *([after] if after else []),
                mail.waiting(outbox, at),
                mail.failed(outbox),
                _fetched(runs, at),
            ],
        ),
        Section(
            _("Background work"),
            [
                work.workers(signs, at),
                work.job(runs, at, SWEEP_JOB, "sweep", _("Looking for mail that waits")),
                work.job(runs, at, PUBLISH_JOB, "publishing", _("Scheduled publishing")),
                work.other_jobs(runs, (SWEEP_JOB, PUBLISH_JOB, FETCH_JOB)),
            ],
        ),
        Section(_("Files"), [rest.scanner_reading(at), rest.to_scan(at), rest.held()]),
        Section(_("Cases"), [rest.quarantine(at), rest.untriaged()]),
        Section(
            _("Backup and machine"),
            [rest.backup(at), rest.disk(), rest.database_size(), rest.migrations(), rest.protection()],
        ),
    ]


def is_red(at: datetime.datetime) -> list[Reading]:
    """Return what needs somebody now, without asking the scanner or reading the migrations: the home must not wait."""
    outbox, runs = mail.Outbox.read(), _runs()
    readings = [
        mail.restored(outbox, at),
        mail.waiting(outbox, at),
        _fetched(runs, at),
        work.workers(WorkerSign.objects.all()[:20], at),
        work.job(runs, at, SWEEP_JOB, "sweep", _("Looking for mail that waits")),
        work.job(runs, at, PUBLISH_JOB, "publishing", _("Scheduled publishing")),
        rest.to_scan(at),
        rest.held(),
        rest.backup(at),
        rest.disk(),
        rest.protection(),
    ]
    return [one for one in readings if one is not None and worst([one]) == State.BAD]


def _runs() -> dict[str, JobRun]:
    return {run.name: run for run in JobRun.objects.all()}


def _fetched(runs: dict[str, JobRun], at: datetime.datetime) -> Reading:
    return mail.fetched(runs, at, FETCH_JOB, is_used=FETCH_JOB in periodic.jobs)  # without a mailbox there is no job
