"""What is wrong with the finder's questions and rules, or will be: each line with where it is mended.

Everything is read in a fixed number of queries, then computed.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from business.core.translation import locales, source_locale
from business.guides.models import GuidePage

from ..enums import ENDED, REFUSED, Effect, QuestionKind
from ..models import BusinessEvent, JourneyStep, Question, Rule
from ..rules.logic import can_apply, can_meet, example, reachable
from ..rules.questions import read_book
from ..rules.rulebook import RuleBook, RuleData
from .guard import read_examples, read_shown
from .links import FinderLinks
from .personas import misses, of_shown, turning_days
from .words import answers_in_words, miss_in_words

__all__ = ["Line", "Section", "read_report", "urgent_numbers"]

FRESH_FOR = 600  # seconds


@dataclass(frozen=True)
class Line:
    """Something to look at: what it is, where it is mended, what there is to know, and where in the finder it shows."""

    text: str
    url: str
    details: tuple[str, ...] = ()
    finder_url: str = ""


@dataclass(frozen=True)
class Section:
    """Lines of one kind. What is ``urgent`` makes the finder say something wrong or leave something out."""

    key: str
    heading: Any
    help: Any
    urgent: bool
    lines: tuple[Line, ...]


def read_report(today: datetime.date) -> list[Section]:
    """Return all sections, those without lines too, the worst first."""
    facts = _Facts(today)
    return [Section(key, heading, text, urgent, tuple(find(facts))) for key, heading, text, urgent, find in _KINDS]


def urgent_numbers(today: datetime.date) -> list[tuple[str, Any, int]]:
    """Return key, heading and number of lines of each urgent section that has any.

    Worked out anew when anybody has changed anything in the admin, and every ten minutes: translations and guides that end
    by themselves leave no trace there.
    """
    latest = [
        model.objects.order_by("-pk").values_list("pk", flat=True).first() for model in (PageLogEntry, ModelLogEntry)
    ]
    key = f"finder-rules:{today}:{latest}".replace(" ", "")
    numbers = cache.get(key)
    if numbers is None:
        numbers = {section.key: len(section.lines) for section in read_report(today) if section.urgent}
        cache.set(key, numbers, timeout=FRESH_FOR)
    return [(key, heading, numbers[key]) for key, heading, *_rest in _KINDS if numbers.get(key)]


@dataclass
class _Facts:
    """What the sections are computed of. ``whole`` has all rules, ``book`` those of guides that readers are shown."""

    today: datetime.date
    whole: RuleBook = field(init=False)
    book: RuleBook = field(init=False)
    questions: list[Question] = field(init=False)
    rules: dict[int, Rule] = field(init=False)
    guides: dict[int, GuidePage] = field(init=False)

    def __post_init__(self) -> None:
        source = source_locale()
        self.whole, self.shown = read_book(None), read_shown()
        self.book = of_shown(self.whole, self.shown)
        self.questions = list(Question.objects.filter(locale=source).prefetch_related("options"))
        self.by_key = {question.slug: question for question in self.questions}
        self.rules = {
            rule.pk: rule for rule in Rule.objects.filter(locale=source).select_related("guide").defer("guide__body")
        }
        guides = GuidePage.objects.filter(locale=source).defer("body").order_by("sort_key", "pk")
        self.guides = {guide.pk: guide for guide in guides}
        self.links = FinderLinks(self.whole)
        self.companies = read_examples()

    def coming(self) -> Iterator[RuleData]:
        """Yield the rules that hold today or later."""
        yield from (rule for rule in self.whole.rules if rule.valid_to is None or rule.valid_to >= self.today)

    def line(self, rule: RuleData, *details: str) -> Line:
        stored = self.rules[rule.pk]
        return Line(str(stored), _edit(stored), (stored.why, *details))


def _edit(record: Any) -> str:
    if isinstance(record, Page):
        return reverse("wagtailadmin_pages:edit", args=[record.pk])
    return reverse(type(record).snippet_viewset.get_url_name("edit"), args=[record.pk])


# --- What the finder says -------------------------------------------------------------------------------------------


def _examples(facts: _Facts) -> Iterator[Line]:
    """Example companies that do not come out right, today or on a later day, each guide with the first such day."""
    companies = facts.companies
    titles = {pk: guide.title for pk, guide in facts.guides.items()}
    days = turning_days([facts.book], companies, facts.today)
    for company in companies:
        found: dict[int, str] = {}
        for day in days:
            since = _("from %(start)s") % {"start": date_format(day, "DATE_FORMAT")} if day > facts.today else ""
            for miss in misses(facts.book, company, day):
                text = miss_in_words(miss, titles)
                found.setdefault(miss.guide, f"{text} ({since})" if since else text)
        if found:
            url = reverse("wagtailsnippets_planning_persona:edit", args=[company.pk])
            yield Line(company.name, url, tuple(found.values()), facts.links.for_example(company))


def _contradictions(facts: _Facts) -> Iterator[Line]:
    """Rules that say needed and not needed of one guide, and apply to one company on one day."""
    by_guide: dict[int, dict[Effect, list[RuleData]]] = defaultdict(lambda: defaultdict(list))
    for rule in facts.coming():
        by_guide[rule.guide][rule.effect].append(rule)
    for rules in by_guide.values():
        for one, other in product(rules[Effect.NEEDED], rules[Effect.NOT_NEEDED]):
            if can_meet(one, other, facts.whole):
                answers = example(facts.whole, one, other)
                says = answers_in_words(answers, facts.questions) if answers else []
                against = _("Against: %(rule)s") % {"rule": facts.rules[other.pk].why}
                line = facts.line(one, against, _("Both apply when: %(answers)s") % {"answers": "; ".join(says)})
                yield Line(line.text, line.url, line.details, facts.links.for_answers(answers))


def _never(facts: _Facts) -> Iterator[Line]:
    yield from (facts.line(rule) for rule in facts.coming() if not can_apply(rule, facts.whole))


def _unled(facts: _Facts) -> Iterator[Line]:
    led = {rule.guide for rule in facts.coming() if rule.effect != Effect.NOT_NEEDED}
    for pk, guide in facts.guides.items():
        if pk in facts.shown and pk not in led:
            yield Line(guide.title, _edit(guide))


def _hidden(facts: _Facts) -> Iterator[Line]:
    yield from (facts.line(rule) for rule in facts.coming() if rule.guide not in facts.shown)


def _over(facts: _Facts) -> Iterator[Line]:
    for rule in facts.whole.rules:
        if rule.valid_to and rule.valid_to < facts.today:
            yield facts.line(rule, facts.rules[rule.pk].period_text)


# --- What it asks ---------------------------------------------------------------------------------------------------


def _unreachable(facts: _Facts) -> Iterator[Line]:
    for question in facts.questions:
        if question.live and not reachable(facts.whole, question.slug):
            yield Line(question.name, _edit(question))


def _order(facts: _Facts) -> Iterator[Line]:
    places = {question.key: place for place, question in enumerate(facts.whole.questions)}
    for asked in facts.whole.questions:
        later = {key for choices in asked.when for key, _option in choices if places.get(key, -1) > places[asked.key]}
        if later:
            question = facts.by_key[asked.key]
            names = ", ".join(facts.by_key[key].name for key in sorted(later, key=places.__getitem__))
            yield Line(question.name, _edit(question), (_("Hangs on: %(questions)s") % {"questions": names},))


def _unused(facts: _Facts) -> Iterator[Line]:
    """Answers that lead nowhere. Of a question to which there is one answer, one may: it says “nothing of this”."""
    used = {choice for rule in facts.whole.rules for choice in rule.all_of | rule.any_of | rule.none_of}
    used |= {choice for asked in facts.whole.questions for choices in asked.when for choice in choices}
    by_journeys = set(JourneyStep.objects.filter(condition__isnull=False).values_list("condition", flat=True))
    numbers = {limit.question for rule in facts.whole.rules for limit in rule.limits}
    for question in facts.questions:
        if question.kind == QuestionKind.NUMBER:
            unused = [] if question.slug in numbers or question.basis_id or not question.live else [""]
        else:
            options = [option for option in question.options.all() if not (option.trade_id or option.event_id)]
            unused = [
                option.name
                for option in options
                if (question.slug, option.slug) not in used and option.pk not in by_journeys
            ]
            if question.kind == QuestionKind.ONE and len(unused) == 1 and question.options.all()[1:]:
                unused = []
        if unused:
            yield Line(question.name, _edit(question), tuple(name for name in unused if name))


# --- What is beside it ----------------------------------------------------------------------------------------------


def _refused(facts: _Facts) -> Iterator[Line]:
    """Until somebody has written in the guide again."""
    for guide, entry in _by_the_clock(facts, REFUSED):
        if guide.has_unpublished_changes:
            yield Line(guide.title, _edit(guide), tuple(entry.data.get("why", [])))


def _ended(facts: _Facts) -> Iterator[Line]:
    """Until somebody has written in the guide again, or no example company needs it any more."""
    missed = {miss.guide for company in facts.companies for miss in misses(facts.book, company, facts.today)}
    for guide, entry in _by_the_clock(facts, ENDED):
        if not guide.live and guide.pk in missed:
            yield Line(guide.title, _edit(guide), tuple(entry.data.get("why", [])))


def _by_the_clock(facts: _Facts, action: str) -> Iterator[tuple[GuidePage, PageLogEntry]]:
    """Yield guides with the last of this that the clock did to them, unless they were written in since."""
    entries = PageLogEntry.objects.filter(action=action, page_id__in=facts.guides).order_by("timestamp", "pk")
    for pk, entry in {entry.page_id: entry for entry in entries}.items():
        written = facts.guides[pk].latest_revision_created_at
        if written is None or written < entry.timestamp:
            yield facts.guides[pk], entry


def _journeys(facts: _Facts) -> Iterator[Line]:
    steps = JourneyStep.objects.filter(page__live=True, page__locale=source_locale(), guide__isnull=False)
    by_page: dict[Any, list[str]] = defaultdict(list)
    steps = steps.select_related("page", "guide").defer("page__body", "guide__body")
    for step in steps.order_by("page__sort_key", "sort_order", "pk"):
        if step.guide_id not in facts.shown:
            by_page[step.page].append(step.guide.title)
    yield from (Line(page.title, _edit(page), tuple(dict.fromkeys(titles))) for page, titles in by_page.items())


def _untranslated(facts: _Facts) -> Iterator[Line]:
    """Texts that readers of another language meet in the source language: without translation, or with the same words."""
    events = list(BusinessEvent.objects.filter(locale=source_locale()))
    for code, locale in locales().items():
        if code == settings.LANGUAGE_CODE:
            continue
        language = dict(settings.LANGUAGES)[code]
        for records, fields in (
            (facts.questions, ("name", "help_text", "unit")),
            (list(facts.rules.values()), ("why",)),
            (events, ("name",)),
        ):
            options = [option for record in records if isinstance(record, Question) for option in record.options.all()]
            lacking = _lacking(records, fields, locale)
            of_options = _lacking(options, ("name", "help_text"), locale)
            for record in records:
                rows = record.options.all() if isinstance(record, Question) else ()
                texts = [*lacking[record.pk], *(text for row in rows for text in of_options[row.pk])]
                if texts:
                    yield Line(f"{record} ({language})", _edit(record), tuple(texts))


def _lacking(records: list[Any], fields: tuple[str, ...], locale: Any) -> dict[int, list[str]]:
    """Return the texts that are not in a language, by record; one query."""
    found: dict[int, list[str]] = defaultdict(list)
    if not records:
        return found
    keys = [record.translation_key for record in records]
    there = type(records[0])._default_manager.filter(locale=locale, translation_key__in=keys)
    translations = {record.translation_key: record for record in there}
    for record in records:
        translation = translations.get(record.translation_key)
        for name in fields:
            text = getattr(record, name)
            if text and getattr(translation, name, "") in {"", text}:
                found[record.pk].append(text)
    return found


_KINDS: tuple[tuple[str, Any, Any, bool, Callable[[_Facts], Iterator[Line]]], ...] = (
    (
        "examples",
        gettext_lazy("Example companies that do not come out right"),
        gettext_lazy("Mend the rules, or the example if it is that which is wrong."),
        True,
        _examples,
    ),
    (
        "contradictions",
        gettext_lazy("Rules that contradict each other"),
        gettext_lazy("One says that the guide is needed, the other that it is not. The company is told to ask."),
        True,
        _contradictions,
    ),
    (
        "never",
        gettext_lazy("Rules that can never apply"),
        gettext_lazy(
            "No company can answer so. They ask for answers that exclude each other, or that nobody is asked for."
        ),
        True,
        _never,
    ),
    (
        "unreachable",
        gettext_lazy("Questions that are never asked"),
        gettext_lazy("Nobody can answer so that they are asked. Look at what they hang on."),
        True,
        _unreachable,
    ),
    (
        "order",
        gettext_lazy("Questions that stand before what they hang on"),
        gettext_lazy("A company that goes back and forth loses its way. Move them down in the list of questions."),
        True,
        _order,
    ),
    (
        "unled",
        gettext_lazy("Guides that no rule leads to"),
        gettext_lazy("The finder never tells a company about them."),
        True,
        _unled,
    ),
    (
        "refused",
        gettext_lazy("Guides that were not published at their time"),
        gettext_lazy("Example companies would have got another result. Publish them again when that is mended."),
        True,
        _refused,
    ),
    (
        "ended",
        gettext_lazy("Guides that ended at their time though an example company needs them"),
        gettext_lazy("Publish them again, or change the example company if the law has changed."),
        True,
        _ended,
    ),
    (
        "journeys",
        gettext_lazy("Journeys with guides that are not published"),
        gettext_lazy("Readers are not shown these steps."),
        True,
        _journeys,
    ),
    (
        "untranslated",
        gettext_lazy("Texts that are not translated"),
        gettext_lazy("Readers of the other language meet them in Swedish."),
        True,
        _untranslated,
    ),
    (
        "hidden",
        gettext_lazy("Rules of guides that are not published"),
        gettext_lazy("They say nothing until the guide is published."),
        False,
        _hidden,
    ),
    (
        "unused",
        gettext_lazy("Answers that make no difference"),
        gettext_lazy(
            "No rule, question, journey, trade or business event asks for them. Of a question with one answer, one may be so."
        ),
        False,
        _unused,
    ),
    (
        "over",
        gettext_lazy("Rules that have ended"),
        gettext_lazy("They can be taken away when nobody asks any more what held before."),
        False,
        _over,
    ),
)
