"""One visit to the finder: which step an address asks for, and what the step shows.

The address holds everything: the answers, and which question or whether the result is shown. What was sent with an answer
in it is led on to the address of the next step, so that each step has one that can be kept, shared and gone back to.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from business.core.translation import Text, locales_by_id

from ..enums import QuestionKind
from ..rules.address import Address, Problem, ProblemKind, pairs, read_address, write_address
from ..rules.questions import OptionText, Questionnaire, QuestionText, read_questionnaire, read_rules
from ..rules.rulebook import Answers, Asked, RuleBook, asked, most_asked
from .findings import Days, Findings, figures, read_findings
from .onward import Onward, read_onward

__all__ = ["AnswerLine", "ChoiceView", "QuestionView", "Step", "ToldProblem", "Visit", "open_finder"]


class Step(Enum):
    """What the page shows."""

    EMPTY = "empty"  # there are no questions
    START = "start"
    QUESTION = "question"
    RESULT = "result"


@dataclass(frozen=True)
class AnswerLine:
    """A question that is asked, with what was answered, if anything. ``is_none``: none of the options."""

    name: Text
    said: tuple[Text, ...]
    number: int | None
    unit: Text
    is_none: bool
    url: str

    @property
    def figures(self) -> str:
        """The number as it is written in the language."""
        return "" if self.number is None else figures(self.number)

    @property
    def is_answered(self) -> bool:
        return bool(self.said) or self.number is not None or self.is_none


@dataclass(frozen=True)
class ChoiceView:
    """An option as a field to choose."""

    value: str
    name: Any
    help: Text
    checked: bool


@dataclass(frozen=True)
class ToldProblem:
    """What could not be used of the address. ``name`` is the question, ``url`` leads to it where it can be answered."""

    name: Text
    problem: Problem
    url: str


@dataclass(frozen=True)
class QuestionView:
    """The question that is shown, as a form. ``carried`` are the other answers, which the form takes along."""

    text: QuestionText
    asked: Asked
    number: int
    most: int
    is_certain: bool
    choices: tuple[ChoiceView, ...]
    typed: str
    error: Problem | None
    carried: tuple[tuple[str, str], ...]
    back_url: str
    skip_url: str

    @property
    def help(self) -> Text | str:
        """The help of the question; of a number without any, its limits."""
        low, high = self.asked.minimum, self.asked.maximum
        if self.text.help or self.text.kind != QuestionKind.NUMBER or high is None:
            return self.text.help
        return _("A number from %(low)s to %(high)s.") % {"low": figures(low or 0), "high": figures(high)}

    @property
    def described_by(self) -> str:
        """The ids of what describes the field: help, error, unit."""
        there = {"answer_help": self.help, "answer_error": self.error, "answer_unit": self.text.unit}
        is_number = self.text.kind == QuestionKind.NUMBER
        return " ".join(key for key, text in there.items() if text and (is_number or key != "answer_unit"))


@dataclass
class Visit:
    """What one address shows. ``base`` is the page's own address."""

    base: str
    sheet: Questionnaire
    address: Address
    locale: Locale
    today: datetime.date
    request: HttpRequest

    @property
    def book(self) -> RuleBook:
        return self.sheet.book

    @property
    def answers(self) -> Answers:
        return self.address.answers

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The questions that are asked with these answers."""
        return asked(self.book, self.answers)

    @cached_property
    def unanswered(self) -> tuple[Asked, ...]:
        return tuple(question for question in self.asked if not self.answers.has(question.key))

    def url(self, answers: Answers | None = None, **extra: Any) -> str:
        """Return the address of the page with these answers (default: those that are there)."""
        return self.base + write_address(self.book, self.answers if answers is None else answers, **extra)

    # --- Which step ------------------------------------------------------------------------------------------------

    @cached_property
    def shown(self) -> str:
        """The key of the question to show; empty for a start or a result."""
        address = self.address
        if address.after:
            return address.after if address.problem_with(address.after) else self.next_after(address.after)
        return address.edit

    def next_after(self, key: str, answers: Answers | None = None) -> str:
        """Return the question to show once this one is done with: one that it has opened, or the next unanswered one."""
        answers = self.answers if answers is None else answers
        before = {question.key for question in asked(self.book, answers.without(key))}
        now = [question.key for question in asked(self.book, answers)]
        keys = [question.key for question in self.book.questions]
        place = keys.index(key)
        left = [other for other in now if other != key and not answers.has(other)]
        return next((other for other in left if other not in before or keys.index(other) > place), "")

    @cached_property
    def step(self) -> Step:
        if not self.book.questions:
            return Step.EMPTY
        if self.shown:
            return Step.QUESTION
        address = self.address
        is_complete = not self.answers.is_empty and not self.unanswered
        return Step.RESULT if address.after or address.result or self.answered or is_complete else Step.START

    @property
    def answered(self) -> datetime.date | None:
        """The day when the answers were complete, unless it is one that has not been."""
        day = self.address.answered
        return day if day and day <= self.today else None

    @cached_property
    def here(self) -> str:
        """The one address of what is shown."""
        if self.step == Step.QUESTION:
            return self.url(edit=self.shown)
        if self.step == Step.RESULT:
            return self.result_url(answered=self.answered or self.today)
        return self.url()

    def result_url(self, answers: Answers | None = None, **extra: Any) -> str:
        """Return the address of the result, which says of itself when questions were left open."""
        answers = self.answers if answers is None else answers
        left = any(not answers.has(question.key) for question in asked(self.book, answers))
        return self.url(answers, result=left or answers.is_empty, **extra)

    @property
    def redirect_to(self) -> str:
        """Where to go on from an answer that was sent, or from a result that does not say its day; empty to stay.

        With a problem the page stays: it would not be told at the next address.
        """
        if self.address.problems:
            return ""
        is_new_result = self.step == Step.RESULT and self.answered is None
        return self.here if self.address.after or is_new_result else ""

    # --- What is shown ---------------------------------------------------------------------------------------------

    @property
    def start_url(self) -> str:
        """Where the first question is, or the first that is left."""
        first = next(iter(self.unanswered or self.asked), None)
        return self.url(edit=first.key) if first else self.base

    @property
    def so_far_url(self) -> str:
        """The result so far, offered beside a question once there is an answer."""
        return "" if self.answers.is_empty else self.result_url()

    @property
    def is_complete(self) -> bool:
        return not self.unanswered

    @cached_property
    def problems(self) -> list[ToldProblem]:
        """What could not be used, but for what is told beside the question that is shown."""
        now = {question.key for question in self.asked}
        beside = self.shown if self.step == Step.QUESTION else ""
        return [
            ToldProblem(
                self.sheet.texts[problem.question].name if problem.question else Text(),
                problem,
                self.url(edit=problem.question) if problem.question in now else "",
            )
            for problem in self.address.problems
            if (not beside or problem.question != beside) and problem not in self._closed
        ]

    @cached_property
    def _closed(self) -> list[Problem]:
        """Answers to questions that the answer just sent has closed: the reader has done nothing wrong."""
        if not self.address.after:
            return []
        return [problem for problem in self.address.problems if problem.kind == ProblemKind.NOT_ASKED]

    @property
    def dropped(self) -> list[Text]:
        """The questions whose answers do not count any more after the answer just sent."""
        return [self.sheet.texts[problem.question].name for problem in self._closed]

    @cached_property
    def lines(self) -> list[AnswerLine]:
        """Every question that is asked, with its answer."""
        return [self._line(question) for question in self.asked]

    @property
    def answered_lines(self) -> list[AnswerLine]:
        return [line for line in self.lines if line.is_answered]

    @property
    def most(self) -> int:
        """How many questions there can be."""
        return most_asked(self.book, self.answers)

    def _line(self, question: Asked) -> AnswerLine:
        key, text = question.key, self.sheet.texts[question.key]
        chosen = self.answers.options.get(key, frozenset())
        number = self.answers.numbers.get(key)
        return AnswerLine(
            name=text.name,
            said=tuple(option.name for option in text.options.values() if option.key in chosen),
            number=number,
            unit=text.unit if number is None else text.unit_of(number),
            is_none=key in self.answers.options and not chosen,
            url=self.url(edit=key),
        )

    @cached_property
    def question(self) -> QuestionView:
        """The question that is shown."""
        key = self.shown
        others = self.answers.without(key)
        now = [question.key for question in asked(self.book, others)]
        earlier = now[: now.index(key)]
        most = most_asked(self.book, others)
        after_skip = self.next_after(key, others)
        return QuestionView(
            text=self.sheet.texts[key],
            asked=self.book.by_key[key],
            number=len(earlier) + 1,
            most=most,
            is_certain=most == len(now),
            choices=tuple(self._choices(key)),
            typed=self._typed_number(key),
            error=self.address.problem_with(key),
            carried=tuple(pairs(self.book, others)),
            back_url=self.url(edit=earlier[-1]) if earlier else self.url(),
            skip_url=self.url(others, edit=after_skip) if after_skip else self.url(others, result=True),
        )

    def _choices(self, key: str) -> Iterator[ChoiceView]:
        """Yield the options, chosen as they were sent: what could not be used is not lost."""
        typed = self.address.typed.get(key, ())
        for option in self.sheet.texts[key].options.values():
            yield ChoiceView(option.key, option.name, option.help, option.key in typed)

    @property
    def chose_none(self) -> bool:
        """Whether “none of these” was chosen of the question that is shown."""
        return "" in self.address.typed.get(self.shown, ())

    def _typed_number(self, key: str) -> str:
        if self.book.by_key[key].kind != QuestionKind.NUMBER:
            return ""
        return next(iter(self.address.typed.get(key, ())), "")

    @cached_property
    def chosen_options(self) -> list[OptionText]:
        """Every option that is chosen of the questions that are asked."""
        return [
            option
            for question in self.asked
            for option in self.sheet.texts[question.key].options.values()
            if option.key in self.answers.options.get(question.key, ())
        ]

    @cached_property
    def findings(self) -> Findings:
        """What the answers lead to."""
        return read_findings(
            self.sheet,
            self.answers,
            Days(self.today, self.answered or self.today),
            self.locale,
            lambda key: self.url(edit=key),
        )

    @cached_property
    def onward(self) -> Onward:
        """Where to go from the result."""
        query = write_address(self.book, self.answers)
        return read_onward(self.locale, self.request, query, self.chosen_options)

    @property
    def kept_query(self) -> str:
        """What to keep of the address in another language: it has the same keys there."""
        return self.here.removeprefix(self.base)


def open_finder(page: Any, request: HttpRequest) -> Visit:
    """Read what the address asks for. Rules are read only for a result."""
    locale = locales_by_id()[page.locale_id]
    sheet = read_questionnaire(locale)
    visit = Visit(
        base=page.get_url(request) or "",
        sheet=sheet,
        address=read_address(request.GET, sheet.book, sheet.retired),
        locale=locale,
        today=timezone.localdate(),
        request=request,
    )
    if visit.step == Step.RESULT and not visit.redirect_to:
        visit.sheet = read_rules(sheet, locale)
    return visit
