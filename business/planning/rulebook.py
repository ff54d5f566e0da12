"""Questions and rules as plain data, and what they say of a company's answers. Pure: nothing is read, nothing stored.

A question may be left unanswered: then what hangs on it is neither so nor not so, and what it leads to may be needed.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from .enums import Effect, QuestionKind

__all__ = ["Answers", "Asked", "Choice", "Limit", "Outcome", "Reason", "RuleBook", "RuleData"]

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


@dataclass(frozen=True)
class Answers:
    """What a company has answered. A question that is not a key of either is unanswered; an empty set says “none of them”."""

    options: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


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
