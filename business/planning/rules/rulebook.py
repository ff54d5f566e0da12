"""Questions and rules as plain data, and what they say of a company's answers. Pure: nothing is read, nothing stored.

A question may be left unanswered: then what hangs on it is neither so nor not so, and what it leads to may be needed.
Whatever is said for certain stays so, however the questions left are answered.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..enums import Effect, QuestionKind

__all__ = [
    "Answers",
    "Asked",
    "Choice",
    "Limit",
    "Outcome",
    "Reason",
    "RuleBook",
    "RuleData",
    "applies",
    "applying",
    "asked",
    "breakpoints",
    "evaluate",
    "may_be_asked",
    "most_asked",
]

Choice = tuple[str, str]  # a question's key, an option's key


@dataclass(frozen=True)
class Asked:
    """A question. ``when`` has one set of choices for each question that it hangs on: one of each set must be chosen."""

    key: str
    kind: QuestionKind
    options: tuple[str, ...] = ()
    when: tuple[frozenset[Choice], ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Limit:
    """The numbers of a question for which a rule applies, both ends included; an empty end is open."""

    question: str
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, number: int) -> bool:
        return (self.at_least is None or self.at_least <= number) and (self.at_most is None or number <= self.at_most)


@dataclass(frozen=True)
class RuleData:
    """A rule by its primary key and that of the original guide it speaks of."""

    pk: int
    guide: int
    effect: Effect
    all_of: frozenset[Choice] = frozenset()
    any_of: frozenset[Choice] = frozenset()
    none_of: frozenset[Choice] = frozenset()
    limits: tuple[Limit, ...] = ()
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class RuleBook:
    """The questions that are asked, in order, and all rules."""

    questions: tuple[Asked, ...] = ()
    rules: tuple[RuleData, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, Asked]:
        """The questions by their key."""
        return {question.key: question for question in self.questions}


@dataclass(frozen=True)
class Answers:
    """What a company has answered. A question that is not a key of either is unanswered; an empty set says “none of them”."""

    options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        """Whether the question is answered."""
        return key in self.options or key in self.numbers

    @property
    def is_empty(self) -> bool:
        return not self.options and not self.numbers

    def without(self, *keys: str) -> Answers:
        """Return the answers to all other questions."""
        return Answers(
            {key: chosen for key, chosen in self.options.items() if key not in keys},
            {key: number for key, number in self.numbers.items() if key not in keys},
        )


@dataclass(frozen=True)
class Reason:
    """A rule that applies, or, when not ``certain``, may apply once the questions ``missing`` are answered."""

    rule: RuleData
    certain: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What the answers say of one guide, with every rule that has a part in it.

    Rules that say both “needed” and “not needed” make it “may be needed”: the company is told to ask.
    """

    guide: int
    effect: Effect
    reasons: tuple[Reason, ...] = ()


def _shown(book: RuleBook, can_be_chosen: Mapping[str, frozenset[str]]) -> set[str]:
    """Return the keys of the questions that are shown when these options count as chosen.

    Grows from the questions that hang on nothing: questions that only hang on each other are never shown.
    """
    shown: set[str] = set()
    left = list(book.questions)
    while True:
        found = {
            question.key
            for question in left
            if all(
                any(key in shown and option in can_be_chosen.get(key, ()) for key, option in choices)
                for choices in question.when
            )
        }
        if not found:
            return shown
        shown |= found
        left = [question for question in left if question.key not in shown]


def _chosen(book: RuleBook, answers: Answers) -> dict[str, frozenset[str]]:
    """Return the options chosen that the questions have."""
    return {
        key: chosen & frozenset(book.by_key[key].options)
        for key, chosen in answers.options.items()
        if key in book.by_key and book.by_key[key].kind != QuestionKind.NUMBER
    }


def asked(book: RuleBook, answers: Answers) -> tuple[Asked, ...]:
    """Return the questions that are asked with these answers, answered or not, in order."""
    shown = _shown(book, _chosen(book, answers))
    return tuple(question for question in book.questions if question.key in shown)


def may_be_asked(book: RuleBook, answers: Answers) -> tuple[Asked, ...]:
    """Return the questions that are asked, or will be if some that are left are answered so, in order."""
    options = {question.key: frozenset(question.options) for question in book.questions}
    shown = _shown(book, {**options, **_chosen(book, answers)})
    return tuple(question for question in book.questions if question.key in shown)


def most_asked(book: RuleBook, answers: Answers, tries: int = 128) -> int:
    """Return how many questions are asked at most, once these answers have been completed in whatever way.

    What one answer opens, another closes: the first questions that others hang on are tried option by option, as far as
    ``tries`` go, and what hangs on the rest is counted as if all of it were asked.
    """
    hung_on = {key for question in book.questions for choices in question.when for key, _option in choices}
    for question in asked(book, answers):
        is_fork = question.kind == QuestionKind.ONE and question.key in hung_on and not answers.has(question.key)
        if is_fork and 0 < len(question.options) <= tries:
            ways = ({**answers.options, question.key: frozenset({option})} for option in question.options)
            left = tries // len(question.options)
            return max(most_asked(book, Answers(way, answers.numbers), left) for way in ways)
    return len(may_be_asked(book, answers))


class _Known:
    """What is known of a company: each statement is true, false or, as None, not known yet, with what it waits for."""

    def __init__(self, book: RuleBook, answers: Answers) -> None:
        self.book, self.answers = book, answers
        self.chosen = _chosen(book, answers)
        self.shown = {question.key for question in asked(book, answers)}
        self.possible = {question.key for question in may_be_asked(book, answers)}

    def says(self, choice: Choice) -> bool | None:
        """Whether the option is chosen."""
        key, option = choice
        if key not in self.possible or option not in self.book.by_key[key].options:
            return False
        if key in self.chosen and option not in self.chosen[key]:
            return False
        return True if key in self.chosen and key in self.shown else None

    def within(self, limit: Limit) -> bool | None:
        """Whether the number lies within the limit."""
        key = limit.question
        if key not in self.possible or self.book.by_key[key].kind != QuestionKind.NUMBER:
            return False
        if key in self.answers.numbers and not limit.holds(self.answers.numbers[key]):
            return False
        return True if key in self.answers.numbers and key in self.shown else None

    def missing(self, key: str) -> set[str]:
        """Return the questions that are asked now and whose answers decide what this one says."""
        found: set[str] = set()
        looked_at: set[str] = set()
        left = [key]
        while left:
            if (here := left.pop()) in looked_at:
                continue
            looked_at.add(here)
            if here in self.shown:
                found |= set() if self.answers.has(here) else {here}
                continue
            for choices in self.book.by_key[here].when:
                values = {choice: self.says(choice) for choice in choices}
                if True not in values.values():
                    left += [choice[0] for choice, value in values.items() if value is None]
        return found

    def applies(self, rule: RuleData) -> Reason | None:
        """Return why the rule applies or may apply; None when it does not."""
        statements: list[tuple[bool | None, set[str]]] = [
            *((self.says(choice), {choice[0]}) for choice in rule.all_of),
            *((_not(self.says(choice)), {choice[0]}) for choice in rule.none_of),
            *((self.within(limit), {limit.question}) for limit in rule.limits),
        ]
        if rule.any_of:
            values = {choice: self.says(choice) for choice in rule.any_of}
            open_ones = {choice[0] for choice, value in values.items() if value is None}
            statements.append((_any(values.values()), open_ones))
        if any(value is False for value, _keys in statements):
            return None
        waits_for = {key for value, keys in statements if value is None for key in keys}
        missing = {found for key in waits_for for found in self.missing(key)}
        in_order = tuple(question.key for question in self.book.questions if question.key in missing)
        return Reason(rule, certain=not waits_for, missing=in_order)


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _any(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return True if True in found else None if None in found else False


def applies(rule: RuleData, book: RuleBook, answers: Answers) -> Reason | None:
    """Return why the rule applies or may apply to a company with these answers; None when it does not.

    The period of the rule is not looked at. The questions ``missing`` are asked now, unanswered, and in order.
    """
    return _Known(book, answers).applies(rule)


def applying(book: RuleBook, answers: Answers) -> list[RuleData]:
    """Return the rules whose conditions a company with these answers meets or may meet, over and coming ones too."""
    known = _Known(book, answers)
    return [rule for rule in book.rules if known.applies(rule)]


def evaluate(book: RuleBook, answers: Answers, day: datetime.date) -> dict[int, Outcome]:
    """Return what the rules that hold on the day say of each guide that they speak of, by the guide's key.

    Needed if a rule says so for certain and none that it is not. Not needed if rules that apply for certain say so and
    nothing else. Everything else that some rule leads to may be needed.
    """
    known = _Known(book, answers)
    reasons: dict[int, list[Reason]] = defaultdict(list)
    for rule in book.rules:
        if rule.holds_on(day) and (reason := known.applies(rule)):
            reasons[rule.guide].append(reason)
    outcomes = (_outcome(guide, found) for guide, found in reasons.items())
    return {outcome.guide: outcome for outcome in outcomes if outcome}


def _outcome(guide: int, reasons: list[Reason]) -> Outcome | None:
    certain = {reason.rule.effect for reason in reasons if reason.certain}
    uncertain = {reason.rule.effect for reason in reasons if not reason.certain}
    in_order = sorted(reasons, key=lambda reason: not reason.certain)
    if Effect.NEEDED in certain and Effect.NOT_NEEDED not in certain:
        doubts = [reason for reason in in_order if not reason.certain and reason.rule.effect == Effect.NOT_NEEDED]
        sure = [reason for reason in in_order if reason.certain and reason.rule.effect == Effect.NEEDED]
        return Outcome(guide, Effect.NEEDED, (*sure, *doubts))
    if not (certain | uncertain) - {Effect.NOT_NEEDED}:
        sure = [reason for reason in in_order if reason.certain]
        return Outcome(guide, Effect.NOT_NEEDED, tuple(sure)) if sure else None
    return Outcome(guide, Effect.MAYBE, tuple(in_order))


def breakpoints(book: RuleBook, from_day: datetime.date) -> list[datetime.date]:
    """Return the days after ``from_day`` on which some rule starts to hold, or holds no longer."""
    starts = {rule.valid_from for rule in book.rules if rule.valid_from}
    last_days = {rule.valid_to for rule in book.rules if rule.valid_to and rule.valid_to < datetime.date.max}
    days = starts | {day + datetime.timedelta(days=1) for day in last_days}
    return sorted(day for day in days if day > from_day)
