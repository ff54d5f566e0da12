"""Builds a plan from a case of ``plan_cases``: the guides as they would have been read from the database."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from business.core.translation import Text
from business.guides.enums import CountedFrom, FeeKind, GuideKind, Need, TimeRuleKind, TimeUnit
from business.guides.models import FeeBasis, GuideFee, HourlyRate
from business.guides.parts import Area, Basis, Check, FeeTexts, TimeRule
from business.planning.planner.costs import GuideFees
from business.planning.planner.plan import Plan, make_plan
from business.planning.planner.reading import PaperText, PlanGuide, Read, Tie
from business.planning.planner.schedule import Span
from business.planning.planner.times import Times

from .plan_cases import Case

__all__ = ["NONE", "day", "lines", "plan_of", "read"]

NONE = "–"


def lines(text: str) -> list[list[str]]:
    """Return the lines of a table, each as its cells."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]


def day(text: str | None) -> datetime.date | None:
    return None if text in {None, NONE} else datetime.date.fromisoformat(text)


# --- From a case to what was read of the guides ----------------------------------------------------------------------


KINDS = {
    "usual": TimeRuleKind.USUAL,
    "limit": TimeRuleKind.LEGAL_LIMIT,
    "extension": TimeRuleKind.EXTENSION,
    "notice": TimeRuleKind.NOTICE_BEFORE_START,
}


def time_rule(kind: str, amount: str, unit: str) -> TimeRule:
    return TimeRule(
        kind=KINDS[kind],
        kind_label="",
        key="",
        applies_to=Text(),
        amount_from=None,
        amount=int(amount),
        unit=TimeUnit(unit),
        counted_from=CountedFrom.START if kind == "notice" else CountedFrom.COMPLETE,
        counted_from_label="",
        late="",
        late_label="",
        note=Text(),
        holds=True,
        valid_from=None,
        valid_to=None,
        law=None,
        check=Check(None, Text(), None, False),
    )


def times(words: list[str]) -> Times:
    rules = {
        kind: time_rule(kind, *rest) for kind, *rest in (part.split() for part in words if part.split()[0] in KINDS)
    }
    return Times(**rules, is_task=bool(rules))


def basis(key: str) -> FeeBasis:
    return FeeBasis(pk=sum(key.encode()), slug=key, name=f"{key}s", one=key)


def fee(label: str, how_much: str, paid: str, start: str = NONE, end: str = NONE) -> GuideFee:
    row = GuideFee(label=label, paid=paid, valid_from=day(start), valid_to=day(end), need=Need.ALWAYS)
    if " some" in how_much:
        row.need = Need.IF_APPLICABLE
    if found := re.search(r"least (\S+)", how_much):
        row.minimum = Decimal(found[1])
    if how_much == "free":
        row.kind = FeeKind.FREE
    elif found := re.match(r"(?:(\S+)–)?(\S+) h\b", how_much):
        row.kind, row.hours = FeeKind.HOURS, Decimal(found[2])
        row.hours_from = Decimal(found[1]) if found[1] else None
    elif found := re.match(r"(\S+) each (\w+)", how_much):
        row.kind, row.amount, row.basis = FeeKind.PER_UNIT, Decimal(found[1]), basis(found[2])
    else:
        row.kind, row.amount = FeeKind.FIXED, Decimal(how_much.split(maxsplit=1)[0])
        if found := re.search(r"(\w+) (\d*)–(\d*)$", how_much):
            row.basis = basis(found[1])
            row.band_from, row.band_to = (int(end) if end else None for end in found.groups()[1:])
    return row


def texts_of(row: GuideFee) -> FeeTexts:
    counted = Basis(Text(row.basis.name), Text(row.basis.one)) if row.basis else None
    return FeeTexts(label=Text(row.label), note=Text(row.note), basis=counted)


def fees_of(case: Case, pk: int, key: str) -> GuideFees:
    rows = [fee(*rest) for guide, *rest in lines(case.fees) if guide == key]
    rates = [
        HourlyRate(amount=Decimal(amount), valid_from=day(start), valid_to=day(end))
        for guide, amount, start, end in lines(case.rates)
        if guide == key
    ]
    return GuideFees(pk, key, rows, rates, texts_of)


def papers_of(case: Case, key: str) -> tuple[PaperText, ...]:
    return tuple(
        PaperText(
            key=paper,
            name=Text(paper),
            issuer=Text(),
            url="",
            formats="",
            template_url="",
            max_age=None if age == NONE else Span(int(age.split()[0]), age.split()[1]),
            max_age_label="",
            always=True,
        )
        for paper, age, guides in lines(case.papers)
        if key in guides.split()
    )


def read(case: Case) -> Read:
    """Return the guides of a case as they would be read from the database."""
    guides: list[PlanGuide] = []
    needs: dict[str, list[str]] = {}
    for number, (line,) in enumerate(lines(case.tasks), start=1):
        key, _colon, rest = line.partition(":")
        words = [part.strip() for part in rest.split(",")]
        needs[key] = [other for part in words if part.startswith("needs ") for other in part[6:].split(" + ")]
        guides.append(
            PlanGuide(
                pk=number,
                slug=key,
                title=Text(key),
                url="",
                kind=GuideKind.PERMIT,
                area=Area("area", Text(), Text(), ""),
                decider=None,
                contact=None,
                e_service=None,
                times=times(words),
                papers=papers_of(case, key),
                gives="",
                fees=fees_of(case, number, key),
            )
        )
    pks = {guide.slug: guide.pk for guide in guides}
    ties = (Tie(pks[key], pks[other]) for key in needs for other in needs[key] if other in pks)
    return Read(tuple(guides), tuple(ties))


def plan_of(case: Case) -> Plan:
    found = read(case)
    return make_plan(
        found,
        {guide.pk for guide in found.guides},
        datetime.date.fromisoformat(case.today),
        day(case.opening),
        case.counts,
        case.included,
    )
