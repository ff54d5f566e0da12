"""Which of a guide's times a plan counts with. Pure: time rules as of a day come in, a task for the schedule comes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from business.core.translation import Text
from business.guides.enums import CountedFrom, GuideKind, TimeRuleKind
from business.guides.parts import TimeRule

from .schedule import Span, Task

__all__ = ["Times", "times_of"]

AFTER_OPENING = {CountedFrom.AFTER_START, CountedFrom.EXPIRY}


@dataclass(frozen=True)
class Times:
    """The rules that a plan counts with, and those that only concern what comes after the opening.

    ``counted_as`` names the matter when the guide has times for several, such as one for permits and one for notices.
    """

    usual: TimeRule | None = None
    limit: TimeRule | None = None
    extension: TimeRule | None = None
    notice: TimeRule | None = None
    counted_as: Text | None = None
    afterwards: tuple[TimeRule, ...] = ()
    renewals: tuple[TimeRule, ...] = ()
    is_task: bool = False

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
        return self.is_task == other.is_task and self.task("") == other.task("")

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


def _span(rule: TimeRule | None) -> Span | None:
    return Span(rule.amount, rule.unit) if rule else None


def _first(rules: Iterable[TimeRule], kind: TimeRuleKind, key: str | None) -> TimeRule | None:
    """Return the first rule of a kind for the matter ``key``, else one for all matters; without a key simply the first."""
    of_kind = [rule for rule in rules if rule.kind == kind]
    if not key:
        return next(iter(of_kind), None)
    return next((rule for wanted in (key, "") for rule in of_kind if rule.key == wanted), None)


def times_of(kind: GuideKind, rules: Iterable[TimeRule]) -> Times:
    """Choose among the rules that hold.

    The first usual time says which matter is counted, else the first legal limit; limit, extension and notice are those of
    that matter. Supervision waits for nobody, and information only where it has a usual time.
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
    waits = bool(chosen) and (kind != GuideKind.INFORMATION or usual is not None)
    return Times(
        usual=usual,
        limit=limit,
        extension=extension,
        notice=notice,
        counted_as=next((rule.applies_to for rule in chosen if rule.key), None),
        afterwards=tuple(rule for rule in holding if rule.counted_from == CountedFrom.AFTER_START),
        renewals=renewals,
        is_task=waits and kind != GuideKind.SUPERVISION,
    )
