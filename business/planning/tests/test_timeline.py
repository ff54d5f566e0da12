"""The plan as a picture: everything lies within it, in order, whatever the days."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.planning.planner.timeline import MOST_MONTHS, Picture, Stretch, draw

pytestmark = pytest.mark.one_database

TODAY = datetime.date(2026, 11, 26)
DAYS = st.dates(datetime.date(2026, 1, 1), datetime.date(2031, 12, 31))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def at(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


def stretch(hand_in: str, decided: str, latest: str = "", critical: bool = False) -> Stretch:
    return Stretch("Bygglov", day(hand_in), day(decided), day(latest) if latest else None, critical)


def picture(*stretches: Stretch, opening: str = "") -> Picture:
    found = draw(stretches, TODAY, day(opening) if opening else None)
    assert found is not None
    return found


def test_without_an_application_there_is_no_picture():
    assert draw([], TODAY) is None


def test_a_bar_lies_between_its_days_and_the_opening_after_it():
    found = picture(stretch("2027-01-04", "2027-03-01"), opening="2027-05-01")
    bar = found.bars[0]
    assert at(found.today.x) < at(bar.x) < at(bar.end) < at(found.opening.x)
    assert at(bar.x) + at(bar.width) == pytest.approx(at(bar.end), abs=0.2)


def test_a_line_reaches_from_the_expected_decision_to_the_day_that_the_law_gives():
    bar = picture(stretch("2027-01-04", "2027-03-01", "2027-05-04")).bars[0]
    assert at(bar.end) < at(bar.reach)


def test_a_law_that_gives_no_more_time_has_no_line():
    assert picture(stretch("2027-01-04", "2027-03-01", "2027-03-01")).bars[0].reach == ""


def test_what_waits_for_no_decision_is_a_dot():
    bar = picture(stretch("2027-01-04", "2027-01-04")).bars[0]
    assert bar.is_dot
    assert at(bar.width) == 0


def test_months_are_named_in_swedish_and_the_year_where_it_changes():
    months = picture(stretch("2026-12-01", "2027-02-15")).months
    assert [month.name for month in months] == ["dec", "jan 2027", "feb"]


def test_a_long_plan_names_only_as_many_months_as_there_is_room_for():
    months = picture(stretch("2026-12-01", "2029-12-01")).months
    assert len(months) > 30
    assert 3 <= len([month for month in months if month.name]) <= MOST_MONTHS


def test_words_of_a_day_near_the_end_stand_on_its_left():
    found = picture(stretch("2026-12-01", "2027-02-15"), opening="2027-02-16")
    assert (found.today.anchor, found.opening.anchor) == ("start", "end")


def test_rows_lie_below_each_other_within_the_height():
    found = picture(*[stretch("2027-01-04", "2027-03-01")] * 3)
    assert [bar.title_y for bar in found.bars] == sorted({bar.title_y for bar in found.bars})
    assert all(bar.title_y < bar.bar_y < bar.middle < found.foot <= found.height for bar in found.bars)


@given(st.lists(st.tuples(DAYS, DAYS, DAYS), min_size=1, max_size=6), DAYS, st.none() | DAYS)
def test_everything_lies_within_the_picture(rows, today, opening):
    stretches = [Stretch("Bygglov", *sorted(days)) for days in rows]
    found = draw(stretches, today, opening)
    assert found is not None
    places = [found.today.x, *([found.opening.x] if found.opening else [])]
    for bar in found.bars:
        places += [bar.x, bar.end, *([bar.reach] if bar.reach else [])]
    places += [month.x for month in found.months]
    assert all(0 <= at(place) <= 100 for place in places)
