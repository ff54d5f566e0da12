"""What the plan goes by and what is otherwise today: rules and times that change up to the opening day, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from business.core.translation import Text
from business.guides.parts import TimeRule

from ..enums import Effect
from .reading import PlanGuide
from .selection import RuleChange

__all__ = ["Coming", "rule_changes", "time_changes"]

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Coming:
    """A guide about which something changes before the company opens, and what."""

    title: Text
    url: str
    text: str


def rule_changes(changes: Iterable[RuleChange], guides: Sequence[PlanGuide]) -> Iterable[Coming]:
    """Yield for each guide whether it is needed from a day on; guides that readers cannot see are left out."""
    by_key = {guide.pk: guide for guide in guides}
    words = {
        Effect.NEEDED: _("is needed from %(day)s on."),
        Effect.MAYBE: _("may be needed from %(day)s on."),
        Effect.NOT_NEEDED: _("is not needed any more from %(day)s on."),
    }
    for change in changes:
        if guide := by_key.get(change.guide):
            yield Coming(guide.title, guide.url, words[change.effect] % {"day": _said(change.day)})


def time_changes(guides: Iterable[PlanGuide], today: datetime.date, day: datetime.date) -> Iterable[Coming]:
    """Yield for each guide the times of the opening day that are otherwise today, and those that end before it with nothing
    after them."""
    for guide in guides:
        for kind, rule in guide.times.counted.items():
            if rule.valid_to and rule.valid_to < day:
                text = _("%(now)s until %(day)s. What holds after that is not known yet: the plan goes on with it.")
                words = {"now": rule.span, "day": _said(rule.valid_to)}
                yield Coming(guide.title, guide.url, f"{kind.label}: {text % words}")
        if guide.times_today is None:
            continue
        then, now = guide.times.counted, guide.times_today.counted
        for kind in dict.fromkeys([*then, *now]):
            if text := _time_change(then.get(kind), now.get(kind), today):
                yield Coming(guide.title, guide.url, f"{kind.label}: {text}")


def _time_change(then: TimeRule | None, now: TimeRule | None, today: datetime.date) -> str:
    """Return what a time is on the opening day and what it is today; nothing where it is the same."""
    if then and now:
        if (then.amount, then.unit) == (now.amount, now.unit):
            return ""
        begins = then.valid_from
        if begins is None or begins <= today:
            begins = now.valid_to + DAY if now.valid_to else None
        if begins is None:
            return _("%(then)s, today %(now)s.") % {"then": then.span, "now": now.span}
        return _("%(then)s from %(day)s on, %(now)s until then.") % {
            "then": then.span,
            "day": _said(begins),
            "now": now.span,
        }
    if then:
        return _("%(then)s. Today there is no such time.") % {"then": then.span}
    return _("does not count any more on the opening day. Today it is %(now)s.") % {"now": now.span} if now else ""


def _said(day: datetime.date) -> Any:
    return date_format(day, "DATE_FORMAT")
