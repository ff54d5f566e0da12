"""Guides and their registers in the admin."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from business.core.tests.admin import add_row, change_page, errors_in, page_form, rows_in, shown_form, sign_in
from business.core.tests.factories import translate_record
from business.core.tests.listings import PageListingChecks
from business.core.tests.registers import PlainRegisterChecks, RegisterChecks
from business.guides.enums import GuideKind
from business.guides.models import AuthorityArea, GuidePage, HourlyRate
from business.guides.tests.factories import (
    AreaFactory,
    EvidenceTypeFactory,
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    HourlyRateFactory,
    LawFactory,
    StepFactory,
    TariffFactory,
    TradeFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def confirmed(client: Any, address: str, data: Any) -> Any:
    """Send the form of a rate and, when shown what changes, store it."""
    answer = client.post(address, data)
    if answer.context and "shown" in answer.context:
        answer = client.post(
            address, {**(data.dict() if hasattr(data, "dict") else data), "shown": answer.context["shown"]}
        )
    return answer


# --- Registers ------------------------------------------------------------------------------------------------------


class TestAreas(RegisterChecks):
    factory = AreaFactory
    filled = {"name": "Miljö", "slug": "miljo", "icon": "leaf"}


class TestTrades(RegisterChecks):
    factory = TradeFactory
    filled = {"name": "Kafé", "slug": "kafe", "sni_codes": "56.100, 56.290"}


class TestLaws(RegisterChecks):
    factory = LawFactory
    filled = {"name": "Alkohollagen", "slug": "alkohollagen", "number": "2010:1622", "kind": "act"}


class TestEvidenceTypes(RegisterChecks):
    factory = EvidenceTypeFactory
    filled = {"name": "Hyresavtal", "slug": "hyresavtal", "issuer": "Hyresvärden"}


class TestTariffs(RegisterChecks):
    factory = TariffFactory
    filled = {"name": "Taxa för bygglov", "slug": "bygglov-2027", "year": "2027"}


class TestFeeBases(RegisterChecks):
    factory = FeeBasisFactory
    filled = {"name": "personer", "slug": "person", "one": "person"}


class TestHourlyRates(PlainRegisterChecks):
    factory = HourlyRateFactory
    filled = {}

    def send(self, client: Any, address: str, data: Any) -> Any:
        return confirmed(client, address, data)

    def values(self) -> dict[str, Any]:
        area = AuthorityArea.objects.filter(slug="bygglov").first() or AreaFactory(slug="bygglov")
        return {"area": area.pk, "amount": "1430.00", "valid_from": "2027-01-01"}


def test_a_law_that_ends_before_it_begins_is_refused(client):
    sign_in(client, editor=True)
    law = LawFactory()
    address = reverse("wagtailsnippets_guides_legalreference:edit", args=[law.pk])
    data = shown_form(client, address, index=1)
    data.update({"in_force_from": "2026-01-01", "in_force_to": "2025-01-01"})
    assert "in_force_to" in client.post(address, data).context["form"].errors


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        ("2026-06-01", "", True),
        ("", "2025-12-31", False),
        ("", "2026-01-01", True),
        ("2026-12-31", "2027-06-30", True),
        ("2027-01-01", "", False),
        ("", "", True),
    ],
)
def test_two_hourly_rates_for_one_day_are_refused(client, start, end, refused):
    sign_in(client, editor=True)
    rate = HourlyRateFactory(valid_from=datetime.date(2026, 1, 1), valid_to=datetime.date(2026, 12, 31))
    address = reverse("wagtailsnippets_guides_hourlyrate:add")
    data = {"area": rate.area_id, "amount": "1430", "valid_from": start, "valid_to": end}
    answer = confirmed(client, address, data)
    assert (answer.status_code == 200) is refused
    assert HourlyRate.objects.count() == (1 if refused else 2)
    if refused:
        [message] = answer.context["form"].errors["valid_from"]
        assert rate.area.name in message
        assert "2026" in message


def test_the_rate_of_another_area_does_not_matter(client):
    sign_in(client, editor=True)
    HourlyRateFactory()
    address = reverse("wagtailsnippets_guides_hourlyrate:add")
    other = AreaFactory()
    data = {"area": other.pk, "amount": "1430", "valid_from": "2026-06-01", "valid_to": ""}
    assert confirmed(client, address, data).status_code == 302


def test_two_rates_for_one_day_are_not_stored_by_any_other_way():
    rate = HourlyRateFactory()
    with pytest.raises(ValidationError):
        HourlyRate.objects.create(area=rate.area, amount=1)


def test_a_rate_is_for_an_area_in_its_original(client):
    sign_in(client, editor=True)
    area = AreaFactory()
    english = translate_record(area, name="Permits")
    form = client.get(reverse("wagtailsnippets_guides_hourlyrate:add")).context["form"]
    assert [choice.value for choice, _label in form.fields["area"].choices if choice] == [area.pk]
    answer = client.post(reverse("wagtailsnippets_guides_hourlyrate:add"), {"area": english.pk, "amount": "1"})
    assert "area" in answer.context["form"].errors


# --- The list of guides ---------------------------------------------------------------------------------------------


class TestGuides(PageListingChecks):
    factory = GuideFactory
    name = "guides"


def test_the_list_shows_what_guides_are_looked_after_by(client):
    sign_in(client, editor=True)
    guide = GuideFactory(next_check_on=datetime.date(2020, 5, 17))
    html = client.get(reverse("guides:index")).content.decode()
    for text in (guide.area.name, guide.decider.name, "17 maj 2020"):
        assert text in html
    assert 'name="warning"' in html or "icon-warning" in html


def test_filters(client):
    sign_in(client, editor=True)
    wanted = GuideFactory(kind=GuideKind.SUPERVISION, next_check_on=datetime.date(2027, 1, 1))
    GuideFactory(next_check_on=datetime.date(2028, 1, 1))
    for query in (
        {"area": wanted.area_id},
        {"decider": wanted.decider_id},
        {"kind": "supervision"},
        {"next_check_on__lte": "2027-06-01"},
    ):
        found = client.get(reverse("guides:index"), query).context["object_list"]
        assert [page.pk for page in found] == [wanted.pk], query


# --- The form of a guide --------------------------------------------------------------------------------------------


@pytest.fixture
def guide() -> GuidePage:
    page = GuideFactory(title="Serveringstillstånd", ready=True)
    FeeFactory(
        page=page,
        label="Ansökan",
        amount=9500,
        sort_order=0,
        valid_from=datetime.date(2026, 1, 1),
        valid_to=datetime.date(2026, 12, 31),
    )
    StepFactory(page=page)
    page = GuidePage.objects.get(pk=page.pk)
    page.save_revision().publish()
    return page


@pytest.fixture
def form(client, guide) -> Any:
    """The guide's form, as an editor gets it."""
    sign_in(client, editor=True)
    return page_form(client, reverse("wagtailadmin_pages:edit", args=[guide.pk]))


def draft(guide: GuidePage) -> GuidePage:
    return GuidePage.objects.get(pk=guide.pk).get_latest_revision_as_object()


def fee(form: Any, **values: Any) -> int:
    return add_row(
        form, "fees", **{"label": "Ansökan", "kind": "fixed", "need": "always", "amount": "9900", "note": "", **values}
    )


def test_an_editor_changes_a_fee_and_publishes(client, guide, form):
    fee(form, valid_from="2027-01-01", valid_to="")
    assert change_page(client, guide, form, publish=True).status_code == 302
    assert list(guide.fees.values_list("amount", flat=True)) == [9500, 9900]


@pytest.mark.parametrize("publish", [False, True])
def test_two_amounts_for_one_day_are_refused_in_their_row(client, guide, form, publish):
    number = fee(form, valid_from="2026-07-01", valid_to="")
    answer = change_page(client, guide, form, publish, drawn=True)
    assert answer.status_code == 200
    errors = errors_in(answer, "fees")
    assert list(errors) == [number]
    [message] = errors[number]["valid_from"]
    assert "Ansökan" in message
    assert "31 december 2026" in message
    assert message in answer.content.decode()
    assert guide.fees.count() == 1


@pytest.mark.parametrize("label", ["ansökan", " Ansökan ", "ANSÖKAN"])
def test_the_same_fee_is_the_same_however_it_is_written(client, guide, form, label):
    number = fee(form, label=label)
    assert "valid_from" in errors_in(change_page(client, guide, form), "fees")[number]


def test_another_fee_may_hold_at_the_same_time(client, guide, form):
    fee(form, label="Kunskapsprov")
    assert change_page(client, guide, form, publish=True).status_code == 302


def test_a_row_that_is_taken_away_does_not_count(client, guide, form):
    form["fees-0-DELETE"] = "1"
    fee(form, valid_from="2026-07-01")
    assert change_page(client, guide, form, publish=True).status_code == 302
    assert list(GuidePage.objects.get(pk=guide.pk).fees.values_list("amount", flat=True)) == [9900]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "fixed", "amount": ""}, "amount"),
        ({"kind": "hours", "amount": "", "hours": ""}, "hours"),
        ({"label": ""}, "label"),
    ],
)
def test_a_draft_may_lack_what_a_published_page_must_have(client, guide, form, values, field):
    number = fee(form, **{"valid_from": "2027-01-01", **values})
    assert change_page(client, guide, form).status_code == 302
    assert draft(guide).fees.count() == 2
    answer = change_page(client, guide, form, publish=True)
    assert list(errors_in(answer, "fees")[number]) == [field]


@pytest.mark.parametrize("publish", [False, True])
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "free"}, "amount"),
        ({"kind": "hours", "hours": "2"}, "amount"),
        ({"hours": "2"}, "hours"),
        ({"valid_from": "2027-02-01", "valid_to": "2027-01-01"}, "valid_to"),
        ({"amount": "-1"}, "amount"),
    ],
)
def test_a_draft_may_not_contradict_itself(client, guide, form, values, field, publish):
    number = fee(form, **{"label": "Tillsyn", **values})
    answer = change_page(client, guide, form, publish)
    assert list(errors_in(answer, "fees")[number]) == [field]


def test_the_lower_number_of_a_time_is_the_lower(client, guide, form):
    number = add_row(
        form, "time_rules", kind="usual", amount_from="8", amount="2", unit="weeks", counted_from="complete", note=""
    )
    assert "amount_from" in errors_in(change_page(client, guide, form), "time_rules")[number]


def test_the_next_check_comes_after_the_last(client, guide, form):
    form.update({"checked_on": "2026-10-01", "next_check_on": "2026-10-01"})
    assert "next_check_on" in change_page(client, guide, form).context["form"].errors


def test_a_draft_without_a_summary_waits_for_it(client, guide, form):
    form["summary"] = ""
    assert change_page(client, guide, form).status_code == 302
    assert "summary" in change_page(client, guide, form, publish=True).context["form"].errors


@pytest.mark.parametrize(
    "change", [{"summary": ""}, {"fees-0-amount": ""}, {"fees-0-label": ""}], ids=["summary", "amount", "label"]
)
def test_a_draft_that_lacks_something_is_not_published_from_a_list(client, guide, form, change):
    index = guide.get_parent()
    form.update(change)
    change_page(client, guide, form)
    for page, query in ((guide, {}), (index, {"include_descendants": "on"})):
        if page is index:
            GuidePage.objects.filter(pk=guide.pk).update(live=False)
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
        answer = client.post(f"{address}?id={page.pk}&next=/admin/guides/", query, follow=True)
        assert answer.redirect_chain == [("/admin/guides/", 302)]
        assert guide.title in answer.content.decode()
        assert GuidePage.objects.get(pk=guide.pk).live is (page is guide)


def test_facts_refer_to_originals(client, guide, form):
    area = translate_record(guide.area, name="Serving")
    trade = translate_record(TradeFactory(), name="Restaurant")
    form["area"] = str(area.pk)
    number = add_row(form, "trades", trade=trade.pk)
    answer = change_page(client, guide, form)
    assert "area" in answer.context["form"].errors
    assert list(errors_in(answer, "trades")[number]) == ["trade"]


def test_a_new_guide_is_written_and_published(client, guide):
    sign_in(client, editor=True)
    address = reverse("wagtailadmin_pages:add", args=["guides", "guidepage", guide.get_parent().pk])
    data = page_form(client, address)
    data.update({"title": "Tobakstillstånd", "slug": "tobak", "summary": "Sälja tobak.", "area": str(guide.area_id)})
    fee(data)
    data["decider"], data["contact_unit"] = str(guide.decider_id), str(guide.contact_unit_id)
    add_row(data, "time_rules", kind="usual", amount="4", unit="weeks", counted_from="complete", note="")
    add_row(data, "laws", law=LawFactory().pk)
    assert rows_in(data, "fees") == 1
    assert client.post(address, {**data.dict(), "action-publish": "1"}).status_code == 302
    new = GuidePage.objects.get(slug="tobak")
    assert new.live
    assert client.get(new.url).status_code == 200


def test_the_form_asks_little_more_when_there_are_more_registers(client, guide, form, count_queries):
    address = reverse("wagtailadmin_pages:edit", args=[guide.pk])

    def measure() -> int:
        client.get(address)
        with count_queries() as queries:
            client.get(address)
        return len(queries)

    before = measure()
    for factory in (AreaFactory, TradeFactory, LawFactory, EvidenceTypeFactory):
        factory.create_batch(5)
    assert measure() == before
