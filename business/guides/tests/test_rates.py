"""A new hourly rate: every page and amount that it changes is shown before anything is stored."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from business.core.tests.admin import shown_form, sign_in
from business.core.tests.factories import translate
from business.guides.models import AuthorityArea, GuideFee, GuidePage, HourlyRate
from business.guides.rates import rate_changes
from business.guides.tests.factories import AreaFactory, FeeBasisFactory, FeeFactory, GuideFactory, HourlyRateFactory

pytestmark = pytest.mark.django_db

OLD_DAY, LAST_DAY, FIRST_DAY = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)
ADD = "wagtailsnippets_guides_hourlyrate:add"
EDIT = "wagtailsnippets_guides_hourlyrate:edit"


@pytest.fixture
def area() -> AuthorityArea:
    return AreaFactory(name="Bygglov")


@pytest.fixture
def rate(area: AuthorityArea) -> HourlyRate:
    """The rate that holds until further notice."""
    return HourlyRateFactory(area=area, amount=Decimal(1390), valid_from=OLD_DAY)


@pytest.fixture
def fee(area: AuthorityArea) -> GuideFee:
    """A fee of two hours on a live guide of the area."""
    return FeeFactory(page=GuideFactory(title="Lov", area=area), label="Prövning", hourly=True)


@pytest.fixture
def editor(client: Client) -> Client:
    sign_in(client, editor=True)
    return client


def new(area: AuthorityArea, amount: str = "1430", start: str = "2027-01-01", end: str = "") -> dict[str, str]:
    return {"area": str(area.pk), "amount": amount, "valid_from": start, "valid_to": end}


def send(client: Client, data: Any, rate: HourlyRate | None = None) -> Any:
    """Send the form of a new rate, or of one that there is."""
    return client.post(reverse(EDIT, args=[rate.pk]) if rate else reverse(ADD), data)


def confirm(client: Client, preview: Any, rate: HourlyRate | None = None, **more: str) -> Any:
    """Press a button on the page that shows the changes: everything in its form is sent."""
    form = BeautifulSoup(preview.content, "html.parser").select("main form")[-1]
    data = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    return send(client, {**data, **more}, rate)


def told(preview: Any) -> list[list[str]]:
    """Return the table of changes as it stands on the page: guide, fee, day, before, after."""
    rows = BeautifulSoup(preview.content, "html.parser").select("table.listing tbody tr")
    return [[" ".join(cell.get_text().split()) for cell in row.find_all("td")] for row in rows]


def stored() -> list[tuple[Decimal, datetime.date | None, datetime.date | None]]:
    return list(HourlyRate.objects.order_by("valid_from").values_list("amount", "valid_from", "valid_to"))


# --- What is shown before anything is stored ------------------------------------------------------------------------


def test_every_page_and_amount_is_shown_and_nothing_is_stored(editor, area, rate, fee):
    FeeFactory(page=fee.page, label="Tillsyn", hourly=True, hours=Decimal("0.50"))
    FeeFactory(page=GuideFactory(title="Anmälan", area=area), label="Anmälan", hourly=True, hours=Decimal(1))
    preview = send(editor, new(area))
    assert preview.status_code == 200
    assert told(preview) == [
        ["Anmälan", "Anmälan", "1 januari 2027", "1 390 kr", "1 430 kr"],
        ["Lov", "Prövning", "1 januari 2027", "2 780 kr", "2 860 kr"],
        ["Lov", "Tillsyn", "1 januari 2027", "695 kr", "715 kr"],
    ]
    assert reverse("wagtailadmin_pages:edit", args=[fee.page_id]) in preview.content.decode()
    assert preview.context["guides"] == 2
    assert stored() == [(1390, OLD_DAY, None)]


def test_what_was_shown_is_stored_once_it_is_confirmed(editor, area, rate, fee):
    answer = confirm(editor, send(editor, new(area)))
    assert answer.status_code == 302
    assert stored() == [(1390, OLD_DAY, LAST_DAY), (1430, FIRST_DAY, None)]


def test_the_page_then_says_what_was_shown(editor, area, rate, fee):
    preview = send(editor, new(area))
    (change,) = preview.context["changes"]
    confirm(editor, preview)
    page = GuidePage.objects.get(pk=fee.page_id)
    assert page.facts(LAST_DAY).price == change.before
    assert page.facts(change.day).price == change.after


@pytest.mark.parametrize("shown", ["", "0" * 64, "ja"])
def test_nothing_is_stored_by_who_has_not_seen_it(editor, area, rate, fee, shown):
    preview = send(editor, {**new(area), "shown": shown})
    assert preview.status_code == 200
    assert len(told(preview)) == 1
    assert stored() == [(1390, OLD_DAY, None)]


def test_it_says_which_rate_ends_and_when(editor, area, rate):
    html = send(editor, new(area)).content.decode()
    assert "31 december 2026" in html
    assert "1\xa0390\xa0kr" in html


def test_a_rate_that_changes_no_fee_is_confirmed_too(editor, area):
    preview = send(editor, new(area))
    assert told(preview) == []
    assert stored() == []
    assert confirm(editor, preview).status_code == 302
    assert stored() == [(1430, FIRST_DAY, None)]


def test_a_first_rate_tells_what_was_unknown(editor, area, fee):
    change = told(send(editor, new(area, start="")))[0]
    assert (change[0], change[4]) == ("Lov", "2 860 kr")
    assert "kr" not in change[3]


def test_a_rate_with_an_end_tells_of_its_own_days_alone(editor, area, fee):
    (row,) = told(send(editor, new(area, end="2027-06-30")))  # after that no rate is known, as before
    assert (row[2], row[4]) == ("1 januari 2027", "2 860 kr")


def test_an_older_rate_with_an_end_is_left_as_it_is(editor, area, fee):
    HourlyRateFactory(area=area, amount=Decimal(1390), valid_from=OLD_DAY, valid_to=datetime.date(2026, 6, 30))
    preview = send(editor, new(area))
    assert preview.context["ends"] is None
    confirm(editor, preview)
    assert stored() == [(1390, OLD_DAY, datetime.date(2026, 6, 30)), (1430, FIRST_DAY, None)]


@pytest.mark.parametrize(("start", "field"), [("2026-01-01", "valid_from"), ("2025-06-01", "valid_from")])
def test_days_that_are_taken_are_refused_at_once(editor, area, rate, fee, start, field):
    answer = send(editor, new(area, start=start))
    assert list(answer.context["form"].errors) == [field]
    assert "changes" not in answer.context
    assert stored() == [(1390, OLD_DAY, None)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "1e30"}, "amount"),
        ({"start": "2027-02-30"}, "valid_from"),
        ({"start": "2027-02-01", "end": "2027-01-31"}, "valid_to"),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_shown(editor, area, fee, values, field):
    answer = send(editor, new(area, **values))
    assert list(answer.context["form"].errors) == [field]
    assert stored() == []


# --- Which pages and fees -------------------------------------------------------------------------------------------


def test_only_live_guides_of_the_area_are_told_and_each_once(editor, area, rate, fee):
    translate(fee.page, title="Permit")
    FeeFactory(page=GuideFactory(area=area, draft=True), hourly=True)
    FeeFactory(page=GuideFactory(), hourly=True)
    FeeFactory(page=GuideFactory(area=area))  # a fixed amount
    preview = send(editor, new(area))
    assert [row[0] for row in told(preview)] == ["Lov"]
    assert preview.context["guides"] == 1


def test_ranges_bands_and_the_least_fee_are_told_as_readers_see_them(editor, area, rate):
    page, basis = GuideFactory(title="Lov", area=area), FeeBasisFactory()
    FeeFactory(page=page, label="Tillsyn", hourly=True, hours_from=Decimal(4), hours=Decimal(6))
    for start, end, hours in ((None, 250, 2), (251, None, 3)):
        FeeFactory(page=page, label="Bygglov", hourly=True, hours=hours, basis=basis, band_from=start, band_to=end)
    FeeFactory(page=page, label="Minst tusen", hourly=True, hours=Decimal("0.50"), minimum=Decimal(1000))
    FeeFactory(page=page, label="Minst sjuhundra", hourly=True, hours=Decimal("0.50"), minimum=Decimal(700))
    rows = {row[1]: row[3:] for row in told(send(editor, new(area)))}
    bands = {label: amounts for label, amounts in rows.items() if label.startswith("Bygglov")}
    assert rows["Tillsyn"] == ["5 560–8 340 kr", "5 720–8 580 kr"]
    assert list(bands.values()) == [["2 780 kr", "2 860 kr"], ["4 170 kr", "4 290 kr"]]
    assert any("250" in label for label in bands)
    assert "Minst tusen" not in rows  # the least fee is asked for before and after
    assert rows["Minst sjuhundra"] == ["700 kr", "715 kr"]


def test_a_fee_whose_hours_change_later_is_told_from_each_day(editor, area, rate, fee):
    GuideFee.objects.filter(pk=fee.pk).update(valid_to=datetime.date(2027, 6, 30))
    FeeFactory(page=fee.page, label="Prövning", hourly=True, hours=Decimal(3), valid_from=datetime.date(2027, 7, 1))
    assert [row[2:] for row in told(send(editor, new(area)))] == [
        ["1 januari 2027", "2 780 kr", "2 860 kr"],
        ["1 juli 2027", "4 170 kr", "4 290 kr"],
    ]


def test_a_fee_that_has_ended_before_the_day_is_not_told(editor, area, rate, fee):
    GuideFee.objects.filter(pk=fee.pk).update(valid_to=LAST_DAY)
    assert told(send(editor, new(area))) == []


# --- When something changes between ---------------------------------------------------------------------------------


def test_a_fee_that_somebody_changes_meanwhile_is_shown_again(editor, area, rate, fee):
    preview = send(editor, new(area))
    GuideFee.objects.filter(pk=fee.pk).update(hours=Decimal(3))
    again = confirm(editor, preview)
    assert again.status_code == 200
    assert again.context["again"]
    assert told(again) == [["Lov", "Prövning", "1 januari 2027", "4 170 kr", "4 290 kr"]]
    assert stored() == [(1390, OLD_DAY, None)]
    assert confirm(editor, again).status_code == 302
    assert len(stored()) == 2


def test_a_guide_that_comes_meanwhile_is_shown_again(editor, area, rate, fee):
    preview = send(editor, new(area))
    FeeFactory(page=GuideFactory(title="Ny", area=area), hourly=True)
    assert [row[0] for row in told(confirm(editor, preview))] == ["Lov", "Ny"]
    assert len(stored()) == 1


def test_another_amount_than_was_shown_is_shown_again(editor, area, rate, fee):
    again = confirm(editor, send(editor, new(area)), amount="14300")
    assert again.context["again"]
    assert told(again)[0][4] == "28 600 kr"
    assert len(stored()) == 1


def test_another_day_than_was_shown_is_shown_again(editor, area, rate):
    again = confirm(editor, send(editor, new(area)), valid_from="2027-02-01")
    assert again.context["again"]
    assert "31 januari 2027" in again.content.decode()
    assert len(stored()) == 1


def test_another_rate_to_end_than_was_shown_is_shown_again(editor, area, rate):
    preview = send(editor, new(area))
    HourlyRate.objects.filter(pk=rate.pk).update(amount=Decimal(1400))
    again = confirm(editor, preview)
    assert again.status_code == 200
    assert "1\xa0400\xa0kr" in again.content.decode()
    assert len(stored()) == 1


def test_a_rate_that_somebody_stores_meanwhile_for_the_same_days_is_told(editor, area, rate, fee):
    preview = send(editor, new(area))
    confirm(editor, send(editor, new(area, amount="1450")))
    answer = confirm(editor, preview)
    assert list(answer.context["form"].errors) == ["valid_from"]
    assert stored() == [(1390, OLD_DAY, LAST_DAY), (1450, FIRST_DAY, None)]


def test_a_rate_that_somebody_stores_while_this_one_is_checked_is_told_too(editor, area, rate, fee, monkeypatch):
    preview = send(editor, new(area))

    def after_somebody_else(ours):
        HourlyRate.objects.create(area=area, amount=Decimal(1400), valid_from=ours.valid_from)
        return rate_changes(ours)

    monkeypatch.setattr("business.guides.views.rates.rate_changes", after_somebody_else)
    assert "valid_from" in confirm(editor, preview).context["form"].errors


def test_going_back_keeps_what_was_typed(editor, area, rate, fee):
    answer = confirm(editor, send(editor, new(area, amount="1430.50", end="2027-12-31")), back="1")
    assert answer.status_code == 200
    html = BeautifulSoup(answer.content, "html.parser")
    values = {name: html.find("input", attrs={"name": name})["value"] for name in ("amount", "valid_from", "valid_to")}
    assert values == {"amount": "1430.50", "valid_from": "2027-01-01", "valid_to": "2027-12-31"}
    assert html.select_one("select[name=area] option[selected]")["value"] == str(area.pk)
    assert len(stored()) == 1


# --- Changing a rate ------------------------------------------------------------------------------------------------


def edited(client: Client, rate: HourlyRate, **values: str) -> dict[str, str]:
    """Return the form of a rate as the editor gets it, with something changed."""
    data = shown_form(client, reverse(EDIT, args=[rate.pk]), index=1)
    return {**data.dict(), **values}


def test_a_rate_is_changed_after_it_is_shown_what_that_does(editor, rate, fee):
    preview = send(editor, edited(editor, rate, amount="1400"), rate)
    assert told(preview) == [["Lov", "Prövning", "1 januari 2026", "2 780 kr", "2 800 kr"]]
    assert preview.context["ends"] is None
    assert stored() == [(1390, OLD_DAY, None)]
    assert confirm(editor, preview, rate).status_code == 302
    assert stored() == [(1400, OLD_DAY, None)]


def test_an_earlier_end_tells_what_becomes_unknown(editor, rate, fee):
    (row,) = told(send(editor, edited(editor, rate, valid_to="2026-12-31"), rate))
    assert row[2:4] == ["1 januari 2027", "2 780 kr"]
    assert "kr" not in row[4]


def test_a_rate_that_moves_to_another_area_is_told_in_both(editor, area, rate, fee):
    other = AreaFactory(name="Livsmedel")
    FeeFactory(page=GuideFactory(title="Kontroll", area=other), label="Kontroll", hourly=True, hours=Decimal(1))
    preview = send(editor, edited(editor, rate, area=str(other.pk)), rate)
    there, here = told(preview)
    assert (there[0], "kr" in there[3], there[4]) == ("Kontroll", False, "1 390 kr")
    assert (here[0], here[3], "kr" in here[4]) == ("Lov", "2 780 kr", False)
    assert preview.context["guides"] == 2
    confirm(editor, preview, rate)
    assert HourlyRate.objects.get().area == other


def test_a_rate_may_be_sent_unchanged(editor, rate, fee):
    preview = send(editor, edited(editor, rate), rate)
    assert told(preview) == []
    assert confirm(editor, preview, rate).status_code == 302


def test_going_back_from_a_change_keeps_it(editor, rate, fee):
    answer = confirm(editor, send(editor, edited(editor, rate, amount="1400"), rate), rate, back="1")
    field = BeautifulSoup(answer.content, "html.parser").find("input", attrs={"name": "amount"})
    assert field["value"] == "1400"
    assert stored() == [(1390, OLD_DAY, None)]


# --- Who, and how much it asks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
@pytest.mark.parametrize("more", [{}, {"back": "1"}, {"shown": "x"}])
def test_nobody_else_sees_or_stores_anything(client, area, rate, fee, traits, more):
    user = sign_in(client, **traits)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for known in (None, rate):
        answer = send(client, {**new(area), **more}, known)
        assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    assert stored() == [(1390, OLD_DAY, None)]


def test_it_asks_the_database_the_same_however_many_guides_change(editor, area, rate, count_queries):
    def add(number: int) -> None:
        for _number in range(number):
            page = GuideFactory(area=area)
            FeeFactory.create_batch(3, page=page, hourly=True)

    def measure(data: dict[str, str], known: HourlyRate | None = None) -> int:
        send(editor, data, known)
        with count_queries() as queries:
            assert send(editor, data, known).context["changes"]
        return len(queries)

    add(2)
    change = edited(editor, rate, amount="1400")
    before = measure(new(area)), measure(change, rate)
    add(6)
    assert (measure(new(area)), measure(change, rate)) == before
    assert max(before) <= 30
