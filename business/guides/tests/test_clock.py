"""The deadline clock on a guide's page: days go in by the address, days and sums come out, and nothing is stored."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from business.core.tests.factories import translate
from business.guides.enums import CountedFrom, LateEffect, TimeRuleKind, TimeUnit
from business.guides.models import GuidePage
from business.guides.tests.factories import (
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    HourlyRateFactory,
    TimeRuleFactory,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def limit(page: GuidePage, amount: int = 10, unit: str = TimeUnit.WEEKS, **values: Any) -> Any:
    """Give the guide a legal limit counted from when the application arrived; with ``extension=True`` as much again."""
    extension = values.pop("extension", False)
    values = {"counted_from": CountedFrom.RECEIVED, "amount": amount, "amount_from": None, "unit": unit, **values}
    rule = TimeRuleFactory(page=page, kind=TimeRuleKind.LEGAL_LIMIT, **values)
    if extension:
        TimeRuleFactory(page=page, kind=TimeRuleKind.EXTENSION, **{**values, "late": ""})
    return rule


@pytest.fixture
def building() -> GuidePage:
    """A guide to building permits: ten weeks, ten more, and a fee that falls by a fifth for each started week."""
    page = GuideFactory(title="Bygglov")
    FeeFactory(page=page, label="Bygglov", amount=Decimal(14900))
    limit(page, extension=True, late=LateEffect.FEE_CUT)
    return page


@pytest.fixture
def alcohol() -> GuidePage:
    """A guide to licences to serve: four months from a complete application, and no extension."""
    page = GuideFactory(title="Serveringstillstånd")
    FeeFactory(page=page)
    limit(page, 4, TimeUnit.MONTHS, counted_from=CountedFrom.COMPLETE)
    return page


def ask(client: Client, page: GuidePage, **query: str) -> tuple[Any, Any]:
    """Return what the page's clock says for these days, and how it stands on the page."""
    answer = client.get(page.url, query)
    assert answer.status_code == 200
    return answer.context["clock"], BeautifulSoup(answer.content, "html.parser").find(id="clock")


def days_in(html: Any) -> list[tuple[str, str]]:
    """Return the days that the clock answers with, for machines and for people."""
    return [(time["datetime"], time.get_text(strip=True)) for time in html.find_all("time")]


def cuts_in(html: Any) -> list[list[str]]:
    """Return the rows of the table of what is left of the fee."""
    rows = html.select("tbody tr")
    return [[" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])] for row in rows]


# --- Where it stands ------------------------------------------------------------------------------------------------


def test_it_stands_on_a_guide_with_a_legal_limit(client, alcohol):
    clock, html = ask(client, alcohol)
    assert clock.days is None
    assert not clock.form.is_bound
    assert {field["name"] for field in html.find_all("input")} == {"received", "complete"}
    assert not html.find_all("time")


def test_it_does_not_stand_where_the_law_sets_no_limit(client):
    page = GuideFactory()
    for kind in (TimeRuleKind.USUAL, TimeRuleKind.EXTENSION, TimeRuleKind.NOTICE_BEFORE_START):
        TimeRuleFactory(page=page, kind=kind)
    assert ask(client, page, received="2026-09-01") == (None, None)


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_it_stands_only_while_the_limit_holds(client, shift):
    today = timezone.localdate()
    ended, begins = GuideFactory(), GuideFactory()
    limit(ended, valid_to=today + shift * DAY)
    limit(begins, valid_from=today + shift * DAY)
    assert bool(ask(client, ended)[1]) is (shift >= 0)
    assert bool(ask(client, begins)[1]) is (shift <= 0)


def test_a_limit_of_no_time_at_all_needs_no_clock(client):
    page = GuideFactory()
    limit(page, 0)
    assert ask(client, page, received="2026-09-01") == (None, None)


def test_it_asks_only_what_the_answer_depends_on(client, building, alcohol):
    def names(page: GuidePage) -> set[str]:
        return {field["name"] for field in ask(client, page)[1].find_all(["input", "select"])}

    assert names(building) == {"received", "complete", "asked", "extended"}
    assert names(alcohol) == {"received", "complete"}
    limit(alcohol, applies_to="Tillfälligt")
    assert names(alcohol) == {"received", "complete", "asked", "matter"}


# --- What it answers ------------------------------------------------------------------------------------------------


def test_days_are_written_in_swedish_and_for_machines(client, building):
    _clock, html = ask(client, building, received="2026-09-01")
    assert days_in(html) == [
        ("2026-09-01", "1 september 2026"),
        ("2026-11-10", "10 november 2026"),
        ("2027-01-19", "19 januari 2027"),
    ]


def test_on_the_english_page_days_are_english_and_the_same(client, building):
    english = translate(building, title="Building permit")
    _clock, html = ask(client, english, received="2026-09-01")
    assert days_in(html) == [
        ("2026-09-01", "1 September 2026"),
        ("2026-11-10", "10 November 2026"),
        ("2027-01-19", "19 January 2027"),
    ]


def test_where_the_law_knows_no_extension_none_is_told(client, alcohol):
    _clock, html = ask(client, alcohol, received="2026-10-01", complete="2026-10-31")
    assert [day for day, _words in days_in(html)] == ["2026-10-31", "2027-03-01"]
    assert not html.find("table")


@pytest.mark.parametrize(
    ("asked", "starts", "last", "extended"),
    [
        ("", "2026-09-01", "2026-11-10", "2027-01-19"),  # nobody asked: from the day it arrived
        ("2026-09-22", "2026-10-01", "2026-12-10", "2027-02-18"),  # on the last day of three weeks: from completion
        ("2026-09-23", "2026-09-01", "2026-11-10", "2027-01-19"),  # a day too late
    ],
)
def test_only_a_question_in_time_moves_the_start(client, building, asked, starts, last, extended):
    _clock, html = ask(client, building, received="2026-09-01", complete="2026-10-01", asked=asked)
    assert [day for day, _words in days_in(html)] == [starts, last, extended]


def test_a_last_day_on_julafton_is_the_next_working_day(client, building):
    _clock, html = ask(client, building, received="2026-10-15")
    assert [words for _day, words in days_in(html)] == ["15 oktober 2026", "28 december 2026", "4 mars 2027"]


def test_of_two_limits_the_reader_chooses_the_matter(client, building):
    limit(building, 4, applies_to="Anmälan", extension=True)
    _clock, html = ask(client, building)
    options = html.find("select", attrs={"name": "matter"}).find_all("option")
    assert options[1].get_text(strip=True) == "Anmälan"
    permit = ask(client, building, received="2026-11-23")[1]
    assert [day for day, _words in days_in(permit)] == ["2026-11-23", "2027-02-01", "2027-04-12"]
    notice = ask(client, building, received="2026-11-23", matter="1")[1]
    assert [day for day, _words in days_in(notice)] == ["2026-11-23", "2026-12-21", "2027-01-18"]
    assert notice.find("option", selected=True)["value"] == "1"


def test_every_matter_has_words_to_choose_it_by(client, building):
    limit(building, 4, applies_to="Anmälan")
    _clock, html = ask(client, building)
    assert all(option.get_text(strip=True) for option in html.find_all("option"))


def test_a_matter_takes_the_extension_of_its_own(client):
    page = GuideFactory()
    limit(page, 10, applies_to="Lov", extension=True)
    limit(page, 4, applies_to="Anmälan")
    assert ask(client, page, received="2026-09-01", matter="0")[0].days.extended_to == datetime.date(2027, 1, 19)
    assert ask(client, page, received="2026-09-01", matter="1")[0].days.extended_to is None


# --- What is left of the fee ----------------------------------------------------------------------------------------


def test_the_fee_falls_by_a_fifth_for_each_started_week(client, building):
    _clock, html = ask(client, building, received="2026-09-01")
    *rows, (when, cut, left) = cuts_in(html)
    assert rows == [
        ["2026-11-11 – 2026-11-17", "1/5", "11 920 kr"],
        ["2026-11-18 – 2026-11-24", "2/5", "8 940 kr"],
        ["2026-11-25 – 2026-12-01", "3/5", "5 960 kr"],
        ["2026-12-02 – 2026-12-08", "4/5", "2 980 kr"],
    ]
    assert "2026-12-09" in when
    assert (cut, left) == ("5/5", "Gratis")


def test_an_extended_time_is_what_the_weeks_count_from(client, building):
    _clock, html = ask(client, building, received="2026-09-01", extended="on")
    assert [row[0] for row in cuts_in(html)][:2] == ["2027-01-20 – 2027-01-26", "2027-01-27 – 2027-02-02"]
    assert html.find("input", attrs={"name": "extended"}).has_attr("checked")


def test_ticking_an_extension_that_the_law_does_not_know_changes_nothing(client):
    page = GuideFactory()
    FeeFactory(page=page, amount=Decimal(1000))
    limit(page, late=LateEffect.FEE_CUT)
    plain = cuts_in(ask(client, page, received="2026-09-01")[1])
    assert plain == cuts_in(ask(client, page, received="2026-09-01", extended="on")[1]) != []


def test_a_fee_by_bands_falls_as_a_range(client, building):
    basis = FeeBasisFactory()
    building.fees.all().delete()
    for amount, start, end in ((9800, None, 250), (14900, 251, 500), (19990, 501, None)):
        FeeFactory(page=building, label="Bygglov", amount=Decimal(amount), basis=basis, band_from=start, band_to=end)
    FeeFactory(page=building, label="Nybyggnadskarta", amount=Decimal(99999))
    _clock, html = ask(client, building, received="2026-09-01")
    assert [row[2] for row in cuts_in(html)] == [
        "7 840–15 992 kr",
        "5 880–11 994 kr",
        "3 920–7 996 kr",
        "1 960–3 998 kr",
        "Gratis",
    ]


def test_a_fee_in_hours_falls_from_what_it_is_today(client, building):
    building.fees.all().delete()
    HourlyRateFactory(area=building.area, amount=Decimal(1111), valid_from=None)
    FeeFactory(page=building, hourly=True, hours_from=Decimal(4), hours=Decimal(6))
    _clock, html = ask(client, building, received="2026-09-01")
    assert [row[2] for row in cuts_in(html)][:2] == ["3 555,20–5 332,80 kr", "2 666,40–3 999,60 kr"]


def test_a_fee_for_each_unit_is_still_for_each_unit(client, building):
    building.fees.all().delete()
    FeeFactory(page=building, kind="per_unit", amount=Decimal(500), basis=FeeBasisFactory(one="skylt"))
    _clock, html = ask(client, building, received="2026-09-01")
    first = cuts_in(html)[0][2]
    assert first.startswith("400 kr")
    assert "skylt" in first


@pytest.mark.parametrize("fees", [[], [{"free": True}], [{"hourly": True}]])
def test_where_there_is_nothing_to_count_with_the_days_are_still_told(client, building, fees):
    building.fees.all().delete()
    for fee in fees:
        FeeFactory(page=building, **fee)
    _clock, html = ask(client, building, received="2026-09-01")
    assert [row[2] for row in cuts_in(html)] == ["–"] * 5


def test_no_fee_falls_where_the_law_says_nothing_of_it(client, building):
    limit(building, 4, applies_to="Anmälan")
    assert cuts_in(ask(client, building, received="2026-09-01", matter="1", extended="on")[1]) == []


# --- What cannot be -------------------------------------------------------------------------------------------------

BAD = [
    ({"received": ""}, ["received"]),
    ({"received": "", "complete": "2026-09-02"}, ["received"]),
    ({"complete": "2026-08-31"}, ["complete"]),
    ({"asked": "2026-08-31"}, ["asked"]),
    ({"complete": "2026-08-31", "asked": "2026-08-30"}, ["complete", "asked"]),
    ({"received": "2026-02-30"}, ["received"]),
    ({"complete": "2026-02-29"}, ["complete"]),
    ({"asked": "2026-13-01"}, ["asked"]),
    ({"received": "1900-01-01"}, ["received"]),
    ({"received": "9999-12-31"}, ["received"]),
    ({"complete": "9999-12-31"}, ["complete"]),
    ({"received": "1999-12-31"}, ["received"]),
    ({"received": "2101-01-01"}, ["received"]),
    ({"received": "0000-00-00"}, ["received"]),
    ({"received": "i går"}, ["received"]),
    ({"received": "1 september 2026"}, ["received"]),
    ({"received": "<script>alert(1)</script>"}, ["received"]),
    ({"received": "2" * 5000}, ["received"]),
    ({"matter": "2"}, ["matter"]),
    ({"matter": "-1"}, ["matter"]),
    ({"matter": "Anmälan"}, ["matter"]),
    ({"matter": "٣"}, ["matter"]),
]


@pytest.mark.parametrize(("query", "fields"), BAD)
def test_what_cannot_be_is_said_beside_the_field_and_kept(client, building, query, fields):
    limit(building, 4, applies_to="Anmälan")
    sent = {"received": "2026-09-01", **query}
    clock, html = ask(client, building, **sent)
    assert clock.days is None
    assert set(clock.form.errors) == set(fields)
    assert not html.find_all("time")
    assert not html.find("table")
    for name in fields:
        field = html.find(attrs={"name": name})
        assert field["aria-invalid"] == "true"
        message = html.find(id=field["aria-describedby"].split()[-1])
        assert clock.form.errors[name][0] in message.get_text()
    for name, value in sent.items():
        if name != "matter":  # a choice that there is none of cannot be shown as chosen
            assert html.find("input", attrs={"name": name}).get("value", "") == value


@pytest.mark.parametrize("day", ["2000-01-01", "2100-12-31"])
def test_the_first_and_the_last_day_that_may_be_asked_about_are_answered(client, building, day):
    assert ask(client, building, received=day)[0].days.starts_on.isoformat() == day


def test_other_words_in_the_address_leave_the_clock_empty(client, building):
    clock, _html = ask(client, building, matter="1", extended="on", utm_source="brev")
    assert not clock.form.is_bound


def test_nothing_is_stored(client, building, count_queries):
    client.get(building.url)  # the first visit to a new site notes its settings
    with count_queries() as queries:
        ask(client, building, received="2026-09-01", complete="2026-10-01", asked="2026-09-22", extended="on")
    assert [q["sql"] for q in queries.captured_queries if not q["sql"].lstrip().startswith("SELECT")] == []
    assert not client.cookies


def test_it_asks_the_database_nothing(client, building, count_queries):
    def measure(**query: str) -> int:
        client.get(building.url, query)
        with count_queries() as queries:
            client.get(building.url, query)
        return len(queries)

    assert measure() == measure(received="2026-09-01") == measure(received="i går") <= 25
    limit(building, 4, applies_to="Anmälan", extension=True, late=LateEffect.FEE_CUT)
    assert measure(received="2026-09-01", matter="1", extended="on") == measure()


def test_what_was_asked_for_and_never_came_starts_no_clock(client):
    page = GuideFactory()
    TimeRuleFactory(page=page, legal_limit=True, amount=10, unit="weeks", counted_from="received")
    for days, field in (
        ({"received": "2026-09-01", "asked": "2026-09-10"}, "complete"),
        ({"received": "2026-09-01", "asked": "2026-09-20", "complete": "2026-09-10"}, "asked"),
    ):
        clock = client.get(page.url, days).context["clock"]
        assert (clock.days, list(clock.form.errors)) == (None, [field])
