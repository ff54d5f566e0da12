"""From the address of the planner page to a plan with everything around it, in a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from wagtail.models import Locale

from business.core.querysets import is_public
from business.core.sent_plan import LONGEST_TEXT
from business.core.templatetags.site_tags import marked
from business.core.translation import Text, locales_by_id

from ..enums import QuestionKind
from ..models.questions import COUNT_PREFIX
from ..rules.address import pairs, read_address, write_address
from ..rules.questions import Questionnaire, read_questionnaire, read_rules
from ..rules.rulebook import RuleBook, may_be_asked
from .changes import Coming, rule_changes, time_changes
from .costs import bases
from .open_ends import OpenEnds
from .plan import Plan, make_plan
from .reading import PlanGuide, Read, read_guides
from .selection import ChosenCondition, Selection, from_answers, from_journey
from .timeline import Picture, Stretch, draw
from .wish_form import CountAsked, Tick, WishForm
from .wishes import PlanProblem, Wishes, read_day, read_wishes

__all__ = ["PlanView", "Told", "read_plan"]

MOST_NAMED = 3  # parts of a plan's name


@dataclass(frozen=True)
class Told:
    """Something that the company has answered, with the link that changes it."""

    question: Text
    said: tuple[Text, ...]
    url: str
    number: str = ""
    unit: Text = field(default_factory=Text)

    @property
    def answer(self) -> Text:
        """The answer as one text, in the language that all of it stands in."""
        parts = [part for part in (Text(self.number), self.unit) if part] if self.number else self.said
        languages = {part.lang for part in parts if not part.isdecimal()}
        return Text((" " if self.number else ", ").join(parts), languages.pop() if len(languages) == 1 else "")


@dataclass(frozen=True)
class PlanView:
    """The plan with what the page shows around it. ``plan`` is None when there is nothing to plan yet.

    ``hidden`` is what the form carries on besides its fields; ``fields`` are the keys of its fields in the address.
    """

    wishes: Wishes
    form: WishForm
    selection: Selection
    plan: Plan | None
    problems: tuple[PlanProblem, ...] = ()
    ticks: tuple[Tick, ...] = ()
    fee_ticks: tuple[Tick, ...] = ()
    removed: tuple[PlanGuide, ...] = ()
    offered: tuple[PlanGuide, ...] = ()
    answers: tuple[Told, ...] = ()
    open_ends: OpenEnds = field(default_factory=OpenEnds)
    counts: tuple[tuple[Text, int], ...] = ()
    changes: tuple[Coming, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    finder_url: str = ""
    name: Text = field(default_factory=Text)

    @property
    def query(self) -> str:
        return self.wishes.query()

    @property
    def question_url(self) -> str:
        """Where the plan goes with a question to the coordinator."""
        return f"?{self.query}&as=question"

    @property
    def earliest_query(self) -> str:
        """The same plan for the first possible opening day."""
        return self._for_day(self.plan.schedule.earliest_opening) if self.plan and self.plan.schedule else ""

    @property
    def safe_query(self) -> str:
        """The same plan for the first opening day that is safe."""
        return self._for_day(self.plan.schedule.earliest_safe) if self.plan and self.plan.schedule else ""

    def _for_day(self, day: datetime.date) -> str:
        return self.wishes.query(day=day.isoformat())

    @property
    def is_unfolded(self) -> bool:
        """Whether the part of the form that is folded must be seen: it holds a mistake, or something is asked for."""
        asks = bool(self.plan and (self.plan.costs.open_lines or self.plan.is_undecided))
        return asks or any(name != "day" for name in self.form.errors)

    @property
    def counts_by_basis(self) -> dict[str, str]:
        """The field of the form for each thing that fees are counted by."""
        return {count.basis: self.form[count.name].id_for_label for count in self.form.asked}

    @cached_property
    def picture(self) -> Picture | None:
        """The plan as a picture; without days there is none."""
        return _picture(self.plan) if self.plan else None


def _picture(plan: Plan) -> Picture | None:
    stretches = [
        Stretch(
            title=str(matter.guide.title),
            hand_in=matter.day,
            decided=matter.decided or matter.day,
            latest=matter.planned.decided_latest if matter.planned and not matter.is_late else None,
            critical=bool(matter.planned and matter.planned.critical),
        )
        for matter in plan.matters
        if matter.day
    ]
    return draw(stretches, plan.today, plan.opening)


def read_plan(query: QueryDict, locale: Locale, today: datetime.date) -> PlanView:
    """Read the plan that an address asks for. What cannot be used of it is told, and the rest stands."""
    return _Reading(query, locale, today).view()


class _Reading:
    """One address on its way to a plan: each step reads what the next ones need."""

    def __init__(self, query: QueryDict, locale: Locale, today: datetime.date) -> None:
        self.locale, self.today = locale, today
        self.problems: list[PlanProblem] = []
        self.sheet = read_questionnaire(locale) if query else Questionnaire(RuleBook(), {})
        self.address = read_address(query, self.sheet.book, self.sheet.retired)
        self.wishes = read_wishes(query, pairs(self.sheet.book, self.address.answers))
        self.day = self._rules_day()
        days = list(dict.fromkeys(day for day in query.getlist("day") if day))
        if len(days) > 1:
            self._note(
                _("There are several opening days in the address. The plan goes by the last one."), ", ".join(days)
            )

    def view(self) -> PlanView:
        selection = self._select()
        read = self._read(selection)
        by_slug = {guide.slug: guide.pk for guide in read.guides}
        self._sort_out(selection, by_slug)
        chosen = {*selection.chosen, *(by_slug[slug] for slug in self.wishes.include)}
        chosen -= {by_slug[slug] for slug in self.wishes.exclude}
        guides = [guide for guide in read.guides if guide.pk in chosen]
        form = WishForm(self.wishes, self._counts_asked(guides), self.today)
        finder_url = self._finder_url() if not selection.title else ""
        ends = self._open_ends(selection, read, chosen, finder_url)
        plan = self._plan(selection, read, chosen, form, ends) if self.wishes else None
        ticks = [*self._condition_ticks(selection), *self._guide_ticks(selection, read, chosen)]
        return PlanView(
            wishes=self.wishes,
            form=form,
            selection=selection,
            plan=plan,
            problems=(*self._problems_of_answers(form), *self.problems),
            ticks=tuple(ticks),
            fee_ticks=_fee_ticks(plan) if plan else (),
            removed=tuple(guide for guide in read.guides if guide.slug in self.wishes.exclude),
            offered=tuple(guide for guide in read.guides if guide.pk in selection.offered and guide.pk not in chosen),
            answers=tuple(self._told(finder_url)) if selection.is_judged else (),
            open_ends=ends.with_plan(plan) if plan else ends,
            counts=self._named_counts(guides, form, selection),
            changes=(*rule_changes(selection.changes, read.guides), *time_changes(guides, self.today, self.day)),
            hidden=tuple(self._hidden(form, ticks)),
            finder_url=finder_url,
            name=selection.title or self._name(guides),
        )

    # --- Which guides ------------------------------------------------------------------------------------------------

    def _select(self) -> Selection:
        if self.wishes.journey:
            journey = from_journey(self.wishes.journey, self.address.answers, self.locale)
            if journey is not None:
                return journey
            self._note(_("The journey in the address is not here any more. Choose another one."), self.wishes.journey)
            self.wishes = replace(self.wishes, journey="")
        if not self.wishes.answers:
            return Selection()
        self.sheet = read_rules(self.sheet, self.locale)
        return from_answers(self.sheet, self.address.answers, self.day, self.today)

    def _rules_day(self) -> datetime.date:
        """Return the day whose rules the plan goes by: the opening day, without one today."""
        try:
            return read_day(self.wishes.day, self.today) or self.today
        except ValidationError:  # told beside the field
            return self.today

    def _read(self, selection: Selection) -> Read:
        keys = {*selection.chosen, *selection.offered, *(change.guide for change in selection.changes)}
        slugs = (*self.wishes.include, *self.wishes.exclude)
        return read_guides(keys, slugs, self.locale, self.day, self.today)

    def _sort_out(self, selection: Selection, by_slug: dict[str, int]) -> None:
        """Keep what is there: only what the plan would hold can be taken out, and what is added is in."""
        for slug in self.wishes.include:
            if slug not in by_slug:
                self._note(_("A matter in the address is not here any more, and is left out of the plan."), slug)
        for slug in self.wishes.exclude:
            if slug not in by_slug:
                self._note(_("A matter that you had left out is not here any more."), slug)
        include = tuple(slug for slug in self.wishes.include if slug in by_slug)
        exclude = tuple(
            slug for slug in self.wishes.exclude if by_slug.get(slug) in selection.chosen and slug not in include
        )
        self.wishes = replace(self.wishes, include=include, exclude=exclude)

    def _open_ends(self, selection: Selection, read: Read, chosen: Collection[int], finder_url: str) -> OpenEnds:
        """Return what the answers leave open, with the way to the first question that is not answered."""
        open_ones = selection.open_questions
        if lacking := self._lacking(selection, read):
            self._note(lacking, "")
        url = finder_url + write_address(self.sheet.book, self.address.answers, edit=open_ones[0]) if open_ones else ""
        return OpenEnds(
            guides=tuple(guide for guide in read.guides if guide.pk in selection.undecided and guide.pk not in chosen),
            questions=tuple(self.sheet.texts[key].name for key in open_ones),
            url=url if finder_url else "",
            lacking=lacking,
        )

    @staticmethod
    def _lacking(selection: Selection, read: Read) -> str:
        """Return what to say of guides that belong to the plan and that nobody can read just now."""
        number = len(selection.chosen.keys() - {guide.pk for guide in read.guides})
        if not number:
            return ""
        if selection.title:
            return ngettext(
                "%(number)s step of the journey cannot be shown just now. Ask us about it.",
                "%(number)s steps of the journey cannot be shown just now. Ask us about them.",
                number,
            ) % {"number": number}
        return ngettext(
            "%(number)s matter that your answers lead to cannot be shown just now. Ask us about it.",
            "%(number)s matters that your answers lead to cannot be shown just now. Ask us about them.",
            number,
        ) % {"number": number}

    def _plan(self, selection: Selection, read: Read, chosen: Collection[int], form: WishForm, ends: OpenEnds) -> Plan:
        settled = set(selection.offered)
        if selection.is_judged:
            # What the rules do not lead to is not needed: only what the reader took out may be missing.
            settled = set(read.names) - (set(selection.chosen) - set(chosen))
        plan = make_plan(
            read, chosen, self.today, form.opening, counts=form.counts, included=self.wishes.fees, settled=settled
        )
        known = {line.key for line in plan.optional_fees}
        for key in self.wishes.fees:
            if key not in known:
                self._note(_("A fee in the address does not belong to the plan, and is left out."), key)
        self.wishes = replace(self.wishes, fees=tuple(key for key in self.wishes.fees if key in known))
        return replace(plan, may_need_more=bool(ends.guides), is_lacking=bool(ends.lacking))

    # --- The form ----------------------------------------------------------------------------------------------------

    def _counts_asked(self, guides: Iterable[PlanGuide]) -> list[CountAsked]:
        """Return a field for each thing that the plan's fees are counted by: the finder's own question where it has one."""
        possible = {question.key for question in may_be_asked(self.sheet.book, self.address.answers)}
        questions = {text.basis: key for key, text in self.sheet.texts.items() if text.basis and key in possible}
        found = bases((guide.fees for guide in guides), self.today)
        return [self._count_asked(key, basis.many, questions.get(key, "")) for key, basis in found.items()]

    def _count_asked(self, key: str, many: Text, question: str) -> CountAsked:
        if not question:
            label = format_html(_("How many %(what)s?") % {"what": "{}"}, marked(many))
            return CountAsked(key, f"{COUNT_PREFIX}{key}", label, self.wishes.counts.get(key, ""))
        problem = self.address.problem_with(question)
        return CountAsked(
            basis=key,
            name=question,
            label=marked(self.sheet.texts[question].name),
            typed=" ".join(self.address.typed.get(question, ())),
            value=self.address.answers.numbers.get(question),
            problem=problem.message if problem else "",
        )

    def _condition_ticks(self, selection: Selection) -> Iterable[Tick]:
        """Yield the conditions of the journey by question; of one that takes a single answer also “none of these”."""
        by_question: dict[str, list[ChosenCondition]] = {}
        for condition in selection.conditions:
            by_question.setdefault(condition.question, []).append(condition)
        for key, conditions in by_question.items():
            exclusive = self._takes_one(key) and len(conditions) > 1
            for condition in conditions:
                yield Tick(key, condition.option, condition.text, condition.chosen, exclusive=exclusive)
            if exclusive:
                none = pgettext("conditions of a journey", "none of these")
                yield Tick(key, "", none, not any(condition.chosen for condition in conditions), exclusive=True)

    def _guide_ticks(self, selection: Selection, read: Read, chosen: Collection[int]) -> Iterable[Tick]:
        """Yield what may be needed, and what the reader has added."""
        for guide in read.guides:
            added = guide.slug in self.wishes.include and guide.pk not in selection.chosen
            if added or guide.pk in selection.unasked:
                why = selection.offered.get(guide.pk, Text())
                yield Tick("with", guide.slug, guide.title, guide.pk in chosen, note=why, url=guide.url)

    def _takes_one(self, key: str) -> bool:
        text = self.sheet.texts.get(key)
        return text is not None and text.kind == QuestionKind.ONE

    def _hidden(self, form: WishForm, ticks: Collection[Tick]) -> Iterable[tuple[str, str]]:
        """Yield what the form carries on besides its fields."""
        # What is ticked takes the place of another answer where the question takes one.
        own = {*form.fields, "with", "fee", *(tick.name for tick in ticks if self._takes_one(tick.name))}
        ticked = {(tick.name, tick.value) for tick in ticks}
        for pair in self.wishes.pairs():
            if pair[0] not in own and pair not in ticked:
                yield pair

    # --- What is told ------------------------------------------------------------------------------------------------

    def _note(self, message: Any, typed: str) -> None:
        self.problems.append(PlanProblem(message, typed))

    def _problems_of_answers(self, form: WishForm) -> Iterable[PlanProblem]:
        for problem in self.address.problems:
            if problem.question in form.fields:
                continue  # stands beside its field
            text = self.sheet.texts.get(problem.question)
            yield PlanProblem(problem.message, problem.typed, text.name if text else Text())

    def _told(self, finder_url: str) -> Iterable[Told]:
        book, answers = self.sheet.book, self.address.answers
        for key, text in self.sheet.texts.items():
            if not answers.has(key):
                continue
            url = finder_url + write_address(book, answers, edit=key) if finder_url else ""
            if key in answers.numbers:
                number = answers.numbers[key]
                yield Told(text.name, (), url, str(number), text.unit_of(number))
                continue
            names = tuple(
                option.name for option in text.options.values() if option.key in answers.options.get(key, ())
            )
            yield Told(text.name, names or (Text(_("None of these")),), url)

    def _name(self, guides: Iterable[PlanGuide]) -> Text:
        """Return what the plan is about: what the company is and does, else the first things that it has to do."""
        chosen = self.address.answers.options
        parts = [
            option.name
            for key, text in self.sheet.texts.items()
            for option in text.options.values()
            if (option.trade or option.event) and option.key in chosen.get(key, ())
        ]
        parts = (parts or [guide.title for guide in guides])[:MOST_NAMED]
        languages = {part.lang for part in parts}
        return Text(Truncator(", ".join(parts)).chars(LONGEST_TEXT), languages.pop() if len(languages) == 1 else "")

    def _named_counts(
        self, guides: Iterable[PlanGuide], form: WishForm, selection: Selection
    ) -> tuple[tuple[Text, int], ...]:
        """Return what is counted, but for what the answers tell with the finder's own question."""
        told = {count.basis for count in form.asked if count.is_question} if selection.is_judged else set()
        found = bases((guide.fees for guide in guides), self.today)
        counts = form.counts.items()
        return tuple((found[key].many, number) for key, number in counts if key in found and key not in told)

    def _finder_url(self) -> str:
        model = apps.get_model("planning", "FinderPage")
        page = model.objects.live().filter(is_public(), locale=self.locale).first()
        if page is None:
            return ""
        page.locale = locales_by_id()[page.locale_id]  # known already: no query for its address
        return page.get_url() or ""


def _fee_ticks(plan: Plan) -> tuple[Tick, ...]:
    titles = {guide.pk: guide.title for guide in plan.guides}
    return tuple(
        Tick("fee", line.key, line.label, line.included, note=titles[line.guide]) for line in plan.optional_fees
    )
