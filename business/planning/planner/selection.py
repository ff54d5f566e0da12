"""Which guides a plan is made of: those of a journey, or else what the finder says of the answers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from wagtail.models import Locale

from business.core.querysets import rows_of
from business.core.translation import Localiser, Text, locales_by_id, source_locale

from ..enums import Effect
from ..rules.questions import Questionnaire
from ..rules.rulebook import Answers, breakpoints, evaluate

__all__ = ["ChosenCondition", "RuleChange", "Selection", "from_answers", "from_journey"]


@dataclass(frozen=True)
class ChosenCondition:
    """An option of the finder that steps of a journey hang on, in the journey's words."""

    question: str
    option: str
    text: Text
    chosen: bool


@dataclass(frozen=True)
class RuleChange:
    """That a guide, by its original's key, is ``effect`` from ``day`` on, and that it is something else today."""

    guide: int
    day: datetime.date
    effect: Effect


@dataclass(frozen=True)
class Selection:
    """Guides by their originals' keys: those in the plan and those that may be needed, each with why.

    ``is_judged`` tells that rules have looked at every guide: what is neither is not needed. ``unasked`` are guides that may
    be needed and that no box of a condition adds. ``undecided`` are those offered of which the answers do not say whether they
    are needed, ``open_questions`` the keys of the questions that would, in order. ``changes`` is what the rules of today say otherwise. ``title`` and
    ``url`` are the journey's, if it is one.
    """

    chosen: Mapping[int, Text] = field(default_factory=dict)
    offered: Mapping[int, Text] = field(default_factory=dict)
    conditions: tuple[ChosenCondition, ...] = ()
    is_judged: bool = False
    unasked: frozenset[int] = frozenset()
    undecided: frozenset[int] = frozenset()
    open_questions: tuple[str, ...] = ()
    changes: tuple[RuleChange, ...] = ()
    title: Text = field(default_factory=Text)
    url: str = ""


def from_answers(sheet: Questionnaire, answers: Answers, day: datetime.date, today: datetime.date) -> Selection:
    """Return what the rules that hold on the day make of the answers, and what differs from the rules of today."""
    chosen: dict[int, Text] = {}
    offered: dict[int, Text] = {}
    missing: set[str] = set()
    for outcome in evaluate(sheet.book, answers, day).values():
        if outcome.effect == Effect.NOT_NEEDED:
            continue
        why = sheet.rules[outcome.reasons[0].rule.pk].why if outcome.reasons else Text()
        (chosen if outcome.effect == Effect.NEEDED else offered)[outcome.guide] = why
        if outcome.effect == Effect.MAYBE:
            missing.update(key for reason in outcome.reasons for key in reason.missing)
    return Selection(
        chosen,
        offered,
        is_judged=True,
        unasked=frozenset(offered),
        undecided=frozenset(offered),
        open_questions=tuple(question.key for question in sheet.book.questions if question.key in missing),
        changes=tuple(_rule_changes(sheet, answers, day, today)),
    )


def _rule_changes(
    sheet: Questionnaire, answers: Answers, day: datetime.date, today: datetime.date
) -> Iterable[RuleChange]:
    """Yield each guide that is something else on the day than it is today, with when it becomes so for good."""
    days = [today, *(change for change in breakpoints(sheet.book, today) if change <= day)]
    effects = [
        {outcome.guide: outcome.effect for outcome in evaluate(sheet.book, answers, each).values()} for each in days
    ]
    for guide in dict.fromkeys(guide for found in effects for guide in found):
        # What no rule speaks of is not needed.
        course = [found.get(guide, Effect.NOT_NEEDED) for found in effects]
        if course[-1] != course[0]:
            since = max(place for place, effect in enumerate(course) if effect != course[-1]) + 1
            yield RuleChange(guide, days[since], course[-1])


def from_journey(slug: str, answers: Answers, locale: Locale) -> Selection | None:
    """Read a journey by its original's slug: the steps that everybody takes, and those whose condition is answered so.

    None when there is no such journey for everybody to read. Three queries at most.
    """
    model = apps.get_model("planning", "JourneyPage")
    source = model.objects.live().public().filter(slug=slug, locale=source_locale()).defer("body").first()
    if source is None:
        return None
    shown = source
    if locale.pk != source.locale_id:
        translations = model.objects.live().public().filter(locale=locale, translation_key=source.translation_key)
        shown = translations.defer("body").first() or source
    shown.locale = locales_by_id()[shown.locale_id]  # known already: no query for its address
    both = [source] if shown.pk == source.pk else [source, shown]
    rows = rows_of(both, "steps", lambda steps: steps.select_related("condition__question"))
    say = Localiser(locale)
    for row in rows[shown.pk] if shown.pk != source.pk else ():
        say.add(row)
    language = "" if shown.locale_id == locale.pk else shown.locale.language_code
    return _of_steps(rows[source.pk], say, answers, Text(shown.title, language), shown.get_url() or "")


def _of_steps(steps: list[Any], say: Localiser, answers: Answers, title: Text, url: str) -> Selection:
    chosen: dict[int, Text] = {}
    offered: dict[int, Text] = {}
    conditions: dict[tuple[str, str], ChosenCondition] = {}
    unasked: set[int] = set()
    answered: set[int] = set()
    for step in steps:
        if step.condition_id is None:
            if step.guide_id:
                chosen.setdefault(step.guide_id, Text())
            continue
        key = (step.condition.question.slug, step.condition.slug)
        applies = key[1] in answers.options.get(key[0], ())
        text = say(step, "condition_text")
        if step.condition.question.live:
            conditions.setdefault(key, ChosenCondition(*key, text, applies))
        elif step.guide_id:
            # A question that is not asked any more has no answer: the reader adds the matter itself.
            unasked.add(step.guide_id)
        if step.guide_id and step.condition.question.live and answers.has(key[0]):
            answered.add(step.guide_id)
        if step.guide_id:
            (chosen if applies else offered).setdefault(step.guide_id, text)
    left = {pk: text for pk, text in offered.items() if pk not in chosen}
    found = tuple(conditions.values())
    return Selection(
        chosen,
        left,
        found,
        unasked=frozenset(unasked & left.keys()),
        undecided=frozenset(left.keys() - answered),
        title=title,
        url=url,
    )
