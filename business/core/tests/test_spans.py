"""Spans of time: tables worked out by hand with a calendar, and a naive day-by-day model beside them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.core.spans import TimeUnit, after, before, last_day, latest_day_before, started_weeks
from business.core.working_days import is_working_day, previous_working_day, working_days_between

pytestmark = pytest.mark.one_database

DAY = datetime.timedelta(days=1)


def d(text):
    return datetime.date.fromisoformat(text)


AFTER = [
    # start, amount, unit, the day the span ends: plain counting
    ("2026-11-23", 0, "days", "2026-11-23"),
    ("2026-11-23", 1, "days", "2026-11-24"),
    ("2026-11-23", 21, "days", "2026-12-14"),
    ("2026-12-31", 1, "days", "2027-01-01"),
    ("2028-02-28", 1, "days", "2028-02-29"),
    ("2027-02-28", 1, "days", "2027-03-01"),
    ("2026-11-23", 10, "weeks", "2027-02-01"),
    ("2026-10-26", 2, "weeks", "2026-11-09"),
    ("2028-02-22", 1, "weeks", "2028-02-29"),
    # the night between 24 and 25 October 2026 is 25 hours long, that between 28 and 29 March 2026 is 23: dates do not care
    ("2026-10-24", 1, "days", "2026-10-25"),
    ("2026-03-28", 1, "days", "2026-03-29"),
    # months: the same number in the month, else its last day
    ("2026-01-15", 1, "months", "2026-02-15"),
    ("2026-01-31", 1, "months", "2026-02-28"),
    ("2028-01-31", 1, "months", "2028-02-29"),
    ("2026-08-31", 1, "months", "2026-09-30"),
    ("2026-10-31", 4, "months", "2027-02-28"),
    ("2026-11-30", 3, "months", "2027-02-28"),
    ("2026-12-15", 1, "months", "2027-01-15"),
    ("2028-02-29", 12, "months", "2029-02-28"),
    ("2026-03-31", 12, "months", "2027-03-31"),
    # years: as twelve months each
    ("2026-11-26", 1, "years", "2027-11-26"),
    ("2028-02-29", 1, "years", "2029-02-28"),
    ("2028-02-29", 4, "years", "2032-02-29"),
    ("2026-11-26", 12, "years", "2038-11-26"),
    # working days: midsummer, Christmas, New Year, Epiphany, Easter, Ascension, the national day
    ("2026-06-18", 1, "working_days", "2026-06-22"),
    ("2026-12-23", 1, "working_days", "2026-12-28"),
    ("2026-12-30", 1, "working_days", "2027-01-04"),
    ("2027-01-05", 1, "working_days", "2027-01-07"),
    ("2026-04-02", 1, "working_days", "2026-04-07"),
    ("2026-05-13", 1, "working_days", "2026-05-15"),
    ("2025-06-05", 1, "working_days", "2025-06-09"),
    ("2026-04-30", 1, "working_days", "2026-05-04"),
    ("2026-11-20", 2, "working_days", "2026-11-24"),
    ("2026-11-21", 1, "working_days", "2026-11-23"),
    ("2026-12-18", 10, "working_days", "2027-01-08"),
]

BEFORE = [
    ("2027-05-01", 2, "weeks", "2027-04-17"),
    ("2027-05-01", 6, "weeks", "2027-03-20"),
    ("2027-03-31", 1, "months", "2027-02-28"),
    ("2028-03-31", 1, "months", "2028-02-29"),
    ("2027-01-15", 2, "months", "2026-11-15"),
    ("2029-02-28", 1, "years", "2028-02-28"),
    ("2032-02-29", 4, "years", "2028-02-29"),
    ("2027-01-01", 1, "days", "2026-12-31"),
    ("2026-12-28", 1, "working_days", "2026-12-23"),
    ("2026-04-07", 1, "working_days", "2026-04-02"),
    ("2027-01-07", 10, "working_days", "2026-12-17"),
]

LAST_DAY = [
    # the end falls on a day off: the next working day (1930:173, 2 §)
    ("2026-11-20", 4, "weeks", "2026-12-18"),
    ("2026-10-16", 10, "weeks", "2026-12-28"),  # Christmas Day, a Friday
    ("2026-10-15", 10, "weeks", "2026-12-28"),  # julafton, a Thursday
    ("2026-04-10", 10, "weeks", "2026-06-22"),  # midsommarafton
    ("2026-10-22", 10, "weeks", "2027-01-04"),  # nyårsafton
    ("2026-09-01", 4, "months", "2027-01-04"),  # New Year's Day
    ("2026-12-06", 4, "months", "2027-04-06"),
    ("2026-11-26", 4, "months", "2027-03-30"),  # Good Friday 2027, then Easter
    ("2026-11-02", 21, "days", "2026-11-23"),
    ("2026-11-01", 20, "days", "2026-11-23"),  # a Saturday
]

LATEST_BEFORE = [
    ("2027-05-01", 2, "weeks", "2027-04-16"),  # 17 April 2027 is a Saturday
    ("2027-04-12", 2, "weeks", "2027-03-25"),  # 29 March 2027 is Easter Monday
    ("2027-01-07", 2, "weeks", "2026-12-23"),  # julafton
    ("2026-12-07", 2, "weeks", "2026-11-23"),
    ("2026-12-21", 4, "weeks", "2026-11-23"),
]

STARTED_WEEKS = [
    ("2026-12-18", "2026-12-18", 0),
    ("2026-12-18", "2026-12-10", 0),
    ("2026-12-18", "2026-12-19", 1),
    ("2026-12-18", "2026-12-25", 1),
    ("2026-12-18", "2026-12-26", 2),
    ("2026-12-18", "2027-01-22", 5),
    ("2026-12-18", "2027-01-23", 6),
]


@pytest.mark.parametrize(("start", "amount", "unit", "end"), AFTER)
def test_a_span_ends_where_the_calendar_says(start, amount, unit, end):
    assert after(d(start), amount, unit) == d(end)


@pytest.mark.parametrize(("end", "amount", "unit", "start"), BEFORE)
def test_a_span_backwards_starts_where_the_calendar_says(end, amount, unit, start):
    assert before(d(end), amount, unit) == d(start)


@pytest.mark.parametrize(("start", "amount", "unit", "end"), LAST_DAY)
def test_the_last_day_for_an_act_is_a_working_day(start, amount, unit, end):
    assert last_day(d(start), amount, unit) == d(end)


@pytest.mark.parametrize(("start", "amount", "unit", "end"), LATEST_BEFORE)
def test_a_notice_is_in_before_a_day_off(start, amount, unit, end):
    assert latest_day_before(d(start), amount, unit) == d(end)


@pytest.mark.parametrize(("deadline", "done", "weeks"), STARTED_WEEKS)
def test_one_day_late_is_one_started_week(deadline, done, weeks):
    assert started_weeks(d(deadline), d(done)) == weeks


@pytest.mark.parametrize("count", [after, before])
def test_a_negative_span_is_refused(count):
    with pytest.raises(ValueError, match="negative"):
        count(d("2026-11-23"), -1, "days")


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="fortnights"):
        after(d("2026-11-23"), 1, "fortnights")


DATES = st.dates(min_value=datetime.date(2024, 1, 1), max_value=datetime.date(2032, 12, 31))


def naive_after(day, amount, unit):
    """Walk the calendar one day at a time."""
    if unit in {TimeUnit.MONTHS, TimeUnit.YEARS}:
        wanted, month, year = day.day, day.month, day.year
        for _step in range(amount if unit == TimeUnit.MONTHS else 12 * amount):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        found = datetime.date(year, month, 1)
        while found.day < wanted and (found + DAY).month == month:
            found += DAY
        return found
    left = amount * 7 if unit == TimeUnit.WEEKS else amount
    while left:
        day += DAY
        if unit != TimeUnit.WORKING_DAYS or is_working_day(day):
            left -= 1
    return day


@given(DATES, st.integers(0, 60), st.sampled_from(TimeUnit.values))
def test_agrees_with_walking_the_calendar(day, amount, unit):
    assert after(day, amount, unit) == naive_after(day, amount, unit)


@given(DATES, st.integers(0, 60), st.sampled_from([TimeUnit.DAYS, TimeUnit.WEEKS]))
def test_there_and_back_is_the_same_day(day, amount, unit):
    assert before(after(day, amount, unit), amount, unit) == day


@given(DATES, st.integers(1, 60))
def test_working_days_back_from_a_working_day_return(day, amount):
    end = after(day, amount, TimeUnit.WORKING_DAYS)
    start = before(end, amount, TimeUnit.WORKING_DAYS)
    assert is_working_day(end)
    assert after(start, amount, TimeUnit.WORKING_DAYS) == end


@given(DATES, DATES, st.integers(0, 60), st.sampled_from(TimeUnit.values))
def test_a_later_start_never_ends_earlier(one, other, amount, unit):
    first, second = sorted((one, other))
    assert last_day(first, amount, unit) <= last_day(second, amount, unit)
    assert latest_day_before(first, amount, unit) <= latest_day_before(second, amount, unit)


# --- Working days between two days ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2026-11-26", "2026-11-26", 0),
        ("2026-11-26", "2026-11-27", 1),  # Thursday to Friday
        ("2026-11-27", "2026-11-29", 0),  # Friday to Sunday
        ("2026-11-28", "2026-11-30", 1),  # Saturday to Monday
        ("2026-12-23", "2027-01-07", 6),  # 28, 29, 30 December, 4, 5 and 7 January
        ("2026-04-01", "2026-04-07", 2),  # Maundy Thursday and the Tuesday after Easter
    ],
)
def test_working_days_between_two_days(first, last, count):
    assert working_days_between(d(first), d(last)) == count
    assert working_days_between(d(last), d(first)) == -count


@given(DATES, st.integers(0, 800))
def test_working_days_between_agree_with_walking_the_calendar(day, distance):
    last = day + distance * DAY
    walked = sum(is_working_day(day + number * DAY) for number in range(1, distance + 1))
    assert working_days_between(day, last) == walked


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-11-27", "2026-11-27"),
        ("2026-11-29", "2026-11-27"),
        ("2027-01-06", "2027-01-05"),
        ("2026-06-21", "2026-06-18"),
    ],
)
def test_the_working_day_before_a_day_off(day, found):
    assert previous_working_day(d(day)) == d(found)
