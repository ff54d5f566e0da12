"""Whole plans against what was worked out by hand: every day, every krona, the verdict and the critical path."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from business.core.working_days import DAY
from business.planning.enums import Verdict
from business.planning.planner.costs import FeeLine, Sum
from business.planning.planner.schedule import Planned

from .plan_cases import CASES
from .plans import NONE, lines, plan_of

pytestmark = pytest.mark.one_database

NAMED = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


# --- In words, as a case says it -------------------------------------------------------------------------------------


def shown(value: Any) -> str:
    return NONE if value is None else str(value)


def days_of(planned: Planned) -> list[str]:
    names = ("hand_in", "hand_in_safe", "earliest", "decided", "decided_latest", "extended_to", "slack")
    return [planned.key, *(shown(getattr(planned, name)) for name in names)]


def kronor(amount: Sum) -> str:
    low, high = (f"{end:f}".removesuffix(".00") for end in (amount.low, amount.high))
    return f"{low}–{high}" if amount.is_range else low


def money_of(line: FeeLine) -> list[str]:
    cells = [line.key, str(line.on), kronor(line.amount) if line.amount else str(line.unknown.value)]
    if line.otherwise:
        cells.append(f"{kronor(line.otherwise[0])} until {line.otherwise[1]}")
    return [*cells, *([] if line.included else ["left out"])]


# --- The plans ------------------------------------------------------------------------------------------------------


@NAMED
def test_every_day_is_the_one_worked_out_by_hand(case):
    found = plan_of(case).schedule
    assert [days_of(planned) for planned in found.tasks] == lines(case.days)


@NAMED
def test_the_verdict_and_the_first_opening_days(case):
    found = plan_of(case).schedule
    assert (found.verdict, str(found.earliest_opening), str(found.earliest_safe)) == (
        case.verdict,
        case.first,
        case.safe,
    )
    assert " ".join(found.critical_path) == case.path
    assert {planned.key for planned in found.tasks if planned.critical} == set(case.path.split())


@NAMED
def test_every_krona_is_the_one_worked_out_by_hand(case):
    found = plan_of(case).costs
    assert [money_of(line) for line in found.lines] == lines(case.money)
    assert (kronor(found.once), kronor(found.yearly)) == (case.once, case.yearly)


@NAMED
def test_the_papers_are_ordered_on_the_days_worked_out_by_hand(case):
    found = [
        [paper.text.key, shown(copy.not_before), shown(copy.needed), " ".join(guide.slug for guide in copy.guides)]
        for paper in plan_of(case).papers
        for copy in paper.copies
    ]
    assert found == lines(case.copies)


@NAMED
def test_whoever_then_chooses_the_first_day_is_in_time_and_the_day_before_is_too_late(case):
    first = datetime.date.fromisoformat(case.first)
    assert plan_of(replace(case, opening=case.first)).verdict in {Verdict.SAFE, Verdict.USUAL}
    assert plan_of(replace(case, opening=case.safe)).verdict == Verdict.SAFE
    if first > datetime.date.fromisoformat(case.today) + DAY:
        assert plan_of(replace(case, opening=str(first - DAY))).verdict == Verdict.TOO_LATE


def test_there_are_at_least_thirty_plans_and_no_two_have_one_name():
    assert len({case.name for case in CASES}) == len(CASES) >= 30
