"""What a guide must tell before it goes live, and which facts may not stand beside each other."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from business.core.tests.admin import add_row, change_page, errors_in, page_form, sign_in
from business.core.tests.factories import translate
from business.guides.enums import GuideKind, TimeRuleKind, Validity
from business.guides.models import GuideFee, GuideLaw, GuidePage, GuideRequirement, GuideTimeRule, LegalReference
from business.guides.tests.factories import (
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    LawFactory,
    LawRowFactory,
    RequirementFactory,
    TimeRuleFactory,
)
from business.organisation.tests.factories import UnitFactory
from tests.databases import Originals

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
RELATIONS = ["fees", "time_rules", "requirements", "laws"]


def _guide() -> GuidePage:
    law = LawFactory(name="Alkohollagen")
    page = GuideFactory(title="Servering")
    days = {"page": page, "valid_from": FIRST, "valid_to": LAST}
    FeeFactory(label="Ansökan", amount=9500, **days)
    TimeRuleFactory(applies_to="Stadigvarande", **days)
    RequirementFactory(title="Du är lämplig", **days)
    LawRowFactory(law=law, provision="8 kap.", **days)
    page = GuidePage.objects.get(pk=page.pk)
    page.save_revision().publish()
    return page


def _form(page: GuidePage) -> Any:
    client = Client()
    sign_in(client, editor=True)
    return page_form(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))


@pytest.fixture(scope="module")
def stored(django_db_setup: None, database_originals: Originals, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """What most of these tests begin with, made once on a copy of the database: two guides and their forms."""
    with django_db_blocker.unblock(), database_originals.copy():
        guide = _guide()
        bare = GuideFactory(title="Nytt", draft=True, decider=None, contact_unit=None)
        yield {"guide": guide.pk, "bare": bare.pk, "form": _form(guide), "bare_form": _form(bare)}


@pytest.fixture
def guide(stored: dict[str, Any], db: None) -> GuidePage:
    """A live guide with a row of each dated fact, all of which hold in 2026."""
    return GuidePage.objects.get(pk=stored["guide"])


@pytest.fixture
def law(guide: GuidePage) -> LegalReference:
    """The law that the guide rests on."""
    return LegalReference.objects.get(name="Alkohollagen")


@pytest.fixture
def form(client: Client, stored: dict[str, Any], guide: GuidePage) -> Any:
    """The guide's form, as an editor gets it who is signed in."""
    sign_in(client, editor=True)
    return stored["form"].copy()


def twin(relation: str, law: LegalReference) -> dict[str, Any]:
    """What an editor writes to tell the same fact again."""
    return {
        "fees": {"label": "ansökan ", "kind": "fixed", "need": "always", "amount": "9900", "note": ""},
        "time_rules": {
            "kind": "usual",
            "applies_to": "stadigvarande",
            "amount": "6",
            "unit": "weeks",
            "counted_from": "complete",
        },
        "requirements": {"title": "DU ÄR LÄMPLIG", "need": "always"},
        "laws": {"law": law.pk, "provision": "8 KAP."},
    }[relation]


# What tells that it is another fact.
OTHERS = {
    "fees": {"label": "Kunskapsprov"},
    "time_rules": {"applies_to": "Tillfälligt"},
    "requirements": {"title": "Köket kan laga mat"},
    "laws": {"provision": "9 kap."},
}


# --- Two rows that tell of one fact, in the form --------------------------------------------------------------------


@pytest.mark.parametrize("publish", [False, True])
@pytest.mark.parametrize("relation", RELATIONS)
def test_a_fact_is_told_once_for_each_day_and_the_message_names_the_other_row(
    client, guide, form, law, relation, publish
):
    number = add_row(form, relation, **twin(relation, law), valid_from="2026-12-31", valid_to="")
    answer = change_page(client, guide, form, publish)
    assert answer.status_code == 200
    errors = errors_in(answer, relation)
    assert {row: list(fields) for row, fields in errors.items()} == {number: ["valid_from"]}
    [message] = errors[number]["valid_from"]
    assert str(getattr(guide, relation).get()) in message
    assert "1 januari 2026" in message
    assert "31 december 2026" in message
    assert getattr(guide, relation).count() == 1


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_same_fact_may_be_told_again_from_the_day_after(client, guide, form, law, relation):
    add_row(form, relation, **twin(relation, law), valid_from="2027-01-01", valid_to="")
    assert change_page(client, guide, form, publish=True).status_code == 302
    assert getattr(guide, relation).count() == 2


@pytest.mark.parametrize("relation", RELATIONS)
def test_another_fact_may_hold_on_the_same_days(client, guide, form, law, relation):
    add_row(form, relation, **{**twin(relation, law), **OTHERS[relation]}, valid_from="", valid_to="")
    assert change_page(client, guide, form, publish=True).status_code == 302
    assert getattr(guide, relation).count() == 2


def test_another_kind_of_time_is_another_fact(client, guide, form, law):
    add_row(form, "time_rules", **{**twin("time_rules", law), "kind": "legal_limit"})
    assert change_page(client, guide, form, publish=True).status_code == 302


def test_of_three_rows_each_is_told_which_it_meets(client, guide, form, law):
    second = add_row(form, "fees", **twin("fees", law), valid_from="2027-01-01", valid_to="2027-12-31")
    third = add_row(form, "fees", **twin("fees", law), valid_from="2027-12-31", valid_to="")
    errors = errors_in(change_page(client, guide, form), "fees")
    assert list(errors) == [third]
    assert f" {second + 1}" in errors[third]["valid_from"][0]
    assert "2027" in errors[third]["valid_from"][0]


# --- Bands ----------------------------------------------------------------------------------------------------------


def bands(form: Any, *limits: tuple[str, str], **values: Any) -> list[int]:
    """Add a fee by bands to a form."""
    given = {
        "label": "Bygglov",
        "kind": "fixed",
        "need": "always",
        "amount": "1000",
        "note": "",
        "basis": FeeBasisFactory().pk,
        **values,
    }
    return [add_row(form, "fees", **given, band_from=start, band_to=end) for start, end in limits]


@pytest.mark.parametrize("limits", [[("", "250"), ("251", "500"), ("501", "")], [("1", "1"), ("2", "2")]])
def test_bands_that_touch_are_one_fee(client, guide, form, limits):
    bands(form, *limits)
    assert change_page(client, guide, form, publish=True).status_code == 302
    assert guide.fees.filter(label="Bygglov").count() == len(limits)


@pytest.mark.parametrize(
    "limits",
    [
        [("", "250"), ("250", "500")],
        [("1", "100"), ("50", "60")],
        [("100", ""), ("500", "")],
        [("", "100"), ("", "50")],
        [("", "100"), ("", "")],  # a row without a band holds for any number
        [("0", "0"), ("", "")],
    ],
)
def test_bands_that_overlap_are_refused(client, guide, form, limits):
    _first, second = bands(form, *limits)
    errors = errors_in(change_page(client, guide, form), "fees")
    assert {row: list(fields) for row, fields in errors.items()} == {second: ["valid_from"]}
    assert "Bygglov" in errors[second]["valid_from"][0]


def test_bands_may_change_from_a_day(client, guide, form):
    bands(form, ("", "250"), ("251", ""), valid_from="2026-01-01", valid_to="2026-12-31")
    bands(form, ("", "300"), ("301", ""), valid_from="2027-01-01", valid_to="")
    assert change_page(client, guide, form, publish=True).status_code == 302
    assert guide.fees.filter(label="Bygglov").count() == 4


@pytest.mark.parametrize("publish", [False, True])
def test_a_band_ends_after_it_starts(client, guide, form, publish):
    (number,) = bands(form, ("500", "499"))
    assert list(errors_in(change_page(client, guide, form, publish), "fees")[number]) == ["band_to"]


@pytest.mark.parametrize("values", [{"band_from": "1", "band_to": "5"}, {"kind": "per_unit"}])
def test_what_is_counted_is_asked_for_when_the_page_is_published(client, guide, form, values):
    number = add_row(
        form, "fees", **{"label": "Plats", "kind": "fixed", "need": "always", "amount": "100", "note": "", **values}
    )
    assert change_page(client, guide, form).status_code == 302
    assert list(errors_in(change_page(client, guide, form, publish=True), "fees")[number]) == ["basis"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "hours", "amount": "", "hours_from": "6", "hours": "4"}, "hours_from"),
        ({"kind": "hours", "amount": "", "hours_from": "4", "hours": "4"}, "hours_from"),
        ({"kind": "fixed", "minimum": "500"}, "minimum"),
        ({"kind": "free", "amount": "", "hours_from": "2"}, "hours_from"),
        ({"kind": "per_unit", "hours": "2"}, "hours"),
    ],
)
def test_a_fee_may_not_contradict_itself(client, guide, form, values, field):
    given = {
        "label": "Tillsyn",
        "kind": "fixed",
        "need": "always",
        "amount": "100",
        "note": "",
        "basis": FeeBasisFactory().pk,
        **values,
    }
    number = add_row(form, "fees", **given)
    assert list(errors_in(change_page(client, guide, form), "fees")[number]) == [field]


# --- By any other way -----------------------------------------------------------------------------------------------

ROWS = {
    "fees": lambda law: GuideFee(label="Ansökan", amount=Decimal(1), valid_from=LAST),
    "time_rules": lambda law: GuideTimeRule(
        kind=TimeRuleKind.USUAL, applies_to="Stadigvarande", amount=1, valid_from=LAST
    ),
    "requirements": lambda law: GuideRequirement(title="Du är lämplig", valid_from=LAST),
    "laws": lambda law: GuideLaw(law=law, provision="8 kap.", valid_from=LAST),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_page_is_not_stored_with_two_rows_for_one_day(guide, law, relation):
    row = ROWS[relation](law)
    row.locale = guide.locale
    guide.title = "Ny titel"
    getattr(guide, relation).add(row)
    with pytest.raises(ValidationError) as refused:
        guide.save()
    assert str(row) in refused.value.messages[0]
    assert "31 december 2026" in refused.value.messages[0]
    stored = GuidePage.objects.get(pk=guide.pk)
    assert (stored.title, getattr(stored, relation).count()) == ("Servering", 1)


@pytest.mark.parametrize("relation", RELATIONS)
def test_such_a_draft_is_not_published(guide, law, relation):
    row = ROWS[relation](law)
    row.locale = guide.locale
    getattr(guide, relation).add(row)
    revision = guide.save_revision()
    with pytest.raises(ValidationError):
        revision.publish()
    assert getattr(GuidePage.objects.get(pk=guide.pk), relation).count() == 1


def test_the_rows_of_a_translation_are_nobodys_facts(guide):
    english = translate(guide, title="Serving")
    english.fees.add(GuideFee(label="Ansökan", amount=Decimal(1), locale=english.locale))
    english.save()
    assert GuidePage.objects.get(pk=english.pk).facts().fees[0].amount == 9500


# --- What publishing asks for ---------------------------------------------------------------------------------------


@pytest.fixture
def bare(client: Client, stored: dict[str, Any], db: None) -> GuidePage:
    """A draft that tells nothing but its area."""
    sign_in(client, editor=True)
    return GuidePage.objects.get(pk=stored["bare"])


@pytest.fixture
def bare_form(stored: dict[str, Any]) -> Any:
    return stored["bare_form"].copy()


def lacking(answer: Any) -> set[str]:
    """Return where a form says that something is missing: at a field, or above rows."""
    assert answer.status_code == 200
    form = answer.context["form"]
    return set(form.errors) | {name for name, formset in form.formsets.items() if formset.non_form_errors()}


def test_a_draft_may_lack_it_all(client, bare, bare_form):
    assert change_page(client, bare, bare_form).status_code == 302


def test_publishing_asks_for_each_fact_where_it_is_written(client, bare, bare_form):
    answer = change_page(client, bare, bare_form, publish=True, drawn=True)
    assert lacking(answer) == {"decider", "contact_unit", "fees", "time_rules", "laws"}
    form, html = answer.context["form"], answer.content.decode()
    above = [formset.non_form_errors() for formset in form.formsets.values()]
    for messages in [*form.errors.values(), *filter(None, above)]:
        assert messages[0] in html
    assert not GuidePage.objects.get(pk=bare.pk).live


def test_a_guide_that_tells_it_all_is_published(client, bare, bare_form, law):
    bare_form["decider"], bare_form["contact_unit"] = str(UnitFactory(board=True).pk), str(UnitFactory().pk)
    add_row(bare_form, "fees", label="Ansökan", kind="free", need="always", note="")
    add_row(bare_form, "laws", law=law.pk)
    assert lacking(change_page(client, bare, bare_form, publish=True)) == {"time_rules"}
    add_row(bare_form, "time_rules", kind="usual", amount="4", unit="weeks", counted_from="complete")
    assert change_page(client, bare, bare_form, publish=True).status_code == 302
    assert GuidePage.objects.get(pk=bare.pk).live


def test_a_guide_without_any_time_says_so_instead(client, bare, bare_form):
    bare_form["no_time_rule"] = "on"
    assert "time_rules" not in lacking(change_page(client, bare, bare_form, publish=True))


@pytest.mark.parametrize("publish", [False, True])
def test_no_time_beside_a_time_is_refused(client, guide, form, publish):
    form["no_time_rule"] = "on"
    answer = change_page(client, guide, form, publish)
    assert list(answer.context["form"].errors) == ["no_time_rule"]
    form["time_rules-0-DELETE"] = "1"
    assert change_page(client, guide, form, publish).status_code == 302


def test_information_needs_only_somebody_to_ask(client, bare, bare_form):
    bare_form["kind"] = GuideKind.INFORMATION
    assert lacking(change_page(client, bare, bare_form, publish=True)) == {"contact_unit"}
    bare_form["contact_unit"] = str(UnitFactory().pk)
    assert change_page(client, bare, bare_form, publish=True).status_code == 302


@pytest.mark.parametrize("relation", ["fees", "time_rules", "laws"])
def test_the_last_row_of_a_live_guide_may_not_be_taken_away(client, guide, form, relation):
    form[f"{relation}-0-DELETE"] = "1"
    assert lacking(change_page(client, guide, form, publish=True)) == {relation}
    assert getattr(guide, relation).count() == 1
    assert change_page(client, guide, form).status_code == 302  # a draft may


def test_requirements_may_be_taken_away(client, guide, form):
    form["requirements-0-DELETE"] = "1"
    assert change_page(client, guide, form, publish=True).status_code == 302


def test_what_is_valid_for_a_time_says_how_long(client, guide, form):
    form["validity"] = Validity.LIMITED
    assert lacking(change_page(client, guide, form, publish=True)) == {"valid_for"}
    form.update({"valid_for_from": "12", "valid_for": "6", "valid_for_unit": "years"})
    assert lacking(change_page(client, guide, form)) == {"valid_for_from"}
    form["valid_for_from"] = "6"
    form["valid_for"] = "12"
    assert change_page(client, guide, form, publish=True).status_code == 302


@pytest.mark.parametrize("name", ["decider", "contact_unit"])
def test_a_live_guide_is_not_stored_without_it_by_any_other_way(guide, name):
    setattr(guide, name, None)
    with pytest.raises(ValidationError) as refused:
        guide.save()
    assert list(refused.value.message_dict) == [name]


@pytest.mark.parametrize("relation", ["fees", "time_rules", "laws"])
def test_a_live_guide_is_not_stored_without_a_row_by_any_other_way(guide, relation):
    setattr(guide, relation, [])
    with pytest.raises(ValidationError) as refused:
        guide.save()
    assert list(refused.value.message_dict) == [relation]
    assert getattr(GuidePage.objects.get(pk=guide.pk), relation).count() == 1


def test_a_draft_that_lacks_something_is_stored_and_not_published(bare):
    bare.title = "Fortfarande utkast"
    bare.save()
    with pytest.raises(ValidationError) as refused:
        GuidePage.objects.get(pk=bare.pk).save_revision().publish()
    assert set(refused.value.message_dict) == {"decider", "contact_unit", "fees", "time_rules", "laws"}
    assert not GuidePage.objects.get(pk=bare.pk).live
