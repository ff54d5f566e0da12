"""Example companies: what they answer, and what a change of rules breaks. Pure."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from business.planning.enums import Effect, QuestionKind
from business.planning.examples.personas import Break, Example, Miss, answers_of, check, misses, of_shown, turning_days
from business.planning.rules.rulebook import Asked, RuleBook, RuleData, evaluate

from .books import books

pytestmark = pytest.mark.one_database

PERMIT, NOTICE = 1, 2
TODAY = datetime.date(2026, 11, 26)
NEW_YEAR = datetime.date(2027, 1, 1)

ALCOHOL = Asked("alkohol", QuestionKind.ONE, ("ja", "nej"))
SIGNS = Asked("skyltar", QuestionKind.MANY, ("vepa", "ljus"))
YES = frozenset({("alkohol", "ja")})
RULE = RuleData(1, PERMIT, Effect.NEEDED, all_of=YES)
BOOK = RuleBook((ALCOHOL, SIGNS), (RULE,))
BAR = Example(1, "Baren", {"alkohol": frozenset({"ja"})}, {}, {PERMIT: Effect.NEEDED})


def changed(*rules: RuleData) -> RuleBook:
    return replace(BOOK, rules=rules)


def test_a_company_says_none_where_it_chooses_none_of_many():
    answers = answers_of(BAR, BOOK)
    assert answers.options == {"alkohol": {"ja"}, "skyltar": frozenset()}
    without_signs = replace(RULE, all_of=frozenset(), none_of=frozenset({("skyltar", "vepa")}))
    assert evaluate(changed(without_signs), answers, TODAY)[PERMIT].effect == Effect.NEEDED


def test_what_comes_out_as_it_must_is_no_miss():
    assert misses(BOOK, BAR, TODAY) == ()


def test_a_guide_that_nothing_leads_to_is_not_needed():
    assert misses(changed(), BAR, TODAY) == (Miss(PERMIT, Effect.NEEDED, Effect.NOT_NEEDED),)
    assert misses(BOOK, replace(BAR, expected={NOTICE: Effect.NOT_NEEDED}), TODAY) == ()


def test_a_company_speaks_only_of_its_own_days():
    old = replace(BAR, valid_to=TODAY)
    assert misses(changed(), old, TODAY)
    assert misses(changed(), old, NEW_YEAR) == ()


def test_a_rule_that_is_taken_away_breaks():
    assert check(BOOK, changed(), [BAR], [TODAY]) == (
        Break(BAR, TODAY, Miss(PERMIT, Effect.NEEDED, Effect.NOT_NEEDED)),
    )


def test_a_rule_that_ends_breaks_on_the_day_after():
    ends = changed(replace(RULE, valid_to=NEW_YEAR - datetime.timedelta(days=1)))
    days = turning_days([BOOK, ends], [BAR], TODAY)
    assert days == (TODAY, NEW_YEAR)
    assert [(found.day, found.miss.found) for found in check(BOOK, ends, [BAR], days)] == [
        (NEW_YEAR, Effect.NOT_NEEDED)
    ]


def test_a_change_that_begins_later_is_seen_on_its_day():
    contradicts = changed(RULE, RuleData(2, PERMIT, Effect.NOT_NEEDED, all_of=YES, valid_from=NEW_YEAR))
    [found] = check(BOOK, contradicts, [BAR], turning_days([BOOK, contradicts], [BAR], TODAY))
    assert (found.day, found.miss.found) == (NEW_YEAR, Effect.MAYBE)


def test_what_did_not_come_out_right_before_is_not_broken():
    prepared = replace(BAR, expected={PERMIT: Effect.NOT_NEEDED})
    still_wrong = changed(RULE, RuleData(2, PERMIT, Effect.NOT_NEEDED, all_of=YES))
    assert misses(BOOK, prepared, TODAY)
    assert misses(still_wrong, prepared, TODAY)
    assert check(BOOK, still_wrong, [prepared], [TODAY]) == ()


def test_each_guide_is_named_once_with_its_first_day():
    both = replace(BAR, expected={PERMIT: Effect.NEEDED, NOTICE: Effect.NOT_NEEDED})
    after = changed(RuleData(2, NOTICE, Effect.NEEDED, all_of=YES))
    found = check(BOOK, after, [both], [NEW_YEAR, TODAY])
    assert [(one.day, one.miss.guide) for one in found] == [(TODAY, PERMIT), (TODAY, NOTICE)]


def test_turning_days_are_those_of_rules_and_companies():
    ends = replace(BAR, valid_from=NEW_YEAR, valid_to=datetime.date(2027, 6, 30))
    over = replace(BAR, valid_to=datetime.date(2020, 1, 1))
    endless = replace(BAR, valid_to=datetime.date.max)
    assert turning_days([BOOK], [ends, over, endless], TODAY) == (TODAY, NEW_YEAR, datetime.date(2027, 7, 1))


def test_rules_of_guides_that_are_not_shown_say_nothing():
    assert of_shown(BOOK, {}).rules == ()
    assert of_shown(BOOK, {PERMIT: None}) == BOOK
    [rule] = of_shown(BOOK, {PERMIT: TODAY}).rules
    assert rule.valid_to == TODAY
    [earlier] = of_shown(changed(replace(RULE, valid_to=TODAY)), {PERMIT: NEW_YEAR}).rules
    assert earlier.valid_to == TODAY


@st.composite
def examples(draw: st.DrawFn) -> Example:
    chosen = st.frozensets(st.sampled_from(("x", "y")), max_size=1)
    return Example(
        1,
        "Företaget",
        {key: draw(chosen) for key in "abcd" if draw(st.booleans())},
        {},
        {guide: draw(st.sampled_from(Effect)) for guide in (1, 2)},
    )


@given(books(), books(), examples())
def test_a_break_is_right_before_and_wrong_after(before, after, example):
    wrong = {miss.guide for miss in misses(after, example, TODAY)}
    was_wrong = {miss.guide for miss in misses(before, example, TODAY)}
    assert {found.miss.guide for found in check(before, after, [example], [TODAY])} == wrong - was_wrong


@given(books(), examples())
def test_no_change_breaks_nothing(book, example):
    assert check(book, book, [example], [TODAY, NEW_YEAR]) == ()
