"""Finished tasks do not pile up."""

import datetime

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from business.core import jobs, periodic
from business.inbox.outbox import deliver_task

pytestmark = pytest.mark.django_db


def task(status, days_ago):
    row = DBTaskResult.objects.get(pk=deliver_task.enqueue(1).id)
    finished_at = timezone.now() - datetime.timedelta(days=days_ago) if days_ago else None
    DBTaskResult.objects.filter(pk=row.pk).update(status=status, finished_at=finished_at)
    return row


def test_old_finished_tasks_are_removed_and_nothing_else():
    for status in ("SUCCESSFUL", "FAILED"):
        task(status, 15)
    kept = {task("SUCCESSFUL", 13).pk, task("READY", 0).pk, task("RUNNING", 0).pk}
    jobs.prune_queue()
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == kept


def test_the_worker_does_it_once_a_day():
    job = periodic.jobs["prune the queue"]
    assert (job.every, job.call) == (24 * 60 * 60, jobs.prune_queue)
