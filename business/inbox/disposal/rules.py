"""Which rule fits a case, and from which day it may be disposed of.

A case must fit everything that a rule names. Where several rules that hold today fit it, the one that keeps it longest
decides: what is kept for a special reason does not go by the general rule.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..enums import CaseStatus, Channel, Triage
from ..models import Case, CaseQuerySet, DisposalRule
from ..models.disposal import keep_in_words
from .months import add_months, latest_start

__all__ = ["Term", "as_data", "disposable", "fits", "scope_in_words", "term_of"]

CLOSED = Q(status=CaseStatus.CLOSED, closed_at__isnull=False, disposed_at__isnull=True, merged_into__isnull=True)


@dataclass(frozen=True)
class Term:
    """From which day a case may be disposed of, and by which rule."""

    rule: DisposalRule
    free_from: datetime.date


def closed_on(case: Case) -> datetime.date | None:
    """Return the day on which a case was closed, as the municipality counts days."""
    return timezone.localdate(case.closed_at, timezone.get_default_timezone()) if case.closed_at else None


def fits(rule: DisposalRule, case: Case) -> bool:
    """Whether a case is what a rule is about, whenever it was closed."""
    return (
        rule.triage in ("", case.triage)
        and rule.topic_id in (None, case.topic_id)
        and rule.channel in ("", case.channel)
        and (not rule.quarantine or bool(case.quarantine_reason))
    )


def _condition(rule: DisposalRule) -> Q:
    """Return `fits` as a condition."""
    condition = Q()
    if rule.triage:
        condition &= Q(triage=rule.triage)
    if rule.topic_id is not None:
        condition &= Q(topic=rule.topic_id)
    if rule.channel:
        condition &= Q(channel=rule.channel)
    if rule.quarantine:
        condition &= ~Q(quarantine_reason="")
    return condition


def term_of(case: Case, today: datetime.date, rules: Iterable[DisposalRule] | None = None) -> Term | None:
    """Return when a case may be disposed of and by which rule; nothing while it is not closed or no rule fits it."""
    day = closed_on(case)
    if day is None or case.status != CaseStatus.CLOSED:
        return None
    fitting = [rule for rule in (DisposalRule.objects.on(today) if rules is None else rules) if fits(rule, case)]
    if not fitting:
        return None
    rule = max(fitting, key=lambda one: (one.months, one.pk))
    return Term(rule, add_months(day, rule.months))


def _closed_by(rule: DisposalRule, today: datetime.date) -> datetime.datetime:
    """Return the moment before which a case must have been closed for the rule's time to be over today."""
    after = latest_start(today, rule.months) + datetime.timedelta(days=1)
    return datetime.datetime.combine(after, datetime.time(), timezone.get_default_timezone())


def disposable(rule: DisposalRule, cases: CaseQuerySet, today: datetime.date) -> CaseQuerySet:
    """Return the cases whose time is over by a rule, and by every other rule that fits them: closed, and not disposed of.

    What is merged with them is not among them: it follows the case that it is merged with.
    """
    found = cases.filter(CLOSED, _condition(rule), closed_at__lt=_closed_by(rule, today))
    for other in DisposalRule.objects.on(today).exclude(pk=rule.pk):
        if other.months > rule.months:
            found = found.exclude(_condition(other) & Q(closed_at__gte=_closed_by(other, today)))
    return found


def as_data(rule: DisposalRule) -> dict[str, Any]:
    """Return a rule as a disposal keeps it: what was decided, whatever becomes of the rule."""
    return {
        "name": rule.name,
        "decision_number": rule.decision_number,
        "decision_date": rule.decision_date.isoformat(),
        "ground": rule.ground,
        "triage": rule.triage,
        "topic": rule.topic.name if rule.topic else "",
        "channel": rule.channel,
        "quarantine": rule.quarantine,
        "keep": rule.keep,
        "keep_unit": rule.keep_unit,
    }


def scope_in_words(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Return which cases a rule is about and for how long they are kept: names and values."""
    words = [
        (_("How it is kept"), dict(Triage.choices).get(data["triage"], "") if data.get("triage") else ""),
        (_("Topic"), data.get("topic", "")),
        (_("Channel"), dict(Channel.choices).get(data.get("channel", ""), "")),
        (_("Quarantine"), _("only what was in quarantine") if data.get("quarantine") else ""),
    ]
    told = [(name, str(value)) for name, value in words if value]
    return [*told, (_("Kept after it was closed"), keep_in_words(int(data.get("keep", 0)), data.get("keep_unit", "")))]
