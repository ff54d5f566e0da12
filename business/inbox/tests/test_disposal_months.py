"""Time counted in months, and the rule that decides."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.inbox.disposal.months import add_months, latest_start

pytestmark = pytest.mark.one_database
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 12, 31))
MONTHS = st.integers(1, 600)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-11-26", 24, "2028-11-26"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last(day, months, then):
    assert add_months(datetime.date.fromisoformat(day), months) == datetime.date.fromisoformat(then)


@given(DAYS, MONTHS)
def test_the_last_day_to_have_begun_is_the_last_whose_months_are_over(end, months):
    start = latest_start(end, months)
    assert add_months(start, months) <= end
    assert add_months(start + datetime.timedelta(days=1), months) > end
