"""Which of a guide's times a plan counts with. Pure: time rules as of a day come in, a task for the schedule comes out."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from business.core.translation import Text
from business.guides.enums import CountedFrom, GuideKind, TimeRuleKind
from business.guides.parts import TimeRule

from .schedule import Span, Task

__all__ = ["Dated", "Times", "dated_times", "task_of", "times_of", "times_on"]

# What has to be applied for or told before the opening: without a time for that, nobody knows how long it takes.
MUST_BE_DONE = {GuideKind.PERMIT, GuideKind.NOTICE, GuideKind.REGISTRATION}
AFTER_OPENING = {CountedFrom.AFTER_START, CountedFrom.EXPIRY}


@dataclass(frozen=True)
class Times:
    """The rules that a plan counts with, and those that only concern what comes after the opening.

    ``counted_as`` names the matter when the guide has times for several, such as one for permits and one for notices.
    ``is_task`` tells that days are worked out for it, ``is_untimed`` that it must be done before the opening but no time that
    holds says when.
    """

    usual: TimeRule | None = None
    limit: TimeRule | None = None
    extension: TimeRule | None = None
    notice: TimeRule | None = None
    counted_as: Text | None = None
    afterwards: tuple[TimeRule, ...] = ()
    renewals: tuple[TimeRule, ...] = ()
    is_task: bool = False
    is_untimed: bool = False

    @property
    def is_matter(self) -> bool:
        """Whether something must be handed in before the opening."""
        return self.is_task or self.is_untimed

    @property
    def is_unlimited(self) -> bool:
        """Whether a decision is waited for, and no law says by when it must come."""
        return self.usual is not None and self.limit is None

    def ended_before(self, day: datetime.date) -> bool:
        """Whether every time that is waited for has ended by then, and was only carried on."""
        rules = [rule for rule in (self.usual, self.limit, self.notice) if rule]
        return bool(rules) and all(rule.valid_to is not None and rule.valid_to < day for rule in rules)

    @property
    def decision(self) -> TimeRule | None:
        """The rule by which the decision is expected: the usual time, else the legal limit."""
        return self.usual or self.limit

    @property
    def counted(self) -> dict[TimeRuleKind, TimeRule]:
        """The rules that days are worked out from."""
        rules = (self.usual, self.limit, self.extension, self.notice)
        return {rule.kind: rule for rule in rules if rule}

    def counts_like(self, other: Times) -> bool:
        """Whether days come out the same by these times and the others."""
        kinds = (self.is_task, self.is_untimed) == (other.is_task, other.is_untimed)
        return kinds and self.task("") == other.task("")

    def task(self, key: str, needs: frozenset[str] = frozenset()) -> Task:
        """Return the guide as a task; of a time from–to, the upper end counts."""
        return Task(
            key,
            usual=_span(self.usual),
            limit=_span(self.limit),
            extension=_span(self.extension),
            notice=_span(self.notice),
            needs=needs,
        )


Dated = tuple[tuple[datetime.date, Times], ...]


def dated_times(found: Iterable[tuple[datetime.date, Times]]) -> Dated:
    """Return times by the day from which on they hold, each that differs from the one before, in order.

    Where a time ends and nothing follows, the last one goes on: that nobody has entered the next does not make it none.
    """
    dated: list[tuple[datetime.date, Times]] = []
    for start, times in found:
        before = dated[-1][1] if dated else None
        if before and before.is_task and not times.is_task:
            afterwards, renewals = times.afterwards, times.renewals
            now = replace(before, afterwards=afterwards, renewals=renewals)
        else:
            now = times
        if now != before:
            dated.append((start, now))
    return tuple(dated)


def times_on(dated: Dated, day: datetime.date) -> Times:
    """Return the times that count for what is handed in on a day; before all of them the first."""
    return next((times for start, times in reversed(dated) if start <= day), dated[0][1])


def task_of(key: str, dated: Dated, needs: frozenset[str] = frozenset()) -> Task:
    """Return a guide as a task, with all its times. Before the first that is waited for, that one counts already."""
    tasks = [(start, times.task(key)) for start, times in dated if times.is_task]
    if not tasks:
        return Task(key, needs=needs)
    return replace(tasks[0][1], needs=needs, later=tuple(tasks[1:]))


def _span(rule: TimeRule | None) -> Span | None:
    return Span(rule.amount, rule.unit) if rule else None


def _first(rules: Iterable[TimeRule], kind: TimeRuleKind, key: str | None) -> TimeRule | None:
    """Return the first rule of a kind for the matter ``key``, else one for all matters; without a key simply the first."""
    of_kind = [rule for rule in rules if rule.kind == kind]
    if not key:
        return next(iter(of_kind), None)
    return next((rule for wanted in (key, "") for rule in of_kind if rule.key == wanted), None)


def times_of(kind: GuideKind, rules: Iterable[TimeRule], no_time_rule: bool = False) -> Times:
    """Choose among the rules that hold.

    The first usual time says which matter is counted, else the first legal limit; limit, extension and notice are those of
    that matter. Supervision waits for nobody, and information only where it has a usual time. ``no_time_rule`` says that
    there is no time to wait or keep, which is something else than that none is known.
    """
    holding = [rule for rule in rules if rule.holds]
    before = [rule for rule in holding if rule.counted_from not in AFTER_OPENING]
    usual = _first(before, TimeRuleKind.USUAL, None)
    limit = _first(before, TimeRuleKind.LEGAL_LIMIT, usual.key if usual else None)
    matter = (usual.key if usual else "") or (limit.key if limit else "")
    extensions = (rule for rule in before if rule.kind == TimeRuleKind.EXTENSION)
    extension = next((rule for rule in extensions if limit and rule.key == limit.key), None)
    notice = _first(before, TimeRuleKind.NOTICE_BEFORE_START, matter or None)
    chosen = [rule for rule in (usual, limit, notice) if rule]
    renewals = tuple(
        rule for rule in holding if rule.kind == TimeRuleKind.RENEWAL_BEFORE or rule.counted_from == CountedFrom.EXPIRY
    )
    afterwards = tuple(rule for rule in holding if rule.counted_from == CountedFrom.AFTER_START)
    waits = bool(chosen) and (kind != GuideKind.INFORMATION or usual is not None)
    return Times(
        usual=usual,
        limit=limit,
        extension=extension,
        notice=notice,
        counted_as=next((rule.applies_to for rule in chosen if rule.key), None),
        afterwards=afterwards,
        renewals=renewals,
        is_task=waits and kind != GuideKind.SUPERVISION,
        is_untimed=kind in MUST_BE_DONE and not (chosen or afterwards or no_time_rule),
    )
