"""One list of papers: which application each serves, how many copies it takes, and when to order them."""

import datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.core.spans import TimeUnit, after
from business.planning.planner.evidence import Copy, Use, first_day_young_enough, papers
from business.planning.planner.schedule import Span

pytestmark = pytest.mark.one_database

TWO_MONTHS = Span(2, TimeUnit.MONTHS)
DAY = datetime.timedelta(days=1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def use(guide: int, on: str | None, paper: str = "registreringsbevis", always: bool = True, note: str = "") -> Use:
    return Use(guide, paper, day(on) if on else None, always, note)


# --- By hand --------------------------------------------------------------------------------------------------------


def test_a_paper_for_several_applications_stands_once_with_all_of_them():
    (paper,) = papers([use(2, "2027-03-01"), use(1, "2027-02-01", note="Hela beviset.")], {})
    assert paper.key == "registreringsbevis"
    assert [(one.guide, one.note) for one in paper.uses] == [(1, "Hela beviset."), (2, "")]
    assert paper.copies == (Copy((1, 2), None, day("2027-02-01")),)


def test_papers_come_in_the_order_in_which_they_are_needed_and_those_without_a_day_last():
    found = papers(
        [
            use(1, None, "fullmakt"),
            use(2, "2027-03-01", "planritning"),
            use(3, "2027-02-01", "hyresavtal"),
            use(4, "2027-01-15", "planritning"),
        ],
        {},
    )
    assert [paper.key for paper in found] == ["planritning", "hyresavtal", "fullmakt"]


def test_one_copy_serves_two_applications_when_it_is_young_enough_for_the_later_one():
    (paper,) = papers([use(1, "2027-02-01"), use(2, "2027-03-15")], {"registreringsbevis": TWO_MONTHS})
    # Two months before 15 March: ordered from 15 January on, it is there on 1 February and young enough on 15 March.
    assert paper.copies == (Copy((1, 2), day("2027-01-15"), day("2027-02-01")),)


def test_a_second_copy_is_needed_when_the_first_would_be_too_old():
    uses = [use(1, "2027-02-01"), use(2, "2027-04-02"), use(3, "2027-04-30")]
    (paper,) = papers(uses, {"registreringsbevis": TWO_MONTHS})
    assert paper.copies == (
        Copy((1,), day("2026-12-01"), day("2027-02-01")),
        Copy((2, 3), day("2027-03-01"), day("2027-04-02")),  # 28 February + two months is 28 April: one day of March
    )


def test_a_copy_ordered_on_the_very_day_it_is_handed_in_serves_as_long_as_its_age_allows():
    (paper,) = papers([use(1, "2027-02-01"), use(2, "2027-04-01")], {"registreringsbevis": TWO_MONTHS})
    assert paper.copies == (Copy((1, 2), day("2027-02-01"), day("2027-02-01")),)


def test_without_days_there_is_one_copy_and_nothing_is_said_of_when():
    (paper,) = papers([use(1, None), use(2, None)], {"registreringsbevis": TWO_MONTHS})
    assert paper.copies == (Copy((1, 2), None, None),)


def test_an_application_without_a_day_has_a_copy_of_its_own_where_age_matters():
    uses = [use(1, None), use(2, "2027-02-01")]
    (paper,) = papers(uses, {"registreringsbevis": TWO_MONTHS})
    assert paper.copies == (Copy((2,), day("2026-12-01"), day("2027-02-01")), Copy((1,), None, None))
    (paper,) = papers(uses, {})
    assert paper.copies == (Copy((2, 1), None, day("2027-02-01")),)


def test_a_paper_is_always_needed_when_one_application_always_asks_for_it():
    (paper,) = papers([use(1, None, always=False), use(2, None, always=True)], {})
    assert paper.always
    (paper,) = papers([use(1, None, always=False)], {})
    assert not paper.always


def test_a_guide_that_asks_for_one_paper_twice_is_named_once():
    (paper,) = papers([use(1, "2027-02-01", note="Bolaget."), use(1, "2027-02-01", note="Ägaren.")], {})
    assert len(paper.uses) == 2
    assert paper.copies == (Copy((1,), None, day("2027-02-01")),)


def test_without_papers_there_is_nothing_to_get():
    assert papers([], {}) == ()


@pytest.mark.parametrize(
    ("on", "age", "first"),
    [
        ("2027-03-31", Span(1, TimeUnit.MONTHS), "2027-03-01"),  # 28 February is a month old on 28 March
        ("2028-03-31", Span(1, TimeUnit.MONTHS), "2028-03-01"),
        ("2028-03-29", Span(1, TimeUnit.MONTHS), "2028-02-29"),  # a leap day
        ("2027-02-28", Span(1, TimeUnit.MONTHS), "2027-01-28"),
        ("2028-02-28", Span(1, TimeUnit.YEARS), "2027-02-28"),
        ("2028-02-29", Span(1, TimeUnit.YEARS), "2027-03-01"),
        ("2027-01-01", Span(3, TimeUnit.MONTHS), "2026-10-01"),
        ("2027-05-03", Span(2, TimeUnit.WEEKS), "2027-04-19"),
        ("2027-05-03", Span(30, TimeUnit.DAYS), "2027-04-03"),
        ("2027-05-03", Span(1, TimeUnit.WORKING_DAYS), "2027-04-30"),  # Monday; the Friday before
        ("2027-05-02", Span(1, TimeUnit.WORKING_DAYS), "2027-04-30"),  # Sunday
    ],
)
def test_the_first_day_that_is_young_enough_is_exact_at_the_ends_of_months(on, age, first):
    assert first_day_young_enough(day(on), age) == day(first)


def test_an_age_beyond_the_calendar_does_not_matter():
    (paper,) = papers([use(1, "2027-02-01"), use(2, "2029-02-01")], {"registreringsbevis": Span(3000, TimeUnit.YEARS)})
    assert paper.copies == (Copy((1, 2), None, day("2027-02-01")),)


def test_a_unit_that_is_none_is_refused():
    with pytest.raises(ValueError, match="fortnights"):
        papers([use(1, "2027-02-01")], {"registreringsbevis": Span(1, "fortnights")})


# --- Properties -----------------------------------------------------------------------------------------------------

days = st.dates(datetime.date(2026, 1, 1), datetime.date(2029, 12, 31))
near_days = st.integers(0, 200).map(lambda number: datetime.date(2027, 11, 1) + number * DAY)
spans = st.builds(Span, st.integers(1, 15), st.sampled_from([str(unit) for unit in TimeUnit]))
several = st.lists(st.one_of(near_days, near_days, st.none()), min_size=1, max_size=7)


@given(days, spans)
def test_a_day_earlier_would_be_too_old(on, age):
    first = first_day_young_enough(on, age)
    assert after(first, age.amount, age.unit) >= on > after(first - DAY, age.amount, age.unit)


@given(several, spans)
def test_every_use_is_served_by_one_copy_that_is_there_and_young_enough(hand_ins, age):
    uses = [Use(number, "bevis", on, True) for number, on in enumerate(hand_ins)]
    (paper,) = papers(uses, {"bevis": age})
    assert sorted(guide for copy in paper.copies for guide in copy.guides) == list(range(len(hand_ins)))
    for copy in paper.copies:
        served = [hand_ins[guide] for guide in copy.guides]
        if copy.not_before is None:
            assert served == [None] * len(served)
            continue
        assert copy.needed == min(served)
        assert copy.not_before <= copy.needed
        assert all(after(copy.not_before, age.amount, age.unit) >= on for on in served)
        assert after(copy.not_before - DAY, age.amount, age.unit) < max(served)


def fewest(hand_ins: list[datetime.date], age: Span) -> int:
    """Try every choice of days on which copies are ordered; the day of an application itself is as late as one can be."""
    orders = sorted(set(hand_ins))
    for number in range(1, len(orders) + 1):
        for chosen in combinations(orders, number):
            if all(any(order <= on <= after(order, age.amount, age.unit) for order in chosen) for on in hand_ins):
                return number
    raise AssertionError("a copy for each day always does")


@given(st.lists(near_days, min_size=1, max_size=7), spans)
def test_no_fewer_copies_would_do(hand_ins, age):
    (paper,) = papers([Use(number, "bevis", on, True) for number, on in enumerate(hand_ins)], {"bevis": age})
    assert len(paper.copies) == fewest(hand_ins, age)
