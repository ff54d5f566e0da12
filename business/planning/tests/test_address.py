"""Answers in an address: what is read, what is told when it cannot be, and that nothing else is lost."""

from __future__ import annotations

import datetime
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from business.planning.enums import QuestionKind
from business.planning.rules.address import LONGEST, Address, Problem, ProblemKind, pairs, read_address, write_address
from business.planning.rules.rulebook import Answers, Asked, RuleBook, may_be_asked
from business.planning.tests.books import books_with_answers

pytestmark = pytest.mark.one_database

TRADE = Asked("bransch", QuestionKind.ONE, ("restaurang", "frisor"))
GOODS = Asked("varor", QuestionKind.MANY, ("tobak", "folkol", "lakemedel"))
ALCOHOL = Asked("alkohol", QuestionKind.ONE, ("ja", "nej"), when=(frozenset({("bransch", "restaurang")}),))
SEATS = Asked("platser", QuestionKind.NUMBER, minimum=1, maximum=500)
AREA = Asked("yta", QuestionKind.NUMBER, minimum=20)
BOOK = RuleBook((TRADE, GOODS, ALCOHOL, SEATS, AREA))


def read(query: str) -> Address:
    return read_address(QueryDict(query), BOOK)


def kinds(address: Address) -> dict[str, ProblemKind]:
    return {problem.question: problem.kind for problem in address.problems}


def test_an_address_is_read_and_written_again_in_the_order_of_the_questions():
    found = read("platser=60&varor=folkol&varor=tobak&alkohol=ja&bransch=restaurang&utm_source=brev")
    assert found.problems == ()
    assert found.answers.numbers == {"platser": 60}
    assert write_address(BOOK, found.answers) == "?bransch=restaurang&varor=tobak&varor=folkol&alkohol=ja&platser=60"


def test_none_of_these_is_an_answer_and_nothing_is_none():
    assert read("varor=").answers.options == {"varor": frozenset()}
    assert write_address(BOOK, read("varor=").answers) == "?varor="
    assert read("alkohol=&platser=&bransch=").answers.is_empty
    assert write_address(BOOK, Answers()) == ""


def test_other_keys_follow_the_answers():
    written = write_address(
        BOOK,
        read("bransch=frisor").answers,
        answered=datetime.date(2026, 11, 26),
        edit="",
        result=True,
        with_=["a", "b"],
        day=None,
    )
    assert written == "?bransch=frisor&answered=2026-11-26&result=1&with_=a&with_=b"


def test_what_the_page_itself_set_is_read():
    found = read("bransch=restaurang&answered=2026-11-26&edit=platser&result=1")
    assert (found.answered, found.edit, found.result) == (datetime.date(2026, 11, 26), "platser", True)
    wrong = read("answered=2026-02-30&edit=alkohol&result=ja&after=finns-inte")
    assert (wrong.answered, wrong.edit, wrong.result, wrong.after) == (None, "", False, "")


@pytest.mark.parametrize("day", ["26 november", "2026-13-01", "20261126", "2026-11-26T10:00", "٢٠٢٦-١١-٢٦"])
def test_a_day_that_is_none_is_no_day(day):
    assert read(urlencode({"answered": day})).answered is None


@pytest.mark.parametrize(
    ("query", "question", "kind", "kept"),
    [
        ("bransch=bank&platser=60", "bransch", ProblemKind.UNKNOWN_OPTION, {"platser"}),
        ("bransch=restaurang&bransch=frisor&platser=60", "bransch", ProblemKind.SEVERAL, {"platser"}),
        ("platser=manga&bransch=frisor", "platser", ProblemKind.NOT_A_NUMBER, {"bransch"}),
        ("platser=6.5&bransch=frisor", "platser", ProblemKind.NOT_A_NUMBER, {"bransch"}),
        ("platser=٦٠&bransch=frisor", "platser", ProblemKind.NOT_A_NUMBER, {"bransch"}),
        ("platser=0&bransch=frisor", "platser", ProblemKind.OUTSIDE, {"bransch"}),
        ("platser=501&bransch=frisor", "platser", ProblemKind.OUTSIDE, {"bransch"}),
        ("platser=-5&bransch=frisor", "platser", ProblemKind.OUTSIDE, {"bransch"}),
        (f"platser={'9' * 60}&bransch=frisor", "platser", ProblemKind.OUTSIDE, {"bransch"}),
        ("platser=60&platser=70&bransch=frisor", "platser", ProblemKind.SEVERAL, {"bransch"}),
        ("alkohol=ja&bransch=frisor&platser=60", "alkohol", ProblemKind.NOT_ASKED, {"bransch", "platser"}),
        ("varor=&varor=tobak&bransch=frisor", "varor", ProblemKind.NONE_AND_SOME, {"bransch"}),
        ("varor=kaffe&varor=tobak&bransch=frisor", "varor", ProblemKind.UNKNOWN_OPTION, {"varor", "bransch"}),
    ],
)
def test_what_cannot_be_used_is_told_and_the_rest_is_kept(query, question, kind, kept):
    found = read(query)
    assert kinds(found) == {question: kind}
    assert {*found.answers.options, *found.answers.numbers} == kept
    assert found.problem_with(question).kind == kind
    assert str(found.problem_with(question).message)


def test_a_message_says_what_was_typed_and_what_is_possible():
    assert "bank" in str(read("bransch=bank").problems[0].message)
    outside = str(read("platser=501").problems[0].message)
    assert "1" in outside
    assert "500" in outside
    assert "20" in str(read("yta=3").problems[0].message)


def test_a_large_limit_is_written_as_the_reader_writes_it():
    problem = Problem(ProblemKind.OUTSIDE, "yta", "0", replace(read("yta=3").problems[0].asked, maximum=100_000))
    with translation.override("sv"):
        assert "100\xa0000" in str(problem.message)
    with translation.override("en"):
        assert "100,000" in str(problem.message)


@pytest.mark.parametrize("number", ["60", " 60 ", "60&platser=60", "+60"])
def test_a_number_may_be_written_in_several_ways(number):
    assert read(f"platser={number}").answers.numbers == {"platser": 60}


def test_thousands_may_be_set_apart():
    assert read("yta=1+200").answers.numbers == {"yta": 1200}
    assert read("yta=1%C2%A0200").answers.numbers == {"yta": 1200}


def test_an_answer_that_waits_for_another_is_kept():
    """The question that it hangs on was skipped: when that is answered, this answer is there."""
    waiting = read("alkohol=ja")
    assert waiting.problems == ()
    assert waiting.answers.options == {"alkohol": {"ja"}}
    assert kinds(read("alkohol=ja&bransch=bank")) == {"bransch": ProblemKind.UNKNOWN_OPTION}


def test_sending_a_question_without_an_answer_is_told():
    assert kinds(read("bransch=restaurang&after=alkohol")) == {"alkohol": ProblemKind.UNANSWERED}
    assert kinds(read("bransch=bank&after=bransch")) == {"bransch": ProblemKind.UNKNOWN_OPTION}
    assert kinds(read("varor=&after=varor")) == {}


def test_a_very_long_address_is_read_in_part():
    junk = "&".join(f"skrap{number}=x" for number in range(700))
    found = read(f"bransch=restaurang&{junk}&platser=60&{'varor=tobak&' * 100}")
    assert len(junk) > LONGEST
    assert kinds(found) == {"": ProblemKind.TOO_LONG}
    assert write_address(BOOK, found.answers) == "?bransch=restaurang&varor=tobak&platser=60"
    long_value = read(f"bransch={'x' * 10_000}")
    assert set(kinds(long_value)) == {"", "bransch"}
    assert len(long_value.typed["bransch"][0]) == 60


@settings(max_examples=200, deadline=None)
@given(books_with_answers())
def test_what_is_written_is_read_the_same(case):
    book, answers = case
    possible = {question.key for question in may_be_asked(book, answers)}
    kept = answers.without(*(key for key in book.by_key if key not in possible))
    found = read_address(QueryDict(write_address(book, answers).lstrip("?")), book)
    assert found.answers == kept
    again = read_address(QueryDict(write_address(book, found.answers).lstrip("?")), book)
    assert again.problems == ()
    assert pairs(book, again.answers) == pairs(book, found.answers)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*BOOK.by_key, "edit", "after", "answered", "x"]), st.text(max_size=8))))
def test_whatever_is_typed_is_read_without_an_error(typed):
    query = QueryDict(mutable=True)
    for key, value in typed:
        query.appendlist(key, value)
    found = read_address(query, BOOK)
    for problem in found.problems:
        assert str(problem.message)
    for question in BOOK.questions:
        if question.key in found.answers.numbers:
            assert question.minimum <= found.answers.numbers[question.key] <= (question.maximum or 10**9)
        assert found.answers.options.get(question.key, frozenset()) <= set(question.options)
