"""What an address wishes of a plan, and how it is written again."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from business.planning.planner.wishes import MOST, Wishes, read_count, read_day, read_wishes

pytestmark = pytest.mark.one_database

TODAY = datetime.date(2026, 11, 26)
SLUGS = st.text("abcdefghij-", min_size=1, max_size=8)


def test_an_address_is_read():
    query = "journey=oppna-restaurang&day=2027-05-01&with=folkol&with=skyltlov&without=bygglov&fee=folkol.tillsyn&n-person=2"
    wishes = read_wishes(QueryDict(query), [("alkohol", "ja")])
    assert wishes.journey == "oppna-restaurang"
    assert wishes.day == "2027-05-01"
    assert wishes.include == ("folkol", "skyltlov")
    assert wishes.exclude == ("bygglov",)
    assert wishes.fees == ("folkol.tillsyn",)
    assert wishes.counts == {"person": "2"}
    assert wishes.answers == (("alkohol", "ja"),)


def test_an_address_that_wishes_nothing_plans_nothing():
    assert not read_wishes(QueryDict("day=2027-05-01&n-person=2"))


@given(
    st.lists(SLUGS, max_size=4),
    st.lists(SLUGS, max_size=4),
    st.lists(SLUGS, max_size=4),
    st.dictionaries(SLUGS, st.integers(1, 999).map(str), max_size=4),
)
def test_what_is_written_is_read_again(include, exclude, fees, counts):
    wishes = Wishes("resa", "2027-05-01", tuple(include), tuple(exclude), tuple(fees), counts)
    again = read_wishes(QueryDict(wishes.query()))
    assert again.query() == wishes.query()
    assert set(again.include) == set(include)
    assert again.counts == counts


def test_the_same_wishes_always_have_one_address():
    one = read_wishes(QueryDict("with=b&with=a&with=b&n-y=2&n-x=1&journey=j"))
    other = read_wishes(QueryDict("n-x=1&journey=j&with=a&n-y=2&with=b"))
    assert one.query() == other.query()


def test_a_guide_that_is_added_is_not_left_out_any_more():
    wishes = Wishes(exclude=("bygglov",))
    assert wishes.adding("bygglov") == "with=bygglov"
    assert Wishes(include=("folkol",)).removing("folkol") == "without=folkol"


def test_of_an_address_without_end_only_so_much_is_read():
    wishes = read_wishes(QueryDict("&".join([*(f"with=g{n}" for n in range(5000)), "journey=" + "x" * 9000])))
    assert len(wishes.include) == MOST
    assert len(wishes.journey) == 200


@pytest.mark.parametrize("text", ["2027-05-01", "2026-11-26", "2031-11-26"])
def test_a_day_from_today_to_five_years_ahead_is_taken(text: str):
    assert read_day(text, TODAY) == datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-25", "past"),
        ("2031-11-27", "far"),
        ("9999-12-31", "far"),
        ("2027-02-29", "invalid"),
        ("2027-13-01", "invalid"),
        ("1 maj", "invalid"),
        ("２０２７-05-01", "invalid"),
        ("2027-05-01\n", "invalid"),
        ("0000-00-00", "invalid"),
    ],
)
def test_a_day_that_cannot_be_planned_for_is_refused(text: str, code: str):
    with pytest.raises(ValidationError) as refusal:
        read_day(text, TODAY)
    assert refusal.value.code == code


def test_no_day_is_no_mistake():
    assert read_day("", TODAY) is None


@pytest.mark.parametrize(
    ("text", "number"), [("60", 60), ("1 250", 1250), ("1\u00a0250", 1250), ("", None), (" ", None)]
)
def test_a_number_is_read_as_people_write_it(text: str, number: int | None):
    assert read_count(text) == number


@pytest.mark.parametrize("text", ["0", "-1", "2,5", "tre", "²", "٣", "1e3", "9" * 30])
def test_what_is_no_number_of_something_is_refused(text: str):
    with pytest.raises(ValidationError):
        read_count(text)
