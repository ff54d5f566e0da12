"""Questions in the admin: their list, their form, their order, and that what is used stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from business.core.tests.admin import add_row, errors_in, page_form, sign_in
from business.core.tests.factories import translate_record
from business.planning.enums import Effect, QuestionKind
from business.planning.models import Option, Question, ShownWhen
from business.planning.tests.factories import (
    JourneyFactory,
    JourneyStepFactory,
    PersonaFactory,
    QuestionFactory,
    RuleFactory,
    option,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def url(view: str, *args: Any) -> str:
    return reverse(Question.snippet_viewset.get_url_name(view), args=args)


@pytest.fixture
def editor(client: Any) -> Any:
    sign_in(client, editor=True)
    return client


@pytest.fixture
def alcohol() -> Question:
    return QuestionFactory(name="Ska du servera alkohol?", slug="alkohol")


def form_of(client: Any, question: Question | None = None) -> Any:
    return page_form(client, url("edit", question.pk) if question else url("add"))


def send(client: Any, data: Any, question: Question | None = None) -> Any:
    return client.post(url("edit", question.pk) if question else url("add"), data)


# --- The list -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["list", "list_results", "add"])
def test_renders(editor, alcohol, view):
    assert editor.get(url(view)).status_code == 200


@pytest.mark.parametrize("view", ["edit", "history", "usage", "delete"])
def test_a_question_renders(editor, alcohol, view):
    assert editor.get(url(view, alcohol.pk)).status_code == 200


@pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
def test_is_nothing_for_others(client, alcohol, traits):
    user = sign_in(client, **traits)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for address in (url("list"), url("add"), url("edit", alcohol.pk), url("delete", alcohol.pk)):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    assert client.post(url("reorder", alcohol.pk) + "?position=0").status_code == 302


def test_the_menu_is_the_editors(client):
    for traits, shown in (({"editor": True}, True), ({"coordinator": True}, False)):
        sign_in(client, **traits)
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        for address in (url("list"), reverse("journeys:index")):
            assert (f'"{address}"' in home) is shown


def test_lists_originals_in_the_order_in_which_they_are_asked(editor):
    last, first = QuestionFactory(name="Anna?", position=7), QuestionFactory(name="Zeta?", position=3)
    translate_record(first, name="Z?")
    assert list(editor.get(url("list")).context["object_list"]) == [first, last]


def test_says_how_when_and_by_how_many_rules_a_question_is_used(editor, alcohol):
    QuestionFactory(name="Serverar du ute?", when=[option("alkohol", "ja")])
    QuestionFactory(name="Dold?", live=False, number=True)
    RuleFactory(all_of="alkohol=ja", none_of="alkohol=nej")
    RuleFactory(any_of="alkohol=ja")
    html = editor.get(url("list")).content.decode()
    for text in ("Ska du servera alkohol? → Ja", "Ställs inte", "ett tal", "ett av alternativen"):
        assert text in html
    listed = {question.slug: question.rule_number for question in editor.get(url("list")).context["object_list"]}
    assert listed["alkohol"] == 2


def test_asks_the_database_the_same_however_many_there_are(editor, alcohol, count_queries):
    QuestionFactory(when=[option("alkohol", "ja")])

    def measure() -> int:
        editor.get(url("list"))
        with count_queries() as queries:
            editor.get(url("list"))
        return len(queries)

    before = measure()
    for question in QuestionFactory.create_batch(5, when=[option("alkohol", "ja"), option("alkohol", "nej")]):
        translate_record(question)
    assert measure() == before <= 28


def test_is_moved_in_the_order(editor):
    questions = QuestionFactory.create_batch(3)
    english = translate_record(questions[0])
    assert editor.post(url("reorder", questions[2].pk) + "?position=0").status_code == 200
    ordered = list(Question.objects.filter(locale=questions[0].locale))
    assert ordered == [questions[2], questions[0], questions[1]]
    assert [question.position for question in ordered] == [1, 2, 3]
    editor.post(url("reorder", questions[2].pk) + "?position=x")
    assert list(Question.objects.filter(locale=questions[0].locale))[-1] == questions[2]
    assert editor.post(url("reorder", english.pk) + "?position=0").status_code == 404


# --- The form -------------------------------------------------------------------------------------------------------


def test_keys_are_made_of_the_texts(editor):
    QuestionFactory(slug="vad-ar-nytt")
    data = form_of(editor)
    data.update({"name": "Vad är nytt?", "kind": "one", "live": "on"})
    for name in ("Över disk", "Över disk", "Annat"):
        add_row(data, "options", name=name, slug="", help_text="", trade="", event="")
    assert send(editor, data).status_code == 302
    question = Question.objects.latest("pk")
    assert question.slug == "vad-ar-nytt-2"
    assert list(question.options.values_list("slug", flat=True)) == ["over-disk", "over-disk-2", "annat"]
    assert question.position > 1


def test_a_text_without_letters_needs_a_key(editor):
    data = form_of(editor)
    data.update({"name": "???", "kind": "number"})
    assert "slug" in send(editor, data).context["form"].errors


def test_a_reserved_word_is_no_key(editor):
    data = form_of(editor)
    data.update({"name": "Day", "kind": "number"})
    assert send(editor, data).status_code == 302
    assert Question.objects.latest("pk").slug == "day-2"


def test_two_options_with_one_key_are_refused(editor, alcohol):
    data = form_of(editor, alcohol)
    number = add_row(data, "options", name="Jo", slug="ja", help_text="", trade="", event="")
    answer = send(editor, data, alcohol)
    assert list(errors_in(answer, "options")[number]) == ["slug"]
    assert Option.objects.filter(question=alcohol).count() == 2


@pytest.mark.parametrize(
    ("kind", "live", "options", "field"),
    [("one", "on", 0, "live"), ("many", "on", 0, "live"), ("one", "", 0, None), ("number", "on", 0, None)],
)
def test_a_question_that_nobody_can_answer_is_not_asked(editor, kind, live, options, field):
    data = form_of(editor)
    data.update({"name": "Hur många?", "kind": kind})
    if live:
        data["live"] = live
    answer = send(editor, data)
    assert answer.status_code == (200 if field else 302)
    if field:
        assert list(answer.context["form"].errors) == [field]


def test_a_number_has_no_options(editor, alcohol):
    data = form_of(editor, alcohol)
    data["kind"] = "number"
    assert send(editor, data, alcohol).context["form"].formsets["options"].non_form_errors()
    assert Question.objects.get(pk=alcohol.pk).kind == QuestionKind.ONE


def test_a_question_whose_numbers_are_used_stays_a_number(editor):
    seats = QuestionFactory(name="Hur många platser?", slug="platser", number=True)
    RuleFactory(limits={"platser": (10, None)}, guide__title="Serveringstillstånd")
    data = form_of(editor, seats)
    data.update({"kind": "one", "minimum": "", "maximum": ""})
    [message] = send(editor, data, seats).context["form"].errors["kind"]
    assert "Serveringstillstånd" in message


def test_its_own_options_are_not_offered_as_its_condition(editor, alcohol):
    outdoors = QuestionFactory(name="Serverar du ute?", when=[option("alkohol", "ja")])
    html = editor.get(url("edit", outdoors.pk)).content.decode()
    assert "Ska du servera alkohol? → Ja" in html
    assert "Serverar du ute? → Ja" not in html
    data = form_of(editor, outdoors)
    data["shown_when-0-option"] = str(outdoors.options.first().pk)
    assert list(errors_in(send(editor, data, outdoors), "shown_when")[0]) == ["option"]


def test_questions_do_not_wait_for_each_other(editor, alcohol):
    outdoors = QuestionFactory(name="Ute?", slug="ute", when=[option("alkohol", "ja")])
    QuestionFactory(name="Mark?", slug="mark", when=[option("ute", "ja")])
    data = form_of(editor, alcohol)
    number = add_row(data, "shown_when", option=option("mark", "ja").pk)
    [message] = errors_in(send(editor, data, alcohol), "shown_when")[number]["option"]
    assert "Ska du servera alkohol? → Mark? → Ute? → Ska du servera alkohol?" in message
    assert not alcohol.shown_when.exists()
    assert outdoors.shown_when.exists()


def test_the_form_asks_the_database_the_same_however_many_options_there_are(editor, alcohol, count_queries):
    outdoors = QuestionFactory(when=[option("alkohol", "ja")])

    def measure() -> int:
        editor.get(url("edit", outdoors.pk))
        with count_queries() as queries:
            editor.get(url("edit", outdoors.pk))
        return len(queries)

    before = measure()
    QuestionFactory.create_batch(6, options="a b c d")
    ShownWhen.objects.create(question=outdoors, option=option("alkohol", "nej"))
    assert measure() == before


# --- What is used stays ---------------------------------------------------------------------------------------------


@pytest.fixture
def uses(alcohol: Question) -> list[str]:
    """Everything that can name an option, by name."""
    yes = option("alkohol", "ja")
    RuleFactory(all_of=[yes], guide__title="Serveringstillstånd")
    QuestionFactory(name="Serverar du ute?", when=[yes])
    PersonaFactory(name="Baren", chose=[yes], gets={})
    journey = JourneyFactory(title="Så öppnar du bar")
    JourneyStepFactory(page=journey, title="Fråga", condition=yes, condition_text="om du serverar alkohol")
    return ["Serveringstillstånd", "Serverar du ute?", "Baren", "Så öppnar du bar"]


def test_an_option_in_use_is_not_taken_away(editor, alcohol, uses):
    data = form_of(editor, alcohol)
    data["options-0-DELETE"] = "1"
    data["name"] = "Ska du sälja alkohol?"
    answer = send(editor, data, alcohol)
    [message] = answer.context["form"].formsets["options"].non_form_errors()
    assert all(name in message for name in uses)
    assert Option.objects.filter(question=alcohol).count() == 2
    html = answer.content.decode()
    assert message.split(":")[0].replace("“", "“") in html
    assert "Ska du sälja alkohol?" in html
    # The row stands there again.
    assert answer.context["form"].formsets["options"].forms[0]["DELETE"].value() == ""


def test_an_option_that_nothing_names_is_taken_away(editor, alcohol, uses):
    data = form_of(editor, alcohol)
    data["options-1-DELETE"] = "1"
    assert send(editor, data, alcohol).status_code == 302
    assert [found.slug for found in Option.objects.filter(question=alcohol)] == ["ja"]


def test_a_question_in_use_is_not_taken_away_and_says_by_what(editor, alcohol, uses):
    for answer in (editor.get(url("delete", alcohol.pk)), editor.post(url("delete", alcohol.pk))):
        assert answer.status_code == 200
        html = answer.content.decode()
        assert all(name in html for name in uses)
    assert Question.objects.filter(pk=alcohol.pk).exists()


def test_a_question_whose_number_is_used_is_not_taken_away(editor):
    seats = QuestionFactory(slug="platser", number=True)
    PersonaFactory(name="Krogen", said={"platser": 60})
    assert "Krogen" in editor.post(url("delete", seats.pk)).content.decode()
    assert Question.objects.filter(pk=seats.pk).exists()


def test_a_question_that_nothing_names_is_taken_away_with_its_translation(editor, alcohol):
    QuestionFactory(slug="ute", when=[option("alkohol", "ja")])
    outdoors = Question.objects.get(slug="ute")
    translate_record(outdoors, name="Outdoors?")
    assert editor.post(url("delete", outdoors.pk)).status_code == 302
    assert not Question.objects.filter(translation_key=outdoors.translation_key).exists()


def test_questions_and_rules_are_not_taken_away_in_bulk(editor, alcohol):
    rule = RuleFactory()
    for model, record in (("question", alcohol), ("rule", rule)):
        address = reverse("wagtail_bulk_action", args=["planning", model, "delete"])
        answer = editor.post(f"{address}?id={record.pk}&next={url('list')}", follow=True)
        assert answer.redirect_chain == [(url("list"), 302)]
        assert type(record).objects.filter(pk=record.pk).exists()


# --- What it asks is guarded ----------------------------------------------------------------------------------------


def test_turning_off_a_question_that_an_example_needs_is_refused(editor, alcohol):
    rule = RuleFactory(all_of="alkohol=ja", guide__title="Serveringstillstånd")
    PersonaFactory(name="Baren", chose="alkohol=ja", gets={rule.guide: Effect.NEEDED})
    data = form_of(editor, alcohol)
    del data["live"]
    data["name"] = "Ska du sälja alkohol?"
    answer = send(editor, data, alcohol)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Baren" in html
    assert "Serveringstillstånd <strong>behövs → behövs inte</strong>" in html
    assert 'value="Ska du sälja alkohol?"' in html
    assert Question.objects.get(pk=alcohol.pk).live
