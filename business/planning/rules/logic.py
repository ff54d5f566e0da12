"""Whether there are answers at all for which questions are asked and rules apply. Pure and exact.

Answers are complete when every question that is asked is answered: one option where one is chosen, any set of options
where many are, a number within the question's limits. What this module calls possible, some such company can answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..enums import QuestionKind
from .rulebook import Answers, Asked, Choice, Limit, RuleBook, RuleData, asked

__all__ = ["can_apply", "can_meet", "example", "reachable"]

Chosen = Mapping[str, frozenset[str]]
Clauses = tuple[frozenset[Choice], ...]


def reachable(book: RuleBook, question_key: str) -> bool:
    """Whether some company is asked the question."""
    return question_key in book.by_key and _Search(book, (), frozenset({question_key})).run() is not None


def can_apply(rule: RuleData, book: RuleBook) -> bool:
    """Whether the rule applies to some company."""
    return example(book, rule) is not None


def can_meet(rule1: RuleData, rule2: RuleData, book: RuleBook) -> bool:
    """Whether both rules apply to some company on some day."""
    starts = [rule.valid_from for rule in (rule1, rule2) if rule.valid_from]
    ends = [rule.valid_to for rule in (rule1, rule2) if rule.valid_to]
    if starts and ends and max(starts) > min(ends):
        return False
    return example(book, rule1, rule2) is not None


def example(book: RuleBook, *rules: RuleData) -> Answers | None:
    """Return complete answers for which all of these rules apply, or None if there are none. Periods are not looked at."""
    return _Search(book, rules).run()


@dataclass
class _Search:
    """Backtracking over what must be chosen: one choice of every clause, and whatever shows the questions chosen from."""

    book: RuleBook
    rules: tuple[RuleData, ...]
    shown: frozenset[str] = frozenset()
    forbidden: frozenset[Choice] = field(init=False)
    limited: frozenset[str] = field(init=False)
    decisive: frozenset[str] = field(init=False)
    blocked: frozenset[str] = field(init=False)
    circular: bool = field(init=False)

    def __post_init__(self) -> None:
        self.forbidden = frozenset(choice for rule in self.rules for choice in rule.none_of)
        self.limited = frozenset(limit.question for limit in self._limits)
        # A question all of whose options are forbidden cannot be answered: it must not be asked.
        self.blocked = frozenset(
            question.key
            for question in self.book.questions
            if question.kind == QuestionKind.ONE and question.options and not list(self._allowed(question))
        )
        hang_on = {key: _behind(self.book, key) for key in self.book.by_key}
        self.decisive = frozenset(key for blocked in self.blocked for key in hang_on[blocked])
        self.circular = any(key in behind for key, behind in hang_on.items())

    @property
    def _limits(self) -> Iterator[Limit]:
        return (limit for rule in self.rules for limit in rule.limits)

    def _allowed(self, question: Asked) -> Iterator[str]:
        return (option for option in question.options if (question.key, option) not in self.forbidden)

    def run(self) -> Answers | None:
        """Return complete answers, or None."""
        must_be_shown = self.shown | self.limited
        if any(self._interval(key) is None for key in self.limited):
            return None
        clauses: list[frozenset[Choice]] = []
        for rule in self.rules:
            clauses += [frozenset({choice}) for choice in sorted(rule.all_of)]
            clauses += [rule.any_of] if rule.any_of else []
        for key in sorted(must_be_shown):
            clauses += self.book.by_key[key].when
        return self._choose({}, tuple(clauses))

    def _interval(self, key: str) -> tuple[int, int | None] | None:
        """Return the least and the greatest number that a question may be answered with, or None."""
        question = self.book.by_key.get(key)
        if question is None or question.kind != QuestionKind.NUMBER:
            return None
        limits = [limit for limit in self._limits if limit.question == key]
        lows = [question.minimum, *(limit.at_least for limit in limits)]
        highs = [question.maximum, *(limit.at_most for limit in limits)]
        low = max([0, *(low for low in lows if low is not None)])
        high = min((high for high in highs if high is not None), default=None)
        return None if high is not None and high < low else (low, high)

    def _can_take(self, choice: Choice, chosen: Chosen) -> bool:
        key, option = choice
        question = self.book.by_key.get(key)
        if question is None or question.kind == QuestionKind.NUMBER or option not in question.options:
            return False
        if choice in self.forbidden:
            return False
        return question.kind == QuestionKind.MANY or chosen.get(key, frozenset({option})) == {option}

    def _choose(self, chosen: Chosen, clauses: Clauses) -> Answers | None:
        """Take one choice of every clause, in every way until one works."""
        if not clauses:
            return self._complete(chosen)
        clause, rest = clauses[0], clauses[1:]
        if any(option in chosen.get(key, ()) for key, option in clause):
            found = self._choose(chosen, rest)
            # Where questions hang on each other in a circle, what is chosen may only hold itself up: take another too.
            if found is not None or not self.circular:
                return found
        for choice in sorted(clause):
            key, option = choice
            if option in chosen.get(key, ()) or not self._can_take(choice, chosen):
                continue
            opened = () if key in chosen else self.book.by_key[key].when
            found = self._choose({**chosen, key: chosen.get(key, frozenset()) | {option}}, (*opened, *rest))
            if found is not None:
                return found
        return None

    def _complete(self, chosen: Chosen) -> Answers | None:
        """Answer the questions that decide whether one is asked that cannot be answered, in every way until one works."""
        shown = asked(self.book, Answers(chosen))
        keys = {question.key for question in shown}
        if not {*chosen, *self.shown, *self.limited} <= keys or self.blocked & keys:
            return None
        for question in shown:
            if question.kind == QuestionKind.ONE and question.key in self.decisive and question.key not in chosen:
                ways = (self._complete({**chosen, question.key: frozenset({o})}) for o in self._allowed(question))
                return next((found for found in ways if found is not None), None)
        return self._fill(chosen)

    def _fill(self, chosen: Chosen) -> Answers:
        """Answer all other questions that are asked, each with the first answer that it may have."""
        options, numbers = dict(chosen), dict[str, int]()
        while left := [q for q in asked(self.book, Answers(options)) if q.key not in options and q.key not in numbers]:
            for question in left:
                if question.kind == QuestionKind.NUMBER:
                    low, _high = self._interval(question.key) or (question.minimum or 0, None)
                    numbers[question.key] = low
                elif question.kind == QuestionKind.ONE:
                    options[question.key] = frozenset(list(self._allowed(question))[:1])
                else:
                    options[question.key] = frozenset()
        return Answers(options, numbers)


def _behind(book: RuleBook, key: str) -> set[str]:
    """Return the questions that one hangs on, and those that they hang on; itself among them only in a circle."""
    found: set[str] = set()
    left = [key]
    while left:
        question = book.by_key.get(left.pop())
        if question:
            new = {other for choices in question.when for other, _option in choices} - found
            found |= new
            left += new
    return found
