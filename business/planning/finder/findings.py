"""What the answers lead to, in words: each guide with the reasons, what they wait for, and what has changed or will.

Reasons are traced to the answers: a reader sees every choice and number that decided.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.models import Locale

from business.core.querysets import is_public
from business.core.translation import Text, locales_by_id
from business.guides.facts import GuideCard
from business.guides.models import GuidePage
from business.guides.reading import read_cards

from ..enums import Effect, QuestionKind
from ..rules.deleted import read_deleted
from ..rules.questions import Questionnaire, QuestionText
from ..rules.rulebook import Answers, Choice, Limit, Outcome, Reason, RuleData, applying, asked, breakpoints, evaluate
from .ordering import in_order, read_ties

__all__ = ["Because", "Change", "Days", "Finding", "Findings", "Ground", "Waiting", "figures", "read_findings"]

MOST_COMING = 3  # days ahead on which something changes for the company


@dataclass(frozen=True)
class Days:
    """The day that is asked about, and the day on which the answers were complete."""

    on: datetime.date
    answered: datetime.date


@dataclass(frozen=True)
class Because:
    """An answer that decided. ``is_not``: what decided is that none of these was chosen. ``limit``: what the number met."""

    question: Text
    said: tuple[Text, ...]
    url: str
    is_not: bool = False
    number: str = ""
    unit: str = ""
    limit: str = ""


@dataclass(frozen=True)
class Waiting:
    """A question that a reason waits for, and where it is answered."""

    question: Text
    url: str


@dataclass(frozen=True)
class Ground:
    """One reason in words."""

    why: Text
    effect: Effect
    is_certain: bool
    because: tuple[Because, ...]
    depends_on: tuple[Waiting, ...]


@dataclass(frozen=True)
class Finding:
    """A guide with what is said of it. ``disagree``: some reasons that apply say needed and others not."""

    effect: Effect
    card: GuideCard
    grounds: tuple[Ground, ...]
    disagree: bool

    def _speaks_against(self, ground: Ground) -> bool:
        return ground.effect == Effect.NOT_NEEDED and self.effect != Effect.NOT_NEEDED

    @property
    def certain(self) -> list[Ground]:
        """What is so."""
        return [ground for ground in self.grounds if ground.is_certain and not self._speaks_against(ground)]

    @property
    def if_so(self) -> list[Ground]:
        """What may be so."""
        return [ground for ground in self.grounds if not ground.is_certain and not self._speaks_against(ground)]

    @property
    def against(self) -> list[Ground]:
        """What says or may say that the company does without."""
        return [ground for ground in self.grounds if self._speaks_against(ground)]

    @property
    def depends_on(self) -> list[Waiting]:
        """Every question that some reason waits for, once."""
        return list(dict.fromkeys(waiting for ground in self.grounds for waiting in ground.depends_on))


@dataclass(frozen=True)
class Change:
    """A guide that comes out otherwise on one day than on another."""

    title: Text
    before: Any
    after: Any


@dataclass(frozen=True)
class Findings:
    """The result. ``touched`` are guides of which a rule was changed since the day of the answers, ``changes`` what came
    out differently, ``coming`` what will, by day.
    """

    needed: list[Finding]
    maybe: list[Finding]
    not_needed: list[Finding]
    answered: datetime.date
    touched: list[Text]
    changes: list[Change]
    coming: list[tuple[datetime.date, list[Change]]]

    @property
    def is_outdated(self) -> bool:
        """Whether the rules have changed since the company answered."""
        return bool(self.touched or self.changes)

    @property
    def touched_only(self) -> list[Text]:
        """Guides that come out as before although one of their rules has changed."""
        told = {change.title for change in self.changes}
        return [title for title in self.touched if title not in told]

    @property
    def leads_somewhere(self) -> bool:
        return bool(self.needed or self.maybe)

    @property
    def in_short(self) -> str:
        """How many guides there are of each sort, in one sentence."""
        needed, maybe = len(self.needed), len(self.maybe)
        if needed and maybe:
            text = ngettext(
                "You need to do %(count)s thing, and may need to do %(maybe)s more.",
                "You need to do %(count)s things, and may need to do %(maybe)s more.",
                needed,
            )
            return text % {"count": needed, "maybe": maybe}
        if needed:
            text = ngettext("You need to do %(count)s thing.", "You need to do %(count)s things.", needed)
            return text % {"count": needed}
        text = ngettext("You may need to do %(count)s thing.", "You may need to do %(count)s things.", maybe)
        return text % {"count": maybe} if maybe else ""


WAS = {
    Effect.NEEDED: _("was needed"),
    Effect.MAYBE: _("might be needed"),
    Effect.NOT_NEEDED: _("was not needed"),
}
IS = {
    Effect.NEEDED: _("is needed"),
    Effect.MAYBE: _("may be needed"),
    Effect.NOT_NEEDED: _("is not needed"),
}

Outcomes = Mapping[int, Outcome]


def _effect(outcomes: Outcomes, guide: int) -> Effect:
    """Return what is said of a guide; one that nothing leads to is not needed."""
    return outcomes[guide].effect if guide in outcomes else Effect.NOT_NEEDED


def _differing(one: Outcomes, other: Outcomes) -> list[int]:
    return [guide for guide in {**one, **other} if _effect(one, guide) != _effect(other, guide)]


def _coming(sheet: Questionnaire, answers: Answers, now: Outcomes, on: datetime.date) -> Iterator[tuple[Any, ...]]:
    """Yield the next days on which something comes out differently, with the outcomes before and from then on."""
    before, found = now, 0
    for day in breakpoints(sheet.book, on):
        after = evaluate(sheet.book, answers, day)
        if _differing(before, after):
            yield day, before, after
            found += 1
        if found == MOST_COMING:
            return
        before = after


def _is_newer(rule: RuleData, days: Days) -> bool:
    """Whether the rule began or ended after the answers were complete."""
    began = rule.valid_from is not None and days.answered < rule.valid_from <= days.on
    ended = rule.valid_to is not None and days.answered <= rule.valid_to < days.on
    return began or ended


def _touched(sheet: Questionnaire, answers: Answers, outcomes: Iterable[Outcomes], days: Days) -> set[int]:
    """Return the guides of which a rule was changed or deleted, began or ended after the answers were complete; one query.

    What a rule said before it was changed is not kept, not even on which days: it counts whenever the company meets its
    conditions.
    """
    changed = {rule.guide for rule in applying(sheet.book, answers) if sheet.rules[rule.pk].changed_on > days.answered}
    deleted = read_deleted(days.answered) if days.answered < days.on else ()
    gone = {rule.guide for rule in applying(replace(sheet.book, rules=deleted), answers)} if deleted else set()
    return (
        changed
        | gone
        | {
            guide
            for found in outcomes
            for guide, outcome in found.items()
            if any(_is_newer(reason.rule, days) for reason in outcome.reasons)
        }
    )


class _Words:
    """Puts reasons into words."""

    def __init__(self, sheet: Questionnaire, answers: Answers, edit_url: Callable[[str], str]) -> None:
        self.sheet, self.answers, self.edit_url = sheet, answers, edit_url
        self.shown = {question.key for question in asked(sheet.book, answers)}

    def grounds(self, outcome: Outcome) -> tuple[Ground, ...]:
        """Return the reasons, each once."""
        return tuple(dict.fromkeys(self._ground(reason) for reason in outcome.reasons))

    def _ground(self, reason: Reason) -> Ground:
        texts = self.sheet.texts
        return Ground(
            why=self.sheet.rules[reason.rule.pk].why,
            effect=reason.rule.effect,
            is_certain=reason.certain,
            because=tuple(self._because(reason.rule)),
            depends_on=tuple(Waiting(texts[key].name, self.edit_url(key)) for key in reason.missing),
        )

    def _said(self, choice: Choice) -> bool:
        key, option = choice
        return key in self.shown and option in self.answers.options.get(key, ())

    def _because(self, rule: RuleData) -> Iterator[Because]:
        """Yield the answers that decided, in the order of the questions."""
        chosen = {choice for choice in rule.all_of | rule.any_of if self._said(choice)}
        for key in self.sheet.texts:
            if key not in self.shown:
                continue
            text = self.sheet.texts[key]
            said = {option for question, option in chosen if question == key}
            avoided = {option for question, option in rule.none_of if question == key}
            limits = [limit for limit in rule.limits if limit.question == key]
            if text.kind == QuestionKind.ONE and avoided and not said:
                # Of one answer it says more what it is than what it is not.
                said = set(self.answers.options.get(key, ()))
            if said:
                yield Because(text.name, self._names(text, said), self.edit_url(key))
            if text.kind == QuestionKind.MANY and avoided and key in self.answers.options:
                yield Because(text.name, self._names(text, avoided), self.edit_url(key), is_not=True)
            if limits and key in self.answers.numbers:
                yield self._number(text, self.answers.numbers[key], limits)

    def _names(self, text: QuestionText, options: set[str]) -> tuple[Text, ...]:
        return tuple(option.name for option in text.options.values() if option.key in options)

    def _number(self, text: QuestionText, number: int, limits: list[Limit]) -> Because:
        low = max((limit.at_least for limit in limits if limit.at_least is not None), default=None)
        high = min((limit.at_most for limit in limits if limit.at_most is not None), default=None)
        return Because(
            text.name,
            (),
            self.edit_url(text.key),
            number=figures(number),
            unit=text.unit_of(number),
            limit=_limit(low, high),
        )


def figures(number: int) -> str:
    """Write a number as the language does."""
    return number_format(number, 0, use_l10n=True, force_grouping=True)


def _limit(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{figures(low)}–{figures(high)}"
    if low is not None:
        return str(_("at least %(number)s") % {"number": figures(low)})
    return str(_("at most %(number)s") % {"number": figures(high)}) if high is not None else ""


def _title(card: GuideCard, locale: Locale) -> Text:
    language = locales_by_id()[card.page.locale_id].language_code
    return Text(card.page.title, "" if card.page.locale_id == locale.pk else language)


def read_findings(
    sheet: Questionnaire, answers: Answers, days: Days, locale: Locale, edit_url: Callable[[str], str]
) -> Findings:
    """Return what the answers lead to on the day. Guides that readers cannot see are left out.

    Asks the database a fixed number of times: once for the guides, once for their order, once for deleted rules if the
    answers are of an earlier day, and what their cards ask.
    """
    now = evaluate(sheet.book, answers, days.on)
    then = evaluate(sheet.book, answers, days.answered)
    coming = list(_coming(sheet, answers, now, days.on))
    touched = _touched(sheet, answers, (then, now), days)
    spoken_of = {*now, *then, *touched, *(guide for _day, _before, after in coming for guide in after)}
    originals = list(
        GuidePage.objects.live()
        .filter(is_public(), pk__in=spoken_of)
        .select_related("area")
        .defer("body")
        .order_by("sort_key", "pk")
    )
    cards = {guide.pk: card for guide, card in zip(originals, read_cards(originals, locale, days.on), strict=True)}
    titles = {guide: _title(card, locale) for guide, card in cards.items()}

    def changes(before: Outcomes, after: Outcomes, words: Mapping[Effect, Any]) -> list[Change]:
        differing = set(_differing(before, after))
        return [
            Change(title, words[_effect(before, guide)], IS[_effect(after, guide)])
            for guide, title in titles.items()
            if guide in differing
        ]

    words = _Words(sheet, answers, edit_url)
    groups: dict[Effect, list[Finding]] = {effect: [] for effect in Effect}
    for guide in in_order(list(cards), read_ties(cards.keys())):
        if guide in now:
            effect = now[guide].effect
            certain = {reason.rule.effect for reason in now[guide].reasons if reason.certain}
            disagree = effect == Effect.MAYBE and Effect.NOT_NEEDED in certain and len(certain) > 1
            groups[effect].append(Finding(effect, cards[guide], words.grounds(now[guide]), disagree))
    return Findings(
        needed=groups[Effect.NEEDED],
        maybe=groups[Effect.MAYBE],
        not_needed=groups[Effect.NOT_NEEDED],
        answered=days.answered,
        touched=[title for guide, title in titles.items() if guide in touched],
        changes=changes(then, now, WAS),
        coming=[(day, found) for day, before, after in coming if (found := changes(before, after, IS))],
    )
