"""The plan as a file for a spreadsheet: every day and every krona, one row each. Days are ISO 8601, fields parted by semicolons."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from business.core.spreadsheets import BOM, harmless
from business.guides.enums import PaidWhen

from .costs import FeeLine
from .plan import Matter, PaperToGet, Plan

__all__ = ["write_spreadsheet"]

Row = list[str | int]


def write_spreadsheet(plan: Plan) -> bytes:
    """Return the plan's applications, fees and papers as CSV, in the language that is active."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    writer.writerow(_heading())
    for row in _rows(plan):
        # A number is no formula, a negative one neither.
        writer.writerow([cell if isinstance(cell, int) else harmless(cell) for cell in row])
    return (BOM + target.getvalue()).encode()


def _heading() -> list[str]:
    return [
        pgettext("kind of row", "Kind"),
        _("What"),
        _("For"),
        _("Area"),
        _("To whom"),
        _("Hand in at the latest"),
        _("Safe day"),
        _("Earliest"),
        _("Decision expected"),
        _("Decision at the latest by law"),
        _("Slack, working days"),
        _("At least, SEK"),
        _("At most, SEK"),
        _("Paid"),
        _("Tariff of the day"),
        _("Tariff"),
        _("Get from"),
        _("Web address"),
    ]


def _rows(plan: Plan) -> Iterable[Row]:
    for matter in plan.matters:
        yield _matter_row(matter)
    titles = {guide.pk: str(guide.title) for guide in plan.guides}
    for line in plan.costs.lines:
        if line.included:
            yield _fee_row(line, titles[line.guide])
    for paper in plan.papers:
        yield from _paper_rows(paper, plan.today)
    if plan.opening:
        yield [_("Opening day"), _("Opening day"), "", "", "", _day(plan.opening), *[""] * 12]


def _matter_row(matter: Matter) -> Row:
    """Return an application as the page shows it: too late, its decision is the one for the first possible day."""
    guide, planned = matter.guide, matter.planned
    days: Row = ["", "", "", "", "", ""]
    if planned:
        days = [
            *(_day(day) for day in (planned.hand_in, planned.hand_in_safe, planned.earliest, matter.decided)),
            "" if matter.is_late else _day(planned.decided_latest),
            "" if planned.slack is None else planned.slack,
        ]
    url = guide.e_service.url if guide.e_service else ""
    decider = guide.decider.name if guide.decider else ""
    return [pgettext("kind of row", "Application"), guide.title, "", guide.area.name, decider, *days, *[""] * 6, url]


def _fee_row(line: FeeLine, title: str) -> Row:
    low, high = (line.amount.low, line.amount.high) if line.amount else (None, None)
    paid = str(PaidWhen(line.paid).label) if line.paid else ""
    tariff = line.tariff
    name = " ".join(part for part in (str(tariff.name), tariff.number) if part) if tariff else ""
    source = (tariff.url if tariff else "") or (line.law.url if line.law else "")
    amounts: Row = [_number(low), _number(high)]
    return [_("Fee"), line.label, title, *[""] * 8, *amounts, paid, _day(line.on), name, "", source]


def _paper_rows(paper: PaperToGet, today: datetime.date) -> Iterable[Row]:
    """Yield a row for each copy, with the applications it is for; those for the safe days say so."""
    safe = _("%(paper)s (for the safe day)") % {"paper": paper.text.name}
    for name, copy in [
        *((paper.text.name, copy) for copy in paper.copies),
        *((safe, copy) for copy in paper.safe_copies),
    ]:
        titles = ", ".join(str(guide.title) for guide in copy.guides)
        needed, start = _day(copy.needed), _day(copy.not_before and max(copy.not_before, today))
        url = paper.text.url
        yield [_("Document"), name, titles, "", paper.text.issuer, needed, *[""] * 10, start, url]


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def _number(value: Decimal | None) -> str:
    """Write an amount as a spreadsheet in the reader's language reads it."""
    if value is None:
        return ""
    text = str(value.quantize(Decimal("0.01"))).removesuffix(".00")
    return text.replace(".", ",") if get_language() == "sv" else text
