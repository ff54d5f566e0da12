"""The background workers, and what they do now and then."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from business.core import periodic
from business.core.models import JobRun, WorkerSign

from .parts import Reading, State, age, by_age

__all__ = ["job", "other_jobs", "workers"]

SILENT_AFTER = datetime.timedelta(seconds=60)
MINUTES, HOURS = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


def workers(signs: Iterable[WorkerSign], at: datetime.datetime) -> Reading:
    """Tell of each worker of these days: the last sign of one that runs, that stopped, or that fell silent."""
    signs = list(signs)
    alive = [one for one in signs if one.stopped_at is None and at - one.seen_at < SILENT_AFTER]
    silent = [one for one in signs if one.stopped_at is None and one not in alive]
    data = {
        "alive": len(alive),
        "silent": len(silent),
        "seconds_ago": round((at - signs[0].seen_at).total_seconds()) if signs else None,
    }
    label, parts = _("Background worker"), []
    if alive:
        count = len(alive)
        parts.append(ngettext("%(count)s worker runs.", "%(count)s workers run.", count) % {"count": count})
    for one in signs[:5]:
        words = _("%(worker)s stopped when asked, %(age)s.") if one.stopped_at else _("%(worker)s was seen %(age)s.")
        parts.append(words % {"worker": one.name or _("A worker"), "age": age(at, one.stopped_at or one.seen_at)})
    if alive:
        return Reading("worker", label, State.GOOD, " ".join(parts), data=data)
    parts.insert(0, _("No worker runs.") if signs else _("No worker has run in the last days."))
    todo = _("Start run_worker. Until then mail, scheduled pages and files that are to be scanned wait.")
    return Reading("worker", label, State.BAD, " ".join(parts), todo, data=data)


def job(runs: Mapping[str, JobRun], at: datetime.datetime, name: str, key: str, label: str) -> Reading:
    """Tell when a job was last done, judged by how often it is to be."""
    run, every = runs.get(name), datetime.timedelta(seconds=periodic.jobs[name].every)
    late, broken = every * 5 + MINUTES, every * 20 + 10 * MINUTES
    if every >= datetime.timedelta(days=1):
        late, broken = every + 2 * HOURS, every * 3
    last = run.done_at if run else None
    error = run.error if run and run.failed_at and (last is None or run.failed_at > last) else ""
    data = {"last": last.isoformat() if last else None, "error": error}
    state = State.BAD if last is None else by_age(at, last, late, broken)
    said = _("Last done %(age)s.") % {"age": age(at, last)} if last else _("It has never been done.")
    if error:
        state = State.BAD if state == State.BAD else State.NOTICE
        said += " " + _("Since then it has failed: %(error)s.") % {"error": error}
    todo = "" if state == State.GOOD else _("Look whether the worker runs; the log says what went wrong.")
    return Reading(key, label, state, said, todo, data=data)


def other_jobs(runs: Mapping[str, JobRun], shown: Iterable[str]) -> Reading:
    """Tell which of the jobs that have no line of their own failed when they were last tried."""
    shown = set(shown)
    failing = [
        run
        for run in runs.values()
        if run.name in periodic.jobs
        and run.name not in shown
        and run.failed_at
        and run.failed_at >= (run.done_at or run.failed_at)
    ]
    label, data = _("Other recurring jobs"), {"failing": [run.name for run in failing]}
    if not failing:
        return Reading("jobs", label, State.GOOD, _("None failed when it was last tried."), data=data)
    said = ", ".join(f"{NAMES.get(run.name, run.name)} ({run.error})" for run in failing)
    todo = _("They are tried again by themselves; the log says what went wrong.")
    return Reading("jobs", label, State.NOTICE, _("Failing: %(jobs)s.") % {"jobs": said}, todo, data=data)


# What people call the jobs that have no line of their own.
NAMES = {
    "scan files": gettext_lazy("scanning files"),
    "remove forgotten files": gettext_lazy("removing files that were never sent"),
    "remove expired codes": gettext_lazy("removing codes that have expired"),
    "count promises again": gettext_lazy("counting promises again"),
    "prune the queue": gettext_lazy("clearing the queue of finished work"),
    "sign of life": gettext_lazy("the worker's sign of life"),
    "dispose of what was approved": gettext_lazy("disposal"),
    "look after the triggers": gettext_lazy("looking after the protection of the history"),
}
