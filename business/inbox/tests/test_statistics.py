"""The statistics by hand: twenty requests of a December, every figure worked out beside them; and against counting."""

from __future__ import annotations

import datetime
import math
import random
import re
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from business.core.working_time import STOCKHOLM, OfficeHours, working_time_between
from business.inbox import promise, services
from business.inbox.enums import CaseStatus, Channel, EventKind, Helped, MailPurpose, QuarantineReason
from business.inbox.models import Case, Event, InboxSettings, Pause, Rating
from business.inbox.statistics import StatisticsForm, make_report
from business.inbox.statistics.columns import moments
from business.inbox.statistics.figures import Tally, Within, count
from business.inbox.statistics.office import MINUTE, OfficeClock
from business.inbox.statistics.period import Period, named_period
from business.organisation.tests.factories import UnitFactory

from .factories import CaseFactory, OfficeDayFactory, TopicFactory, UserFactory

DECEMBER = Period(datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))
MINUTES = datetime.timedelta(minutes=1)


def at(words: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(words).replace(tzinfo=STOCKHOLM)


# The Wednesday before New Year's Eve. The office keeps 8:00-16:30: a working day is 510 minutes.
NOW = at("2026-12-30 12:00")

# topic, channel, received, first answer, its working time in half minutes, one more where the clock stood still when
# it came. In brackets what the calendar does to it.
ANSWERED = [
    ("building", "web", "2026-12-01 09:00", "2026-12-01 10:30", 180),
    ("building", "web", "2026-12-01 15:30", "2026-12-02 09:00", 240),  # an hour of Tuesday, one of Wednesday
    ("building", "web", "2026-12-04 16:00", "2026-12-07 08:15", 90),  # half an hour of Friday [weekend] and 15 minutes
    ("food", "web", "2026-12-05 12:00", "2026-12-07 08:00", 1),  # [Saturday] to the opening
    ("food", "web", "2026-12-07 08:00", "2026-12-07 16:30", 1020),  # a working day, to the second
    ("food", "web", "2026-12-07 08:00", "2026-12-08 08:00", 1021),  # a working day, which was over at its closing
    ("building", "web", "2026-12-10 09:00", "2026-12-11 10:00", 660),  # 570 minutes, 240 of them waited for the sender
    ("building", "web", "2026-12-14 09:00", "2026-12-16 08:00", 901),  # 450 of Monday, and answered while it waited
    ("food", "web", "2026-12-22 16:00", "2026-12-29 09:00", 660),  # 30, 240 [short day], [Christmas, closed], 60
    ("food", "email", "2026-12-23 13:00", "2026-12-29 16:30", 1020),  # [after a short day's closing]
    ("food", "email", "2026-12-14 08:00", "2026-12-16 16:30", 3060),  # three days
]
PAUSES = {
    "2026-12-10 09:00": ("2026-12-10 11:00", "2026-12-10 15:00"),
    "2026-12-14 09:00": ("2026-12-15 08:00", "2026-12-16 12:00"),  # it went on beyond the answer
}
# Not answered yet: until noon of the 30th.
WAITING = [
    ("building", "2026-12-29 14:00", CaseStatus.NEW),  # 150 + 240 = 390: within a day
    ("building", "2026-12-29 08:00", CaseStatus.IN_PROGRESS),  # 510 + 240 = 750: within two
    ("food", "2026-12-16 08:00", CaseStatus.ASSIGNED),  # 5 x 510 + 240 + 510 + 240 = 3540: past both
    ("food", "2026-12-21 08:00", CaseStatus.WAITING_SENDER),  # an hour, and since then its sender is to act
]


def case(topic, received, status, answer=None, channel="web", **values):
    return CaseFactory(
        topic=topic,
        channel=channel,
        received_at=at(received),
        status=status,
        first_answer_at=at(answer) if answer else None,
        answered_at=at(answer) if answer else None,
        **values,
    )


def event(of, kind, words, **data):
    Event.objects.create(case_id=of.pk, case_number=of.number, kind=kind, at=at(words), data=data)


@pytest.fixture
def topics(db):
    return {
        "building": TopicFactory(slug="building", name="Bygga", unit=UnitFactory(slug="plan")),
        "food": TopicFactory(slug="food", name="Livsmedel", unit=UnitFactory(slug="miljo")),
    }


@pytest.fixture
def december(topics, monkeypatch):
    """Twenty requests that count or do not, and one of November."""
    OfficeDayFactory(day=datetime.date(2026, 12, 23), opens=datetime.time(8), closes=datetime.time(12))
    OfficeDayFactory(day=datetime.date(2026, 12, 28))
    for topic, channel, received, answer, _taken in ANSWERED:
        made = case(topics[topic], received, CaseStatus.ANSWERED, answer, channel)
        if received in PAUSES:
            begun, ended = PAUSES[received]
            Pause.objects.create(case=made, started_at=at(begun), ended_at=at(ended))
    Case.objects.filter(received_at=at("2026-12-01 09:00")).update(
        status=CaseStatus.CLOSED, closed_at=at("2026-12-03 09:00")
    )
    waiting = [case(topics[topic], received, status) for topic, received, status in WAITING]
    Pause.objects.create(case=waiting[3], started_at=at("2026-12-21 09:00"))
    event(waiting[2], EventKind.DELAYED, "2026-12-18 10:00")
    event(waiting[2], EventKind.MAIL_FAILED, "2026-12-18 10:05", purpose=MailPurpose.DELAY)
    event(waiting[2], EventKind.MAIL_FAILED, "2026-12-18 10:06", purpose=MailPurpose.ALERT)  # to an officer
    event(waiting[2], EventKind.MAIL_FAILED, "2026-12-18 10:07", purpose=MailPurpose.CODE)  # asked for once more
    # Answered by telephone, twenty minutes after the call was taken down.
    call = case(topics["building"], "2026-12-09 10:00", CaseStatus.NEW, channel=Channel.PHONE)
    monkeypatch.setattr(timezone, "now", lambda: at("2026-12-09 10:20"))
    services.speak(call, UserFactory(coordinator=True), "Ring så: ja.", Channel.PHONE)
    monkeypatch.undo()
    # Closed with a reason and no answer.
    case(topics["building"], "2026-12-03 09:00", CaseStatus.CLOSED, closed_at=at("2026-12-03 10:00"))
    # Answered within the hour; the sender wrote again a week later.
    again = case(topics["building"], "2026-12-02 08:00", CaseStatus.REOPENED, "2026-12-02 09:00")
    event(again, EventKind.REOPENED, "2026-12-10 10:00")
    event(again, EventKind.REOPENED, "2026-11-30 23:59")  # not in December
    # Left out.
    merged = case(topics["food"], "2026-12-02 08:00", CaseStatus.MERGED, merged_into=again)
    event(merged, EventKind.REOPENED, "2026-12-10 10:00")
    case(topics["food"], "2026-12-02 08:00", CaseStatus.QUARANTINED, quarantine_reason=QuarantineReason.LINKS)
    case(topics["food"], "2026-12-02 08:00", CaseStatus.CLOSED, quarantine_reason=QuarantineReason.LINKS)
    # November's, answered on the first of December.
    case(topics["food"], "2026-11-30 16:00", CaseStatus.ANSWERED, "2026-12-01 08:30")
    # Of the year to come.
    case(topics["food"], "2027-01-01 00:00", CaseStatus.NEW)


def figures(period=DECEMBER, now=NOW, **conditions):
    clock = OfficeClock(promise.office_hours(), period.first, now.astimezone(STOCKHOLM).date())
    return count(Case.objects.filter(**conditions), period, clock, now)


def test_twenty_requests_by_hand(december):
    total = figures().total
    assert (total.received, total.answered, total.waiting, total.unanswered) == (18, 13, 4, 1)
    # Answered by telephone, a case is closed by hand; so it is open.
    assert (total.open, total.closed) == (6, 2)
    by_hand = sorted([*(taken for *_case, taken in ANSWERED), 40, 120])
    assert sorted(total.answers) == by_hand == [1, 40, 90, 120, 180, 240, 660, 660, 901, 1020, 1020, 1021, 3060]
    assert sorted(total.waits) == [121, 780, 1500, 7080]
    # Of thirteen the seventh is the first with half of them, the twelfth the first with nine of ten.
    assert total.percentile(0.5) == 330
    assert total.percentile(0.9) == 510
    # Eleven within 510 minutes, of which one is over at closing; two that were later, two that wait since longer; two still have time.
    assert total.within(510) == Within(met=11, counted=15, pending=2)
    assert total.within(1020) == Within(met=12, counted=14, pending=3)


def test_by_topic_unit_and_channel_by_hand(december):
    found = figures()
    building, food = found.topics["building"], found.topics["food"]
    assert sorted(building.answers) == [40, 90, 120, 180, 240, 660, 901]
    assert (building.received, building.waiting, building.unanswered) == (10, 2, 1)
    assert (building.percentile(0.5), building.percentile(0.9)) == (90, 450)
    assert building.within(510) == Within(7, 8, 1)
    assert sorted(food.answers) == [1, 660, 1020, 1020, 1021, 3060]
    assert (food.received, food.waiting, food.unanswered) == (8, 2, 0)
    assert (food.percentile(0.5), food.percentile(0.9)) == (510, 1530)
    assert food.within(510) == Within(4, 7, 1)
    assert {slug: tally.received for slug, tally in found.units.items()} == {"plan": 10, "miljo": 8}
    assert {name: tally.received for name, tally in found.channels.items()} == {"web": 15, "phone": 1, "email": 2}
    assert found.channels["phone"].answers.tolist() == [40]


def test_weeks_and_backlog_by_hand(december):
    found = figures()
    weeks = [step.key for step in DECEMBER.steps]
    assert [day.isoformat() for day in weeks] == [
        "2026-11-30",
        "2026-12-07",
        "2026-12-14",
        "2026-12-21",
        "2026-12-28",
    ]
    assert [found.steps[week].received for week in weeks] == [6, 4, 3, 3, 2]
    # One from November. Then: the weekend's two; none; one; Christmas' two more and who waits; those of the 29th.
    assert [found.backlog[week] for week in weeks] == [2, 0, 1, 4, 4]


def test_what_else_happened_by_hand(december):
    found = figures()
    assert found.happened == {EventKind.REOPENED: 1, EventKind.DELAYED: 1, EventKind.MAIL_FAILED: 1}
    assert (found.merged, found.quarantined) == (1, 2)


def test_what_senders_said_by_hand(december, topics):
    first, second = Case.objects.filter(topic=topics["building"]).order_by("pk")[:2]
    merged = Case.objects.get(status=CaseStatus.MERGED)  # its sender is asked when the other is closed
    for of, words, helped in (
        (first, "2026-12-03 09:00", Helped.NO),
        (first, "2026-12-12 09:00", Helped.YES),  # opened again, and closed: a rating of its own
        (second, "2026-12-31 23:59", Helped.PARTLY),
        (merged, "2026-12-12 09:00", Helped.YES),
        (second, "2027-01-01 00:00", Helped.NO),  # of the year to come
        (second, "2026-11-30 23:59", Helped.NO),
    ):
        Rating.objects.create(case=of, closed_at=at(words), helped=helped)
    said = figures().ratings
    assert said.total == {Helped.YES: 2, Helped.PARTLY: 1, Helped.NO: 1}
    assert said.total.share == 0.5
    assert said.topics == {"building": {"yes": 1, "partly": 1, "no": 1}, "food": {"yes": 1}}
    assert said.units == {"plan": {"yes": 1, "partly": 1, "no": 1}, "miljo": {"yes": 1}}
    assert {step.isoformat(): dict(each) for step, each in said.steps.items()} == {
        "2026-11-30": {"no": 1},
        "2026-12-07": {"yes": 2},
        "2026-12-28": {"partly": 1},
    }
    assert figures(topic__slug="food").ratings.total == {"yes": 1}
    form = StatisticsForm(QueryDict("period=dates&first=2026-12-01&last=2026-12-31"), NOW.date())
    assert form.is_valid(), form.errors
    report = make_report(form, Case.objects.all(), NOW)
    assert [row.cells[0].value for row in report.ratings.rows] == [4, 2, 1, 1, 0.5]
    assert [[cell.value for cell in row.cells] for row in report.ratings_topics.rows] == [
        [3, 1, 1, 1, 1 / 3],
        [1, 1, 0, 0, 1],
    ]
    # A week in which nobody said anything has no share.
    assert [[cell.value for cell in row.cells] for row in report.ratings_steps.rows][2] == [0, 0, 0, 0, None]


def test_month_by_month(december):
    year = Period(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    found = figures(year)
    assert found.steps[datetime.date(2026, 11, 1)].received == 1
    assert found.steps[datetime.date(2026, 12, 1)].received == 18
    assert found.backlog[datetime.date(2026, 10, 1)] == 0
    assert found.backlog[datetime.date(2026, 11, 1)] == 1
    assert found.backlog[datetime.date(2026, 12, 1)] == 4


def test_a_day_closed_afterwards_counts_at_once(december):
    OfficeDayFactory(day=datetime.date(2026, 12, 2))
    # The one that was answered on Wednesday at nine has only its hour of Tuesday left, and that of eight o'clock none.
    assert sorted(figures().total.answers) == [1, 1, 40, 90, 121, 180, 660, 660, 901, 1020, 1020, 1021, 3060]


def test_a_filter_counts_only_what_it_names(december):
    found = figures(topic__slug="food", channel="email")
    assert (found.total.received, sorted(found.total.answers)) == (2, [1020, 3060])
    assert found.happened == {EventKind.REOPENED: 0, EventKind.DELAYED: 0, EventKind.MAIL_FAILED: 0}
    assert (found.merged, found.quarantined) == (0, 0)


def test_nothing_is_nothing_and_no_share(topics):
    total = figures().total
    assert (total.received, total.percentile(0.5), total.within(510).share) == (0, None, None)


def test_the_report_tells_the_same(december):
    query = QueryDict("period=dates&first=2026-12-01&last=2026-12-31")
    form = StatisticsForm(query, NOW.date())
    assert form.is_valid(), form.errors
    report = make_report(form, Case.objects.all(), NOW)
    told = {row.key: row.cells[0].value for table in (report.summary, report.happened) for row in table.rows}
    assert told == {
        "received": 18,
        "answered": 13,
        "waiting": 4,
        "unanswered": 1,
        "closed": 2,
        "open": 6,
        "median_minutes": 330,
        "p90_minutes": 510,
        "within_1_share": 11 / 15,
        "within_1_pending": 2,
        "within_2_share": 12 / 14,
        "within_2_pending": 3,
        "reopened": 1,
        "delayed": 1,
        "mail_failed": 1,
        "quarantined": 2,
        "merged": 1,
    }
    assert [row.name for row in report.topics.rows] == ["Bygga", "Livsmedel"]
    assert [[cell.value for cell in row.cells][-1] for row in report.steps.rows] == [2, 0, 1, 4, 4]


def test_no_more_queries_for_more_cases_or_a_longer_period(december, topics, count_queries):
    with count_queries() as few:
        figures()
    for number in range(30):
        made = case(topics["food"], f"2026-{number % 11 + 1:02}-03 10:00", CaseStatus.NEW)
        Pause.objects.create(case=made, started_at=at("2026-12-01 10:00"))
    with count_queries() as many:
        figures(Period(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31)))
    assert len(few) == len(many) == 9  # with the days that differ, the settings, and seven of its own


# PostgreSQL reads any index of a table this small: `make bench` measures there, with very many cases.
@pytest.mark.one_database
@pytest.mark.parametrize("who", ["coordinator", "officer"])
def test_no_case_is_read_to_be_counted(topics, count_queries, who):
    cases = Case.objects.counted_for(UserFactory(**{who: True}))
    clock = OfficeClock(promise.office_hours(), DECEMBER.first, NOW.date())
    with count_queries() as queries:
        count(cases, DECEMBER, clock, NOW)
    of_cases = [one["sql"] for one in queries if re.search(r'AS "ended" FROM "inbox_case"', one["sql"])]
    assert len(of_cases) == 2
    for sql in of_cases:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = "\n".join(str(row) for row in cursor.fetchall())
        assert "COVERING INDEX case_statistics" in plan, plan


def test_time_in_which_pauses_overlap_counts_once(topics):
    """As two processes whose clocks differ may write them: from 10:00 to 15:00 it waited, of 7 hours."""
    made = case(topics["food"], "2026-12-02 08:00", CaseStatus.ANSWERED, "2026-12-02 15:00")
    for begun, ended in (("11:00", "12:00"), ("10:00", "13:00"), ("12:30", "14:00"), ("13:30", "15:30")):
        Pause.objects.create(case=made, started_at=at(f"2026-12-02 {begun}"), ended_at=at(f"2026-12-02 {ended}"))
    assert figures().total.answers.tolist() == [2 * 2 * 60 + 1]


def test_an_answer_before_its_request_is_an_answer_at_once(topics):
    case(topics["food"], "2026-12-01 10:00", CaseStatus.ANSWERED, "2026-11-30 10:00")
    found = figures()
    assert found.total.answers.tolist() == [0]
    assert set(found.backlog.values()) == {0}


# --- Against counting ------------------------------------------------------------------------------------------------

OFFICES = [
    InboxSettings(),
    InboxSettings(friday_closes=datetime.time(12), wednesday_opens=None, wednesday_closes=None),
]
# Weeks with Easter, the change of the clocks, the first of May, and the turn of the year.
MOMENTS = st.builds(
    lambda day, seconds: (
        datetime.datetime.combine(day, datetime.time(), datetime.UTC) + datetime.timedelta(seconds=seconds)
    ),
    st.sampled_from([datetime.date(2026, 3, 23), datetime.date(2026, 10, 19), datetime.date(2026, 12, 18)]),
    st.integers(0, 21 * 86400),
)


@given(MOMENTS, MOMENTS, st.sampled_from(OFFICES))
@settings(max_examples=150, deadline=None)
def test_the_difference_of_two_sums_is_the_time_between(one, other, ours):
    first, last = sorted((one, other))
    office = OfficeHours(ours.week, {datetime.date(2026, 12, 23): (datetime.time(8), datetime.time(12))})
    clock = OfficeClock(office, first.date() - datetime.timedelta(days=1), last.date() + datetime.timedelta(days=1))
    before, after = clock.at(moments([first, last]))
    assert (after - before) // MINUTE == working_time_between(first, last, office)


def naive(one, pauses, office, now):
    """Return the minutes of working time without those of the pauses."""
    until = one.first_answer_at or now
    spent = working_time_between(one.received_at, until, office)
    return spent - sum(
        working_time_between(begun, min(ended or now, until), office) for begun, ended in pauses if begun < until
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_counts_what_counting_gives(topics, seed):
    chance = random.Random(seed)
    OfficeDayFactory(day=datetime.date(2026, 12, 23), opens=datetime.time(9), closes=datetime.time(11))
    office, ours = promise.office_hours(), promise.rules()
    times, waits, met, pauses = [], [], [], defaultdict(list)
    for _number in range(60):
        received = at("2026-12-01 00:00") + chance.randrange(29 * 1440) * MINUTES
        answer = received + chance.randrange(6 * 1440) * MINUTES
        is_answered = chance.random() < 0.7 and answer < NOW
        one = CaseFactory(
            topic=chance.choice(list(topics.values())),
            received_at=received,
            status=CaseStatus.ANSWERED if is_answered else CaseStatus.IN_PROGRESS,
            first_answer_at=answer if is_answered else None,
            text="?",
        )
        begun = received
        for _pause in range(chance.choice([0, 0, 1, 2])):
            begun += chance.randrange(1, 1440) * MINUTES
            ended = begun + chance.randrange(1, 2880) * MINUTES
            Pause.objects.create(case=one, started_at=begun, ended_at=ended)
            pauses[one.pk].append((begun, ended))
            begun = ended
        (times if is_answered else waits).append(naive(one, pauses[one.pk], office, NOW) if received < NOW else 0)
        if is_answered:
            limits = promise.limits(received, ours, office, [pause for pause in pauses[one.pk] if pause[0] < answer])
            met.append([answer <= limit for limit in limits])
    total = figures().total
    assert sorted(halves // 2 for halves in total.answers) == sorted(times)
    assert sorted(halves // 2 for halves in total.waits) == sorted(waits)
    # What counts as in time is what the promise calls in time.
    for number, days in enumerate((1, 2)):
        assert total.within(days * office.day_length).met == sum(each[number] for each in met)
    for part in (0.5, 0.9):
        assert total.percentile(part) == sorted(times)[math.ceil(part * len(times)) - 1]
    assert sum(tally.received for tally in figures().topics.values()) == 60


@given(st.lists(st.integers(0, 40), min_size=1), st.sampled_from([0.5, 0.9]))
def test_a_percentile_is_the_shortest_time_that_enough_came_within(minutes, part):
    found = Tally(answers=np.sort(np.array(minutes)) * 2).percentile(part)
    assert sum(each <= found for each in minutes) >= part * len(minutes)
    assert sum(each < found for each in minutes) < part * len(minutes)


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        ("month", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("last_month", "2027-01-31", "2026-12-01", "2026-12-31"),
        ("quarter", "2026-12-31", "2026-10-01", "2026-12-31"),
        ("last_quarter", "2026-02-10", "2025-10-01", "2025-12-31"),
        ("year", "2026-06-15", "2026-01-01", "2026-12-31"),
        ("last_year", "2026-01-01", "2025-01-01", "2025-12-31"),
    ],
)
def test_named_periods(name, today, first, last):
    period = named_period(name, datetime.date.fromisoformat(today))
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@given(st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)), st.integers(0, 900))
def test_the_steps_of_a_period_follow_each_other_without_gap(first, days):
    period = Period(first, first + datetime.timedelta(days=days))
    steps = period.steps
    assert (steps[0].first, steps[-1].last) == (period.first, period.last)
    assert all(after.first - before.last == datetime.timedelta(days=1) for before, after in pairwise(steps))
    assert all(period.key_of(day) == step.key for step in steps for day in (step.first, step.last))
