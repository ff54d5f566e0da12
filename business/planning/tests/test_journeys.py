"""What a company sees of a journey: the way in order, for whom each step is, and a plan that begins with what it ticks."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db.models import ProtectedError
from django.http import QueryDict
from django.utils import timezone
from wagtail.models import PageViewRestriction

from business.core.tests.factories import locale, translate, translate_record
from business.guides.tests.factories import FeeFactory, GuideFactory, TimeRuleFactory, TradeFactory
from business.planning.enums import QuestionKind
from business.planning.models import PlannerPage, Question, Rule, RuleOption, ShownWhen
from business.planning.rules.address import read_address
from business.planning.rules.questions import read_book
from business.planning.tests.factories import (
    BusinessEventFactory,
    FinderPageFactory,
    JourneyFactory,
    JourneyStepFactory,
    OptionFactory,
    PlannerPageFactory,
    QuestionFactory,
    RuleFactory,
    journey_index,
    option,
)

pytestmark = pytest.mark.django_db


def shown(client: Any, page: Any, query: str = "") -> BeautifulSoup:
    answer = client.get(page.get_url() + query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").find("main")


def words(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split())


def steps(main: BeautifulSoup) -> list[str]:
    return [words(tag) for tag in main.select(".way__step")]


@pytest.fixture
def asked():
    """What the finder asks: what is to be done, in which trade, and of restaurants about alcohol and goods."""
    start = BusinessEventFactory(name="Starta", slug="starta")
    trade = TradeFactory(name="Restaurang", slug="restaurang")
    todo = QuestionFactory(name="Vad ska du göra?", slug="handelse", options="")
    OptionFactory(question=todo, name="Flytta", slug="flytta")
    OptionFactory(question=todo, name="Starta", slug="starta", event=start, sort_order=1)
    kind = QuestionFactory(name="Vilken bransch?", slug="bransch", options="", when=[option("handelse", "starta")])
    OptionFactory(question=kind, name="Restaurang", slug="restaurang", trade=trade)
    when = [option("bransch", "restaurang")]
    QuestionFactory(name="Alkohol?", slug="alkohol", options="ja folkol nej", when=when)
    QuestionFactory(name="Vad säljer du?", slug="varor", many=True, options="tobak snus", when=when)
    return start, trade


@pytest.fixture
def journey(asked):
    start, trade = asked
    PlannerPageFactory()
    return JourneyFactory(title="Så öppnar du restaurang", slug="oppna-restaurang", event=start, trade=trade)


def only(question: str, chosen: str, text: str) -> dict[str, Any]:
    return {"condition": option(question, chosen), "condition_text": text}


# --- The way ----------------------------------------------------------------------------------------------------------


def test_the_phases_come_in_order_with_guides_and_what_is_done_elsewhere(client, journey):
    guide = GuideFactory(title="Registrera mat", area__name="Livsmedel")
    FeeFactory(page=guide, amount=1390)
    TimeRuleFactory(page=guide, amount=3, amount_from=None, unit="weeks")
    JourneyStepFactory(page=journey, phase="Företaget", title="Anmäl dig", actor="Skatteverket", sort_order=0)
    JourneyStepFactory(page=journey, title="Ring hyresvärden", url="https://example.org/hyra", sort_order=1)
    JourneyStepFactory(page=journey, phase="Maten", guide=guide, text="<p>Två veckor före.</p>", sort_order=2)
    main = shown(client, journey)
    assert [words(tag) for tag in main.select("h2.phase")] == ["1 Företaget", "2 Maten"]
    first, second, third = steps(main)
    assert "Skatteverket" in first
    assert "Anmäl dig" in first
    assert main.find("a", href="https://example.org/hyra")
    assert second == "Utanför kommunen Ring hyresvärden"
    assert main.find("a", string="Registrera mat")["href"] == guide.get_url()
    for said in ("Livsmedel", "Två veckor före.", "1\u00a0390 kr".replace("\u00a0", " "), "3 veckor"):
        assert said in third.replace("\u00a0", " ")


def test_a_step_for_some_says_for_whom(client, journey):
    JourneyStepFactory(page=journey, guide=GuideFactory(), **only("alkohol", "ja", "om du serverar alkohol"))
    assert "Om du serverar alkohol" in steps(shown(client, journey))[0]


def test_a_guide_that_is_needed_for_several_reasons_stands_once_with_all_of_them(client, journey):
    guide = GuideFactory(title="Anmäl försäljning")
    JourneyStepFactory(page=journey, guide=guide, sort_order=0, **only("varor", "tobak", "om du säljer tobak"))
    JourneyStepFactory(page=journey, title="Något annat", sort_order=1)
    JourneyStepFactory(page=journey, guide=guide, sort_order=2, **only("varor", "snus", "om du säljer snus"))
    first, second = steps(shown(client, journey))
    assert "Om du säljer tobak" in first
    assert "Om du säljer snus" in first
    assert "Något annat" in second


def test_a_guide_that_everybody_needs_says_no_condition_though_it_stands_twice(client, journey):
    guide = GuideFactory()
    JourneyStepFactory(page=journey, guide=guide, sort_order=0, **only("varor", "tobak", "om du säljer tobak"))
    JourneyStepFactory(page=journey, guide=guide, sort_order=1)
    (step,) = steps(shown(client, journey))
    assert "Om du säljer tobak" not in step


def test_the_sum_tells_what_everybody_meets(client, journey):
    JourneyStepFactory(page=journey, guide=GuideFactory(), sort_order=0)
    JourneyStepFactory(page=journey, guide=GuideFactory(), sort_order=1)
    JourneyStepFactory(page=journey, guide=GuideFactory(), sort_order=2, **only("alkohol", "ja", "om du vill"))
    JourneyStepFactory(page=journey, title="Ring banken", sort_order=3)
    values = [words(tag) for tag in shown(client, journey).select(".facts .fact")]
    assert values[0].startswith("Tillstånd, anmälningar och råd 3 2 av dem gäller alla")
    assert values[1].startswith("Hos andra 1")
    assert values[2].startswith("Etapper 1")


def test_a_guide_that_nobody_may_read_is_left_out(client, journey):
    draft, secret = GuideFactory(title="Utkast"), GuideFactory(title="Hemlig")
    draft.unpublish()
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    JourneyStepFactory(page=journey, phase="Bara hemligt", guide=secret, sort_order=0)
    JourneyStepFactory(page=journey, phase="Synligt", guide=draft, sort_order=1)
    JourneyStepFactory(page=journey, guide=GuideFactory(title="Livsmedel"), sort_order=2)
    main = shown(client, journey)
    assert [words(tag) for tag in main.select("h2.phase")] == ["1 Synligt"]
    assert len(steps(main)) == 1
    assert "Livsmedel" in steps(main)[0]


def test_a_journey_without_steps_says_that_they_are_coming(client, journey):
    main = shown(client, journey)
    assert "Stegen är inte klara än" in words(main)
    assert not main.find("form", action=True, id=None, class_="start-plan__form")


# --- In another language ----------------------------------------------------------------------------------------------


@pytest.fixture
def english(journey):
    guide = GuideFactory(title="Registrera mat")
    FeeFactory(page=guide, amount=1390)
    translate(guide, title="Register food")
    JourneyStepFactory(page=journey, phase="Maten", guide=guide, text="<p>Två veckor före.</p>", sort_order=0)
    JourneyStepFactory(page=journey, title="Ring hyresvärden", sort_order=1)
    page = translate(journey, title="How to open a restaurant")
    page.steps.filter(phase="Maten").update(phase="The food", text="<p>Two weeks before.</p>")
    return page


def test_texts_come_from_the_translation_and_facts_from_the_original(client, journey, english):
    other = GuideFactory(title="Ny svensk guide")
    journey.steps.filter(phase="Maten").update(guide=other)
    main = shown(client, english)
    assert "1 The food" in words(main)
    first, second = steps(main)
    assert "Two weeks before." in first
    assert "Ny svensk guide" in first
    assert "Register food" not in first
    assert main.find("a", string="Ny svensk guide")["lang"] == "sv"
    assert main.find("span", lang="sv", string="Ring hyresvärden")
    assert "Ring hyresvärden" in second


def test_a_translated_journey_keeps_the_key_of_its_original(client, english):
    translate(PlannerPage.objects.get(), title="Opening plan")
    form = shown(client, english).find("form", class_="start-plan__form")
    assert form.find("input", {"name": "journey"})["value"] == "oppna-restaurang"
    assert form["action"] == "/en/opening-plan/"


# --- On to the plan ---------------------------------------------------------------------------------------------------


def pairs(form: Any, ticked: set[str]) -> list[tuple[str, str]]:
    """Return what a browser sends with these boxes ticked."""
    found = []
    for field in form.find_all("input"):
        kind = field.get("type", "text")
        if kind in {"checkbox", "radio"} and field.get("id") not in ticked and not field.has_attr("checked"):
            continue
        found.append((field["name"], field.get("value", "")))
    return found


def test_what_is_ticked_reaches_the_planner_as_answers_that_hang_together(client, journey):
    JourneyStepFactory(
        page=journey, guide=GuideFactory(), sort_order=0, **only("varor", "tobak", "om du säljer tobak")
    )
    JourneyStepFactory(page=journey, guide=GuideFactory(), sort_order=1, **only("varor", "snus", "om du säljer snus"))
    JourneyStepFactory(page=journey, guide=GuideFactory(), sort_order=2, **only("alkohol", "ja", "om du har alkohol"))
    form = shown(client, journey).find("form", class_="start-plan__form")
    sent = pairs(form, {"only-varor-tobak", "only-varor-snus", "only-alkohol-ja"})
    assert sent == [
        ("journey", "oppna-restaurang"),
        ("handelse", "starta"),
        ("bransch", "restaurang"),
        ("varor", "tobak"),
        ("varor", "snus"),
        ("alkohol", "ja"),
        ("day", ""),
    ]
    query = QueryDict(mutable=True)
    for key, value in sent:
        query.appendlist(key, value)
    address = read_address(query, read_book())
    assert not address.problems
    assert address.answers.options["varor"] == {"tobak", "snus"}
    assert client.get(form["action"], sent).status_code == 200


def test_of_one_question_only_one_answer_can_be_chosen(client, journey):
    JourneyStepFactory(page=journey, guide=GuideFactory(), sort_order=0, **only("alkohol", "ja", "om du har alkohol"))
    JourneyStepFactory(page=journey, guide=GuideFactory(), sort_order=1, **only("alkohol", "folkol", "om bara folköl"))
    form = shown(client, journey).find("form", class_="start-plan__form")
    radios = form.find_all("input", type="radio")
    assert [radio["value"] for radio in radios] == ["ja", "folkol", ""]
    assert [radio["value"] for radio in radios if radio.has_attr("checked")] == [""]


def test_the_day_begins_today_at_the_earliest_and_may_be_left_out(client, journey):
    JourneyStepFactory(page=journey, title="Ring banken")
    day = shown(client, journey).find("input", {"name": "day"})
    assert day["min"] == timezone.localdate().isoformat()
    assert not day.has_attr("required")


def test_a_question_that_is_not_asked_is_neither_ticked_nor_answered(client, journey):
    JourneyStepFactory(page=journey, guide=GuideFactory(), **only("alkohol", "ja", "om du serverar alkohol"))
    Question.objects.filter(slug__in=["alkohol", "bransch"]).update(live=False)
    main = shown(client, journey)
    assert "Om du serverar alkohol" in steps(main)[0]
    names = {field["name"] for field in main.find("form", class_="start-plan__form").find_all("input")}
    assert names == {"journey", "handelse", "day"}


def test_what_the_reader_ticks_is_not_answered_beforehand(client, asked):
    start, trade = asked
    PlannerPageFactory()
    journey = JourneyFactory(event=start, trade=trade)
    JourneyStepFactory(page=journey, title="Ring banken", **only("handelse", "starta", "om du startar"))
    form = shown(client, journey).find("form", class_="start-plan__form")
    assert [field.get("type") for field in form.find_all("input", {"name": "handelse"})] == ["checkbox"]


def test_without_a_planner_there_is_no_form(client, asked):
    journey = JourneyFactory(event=asked[0])
    JourneyStepFactory(page=journey, title="Ring banken")
    main = shown(client, journey)
    assert not main.find("form", class_="start-plan__form")
    assert "#plan" not in [link.get("href") for link in main.find_all("a")]


def test_who_is_not_sure_is_led_to_the_finder(client, journey):
    JourneyStepFactory(page=journey, title="Ring banken")
    assert "Osäker?" not in words(shown(client, journey))
    finder = FinderPageFactory()
    link = shown(client, journey).find("section", id="plan").find("a")
    assert link["href"] == finder.get_url()


# --- Search engines, previews, speed ----------------------------------------------------------------------------------


def test_search_engines_are_told_of_the_steps(client, journey):
    guide = GuideFactory(title="Registrera mat")
    JourneyStepFactory(page=journey, phase="Maten", guide=guide, text="<p>Två <b>veckor</b>.</p>", sort_order=0)
    JourneyStepFactory(page=journey, title="Ring", url="https://example.org/", sort_order=1)
    own = journey.structured_data(client.get(journey.get_url()).wsgi_request)[0]
    assert own["@type"] == "HowTo"
    (section,) = own["step"]
    assert section["name"] == "Maten"
    first, second = section["itemListElement"]
    assert first == {
        "@type": "HowToStep",
        "position": 1,
        "name": "Registrera mat",
        "url": guide.get_full_url(),
        "text": "Två veckor.",
    }
    assert second["url"] == "https://example.org/"


def _grow(journey: Any, guides: int) -> None:
    for number in range(guides):
        guide = GuideFactory()
        FeeFactory(page=guide, hourly=True)
        TimeRuleFactory(page=guide)
        question = QuestionFactory(kind=QuestionKind.MANY)
        JourneyStepFactory(
            page=journey,
            guide=guide,
            phase=f"Etapp {number}" if number % 3 == 0 else "",
            condition=question.options.first() if number % 2 else None,
            condition_text="om det gäller",
            sort_order=number,
        )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_journey_asks_the_same_of_three_guides_as_of_thirty(client, journey, count_queries, language):
    FinderPageFactory()
    _grow(journey, 3)
    small = translate(journey, title="How") if language == "en" else journey
    big = JourneyFactory(event=journey.event, trade=journey.trade)
    _grow(big, 30)
    big = translate(big, title="How much") if language == "en" else big
    client.get(small.get_url())
    counts = []
    for page in (small, big):
        with count_queries() as queries:
            assert client.get(page.get_url()).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 30, counts


def test_the_index_asks_the_same_however_many_there_are(client, journey, count_queries):
    with count_queries() as few:
        client.get(journey_index().get_url())
    for _number in range(12):
        JourneyFactory(trade=TradeFactory())
    with count_queries() as many:
        client.get(journey_index().get_url())
    assert len(many) <= len(few) <= 30


# --- The index --------------------------------------------------------------------------------------------------------


@pytest.fixture
def four():
    """Two journeys that start, one that moves, one of no trade."""
    start, move = BusinessEventFactory(name="Starta"), BusinessEventFactory(name="Flytta")
    food, shop = TradeFactory(name="Restaurang", slug="restaurang"), TradeFactory(name="Butik", slug="butik")
    TradeFactory(name="Lantbruk", slug="lantbruk")
    JourneyFactory(title="Så flyttar du butik", event=move, trade=shop)
    JourneyFactory(title="Så öppnar du restaurang", event=start, trade=food)
    JourneyFactory(title="Så öppnar du butik", event=start, trade=shop)
    JourneyFactory(title="Så startar du", event=start)
    return start, move, food, shop


def listed(main: BeautifulSoup) -> dict[str, list[str]]:
    return {
        words(section.find("h2")): [words(link) for link in section.select(".row__title")]
        for section in main.find_all("section")
        if section.select(".row__title")
    }


def test_the_index_lists_journeys_by_what_is_about_to_happen(client, four):
    main = shown(client, journey_index())
    assert listed(main) == {
        "Starta": ["Så startar du", "Så öppnar du butik", "Så öppnar du restaurang"],
        "Flytta": ["Så flyttar du butik"],
    }
    assert "Restaurang" in words(main.find("a", string="Så öppnar du restaurang").find_parent("li"))


def test_a_trade_narrows_the_index_and_stays_in_another_language(client, four):
    main = shown(client, journey_index(), "?trade=butik")
    assert listed(main) == {"Starta": ["Så öppnar du butik"], "Flytta": ["Så flyttar du butik"]}
    offered = [field["value"] for field in main.find("select", {"name": "trade"}).find_all("option")]
    assert offered == ["", "butik", "restaurang"], "a trade without journeys is not offered"
    translate(journey_index(), title="Step by step")
    assert b"?trade=butik" in client.get(journey_index().get_url() + "?trade=butik").content.split(b"<main")[0]


def test_a_trade_that_there_is_not_is_said_so_and_everything_shown(client, four):
    main = shown(client, journey_index(), "?trade=rymdfart")
    assert main.select(".field__error")
    assert sum(map(len, listed(main).values())) == 4


def test_an_empty_index_leads_to_the_finder(client):
    page = journey_index()
    finder = FinderPageFactory()
    main = shown(client, page)
    assert "Här finns inget än" in words(main)
    assert finder.get_url() in [link["href"] for link in main.find_all("a", href=True)]
    assert not main.find("form")


def test_the_english_index_groups_by_the_facts_of_the_originals(client, four):
    start, move, _food, shop = four
    translate_record(start, name="Start")
    translate_record(shop, name="Shop")
    page = translate(journey_index().get_children().get(title="Så öppnar du butik").specific, title="Open a shop")
    type(page).objects.filter(pk=page.pk).update(event=move, trade=None)
    main = shown(client, journey_index().get_translation(locale("en")))
    assert listed(main) == {"Start": ["Open a shop"]}
    assert "Shop" in words(main.find("a", string="Open a shop").find_parent("li"))


# --- Search, sitemap --------------------------------------------------------------------------------------------------


def test_a_journey_and_the_finder_are_in_the_sitemap(client, journey):
    finder = FinderPageFactory()
    found = client.get("/sitemap.xml").content.decode()
    for page in (journey, journey_index(), finder):
        assert f"<loc>{page.get_full_url()}</loc>" in found


@pytest.mark.parametrize("text", ["krogstart", "hyresvärden", "öppnar"])
def test_a_journey_is_found_by_its_own_words_and_by_others(client, asked, text):
    journey = JourneyFactory(title="Så öppnar du restaurang", event=asked[0], search_terms="krogstart")
    JourneyStepFactory(page=journey, title="Ring hyresvärden")
    journey.save_revision().publish()
    answer = client.get("/sv/sok/", {"q": text, "type": "journey"})
    assert journey.get_url() in answer.content.decode()


# --- Conditions exist once --------------------------------------------------------------------------------------------


def test_a_translated_rule_or_question_has_no_conditions_of_its_own(asked):
    rule = RuleFactory(all_of="alkohol=ja", limits={})
    question = Question.objects.get(slug="alkohol")
    in_english = [translate_record(rule, why="You will."), translate_record(question, name="Alcohol?")]
    for copy in in_english:
        copy.save()
    assert Rule.objects.get(pk=in_english[0].pk).options.count() == 0
    assert Question.objects.get(pk=in_english[1].pk).shown_when.count() == 0
    assert Question.objects.get(pk=in_english[1].pk).options.count() == 3
    assert RuleOption.objects.count() == 1
    assert ShownWhen.objects.filter(question__slug="alkohol").count() == 1


def test_only_the_original_keeps_an_option_from_being_deleted(asked):
    rule = RuleFactory(all_of="alkohol=folkol")
    translate_record(rule, why="You will.").save()
    with pytest.raises(ProtectedError):
        option("alkohol", "folkol").delete()
    rule.options.all().delete()
    option("alkohol", "folkol").delete()
