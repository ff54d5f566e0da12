"""The demo's questions, rules, example companies and journeys, as they stand in its files: does the finder say what is so?"""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import pytest

from business.planning.enums import Effect, How, QuestionKind
from business.planning.rules.logic import can_apply, can_meet, example, reachable
from business.planning.rules.rulebook import Answers, Asked, Choice, Limit, RuleBook, RuleData, asked, evaluate
from home.demo.content_files import read, read_folder

pytestmark = pytest.mark.one_database

DAY = datetime.date(2026, 11, 26)
DATA = read("planning")
GUIDES = sorted(read_folder("guides"))
JOURNEYS = read_folder("journeys")


def choice(text: str) -> Choice:
    question, option = text.split("=")
    return question, option


def choices(rule: dict[str, Any], how: str) -> frozenset[Choice]:
    return frozenset(choice(text) for text in rule.get(how, []))


def question(row: dict[str, Any]) -> Asked:
    hangs_on: dict[str, set[Choice]] = {}
    for text in row.get("shown_when", []):
        hangs_on.setdefault(choice(text)[0], set()).add(choice(text))
    return Asked(
        key=row["key"],
        kind=QuestionKind(row["kind"]),
        options=tuple(option["key"] for option in row.get("options", [])),
        when=tuple(frozenset(found) for found in hangs_on.values()),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
    )


@cache
def book() -> RuleBook:
    rules = [
        RuleData(
            pk=number,
            guide=GUIDES.index(row["guide"]),
            effect=Effect(row["effect"]),
            all_of=choices(row, How.ALL),
            any_of=choices(row, How.ANY),
            none_of=choices(row, How.NONE),
            limits=tuple(Limit(**limit) for limit in row.get("limits", [])),
        )
        for number, row in enumerate(DATA["rules"])
    ]
    return RuleBook(tuple(question(row) for row in DATA["questions"]), tuple(rules))


def answers_of(row: dict[str, Any]) -> Answers:
    numbers = {key: value for key, value in row.items() if isinstance(value, int)}
    options = {
        key: frozenset([value] if isinstance(value, str) else value)
        for key, value in row.items()
        if not isinstance(value, int)
    }
    return Answers(options=options, numbers=numbers)


@pytest.mark.parametrize("persona", DATA["personas"], ids=lambda persona: persona["name"])
def test_every_example_company_gets_what_it_must(persona):
    found = evaluate(book(), answers_of(persona["answers"]), DAY)
    said = {GUIDES[guide]: outcome.effect for guide, outcome in found.items()}
    expected = {guide: Effect(effect) for effect in Effect.values for guide in persona.get(effect, [])}
    assert {guide: said.get(guide, Effect.NOT_NEEDED) for guide in expected} == expected
    surprises = {guide for guide, effect in said.items() if effect != Effect.NOT_NEEDED} - set(expected)
    allowed = {"livsmedelskontroll", "brandskydd", "skyltlov", "dukat-bord", "ny-agare"}
    assert surprises <= allowed, "it gets more than anybody has thought of"


@pytest.mark.parametrize("persona", DATA["personas"], ids=lambda persona: persona["name"])
def test_every_example_company_answers_what_it_is_asked(persona):
    answers = answers_of(persona["answers"])
    assert {question.key for question in asked(book(), answers)} == set(persona["answers"])


@pytest.mark.parametrize("key", [row["key"] for row in DATA["questions"]])
def test_every_question_can_be_reached(key):
    assert reachable(book(), key)


def test_every_guide_has_a_rule():
    assert {row["guide"] for row in DATA["rules"]} == set(GUIDES)


def test_no_rule_stands_twice():
    """The loader knows a rule by its conditions."""
    said = [(rule.guide, rule.effect, rule.all_of, rule.any_of, rule.none_of, rule.limits) for rule in book().rules]
    assert len(said) == len(set(said))


def test_every_rule_applies_to_some_company():
    assert not [DATA["rules"][rule.pk]["why"]["sv"] for rule in book().rules if not can_apply(rule, book())]


def test_no_two_rules_contradict_each_other():
    needed = [rule for rule in book().rules if rule.effect == Effect.NEEDED]
    not_needed = [rule for rule in book().rules if rule.effect == Effect.NOT_NEEDED]
    found = [
        (GUIDES[rule.guide], example(book(), rule, other))
        for rule in needed
        for other in not_needed
        if rule.guide == other.guide and can_meet(rule, other, book())
    ]
    assert not found


def test_nobody_is_asked_more_than_fourteen_questions():
    longest = max((len(persona["answers"]), persona["name"]) for persona in DATA["personas"])
    assert longest[0] <= 14, longest


def texts(value: Any, where: str = "") -> list[tuple[str, dict[str, str]]]:
    """Return every pair of texts with the place where it stands."""
    if isinstance(value, dict):
        if "sv" in value:
            return [(where, value)]
        return [pair for key, inner in value.items() for pair in texts(inner, f"{where}/{key}")]
    if isinstance(value, list):
        return [pair for number, inner in enumerate(value) for pair in texts(inner, f"{where}/{number}")]
    return []


def test_everything_is_said_in_both_languages():
    pairs = texts(DATA) + texts(JOURNEYS)
    assert not [where for where, pair in pairs if not pair.get("sv", "").strip() or not pair.get("en", "").strip()]
    same = [where for where, pair in pairs if len(pair["sv"]) > 25 and pair["sv"] == pair["en"]]
    assert not same


def test_the_companies_of_every_event_and_trade_are_known():
    events = {row["key"] for row in DATA["events"]}
    trades = {row["key"] for row in read("registers")["trades"]}
    for row in DATA["questions"]:
        for option in row.get("options", []):
            assert option.get("event", "starta") in events
            assert option.get("trade", "cafe") in trades


def test_there_are_eight_journeys_whose_steps_and_conditions_exist():
    assert len(JOURNEYS) >= 8
    options = {(row["key"], option["key"]) for row in DATA["questions"] for option in row.get("options", [])}
    events = {row["key"] for row in DATA["events"]}
    trades = {row["key"] for row in read("registers")["trades"]}
    for name, journey in JOURNEYS.items():
        assert journey["event"] in events, name
        assert journey["trade"] in trades, name
        assert journey["steps"][0].get("phase"), name
        for step in journey["steps"]:
            assert ("guide" in step) != ("title" in step), (name, step)
            assert step.get("guide", GUIDES[0]) in GUIDES, (name, step)
            assert ("condition" in step) == ("condition_text" in step), (name, step)
            if "condition" in step:
                assert choice(step["condition"]) in options, (name, step)


def answers_by_itself(journey: dict[str, Any]) -> list[Choice]:
    """Return the options that say what the journey is about, as its page sends them along."""
    found = []
    for fits in ("event", "trade"):
        options = ((row["key"], option) for row in DATA["questions"] for option in row.get("options", []))
        found += [(key, option["key"]) for key, option in options if option.get(fits) == journey[fits]][:1]
    return found


@pytest.mark.parametrize("name", sorted(JOURNEYS))
def test_what_is_ticked_on_a_journey_is_asked_by_the_finder(name):
    """Otherwise the plan would call the tick a stray answer, and leave it out."""
    journey = JOURNEYS[name]
    given = answers_by_itself(journey)
    assert given
    for step in journey["steps"]:
        if "condition" in step:
            key, option = choice(step["condition"])
            answers = Answers({**{q: frozenset([o]) for q, o in given}, key: frozenset([option])})
            assert key in {question.key for question in asked(book(), answers)}, step["condition"]


@pytest.mark.parametrize("name", sorted(JOURNEYS))
def test_the_finder_calls_for_what_a_journey_offers(name):
    """A guide on the way that the finder would not name for the same answers is one too many."""
    journey = JOURNEYS[name]
    for step in journey["steps"]:
        if "guide" in step and "condition" in step:
            key, option = choice(step["condition"])
            given = {q: frozenset([o]) for q, o in answers_by_itself(journey)}
            answers = Answers({**given, key: frozenset([option])})
            found = evaluate(book(), answers, DAY).get(GUIDES.index(step["guide"]))
            assert found, (step["guide"], step["condition"])
            assert found.effect != Effect.NOT_NEEDED, (step["guide"], step["condition"])
