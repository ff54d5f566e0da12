"""The opening plan: what the chosen guides come to together. Pure: guides as they were read come in, a plan comes out.

Where the wished day is too early, papers and fees go by the first day on which each application can be handed in at all.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from business.core.translation import Text
from business.guides.enums import CountedFrom
from business.guides.parts import TimeRule

from ..enums import Verdict
from .costs import Costs, FeeDays, FeeLine, Sum, costs
from .evidence import Copy, Paper, Use, papers
from .reading import GuideName, PaperText, PlanGuide, Read
from .schedule import CircularDependencyError, Planned, Schedule, Span, Task, finish, schedule, usual_times
from .times import task_of, times_on

__all__ = [
    "Afterwards",
    "CopyToOrder",
    "GuideCosts",
    "Matter",
    "Missing",
    "PaperToGet",
    "PaperUse",
    "Plan",
    "make_plan",
]


@dataclass(frozen=True)
class Matter:
    """An application or notice in the plan. ``planned`` is None when no time for it is known, and when the guides wait for
    each other in a circle."""

    guide: PlanGuide
    planned: Planned | None
    first: tuple[PlanGuide, ...] = ()

    @property
    def day(self) -> datetime.date | None:
        """The day to hand in: the last one for the opening day; too late for that, or without one, the first possible."""
        if self.planned is None:
            return None
        return max(self.planned.earliest, self.planned.hand_in or self.planned.earliest)

    @property
    def is_untimed(self) -> bool:
        """Whether nobody knows how long it takes on the day that it is handed in."""
        return self.guide.times.is_untimed or bool(self.day and self.guide.times.ended_before(self.day))

    @property
    def safe_day(self) -> datetime.date | None:
        """The safe day to hand in, where it can still be kept and is another than the last one."""
        safe = self.planned.hand_in_safe if self.planned else None
        kept = self.planned and safe and self.day and self.planned.earliest <= safe < self.day
        return safe if kept else None

    @property
    def is_late(self) -> bool:
        return self.planned is not None and self.planned.slack is not None and self.planned.slack < 0

    @property
    def days_late(self) -> int:
        """By how many working days it is too late."""
        return -self.planned.slack if self.planned and self.planned.slack is not None and self.is_late else 0

    @property
    def decided(self) -> datetime.date | None:
        """When the decision is expected, for the day to hand in that can be kept."""
        if self.planned is None or self.planned.decided is None:
            return None
        return self._decided_after(self.planned.earliest) if self.is_late else self.planned.decided

    @property
    def early_decision(self) -> datetime.date | None:
        """When the decision comes if the application is handed in as early as possible."""
        return self._decided_after(self.planned.earliest) if self.planned else None

    def _decided_after(self, hand_in: datetime.date) -> datetime.date | None:
        spans = usual_times(_task(self.guide).on(hand_in))
        return finish(hand_in, spans) if spans else None

    @property
    def from_complete(self) -> TimeRule | None:
        """The rule that only counts from a complete application, if the decision goes by one."""
        rules = (self.guide.times.usual, self.guide.times.limit)
        return next((rule for rule in rules if rule and rule.counted_from == CountedFrom.COMPLETE), None)


@dataclass(frozen=True)
class Afterwards:
    """A guide without an application to wait for, or with something that counts from the opening."""

    guide: PlanGuide
    rules: tuple[TimeRule, ...]


@dataclass(frozen=True)
class Missing:
    """A guide that is not in the plan, and those of the plan that wait for it."""

    guide: GuideName
    waiting: tuple[PlanGuide, ...]


@dataclass(frozen=True)
class GuideCosts:
    """The fees of one guide that count, and what they come to together."""

    guide: PlanGuide
    lines: tuple[FeeLine, ...]
    once: Sum


@dataclass(frozen=True)
class CopyToOrder:
    """One copy of a paper, with the applications it serves: dated from ``not_before`` on, there on ``needed``."""

    guides: tuple[PlanGuide, ...]
    not_before: datetime.date | None
    needed: datetime.date | None


@dataclass(frozen=True)
class PaperUse:
    """What one guide asks of a paper. ``number`` is the application's place in the plan; None without an application."""

    guide: PlanGuide
    text: PaperText
    number: int | None


@dataclass(frozen=True)
class PaperToGet:
    """A paper in the one list: ``uses`` are the applications with what each asks of it, ``giver`` the matter of the plan
    that gives it, ``given_on`` when. ``safe_copies`` are those for the safe days to hand in, where the others would be got
    too late for them."""

    text: PaperText
    always: bool
    uses: tuple[PaperUse, ...]
    copies: tuple[CopyToOrder, ...]
    giver: PlanGuide | None = None
    given_on: datetime.date | None = None
    safe_copies: tuple[CopyToOrder, ...] = ()

    @property
    def too_old(self) -> tuple[CopyToOrder, ...]:
        """The copies for which the paper that the plan itself gives will be too old."""
        if self.given_on is None:
            return ()
        return tuple(
            copy for copy in self.copies if copy.not_before and copy.needed and self.given_on < copy.not_before
        )


@dataclass(frozen=True)
class Plan:
    """Everything that the page, the calendar, the spreadsheet and the coordinator are told.

    ``circle`` are the titles of guides that wait for each other; then no day is known, and the rest stands without.
    ``may_need_more`` tells that the answers leave open whether something else is needed, ``is_lacking`` that something that
    belongs to it cannot be shown.
    """

    today: datetime.date
    opening: datetime.date | None
    schedule: Schedule | None
    matters: tuple[Matter, ...]
    costs: Costs
    guide_costs: tuple[GuideCosts, ...]
    papers: tuple[PaperToGet, ...]
    afterwards: tuple[Afterwards, ...] = ()
    missing: tuple[Missing, ...] = ()
    circle: tuple[Text, ...] = ()
    guides: tuple[PlanGuide, ...] = field(default_factory=tuple)
    may_need_more: bool = False
    is_lacking: bool = False

    @property
    def verdict(self) -> Verdict | None:
        """What is said of the opening day; None without one, or without days."""
        found = self.schedule.verdict if self.schedule else None
        return Verdict.OPEN if found and self.is_undecided else found

    @property
    def is_undecided(self) -> bool:
        """Whether nothing can be said of the opening: what is not known decides it. Too late is too late."""
        if self.schedule is None or self.schedule.verdict == Verdict.TOO_LATE:
            return False
        return self.is_lacking or bool(self.untimed) or (self.may_need_more and not self.matters)

    @property
    def untimed(self) -> tuple[PlanGuide, ...]:
        """The guides of which nobody knows how long they take on that day."""
        return tuple(matter.guide for matter in self.matters if matter.is_untimed)

    @property
    def is_too_late(self) -> bool:
        return self.verdict == Verdict.TOO_LATE

    @property
    def first(self) -> Matter | None:
        """What to hand in first."""
        dated = [matter for matter in self.matters if matter.day]
        return min(dated, key=lambda matter: matter.day or datetime.date.max, default=None)

    @property
    def critical(self) -> tuple[Matter, ...]:
        """The matters that set the earliest opening day, in their order."""
        if self.schedule is None:
            return ()
        by_slug = {matter.guide.slug: matter for matter in self.matters}
        return tuple(by_slug[key] for key in self.schedule.critical_path)

    @property
    def sure_papers(self) -> tuple[PaperToGet, ...]:
        return tuple(paper for paper in self.papers if paper.always)

    @property
    def possible_papers(self) -> tuple[PaperToGet, ...]:
        return tuple(paper for paper in self.papers if not paper.always)

    @property
    def optional_fees(self) -> tuple[FeeLine, ...]:
        """Fees for some only, counted in or not; what is free for some changes no sum."""
        return tuple(line for line in self.costs.lines if not line.always and not line.is_free)

    @property
    def fees_left_out(self) -> tuple[tuple[FeeLine, PlanGuide], ...]:
        """Fees for some only that are not counted in, with their guides."""
        guides = {guide.pk: guide for guide in self.guides}
        return tuple((line, guides[line.guide]) for line in self.optional_fees if not line.included)


def make_plan(
    read: Read,
    chosen: Collection[int],
    today: datetime.date,
    opening: datetime.date | None = None,
    counts: Mapping[str, int] | None = None,
    included: Collection[str] = (),
    settled: Collection[int] = (),
) -> Plan:
    """Return the plan of the chosen guides, by the originals' keys.

    ``counts`` tell how many there are by the key of what fees are counted by, ``included`` are keys of fees for some only
    that count. Guides that are ``settled`` are known not to be needed, so nobody is told that they are missing.
    """
    guides = tuple(guide for guide in read.guides if guide.pk in chosen)
    found, circle = _schedule(guides, read, today, opening)
    handed_in = {one.key: max(one.earliest, one.hand_in or one.earliest) for one in found.tasks} if found else {}
    guides = tuple(_with_times(guide, handed_in.get(guide.slug)) for guide in guides)
    matters = _matters(guides, read, found)
    days = _fee_days(guides, matters, found, today)
    money = costs((guide.fees for guide in guides), counts or {}, included, days, today)
    return Plan(
        today=today,
        opening=opening,
        schedule=found,
        matters=matters,
        costs=money,
        guide_costs=tuple(_guide_costs(_in_order(guides, matters), money)),
        papers=tuple(_papers(guides, matters)),
        afterwards=tuple(_afterwards(guides)),
        missing=tuple(_missing(guides, read, settled)),
        circle=circle,
        guides=guides,
    )


def _schedule(
    guides: Sequence[PlanGuide], read: Read, today: datetime.date, opening: datetime.date | None
) -> tuple[Schedule | None, tuple[Text, ...]]:
    waits = _waits(guides, read)
    slugs = {guide.pk: guide.slug for guide in guides}
    tasks = [_task(guide, frozenset(slugs[pk] for pk in waits[guide.pk])) for guide in guides if guide.times.is_task]
    try:
        return schedule(tasks, today, opening), ()
    except CircularDependencyError as error:
        titles = {guide.slug: guide.title for guide in guides}
        return None, tuple(titles[slug] for slug in error.circle)


def _task(guide: PlanGuide, needs: frozenset[str] = frozenset()) -> Task:
    return task_of(guide.slug, guide.dated, needs) if guide.dated else guide.times.task(guide.slug, needs)


def _with_times(guide: PlanGuide, day: datetime.date | None) -> PlanGuide:
    """Return the guide with the times that count for what is handed in on the day."""
    if day is None or not guide.dated:
        return guide
    dated = tuple((start, times) for start, times in guide.dated if times.is_task)
    then = times_on(dated, day)
    return replace(guide, times=replace(then, afterwards=guide.times.afterwards, renewals=guide.times.renewals))


def _waits(guides: Sequence[PlanGuide], read: Read) -> dict[int, set[int]]:
    """Return for each application those that it waits for. A guide without one hands on what it waits for itself: nobody
    has met its conditions before that is decided."""
    tasks = {guide.pk: guide.times.is_task for guide in guides}
    matters = {guide.pk for guide in guides if guide.times.is_matter}
    firsts: dict[int, set[int]] = {pk: set() for pk in tasks}
    for tie in read.ties:
        if tie.waiting in tasks and tie.first in tasks:
            firsts[tie.waiting].add(tie.first)
    waits: dict[int, set[int]] = {}
    for pk in tasks:
        seen: set[int] = set()
        new = set(firsts[pk])
        while new:
            seen |= new
            new = {further for first in new if not tasks[first] for further in firsts[first]} - seen
        # A circle through a guide without an application is told when the guide is published; here it only must not turn.
        waits[pk] = {first for first in seen if first in matters and (first != pk or first in firsts[pk])}
    return waits


def _matters(guides: Sequence[PlanGuide], read: Read, found: Schedule | None) -> tuple[Matter, ...]:
    """Return the applications in the order of their days, those without a known time last, each with what it waits for."""
    tasks = {guide.slug: guide for guide in guides if guide.times.is_task}
    planned = {one.key: one for one in found.tasks} if found else {}
    ordered = [*(tasks[slug] for slug in planned or tasks), *(guide for guide in guides if guide.times.is_untimed)]
    waits = _waits(guides, read)
    return tuple(
        Matter(guide, planned.get(guide.slug), tuple(other for other in ordered if other.pk in waits[guide.pk]))
        for guide in ordered
    )


def _in_order(guides: Sequence[PlanGuide], matters: Sequence[Matter]) -> list[PlanGuide]:
    """Return the guides in the order of the plan, those without an application last."""
    ordered = [matter.guide for matter in matters]
    return [*ordered, *(guide for guide in guides if not guide.times.is_matter)]


def _fee_days(
    guides: Sequence[PlanGuide], matters: Sequence[Matter], found: Schedule | None, today: datetime.date
) -> dict[int, FeeDays]:
    """Return the days that decide which tariff counts; a guide without an application is paid for as of the opening."""
    earliest = found.earliest_opening if found else today
    opening = max(found.opening, earliest) if found and found.opening else earliest
    days = {guide.pk: FeeDays(hand_in=opening, opening=opening) for guide in guides}
    for matter in matters:
        days[matter.guide.pk] = FeeDays(
            hand_in=matter.day or today,
            opening=opening,
            decided=matter.decided,
            earliest=matter.planned.earliest if matter.planned else None,
            earliest_decided=matter.early_decision,
        )
    return days


def _guide_costs(guides: Iterable[PlanGuide], money: Costs) -> Iterable[GuideCosts]:
    for guide in guides:
        lines = tuple(line for line in money.lines if line.guide == guide.pk and line.included)
        if lines:
            paid = (line.amount for line in lines if line.amount and not line.is_yearly)
            yield GuideCosts(guide, lines, sum(paid, Sum()))


def _papers(guides: Sequence[PlanGuide], matters: Sequence[Matter]) -> Iterable[PaperToGet]:
    """Return each paper once; what one of the plan's own matters gives says so."""
    by_key = {guide.pk: guide for guide in guides}
    by_guide = {matter.guide.pk: matter for matter in matters}
    days = {pk: matter.day for pk, matter in by_guide.items()}
    safe = {pk: matter.safe_day for pk, matter in by_guide.items() if matter.safe_day}
    numbers = {matter.guide.pk: number for number, matter in enumerate(matters, start=1)}
    uses = [
        Use(guide.pk, text.key, days.get(guide.pk), text.always, note=text)
        for guide in _in_order(guides, matters)
        for text in guide.papers
    ]
    ages = {use.paper: use.note.max_age for use in uses if use.note.max_age}
    givers = {guide.gives: guide for guide in guides if guide.gives}
    for paper in papers(uses, ages):
        giver = givers.get(paper.key)
        yield PaperToGet(
            text=paper.uses[0].note,
            always=paper.always,
            uses=tuple(PaperUse(by_key[use.guide], use.note, numbers.get(use.guide)) for use in paper.uses),
            copies=tuple(_copy(copy, by_key) for copy in paper.copies),
            giver=giver,
            given_on=by_guide[giver.pk].decided if giver and giver.pk in by_guide else None,
            safe_copies=() if giver else tuple(_copy(copy, by_key) for copy in _safe_copies(paper, ages, safe)),
        )


def _safe_copies(paper: Paper, ages: Mapping[str, Span], safe: Mapping[int, datetime.date]) -> Iterable[Copy]:
    """Return the copies for whoever hands in on the safe days; none where those for the last days serve them, too."""
    late = (
        pk in safe and copy.not_before and safe[pk] < copy.not_before for copy in paper.copies for pk in copy.guides
    )
    if not any(late):
        return ()
    uses = [replace(use, hand_in=safe.get(use.guide, use.hand_in)) for use in paper.uses]
    return (copy for found in papers(uses, ages) for copy in found.copies if safe.keys() & set(copy.guides))


def _copy(copy: Copy, by_key: Mapping[int, PlanGuide]) -> CopyToOrder:
    return CopyToOrder(tuple(by_key[pk] for pk in copy.guides), copy.not_before, copy.needed)


def _afterwards(guides: Iterable[PlanGuide]) -> Iterable[Afterwards]:
    for guide in guides:
        if not guide.times.is_matter or guide.times.afterwards:
            yield Afterwards(guide, guide.times.afterwards)


def _missing(guides: Sequence[PlanGuide], read: Read, settled: Collection[int]) -> Iterable[Missing]:
    by_key = {guide.pk: guide for guide in guides}
    waiting: dict[int, dict[int, PlanGuide]] = {}
    for tie in read.ties:
        if tie.waiting in by_key and tie.first not in by_key and tie.first not in settled:
            waiting.setdefault(tie.first, {})[tie.waiting] = by_key[tie.waiting]
    for first, others in waiting.items():
        yield Missing(read.names[first], tuple(others.values()))
