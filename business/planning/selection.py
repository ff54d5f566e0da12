"""Which guides a plan is made of: those of a journey, or else what the finder says of the answers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from wagtail.models import Locale

from business.core.querysets import rows_of
from business.core.translation import Localiser, Text, locales_by_id, source_locale

from .enums import Effect
from .questions import Questionnaire
from .rulebook import Answers, evaluate

__all__ = ["Condition", "Selection", "from_answers", "from_journey"]


@dataclass(frozen=True)
class Condition:
    """An option of the finder that steps of a journey hang on, in the journey's words."""

    question: str
    option: str
    text: Text
    chosen: bool


@dataclass(frozen=True)
class Selection:
    """Guides by their originals' keys: those in the plan and those that may be needed, each with why.

    ``is_judged`` tells that rules have looked at every guide: what is neither is not needed. ``title`` and ``url`` are the
    journey's, if it is one.
    """

    chosen: Mapping[int, Text] = field(default_factory=dict)
    offered: Mapping[int, Text] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    is_judged: bool = False
    title: Text = field(default_factory=Text)
    url: str = ""


def from_answers(sheet: Questionnaire, answers: Answers, day: datetime.date) -> Selection:
    """Return what the rules that hold on the day make of the answers."""
    chosen: dict[int, Text] = {}
    offered: dict[int, Text] = {}
    for outcome in evaluate(sheet.book, answers, day).values():
        if outcome.effect == Effect.NOT_NEEDED:
            continue
        why = sheet.rules[outcome.reasons[0].rule.pk].why if outcome.reasons else Text()
        (chosen if outcome.effect == Effect.NEEDED else offered)[outcome.guide] = why
    return Selection(chosen, offered, is_judged=True)


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
    conditions: dict[tuple[str, str], Condition] = {}
    for step in steps:
        if step.condition_id is None:
            if step.guide_id:
                chosen.setdefault(step.guide_id, Text())
            continue
        key = (step.condition.question.slug, step.condition.slug)
        applies = key[1] in answers.options.get(key[0], ())
        text = say(step, "condition_text")
        conditions.setdefault(key, Condition(*key, text, applies))
        if step.guide_id:
            (chosen if applies else offered).setdefault(step.guide_id, text)
    left = {pk: text for pk, text in offered.items() if pk not in chosen}
    return Selection(chosen, left, tuple(conditions.values()), title=title, url=url)
