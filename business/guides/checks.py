"""Which facts are due for a check, read for many guides at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from business.core.periods import Period
from business.core.querysets import rows_of
from business.core.templatetags.site_tags import kronor
from business.core.translation import source_locale

from .enums import FeeKind, TimeUnit
from .models import CheckTask, GuideEvidence, GuideFee, GuidePage, GuideRequirement, GuideTimeRule
from .parts import span_of

__all__ = ["CHECKED_ROWS", "DueFact", "DueGuide", "guides_due", "own_check", "read_due"]

# The rows that are checked one by one, by the name of their relation.
CHECKED_ROWS = {
    "fees": GuideFee,
    "time_rules": GuideTimeRule,
    "requirements": GuideRequirement,
    "evidence": GuideEvidence,
}


def own_check(row: Any, page: GuidePage) -> bool:
    """Whether a row has been looked at by itself since the whole guide was."""
    return row.checked_on is not None and (page.checked_on is None or row.checked_on >= page.checked_on)


def _own_check_due(model: Any, by: datetime.date, today: datetime.date) -> Q:
    later = Q(page__checked_on__isnull=True) | Q(checked_on__gte=F("page__checked_on"))
    due = later & Q(next_check_on__lte=by)
    return due & (Q(valid_to__isnull=True) | Q(valid_to__gte=today)) if issubclass(model, Period) else due


def guides_due(by: datetime.date | None, today: datetime.date) -> QuerySet:
    """Return the live originals on which something is to be checked by a day (None: all), with ``has_task``.

    Due are a guide that was never checked or is to be again, a fact of its own with such a day, and one whose law changed.
    A fact that no longer holds is not.
    """
    tasks = CheckTask.objects.open().filter(page=OuterRef("pk"))
    guides = GuidePage.objects.filter(locale=source_locale(), live=True).annotate(has_task=Exists(tasks))
    if by is None:
        return guides
    due: Any = Q(has_task=True) | Q(next_check_on__isnull=True) | Q(next_check_on__lte=by)
    for model in CHECKED_ROWS.values():
        due |= Exists(model.objects.filter(_own_check_due(model, by, today), page=OuterRef("pk")))
    return guides.filter(due)


@dataclass(frozen=True)
class DueFact:
    """A fact in the report: what it is, what it says today, when it was checked and is to be again."""

    relation: str
    row: Any
    checked_on: datetime.date | None
    next_check_on: datetime.date | None
    is_due: bool

    @property
    def label(self) -> str:
        """What kind of fact it is."""
        return str(self.row._meta.verbose_name)

    @property
    def says(self) -> str:
        """What it says, to hold against the source."""
        row = self.row
        if self.relation == "fees":
            if row.kind == FeeKind.HOURS:
                hours = "–".join(number_format(value.normalize()) for value in (row.hours_from, row.hours) if value)
                return ngettext("%(hours)s hour", "%(hours)s hours", 1 if hours == "1" else 2) % {"hours": hours}
            return _("free of charge") if row.kind == FeeKind.FREE else kronor(row.amount)
        if self.relation == "time_rules":
            return str(span_of(row.amount, TimeUnit(row.unit), row.amount_from)) if row.amount else ""
        return ""


@dataclass
class DueGuide:
    """A guide in the report, with its facts and the laws that have changed."""

    page: GuidePage
    is_due: bool
    facts: list[DueFact] = field(default_factory=list)
    tasks: list[CheckTask] = field(default_factory=list)

    @property
    def due_facts(self) -> list[DueFact]:
        return [fact for fact in self.facts if fact.is_due]


def read_due(pages: Iterable[GuidePage], by: datetime.date, today: datetime.date) -> list[DueGuide]:
    """Read the facts of guides for the report, in a fixed number of queries. What no longer holds is left out."""
    given = list(pages)
    rows = {
        name: rows_of(given, name, lambda found: found.select_related(*_related(found.model))) for name in CHECKED_ROWS
    }
    tasks: dict[int, list[CheckTask]] = {}
    for task in CheckTask.objects.open().filter(page__in=given).select_related("law", "opened_by"):
        tasks.setdefault(task.page_id, []).append(task)
    return [
        DueGuide(
            page=page,
            is_due=_is_due(page.next_check_on, by),
            facts=[
                _fact(name, row, page, by)
                for name, found in rows.items()
                for row in found[page.pk]
                if getattr(row, "valid_to", None) is None or row.valid_to >= today
            ],
            tasks=tasks.get(page.pk, []),
        )
        for page in given
    ]


def _related(model: Any) -> list[str]:
    extra: dict[Any, list[str]] = {GuideFee: ["basis"], GuideEvidence: ["evidence_type"]}
    return ["law", *extra.get(model, [])]


def _is_due(day: datetime.date | None, by: datetime.date) -> bool:
    return day is None or day <= by


def _fact(relation: str, row: Any, page: GuidePage, by: datetime.date) -> DueFact:
    holder = row if own_check(row, page) else page
    return DueFact(relation, row, holder.checked_on, holder.next_check_on, _is_due(holder.next_check_on, by))
