"""Questions, rules and example companies in words, for the lists of the admin."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..enums import How, QuestionKind
from ..rules.rulebook import Answers
from .personas import Miss

__all__ = ["answers_in_words", "conditions_of", "miss_in_words", "options_of", "period_of", "when_asked"]


def conditions_of(rule: Any) -> list[str]:
    """Return the conditions of a rule, one a line; its rows, with options and questions, are best fetched before."""
    by_how: dict[str, dict[str, list[str]]] = {how: {} for how in How.values}
    for row in rule.options.all():
        by_how[row.how].setdefault(row.option.question.name, []).append(row.option.name)
    lines = [f"{question} → {_all_of(options)}" for question, options in by_how[How.ALL].items()]
    one_of = [f"{question} → {_one_of(options)}" for question, options in by_how[How.ANY].items()]
    lines += one_of if len(one_of) < 2 else [_("One of: %(options)s") % {"options": "; ".join(one_of)}]
    for question, options in by_how[How.NONE].items():
        lines.append(_("%(question)s → not %(options)s") % {"question": question, "options": _one_of(options)})
    lines += [f"{row.question.name} {_limits(row.at_least, row.at_most)}" for row in rule.limits.all()]
    return lines or [_("Always")]


def _all_of(options: list[str]) -> str:
    return _listed(options, pgettext("between two answers", " and "))


def _one_of(options: list[str]) -> str:
    return _listed(options, pgettext("between two answers", " or "))


def _listed(options: list[str], last: str) -> str:
    """Return the options in one line; several stand within quotes, since an option may itself say “or”."""
    if len(options) == 1:
        return options[0]
    quoted = [_("“%(option)s”") % {"option": option} for option in options]
    return f"{', '.join(quoted[:-1])}{last}{quoted[-1]}"


def _limits(low: int | None, high: int | None) -> str:
    if low is None:
        return _("at most %(high)s") % {"high": high}
    if high is None:
        return _("at least %(low)s") % {"low": low}
    return f"{low}–{high}"


def period_of(item: Any, day: datetime.date) -> str:
    """Return the period in words, and whether it is over or still to come; empty when it is without end."""
    text = capfirst(item.period_text)
    if item.valid_to and item.valid_to < day:
        return _("%(period)s (over)") % {"period": text}
    if item.starts_after(day):
        return _("%(period)s (still to come)") % {"period": text}
    return text


def options_of(question: Any) -> str:
    """Return the options of a question in one line; they are best fetched before."""
    return ", ".join(option.name for option in question.options.all())


def when_asked(question: Any) -> list[str]:
    """Return when a question is asked, one condition a line; its conditions are best fetched before."""
    if not question.live:
        return [_("Not asked")]
    names: dict[str, list[str]] = {}
    for row in question.shown_when.all():
        names.setdefault(row.option.question.name, []).append(row.option.name)
    return [f"{name} → {_one_of(options)}" for name, options in names.items()] or [_("Always")]


def miss_in_words(miss: Miss, titles: Mapping[int, str]) -> str:
    """Return what the finder says of a guide instead of what it must say."""
    words = {"guide": titles.get(miss.guide, ""), "expected": miss.expected.label, "found": miss.found.label}
    return _("%(guide)s: should be “%(expected)s”, is “%(found)s”") % words


def answers_in_words(answers: Answers, questions: Iterable[Any]) -> list[str]:
    """Return answers one a line, in the order of the questions, which have their options fetched."""
    return [line for question in questions for line in _answer(answers, question)]


def _answer(answers: Answers, question: Any) -> Iterator[str]:
    if question.slug in answers.numbers:
        yield f"{question.name} {answers.numbers[question.slug]} {question.unit}".strip()
    elif question.slug in answers.options:
        chosen = answers.options[question.slug]
        names = [option.name for option in question.options.all() if option.slug in chosen]
        if names or question.kind == QuestionKind.MANY:
            yield f"{question.name} → {', '.join(names) or _('none of them')}"
