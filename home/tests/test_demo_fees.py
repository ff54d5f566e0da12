"""The demo's fees and what they are counted by, as they stand in its files: can a plan for next year be believed?"""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

import pytest

from home.demo.content_files import read, read_folder

pytestmark = pytest.mark.one_database

GUIDES = read_folder("guides")
FEES = [(guide, row) for guide, data in GUIDES.items() for row in data.get("fees", [])]
TARIFFS = {row["key"]: row for row in read("registers")["tariffs"]}
NEXT_YEAR = 2027


def named(row: dict[str, Any]) -> str:
    return f"{row['label']['sv']} {row.get('band_from', '')}"


def cited() -> list[tuple[str, dict[str, Any], int]]:
    """Return the fees by a tariff that the council decides for a year: its name says for which."""
    found = []
    for guide, row in FEES:
        tariff = TARIFFS.get(row.get("tariff", ""))
        if tariff and str(tariff["year"]) in tariff["name"]["sv"]:
            found.append((guide, row, tariff["year"]))
    return found


def test_no_fee_holds_outside_the_year_of_its_tariff():
    """A tariff for the last year in the files holds until there is another one."""
    assert cited()
    for guide, row, year in cited():
        assert row["valid_from"] >= datetime.date(year, 1, 1), (guide, named(row))
        if year < NEXT_YEAR:
            assert row.get("valid_to", datetime.date.max) <= datetime.date(year, 12, 31), (guide, named(row))


def test_every_fee_of_this_year_goes_on_next_year_without_a_gap():
    years = defaultdict(list)
    for guide, row, _year in cited():
        years[guide, named(row)].append((row["valid_from"], row.get("valid_to")))
    for fee, periods in years.items():
        assert sorted(periods, key=lambda period: period[0]) == [
            (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)),
            (datetime.date(2027, 1, 1), None),
        ], fee


def test_rent_is_not_told_as_pay_for_work():
    rents = [(guide, row) for guide, row in FEES if row.get("tariff", "").startswith("mark-")]
    assert rents
    assert not [(guide, named(row)) for guide, row in rents if row["paid"] == "afterwards"]


def test_the_finder_asks_for_whatever_a_fee_that_all_pay_is_counted_by():
    """Otherwise the plan that it leads to has a hole in its sum until the company counts by itself."""
    counted = {row["basis"] for _guide, row in FEES if "basis" in row and row.get("need") != "if_applicable"}
    assert counted - {question.get("basis") for question in read("planning")["questions"]} == set()


@pytest.mark.parametrize("goods", ["folkol", "tobak", "nikotin", "lakemedel"])
def test_whoever_sells_goods_with_a_yearly_fee_says_in_how_many_places(goods):
    data = read("planning")
    asks = next(question for question in data["questions"] if question.get("basis") == "forsaljningsstalle")
    assert f"varor={goods}" in asks["shown_when"]
    companies = [row["answers"] for row in data["personas"] if goods in row["answers"].get("varor", [])]
    assert companies
    assert all(asks["key"] in answers for answers in companies)
