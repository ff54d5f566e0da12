"""A company's answers as they stand in an address: ``?bransch=restaurang&alkohol=ja&platser=60``.

A question's key is followed by the keys of the options chosen or by a number; an empty value says “none of these”. The keys
are the same in every language. Whatever cannot be read becomes a problem that is told, and the other answers are kept.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from business.core.requests import day_in

from ..enums import QuestionKind
from .rulebook import Answers, Asked, RuleBook, asked, may_be_asked

__all__ = ["Address", "Problem", "ProblemKind", "pairs", "read_address", "write_address"]

LONGEST = 4000  # characters; an address that is longer is not ours
MOST_VALUES = 60
LONGEST_VALUE = 60  # an option's key is never longer
MOST_DIGITS = 9


class ProblemKind(Enum):
    """What is wrong with an answer in an address."""

    UNANSWERED = "unanswered"  # sent on without an answer
    UNKNOWN_OPTION = "unknown_option"
    SEVERAL = "several"  # several answers where one is asked for
    NONE_AND_SOME = "none_and_some"
    NOT_A_NUMBER = "not_a_number"
    OUTSIDE = "outside"  # of the number's limits
    NOT_ASKED = "not_asked"
    RETIRED = "retired"  # the question itself is not asked any more
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Problem:
    """Something in the address that is not used. ``question`` is the key of the question, empty for the whole address."""

    kind: ProblemKind
    question: str = ""
    typed: str = ""
    asked: Asked | None = None

    @property
    def message(self) -> Any:
        """What the reader is told, beside the question or after its name."""
        match self.kind:
            case ProblemKind.UNANSWERED if self.asked and self.asked.kind == QuestionKind.NUMBER:
                return _("Write a number, or skip the question.")
            case ProblemKind.UNANSWERED:
                return _("Choose an answer, or skip the question.")
            case ProblemKind.UNKNOWN_OPTION:
                return _("“%(typed)s” is not one of the answers.") % {"typed": self.typed}
            case ProblemKind.SEVERAL:
                return _("There are several answers, but the question takes one. Choose one of them.")
            case ProblemKind.NONE_AND_SOME:
                return _("Choose either “none of these” or the answers that fit.")
            case ProblemKind.NOT_A_NUMBER:
                return _("“%(typed)s” is not a whole number. Write it in figures, like 60.") % {"typed": self.typed}
            case ProblemKind.OUTSIDE:
                return self._limits()
            case ProblemKind.NOT_ASKED:
                return _("The answer is left out: with your other answers the question is not asked.")
            case ProblemKind.RETIRED:
                text = _("You have answered a question that is not asked any more: %(key)s. The answer is left out.")
                return text % {"key": self.typed}
            case ProblemKind.TOO_LONG:
                return _("The address is too long to be one of ours. We read the answers that we found in it.")

    def _limits(self) -> Any:
        low, high = (self.asked.minimum, self.asked.maximum) if self.asked else (None, None)
        values = {"low": _grouped(low or 0), "high": _grouped(high or 0)}
        if high is None:
            return _("Write a number that is at least %(low)s.") % values
        return _("Write a number from %(low)s to %(high)s.") % values


def _grouped(number: int) -> str:
    """Return the number as the reader's language writes it, with its thousands apart."""
    return str(number_format(number, force_grouping=True))


@dataclass(frozen=True)
class Address:
    """What an address says.

    ``typed`` are the values of each question as they were typed, to be shown again. ``answered`` is the day when the answers
    were complete, ``edit`` the question that is to be shown, ``after`` the one that has just been sent, ``result`` whether
    the result so far is wanted.
    """

    answers: Answers = field(default_factory=Answers)
    problems: tuple[Problem, ...] = ()
    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answered: datetime.date | None = None
    edit: str = ""
    after: str = ""
    result: bool = False

    def problem_with(self, key: str) -> Problem | None:
        """Return what is wrong with the answer to a question."""
        return next((problem for problem in self.problems if problem.question == key), None)


@dataclass
class _Reading:
    """Collects what is read."""

    options: dict[str, frozenset[str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    typed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, question: Asked, values: list[str]) -> None:
        self.typed[question.key] = tuple(values)
        if question.kind == QuestionKind.NUMBER:
            problem = self._read_number(question, values)
        else:
            problem = self._read_options(question, values)
        if problem:
            self.problems.append(problem)

    def _read_options(self, question: Asked, values: list[str]) -> Problem | None:
        known = frozenset(values) & frozenset(question.options)
        unknown = next((value for value in values if value and value not in question.options), None)
        if unknown is not None:
            # What was understood of many is kept; of one there is nothing to keep.
            if question.kind == QuestionKind.MANY and known:
                self.options[question.key] = known
            return Problem(ProblemKind.UNKNOWN_OPTION, question.key, unknown, question)
        if question.kind == QuestionKind.MANY:
            if known and "" in values:
                return Problem(ProblemKind.NONE_AND_SOME, question.key, "", question)
            self.options[question.key] = known
        elif len(known) > 1:
            return Problem(ProblemKind.SEVERAL, question.key, ", ".join(sorted(known)), question)
        elif known:
            self.options[question.key] = known
        return None

    def _read_number(self, question: Asked, values: list[str]) -> Problem | None:
        written = {re.sub(r"[\s\u00a0\u202f]", "", value) for value in values} - {""}
        if not written:
            return None
        if len(written) > 1:
            return Problem(ProblemKind.SEVERAL, question.key, ", ".join(sorted(written)), question)
        (text,) = written
        if not re.fullmatch(r"[-−]?[0-9]+", text):
            return Problem(ProblemKind.NOT_A_NUMBER, question.key, text, question)
        is_small_enough = len(text) <= MOST_DIGITS
        number = int(text.replace("−", "-")) if is_small_enough else 0
        low, high = question.minimum or 0, question.maximum
        if not is_small_enough or number < low or (high is not None and number > high):
            return Problem(ProblemKind.OUTSIDE, question.key, text, question)
        self.numbers[question.key] = number
        return None


def _values(query: QueryDict, key: str) -> list[str]:
    return [value[:LONGEST_VALUE] for value in query.getlist(key)[:MOST_VALUES]]


def _day(text: str) -> datetime.date | None:
    try:
        return day_in(text)
    except ValueError:
        return None


def read_address(query: QueryDict, book: RuleBook, retired: Collection[str] = ()) -> Address:
    """Return the answers in an address, with what cannot be used of it. ``retired`` are the keys of questions that are not
    asked: what had been answered to one is told by its key alone, since nobody knows whether its words are public.

    An answer to a question that may still be asked is kept: the question that it hangs on is only not answered yet.
    """
    reading = _Reading()
    if len(query.urlencode()) > LONGEST:
        reading.problems.append(Problem(ProblemKind.TOO_LONG))
    reading.problems += [
        Problem(ProblemKind.RETIRED, typed=key) for key in sorted(retired) if any(_values(query, key))
    ]
    for question in book.questions:
        if values := _values(query, question.key):
            reading.read(question, values)
    answers = Answers(reading.options, reading.numbers)
    possible = {question.key for question in may_be_asked(book, answers)}
    stray = [question for question in book.questions if answers.has(question.key) and question.key not in possible]
    reading.problems += [Problem(ProblemKind.NOT_ASKED, question.key, "", question) for question in stray]
    answers = answers.without(*(question.key for question in stray))
    now = {question.key: question for question in asked(book, answers)}
    edit, after = query.get("edit", ""), query.get("after", "")
    if after in now and not answers.has(after) and not any(p.question == after for p in reading.problems):
        reading.problems.append(Problem(ProblemKind.UNANSWERED, after, "", now[after]))
    return Address(
        answers=answers,
        problems=tuple(reading.problems),
        typed=reading.typed,
        answered=_day(query.get("answered", "")),
        edit=edit if edit in now else "",
        after=after if after in now else "",
        result=query.get("result") == "1",
    )


def pairs(book: RuleBook, answers: Answers) -> list[tuple[str, str]]:
    """Return the answers as they stand in an address, in the order of the book: the same answers always give the same.

    An answer to a question that the others keep from being asked says nothing, and is left out.
    """
    found: list[tuple[str, str]] = []
    for question in may_be_asked(book, answers):
        key = question.key
        if key in answers.numbers:
            found.append((key, str(answers.numbers[key])))
        elif key in answers.options:
            chosen = [option for option in question.options if option in answers.options[key]]
            found += [(key, option) for option in chosen] or (
                [(key, "")] if question.kind == QuestionKind.MANY else []
            )
    return found


def write_address(book: RuleBook, answers: Answers, **extra: Any) -> str:
    """Return the query of an address with its question mark, or nothing when there is nothing to say.

    ``extra`` are other keys: a value, a list of them, a day; what is empty is left out.
    """
    more: list[tuple[str, str]] = []
    for key, value in extra.items():
        values: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
        more += [
            (key, "1" if item is True else str(item)) for item in values if item or (item == 0 and item is not False)
        ]
    written = urlencode([*pairs(book, answers), *more])
    return f"?{written}" if written else ""
