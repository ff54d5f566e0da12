"""By when a case is to be answered: tables worked out by hand, a naive model beside them, and closed days that come late.

The office of these tests works from 8:00 to 16:30, aims at one working day (510 minutes) and promises two.
"""

import datetime
import importlib
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from business.inbox import promise
from business.inbox.enums import CaseStatus
from business.inbox.models import Case, InboxSettings, OfficeDay, Pause

from .factories import CaseFactory, OfficeDayFactory, UserFactory

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MINUTE = datetime.timedelta(minutes=1)
OURS = InboxSettings()
SHORT_FRIDAY = InboxSettings(friday_closes=datetime.time(15))
FRIDAY = "2026-11-20 15:00"  # an hour and a half before the office closes


def at(text):
    """Return the moment at which clocks in Sweden show this."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def day(text):
    return datetime.date.fromisoformat(text)


def office(ours=OURS):
    """Return the office's ordinary hours."""
    return promise.OfficeHours(ours.week)


@pytest.mark.parametrize(
    ("pauses", "due", "limit"),
    [
        ([], "2026-11-23 15:00", "2026-11-24 15:00"),
        # 120 minutes of Monday: 30 are left for Tuesday, and 30 for Wednesday.
        ([("2026-11-23 10:00", "2026-11-23 12:00")], "2026-11-24 08:30", "2026-11-25 08:30"),
        # While the office is closed nobody loses time.
        ([("2026-11-20 16:30", "2026-11-23 08:00")], "2026-11-23 15:00", "2026-11-24 15:00"),
        ([("2026-11-21 09:00", "2026-11-22 20:00")], "2026-11-23 15:00", "2026-11-24 15:00"),
        # Two days.
        ([("2026-11-23 10:00", "2026-11-25 10:00")], "2026-11-25 15:00", "2026-11-26 15:00"),
        # Begun after the aim: the aim was missed all the same, the promise has 480 minutes left.
        ([("2026-11-23 15:30", "2026-11-24 09:00")], "2026-11-23 15:00", "2026-11-25 08:30"),
        # Begun at the very minute.
        ([("2026-11-23 15:00", "2026-11-24 15:00")], "2026-11-23 15:00", "2026-11-25 15:00"),
        # Begun after the promise: it is late and stays late.
        ([("2026-11-24 15:01", "2026-12-24 12:00")], "2026-11-23 15:00", "2026-11-24 15:00"),
        # Over before the promise began, or in the middle of it then.
        ([("2026-11-18 10:00", "2026-11-19 10:00")], "2026-11-23 15:00", "2026-11-24 15:00"),
        ([("2026-11-20 14:00", "2026-11-20 16:00")], "2026-11-23 16:00", "2026-11-24 16:00"),
        # While it lasts, the time is told as if it ended now.
        ([("2026-11-23 10:00", None)], "2026-11-23 15:00", "2026-11-24 15:00"),
        # One that ended before it began stands still for nothing, and nothing runs backwards.
        ([("2026-11-24 09:00", "2026-11-23 10:00")], "2026-11-23 15:00", "2026-11-24 15:00"),
        # Two, in any order, and two that overlap.
        (
            [("2026-11-23 13:00", "2026-11-23 14:00"), ("2026-11-23 09:00", "2026-11-23 10:00")],
            "2026-11-24 08:30",
            "2026-11-25 08:30",
        ),
        (
            [("2026-11-23 09:00", "2026-11-23 11:00"), ("2026-11-23 10:00", "2026-11-23 10:30")],
            "2026-11-24 08:30",
            "2026-11-25 08:30",
        ),
    ],
)
def test_limits_by_hand(pauses, due, limit):
    stretches = [(at(begun), at(ended) if ended else None) for begun, ended in pauses]
    assert promise.limits(at(FRIDAY), OURS, office(), stretches) == (at(due), at(limit))


@pytest.mark.parametrize(
    ("came", "due", "limit"),
    [
        ("2026-12-22 16:30", "2026-12-23 16:30", "2026-12-28 16:30"),  # Christmas Eve to Sunday are off
        ("2026-11-21 12:00", "2026-11-23 16:30", "2026-11-24 16:30"),  # a Saturday counts from Monday morning
        ("2026-11-20 06:00", "2026-11-20 16:30", "2026-11-23 16:30"),
    ],
)
def test_limits_without_pauses(came, due, limit):
    assert promise.limits(at(came), OURS, office()) == (at(due), at(limit))


@pytest.mark.parametrize(
    ("came", "due", "limit"),
    [
        (
            "2026-11-20 10:00",
            "2026-11-23 11:30",
            "2026-11-24 11:30",
        ),  # five hours of Friday, and 210 minutes of Monday
        ("2026-11-20 15:00", "2026-11-23 16:30", "2026-11-24 16:30"),  # it has closed
        ("2026-11-19 15:00", "2026-11-20 15:00", "2026-11-23 16:30"),
    ],
)
def test_a_short_friday_counts_as_long_as_it_is(came, due, limit):
    assert promise.limits(at(came), SHORT_FRIDAY, office(SHORT_FRIDAY)) == (at(due), at(limit))


def naive(start, minutes, pauses, ours):
    """Walk minute by minute: count those in which the office works and the sender is not to act."""
    hours, moment = office(ours), start
    while True:
        local = moment.astimezone(STOCKHOLM)
        span = hours.hours_on(local.date())
        is_open = span is not None and span[0] <= local.time().replace(tzinfo=None) < span[1]
        if is_open and not any(begun <= moment < ended for begun, ended in pauses):
            minutes -= 1
        moment += MINUTE
        if not minutes:
            return moment


# Ten days around the turn of the year, whose Thursday and Friday are days off.
MOMENTS = st.integers(0, 10 * 1440).map(
    lambda minutes: datetime.datetime(2026, 12, 28, tzinfo=datetime.UTC) + minutes * MINUTE
)
PAUSES = st.lists(
    st.tuples(MOMENTS, MOMENTS), max_size=4
)  # overlapping ones too, and those that end before they begin


@given(MOMENTS, PAUSES, st.sampled_from([OURS, SHORT_FRIDAY]))
@settings(max_examples=60, deadline=None)
def test_limits_are_what_counting_minutes_gives(start, pauses, ours):
    due, limit = promise.limits(start, ours, office(ours), pauses)
    assert due == naive(start, 510, pauses, ours)
    assert limit == naive(start, 1020, pauses, ours)


# --- Days and hours that change while promises run


def waiting(**values):
    """A case that came on Friday at 15:00: aimed at for Monday 15:00, promised for Tuesday 15:00."""
    return CaseFactory(clock_from=at(FRIDAY), due_at=at("2026-11-23 15:00"), limit_at=at("2026-11-24 15:00"), **values)


def times(case):
    case.refresh_from_db()
    return tuple(moment.astimezone(STOCKHOLM).strftime("%a %H:%M") for moment in (case.due_at, case.limit_at))


@pytest.fixture
def commit(db, django_capture_on_commit_callbacks):
    """Do something and commit it."""

    def run(act):
        with django_capture_on_commit_callbacks(execute=True):
            return act()

    return run


def test_a_day_that_is_closed_moves_the_promise_and_opened_again_moves_it_back(commit):
    case = waiting()
    monday = commit(lambda: OfficeDayFactory(day=day("2026-11-23")))
    assert times(case) == ("Tue 15:00", "Wed 15:00")
    commit(monday.delete)
    assert times(case) == ("Mon 15:00", "Tue 15:00")


def test_a_half_day(commit):
    case = waiting()
    monday = commit(lambda: OfficeDayFactory(day=day("2026-11-23"), opens=datetime.time(8), closes=datetime.time(12)))
    assert times(case) == ("Tue 11:00", "Wed 11:00")  # 90 minutes of Friday, 240 of Monday, 180 of Tuesday
    monday.opens = monday.closes = None
    commit(monday.save)
    assert times(case) == ("Tue 15:00", "Wed 15:00")


def test_a_saturday_that_is_open_moves_it_forward(commit):
    case = waiting()
    commit(lambda: OfficeDayFactory(day=day("2026-11-21"), opens=datetime.time(8), closes=datetime.time(16, 30)))
    assert times(case) == ("Sat 15:00", "Mon 15:00")


def test_two_days_in_one_act(commit):
    case = waiting()
    commit(lambda: [OfficeDayFactory(day=day(text)) for text in ("2026-11-23", "2026-11-24")])
    assert times(case) == ("Wed 15:00", "Thu 15:00")


def test_other_hours_and_another_promise(commit):
    case = waiting()
    noon = {f"{name}_closes": "12:00" for name in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    ours = commit(lambda: InboxSettings.objects.create(**noon))
    assert times(case) == ("Mon 12:00", "Tue 12:00")
    ours.limit_days = 3
    commit(ours.save)
    assert times(case) == ("Mon 12:00", "Wed 12:00")


def test_other_hours_on_one_day_of_the_week(commit):
    case = waiting()
    ours = commit(lambda: InboxSettings.objects.create(friday_closes="15:00"))
    assert times(case) == ("Mon 16:30", "Tue 16:30")  # nothing of Friday, a whole Monday
    ours.monday_opens = ours.monday_closes = None
    commit(ours.save)
    assert times(case) == ("Tue 16:30", "Wed 16:30")


def test_the_hours_that_held_on_all_days_are_carried_over_to_each():
    migration = importlib.import_module("business.inbox.migrations.0018_hours_of_each_weekday")
    nine, three = datetime.time(9), datetime.time(15)
    ours, saved = InboxSettings(target_days=3), []
    ours.opens, ours.closes, ours.save = nine, three, lambda: saved.append(ours)
    apps = SimpleNamespace(get_model=lambda *_names: SimpleNamespace(objects=SimpleNamespace(all=lambda: [ours])))
    migration.carry_over(apps, None)
    assert saved == [ours]
    assert ours.week == ((nine, three),) * 5
    ours.monday_opens, ours.opens = datetime.time(7), None
    migration.carry_back(apps, None)
    assert (ours.opens, ours.closes) == (datetime.time(7), three)


@pytest.mark.parametrize(
    "values",
    [
        {"answered": True},
        {"closed": True},
        {"status": CaseStatus.IN_PROGRESS, "answered_at": at("2026-11-23 09:00")},
        {"status": CaseStatus.IN_PROGRESS, "promised_at": at("2026-11-24 15:00")},  # told in a delay notice
    ],
)
def test_what_was_kept_or_told_stands(commit, values):
    case = waiting(**values)
    commit(lambda: OfficeDayFactory(day=day("2026-11-23")))
    assert times(case) == ("Mon 15:00", "Tue 15:00")


@pytest.mark.parametrize(
    "status", [CaseStatus.QUARANTINED, CaseStatus.WAITING_OTHER, CaseStatus.MEETING_BOOKED, CaseStatus.REOPENED]
)
def test_whatever_is_still_promised_moves(commit, status):
    case = waiting(status=status)
    commit(lambda: OfficeDayFactory(day=day("2026-11-23")))
    assert times(case) == ("Tue 15:00", "Wed 15:00")


def test_pauses_are_counted_anew(commit):
    over, lasting = waiting(), waiting(status=CaseStatus.WAITING_SENDER)
    Pause.objects.create(case=over, started_at=at("2026-11-23 10:00"), ended_at=at("2026-11-23 12:00"))
    Pause.objects.create(case=lasting, started_at=at("2026-11-23 10:00"))
    commit(lambda: OfficeDayFactory(day=day("2026-11-24")))
    assert times(over) == ("Wed 08:30", "Thu 08:30")
    assert times(lasting) == ("Mon 15:00", "Wed 15:00")
    # A pause on a day that turns out to have been closed took no time.
    commit(lambda: OfficeDayFactory(day=day("2026-11-23")))
    assert times(over) == ("Wed 15:00", "Thu 15:00")


def test_it_happens_in_the_admin_too(commit, client):
    client.force_login(UserFactory(coordinator=True))
    case = waiting()
    add, edit = "wagtailsnippets_inbox_officeday:add", "wagtailsnippets_inbox_officeday:delete"
    commit(lambda: client.post(reverse(add), {"day": "2026-11-23", "opens": "", "closes": "", "reason": ""}))
    assert times(case) == ("Tue 15:00", "Wed 15:00")
    commit(lambda: client.post(reverse(edit, args=[OfficeDay.objects.get().pk])))
    assert times(case) == ("Mon 15:00", "Tue 15:00")


@pytest.mark.django_db
def test_it_asks_the_database_the_same_however_many_there_are(count_queries):
    def measure():
        with count_queries() as queries:
            promise.recount()
        return len(queries)

    counted = []
    for number in range(8):
        waiting(status=CaseStatus.WAITING_OTHER if number % 2 else CaseStatus.NEW)
        if number in (0, 7):
            OfficeDay.objects.all().delete()
            OfficeDayFactory(day=day("2026-11-23"), opens=datetime.time(8), closes=datetime.time(9 + number))
            counted.append(measure())
    assert counted[0] == counted[1] <= 12


@pytest.mark.django_db
def test_it_goes_through_all_in_portions_and_tells_how_many_moved():
    cases = [waiting() for _number in range(7)]
    OfficeDay.objects.bulk_create([OfficeDay(day=day("2026-11-23"))])  # without the news
    assert promise.recount(batch=3) == 7
    assert promise.recount(batch=3) == 0
    assert {times(case) for case in cases} == {("Tue 15:00", "Wed 15:00")}


def test_two_who_close_a_day_each_at_the_same_time(committed_db):
    cases = [waiting() for _number in range(20)]

    def close(text):
        try:
            with transaction.atomic():
                OfficeDayFactory(day=day(text))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(close, ["2026-11-23", "2026-11-24"]))
    assert {times(case) for case in cases} == {("Wed 15:00", "Thu 15:00")}
    assert Case.objects.count() == 20
