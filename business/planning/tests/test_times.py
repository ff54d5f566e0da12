"""Which of a guide's times a plan counts with."""

from __future__ import annotations

from typing import Any

import pytest

from business.core.translation import Text
from business.guides.enums import CountedFrom, GuideKind, TimeRuleKind, TimeUnit
from business.guides.parts import Check, TimeRule
from business.planning.planner.schedule import Span
from business.planning.planner.times import times_of

pytestmark = pytest.mark.one_database

USUAL, LIMIT, EXTENSION = TimeRuleKind.USUAL, TimeRuleKind.LEGAL_LIMIT, TimeRuleKind.EXTENSION
NOTICE, RENEWAL = TimeRuleKind.NOTICE_BEFORE_START, TimeRuleKind.RENEWAL_BEFORE


def rule(kind: TimeRuleKind, amount: int, matter: str = "", **more: Any) -> TimeRule:
    values: dict[str, Any] = {
        "kind_label": kind.label,
        "amount_from": None,
        "unit": TimeUnit.WEEKS,
        "counted_from": CountedFrom.COMPLETE,
        "counted_from_label": "",
        "late": "",
        "late_label": "",
        "note": Text(),
        "holds": True,
        "valid_from": None,
        "valid_to": None,
        "law": None,
        "check": Check(None, Text(), None, False),
    }
    return TimeRule(kind=kind, key=matter, applies_to=Text(matter), amount=amount, **{**values, **more})


def weeks(number: int) -> Span:
    return Span(number, TimeUnit.WEEKS)


def test_the_first_rule_of_each_kind_counts():
    task = times_of(
        GuideKind.PERMIT, [rule(USUAL, 8), rule(USUAL, 3), rule(LIMIT, 10), rule(EXTENSION, 10), rule(NOTICE, 2)]
    ).task("lov")
    assert (task.usual, task.limit, task.extension, task.notice) == (weeks(8), weeks(10), weeks(10), weeks(2))


@pytest.mark.parametrize(
    ("kind", "rules", "no_time_rule", "is_untimed"),
    [
        (GuideKind.PERMIT, [rule(USUAL, 8, holds=False)], False, True),
        (GuideKind.NOTICE, [rule(RENEWAL, 4, counted_from=CountedFrom.EXPIRY)], False, True),
        (GuideKind.REGISTRATION, [], False, True),
        (GuideKind.REGISTRATION, [], True, False),
        (GuideKind.PERMIT, [rule(USUAL, 8)], False, False),
        (GuideKind.NOTICE, [rule(USUAL, 12, counted_from=CountedFrom.AFTER_START)], False, False),
        (GuideKind.INFORMATION, [], False, False),
        (GuideKind.SUPERVISION, [], False, False),
    ],
)
def test_what_has_no_known_time(kind: GuideKind, rules: list[TimeRule], no_time_rule: bool, is_untimed: bool):
    times = times_of(kind, rules, no_time_rule)
    assert (times.is_untimed, times.is_matter) == (is_untimed, is_untimed or times.is_task)


def test_a_rule_that_does_not_hold_yet_is_passed_over():
    times = times_of(GuideKind.PERMIT, [rule(USUAL, 3, holds=False), rule(USUAL, 8)])
    assert times.task("lov").usual == weeks(8)


def test_the_limit_is_that_of_the_matter_with_the_usual_time():
    rules = [
        rule(LIMIT, 4, "Anmälan"),
        rule(EXTENSION, 4, "Anmälan"),
        rule(LIMIT, 10, "Bygglov"),
        rule(EXTENSION, 9, "Bygglov"),
        rule(USUAL, 8, "Bygglov"),
    ]
    times = times_of(GuideKind.PERMIT, rules)
    assert times.task("lov").limit == weeks(10)
    assert times.task("lov").extension == weeks(9)
    assert times.counted_as == "Bygglov"


def test_without_a_usual_time_the_first_limit_says_what_it_is_counted_as():
    times = times_of(GuideKind.PERMIT, [rule(LIMIT, 10, "Bygglov"), rule(LIMIT, 4, "Anmälan")])
    assert times.task("lov").limit == weeks(10)
    assert times.counted_as == "Bygglov"


def test_a_limit_of_another_matter_is_not_borrowed():
    times = times_of(GuideKind.PERMIT, [rule(USUAL, 8, "Bygglov"), rule(LIMIT, 4, "Anmälan")])
    assert times.limit is None


def test_an_extension_of_another_matter_is_not_borrowed():
    assert times_of(GuideKind.PERMIT, [rule(LIMIT, 10), rule(EXTENSION, 4, "Anmälan")]).extension is None


def test_what_counts_from_the_opening_is_told_and_nothing_to_wait_for():
    times = times_of(GuideKind.NOTICE, [rule(USUAL, 12, counted_from=CountedFrom.AFTER_START)])
    assert not times.is_task
    assert [known.amount for known in times.afterwards] == [12]


def test_a_renewal_is_a_note_beside_the_task():
    times = times_of(GuideKind.PERMIT, [rule(LIMIT, 10), rule(RENEWAL, 4, counted_from=CountedFrom.EXPIRY)])
    assert times.is_task
    assert [known.amount for known in times.renewals] == [4]


@pytest.mark.parametrize(
    ("kind", "rules", "is_task"),
    [
        (GuideKind.PERMIT, [rule(LIMIT, 10)], True),
        (GuideKind.NOTICE, [rule(NOTICE, 2, counted_from=CountedFrom.START)], True),
        (GuideKind.PERMIT, [], False),
        (GuideKind.INFORMATION, [rule(USUAL, 2)], True),
        (GuideKind.INFORMATION, [rule(LIMIT, 2)], False),
        (GuideKind.SUPERVISION, [rule(USUAL, 2)], False),
    ],
)
def test_what_is_a_task(kind: GuideKind, rules: list[TimeRule], is_task: bool):
    assert times_of(kind, rules).is_task is is_task
