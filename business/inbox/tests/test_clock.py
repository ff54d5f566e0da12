"""By when a case is to be answered, in words."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from business.inbox.clock import Urgency, due, spoken_day
from business.inbox.enums import CaseStatus
from business.inbox.models import Case

pytestmark = pytest.mark.one_database

ZONE = ZoneInfo("Europe/Stockholm")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def case(**values):
    """A case that came on Friday 20 November at 15:00: aimed at for Monday, promised for Tuesday."""
    return Case(due_at=at("2026-11-23 15:00"), limit_at=at("2026-11-24 15:00"), **values)


@pytest.mark.parametrize(
    ("now", "words", "aim", "urgency"),
    [
        ("2026-11-20 15:00", "24 November 15:00", "23 November 15:00", Urgency.LATER),
        ("2026-11-22 23:59", "24 November 15:00", "tomorrow 15:00", Urgency.LATER),
        ("2026-11-23 00:00", "tomorrow 15:00", "today 15:00", Urgency.TODAY),
        ("2026-11-23 15:01", "tomorrow 15:00", "", Urgency.LATER),  # the aim is missed, the promise is not
        ("2026-11-24 15:00", "today 15:00", "", Urgency.TODAY),
        ("2026-11-24 15:01", "Late since today 15:00", "", Urgency.LATE),
        ("2026-11-25 08:00", "Late since 24 November 15:00", "", Urgency.LATE),
    ],
)
def test_the_time_is_said_as_people_say_it(now, words, aim, urgency):
    spoken = due(case(), at(now))
    assert (spoken.words, spoken.aim, spoken.urgency) == (words, aim, urgency)


def test_a_new_time_that_was_told_is_aim_and_promise_in_one():
    told = Case(due_at=at("2026-11-27 16:30"), limit_at=at("2026-11-27 16:30"))
    assert due(told, at("2026-11-20 15:00")).aim == ""


LATER = at("2026-11-25 08:00")


@pytest.mark.parametrize("status", [CaseStatus.ANSWERED, CaseStatus.CLOSED, CaseStatus.MERGED, CaseStatus.QUARANTINED])
def test_what_is_done_has_no_time(status):
    assert due(case(status=status), LATER).words == ""


def test_what_waits_for_the_sender_is_paused_and_never_late():
    spoken = due(case(status=CaseStatus.WAITING_SENDER), LATER)
    assert (spoken.urgency, spoken.words) == (Urgency.PAUSED, "Paused: waiting for the sender")


def test_a_reopened_case_whose_promise_is_kept_has_no_time():
    answered = case(status=CaseStatus.REOPENED, answered_at=at("2026-11-23 10:00"))
    assert not due(answered, LATER).is_late


def test_another_year_is_said():
    assert spoken_day(datetime.date(2027, 1, 4), on=datetime.date(2026, 12, 30)) == "4 January 2027"
