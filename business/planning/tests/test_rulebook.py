"""What the answers say of each guide, with questions left open too."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings

from business.planning.enums import Effect, QuestionKind
from business.planning.rules.rulebook import (
    Answers,
    Asked,
    Limit,
    Outcome,
    RuleBook,
    RuleData,
    applies,
    asked,
    breakpoints,
    evaluate,
    may_be_asked,
    most_asked,
)
from business.planning.tests.books import books_with_answers, completions

pytestmark = pytest.mark.one_database

DAY = datetime.date(2026, 11, 26)
SERVING, OUTDOOR, FIRE = 1, 2, 3

ALCOHOL = Asked("alkohol", QuestionKind.ONE, ("ja", "nej"))
OUTSIDE = Asked("ute", QuestionKind.ONE, ("ja", "nej"))
WHERE = Asked("var", QuestionKind.MANY, ("gata", "gard"), when=(frozenset({("ute", "ja")}),))
# Alcohol outdoors is asked about only when there is both.
BOTH = Asked(
    "alkohol-ute", QuestionKind.ONE, ("ja", "nej"), when=(frozenset({("alkohol", "ja")}), frozenset({("ute", "ja")}))
)
SEATS = Asked("platser", QuestionKind.NUMBER, minimum=0, maximum=1000)
QUESTIONS = (ALCOHOL, OUTSIDE, WHERE, BOTH, SEATS)


def rule(pk: int, guide: int, effect: Effect = Effect.NEEDED, **conditions) -> RuleData:
    return RuleData(pk, guide, effect, **conditions)


def chose(*pairs: tuple[str, str], **numbers: int) -> Answers:
    options: dict[str, frozenset[str]] = {}
    for key, option in pairs:
        options[key] = options.get(key, frozenset()) | ({option} if option else frozenset())
    return Answers(options, numbers)


def result(rules: list[RuleData], answers: Answers, day: datetime.date = DAY) -> dict[int, Outcome]:
    return evaluate(RuleBook(QUESTIONS, tuple(rules)), answers, day)


def keys(questions: tuple[Asked, ...]) -> list[str]:
    return [question.key for question in questions]


# --- Which questions are asked ----------------------------------------------------------------------------------------


def test_a_question_is_asked_when_every_question_it_hangs_on_has_one_of_its_options():
    book = RuleBook(QUESTIONS)
    assert keys(asked(book, Answers())) == ["alkohol", "ute", "platser"]
    assert keys(asked(book, chose(("ute", "ja")))) == ["alkohol", "ute", "var", "platser"]
    assert keys(asked(book, chose(("ute", "ja"), ("alkohol", "ja")))) == keys(QUESTIONS)


def test_one_of_several_options_is_enough_for_a_question_to_be_asked():
    either = Asked("mer", QuestionKind.ONE, ("ja",), when=(frozenset({("var", "gata"), ("var", "gard")}),))
    book = RuleBook((*QUESTIONS, either))
    assert "mer" in keys(asked(book, chose(("ute", "ja"), ("var", "gard"))))
    assert "mer" not in keys(asked(book, chose(("ute", "ja"), ("var", ""))))


def test_what_hangs_on_a_question_that_is_not_asked_is_not_asked_either():
    third = Asked("sist", QuestionKind.ONE, ("ja",), when=(frozenset({("var", "gata")}),))
    book = RuleBook((third, *QUESTIONS))  # it may stand before what it hangs on
    stale = chose(("ute", "nej"), ("var", "gata"))
    assert keys(asked(book, stale)) == ["alkohol", "ute", "platser"]
    assert "sist" in keys(asked(book, chose(("ute", "ja"), ("var", "gata"))))


def test_questions_that_hang_on_each_other_are_never_asked():
    one = Asked("hona", QuestionKind.ONE, ("ja",), when=(frozenset({("agg", "ja")}),))
    two = Asked("agg", QuestionKind.ONE, ("ja",), when=(frozenset({("hona", "ja")}),))
    book = RuleBook((one, two))
    assert asked(book, chose(("hona", "ja"), ("agg", "ja"))) == ()
    assert may_be_asked(book, Answers()) == ()


def test_questions_that_may_still_come_are_told_apart_from_those_that_cannot():
    book = RuleBook(QUESTIONS)
    assert keys(may_be_asked(book, Answers())) == keys(QUESTIONS)
    assert keys(may_be_asked(book, chose(("ute", "nej")))) == ["alkohol", "ute", "platser"]
    assert keys(may_be_asked(book, chose(("alkohol", "nej")))) == ["alkohol", "ute", "var", "platser"]


def test_what_one_answer_opens_another_may_close():
    """A company is told how many questions can come, not how many there are."""
    fork = Asked("vad", QuestionKind.ONE, ("a", "b"))
    branches = [Asked(key, QuestionKind.ONE, ("ja",), (frozenset({("vad", key[0])}),)) for key in ("a1", "a2", "b1")]
    book = RuleBook((fork, *branches))
    assert len(may_be_asked(book, Answers())) == 4
    assert most_asked(book, Answers()) == 3
    assert most_asked(book, chose(("vad", "b"))) == 2
    assert most_asked(book, Answers(), tries=1) == 4


# --- One rule ---------------------------------------------------------------------------------------------------------


def test_a_rule_applies_for_certain_when_all_it_asks_for_is_answered_so():
    serving = rule(1, SERVING, all_of=frozenset({("alkohol", "ja")}), limits=(Limit("platser", 10, 100),))
    book = RuleBook(QUESTIONS, (serving,))
    for seats, certain in ((10, True), (100, True), (9, None), (101, None)):
        found = applies(serving, book, chose(("alkohol", "ja"), platser=seats))
        assert (found.certain if found else None) is certain, seats


def test_a_rule_may_apply_while_a_question_is_open_and_names_it():
    serving = rule(1, SERVING, all_of=frozenset({("alkohol", "ja")}), limits=(Limit("platser", 10),))
    book = RuleBook(QUESTIONS, (serving,))
    assert applies(serving, book, Answers()).missing == ("alkohol", "platser")
    assert applies(serving, book, chose(("alkohol", "ja"))).missing == ("platser",)
    assert applies(serving, book, chose(platser=20)).missing == ("alkohol",)
    assert applies(serving, book, chose(platser=5)) is None
    assert applies(serving, book, chose(("alkohol", "nej"))) is None


def test_what_is_not_asked_is_not_chosen_and_has_no_number():
    no_street = rule(1, OUTDOOR, none_of=frozenset({("var", "gata")}))
    many = rule(2, FIRE, limits=(Limit("antal-ute", 1),))
    outside = Asked("antal-ute", QuestionKind.NUMBER, when=(frozenset({("ute", "ja")}),))
    book = RuleBook((*QUESTIONS, outside), (no_street, many))
    indoors = chose(("ute", "nej"))
    assert applies(no_street, book, indoors).certain
    assert applies(many, book, indoors) is None


def test_a_question_that_may_be_asked_later_waits_for_the_one_it_hangs_on():
    """Skipping “do you serve outside?” must not hide what the questions below it lead to."""
    street = rule(1, OUTDOOR, all_of=frozenset({("var", "gata")}))
    book = RuleBook(QUESTIONS, (street,))
    found = applies(street, book, chose(("alkohol", "nej")))
    assert not found.certain
    assert found.missing == ("ute",)
    outside_alcohol = rule(2, OUTDOOR, all_of=frozenset({("alkohol-ute", "ja")}))
    assert applies(outside_alcohol, book, chose(("ute", "ja"))).missing == ("alkohol",)
    assert applies(outside_alcohol, book, Answers()).missing == ("alkohol", "ute")


def test_one_of_these_holds_with_one_and_names_those_that_are_open():
    either = rule(1, SERVING, any_of=frozenset({("alkohol", "ja"), ("ute", "ja")}))
    book = RuleBook(QUESTIONS, (either,))
    assert applies(either, book, chose(("alkohol", "ja"))).certain
    assert applies(either, book, chose(("alkohol", "nej"))).missing == ("ute",)
    assert applies(either, book, chose(("alkohol", "nej"), ("ute", "nej"))) is None


def test_none_of_many_is_an_answer():
    street = rule(1, OUTDOOR, all_of=frozenset({("var", "gata")}))
    book = RuleBook(QUESTIONS, (street,))
    assert applies(street, book, chose(("ute", "ja"), ("var", ""))) is None
    assert applies(street, book, chose(("ute", "ja"))).missing == ("var",)


def test_a_question_that_the_book_does_not_ask_has_no_answer():
    gone = rule(1, SERVING, all_of=frozenset({("borttagen", "ja")}))
    spared = rule(2, SERVING, none_of=frozenset({("borttagen", "ja")}))
    typed = chose(("borttagen", "ja"))
    assert applies(gone, RuleBook(QUESTIONS, (gone,)), typed) is None
    assert applies(spared, RuleBook(QUESTIONS, (spared,)), typed).certain


# --- All rules of a guide ---------------------------------------------------------------------------------------------


def always(pk: int, effect: Effect) -> RuleData:
    return rule(pk, SERVING, effect)


def open_rule(pk: int, effect: Effect) -> RuleData:
    return rule(pk, SERVING, effect, all_of=frozenset({("ute", "ja")}))


N, M, NOT = Effect.NEEDED, Effect.MAYBE, Effect.NOT_NEEDED


@pytest.mark.parametrize(
    ("certain", "uncertain", "expected", "parts"),
    [
        ([N], [], N, [1]),
        ([N, M], [], N, [1]),
        ([N, NOT], [], M, [1, 2]),
        ([NOT], [], NOT, [1]),
        ([M], [], M, [1]),
        ([M, NOT], [], M, [1, 2]),
        ([], [N], M, [11]),
        ([], [M], M, [11]),
        ([], [NOT], None, []),
        ([N], [NOT], N, [1, 11]),
        ([N], [N], N, [1]),
        ([NOT], [N], M, [1, 11]),
        ([NOT], [NOT], NOT, [1]),
        ([M], [N], M, [1, 11]),
        ([], [N, NOT], M, [11, 12]),
    ],
)
def test_rules_of_one_guide_add_up(certain, uncertain, expected, parts):
    rules = [always(number, effect) for number, effect in enumerate(certain, 1)]
    rules += [open_rule(number, effect) for number, effect in enumerate(uncertain, 11)]
    found = result(rules, Answers()).get(SERVING)
    assert (found.effect if found else None) == expected
    assert [reason.rule.pk for reason in found.reasons] == parts if found else not parts


def test_only_rules_that_hold_on_the_day_count():
    new_year = datetime.date(2027, 1, 1)
    rules = [
        rule(1, SERVING, valid_to=new_year - datetime.timedelta(days=1)),
        rule(2, FIRE, valid_from=new_year),
    ]
    assert set(result(rules, Answers())) == {SERVING}
    assert set(result(rules, Answers(), new_year)) == {FIRE}


def test_the_days_on_which_something_changes():
    rules = (
        rule(1, SERVING, valid_from=datetime.date(2020, 1, 1), valid_to=datetime.date(2026, 12, 31)),
        rule(2, SERVING, valid_from=datetime.date(2027, 1, 1)),
        rule(3, FIRE, valid_from=DAY, valid_to=datetime.date(2027, 5, 31)),
        rule(4, FIRE, valid_to=datetime.date.max),
    )
    assert breakpoints(RuleBook((), rules), DAY) == [datetime.date(2027, 1, 1), datetime.date(2027, 6, 1)]


# --- For all books and answers ----------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(books_with_answers())
def test_what_is_certain_stays_so_however_the_rest_is_answered(case):
    book, answers = case
    partial = evaluate(book, answers, DAY)
    for complete in completions(book, answers):
        whole = evaluate(book, complete, DAY)
        for rule_ in book.rules:
            before, after = applies(rule_, book, answers), applies(rule_, book, complete)
            assert after is None or after.certain
            assert not (before is None and after), "ruled out, and then it applied"
            assert not (before and before.certain and not after), "certain, and then it did not apply"
        for guide, outcome in whole.items():
            if outcome.effect != Effect.NOT_NEEDED:
                assert guide in partial, "a permit was hidden"
                assert partial[guide].effect != Effect.NOT_NEEDED, "a permit was denied"


@settings(max_examples=200, deadline=None)
@given(books_with_answers())
def test_what_a_reason_waits_for_can_be_answered_now(case):
    book, answers = case
    now = {question.key for question in asked(book, answers)}
    for outcome in evaluate(book, answers, DAY).values():
        for reason in outcome.reasons:
            assert reason.certain != bool(reason.missing)
            assert all(key in now and not answers.has(key) for key in reason.missing)


@settings(max_examples=100, deadline=None)
@given(books_with_answers())
def test_the_order_of_the_questions_and_of_the_rules_makes_no_difference(case):
    book, answers = case
    turned = RuleBook(tuple(reversed(book.questions)), tuple(reversed(book.rules)))
    assert {question.key for question in asked(book, answers)} == {q.key for q in asked(turned, answers)}
    one, other = evaluate(book, answers, DAY), evaluate(turned, answers, DAY)
    assert {guide: outcome.effect for guide, outcome in one.items()} == {g: o.effect for g, o in other.items()}


@settings(max_examples=200, deadline=None)
@given(books_with_answers())
def test_no_company_is_asked_more_than_it_was_told(case):
    book, answers = case
    most = most_asked(book, answers)
    assert most <= len(may_be_asked(book, answers))
    assert all(len(asked(book, complete)) <= most for complete in completions(book, answers))
