"""The page with the statistics, and its files: who sees them, what is asked for, and that all three say the same."""

from __future__ import annotations

import datetime
import json
import logging
import re
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from business.core.tests.admin import shown_form
from business.inbox.enums import Helped
from business.inbox.forms.records import PeriodForm
from business.inbox.models import Rating
from business.inbox.permissions import can_see_statistics
from business.inbox.statistics.charts import Line, bars, columns, lines
from business.inbox.statistics.form import StatisticsForm
from business.inbox.statistics.tables import Kind, in_words

from .conftest import signed_in
from .factories import CaseFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/reports/case-statistics/"


def text_of(answer):
    return re.sub(r"\s+", " ", BeautifulSoup(answer.content, "html.parser").get_text(" "))


def sheet(answer, number=0):
    return list(load_workbook(BytesIO(answer.content)).worksheets[number].iter_rows(values_only=True))


@pytest.fixture
def cases():
    made = [CaseFactory(answered=True), CaseFactory(), CaseFactory(closed=True, channel="phone")]
    Rating.objects.create(case=made[2], closed_at=timezone.now(), helped=Helped.PARTLY)
    return made


# --- Who sees it ------------------------------------------------------------------------------------------------------


def test_whoever_is_not_signed_in_is_led_to_the_sign_in(cases):
    assert Client().get(PAGE)["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("query", ["", "?export=xlsx", "?export=json", "?export=pdf", "?period=nonsense"])
def test_an_editor_gets_no_figure_and_no_file(editor, cases, query):
    answer = editor.get(PAGE + query)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert "case-statistics" not in editor.get("/admin/").content.decode()


def test_the_right_to_work_or_export_without_the_right_to_read_opens_nothing(cases):
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "change_case", "export_case"]))
    assert not can_see_statistics(user)
    assert signed_in(user).get(PAGE)["Location"] == "/admin/"


def test_the_head_of_the_office_finds_it_in_the_menu_and_sees_no_case(reader, cases):
    head = signed_in(UserFactory(head=True))
    assert PAGE in head.get("/admin/").content.decode()
    assert "Requests received 3" in text_of(head.get(PAGE))
    assert head.get("/admin/inbox/").status_code == 302
    assert PAGE not in reader.get("/admin/").content.decode()  # to read cases is another right


# --- What is asked for ------------------------------------------------------------------------------------------------


def test_a_filter_narrows_every_figure_and_is_said(coordinator, cases):
    answer = coordinator.get(PAGE, {"channel": "phone"})
    assert "Channel: Telephone" in text_of(answer)
    assert "Requests received 1" in text_of(answer)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("period=dates", "Choose a day."),
        ("first=2026-05-01", "Choose a day."),
        ("period=dates&first=2026-05-02&last=2026-05-01", "The last day comes before the first."),
        ("period=dates&first=2001-05-02&last=2026-05-01", "Choose ten years at most."),
        ("period=dates&first=1026-05-02&last=2026-05-01", "Choose a day between 2000 and 2099."),
        ("period=dates&first=2098-05-02&last=2098-05-03", "This day has not come yet."),
        ("period=dates&first=now&last=2026-05-01", "Write the day as 2026-11-03."),
        ("period=week", "Select a valid choice."),
        ("topic=nothing", "Select a valid choice."),
        ("channel=%27+OR+1%3D1", "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_stays_there(coordinator, cases, query, told):
    for export in ("", "&export=xlsx"):
        answer = coordinator.get(f"{PAGE}?{query}{export}")
        assert answer.status_code == 200
        assert told in text_of(answer)
        assert "Requests received" not in text_of(answer)
    if "first=2026-05-02" in query:
        assert 'value="2026-05-02"' in answer.content.decode()


TODAY = datetime.date(2026, 11, 27)
MARCH = "first=2026-03-02&last=2026-03-09"


@pytest.mark.parametrize("form", [StatisticsForm, PeriodForm])
def test_days_that_are_written_are_these_days(form):
    def asked(query: str) -> tuple[Any, str]:
        """Return what is meant, or where it is told that nobody can know; and what the form then is shown with."""
        read = form(QueryDict(query), TODAY)
        return (str(read.chosen_period.first) if read.is_valid() else list(read.errors)), urlencode(
            {"shown": read.shown}
        )

    month, as_month = asked("period=month&first=&last=")
    assert month == "2026-11-01"
    # The period was left standing above the days, which were written.
    march, as_march = asked(f"period=month&{MARCH}&{as_month}")
    assert march == "2026-03-02"
    assert asked(f"period=dates&{MARCH}&{as_march}")[0] == "2026-03-02"
    # Another period was chosen, and the days were left standing: they are taken out of the form.
    assert asked(f"period=year&{MARCH}&{as_march}") == ("2026-01-01", urlencode({"shown": "year||"}))
    assert asked(f"period=year&{as_march}")[0] == "2026-01-01"
    # Both changed, or an address that nobody was shown: who asks is told, and finds everything as it was.
    for query in (f"period=year&{MARCH}&{as_month}", f"period=year&{MARCH}", f"period=month&{MARCH}&shown=x"):
        told, as_before = asked(query)
        assert told == ["period"]
        read = form(QueryDict(query), TODAY)
        assert (read["period"].value(), read["first"].value(), read["last"].value()) == (
            QueryDict(query)["period"], "2026-03-02", "2026-03-09",
        )  # fmt: skip
        assert asked(f"period=dates&{MARCH}&{as_before}")[0] == "2026-03-02"


@pytest.mark.parametrize("page", [PAGE, "/admin/reports/case-register/"])
def test_the_page_carries_what_it_was_shown_with(coordinator, page):
    shown = shown_form(coordinator, page)
    assert shown["shown"] == "month||"
    told = text_of(coordinator.get(page, {"period": "year", "first": "2026-03-02", "last": "2026-03-09"}))
    assert "You have both chosen a period and written days." in told


def test_what_is_not_known_is_left_alone(coordinator, cases):
    assert "Requests received 3" in text_of(coordinator.get(PAGE, {"q": "x", "status": "closed"}))


def test_a_file_of_an_unknown_kind_is_not_found(coordinator, cases):
    assert coordinator.get(PAGE, {"export": "pdf"}).status_code == 404


def test_a_month_without_anything_says_so(coordinator):
    answer = coordinator.get(PAGE, {"period": "dates", "first": "2019-01-01", "last": "2019-01-31"})
    assert "Nothing to count: no request came in and none was waiting." in text_of(answer)
    assert "0 of 0." in text_of(answer)


# --- Page and files ---------------------------------------------------------------------------------------------------


def test_page_workbook_and_json_say_the_same(coordinator, cases):
    page = BeautifulSoup(coordinator.get(PAGE).content, "html.parser")
    told = json.loads(coordinator.get(PAGE, {"export": "json"}).content)
    book = load_workbook(BytesIO(coordinator.get(PAGE, {"export": "xlsx"}).content))
    tables = page.select(".case-statistics__table")
    assert len(tables) == len(told["tables"]) == len(book.worksheets) - 1
    for drawn, table, written in zip(tables, told["tables"].values(), book.worksheets, strict=False):
        assert drawn.caption.get_text() == table["title"] == written.title
        lines = [[cell.get_text() for cell in row.select("td")] for row in drawn.select("tbody tr")]
        rows = list(written.iter_rows(min_row=2, values_only=True))
        assert len(lines) == len(table["rows"]) == len(rows)
        for line, row, cells in zip(lines, table["rows"], rows, strict=True):
            values = [value for key, value in row.items() if key not in ("key", "name", "note")]
            assert list(cells[1 : len(values) + 1]) == values
            kinds = [
                Kind.SHARE if "share" in key else Kind.MINUTES if "minutes" in key else Kind.NUMBER
                for key in (row if len(values) > 1 else {row["key"]: 0})
                if key not in ("key", "name", "note")
            ]
            assert line == [in_words(value, kind) for value, kind in zip(values, kinds, strict=True)]


def test_no_name_becomes_a_formula(coordinator):
    CaseFactory(topic=TopicFactory(name='=HYPERLINK("http://evil.example")'))
    book = load_workbook(BytesIO(coordinator.get(PAGE, {"export": "xlsx"}).content))
    cell = next(row[0] for row in book["By topic"].iter_rows(min_row=2))
    assert cell.value.startswith("=HYPERLINK")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_who_took_the_figures_out_is_logged(coordinator, cases, caplog):
    with caplog.at_level(logging.INFO, "business.inbox"):
        answer = coordinator.get(PAGE, {"period": "year", "channel": "phone", "export": "json", "evil": "x"})
    assert "no-store" in answer["Cache-Control"]
    assert "statistics-" in answer["Content-Disposition"]
    assert f"User {coordinator.user.pk} ({coordinator.user.username}) exported statistics" in caplog.text
    assert "period=year&channel=phone" in caplog.text
    assert "evil" not in caplog.text


def test_the_files_hold_what_the_page_shows(coordinator, cases):
    page = BeautifulSoup(coordinator.get(PAGE, {"channel": "phone"}).content, "html.parser")
    urls = [a["href"] for a in page.select("a[href*='export=']")]
    assert len(urls) == 2
    for url in urls:
        answer = coordinator.get(url)
        if "json" in url:
            said = json.loads(answer.content)
            assert said["filters"] == {"Channel": "Telephone"}
            assert said["tables"]["summary"]["rows"][0]["value"] == 1
        else:
            assert sheet(answer)[1][:2] == ("Requests received", 1)


def test_it_is_swedish_for_who_reads_swedish(coordinator, cases):
    profile = coordinator.user.wagtail_userprofile
    profile.preferred_language = "sv"
    profile.save()
    answer = coordinator.get(PAGE)
    assert "Inkomna ärenden 3" in text_of(answer)
    for picture in BeautifulSoup(answer.content, "html.parser").select("svg.case-chart__picture"):
        for mark in picture.select("[x], [cx], [points]"):
            assert not any("," in mark[name] for name in ("x", "y", "width", "cx") if name in mark.attrs)


def test_the_page_has_as_many_queries_however_many_cases(coordinator, count_queries):
    CaseFactory(answered=True)
    coordinator.get(PAGE)
    with count_queries() as few:
        coordinator.get(PAGE)
    CaseFactory.create_batch(5)
    CaseFactory.create_batch(5, answered=True, channel="email")
    with count_queries() as many:
        coordinator.get(PAGE, {"period": "year"})
    assert len(few) == len(many) <= 30


# --- Charts -----------------------------------------------------------------------------------------------------------


def test_each_chart_is_named_described_and_without_style(coordinator, cases):
    page = BeautifulSoup(coordinator.get(PAGE).content, "html.parser")
    pictures = page.select("svg.case-chart__picture")
    assert len(pictures) == 5
    for picture in pictures:
        assert picture.title.get_text()
        assert len(picture.desc.get_text()) > 5
        assert all(page.find(id=identity) for identity in picture["aria-labelledby"].split())
        assert not picture.select("[style]")
        ElementTree.fromstring(str(picture))


def test_bars_are_as_high_as_their_figures():
    chart = columns("Received", ["a", "b", "c"], [10, 20, 0])
    heights = [bar.height for bar in chart.bars]
    assert heights[1] == 2 * heights[0] > 0
    assert heights[2] == 0
    lying = bars("By topic", [("a", 1), ("b", 4)])
    assert lying.bars[1].width == pytest.approx(4 * lying.bars[0].width, abs=2)


def test_a_line_breaks_where_nothing_is_to_be_counted():
    chart = lines("Shares", list("abcde"), [Line("One day", [0.5, 1.0, None, 0.0, 0.25])], Kind.SHARE)
    drawn = chart.drawn[0]
    assert [len(run.split()) for run in drawn.runs] == [2, 2]
    assert drawn.points[1].y < drawn.points[0].y < drawn.points[2].y
    assert "One day, b: 100 %" in [point.text for point in drawn.points]


@pytest.mark.parametrize("number", [0, 1, 3, 40, 120])
def test_everything_of_a_chart_is_within_its_picture(number):
    names = [f"w. {week}" for week in range(number)]
    for chart in (
        columns("Received", names, list(range(number))),
        lines("Waiting", names, [Line("x", range(number))]),
    ):
        marks = [*chart.levels, *chart.labels, *chart.bars, *(point for one in chart.drawn for point in one.points)]
        assert all(0 <= mark.x <= chart.width and 0 <= mark.y <= chart.height for mark in marks)
        assert all(after.x - before.x >= 60 for before, after in zip(chart.labels, chart.labels[1:], strict=False))
