"""Reads journeys: phases with their steps, guides as cards with cost and time, and what a plan of it is asked for.

Facts (which guides, conditions, web addresses) come from the original, texts from the page in the reader's language.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q
from wagtail.models import Locale

from business.core.querysets import rows_of
from business.core.translation import Localiser, Text, locales_by_id, source_locale, source_page
from business.guides.facts import GuideCard
from business.guides.models import GuidePage
from business.guides.reading import read_cards

from ..enums import QuestionKind
from ..models.questions import Option

__all__ = ["Condition", "ConditionGroup", "Journey", "Note", "Phase", "StepView", "read_journey"]


@dataclass(frozen=True)
class Condition:
    """An option of the finder that a step hangs on, in the journey's own words: “if you serve alcohol”."""

    question: str
    option: str
    text: Text

    @property
    def id(self) -> str:
        return f"only-{self.question}-{self.option}"


@dataclass(frozen=True)
class ConditionGroup:
    """The conditions of one question of the finder. Of an ``exclusive`` one at most one can hold."""

    question: str
    exclusive: bool
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Note:
    """What to think of at a step, when ``condition`` holds, or always."""

    text: Text
    condition: Condition | None = None


@dataclass(frozen=True)
class StepView:
    """A guide with its card, or something to do outside our guides: ``title``, where it is done, and a link if there is one.

    Where a guide is needed for several reasons there is a note for each.
    """

    notes: tuple[Note, ...]
    card: GuideCard | None = None
    title: Text = field(default_factory=Text)
    actor: Text = field(default_factory=Text)
    url: str = ""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """When the step is taken: in one of these cases, or always when there is none."""
        found = [note.condition for note in self.notes]
        return () if None in found else tuple(condition for condition in found if condition)


@dataclass(frozen=True)
class Phase:
    """Steps under one heading; the steps before the first heading have none."""

    number: int
    title: Text
    steps: tuple[StepView, ...]


@dataclass(frozen=True)
class Journey:
    """A journey as its page shows it. ``answers`` are those that it gives the finder by itself, as pairs of an address."""

    key: str
    event: Text
    trade: Text
    phases: tuple[Phase, ...]
    answers: tuple[tuple[str, str], ...]
    groups: tuple[ConditionGroup, ...]

    @property
    def steps(self) -> list[StepView]:
        return [step for phase in self.phases for step in phase.steps]

    @property
    def guides(self) -> list[GuideCard]:
        """The guides on the way, each once."""
        return list({step.card.page.pk: step.card for step in self.steps if step.card}.values())

    @property
    def always(self) -> int:
        """How many of the guides everybody meets."""
        return len({step.card.page.pk for step in self.steps if step.card and not step.conditions})

    @property
    def outside(self) -> int:
        """How many steps are taken outside our guides."""
        return sum(step.card is None for step in self.steps)


def read_journey(page: Any, day: datetime.date) -> Journey:
    """Read a journey as of ``day`` in the page's language, in a fixed number of queries."""
    locale = locales_by_id()[page.locale_id]
    source = source_page(page)
    both = [source] if page.pk == source.pk else [source, page]
    rows = rows_of(both, "steps")
    steps = rows[source.pk]
    options = _options(source, steps)
    say = Localiser(locale, [source.event, source.trade])
    if page.pk != source.pk:
        for row in rows[page.pk]:
            say.add(row)
    cards = _cards(steps, locale, day)
    shown = [row for row in steps if row.guide_id in cards or not row.guide_id]
    return Journey(
        key=source.slug,
        event=say(source.event, "name"),
        trade=say(source.trade, "name"),
        phases=tuple(_phases(steps, cards, options, say)),
        answers=tuple(_answers(source, shown, options)),
        groups=tuple(_groups(shown, options, say)),
    )


def _options(source: Any, steps: Iterable[Any]) -> dict[int, Option]:
    """Return the options that steps hang on, and those that the trade and the event answer by themselves; one query."""
    wanted = Q(pk__in={row.condition_id for row in steps if row.condition_id})
    if source.trade_id:
        wanted |= Q(trade=source.trade_id, question__locale=source_locale())
    if source.event_id:
        wanted |= Q(event=source.event_id, question__locale=source_locale())
    options = Option.objects.filter(wanted).select_related("question")
    in_order = options.order_by("question__position", "question_id", "sort_order", "pk")
    return {option.pk: option for option in in_order}


def _answers(source: Any, steps: list[Any], options: dict[int, Option]) -> Iterable[tuple[str, str]]:
    """Return one answer for the event and one for the trade, so that what steps hang on is asked at all.

    A question that the reader ticks on the page is left to the reader.
    """
    ticked = {options[row.condition_id].question_id for row in steps if row.condition_id in options}
    answered: dict[int, Option] = {}
    for fits in ("event_id", "trade_id"):
        key = getattr(source, fits)
        for option in options.values() if key else ():
            if option.question.live and getattr(option, fits) == key and option.question_id not in ticked:
                answered.setdefault(option.question_id, option)
                break
    return [(option.question.slug, option.slug) for option in answered.values()]


def _condition(row: Any, options: dict[int, Option], say: Localiser) -> Condition | None:
    option = options.get(row.condition_id)
    return Condition(option.question.slug, option.slug, say(row, "condition_text")) if option else None


def _groups(steps: list[Any], options: dict[int, Option], say: Localiser) -> Iterable[ConditionGroup]:
    """Return each condition that the finder asks about once, by question, in the order of the steps."""
    found: dict[str, dict[str, Condition]] = {}
    kinds: dict[str, str] = {}
    for row in steps:
        condition = _condition(row, options, say)
        if condition and options[row.condition_id].question.live:
            kinds[condition.question] = options[row.condition_id].question.kind
            found.setdefault(condition.question, {}).setdefault(condition.option, condition)
    return [
        ConditionGroup(
            question, kinds[question] == QuestionKind.ONE and len(conditions) > 1, tuple(conditions.values())
        )
        for question, conditions in found.items()
    ]


def _cards(steps: Iterable[Any], locale: Locale, day: datetime.date) -> dict[int, GuideCard]:
    """Return the cards of the guides that everybody may read, by their originals' keys."""
    wanted = {row.guide_id for row in steps if row.guide_id}
    guides = list(GuidePage.objects.live().public().filter(pk__in=wanted).select_related("area").defer("body"))
    return {guide.pk: card for guide, card in zip(guides, read_cards(guides, locale, day), strict=True)}


def _phases(
    steps: Iterable[Any], cards: dict[int, GuideCard], options: dict[int, Option], say: Localiser
) -> Iterable[Phase]:
    phases: list[tuple[Text, list[StepView]]] = []
    for row in steps:
        if row.phase or not phases:
            phases.append((say(row, "phase"), []))
        step = _step(row, cards, options, say)
        if step is not None:
            _put(phases[-1][1], step)
    with_steps = [(title, found) for title, found in phases if found]
    return [Phase(number, title, tuple(found)) for number, (title, found) in enumerate(with_steps, start=1)]


def _step(row: Any, cards: dict[int, GuideCard], options: dict[int, Option], say: Localiser) -> StepView | None:
    """Return a row as a step; nothing for a guide that is not there to be read."""
    note = Note(say(row, "text"), _condition(row, options, say))
    if row.guide_id:
        return StepView((note,), cards[row.guide_id]) if row.guide_id in cards else None
    return StepView((note,), title=say(row, "title"), actor=say(row, "actor"), url=row.url)


def _put(steps: list[StepView], step: StepView) -> None:
    """Add a step to a phase; a guide that is there already gets one more reason instead of a second card."""
    for place, other in enumerate(steps):
        if step.card and other.card and other.card.page.pk == step.card.page.pk:
            steps[place] = replace(other, notes=(*other.notes, *step.notes))
            return
    steps.append(step)
