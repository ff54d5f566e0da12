"""What the worker does now and then, and what is noted of it."""

import datetime
from unittest.mock import Mock

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone

from business.core import jobs, periodic
from business.core.models import JobRun, WorkerSign

pytestmark = pytest.mark.django_db


@pytest.fixture
def only(monkeypatch):
    """Have no job but those that the test registers."""
    monkeypatch.setattr(periodic, "jobs", {})
    # The test lives in a transaction of its connection.
    monkeypatch.setattr(periodic, "close_old_connections", lambda: None)


def fail():
    raise ConnectionError("the address of somebody")


def test_each_run_is_noted_with_what_went_wrong_and_that_it_works_again(only):
    periodic.register("fetch", 60, fail)
    assert periodic.run_due(0) == ["fetch"]
    run = JobRun.objects.get()
    assert (run.done_at, run.error) == (None, "ConnectionError")
    assert run.failed_at >= run.begun_at
    periodic.jobs["fetch"].call = lambda: None
    assert periodic.run_due(30) == []
    assert periodic.run_due(61) == ["fetch"]
    run.refresh_from_db()
    assert run.done_at > run.failed_at


def test_what_comes_back_every_second_is_noted_every_ten_at_most(only, django_assert_num_queries):
    periodic.register("often", 1, lambda: None)
    periodic.run_due(0)
    with django_assert_num_queries(0):
        assert [periodic.run_due(second) for second in range(1, 10)] == [["often"]] * 9


def test_what_is_done_once_a_day_is_done_once_however_often_workers_start(only):
    done = []
    for second in (0.0, 1.0, 4000.0):  # three workers
        periodic.register("daily", periodic.DAILY, lambda: done.append(1))
        periodic.run_due(second)
    assert done == [1]
    JobRun.objects.update(begun_at=timezone.now() - datetime.timedelta(days=1, seconds=1))
    assert periodic.run_due(4001.0) == []  # it asks again within the hour
    assert periodic.run_due(8000.0) == ["daily"]
    assert done == [1, 1]


def test_each_worker_gives_its_own_sign_and_says_when_it_stops(monkeypatch):
    jobs.give_sign_of_life()
    monkeypatch.setattr(jobs, "_worker", lambda: "other:2")
    jobs.give_sign_of_life()
    jobs.give_sign_of_life()
    jobs.tell_stopped()
    assert WorkerSign.objects.count() == 2
    assert [sign.name for sign in WorkerSign.objects.filter(stopped_at=None)] != ["other:2"]
    WorkerSign.objects.filter(name="other:2").update(seen_at=timezone.now() - datetime.timedelta(days=3))
    jobs.prune_queue()
    assert WorkerSign.objects.count() == 1


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DatabaseError])
def test_a_worker_outlives_a_database_that_goes_away_while_a_job_runs(only, monkeypatch, error):
    """The job fails, and what is noted of it goes to a connection that is broken."""
    periodic.register("fetch", 60, fail)
    with monkeypatch.context() as away:
        away.setattr(JobRun.objects, "update_or_create", Mock(side_effect=error("connection already closed")))
        assert periodic.run_due(0) == ["fetch"]
    assert periodic.run_due(61) == ["fetch"]
    assert JobRun.objects.get().error == "ConnectionError"


def test_what_is_done_once_a_day_is_asked_for_within_the_hour_when_the_database_is_away(only, monkeypatch):
    periodic.register("daily", periodic.DAILY, lambda: None)
    with monkeypatch.context() as away:
        away.setattr(JobRun.objects, "get_or_create", Mock(side_effect=OperationalError))
        assert periodic.run_due(0) == []
    assert periodic.run_due(3601) == ["daily"]
