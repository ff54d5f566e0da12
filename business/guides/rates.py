"""What a new hourly rate does to the fees of an area: asked before it is stored."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from business.core.querysets import rows_of
from business.core.translation import source_locale

from .enums import FeeKind
from .fees import sums_on
from .models import GuidePage, HourlyRate
from .parts import Price

__all__ = ["RateChange", "fingerprint", "rate_changes"]


@dataclass(frozen=True)
class RateChange:
    """One fee that changes: on which page, from which day (None: it has always been so), from what to what."""

    page: GuidePage
    label: str
    day: datetime.date | None
    before: Price | None
    after: Price | None


def _planned(stored: list[HourlyRate], new: HourlyRate) -> list[HourlyRate]:
    """Return the area's rates as they will be: with the new one, and what it takes over from ended the day before."""
    ends = new.predecessor()
    planned = [rate for rate in stored if rate.pk != new.pk and (ends is None or rate.pk != ends.pk)]
    if ends is not None:
        ends.valid_to = new.day_before()
        planned.append(ends)
    return [*planned, new]


def _price(sums: tuple[Any, Any] | None) -> Price | None:
    return Price(*sums) if sums else None


def _changes_of(
    page: GuidePage, label: str, rows: list[Any], old: list[HourlyRate], new: list[HourlyRate]
) -> list[RateChange]:
    days = {period.valid_from for period in [*rows, *old, *new]} | {
        period.valid_to + datetime.timedelta(days=1)
        for period in [*rows, *old, *new]
        if period.valid_to and period.valid_to < datetime.date.max
    }
    found: list[RateChange] = []
    last = None
    for day in sorted(day or datetime.date.min for day in days | {None}):
        before, after = sums_on(rows, old, day), sums_on(rows, new, day)
        if before != after and (before, after) != last:
            start = None if day == datetime.date.min else day
            found.append(RateChange(page, label, start, _price(before), _price(after)))
        last = (before, after)
    return found


def rate_changes(new: HourlyRate) -> list[RateChange]:
    """Return every fee of every page that storing ``new`` changes, by page, fee and day, in a fixed number of queries."""
    stored = list(HourlyRate.objects.filter(area_id=new.area_id).select_related("area"))
    found = _changes_in(new.area_id, stored, _planned(stored, new))
    # A rate that is moved to another area is missed in the one that it leaves.
    left = HourlyRate.objects.filter(pk=new.pk).exclude(area_id=new.area_id).first() if new.pk else None
    if left is not None:
        rates = list(HourlyRate.objects.filter(area_id=left.area_id))
        found += _changes_in(left.area_id, rates, [rate for rate in rates if rate.pk != new.pk])
    return found


def _changes_in(area_id: int, old: list[HourlyRate], new: list[HourlyRate]) -> list[RateChange]:
    guides = GuidePage.objects.filter(area_id=area_id, locale=source_locale(), live=True).order_by("sort_key", "pk")
    pages = list(guides)
    fees = rows_of(pages, "fees", lambda rows: rows.filter(kind=FeeKind.HOURS))
    found: list[RateChange] = []
    for page in pages:
        headings: dict[str, list[Any]] = {}
        for row in fees[page.pk]:
            headings.setdefault(str(row), []).append(row)
        for label, rows in headings.items():
            found += _changes_of(page, label, rows, old, new)
    return found


def fingerprint(changes: Iterable[RateChange], new: HourlyRate) -> str:
    """Return what tells one set of changes from another, so that what is stored is what was shown."""
    said = [(change.page.pk, change.label, change.day, change.before, change.after) for change in changes]
    ends = new.predecessor()
    ended = ends and (ends.pk, ends.amount)
    told = repr((new.area_id, new.amount.normalize(), new.valid_from, new.valid_to, ended, said))
    return hashlib.sha256(told.encode()).hexdigest()
