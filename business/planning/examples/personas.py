"""Example companies as plain data, and whether a change of questions, rules or guides gives them another result. Pure.

An example company is complete: a question with any number of options, of which it chooses none, it answers with “none”.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..enums import Effect, QuestionKind
from ..rules.rulebook import Answers, RuleBook, breakpoints, evaluate

__all__ = ["Break", "Example", "Miss", "answers_of", "check", "example_of", "misses", "of_shown", "turning_days"]

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Example:
    """An example company: what it answers, by question, and what the finder must say of guides, by original."""

    pk: int
    name: str
    options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    expected: Mapping[int, Effect] = field(default_factory=dict)
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None

    def holds_on(self, day: datetime.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Miss:
    """What the finder says of a guide instead of what it must say."""

    guide: int
    expected: Effect
    found: Effect


@dataclass(frozen=True)
class Break:
    """A guide that an example company got as it must, and would no longer get so, from ``day`` on."""

    example: Example
    day: datetime.date
    miss: Miss


def example_of(persona: Any) -> Example:
    """Return a stored example company as plain data; its rows, with options and questions, are best fetched before."""
    options: dict[str, set[str]] = {}
    for row in persona.options.all():
        options.setdefault(row.option.question.slug, set()).add(row.option.slug)
    return Example(
        persona.pk,
        persona.name,
        {question: frozenset(chosen) for question, chosen in options.items()},
        {row.question.slug: row.number for row in persona.numbers.all()},
        {row.guide_id: Effect(row.expected) for row in persona.guides.all()},
        persona.valid_from,
        persona.valid_to,
    )


def answers_of(example: Example, book: RuleBook) -> Answers:
    """Return what the company answers to the questions of the book."""
    none = {asked.key: frozenset[str]() for asked in book.questions if asked.kind == QuestionKind.MANY}
    return Answers({**none, **example.options}, dict(example.numbers))


def misses(book: RuleBook, example: Example, day: datetime.date) -> tuple[Miss, ...]:
    """Return what comes out otherwise than it must on a day; nothing on a day that the company does not speak of.

    A guide that nothing leads to is not needed.
    """
    if not example.holds_on(day):
        return ()
    asked_for = replace(book, rules=tuple(rule for rule in book.rules if rule.guide in example.expected))
    outcomes = evaluate(asked_for, answers_of(example, book), day)
    found = {guide: outcomes[guide].effect if guide in outcomes else Effect.NOT_NEEDED for guide in example.expected}
    return tuple(Miss(guide, must, found[guide]) for guide, must in example.expected.items() if found[guide] != must)


def check(
    before: RuleBook, after: RuleBook, examples: Iterable[Example], days: Iterable[datetime.date]
) -> tuple[Break, ...]:
    """Return what a change breaks: each guide that came out as it must before and does not after, with its first day."""
    found = []
    days = sorted(set(days))
    before, after = _of_changed_guides(before, after)
    for example in examples:
        broken: set[int] = set()
        for day in days:
            wrong = misses(after, example, day)
            already = {miss.guide for miss in misses(before, example, day)} if wrong else set()
            for miss in wrong:
                if miss.guide not in already | broken:
                    broken.add(miss.guide)
                    found.append(Break(example, day, miss))
    return tuple(found)


def _of_changed_guides(before: RuleBook, after: RuleBook) -> tuple[RuleBook, RuleBook]:
    """Return both books with the rules of those guides that a change touches: the others come out as they did."""
    if before.questions != after.questions:
        return before, after
    touched = {rule.guide for rule in set(before.rules) ^ set(after.rules)}
    return (
        replace(before, rules=tuple(rule for rule in before.rules if rule.guide in touched)),
        replace(after, rules=tuple(rule for rule in after.rules if rule.guide in touched)),
    )


def turning_days(
    books: Iterable[RuleBook], examples: Iterable[Example], today: datetime.date
) -> tuple[datetime.date, ...]:
    """Return today and each later day on which a rule or an example company begins to hold, or no longer holds."""
    days = {today}
    for book in books:
        days.update(breakpoints(book, today))
    for example in examples:
        if example.valid_from and example.valid_from > today:
            days.add(example.valid_from)
        if example.valid_to and today <= example.valid_to < datetime.date.max:
            days.add(example.valid_to + DAY)
    return tuple(sorted(days))


def of_shown(book: RuleBook, shown: Mapping[int, datetime.date | None]) -> RuleBook:
    """Return the book with the rules of guides that readers are shown, each until its last day, if that is set."""
    rules = []
    for rule in book.rules:
        if rule.guide in shown:
            last = shown[rule.guide]
            ends = [day for day in (rule.valid_to, last) if day is not None]
            rules.append(replace(rule, valid_to=min(ends, default=None)))
    return replace(book, rules=tuple(rules))
