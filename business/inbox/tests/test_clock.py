"""By when a case is to be answered, in words."""

import datetime

import pytest
from django.utils import translation

from business.inbox.clock import Urgency, due, spoken_day
from business.inbox.enums import CaseStatus
from business.inbox.models import Case

FRIDAY = datetime.date(2026, 11, 20)
MONDAY, TUESDAY, WEDNESDAY = (FRIDAY + datetime.timedelta(days=days) for days in (3, 4, 5))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def case(**values):
    """A case that came on a Friday: aimed at for Monday, promised for Tuesday."""
    return Case(due_on=MONDAY, limit_on=TUESDAY, **values)


@pytest.mark.parametrize(
    ("today", "words", "urgency"),
    [
        (FRIDAY, "23 November", Urgency.LATER),
        (MONDAY - datetime.timedelta(days=1), "tomorrow", Urgency.LATER),
        (MONDAY, "today", Urgency.TODAY),
        (TUESDAY, "today", Urgency.TODAY),  # the aim is missed, the promise is not
        (WEDNESDAY, "Late since 24 November", Urgency.LATE),
    ],
)
def test_the_day_is_said_as_people_say_it(today, words, urgency):
    spoken = due(case(), on=today)
    assert (spoken.words, spoken.urgency) == (words, urgency)


@pytest.mark.parametrize("status", [CaseStatus.ANSWERED, CaseStatus.CLOSED])
def test_what_is_done_has_no_day(status):
    assert due(case(status=status), on=WEDNESDAY).words == ""


def test_a_reopened_case_that_was_answered_has_no_day():
    answered = case(status=CaseStatus.REOPENED, first_answer_at=datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC))
    assert not due(answered, on=WEDNESDAY).is_late


def test_another_year_is_said():
    assert spoken_day(datetime.date(2027, 1, 4), on=datetime.date(2026, 12, 30)) == "4 January 2027"
