"""What holds for every schedule: beside it stands a naive one that walks the calendar day by day."""

from __future__ import annotations

import datetime
from dataclasses import replace
from itertools import count, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from business.core.spans import TimeUnit, after, before
from business.core.working_days import is_working_day
from business.planning.enums import Verdict
from business.planning.planner.schedule import Planned, Schedule, Span, Task, schedule

pytestmark = pytest.mark.one_database

DAY = datetime.timedelta(days=1)
KEYS = "abcdef"
MOST = {TimeUnit.DAYS: 40, TimeUnit.WEEKS: 8, TimeUnit.MONTHS: 3, TimeUnit.YEARS: 1, TimeUnit.WORKING_DAYS: 15}

SPANS = st.sampled_from(TimeUnit).flatmap(lambda unit: st.builds(Span, st.integers(0, MOST[unit]), st.just(unit)))
# Around leap days, month ends, the turn of the year, Easter and midsummer, and anywhere.
TODAYS = st.one_of(
    st.dates(datetime.date(2024, 1, 1), datetime.date(2032, 12, 31)),
    st.builds(
        lambda day, distance: day + distance * DAY,
        st.sampled_from(
            [
                datetime.date(2028, 2, 29),
                datetime.date(2027, 1, 1),
                datetime.date(2026, 6, 19),
                datetime.date(2026, 4, 5),
            ]
        ),
        st.integers(-40, 5),
    ),
)


@st.composite
def some_tasks(draw: st.DrawFn) -> list[Task]:
    """Up to six tasks that need earlier ones, given in any order."""
    number = draw(st.integers(1, len(KEYS)))
    maybe = st.one_of(st.none(), SPANS)
    tasks = []
    for place in range(number):
        needs = draw(st.sets(st.sampled_from(KEYS[:place]), max_size=3)) if place else set()
        tasks.append(
            Task(
                KEYS[place],
                usual=draw(maybe),
                limit=draw(maybe),
                extension=draw(maybe),
                notice=draw(maybe),
                needs=frozenset(needs),
            )
        )
    return draw(st.permutations(tasks))


TASKS = some_tasks()
# Walking the calendar takes its time.
FEW = settings(max_examples=60, deadline=None)


# --- The naive model ------------------------------------------------------------------------------------------------


def spans_of(task: Task, by_law: bool) -> list[Span]:
    """Return what must have passed: the usual time, else the law's; by law both."""
    if by_law:
        return [span for span in (task.limit, task.usual) if span]
    return [span for span in (task.usual or task.limit,) if span]


def decided(task: Task, hand_in: datetime.date, by_law: bool) -> datetime.date:
    days = [hand_in]
    for span in spans_of(task, by_law):
        day = after(hand_in, span.amount, span.unit)
        while not is_working_day(day):
            day += DAY
        days.append(day)
    return max(days)


def keeps(task: Task, hand_in: datetime.date, opening: datetime.date, by_law: bool) -> bool:
    """Whether a working day to hand in keeps what the opening asks of the task alone."""
    if task.notice is not None and hand_in > before(opening, task.notice.amount, task.notice.unit):
        return False
    only_notice = task.notice is not None and not spans_of(task, by_law)
    return only_notice or decided(task, hand_in, by_law) < opening


def waits_at_least_for(tasks: list[Task]) -> list[Task]:
    """Return the tasks so that each comes after what it needs."""
    return sorted(tasks, key=lambda task: task.key)  # a task needs none with a later key


def naive_earliest(tasks: list[Task], today: datetime.date, by_law: bool) -> dict[str, datetime.date]:
    by_key = {task.key: task for task in tasks}
    days: dict[str, datetime.date] = {}
    for task in waits_at_least_for(tasks):
        days[task.key] = next(
            day
            for day in (today + number * DAY for number in count())
            if is_working_day(day) and all(decided(by_key[key], days[key], by_law) <= day for key in task.needs)
        )
    return days


def naive_latest(tasks: list[Task], opening: datetime.date, by_law: bool) -> dict[str, datetime.date]:
    days: dict[str, datetime.date] = {}
    for task in reversed(waits_at_least_for(tasks)):
        waiting = [days[other.key] for other in tasks if task.key in other.needs]
        days[task.key] = next(
            day
            for day in (opening - number * DAY for number in count())
            if is_working_day(day)
            and keeps(task, day, opening, by_law)
            and all(decided(task, day, by_law) <= other for other in waiting)
        )
    return days


def naive_first_opening(tasks: list[Task], today: datetime.date, by_law: bool) -> datetime.date:
    earliest = naive_earliest(tasks, today, by_law)
    return next(
        day
        for day in (today + number * DAY for number in count(1))
        if all(keeps(task, earliest[task.key], day, by_law) for task in tasks)
    )


# --- Against it -----------------------------------------------------------------------------------------------------


def by_key(found: Schedule) -> dict[str, Planned]:
    return {task.key: task for task in found.tasks}


@FEW
@given(TASKS, TODAYS, st.integers(-30, 700))
def test_every_day_to_hand_in_is_the_last_possible_one(tasks, today, distance):
    opening = today + distance * DAY
    found = by_key(schedule(tasks, today, opening))
    assert {key: task.hand_in for key, task in found.items()} == naive_latest(tasks, opening, by_law=False)
    assert {key: task.hand_in_safe for key, task in found.items()} == naive_latest(tasks, opening, by_law=True)


@FEW
@given(TASKS, TODAYS)
def test_the_first_days_are_the_first_possible_ones(tasks, today):
    found = schedule(tasks, today)
    assert {task.key: task.earliest for task in found.tasks} == naive_earliest(tasks, today, by_law=False)
    assert found.earliest_opening == naive_first_opening(tasks, today, by_law=False)
    assert found.earliest_safe == naive_first_opening(tasks, today, by_law=True)


@FEW
@given(TASKS, TODAYS)
def test_the_first_opening_is_the_first_day_that_is_not_too_late_and_the_safe_one_the_first_that_is_safe(tasks, today):
    found = schedule(tasks, today)
    for first, before_it in (
        (found.earliest_opening, {Verdict.TOO_LATE}),
        (found.earliest_safe, {Verdict.TOO_LATE, Verdict.USUAL}),
    ):
        assert schedule(tasks, today, first).verdict not in before_it
        assert first == today + DAY or schedule(tasks, today, first - DAY).verdict in before_it


@FEW
@given(TASKS, TODAYS, st.integers(-30, 700))
def test_the_verdict_says_whether_every_application_can_still_be_handed_in_in_time(tasks, today, distance):
    opening = today + distance * DAY
    assume(opening > today)
    found = schedule(tasks, today, opening)
    usual = all(task.hand_in >= task.earliest for task in found.tasks)
    earliest = naive_earliest(tasks, today, by_law=True)
    safe = all(task.hand_in_safe >= earliest[task.key] for task in found.tasks)
    assert found.verdict == (Verdict.SAFE if safe else Verdict.USUAL if usual else Verdict.TOO_LATE)
    assert all((task.slack < 0) == (task.hand_in < task.earliest) for task in found.tasks)


# --- What a company relies on ---------------------------------------------------------------------------------------


@FEW
@given(TASKS, TODAYS, st.integers(1, 700))
def test_nothing_is_due_before_what_it_needs_is_decided_and_all_is_decided_before_the_opening(tasks, today, distance):
    opening = today + distance * DAY
    known, found = {task.key: task for task in tasks}, by_key(schedule(tasks, today, opening))
    for key, task in known.items():
        assert all(decided(known[other], found[other].hand_in, False) <= found[key].hand_in for other in task.needs)
        assert all(
            decided(known[other], found[other].hand_in_safe, True) <= found[key].hand_in_safe for other in task.needs
        )
        assert is_working_day(found[key].hand_in)
        assert is_working_day(found[key].hand_in_safe)
        assert is_working_day(found[key].earliest)
        assert found[key].hand_in <= opening
        if found[key].decided is not None:
            assert found[key].hand_in <= found[key].decided < opening


@FEW
@given(TASKS, TODAYS, st.integers(1, 700), st.integers(1, 60))
def test_a_later_opening_never_makes_a_day_earlier(tasks, today, distance, later):
    opening = today + distance * DAY
    one, other = by_key(schedule(tasks, today, opening)), by_key(schedule(tasks, today, opening + later * DAY))
    for key in one:
        assert one[key].hand_in <= other[key].hand_in
        assert one[key].hand_in_safe <= other[key].hand_in_safe
        assert one[key].earliest == other[key].earliest


@FEW
@given(TASKS, TODAYS, st.integers(1, 60))
def test_a_later_start_never_makes_the_opening_earlier(tasks, today, later):
    one, other = schedule(tasks, today), schedule(tasks, today + later * DAY)
    assert one.earliest_opening <= other.earliest_opening
    assert one.earliest_safe <= other.earliest_safe


@FEW
@given(TASKS, TODAYS, st.integers(1, 700))
def test_whoever_is_safe_hands_in_no_later_and_opens_no_earlier(tasks, today, distance):
    found = schedule(tasks, today, today + distance * DAY)
    assert all(task.hand_in_safe <= task.hand_in for task in found.tasks)
    assert found.earliest_opening <= found.earliest_safe


@FEW
@given(TASKS, TODAYS, st.one_of(st.none(), st.integers(-30, 700)))
def test_what_is_needed_stands_before_what_needs_it_and_days_come_in_order(tasks, today, distance):
    found = schedule(tasks, today, None if distance is None else today + distance * DAY)
    places = {task.key: place for place, task in enumerate(found.tasks)}
    assert all(places[other] < places[task.key] for task in tasks for other in task.needs)
    days = [task.hand_in or task.earliest for task in found.tasks]
    assert days == sorted(days)
    assert schedule(list(reversed(tasks)), today, found.opening) == found


@FEW
@given(TASKS, TODAYS)
def test_each_of_the_critical_path_sets_the_day_of_the_next_and_the_last_the_opening(tasks, today):
    known, found = {task.key: task for task in tasks}, schedule(tasks, today)
    days, path = by_key(found), found.critical_path
    assert {task.key for task in found.tasks if task.critical} == set(path)
    for one, other in pairwise(path):
        assert one in known[other].needs
        assert decided(known[one], days[one].earliest, False) == days[other].earliest
    if path:
        alone = Task(path[-1], known[path[-1]].usual, known[path[-1]].limit, notice=known[path[-1]].notice)
        assert keeps(alone, days[path[-1]].earliest, found.earliest_opening, False)
        assert not keeps(alone, days[path[-1]].earliest, found.earliest_opening - DAY, False) or (
            found.earliest_opening == today + DAY
        )
    else:
        assert found.earliest_opening == today + DAY


# --- Times that change ----------------------------------------------------------------------------------------------


@st.composite
def changing_tasks(draw: st.DrawFn) -> tuple[datetime.date, list[Task]]:
    """Up to three tasks that need earlier ones, whose times change on up to two days around and after today."""
    today = draw(TODAYS)
    spans = st.one_of(st.none(), SPANS)
    tasks: list[Task] = []
    for place in range(draw(st.integers(1, 3))):
        starts = sorted(draw(st.sets(st.integers(-5, 120), max_size=2)))
        times = [Task(KEYS[place], draw(spans), draw(spans), notice=draw(spans)) for _number in range(len(starts) + 1)]
        needs = draw(st.sets(st.sampled_from(KEYS[:place]), max_size=2)) if place else set()
        later = tuple((today + start * DAY, then) for start, then in zip(starts, times[1:], strict=True))
        tasks.append(replace(times[0], needs=frozenset(needs), later=later))
    return today, tasks


def working_days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    days = (first + number * DAY for number in range((last - first).days + 1))
    return [day for day in days if is_working_day(day)]


@FEW
@given(changing_tasks(), st.integers(1, 400), st.integers(1, 60))
def test_whenever_it_is_handed_in_up_to_its_last_day_it_is_decided_in_time(found, distance, later):
    today, tasks = found
    opening = today + distance * DAY
    plan, known = schedule(tasks, today, opening), {task.key: task for task in tasks}
    days = by_key(plan)
    for by_law in (False, True):
        last = {key: one.hand_in_safe if by_law else one.hand_in for key, one in days.items()}
        for key, one in days.items():
            waiting = [last[task.key] for task in tasks if key in task.needs]
            for day in working_days(one.earliest, last[key]):
                then = known[key].on(day)
                assert keeps(then, day, opening, by_law)
                assert all(decided(then, day, by_law) <= other for other in waiting)
    usual = all(one.hand_in >= one.earliest for one in days.values())
    assert (plan.verdict != Verdict.TOO_LATE) == usual
    if plan.verdict == Verdict.SAFE:
        assert all(one.hand_in_safe >= one.earliest for one in days.values())
    assert all(one.hand_in_safe <= one.hand_in for one in days.values())
    after = by_key(schedule(tasks, today, opening + later * DAY))
    for key, one in days.items():
        assert one.hand_in <= after[key].hand_in
        assert one.hand_in_safe <= after[key].hand_in_safe
    for first, before_it in (
        (plan.earliest_opening, {Verdict.TOO_LATE}),
        (plan.earliest_safe, {Verdict.TOO_LATE, Verdict.USUAL}),
    ):
        assert schedule(tasks, today, first).verdict not in before_it
        assert first == today + DAY or schedule(tasks, today, first - DAY).verdict in before_it


HUGE = st.builds(Span, st.integers(0, 999), st.sampled_from(TimeUnit))  # as much as a time rule may say


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.builds(Task, st.just(""), *[st.one_of(st.none(), HUGE)] * 4), min_size=1, max_size=3),
    TODAYS,
    st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)),
)
def test_no_time_reaches_beyond_the_calendar(chain, today, opening):
    tasks = [
        Task(str(place), task.usual, task.limit, task.extension, task.notice, frozenset({str(place - 1)}))
        for place, task in enumerate(chain)
    ]
    found = schedule(tasks, today, opening)
    assert len(found.tasks) == len(tasks)
    assert schedule(tasks, today).earliest_opening == found.earliest_opening
