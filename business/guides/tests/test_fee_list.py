"""The list of all fees: made of the guides, for any day, on the page and as a file for a spreadsheet."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from business.core.tests.factories import PageFactory, translate, translate_record
from business.guides.enums import Need, PaidWhen
from business.guides.models import FeeListPage, GuidePage
from business.guides.tests.factories import (
    AreaFactory,
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    HourlyRateFactory,
    TariffFactory,
    guide_index,
)

pytestmark = pytest.mark.django_db

LAST_DAY, FIRST_DAY = datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)


class FeeListFactory(PageFactory):
    title = "Alla avgifter"
    slug = "avgifter"

    class Meta:
        model = FeeListPage


@pytest.fixture
def fee_list() -> FeeListPage:
    return FeeListFactory(parent=guide_index())


def guide(title: str, area: Any = None, **fee: Any) -> GuidePage:
    """Make a guide with one fee."""
    page = GuideFactory(title=title, **({"area": area} if area else {}))
    FeeFactory(page=page, **fee)
    return page


def show(client: Client, page: FeeListPage, /, **query: str) -> Any:
    answer = client.get(page.url, query)
    assert answer.status_code == 200
    return answer


def listed(answer: Any) -> list[tuple[str, list[str]]]:
    """Return each area's name with its guides' titles, as they stand on the page."""
    sections = BeautifulSoup(answer.content, "html.parser").select("main section.section")
    return [
        (section.h2.get_text(strip=True), [link.get_text(strip=True) for link in section.select("h3 a")])
        for section in sections
    ]


def sums(answer: Any) -> list[str]:
    """Return the amounts, from top to bottom."""
    cells = BeautifulSoup(answer.content, "html.parser").select("main td.table__number")
    return [" ".join(cell.get_text().split()) for cell in cells]


def lines(client: Client, page: FeeListPage, /, **query: str) -> list[list[str]]:
    """Return the file's lines without the first, as a spreadsheet in the page's language reads them."""
    answer = show(client, page, format="csv", **query)
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if page.locale.language_code == "sv" else ","))[1:]


# --- What is listed -------------------------------------------------------------------------------------------------


def test_guides_stand_by_area_and_both_in_swedish_order(client, fee_list):
    for area, titles in (("Ängar", ["Bete"]), ("Zink", ["Öring", "Ål", "Zebra", "Abborre"]), ("Avlopp", ["Brunn"])):
        made = AreaFactory(name=area)
        for title in titles:
            guide(title, made)
    assert listed(show(client, fee_list)) == [
        ("Avlopp", ["Brunn"]),
        ("Zink", ["Abborre", "Zebra", "Ål", "Öring"]),
        ("Ängar", ["Bete"]),
    ]


def test_what_no_reader_may_see_is_not_listed(client, fee_list):
    guide("Öppen")
    private = guide("Hemlig")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    FeeFactory(page=GuideFactory(title="Utkast", draft=True))
    GuideFactory(title="Utan avgift")
    assert [titles for _area, titles in listed(show(client, fee_list))] == [["Öppen"]]
    assert [line[1] for line in lines(client, fee_list)] == ["Öppen"]


def test_a_list_of_nothing_says_so(client, fee_list):
    answer = show(client, fee_list)
    assert listed(answer) == []
    assert lines(client, fee_list) == []


def test_a_fee_is_that_of_the_day(client, fee_list):
    page = guide("Servering", label="Ansökan", amount=Decimal(9800), valid_to=LAST_DAY)
    FeeFactory(page=page, label="Ansökan", amount=Decimal(10100), valid_from=FIRST_DAY)
    before, after = show(client, fee_list, on="2026-12-31"), show(client, fee_list, on="2027-01-01")
    assert (sums(before), sums(after)) == (["9 800 kr"], ["10 100 kr"])
    assert "1 januari 2027" in before.content.decode()  # what it will be
    assert after.context["day"] == FIRST_DAY


def test_a_fee_in_hours_follows_the_rate_of_the_day(client, fee_list):
    area = AreaFactory()
    HourlyRateFactory(area=area, amount=Decimal(1390), valid_from=datetime.date(2026, 1, 1), valid_to=LAST_DAY)
    HourlyRateFactory(area=area, amount=Decimal(1430), valid_from=FIRST_DAY)
    guide("Kontroll", area, hourly=True)
    assert sums(show(client, fee_list, on="2026-12-31")) == ["2 780 kr"]
    assert sums(show(client, fee_list, on="2027-01-01")) == ["2 860 kr"]
    unknown = show(client, fee_list, on="2025-12-31")
    assert "kr" not in "".join(sums(unknown))
    assert listed(unknown)


def test_without_a_day_it_is_today(client, fee_list):
    today = timezone.localdate()
    page = guide("Ny", label="Avgift", amount=Decimal(1), valid_to=today - datetime.timedelta(days=1))
    FeeFactory(page=page, label="Avgift", amount=Decimal(2), valid_from=today)
    answer = show(client, fee_list)
    assert (sums(answer), answer.context["day"]) == (["2 kr"], today)


def test_what_has_ended_and_will_not_come_back_is_left_out(client, fee_list):
    guide("Förr", valid_to=datetime.date(2020, 1, 1))
    assert listed(show(client, fee_list)) == []
    assert [titles for _area, titles in listed(show(client, fee_list, on="2020-01-01"))] == [["Förr"]]


def test_a_fee_by_bands_has_a_line_for_each(client, fee_list):
    page, basis = GuideFactory(), FeeBasisFactory(name="kvadratmeter")
    for amount, start, end in ((9800, None, 250), (14900, 251, 500), (19990, 501, None)):
        FeeFactory(page=page, label="Bygglov", amount=Decimal(amount), basis=basis, band_from=start, band_to=end)
    answer = show(client, fee_list)
    assert sums(answer) == ["9 800 kr", "14 900 kr", "19 990 kr"]
    assert answer.content.decode().count("Bygglov") == 1
    assert "251–500 kvadratmeter" in answer.content.decode()
    assert [line[3:6] for line in lines(client, fee_list)] == [
        ["", "250", "kvadratmeter"],
        ["251", "500", "kvadratmeter"],
        ["501", "", "kvadratmeter"],
    ]


# --- Narrowing it ---------------------------------------------------------------------------------------------------


def test_an_area_is_chosen_by_its_key_in_both_languages(client, fee_list):
    wine, building = AreaFactory(name="Servering", slug="servering"), AreaFactory(name="Bygglov", slug="bygglov")
    translate_record(wine, name="Serving alcohol")
    translate(guide("Serveringstillstånd", wine), title="Licence")
    translate(guide("Lov", building), title="Permit")
    english = translate(fee_list, title="All fees")
    assert listed(show(client, fee_list, area="servering")) == [("Servering", ["Serveringstillstånd"])]
    assert listed(show(client, english, area="servering")) == [("Serving alcohol", ["Licence"])]
    assert [line[1] for line in lines(client, fee_list, area="servering")] == ["Serveringstillstånd"]
    assert [line[1] for line in lines(client, english, area="bygglov")] == ["Permit"]


def test_an_area_that_does_not_exist_is_pointed_out_and_all_are_listed(client, fee_list):
    guide("Servering")
    answer = show(client, fee_list, area="finns-inte")
    assert list(answer.context["filter_form"].errors) == ["area"]
    assert len(listed(answer)) == 1


@pytest.mark.parametrize("day", ["2026-02-30", "i går", "1900-01-01", "9999-12-31", "2026", "1" * 4000])
def test_a_day_that_cannot_be_is_pointed_out_and_kept(client, fee_list, day):
    guide("Servering")
    answer = show(client, fee_list, on=day)
    assert list(answer.context["filter_form"].errors) == ["on"]
    assert answer.context["day"] == timezone.localdate()
    field = BeautifulSoup(answer.content, "html.parser").find("input", attrs={"name": "on"})
    assert (field["value"], field["aria-invalid"]) == (day, "true")
    assert len(listed(answer)) == 1
    assert len(lines(client, fee_list, on=day)) == 1


def test_pages_of_the_list_follow_each_other_and_keep_the_day(client, fee_list):
    area = AreaFactory()
    for number in range(31):
        guide(f"Guide {number:02}", area)
    first, second = show(client, fee_list, on="2027-01-01"), show(client, fee_list, on="2027-01-01", page="2")
    assert [len(titles) for _area, titles in listed(first)] == [30]
    assert listed(second) == [(area.name, ["Guide 30"])]
    assert second.context["day"] == FIRST_DAY
    assert "?on=2027-01-01&amp;page=2" in first.content.decode()
    assert "?on=2027-01-01&amp;format=csv" in second.content.decode()
    assert len(lines(client, fee_list)) == 31


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "9" * 30, "1.0", "٣"])
def test_a_page_that_is_not_there_is_not_found(client, fee_list, number):
    guide("Servering")
    assert client.get(fee_list.url, {"page": number}).status_code == 404


# --- In English -----------------------------------------------------------------------------------------------------


def test_in_english_texts_are_english_and_what_is_not_translated_is_marked(client, fee_list):
    page = guide("Servering", AreaFactory(name="Alkohol"), label="Ansökan", amount=Decimal(9500), note="En gång.")
    FeeFactory(page=page, label="Kunskapsprov", amount=Decimal(1500))
    english = translate(page, title="Serving alcohol")
    page.fees.filter(label="Ansökan").update(amount=Decimal(9900))
    english.fees.filter(label="Ansökan").update(label="Application", amount=Decimal(1))
    answer = show(client, translate(fee_list, title="All fees"))
    html = BeautifulSoup(answer.content, "html.parser").find("main")
    assert sums(answer) == ["SEK 9,900", "SEK 1,500"]
    assert "Application" in html.get_text()
    assert "Ansökan" not in html.get_text()
    marked = {span.get_text(strip=True) for span in html.find_all("span", lang="sv")}
    assert marked == {"Alkohol", "Kunskapsprov", "En gång."}


def test_a_guide_that_is_not_translated_is_not_in_the_english_list(client, fee_list):
    translate(guide("Servering"), title="Serving")
    guide("Bara svenska")
    english = translate(fee_list, title="All fees")
    assert [titles for _area, titles in listed(show(client, english))] == [["Serving"]]


# --- As a file ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rich(fee_list: FeeListPage) -> GuidePage:
    """A guide with a fee in hours that says all that a fee can say."""
    area = AreaFactory(name="Bygglov, mark; vatten")
    HourlyRateFactory(area=area, amount=Decimal("1390.50"), valid_from=None, valid_to=LAST_DAY)
    HourlyRateFactory(area=area, amount=Decimal(1430), valid_from=FIRST_DAY)
    return guide(
        'Lov för "stort"',
        area,
        label="Handläggning åäö",
        hourly=True,
        hours_from=Decimal("1.50"),
        hours=Decimal("2.50"),
        minimum=Decimal("500.00"),
        paid=PaidWhen.AFTER_DECISION,
        tariff=TariffFactory(name="Taxa 2026"),
        note="Räknas; i timmar",
    )


def test_the_swedish_file_opens_in_a_swedish_spreadsheet(client, fee_list, rich):
    answer = show(client, fee_list, format="csv", on="2026-12-31")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="avgifter-2026-12-31.csv"' in answer["Content-Disposition"]
    (line,) = lines(client, fee_list, on="2026-12-31")
    assert line[:3] == ["Bygglov, mark; vatten", 'Lov för "stort"', "Handläggning åäö"]
    assert line[6:12] == ["2086", "3476", "1,50", "2,50", "1390,50", "500,00"]
    assert line[12] == "alltid"
    assert line[14:] == ["Taxa 2026", "3575", "2027-01-01", "Räknas; i timmar"]


def test_the_english_file_opens_in_an_english_spreadsheet(client, fee_list, rich):
    translate(rich, title="Permit")
    english = translate(fee_list, title="All fees", slug="fees")
    answer = show(client, english, format="csv", on="2026-12-31")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert 'filename="fees-2026-12-31.csv"' in answer["Content-Disposition"]
    (line,) = lines(client, english, on="2026-12-31")
    assert line[1] == "Permit"
    assert line[6:12] == ["2086", "3476", "1.50", "2.50", "1390.50", "500.00"]
    assert line[12:14] == ["always", "after the decision"]


def test_a_fee_for_some_only_says_so_on_the_page_and_in_the_file(client, fee_list):
    page = guide("Servering", label="Ansökan")
    FeeFactory(page=page, label="Slutet sällskap", need=Need.IF_APPLICABLE)
    assert [line[12] for line in lines(client, fee_list)] == ["alltid", "i vissa fall"]
    html = BeautifulSoup(show(client, fee_list).content, "html.parser")
    rows = {row.th.contents[0].strip(): row.get_text() for row in html.select("main table tr") if row.td}
    assert "Bara om det gäller dig" in rows["Slutet sällskap"]
    assert "Bara om det gäller dig" not in rows["Ansökan"]


def test_every_line_has_as_many_cells_as_the_first(client, fee_list, rich):
    guide("Fri", free=True)
    text = show(client, fee_list, format="csv").content.decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert {len(line) for line in found} == {18}
    assert len(found) == 3


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_a_formula(client, fee_list, start):
    label = f'{start}HYPERLINK("https://ond.example";"Klicka")'
    guide(label, AreaFactory(name=label), label=label, note=label, basis=FeeBasisFactory(name=label))
    (line,) = lines(client, fee_list)
    texts = [cell for cell in line if "HYPERLINK" in cell]
    assert len(texts) == 5
    assert all(cell.startswith("'") for cell in texts)


def test_a_file_is_asked_for_by_its_name_alone(client, fee_list):
    guide("Servering")
    for name in ("xml", "CSV", ""):
        assert show(client, fee_list, format=name)["Content-Type"].startswith("text/html")


# --- Queries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_it_asks_the_database_the_same_however_many_guides_there_are(client, fee_list, count_queries, language):
    area = AreaFactory(slug="servering")
    translate_record(area, name="Serving")
    HourlyRateFactory(area=area)

    def add(number: int) -> None:
        for _number in range(number):
            page = GuideFactory(area=area)
            FeeFactory(page=page, hourly=True, tariff=TariffFactory())
            FeeFactory(page=page, basis=FeeBasisFactory(), band_from=1, band_to=5)
            if language == "en":
                translate(page)

    def measure(query: dict[str, str]) -> int:
        client.get(shown.url, query)
        with count_queries() as queries:
            assert client.get(shown.url, query).status_code == 200
        return len(queries)

    asked = ({}, {"format": "csv"}, {"area": "servering", "on": "2027-01-01"})
    add(2)
    shown = fee_list if language == "sv" else translate(fee_list, title="All fees")
    before = [measure(query) for query in asked]
    add(4)
    GuideFactory(complete=1)
    assert [measure(query) for query in asked] == before
    assert max(before) <= 25
