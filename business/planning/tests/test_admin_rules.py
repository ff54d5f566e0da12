"""Rules and example companies in the admin, and that nothing is stored that gives an example another result."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from business.core.tests.admin import add_row, change_page, errors_in, page_form, sign_in
from business.core.tests.factories import translate, translate_record
from business.core.tests.listings import PageListingChecks
from business.core.tests.registers import RegisterChecks
from business.guides.models import GuidePage
from business.guides.tests.factories import FeeFactory, GuideFactory
from business.planning.enums import Effect
from business.planning.models import Persona, PersonaGuide, PersonaOption, Question, Rule, RuleOption
from business.planning.tests.factories import (
    BusinessEventFactory,
    FinderPageFactory,
    JourneyFactory,
    PersonaFactory,
    QuestionFactory,
    RuleFactory,
    option,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NEW_YEAR = datetime.date(timezone.localdate().year + 1, 1, 1)


def url(model: Any, view: str, *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


@pytest.fixture
def editor(client: Any) -> Any:
    sign_in(client, editor=True)
    return client


@pytest.fixture
def permit() -> GuidePage:
    guide = GuideFactory(title="Serveringstillstånd", ready=True)
    FeeFactory(page=guide)
    return guide


@pytest.fixture
def rule(permit: GuidePage) -> Rule:
    """Whoever serves alcohol needs the permit, and so does the bar."""
    QuestionFactory(name="Ska du servera alkohol?", slug="alkohol")
    QuestionFactory(name="Hur många platser?", slug="platser", number=True)
    rule = RuleFactory(guide=permit, all_of="alkohol=ja", why="Du ska servera alkohol.")
    PersonaFactory(name="Baren", chose="alkohol=ja", said={"platser": 60}, gets={permit: Effect.NEEDED})
    return rule


def form_of(client: Any, model: Any, record: Any = None) -> Any:
    return page_form(client, url(model, "edit", record.pk) if record else url(model, "add"))


def send(client: Any, data: Any, model: Any, record: Any = None, **kwargs: Any) -> Any:
    return client.post(url(model, "edit", record.pk) if record else url(model, "add"), data, **kwargs)


def said(answer: Any) -> str:
    """Return what the page tells in messages."""
    return " ".join(str(message) for message in answer.context["messages"])


class TestBusinessEvents(RegisterChecks):
    factory = BusinessEventFactory
    filled = {"name": "Starta", "slug": "starta"}


class TestJourneys(PageListingChecks):
    factory = JourneyFactory
    name = "journeys"


# --- Who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Rule, Persona])
def test_renders(editor, rule, model):
    record = model.objects.get()
    for address in (url(model, view) for view in ("list", "list_results", "add")):
        assert editor.get(address).status_code == 200
    for view in ("edit", "history", "usage", "delete"):
        assert editor.get(url(model, view, record.pk)).status_code == 200, view


@pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
def test_is_nothing_for_others(client, rule, traits):
    user = sign_in(client, **traits)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for model in (Rule, Persona):
        pk = model.objects.get().pk
        for address in (url(model, "list"), url(model, "add"), url(model, "edit", pk), url(model, "delete", pk)):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))


# --- Lists ----------------------------------------------------------------------------------------------------------


def test_a_rule_is_listed_in_words(editor, rule):
    QuestionFactory(name="Var?", slug="var", options="inne ute")
    RuleFactory(
        guide=rule.guide,
        effect=Effect.MAYBE,
        any_of="var=inne var=ute",
        none_of="alkohol=nej",
        limits={"platser": (10, None)},
        valid_from=NEW_YEAR,
    )
    RuleFactory(guide__title="Starta företag", effect=Effect.MAYBE)
    html = editor.get(url(Rule, "list")).content.decode()
    for text in (
        "Serveringstillstånd",
        "Ska du servera alkohol? → Ja",
        "Var? → ”Inne” eller ”Ute”",
        "Ska du servera alkohol? → inte Nej",
        "Hur många platser? minst 10",
        "gäller inte ännu",
        "kan behövas",
        "Alltid",
    ):
        assert text in html, text


def test_rules_are_filtered_and_searched(editor, rule):
    over = datetime.date(2020, 1, 1)
    other = RuleFactory(guide__title="Ändrad användning", effect=Effect.MAYBE, why="Lokalen är ny.", valid_to=over)
    for query, found in (
        ({"guide": rule.guide_id}, rule),
        ({"effect": "maybe"}, other),
        ({"option": option("alkohol", "ja").pk}, rule),
        ({"holds": "true"}, rule),
        ({"holds": "false"}, other),
        ({"q": "ÄNDRAD"}, other),
        ({"q": "servera alkohol"}, rule),
    ):
        listed = list(editor.get(url(Rule, "list"), query).context["object_list"])
        assert listed == [found], query


@pytest.mark.parametrize(
    "query", ["guide=x", "option=999999", "effect=x", "holds=x", "ordering=password", "p=x", "q=%22'"]
)
def test_bad_addresses_are_harmless(editor, rule, query):
    assert editor.get(f"{url(Rule, 'list')}?{query}").status_code == 200


@pytest.mark.parametrize("model", [Rule, Persona])
def test_asks_the_database_the_same_however_many_there_are(editor, rule, permit, model, count_queries):
    def measure() -> int:
        editor.get(url(model, "list"))
        with count_queries() as queries:
            editor.get(url(model, "list"))
        return len(queries)

    # One is wrong, one is translated, one has a limit.
    RuleFactory(guide=permit, all_of="alkohol=ja", limits={"platser": (1, 5)})
    PersonaFactory(chose="alkohol=nej", gets={permit: Effect.NEEDED})
    translate_record(rule, why="You will.")
    before = measure()
    for number in range(4):
        guide = GuideFactory(title=f"Guide {number}")
        for new in RuleFactory.create_batch(2, guide=guide, all_of="alkohol=ja", limits={"platser": (1, 5)}):
            translate_record(new, why="You will.")
        PersonaFactory(
            chose="alkohol=nej", said={"platser": number}, gets={guide: Effect.NEEDED, permit: Effect.MAYBE}
        )
    assert measure() == before <= 40


@pytest.mark.parametrize(("model", "row"), [(Rule, RuleOption), (Persona, PersonaOption)])
def test_the_form_asks_the_database_the_same_however_many_rows_there_are(editor, rule, model, row, count_queries):
    record = model.objects.get()

    def measure() -> int:
        editor.get(url(model, "edit", record.pk))
        with count_queries() as queries:
            editor.get(url(model, "edit", record.pk))
        return len(queries)

    before = measure()
    for number in range(4):
        question = QuestionFactory(slug=f"fraga-{number}", options="a b c")
        row.objects.create(option=question.options.first(), **{model._meta.model_name: record})
    assert measure() == before


def test_a_list_says_which_examples_hold(editor, rule, permit):
    PersonaFactory(name="Kafét", chose="alkohol=nej", gets={permit: Effect.NEEDED})
    PersonaFactory(name="Förr", chose="alkohol=nej", gets={permit: Effect.NEEDED}, valid_to=datetime.date(2020, 1, 1))
    wrong = {persona.name: persona.wrong for persona in editor.get(url(Persona, "list")).context["object_list"]}
    text = "Serveringstillstånd: ska bli ”behövs”, blir ”behövs inte”"
    assert wrong == {"Baren": [], "Kafét": [text], "Förr": None}
    html = editor.get(url(Persona, "list")).content.decode()
    for shown in (text, "Stämmer", "Gäller inte i dag"):
        assert shown in html


# --- The form of a rule ---------------------------------------------------------------------------------------------


def test_an_editor_writes_a_rule(editor, rule, permit):
    data = form_of(editor, Rule)
    data.update({"guide": str(permit.pk), "effect": "maybe", "why": "Fråga oss.", "valid_from": str(NEW_YEAR)})
    add_row(data, "options", option=option("alkohol", "nej").pk, how="all")
    add_row(data, "limits", question=Question.objects.get(slug="platser").pk, at_least="10", at_most="")
    assert send(editor, data, Rule).status_code == 302
    new = Rule.objects.latest("pk")
    assert (new.locale.language_code, new.options.count(), new.limits.count()) == ("sv", 1, 1)


def test_options_are_chosen_by_question_and_only_originals(editor, rule):
    translate_record(Question.objects.get(slug="alkohol"), name="Will you serve alcohol?")
    html = editor.get(url(Rule, "edit", rule.pk)).content.decode()
    assert '<optgroup label="Ska du servera alkohol?">' in html
    assert "Ska du servera alkohol? → Ja" in html
    assert "Will you serve alcohol?" not in html


def test_conditions_that_repeat_or_exclude_each_other_are_refused_in_their_row(editor, rule):
    yes, no = option("alkohol", "ja").pk, option("alkohol", "nej").pk
    for how, chosen in (("none", yes), ("all", no)):
        data = form_of(editor, Rule, rule)
        number = add_row(data, "options", option=chosen, how=how)
        assert list(errors_in(send(editor, data, Rule, rule), "options")[number]) == ["option"]
    data = form_of(editor, Rule, rule)
    seats = Question.objects.get(slug="platser").pk
    add_row(data, "limits", question=seats, at_least="1", at_most="")
    number = add_row(data, "limits", question=seats, at_least="", at_most="9")
    assert list(errors_in(send(editor, data, Rule, rule), "limits")[number]) == ["question"]


def test_a_rule_is_of_an_original_guide(editor, rule, permit):
    data = form_of(editor, Rule, rule)
    data["guide"] = str(translate(permit, title="Alcohol permit").pk)
    assert "guide" in send(editor, data, Rule, rule).context["form"].errors


def test_a_rule_that_can_never_apply_is_stored_with_a_warning(editor, rule, permit):
    QuestionFactory(slug="ute", when=[option("alkohol", "ja")])
    data = form_of(editor, Rule)
    data.update({"guide": str(permit.pk), "effect": "maybe", "why": "Aldrig."})
    add_row(data, "options", option=option("alkohol", "nej").pk, how="all")
    add_row(data, "options", option=option("ute", "ja").pk, how="all")
    assert "inget företag kan svara" in said(send(editor, data, Rule, follow=True))
    assert Rule.objects.count() == 2


def test_a_rule_is_tried_in_the_finder_with_answers_that_make_it_apply(editor, rule):
    assert "Pröva i tillståndskollen" not in editor.get(url(Rule, "edit", rule.pk)).content.decode()
    finder = FinderPageFactory()
    html = editor.get(url(Rule, "edit", rule.pk)).content.decode()
    assert f'href="{finder.url}?alkohol=ja' in html
    assert (
        "Serveringstillstånd"
        in editor.get(f"{finder.url}?alkohol=ja&platser=0&result=1", follow=True).content.decode()
    )


# --- Guarded --------------------------------------------------------------------------------------------------------


def test_a_rule_that_would_hide_a_permit_is_refused_with_the_difference(editor, rule):
    data = form_of(editor, Rule, rule)
    data.update({"effect": "not_needed", "why": "Ny mening."})
    answer = send(editor, data, Rule, rule)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert url(Persona, "edit", Persona.objects.get().pk) in html
    assert "Serveringstillstånd <strong>behövs → behövs inte</strong>" in " ".join(html.split())
    assert 'value="Ny mening."' in html
    assert "Ändra då exempelföretaget först" in html
    rule.refresh_from_db()
    assert (rule.effect, rule.why) == (Effect.NEEDED, "Du ska servera alkohol.")
    # The same form again, mended.
    data["effect"] = "needed"
    assert send(editor, data, Rule, rule).status_code == 302
    assert Rule.objects.get().why == "Ny mening."


def test_a_new_rule_that_contradicts_is_refused_and_nothing_is_left_of_it(editor, rule, permit):
    data = form_of(editor, Rule)
    data.update({"guide": str(permit.pk), "effect": "not_needed", "why": "Nej."})
    add_row(data, "options", option=option("alkohol", "ja").pk, how="all")
    answer = send(editor, data, Rule)
    html = " ".join(answer.content.decode().split())
    assert "<strong>behövs → kan behövas</strong>" in html
    assert Rule.objects.get() == rule
    assert answer.context["form"].instance.pk is None
    assert answer.context["form"].formsets["options"].total_form_count() == 1


def test_a_rule_that_ends_is_refused_with_the_day(editor, rule):
    data = form_of(editor, Rule, rule)
    data["valid_to"] = str(NEW_YEAR - datetime.timedelta(days=1))
    html = send(editor, data, Rule, rule).content.decode()
    assert f"från 1 januari {NEW_YEAR.year}" in html
    assert Rule.objects.get().valid_to is None


def test_a_rule_that_an_example_needs_is_not_taken_away(editor, rule):
    translate_record(rule, why="You will serve alcohol.")
    html = editor.post(url(Rule, "delete", rule.pk)).content.decode()
    assert "Baren" in html
    assert Rule.objects.count() == 2
    Persona.objects.all().delete()
    assert editor.post(url(Rule, "delete", rule.pk)).status_code == 302
    assert not Rule.objects.exists()


def test_a_change_of_law_is_prepared_with_its_example(editor, rule, permit):
    """First the example says what will be, with a warning; then the rules follow."""
    bar = Persona.objects.get()
    data = form_of(editor, Persona, bar)
    data["valid_to"] = str(NEW_YEAR - datetime.timedelta(days=1))
    assert send(editor, data, Persona, bar).status_code == 302
    data = form_of(editor, Rule, rule)
    data["valid_to"] = str(NEW_YEAR - datetime.timedelta(days=1))
    assert send(editor, data, Rule, rule).status_code == 302
    assert Rule.objects.get().valid_to


# --- The form of an example company ---------------------------------------------------------------------------------


def test_an_example_that_does_not_hold_is_stored_and_marked(editor, rule, permit):
    data = form_of(editor, Persona)
    data["name"] = "Kafét"
    add_row(data, "options", option=option("alkohol", "nej").pk)
    data["guides-0-guide"], data["guides-0-expected"] = str(permit.pk), "needed"
    data["guides-TOTAL_FORMS"] = "1"
    answer = send(editor, data, Persona, follow=True)
    assert "Serveringstillstånd: ska bli ”behövs”, blir ”behövs inte”" in said(answer)
    cafe = Persona.objects.get(name="Kafét")
    html = editor.get(url(Persona, "edit", cafe.pk)).content.decode()
    assert "Tillståndskollen svarar något annat i dag" in html
    bar = Persona.objects.get(name="Baren")
    assert "rätt svar i dag" in editor.get(url(Persona, "edit", bar.pk)).content.decode()


def test_an_example_answers_as_a_company_can(editor, rule, permit):
    bar = Persona.objects.get()
    seats = Question.objects.get(slug="platser").pk
    for relation, field, values in (
        ("options", "option", {"option": option("alkohol", "nej").pk}),
        ("options", "option", {"option": option("alkohol", "ja").pk}),
        ("numbers", "question", {"question": seats, "number": "3"}),
        ("guides", "guide", {"guide": permit.pk, "expected": "maybe"}),
    ):
        data = form_of(editor, Persona, bar)
        number = add_row(data, relation, **values)
        assert list(errors_in(send(editor, data, Persona, bar), relation)[number]) == [field]
    data = form_of(editor, Persona, bar)
    data["numbers-0-number"] = "1001"
    assert list(errors_in(send(editor, data, Persona, bar), "numbers")[0]) == ["number"]


def test_an_example_is_opened_in_the_finder(editor, rule):
    finder = FinderPageFactory()
    html = editor.get(url(Persona, "edit", Persona.objects.get().pk)).content.decode()
    assert f'href="{finder.url}?alkohol=ja&amp;platser=60&amp;result=1"' in html


# --- Guides ---------------------------------------------------------------------------------------------------------


def test_a_guide_that_an_example_needs_is_not_unpublished(editor, rule, permit):
    answer = editor.post(reverse("wagtailadmin_pages:unpublish", args=[permit.pk]), follow=True)
    assert "Baren: Serveringstillstånd behövs → behövs inte" in said(answer)
    permit.refresh_from_db()
    assert permit.live


def test_nor_with_the_page_above_it(editor, rule, permit):
    index = permit.get_parent()
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[index.pk]), {"include_descendants": "on"})
    editor.post(reverse("wagtailadmin_pages:delete", args=[index.pk]))
    permit.refresh_from_db()
    assert permit.live


def test_nor_deleted(editor, rule, permit):
    answer = editor.post(reverse("wagtailadmin_pages:delete", args=[permit.pk]), follow=True)
    assert "Baren: Serveringstillstånd behövs → behövs inte" in said(answer)
    assert GuidePage.objects.filter(pk=permit.pk).exists()


@pytest.mark.parametrize("action", ["unpublish", "delete"])
def test_nor_with_many(editor, rule, permit, action):
    other = GuideFactory(title="En annan")
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    answer = editor.post(f"{address}?id={permit.pk}&id={other.pk}&next=/admin/guides/", follow=True)
    assert "Baren: Serveringstillstånd behövs → behövs inte" in said(answer)
    assert GuidePage.objects.filter(live=True).count() == 2


def test_a_guide_that_no_example_needs_is_unpublished(editor, rule):
    other = GuideFactory(title="En annan")
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[other.pk]))
    other.refresh_from_db()
    assert not other.live


def test_a_guide_that_an_example_must_not_get_stays_a_draft(editor, rule, permit):
    draft = GuideFactory(title="Folköl", ready=True)
    FeeFactory(page=draft)
    GuidePage.objects.filter(pk=draft.pk).update(live=False)
    RuleFactory(guide=draft, all_of="alkohol=ja")
    PersonaGuide.objects.create(persona=Persona.objects.get(), guide=draft, expected=Effect.NOT_NEEDED)
    data = page_form(editor, reverse("wagtailadmin_pages:edit", args=[draft.pk]))
    data["title"] = "Folköl med nytt namn"
    assert change_page(editor, draft, data, publish=True).status_code == 302
    draft.refresh_from_db()
    assert not draft.live
    assert draft.get_latest_revision_as_object().title == "Folköl med nytt namn"
    answer = editor.get(reverse("wagtailadmin_home"))
    assert "Baren: Folköl" in said(answer)


def test_a_guide_that_ends_is_refused_while_an_example_needs_it(editor, rule, permit):
    data = page_form(editor, reverse("wagtailadmin_pages:edit", args=[permit.pk]))
    data["expire_at"] = f"{NEW_YEAR} 12:00"
    change_page(editor, permit, data, publish=True)
    assert f"från 1 januari {NEW_YEAR.year}" in said(editor.get(reverse("wagtailadmin_home")))
    permit.refresh_from_db()
    assert permit.expire_at is None
