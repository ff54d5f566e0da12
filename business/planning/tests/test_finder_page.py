"""What a company sees in the finder, from the first question to the result and back to any answer."""

from __future__ import annotations

import datetime
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from business.core.tests.factories import home, translate, translate_record
from business.guides.enums import DependencyKind
from business.guides.tests.factories import (
    DependencyFactory,
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    TradeFactory,
)
from business.planning.enums import Effect
from business.planning.models import Question, Rule
from business.planning.rules.questions import read_book
from business.planning.tests.factories import (
    BusinessEventFactory,
    FinderPageFactory,
    JourneyFactory,
    OptionFactory,
    PlannerPageFactory,
    QuestionFactory,
    RuleFactory,
    option,
)
from business.planning.tests.restaurants import plan_of

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def finder():
    """Four questions: alcohol, seats, outdoors, and where outdoors."""
    QuestionFactory(name="Ska du servera alkohol?", slug="alkohol")
    QuestionFactory(name="Hur många platser?", slug="platser", number=True, unit="sittplatser", minimum=1, maximum=500)
    QuestionFactory(name="Serverar du ute?", slug="ute")
    QuestionFactory(
        name="Var ute?",
        slug="var",
        many=True,
        options="gata gard",
        when=[option("ute", "ja")],
        help_text="Allt som stämmer.",
    )
    return FinderPageFactory()


class Shown:
    """A page as it is shown."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.html = BeautifulSoup(answer.content, "html.parser")
        self.main = self.html.find("main")

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", self.main.get_text(" "))

    def section(self, key: str) -> str:
        found = self.main.find(id=key)
        return re.sub(r"\s+", " ", found.get_text(" ")) if found else ""

    def link(self, words: str) -> str:
        links = [link for link in self.main.find_all("a") if words in re.sub(r"\s+", " ", link.get_text(" "))]
        assert links, f"no link {words!r} in {self.text}"
        return links[0]["href"]

    def send(self, client: Any, *values: str) -> Shown:
        """Send the form with the fields it has hidden and these values."""
        form = self.main.find("form")
        field = form.find(id="answer") or form.find("input", type=["radio", "checkbox"])
        pairs = [(hidden["name"], hidden["value"]) for hidden in form.find_all("input", type="hidden")]
        pairs += [(field["name"], value) for value in values]
        query: dict[str, list[str]] = {}
        for name, value in pairs:
            query.setdefault(name, []).append(value)
        return Shown(client.get(form["action"], query, follow=True))

    @property
    def query(self) -> dict[str, list[str]]:
        chain = self.answer.redirect_chain
        return parse_qs(urlsplit(chain[-1][0]).query, keep_blank_values=True) if chain else {}


@pytest.fixture
def show(client, finder):
    def get(query: str = "", language: str = "sv") -> Shown:
        page = finder if language == "sv" else finder.get_translation(home("en").locale)
        answer = client.get(page.get_url() + query, follow=True)
        assert answer.status_code == 200
        return Shown(answer)

    return get


# --- One question at a time --------------------------------------------------------------------------------------------


def test_a_company_answers_one_question_at_a_time_and_gets_its_result(client, show):
    RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja")
    first = Shown(client.get(show().link("Börja")))
    assert first.main.find("h1").get_text(strip=True) == "Ska du servera alkohol?"
    assert "Fråga 1 av högst 4" in first.text
    second = first.send(client, "ja")
    assert second.main.find("label", {"for": "answer"}).get_text(strip=True) == "Hur många platser?"
    assert second.query == {"alkohol": ["ja"], "edit": ["platser"]}
    third = second.send(client, "60")
    fourth = third.send(client, "ja")
    assert fourth.main.find("legend").get_text(strip=True) == "Var ute?"
    assert "Fråga 4 av 4" in fourth.text
    result = fourth.send(client, "gata", "gard")
    today = timezone.localdate().isoformat()
    assert result.query == {
        "alkohol": ["ja"],
        "platser": ["60"],
        "ute": ["ja"],
        "var": ["gata", "gard"],
        "answered": [today],
    }
    assert "Serveringstillstånd" in result.section("needed")


def test_the_question_has_its_fields_tied_to_their_words(show):
    number = show("?edit=platser").main
    field = number.find(id="answer")
    assert number.find("label", {"for": "answer"})
    assert [number.find(id=key).get_text(strip=True) for key in field["aria-describedby"].split()] == [
        "Ett tal från 1 till 500.",
        "sittplatser",
    ]
    many = show("?ute=ja&edit=var").main
    group = many.find("fieldset")
    assert many.find(id=group["aria-describedby"]).get_text(strip=True) == "Allt som stämmer."
    labels = {label["for"] for label in many.find_all("label")}
    assert labels == {one["id"] for one in many.find_all("input", type="checkbox")}


def test_skipping_leaves_a_question_open_and_goes_on(client, show):
    RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja")
    second = Shown(client.get(show("?edit=alkohol").link("Hoppa över")))
    third = second.send(client, "60")
    assert third.main.find("legend").get_text(strip=True) == "Serverar du ute?", "the skipped question came back"
    result = third.send(client, "nej")
    assert result.query["result"] == ["1"]
    assert "Serveringstillstånd" in result.section("maybe")
    assert "Beror på vad du svarar här: Ska du servera alkohol?" in result.section("maybe")
    assert "En fråga är inte besvarad" in result.text
    assert "edit=alkohol" in result.link("Svara på resten")


def test_everything_can_be_skipped(client, show):
    RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja")
    page = show("?edit=alkohol")
    for _number in range(3):
        page = Shown(client.get(page.link("Hoppa över"), follow=True))
    assert "Serveringstillstånd" in page.section("maybe")


def test_one_goes_back_without_losing_an_answer(client, show):
    third = show("?alkohol=ja&platser=60&edit=ute")
    second = Shown(client.get(third.link("Tillbaka")))
    assert second.main.find(id="answer")["value"] == "60"
    first = Shown(client.get(second.link("Tillbaka")))
    assert first.main.find("input", checked=True)["value"] == "ja"
    start = Shown(client.get(first.link("Tillbaka")))
    assert "Dina svar hittills" in start.text
    assert "edit=ute" in start.link("Fortsätt")


def test_one_answer_is_changed_and_the_others_stay(client, show):
    result = show("?alkohol=ja&platser=60&ute=nej")
    change = Shown(client.get(result.link("Ändra Hur många platser?")))
    assert change.main.find(id="answer")["value"] == "60"
    assert "answered" not in parse_qs(urlsplit(change.link("Till resultatet utan att ändra")).query)
    again = change.send(client, "40")
    assert {key: value for key, value in again.query.items() if key != "answered"} == {
        "alkohol": ["ja"],
        "platser": ["40"],
        "ute": ["nej"],
    }


def test_an_answer_that_opens_a_question_asks_it_next(client, show):
    opened = Shown(client.get(show("?alkohol=ja&platser=60&ute=nej").link("Ändra Serverar du ute?"))).send(
        client, "ja"
    )
    assert opened.main.find("legend").get_text(strip=True) == "Var ute?"


def test_an_answer_that_closes_a_question_tells_what_is_left_out(client, show):
    page = show("?alkohol=ja&platser=60&ute=ja&var=gata&edit=ute").send(client, "nej")
    told = re.search(r"De här svaren gäller inte längre: Var ute\? Dina andra svar är kvar", page.text)
    assert told
    assert "Allt i adressen" not in page.text
    assert "var=" not in page.link("Börja om") + page.link("Ändra Hur många platser?")


def test_none_of_these_is_an_answer(client, show):
    result = show("?alkohol=ja&platser=60&ute=ja&edit=var").send(client, "")
    assert result.query["var"] == [""]
    assert "Inget av det här" in result.section("answers")


def test_a_title_says_the_question(show):
    def title(query: str) -> str:
        return re.sub(r"\s+", " ", show(query).html.find("title").get_text()).strip()

    assert title("?edit=alkohol").startswith("Fråga: Ska du servera alkohol? – Tillståndskollen – ")
    assert title("?after=alkohol").startswith("Fel: Fråga: Ska du servera alkohol?")
    assert title("?alkohol=ja&platser=1&ute=nej").startswith("Ditt resultat – Tillståndskollen – ")


# --- What cannot be used -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "values", "message"),
    [
        ("?edit=alkohol", [], "Välj ett svar, eller hoppa över frågan."),
        ("?edit=platser", [""], "Skriv ett tal, eller hoppa över frågan."),
        ("?edit=platser", ["många"], "”många” är inte ett heltal."),
        ("?edit=platser", ["501"], "Skriv ett tal från 1 till 500."),
        ("?ute=ja&edit=var", ["", "gata"], "Välj antingen ”inget av det här” eller de svar som stämmer."),
        ("?ute=ja&edit=var", [], "Välj ett svar, eller hoppa över frågan."),
    ],
)
def test_a_wrong_answer_is_told_beside_the_field_and_nothing_typed_is_lost(client, show, query, values, message):
    page = show(query.replace("?", "?alkohol=nej&") if "alkohol" not in query else query).send(client, *values)
    assert message in page.main.find(id="answer_error").get_text()
    assert message in page.main.find(attrs={"data-error-summary": True}).get_text()
    assert page.main.find(attrs={"data-error-summary": True}).find("a")["href"] == "#answer"
    assert page.main.find(id="answer")
    if "platser" in query:
        assert page.main.find(id="answer")["value"] == values[0]
        assert page.main.find(id="answer")["aria-invalid"] == "true"
    if values == ["", "gata"]:
        assert [one["value"] for one in page.main.find_all("input", checked=True)] == ["gata", ""]
    if "alkohol" not in query:
        assert page.main.find("input", type="hidden", attrs={"name": "alkohol"})["value"] == "nej"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?alkohol=kanske&platser=60&ute=nej&result=1", "Ska du servera alkohol? – ”kanske” är inte ett av svaren."),
        ("?alkohol=ja&alkohol=nej&platser=60&ute=nej&result=1", "Ska du servera alkohol? – Här finns flera svar"),
        ("?platser=9999&alkohol=ja&ute=nej&result=1", "Hur många platser? – Skriv ett tal från 1 till 500."),
        ("?alkohol=ja&platser=60&ute=nej&var=gata", "Var ute? – Svaret räknas inte"),
        (f"?alkohol=ja&platser=60&ute=nej&x={'y' * 10_000}", "Adressen är för lång"),
    ],
)
def test_what_the_address_cannot_say_is_told_and_the_rest_is_kept(show, query, told):
    page = show(query)
    assert told in page.text
    assert "Dina andra svar är kvar." in page.text
    kept = page.section("answers")
    assert sum(answer in kept for answer in ("60 sittplatser", "Ja", "Nej")) >= 2


def test_ten_thousand_answers_are_no_more_than_one(client, finder):
    answer = client.get(finder.get_url() + "?" + "&".join(["alkohol=ja"] * 900) + "&platser=60")
    assert answer.status_code == 200
    assert len(answer.content) < 60_000


def test_what_is_typed_is_shown_as_text(show):
    page = show("?alkohol=%3Cscript%3Ealert(1)%3C/script%3E&platser=%22%3E%3Cb%3E&after=platser")
    assert b"<script>alert" not in page.answer.content
    assert page.main.find("b") is None
    assert page.main.find(id="answer")["value"] == '"><b>'


# --- The result ------------------------------------------------------------------------------------------------------------


def test_every_choice_and_number_that_decided_is_named(show):
    guide = GuideFactory(title="Serveringstillstånd", ready=True)
    RuleFactory(
        guide=guide,
        why="Du serverar alkohol till många.",
        all_of="alkohol=ja",
        any_of="var=gata var=gard",
        none_of="ute=nej",
        limits={"platser": (10, 100)},
    )
    found = show("?alkohol=ja&platser=60&ute=ja&var=gard").section("needed")
    assert "Du serverar alkohol till många." in found
    assert "Eftersom du svarade: Ska du servera alkohol? Ja" in found
    assert "Hur många platser? 60 sittplatser (10–100)" in found
    assert "Serverar du ute? Ja" in found
    assert "Var ute? Gard" in found
    assert "Gata" not in found


def test_what_was_not_chosen_of_many_is_named_as_not(show):
    RuleFactory(why="Bara på egen gård.", all_of="ute=ja", none_of="var=gata")
    assert "Var ute? inte Gata" in show("?alkohol=ja&platser=60&ute=ja&var=gard").section("needed")


def test_guides_stand_in_three_groups_with_cost_time_and_area(show):
    needed = GuideFactory(title="Serveringstillstånd", ready=True)
    FeeFactory(page=needed)
    RuleFactory(guide=needed, all_of="alkohol=ja")
    RuleFactory(guide=GuideFactory(title="Bygglov", ready=True), effect=Effect.MAYBE, why="Kanske byggs det.")
    RuleFactory(
        guide=GuideFactory(title="Torgplats", ready=True),
        effect=Effect.NOT_NEEDED,
        all_of="ute=nej",
        why="Du är inne.",
    )
    page = show("?alkohol=ja&platser=60&ute=nej")
    card = page.section("needed")
    assert "9 500" in card.replace("\xa0", " ")
    assert "2–8 veckor" in card
    assert needed.area.name in card
    assert "Bygglov" in page.section("maybe")
    folded = page.main.find(id="not-needed").find("details")
    assert "Torgplats" in folded.get_text()
    assert "Du är inne." in folded.get_text()
    assert "Du behöver ordna 1 sak, och kanske 1 till." in page.text


def test_what_others_wait_for_stands_first(show):
    sign, food, company = (GuideFactory(title=title, ready=True) for title in ("Affisch", "Bakverk", "Starta"))
    for guide in (sign, food, company):
        RuleFactory(guide=guide)
    DependencyFactory(page=food, guide=company)
    DependencyFactory(page=company, guide=sign, kind=DependencyKind.EVIDENCE_FOR)
    page = show("?alkohol=ja&platser=60&ute=nej")
    titles = [heading.get_text(strip=True) for heading in page.main.find(id="needed").find_all("h3")]
    assert titles == ["Starta", "Affisch", "Bakverk"]


def test_of_one_the_unit_is_in_the_singular(show):
    basis = FeeBasisFactory(name="personer", one="person")
    translate_record(basis, name="people", one="person")
    QuestionFactory(name="Hur många personer?", slug="personer", number=True, unit="personer", basis=basis)
    RuleFactory(limits={"personer": (1, None), "platser": (1, None)})
    page = show("?alkohol=ja&platser=1&ute=nej&personer=1")
    for place in ("answers", "needed"):
        assert re.search(r"Hur många personer\? 1 person\b", page.section(place))
        assert "1 sittplatser" not in page.section(place)
    assert "2 personer" in show("?alkohol=ja&platser=1&ute=nej&personer=2").section("answers")


def test_a_result_without_any_answer_says_so(show):
    RuleFactory(all_of="alkohol=ja")
    page = show("?result=1")
    assert "Du har inte svarat på något än" in page.text
    assert "inte besvara" not in page.text
    assert "edit=alkohol" in page.link("Svara på frågorna")


def test_rules_that_disagree_are_told_as_such(show):
    guide = GuideFactory(title="Serveringstillstånd", ready=True)
    RuleFactory(guide=guide, all_of="alkohol=ja", why="Du serverar alkohol.")
    RuleFactory(guide=guide, effect=Effect.NOT_NEEDED, limits={"platser": (None, 5)}, why="Slutet sällskap.")
    found = show("?alkohol=ja&platser=3&ute=nej").section("maybe")
    assert "Dina svar talar både för och emot." in found
    assert "Du serverar alkohol." in found
    assert "Kanske slipper du: Slutet sällskap." in found


def test_nothing_needed_is_said_and_led_on(show):
    RuleFactory(all_of="alkohol=ja")
    page = show("?alkohol=nej&platser=60&ute=nej")
    assert "Vi hittade inget som du behöver söka eller anmäla" in page.text
    assert not page.section("needed") + page.section("maybe")


def test_a_guide_that_readers_cannot_see_is_in_no_result(show):
    guide = GuideFactory(title="Hemlig guide", ready=True, draft=True)
    RuleFactory(guide=guide)
    assert "Hemlig guide" not in show("?alkohol=ja&platser=60&ute=nej").text


def test_a_question_that_is_not_asked_has_no_say(show):
    Question.objects.filter(slug="alkohol").update(live=False)
    RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja")
    page = show("?alkohol=ja&platser=60&ute=nej")
    assert "Serveringstillstånd" not in page.text
    assert "Ska du servera alkohol?" not in page.text


def test_an_answer_to_a_question_that_is_not_asked_any_more_is_told_on_the_result_and_in_the_plan(show):
    RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja")
    query = "alkohol=ja&platser=60&ute=nej"
    told = "Du har svarat på en fråga som inte ställs längre: alkohol. Svaret räknas inte med."
    assert told not in show(f"?{query}").text
    Question.objects.filter(slug="alkohol").update(live=False, name="Ett utkast?")
    page = show(f"?{query}")
    assert told in page.text
    assert "Ett utkast?" not in page.text  # nobody knows whether it ever was public
    assert [problem.message for problem in plan_of(query).problems] == [told]
    assert plan_of("alkohol=&platser=60").problems == ()


def test_the_address_is_the_result_for_whoever_gets_it(show, client):
    RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja")
    first = show("?platser=60&ute=nej&alkohol=ja")
    address = first.answer.redirect_chain[-1][0]
    again = client.get(address)
    assert again.status_code == 200
    assert Shown(again).section("needed") == first.section("needed")
    assert again["X-Robots-Tag"] == "noindex"


def test_only_the_start_is_for_search_engines(show):
    assert "X-Robots-Tag" not in show().answer
    page = show("?alkohol=ja&edit=platser")
    assert page.answer["X-Robots-Tag"] == "noindex"
    assert "?" not in page.html.find("link", rel="canonical")["href"]


def test_without_questions_the_page_says_so(show):
    Question.objects.update(live=False)
    assert "Vi håller på med frågorna" in show("?alkohol=ja&result=1").text


# --- Onward ----------------------------------------------------------------------------------------------------------------


def test_the_planner_gets_the_same_answers(show):
    RuleFactory(all_of="alkohol=ja")
    planner = PlannerPageFactory()
    href = show("?alkohol=ja&platser=60&ute=nej").link("Gör en öppningsplan")
    assert href == f"{planner.get_url()}?alkohol=ja&platser=60&ute=nej"


def test_the_journey_of_the_trade_and_the_event_is_offered(show):
    trade, event = TradeFactory(name="Restaurang"), BusinessEventFactory(name="Starta")
    trades = QuestionFactory(name="Bransch", options="")
    OptionFactory(question=trades, name="Restaurang", trade=trade)
    events = QuestionFactory(name="Vad", options="")
    OptionFactory(question=events, name="Starta", event=event)
    JourneyFactory(title="Så öppnar du restaurang", trade=trade, event=event)
    JourneyFactory(title="Så startar du vad som helst", trade=None, event=event)
    JourneyFactory(title="Så bygger du om", trade=trade)
    JourneyFactory(title="Utkastet", trade=trade, event=event, draft=True)
    page = show("?alkohol=ja&platser=60&ute=nej&bransch=restaurang&vad=starta")
    titles = [heading.get_text(strip=True) for heading in page.main.find(id="journeys").find_all("h3")]
    assert titles == ["Så öppnar du restaurang", "Så startar du vad som helst"]
    only_trade = show("?bransch=restaurang&result=1")
    assert "Så bygger du om" in only_trade.section("journeys")


# --- When rules change ------------------------------------------------------------------------------------------------------


COMPLETE = "?alkohol=ja&platser=60&ute=nej"


def as_of(rule: Rule, day: datetime.date) -> None:
    """Let the rule have been changed last on a day."""
    moment = datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)
    Rule.objects.filter(pk=rule.pk).update(changed_at=moment)


def test_a_rule_that_was_given_a_later_start_is_told_although_what_it_said_before_is_gone(show):
    today = timezone.localdate()
    outside, inside = GuideFactory(title="Uteservering", ready=True), GuideFactory(title="Torgplats", ready=True)
    later = {"valid_from": today + 30 * DAY}
    changed = RuleFactory(guide=outside, all_of="alkohol=ja", **later)
    as_of(changed, today - DAY)
    as_of(RuleFactory(guide=inside, all_of="alkohol=nej", **later), today - DAY)
    answered = f"{COMPLETE}&answered={(today - 5 * DAY).isoformat()}"
    told = show(answered).text.partition("Reglerna har ändrats sedan du svarade")[2].partition("Det här ändras")[0]
    assert "Uteservering" in told
    assert "Torgplats" not in told
    as_of(changed, today - 6 * DAY)
    assert "Reglerna har ändrats" not in show(answered).text


def test_a_rule_that_began_after_the_answers_is_told_with_what_is_different(show):
    today = timezone.localdate()
    rule = RuleFactory(
        guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja", valid_from=today
    )
    as_of(rule, today - 30 * DAY)
    page = show(f"{COMPLETE}&answered={today - 2 * DAY}")
    assert "Reglerna har ändrats sedan du svarade den" in page.text
    assert "Serveringstillstånd: behövdes inte → behövs" in page.text
    assert "Reglerna har ändrats" not in show(f"{COMPLETE}&answered={today}").text


def test_a_rule_that_ended_after_the_answers_is_told_too(show):
    today = timezone.localdate()
    guide = GuideFactory(title="Serveringstillstånd", ready=True)
    rule = RuleFactory(guide=guide, all_of="alkohol=ja", valid_to=today - DAY)
    as_of(rule, today - 30 * DAY)
    assert "Serveringstillstånd: behövdes → behövs inte" in show(f"{COMPLETE}&answered={today - 2 * DAY}").text


def test_a_rule_that_was_changed_after_the_answers_is_to_be_looked_at_again(show):
    today = timezone.localdate()
    rule = RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja")
    other = RuleFactory(guide=GuideFactory(title="Bygglov", ready=True), all_of="alkohol=nej")
    page = show(f"{COMPLETE}&answered={today - 5 * DAY}")
    assert "Titta en gång till på det här, där en regel har ändrats: Serveringstillstånd" in page.text
    assert "Bygglov" not in page.text
    for one in (rule, other):
        as_of(one, today - 10 * DAY)
    assert "Reglerna har ändrats" not in show(f"{COMPLETE}&answered={today - 5 * DAY}").text


def test_a_rule_that_was_deleted_after_the_answers_is_told_to_whom_it_applied(show, admin_client):
    today = timezone.localdate()
    names = (("Serveringstillstånd", {"all_of": "alkohol=ja"}), ("Bygglov", {"all_of": "alkohol=nej"}))
    names += (("Utrymning", {"limits": {"platser": (50, None)}, "none_of": "ute=ja"}),)
    for name, conditions in names:
        rule = RuleFactory(guide=GuideFactory(title=name, ready=True), **conditions)
        translate_record(rule, why="Because.")
        address = reverse(Rule.snippet_viewset.get_url_name("delete"), args=[rule.pk])
        assert admin_client.post(address).status_code == 302
    assert not Rule.objects.exists()

    page = show(f"{COMPLETE}&answered={today - 5 * DAY}").text
    assert "Titta en gång till på det här, där en regel har ändrats: Serveringstillstånd Utrymning" in page
    assert "Bygglov" not in page
    assert "Reglerna har ändrats" not in show(f"{COMPLETE}&answered={today}").text
    ModelLogEntry.objects.update(timestamp=timezone.now() - 6 * DAY)
    assert "Reglerna har ändrats" not in show(f"{COMPLETE}&answered={today - 5 * DAY}").text


def test_what_will_be_different_is_told_with_its_day(show):
    later = timezone.localdate() + 40 * DAY
    RuleFactory(guide=GuideFactory(title="Serveringstillstånd", ready=True), all_of="alkohol=ja", valid_from=later)
    RuleFactory(guide=GuideFactory(title="Bygglov", ready=True), all_of="alkohol=nej", valid_from=later + DAY)
    coming = show(COMPLETE).section("coming")
    assert "Serveringstillstånd: behövs inte → behövs" in coming
    assert "Bygglov" not in coming


def test_a_day_that_has_not_been_is_no_day_of_answers(show):
    tomorrow = timezone.localdate() + DAY
    assert show(f"{COMPLETE}&answered={tomorrow}").query["answered"] == [timezone.localdate().isoformat()]


# --- In another language ----------------------------------------------------------------------------------------------------


def test_questions_reasons_and_guides_are_shown_in_the_readers_language(show, finder):
    guide = GuideFactory(title="Serveringstillstånd", ready=True)
    rule = RuleFactory(guide=guide, all_of="alkohol=ja", why="Du serverar alkohol.")
    translate(finder, title="Permit finder")
    translate(guide, title="Serving permit")
    translate_record(rule, why="You serve alcohol.")
    question = Question.objects.get(slug="alkohol")
    translate_record(question, name="Will you serve alcohol?")
    there = question.get_translation(home("en").locale)
    for own, english in (("ja", "Yes"), ("nej", "No")):
        there.options.filter(slug=own).update(name=english)
    assert "Will you serve alcohol?" in show("?edit=alkohol", "en").main.find("h1").get_text()
    found = show(COMPLETE, "en")
    assert "Serving permit" in found.section("needed")
    assert "You serve alcohol." in found.section("needed")
    assert "Will you serve alcohol? Yes" in found.section("needed")
    untranslated = found.main.find(id="answers").find("span", lang="sv")
    assert untranslated.get_text() == "Hur många platser?"
    assert option("alkohol", "ja").question.live


@pytest.mark.parametrize("query", ["?alkohol=ja&platser=60&edit=ute", f"{COMPLETE}&answered=2026-11-20"])
def test_the_other_language_keeps_the_answers(client, show, finder, query):
    english = translate(finder, title="Permit finder")
    page = show(query)
    there = page.html.find("header").find("a", hreflang="en") or page.html.find("header").find("a", lang="en")
    assert unescape(there["href"]) == english.get_url() + query
    assert client.get(there["href"]).status_code == 200


# --- Queries ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_step_and_a_result_ask_the_same_however_many_rules_there_are(client, show, finder, count_queries, language):
    """A step takes at most 20 queries and a result 30, with three rules or three hundred."""
    shown = translate(finder, title="Permit finder") if language == "en" else finder
    PlannerPageFactory()
    trade, event = TradeFactory(), BusinessEventFactory()
    OptionFactory(question=Question.objects.get(slug="alkohol"), name="Ofta", trade=trade, event=event)
    translate(JourneyFactory(trade=trade, event=event))
    guides = [GuideFactory(complete=1) for _number in range(3)]
    for guide in guides:
        translate(guide)
        RuleFactory(guide=guide, any_of="alkohol=ja alkohol=ofta", none_of="ute=ja", limits={"platser": (1, 500)})

    def measure(query: str) -> int:
        client.get(shown.get_url() + query)
        with count_queries() as queries:
            assert client.get(shown.get_url() + query).status_code == 200
        return len(queries)

    step, result = (
        "?alkohol=ofta&edit=platser",
        f"?alkohol=ofta&platser=60&ute=nej&answered={timezone.localdate() - DAY}",
    )
    before = measure(step), measure(result)
    assert before[0] <= 20
    assert before[1] <= 30
    more = [GuideFactory(ready=True) for _number in range(7)]
    for number in range(297):
        rule = RuleFactory(
            guide=more[number % 7], all_of="alkohol=ofta", none_of="ute=ja", limits={"platser": (1, None)}
        )
        if number % 10 == 0:
            translate_record(rule, why="Because.")
    for number in range(10):
        QuestionFactory(name=f"Mer {number}?", when=[option("alkohol", "nej")])
    assert (measure(step), measure(result)) == before


def test_reading_the_book_takes_six_queries(finder, count_queries):
    RuleFactory(all_of="alkohol=ja", limits={"platser": (1, 2)})
    with count_queries() as queries:
        book = read_book()
    # The seventh is the languages of the site, which a process asks for once.
    assert len(queries) <= 7
    assert [question.key for question in book.questions] == ["alkohol", "platser", "ute", "var"]
    assert len(book.rules) == 1
    yesterday = timezone.localdate() - DAY
    RuleFactory(valid_to=yesterday)
    assert len(read_book().rules) == 2
    assert len(read_book(timezone.localdate()).rules) == 1
