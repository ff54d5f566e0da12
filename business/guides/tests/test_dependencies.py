"""Guides that would wait for each other are refused when one is published, and the circle is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from business.core.tests.admin import add_row, change_page, errors_in, page_form, sign_in
from business.core.tests.factories import translate
from business.guides.dependencies import circle_with
from business.guides.enums import DependencyKind
from business.guides.models import GuidePage
from business.guides.tests.factories import DependencyFactory, FeeFactory, GuideFactory
from business.guides.tests.workbooks import add_row as add_line
from business.guides.tests.workbooks import apply, as_bytes, download, messages_in, put, row_of, send_in

pytestmark = pytest.mark.django_db

NEEDS, EVIDENCE_FOR, BLOCKS = DependencyKind.NEEDS, DependencyKind.EVIDENCE_FOR, DependencyKind.BLOCKS


def guide(title: str, **values: Any) -> GuidePage:
    page = GuideFactory(title=title, ready=True, **values)
    FeeFactory(page=page)
    return GuidePage.objects.get(pk=page.pk)


def tie(one: GuidePage, kind: str, other: GuidePage) -> None:
    DependencyFactory(page=one, kind=kind, guide=other, note="")


def draft_with(one: GuidePage, kind: str, other: GuidePage) -> Any:
    """Store a draft of one guide that hangs on another so; return its revision."""
    page = GuidePage.objects.get(pk=one.pk)
    page.dependencies.add(page.dependencies.model(kind=kind, guide=other, locale=page.locale))
    return page.save_revision()


@pytest.fixture
def building() -> GuidePage:
    return guide("Bygglov")


@pytest.fixture
def food() -> GuidePage:
    return guide("Livsmedel")


@pytest.fixture
def serving() -> GuidePage:
    return guide("Servering")


def publish_in_form(
    client: Any, page: GuidePage, kind: str, other: GuidePage, publish: bool = True, drawn: bool = False
) -> Any:
    sign_in(client, editor=True)
    data = page_form(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    add_row(data, "dependencies", kind=kind, guide=other.pk, note="")
    return change_page(client, page, data, publish, drawn)


def refusal(answer: Any) -> list[str]:
    return list(answer.context["form"].formsets["dependencies"].non_form_errors())


# --- In the form ----------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_two_guides_that_wait_for_each_other_are_refused_with_the_circle_named(client, building, food):
    tie(food, NEEDS, building)
    answer = publish_in_form(client, building, NEEDS, food, drawn=True)
    assert answer.status_code == 200
    [message] = refusal(answer)
    assert message.startswith("Guider väntar på varandra")
    assert "Bygglov → Livsmedel → Bygglov" in message
    assert message in answer.content.decode()
    assert not building.dependencies.exists()


@pytest.mark.one_database
def test_three_guides_are_named_in_the_order_in_which_they_wait(client, building, food, serving):
    tie(food, NEEDS, serving)
    tie(serving, NEEDS, building)
    [message] = refusal(publish_in_form(client, building, NEEDS, food))
    assert "Bygglov → Livsmedel → Servering → Bygglov" in message


@pytest.mark.one_database
@pytest.mark.parametrize("kind", [EVIDENCE_FOR, BLOCKS])
def test_evidence_and_what_blocks_are_waited_for(client, building, food, kind):
    tie(food, NEEDS, building)
    # Livsmedel waits for bygglov already: that bygglov is evidence there says the same once more.
    assert publish_in_form(client, building, kind, food).status_code == 302
    # That livsmedel is evidence for bygglov says the opposite.
    [message] = refusal(publish_in_form(client, food, kind, building))
    assert "Livsmedel → Bygglov → Livsmedel" in message


@pytest.mark.one_database
def test_a_guide_does_not_both_need_another_and_be_evidence_for_it(client, building, food):
    sign_in(client, editor=True)
    data = page_form(client, reverse("wagtailadmin_pages:edit", args=[building.pk]))
    add_row(data, "dependencies", kind=NEEDS, guide=food.pk, note="")
    add_row(data, "dependencies", kind=EVIDENCE_FOR, guide=food.pk, note="")
    [message] = refusal(change_page(client, building, data, publish=True))
    assert "Bygglov → Livsmedel → Bygglov" in message


@pytest.mark.one_database
def test_a_tie_that_is_taken_away_in_the_form_closes_no_circle(client, building, food):
    tie(food, NEEDS, building)
    tie(building, NEEDS, food)  # from before there was a rule
    sign_in(client, editor=True)
    data = page_form(client, reverse("wagtailadmin_pages:edit", args=[building.pk]))
    data["dependencies-0-DELETE"] = "1"
    assert change_page(client, building, data, publish=True).status_code == 302
    assert not building.dependencies.exists()


@pytest.mark.one_database
def test_a_draft_may_hold_a_circle(client, building, food):
    tie(food, NEEDS, building)
    assert publish_in_form(client, building, NEEDS, food, publish=False).status_code == 302
    assert GuidePage.objects.get(pk=building.pk).has_unpublished_changes


@pytest.mark.one_database
def test_a_guide_is_not_blamed_for_a_circle_that_it_has_no_part_in(client, building, food, serving):
    tie(food, NEEDS, building)
    tie(building, NEEDS, food)
    assert publish_in_form(client, serving, NEEDS, food).status_code == 302


@pytest.mark.one_database
@pytest.mark.parametrize("publish", [False, True])
def test_a_guide_hangs_on_another_one_than_itself(client, building, publish):
    answer = publish_in_form(client, building, NEEDS, building, publish)
    assert answer.status_code == 200
    assert errors_in(answer, "dependencies") == {0: {"guide": ["Välj en annan guide än den här."]}}
    assert refusal(answer) == []


@pytest.mark.one_database
def test_a_guide_hangs_on_a_swedish_guide(client, building, food):
    answer = publish_in_form(client, building, NEEDS, translate(food, title="Food"))
    told = "Välj den svenska guiden. Sambandet gäller på alla språk."
    assert errors_in(answer, "dependencies") == {0: {"guide": [told]}}
    assert not building.dependencies.exists()


@pytest.mark.one_database
def test_the_circle_is_named_when_a_tie_points_at_the_english_page(client, building, food):
    tie(food, NEEDS, translate(building, title="Building permit"))
    [message] = refusal(publish_in_form(client, building, NEEDS, food))
    assert "Bygglov → Livsmedel → Bygglov" in message


# --- Without a form -------------------------------------------------------------------------------------------------


def test_a_draft_with_a_circle_is_not_published_at_its_time(building, food):
    tie(food, NEEDS, building)
    revision = draft_with(building, NEEDS, food)
    with pytest.raises(ValidationError, match="Bygglov → Livsmedel → Bygglov"):
        revision.publish()
    assert not building.dependencies.exists()


def test_a_draft_counts_once_it_is_live(building):
    draft = guide("Utkast", draft=True)
    tie(draft, NEEDS, building)
    revision = draft_with(building, NEEDS, draft)
    revision.publish()  # nobody sees the other end yet
    with pytest.raises(ValidationError, match="Utkast → Bygglov → Utkast"):
        draft.save_revision().publish()
    assert not GuidePage.objects.get(pk=draft.pk).live


def test_drafts_that_wait_for_each_other_are_not_published_together(client, building, food):
    sign_in(client, editor=True)
    GuidePage.objects.filter(pk__in=[building.pk, food.pk]).update(live=False)
    draft_with(building, NEEDS, food)
    draft_with(food, NEEDS, building)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = client.post(f"{address}?id={building.pk}&id={food.pk}&next=/admin/guides/", {}, follow=True)
    assert "Bygglov → Livsmedel → Bygglov" in answer.content.decode()
    assert not GuidePage.objects.filter(pk__in=[building.pk, food.pk], live=True).exists()


def test_a_translation_is_published_whatever_hangs_on_what(building, food):
    tie(food, NEEDS, building)
    tie(building, NEEDS, food)
    english = translate(building, title="Building permit")
    english.save_revision().publish()
    assert GuidePage.objects.get(pk=english.pk).live


def test_asking_takes_one_query_however_many_guides_hang_together(building, food, serving, django_assert_num_queries):
    tie(food, NEEDS, building)
    with django_assert_num_queries(1):
        assert circle_with([food]) == ()
    tie(serving, NEEDS, building)
    tie(serving, NEEDS, food)
    for number in range(5):
        tie(guide(f"Guide {number}"), EVIDENCE_FOR, serving)
    with django_assert_num_queries(1):
        assert circle_with([serving]) == ()


# --- In a spreadsheet -----------------------------------------------------------------------------------------------


@pytest.fixture
def published(building, food) -> tuple[GuidePage, GuidePage]:
    for page in (building, food):
        GuidePage.objects.get(pk=page.pk).save_revision().publish()
    return building, food


def test_a_spreadsheet_that_closes_a_circle_is_refused_at_its_row(published):
    building, food = published
    tie(food, NEEDS, building)
    book = download()
    number = add_line(book, "Samband", guide=building.slug, guiden="needs", den_andra_guiden=food.slug)
    [(sheet, row, column, message)] = messages_in(send_in(book))
    assert (sheet, row, column) == ("Samband", number, "den andra guiden")
    assert "Bygglov → Livsmedel → Bygglov" in message


def test_two_guides_of_one_spreadsheet_close_no_circle_either(published):
    building, food = published
    book = download()
    add_line(book, "Samband", guide=building.slug, guiden="needs", den_andra_guiden=food.slug)
    add_line(book, "Samband", guide=food.slug, guiden="needs", den_andra_guiden=building.slug)
    [(*_place, message)] = messages_in(send_in(book))
    assert "Bygglov → Livsmedel → Bygglov" in message


def test_a_spreadsheet_turns_a_tie_around(published):
    building, food = published
    tie(food, NEEDS, building)
    GuidePage.objects.get(pk=food.pk).save_revision().publish()
    book = download()
    put(book, "Samband", row_of(book["Samband"], "guide", food.slug), guiden="evidence_for")
    assert messages_in(apply(send_in(book))) == []
    assert food.dependencies.get().kind == EVIDENCE_FOR


def test_a_guide_published_meanwhile_stops_the_spreadsheet(published, monkeypatch):
    building, food = published
    book = download()
    add_line(book, "Samband", guide=building.slug, guiden="needs", den_andra_guiden=food.slug)
    received = send_in(as_bytes(book))
    assert messages_in(received) == []
    # Between the comparison and the moment when it is stored.
    from business.guides.workbook import running

    store = running.store

    def late(*args: Any) -> None:
        tie(food, NEEDS, building)
        store(*args)

    monkeypatch.setattr(running, "store", late)
    apply(received)
    [(*_place, message)] = messages_in(received)
    assert "Bygglov → Livsmedel → Bygglov" in message
    assert not building.dependencies.exists()
