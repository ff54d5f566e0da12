"""The rules of the scheduler, each by itself. Whole plans stand in ``plan_cases``, what always holds in the property tests."""

from __future__ import annotations

import datetime

import pytest

from business.core.spans import TimeUnit
from business.planning.enums import Verdict
from business.planning.planner.schedule import (
    FIRST_DAY,
    LAST_DAY,
    CircularDependencyError,
    Planned,
    Span,
    Task,
    finish,
    legal_times,
    schedule,
    usual_times,
)

pytestmark = pytest.mark.one_database

TODAY, OPENING = datetime.date(2026, 11, 26), datetime.date(2027, 5, 1)  # a Thursday, a Saturday


def d(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def weeks(amount: int) -> Span:
    return Span(amount, TimeUnit.WEEKS)


def task(key: str, *needs: str, **spans: Span) -> Task:
    return Task(key, needs=frozenset(needs), **spans)


def only(one: Task, today: datetime.date = TODAY, opening: datetime.date | None = OPENING) -> Planned:
    (planned,) = schedule([one], today, opening).tasks
    return planned


# --- Which time counts ----------------------------------------------------------------------------------------------


def test_the_usual_time_counts_and_where_there_is_none_that_of_the_law():
    assert usual_times(task("a", usual=weeks(2), limit=weeks(9))) == (weeks(2),)
    assert usual_times(task("a", limit=weeks(9))) == (weeks(9),)
    assert usual_times(task("a")) == ()


def test_whoever_wants_to_be_safe_waits_for_the_law_and_for_what_is_usual():
    assert set(legal_times(task("a", usual=weeks(2), limit=weeks(9)))) == {weeks(2), weeks(9)}
    assert legal_times(task("a", usual=weeks(2))) == (weeks(2),)


def test_what_ends_on_a_day_off_ends_on_the_next_working_day():
    assert finish(d("2026-12-10"), [weeks(2)]) == d("2026-12-28")  # Christmas Eve, a Thursday
    assert finish(d("2026-12-10"), []) == d("2026-12-10")
    assert finish(d("2026-12-10"), [weeks(0)]) == d("2026-12-10")


def test_what_takes_no_time_is_decided_when_it_is_handed_in_and_what_waits_for_it_may_go_the_same_day():
    found = schedule([task("a", usual=weeks(0)), task("b", "a", usual=weeks(1))], TODAY, OPENING)
    first, second = found.tasks
    assert (first.key, first.hand_in, first.decided) == ("a", second.hand_in, second.hand_in)
    assert (first.earliest, second.earliest) == (TODAY, TODAY)


def test_without_any_time_it_is_due_on_the_last_working_day_before_the_opening_and_no_decision_is_waited_for():
    found = only(task("a"))
    assert (found.hand_in, found.hand_in_safe) == (d("2027-04-30"), d("2027-04-30"))
    assert (found.decided, found.decided_latest, found.extended_to) == (None, None, None)


# --- By law ---------------------------------------------------------------------------------------------------------


def test_the_extension_runs_on_from_the_end_of_the_first_time_and_not_from_the_working_day_it_was_moved_to():
    # Thursday 10 December + 2 weeks is Christmas Eve, moved to the 28th; + 1 week more is New Year's Eve, moved to 4 January.
    found = only(task("a", limit=weeks(2), extension=weeks(1)), today=d("2026-12-10"), opening=None)
    assert (found.decided_latest, found.extended_to) == (d("2026-12-28"), d("2027-01-04"))


def test_an_extension_without_a_limit_extends_nothing():
    assert only(task("a", usual=weeks(2), extension=weeks(1))).extended_to is None


# --- What waits for what --------------------------------------------------------------------------------------------


def test_a_notice_is_in_before_what_needs_it_though_its_own_day_is_later():
    found = schedule([task("notice", notice=weeks(1)), task("permit", "notice", usual=weeks(8))], TODAY, OPENING)
    assert [(one.key, one.hand_in) for one in found.tasks] == [
        ("notice", d("2027-03-05")),
        ("permit", d("2027-03-05")),
    ]
    assert only(task("notice", notice=weeks(1))).hand_in == d("2027-04-23")


def test_what_is_needed_twice_is_decided_for_the_earlier_one():
    tasks = [task("a", usual=weeks(1)), task("soon", "a", usual=weeks(8)), task("late", "a", usual=weeks(1))]
    assert {one.key: one.hand_in for one in schedule(tasks, TODAY, OPENING).tasks} == {
        "a": d("2027-02-26"),
        "soon": d("2027-03-05"),
        "late": d("2027-04-23"),
    }


def test_on_one_day_what_is_needed_stands_first_and_then_the_keys_count():
    tasks = [task("c"), task("a", "z"), task("z"), task("b")]
    assert [one.key for one in schedule(tasks, TODAY, OPENING).tasks] == ["b", "c", "z", "a"]


def test_a_key_that_is_no_task_is_passed_over():
    assert only(task("a", "elsewhere", usual=weeks(6))) == only(task("a", usual=weeks(6)))


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({"a": "a"}, ("a", "a")),
        ({"a": "b", "b": "a"}, ("a", "b", "a")),
        ({"food": "serving", "serving": "building", "building": "food"}, ("building", "food", "serving", "building")),
    ],
)
def test_a_circle_is_named(needs, circle):
    tasks = [task("outside"), *(task(key, other, usual=weeks(1)) for key, other in needs.items())]
    with pytest.raises(CircularDependencyError) as caught:
        schedule(tasks, TODAY, OPENING)
    assert caught.value.circle == circle
    assert str(caught.value) == " → ".join(circle)


def test_two_tasks_with_one_key_are_refused():
    with pytest.raises(ValueError, match="one key"):
        schedule([task("a"), task("a", usual=weeks(1))], TODAY)


def test_a_negative_time_and_an_unknown_unit_are_refused():
    with pytest.raises(ValueError, match="negative"):
        schedule([task("a", usual=weeks(-1))], TODAY)
    with pytest.raises(ValueError, match="fortnights"):
        schedule([task("a", usual=Span(1, "fortnights"))], TODAY)


# --- The verdict and the first days ---------------------------------------------------------------------------------


def test_the_verdict_turns_on_the_first_day_and_on_the_safe_one():
    one = task("a", usual=weeks(6), limit=weeks(10))  # open on 8 January, safely on 5 February
    verdicts = {text: schedule([one], TODAY, d(text)).verdict for text in ("2027-01-07", "2027-01-08", "2027-02-04")}
    assert list(verdicts.values()) == [Verdict.TOO_LATE, Verdict.USUAL, Verdict.USUAL]
    assert schedule([one], TODAY, d("2027-02-05")).verdict == Verdict.SAFE
    assert schedule([one], TODAY).verdict is None


@pytest.mark.parametrize("opening", ["2026-11-26", "2026-11-25", "2020-02-29"])
def test_today_and_before_is_too_late(opening):
    assert schedule([task("a", notice=weeks(0))], TODAY, d(opening)).verdict == Verdict.TOO_LATE


def test_on_a_day_off_everything_begins_on_the_next_working_day():
    found = schedule([task("a", usual=weeks(0))], d("2026-11-28"), None)  # a Saturday
    assert (found.tasks[0].earliest, found.earliest_opening) == (d("2026-11-30"), d("2026-12-01"))


def test_nothing_to_hand_in_is_safe_and_may_open_tomorrow():
    found = schedule([], TODAY, OPENING)
    tomorrow = d("2026-11-27")
    assert (found.tasks, found.verdict, found.critical_path) == ((), Verdict.SAFE, ())
    assert (found.earliest_opening, found.earliest_safe) == (tomorrow, tomorrow)


# --- The critical path ----------------------------------------------------------------------------------------------


def test_the_longest_of_equal_chains_is_critical_and_of_equally_long_ones_the_first_by_its_keys():
    long = [task("b1", usual=weeks(2)), task("b2", "b1", usual=weeks(4))]
    twin = [task("a1", usual=weeks(3)), task("a2", "a1", usual=weeks(3))]
    alone = task("0", usual=weeks(6))
    assert schedule([alone, *long], TODAY).critical_path == ("b1", "b2")
    assert schedule([alone, *long, *twin], TODAY).critical_path == ("a1", "a2")


def test_only_what_sets_the_next_day_is_critical():
    tasks = [
        task("quick", usual=weeks(1)),
        task("slow", usual=weeks(5)),
        task("last", "quick", "slow", usual=weeks(1)),
    ]
    found = schedule(tasks, TODAY, OPENING)
    assert found.critical_path == ("slow", "last")
    assert {one.key: one.critical for one in found.tasks} == {"quick": False, "slow": True, "last": True}


def test_nothing_is_critical_when_nothing_hinders_opening_tomorrow():
    assert schedule([task("a", notice=weeks(0))], TODAY).critical_path == ()


# --- Beyond the calendar --------------------------------------------------------------------------------------------


def test_a_time_of_thousands_of_years_is_set_to_the_ends_of_the_calendar():
    chain = [task("a", usual=Span(9_999, TimeUnit.YEARS)), task("b", "a", notice=Span(9_999, TimeUnit.YEARS))]
    found = {one.key: one for one in schedule(chain, TODAY, OPENING).tasks}
    assert (found["a"].hand_in, found["a"].decided, found["b"].earliest) == (FIRST_DAY, LAST_DAY, LAST_DAY)


@pytest.mark.parametrize("opening", [datetime.date.min, datetime.date(1899, 12, 31), datetime.date.max])
def test_whatever_opening_day_is_asked_for_is_answered(opening):
    found = schedule([task("a", usual=weeks(6), notice=weeks(2))], TODAY, opening)
    assert found.verdict == (Verdict.SAFE if opening > TODAY else Verdict.TOO_LATE)
