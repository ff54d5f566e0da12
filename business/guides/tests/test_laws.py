"""A law that changes sends every guide that rests on it to be checked."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from business.core.tests.admin import shown_form, sign_in
from business.core.tests.factories import translate, translate_record
from business.guides.models import CheckTask, GuidePage, LegalReference
from business.guides.tests.factories import (
    EvidenceFactory,
    FeeFactory,
    GuideFactory,
    LawFactory,
    LawRowFactory,
    RequirementFactory,
    TimeRuleFactory,
)

pytestmark = pytest.mark.django_db

ADD = "wagtailsnippets_guides_legalreference:add"
EDIT = "wagtailsnippets_guides_legalreference:edit"


@pytest.fixture
def law() -> LegalReference:
    return LawFactory(name="Alkohollagen", number="2010:1622", in_force_from=datetime.date(2011, 1, 1))


@pytest.fixture
def guide(law: LegalReference) -> GuidePage:
    """A live guide that rests on the law."""
    page = GuideFactory(title="Servering")
    LawRowFactory(page=page, law=law)
    return page


@pytest.fixture
def editor(client: Client) -> Client:
    client.user = sign_in(client, editor=True)
    return client


def change(client: Client, law: LegalReference, **values: str | None) -> Any:
    """Change the law in its form; a value of None is a box that is not ticked."""
    address = reverse(EDIT, args=[law.pk])
    # A ticked box is sent as “on”, which the reader of forms does not know.
    data = {**shown_form(client, address, index=1).dict(), "ask_for_check": "on"}
    data.update({name: value for name, value in values.items() if value is not None})
    for name in [name for name, value in values.items() if value is None]:
        data.pop(name)
    return client.post(address, data)


def changed(client: Client, law: LegalReference, **values: str | None) -> None:
    assert change(client, law, **values).status_code == 302


def added(client: Client, **values: str) -> Any:
    data = {"name": "Nya lagen", "slug": "nya-lagen", "number": "2026:1", "kind": "act"}
    return client.post(reverse(ADD), {**data, **values})


# --- What asks for a check ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "2027:1"),
        ("name", "Nya alkohollagen"),
        ("in_force_from", "2012-01-01"),
        ("in_force_to", "2027-06-30"),
        ("url", "https://lagen.example/ny"),
        ("kind", "ordinance"),
    ],
)
def test_another_fact_of_the_law_asks_for_a_check_of_its_guides(editor, law, guide, field, value):
    changed(editor, law, **{field: value})
    task = CheckTask.objects.get()
    assert (task.page, task.law, task.changes, task.opened_by) == (guide, law, [field], editor.user)
    assert task.done_at is None


@pytest.mark.parametrize("row", [LawRowFactory, FeeFactory, TimeRuleFactory, RequirementFactory, EvidenceFactory])
def test_a_guide_rests_on_a_law_that_it_names_anywhere(editor, law, row):
    page = GuideFactory()
    row(page=page, law=law)
    row(page=GuideFactory())
    changed(editor, law, number="2027:1")
    assert [task.page for task in CheckTask.objects.all()] == [page]


def test_each_guide_is_asked_for_once_however_often_it_names_the_law(editor, law):
    pages = GuideFactory.create_batch(2)
    for page in pages:
        for row in (LawRowFactory, FeeFactory, FeeFactory, TimeRuleFactory, RequirementFactory, EvidenceFactory):
            row(page=page, law=law)
        translate(page)
    changed(editor, law, number="2027:1")
    assert [task.page for task in CheckTask.objects.order_by("page")] == pages


def test_a_guide_that_is_not_live_yet_is_asked_for_too(editor, law):
    page = GuideFactory(draft=True)
    LawRowFactory(page=page, law=law)
    changed(editor, law, number="2027:1")
    assert CheckTask.objects.get().page == page


def test_a_note_alone_asks_for_checks(editor, law, guide):
    changed(editor, law, what_changed="8 kap. 12 § ändras den 1 januari.")
    task = CheckTask.objects.get()
    assert (task.changes, task.note) == ([], "8 kap. 12 § ändras den 1 januari.")


def test_who_stores_is_told_how_many_guides_it_is(editor, law, guide):
    LawRowFactory(page=GuideFactory(), law=law)
    answer = change(editor, law, number="2027:1")
    messages = {message.level_tag: str(message) for message in editor.get(answer["Location"]).context["messages"]}
    assert re.findall(r"\d+", messages["warning"]) == ["2"]


def test_the_guide_then_stands_in_the_report(editor, law, guide):
    GuidePage.objects.filter(pk=guide.pk).update(
        checked_on=datetime.date(2026, 11, 1), next_check_on=datetime.date(2099, 1, 1)
    )
    assert not editor.get(reverse("guide_checks")).context["object_list"]
    changed(editor, law, number="2027:1", what_changed="Nytt nummer.")
    (due,) = editor.get(reverse("guide_checks"), {"when": "law"}).context["object_list"]
    assert [task.note for task in due.tasks] == ["Nytt nummer."]


# --- What asks for none ---------------------------------------------------------------------------------------------


def test_an_editor_who_unticks_it_asks_for_none(editor, law, guide):
    changed(editor, law, name="Alkohol-lagen", what_changed="Bara stavning.", ask_for_check=None)
    law.refresh_from_db()
    assert law.name == "Alkohol-lagen"
    assert not CheckTask.objects.exists()


def test_a_law_that_is_stored_unchanged_asks_for_none(editor, law, guide):
    changed(editor, law)
    changed(editor, law, what_changed="   ")
    assert not CheckTask.objects.exists()


def test_a_law_that_is_refused_asks_for_none(editor, law, guide):
    assert change(editor, law, number="nytt nummer", what_changed="Nytt.").status_code == 200
    assert not CheckTask.objects.exists()


def test_a_law_that_no_guide_names_asks_for_none(editor, law):
    changed(editor, law, number="2027:1")
    assert not CheckTask.objects.exists()


def test_another_law_touches_none_of_it(editor, law, guide):
    changed(editor, LawFactory(), name="En annan lag")
    assert not CheckTask.objects.exists()


def test_a_translation_of_the_law_asks_for_none(editor, law, guide):
    english = translate_record(law, name="The Alcohol Act")
    translate(guide, title="Serving")
    changed(editor, english, name="Alcohol Act", what_changed="A better word.")
    english.refresh_from_db()
    assert english.name == "Alcohol Act"
    assert not CheckTask.objects.exists()


def test_a_new_law_asks_nothing(editor):
    form = editor.get(reverse(ADD)).context["form"]
    assert not {"ask_for_check", "what_changed"} & set(form.fields)
    assert added(editor).status_code == 302
    assert not CheckTask.objects.exists()


# --- A second change ------------------------------------------------------------------------------------------------


def test_a_second_change_is_added_to_the_task_that_is_open(editor, law, guide):
    changed(editor, law, number="2027:1", what_changed="Nytt nummer.")
    changed(editor, law, number="2027:2", in_force_to="2030-12-31")
    task = CheckTask.objects.get()
    assert task.changes == ["number", "in_force_to"]
    assert task.note == "Nytt nummer."
    changed(editor, law, what_changed="Läs 8 kap.")
    assert CheckTask.objects.get().note == "Läs 8 kap."


def test_a_guide_that_begins_to_name_the_law_is_asked_for_at_the_next_change(editor, law, guide):
    changed(editor, law, number="2027:1")
    LawRowFactory(page=GuideFactory(), law=law)
    changed(editor, law, number="2027:2")
    assert sorted(task.changes for task in CheckTask.objects.all()) == [["number"], ["number"]]


def test_a_change_after_the_check_opens_a_new_task(editor, law, guide):
    changed(editor, law, number="2027:1")
    editor.post(reverse("guide_checks_confirm"), {"relation": "task", "row": CheckTask.objects.get().pk})
    changed(editor, law, in_force_to="2030-12-31")
    assert [task.changes for task in CheckTask.objects.open()] == [["in_force_to"]]
    assert CheckTask.objects.count() == 2


# --- The form -------------------------------------------------------------------------------------------------------


def test_the_box_is_ticked_until_somebody_unticks_it(editor, law):
    html = BeautifulSoup(editor.get(reverse(EDIT, args=[law.pk])).content, "html.parser")
    assert html.find("input", attrs={"name": "ask_for_check"}).has_attr("checked")


def test_the_form_shows_the_guides_that_rest_on_the_law(editor, law, guide):
    FeeFactory(page=GuideFactory(title="Folköl"), law=law)
    GuideFactory(title="Bygglov")
    html = BeautifulSoup(editor.get(reverse(EDIT, args=[law.pk])).content, "html.parser")
    links = {link["href"]: link.get_text(strip=True) for link in html.select("main a[href], form a[href]")}
    assert links[reverse("wagtailadmin_pages:edit", args=[guide.pk])] == "Servering"
    assert "Folköl" in links.values()
    assert "Bygglov" not in links.values()


@pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
def test_nobody_else_changes_a_law(client, law, guide, traits):
    user = sign_in(client, **traits)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    answer = client.post(
        reverse(EDIT, args=[law.pk]),
        {"name": "X", "slug": "x", "number": "2027:1", "kind": "act", "ask_for_check": "on", "what_changed": "Y"},
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    assert LegalReference.objects.get().number == "2010:1622"
    assert not CheckTask.objects.exists()


# --- What a law must be ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        ("", "", True),
        ("2020-01-01", "", True),
        ("", "2011-01-01", True),
        ("", "2010-12-31", False),
        ("2027-07-01", "", False),
        ("2027-06-30", "", True),
    ],
)
def test_two_laws_with_one_number_on_the_same_days_are_refused(editor, law, start, end, refused):
    LegalReference.objects.update(in_force_to=datetime.date(2027, 6, 30))
    answer = added(editor, number="2010:1622", in_force_from=start, in_force_to=end)
    assert LegalReference.objects.count() == (1 if refused else 2)
    if refused:
        [message] = answer.context["form"].errors["number"]
        assert "Alkohollagen (2010:1622)" in message
    else:
        assert answer.status_code == 302


def test_a_law_is_not_refused_for_its_own_number_nor_for_its_translation(editor, law):
    translate_record(law, name="The Alcohol Act")
    changed(editor, law, name="Alkohollag")


def test_a_number_that_another_law_has_is_refused_by_a_change_too(editor, law):
    other = LawFactory(name="Tobakslagen")
    answer = change(editor, other, number="2010:1622")
    assert "Alkohollagen" in answer.context["form"].errors["number"][0]


def test_two_such_laws_are_not_stored_by_any_other_way(law):
    with pytest.raises(ValidationError, match="Alkohollagen"):
        LawFactory(number="2010:1622")


@pytest.mark.parametrize("number", ["", " ", "1622", "2010-1622", "SFS 2010:1622", "2010:1622 m.fl.", "٢٠١٠:١٦٢٢"])
def test_a_law_is_named_by_its_number(editor, number):
    answer = added(editor, number=number)
    assert list(answer.context["form"].errors) == ["number"]
    assert not LegalReference.objects.exists()


@pytest.mark.parametrize(
    ("number", "kind"),
    [("2010:1622", "act"), ("852/2004", "eu_regulation"), ("2023/1115", "eu_regulation"), ("KFS 1", "local")],
)
def test_numbers_are_written_as_they_are(editor, number, kind):
    assert added(editor, number=number, kind=kind).status_code == 302


# --- Readers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_readers_see_the_new_number_and_nothing_of_the_check(editor, law, guide, language):
    reader = Client()
    translate_record(law, name="The Alcohol Act")
    english = translate(guide, title="Serving")
    page = guide if language == "sv" else english
    before = reader.get(page.url).content.decode()
    assert "2010:1622" in before
    changed(editor, law, number="2027:15", what_changed="Internt: fråga juristen.")
    answer = reader.get(page.url)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.replace("2027:15", "2010:1622") == before
    assert ("The Alcohol Act" in html) is (language == "en")
    assert "juristen" not in html
