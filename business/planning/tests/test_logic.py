"""Whether some company can be asked a question, or meet a rule: held against trying every answer."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from hypothesis import given, settings

from business.planning.enums import Effect, QuestionKind
from business.planning.rules.logic import can_apply, can_meet, example, reachable
from business.planning.rules.rulebook import Answers, Asked, Limit, RuleBook, RuleData, applies, asked
from business.planning.tests.books import books, completions

pytestmark = pytest.mark.one_database

ALCOHOL = Asked("alkohol", QuestionKind.ONE, ("ja", "nej"))
STRONG = Asked("starkt", QuestionKind.ONE, ("ja", "nej"), when=(frozenset({("alkohol", "ja")}),))
SEATS = Asked("platser", QuestionKind.NUMBER, minimum=1, maximum=500)
BOOK = RuleBook((ALCOHOL, STRONG, SEATS))


def rule(**conditions) -> RuleData:
    return RuleData(1, 1, Effect.NEEDED, **conditions)


def test_a_rule_that_asks_for_two_answers_to_one_question_never_applies():
    assert not can_apply(rule(all_of=frozenset({("alkohol", "ja"), ("alkohol", "nej")})), BOOK)
    assert can_apply(rule(any_of=frozenset({("alkohol", "ja"), ("alkohol", "nej")})), BOOK)


def test_a_rule_that_asks_for_what_its_other_conditions_keep_from_being_asked_never_applies():
    assert not can_apply(rule(all_of=frozenset({("starkt", "ja"), ("alkohol", "nej")})), BOOK)
    assert not can_apply(rule(all_of=frozenset({("starkt", "ja")}), none_of=frozenset({("alkohol", "ja")})), BOOK)
    assert can_apply(rule(all_of=frozenset({("starkt", "ja")})), BOOK)


def test_a_rule_that_forbids_every_answer_applies_only_where_the_question_is_not_asked():
    neither = frozenset({("starkt", "ja"), ("starkt", "nej")})
    assert not can_apply(rule(all_of=frozenset({("alkohol", "ja")}), none_of=neither), BOOK)
    assert example(BOOK, rule(none_of=neither)).options == {"alkohol": frozenset({"nej"})}


def test_limits_must_leave_a_number_that_the_question_takes():
    assert not can_apply(rule(limits=(Limit("platser", 501),)), BOOK)
    assert not can_apply(rule(limits=(Limit("platser", at_most=0),)), BOOK)
    assert not can_apply(rule(limits=(Limit("platser", 10), Limit("platser", at_most=9))), BOOK)
    assert example(BOOK, rule(limits=(Limit("platser", 40, 50),))).numbers == {"platser": 40}


def test_a_rule_on_what_is_not_asked_never_applies():
    assert not can_apply(rule(all_of=frozenset({("borta", "ja")})), BOOK)
    assert not can_apply(rule(all_of=frozenset({("alkohol", "kanske")})), BOOK)
    assert not can_apply(rule(limits=(Limit("borta", 1),)), BOOK)
    assert not can_apply(rule(limits=(Limit("alkohol", 1),)), BOOK)


def test_rules_meet_only_on_a_common_day():
    before = rule(valid_to=datetime.date(2026, 12, 31))
    after = rule(valid_from=datetime.date(2027, 1, 1))
    assert not can_meet(before, after, BOOK)
    assert not can_meet(after, before, BOOK)
    assert can_meet(dataclasses.replace(before, valid_to=datetime.date(2027, 1, 1)), after, BOOK)
    assert can_meet(rule(), rule(), BOOK)


def test_questions_in_a_circle_are_reached_only_from_outside():
    egg = Asked("agg", QuestionKind.ONE, ("ja",), when=(frozenset({("hona", "ja")}),))
    hen = Asked("hona", QuestionKind.ONE, ("ja",), when=(frozenset({("agg", "ja")}),))
    assert not reachable(RuleBook((egg, hen)), "agg")
    other = dataclasses.replace(hen, when=(frozenset({("agg", "ja"), ("alkohol", "ja")}),))
    book = RuleBook((ALCOHOL, egg, other))
    assert reachable(book, "agg")
    # What holds itself up is not enough: it must also be reached from outside.
    assert example(book, rule(all_of=frozenset({("agg", "ja"), ("hona", "ja")}))).options["alkohol"] == {"ja"}


@settings(max_examples=300, deadline=None)
@given(books())
def test_the_answers_agree_with_trying_everything(book):
    ways = list(completions(book, Answers()))
    for question in book.questions:
        found = any(question in asked(book, way) for way in ways)
        assert reachable(book, question.key) == found
    met = {rule_.pk: [bool(applies(rule_, book, way)) for way in ways] for rule_ in book.rules}
    for one in book.rules:
        assert can_apply(one, book) == any(met[one.pk])
        for other in book.rules:
            both = any(a and b for a, b in zip(met[one.pk], met[other.pk], strict=True))
            assert can_meet(one, other, book) == both


@settings(max_examples=200, deadline=None)
@given(books())
def test_an_example_is_complete_and_shows_what_it_is_to_show(book):
    for one in book.rules:
        found = example(book, one)
        if found is not None:
            assert applies(one, book, found).certain
            assert {*found.options, *found.numbers} == {question.key for question in asked(book, found)}
            assert found in list(completions(book, Answers()))
