"""Reads the finder's questions and rules: what they are from the originals, their words in the reader's language."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils import timezone
from wagtail.models import Locale

from business.core.translation import Localiser, Text, source_locale, with_texts

from ..enums import Effect, How, QuestionKind
from ..models.questions import Option, Question, ShownWhen
from ..models.rules import Rule, RuleLimit, RuleOption
from .rulebook import Asked, Choice, Limit, RuleBook, RuleData

__all__ = [
    "OptionText",
    "QuestionText",
    "Questionnaire",
    "RuleText",
    "read_book",
    "read_questionnaire",
    "read_rules",
    "rule_data",
]


@dataclass(frozen=True)
class OptionText:
    """An option in words. ``trade`` and ``event`` are the keys of what it says of the company, or empty."""

    key: str
    name: Text
    help: Text
    trade: str = ""
    event: str = ""


@dataclass(frozen=True)
class QuestionText:
    """A question in words. ``basis`` is the key of what its number counts for fees, or empty; ``one`` is one of them."""

    key: str
    kind: QuestionKind
    name: Text
    help: Text
    unit: Text
    options: Mapping[str, OptionText] = field(default_factory=dict)
    basis: str = ""
    one: Text = field(default_factory=Text)

    def unit_of(self, number: int) -> Text:
        """Return what stands after the number: the unit, which is in the plural; of one its singular, or nothing."""
        return self.one if number == 1 else self.unit


@dataclass(frozen=True)
class RuleText:
    """Why a rule says what it says, and when it was changed last."""

    why: Text
    changed_on: datetime.date


@dataclass(frozen=True)
class Questionnaire:
    """All questions that are asked, with their words. Its book has no rules until they are read too.

    ``retired`` are the keys of questions that are not asked: any more, or yet.
    """

    book: RuleBook
    texts: Mapping[str, QuestionText]
    rules: Mapping[int, RuleText] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()


def _questions(locale: Locale | None = None) -> list[Question]:
    """Return all questions, asked or not; for a language with the words of what their numbers count."""
    originals = Question.objects.filter(locale=source_locale()).order_by("position", "sort_key", "pk")
    return list(with_texts(originals, "basis", ("one",), locale) if locale else originals)


def _options() -> dict[int, list[Option]]:
    found: dict[int, list[Option]] = defaultdict(list)
    originals = Option.objects.filter(question__live=True, question__locale=source_locale())
    for option in originals.select_related("trade", "event").order_by("sort_order", "pk"):
        found[option.question_id].append(option)
    return found


def _conditions() -> dict[int, dict[str, set[Choice]]]:
    """Return the options that each question hangs on, by the question that they belong to."""
    found: dict[int, dict[str, set[Choice]]] = defaultdict(lambda: defaultdict(set))
    rows = ShownWhen.objects.filter(question__live=True, question__locale=source_locale())
    names = ("question_id", "option__question__slug", "option__slug")
    for question, key, option in rows.order_by("sort_order", "pk").values_list(*names):
        found[question][key].add((key, option))
    return found


def _asked(question: Question, options: list[Option], when: Mapping[str, set[Choice]]) -> Asked:
    kind = QuestionKind(question.kind)
    is_number = kind == QuestionKind.NUMBER
    return Asked(
        key=question.slug,
        kind=kind,
        options=() if is_number else tuple(option.slug for option in options),
        when=tuple(frozenset(choices) for choices in when.values()),
        minimum=question.minimum if is_number else None,
        maximum=question.maximum if is_number else None,
    )


def _question_text(question: Question, options: list[Option], say: Localiser) -> QuestionText:
    return QuestionText(
        key=question.slug,
        kind=QuestionKind(question.kind),
        name=say(question, "name"),
        help=say(question, "help_text"),
        unit=say(question, "unit"),
        options={
            option.slug: OptionText(
                option.slug,
                say(option, "name"),
                say(option, "help_text"),
                option.trade.slug if option.trade else "",
                option.event.slug if option.event else "",
            )
            for option in options
        },
        basis=question.basis.slug if question.basis else "",
        one=say.related(question, "basis", "one"),
    )


def read_questionnaire(locale: Locale) -> Questionnaire:
    """Read the questions that are asked, in order: three queries, and two for the texts of another language."""
    found, options, conditions = _questions(locale), _options(), _conditions()
    questions = [question for question in found if question.live]
    say = Localiser(locale, [*questions, *(option for found in options.values() for option in found)])
    return Questionnaire(
        RuleBook(tuple(_asked(question, options[question.pk], conditions[question.pk]) for question in questions)),
        {question.slug: _question_text(question, options[question.pk], say) for question in questions},
        retired=frozenset(question.slug for question in found if not question.live),
    )


def _rule_data(
    rules: list[Rule],
) -> tuple[RuleData, ...]:
    """Return the rules with their conditions: two queries."""
    source = source_locale()
    choices: dict[int, dict[str, set[Choice]]] = defaultdict(lambda: defaultdict(set))
    names = ("rule_id", "how", "option__question__slug", "option__slug")
    for rule, how, key, option in RuleOption.objects.filter(rule__locale=source).values_list(*names):
        choices[rule][how].add((key, option))
    limits: dict[int, list[Limit]] = defaultdict(list)
    numbers = RuleLimit.objects.filter(rule__locale=source).order_by("sort_order", "pk")
    for rule, key, low, high in numbers.values_list("rule_id", "question__slug", "at_least", "at_most"):
        limits[rule].append(Limit(key, low, high))
    return tuple(
        RuleData(
            pk=rule.pk,
            guide=rule.guide_id,
            effect=Effect(rule.effect),
            all_of=frozenset(choices[rule.pk][How.ALL]),
            any_of=frozenset(choices[rule.pk][How.ANY]),
            none_of=frozenset(choices[rule.pk][How.NONE]),
            limits=tuple(limits[rule.pk]),
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
        )
        for rule in rules
    )


def _rules() -> list[Rule]:
    return list(Rule.objects.filter(locale=source_locale()).order_by("guide__sort_key", "pk"))


def rule_data(rule: Rule) -> RuleData:
    """Return one rule with its conditions: two queries."""
    return _rule_data([rule])[0]


def read_rules(sheet: Questionnaire, locale: Locale) -> Questionnaire:
    """Return the questionnaire with all rules, over and coming too: three queries, and one for another language."""
    rules = _rules()
    say = Localiser(locale, rules)
    texts = {rule.pk: RuleText(say(rule, "why"), timezone.localdate(rule.changed_at)) for rule in rules}
    return replace(sheet, book=replace(sheet.book, rules=_rule_data(rules)), rules=texts)


def read_book(day: datetime.date | None = None) -> RuleBook:
    """Return the questions that are asked and all rules, or those that hold on a day: six queries, however many there are."""
    options, conditions = _options(), _conditions()
    questions = tuple(
        _asked(question, options[question.pk], conditions[question.pk]) for question in _questions() if question.live
    )
    rules = _rule_data(_rules())
    return RuleBook(questions, tuple(rule for rule in rules if day is None or rule.holds_on(day)))
