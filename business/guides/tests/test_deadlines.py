"""The deadline clock against days worked out by hand."""

import datetime
from decimal import Decimal

import pytest

from business.guides.deadlines import Limit, decision_clock, fee_after_cut

pytestmark = pytest.mark.one_database

BUILDING = Limit(10, "weeks", "received")
EXTENSION = Limit(10, "weeks", "received")
NOTICE = Limit(4, "weeks", "received")
NOTICE_EXTENSION = Limit(4, "weeks", "received")
ALCOHOL = Limit(4, "months", "complete")


def d(text):
    return datetime.date.fromisoformat(text)


CASES = [
    # limit, extension, received, asked, complete → starts, last day, extended to
    (BUILDING, EXTENSION, "2026-09-01", None, "2026-09-01", "2026-09-01", "2026-11-10", "2027-01-19"),
    # nobody asked: the clock runs from the day it arrived, however late it became complete
    (BUILDING, EXTENSION, "2026-09-01", None, "2026-10-01", "2026-09-01", "2026-11-10", "2027-01-19"),
    # asked on the last day of the three weeks: from completion
    (BUILDING, EXTENSION, "2026-09-01", "2026-09-22", "2026-10-01", "2026-10-01", "2026-12-10", "2027-02-18"),
    # asked one day too late: from arrival
    (BUILDING, EXTENSION, "2026-09-01", "2026-09-23", "2026-10-01", "2026-09-01", "2026-11-10", "2027-01-19"),
    # the end on julafton moves to 28 December; the extension still runs from julafton
    (BUILDING, EXTENSION, "2026-10-15", None, "2026-10-15", "2026-10-15", "2026-12-28", "2027-03-04"),
    # a notice in November, extended over Christmas
    (NOTICE, NOTICE_EXTENSION, "2026-11-23", None, "2026-11-23", "2026-11-23", "2026-12-21", "2027-01-18"),
    (NOTICE, NOTICE_EXTENSION, "2026-11-27", None, "2026-11-27", "2026-11-27", "2026-12-28", "2027-01-22"),
    # four months from a complete application; no extension
    (ALCOHOL, None, "2026-10-01", None, "2026-10-31", "2026-10-31", "2027-03-01", None),
    (ALCOHOL, None, "2027-10-29", None, "2027-10-29", "2027-10-29", "2028-02-29", None),
    (ALCOHOL, None, "2026-11-23", None, "2026-11-23", "2026-11-23", "2027-03-23", None),
]


@pytest.mark.parametrize(("limit", "extension", "received", "asked", "complete", "starts", "last", "extended"), CASES)
def test_the_clock(limit, extension, received, asked, complete, starts, last, extended):
    clock = decision_clock(limit, d(received), d(complete), extension, asked and d(asked))
    assert clock.starts_on == d(starts)
    assert clock.last_day == d(last)
    assert clock.extended_to == (extended and d(extended))


def test_a_decision_late_counts_started_weeks():
    clock = decision_clock(BUILDING, d("2026-09-01"), d("2026-09-01"), EXTENSION)
    assert clock.weeks_late(d("2026-11-10")) == 0
    assert clock.weeks_late(d("2026-11-11")) == 1
    assert clock.weeks_late(d("2026-11-18")) == 2
    assert clock.weeks_late(d("2026-11-18"), extended=True) == 0
    assert clock.weeks_late(d("2027-01-20"), extended=True) == 1


@pytest.mark.parametrize(
    ("weeks", "left"), [(0, "14900.00"), (1, "11920.00"), (3, "5960.00"), (5, "0.00"), (9, "0.00")]
)
def test_the_fee_falls_by_a_fifth_a_week(weeks, left):
    assert fee_after_cut(Decimal(14900), weeks) == Decimal(left)


def test_a_cut_is_rounded_to_ore_halves_up():
    assert fee_after_cut(Decimal("0.13"), 1) == Decimal("0.10")
    assert fee_after_cut(Decimal("0.12"), 4) == Decimal("0.02")


@pytest.mark.parametrize(("complete", "asked"), [("2026-08-31", None), ("2026-09-05", "2026-08-31")])
def test_impossible_days_are_refused(complete, asked):
    with pytest.raises(ValueError, match="before it arrived"):
        decision_clock(BUILDING, d("2026-09-01"), d(complete), asked=asked and d(asked))
