"""Cases that are put aside and taken up again, and the clock that stands still meanwhile.

The office works from 8:00 to 16:30. The case came on Friday 20 November 2026 at 15:00; one working day is aimed at, Monday
15:00, and two are promised, Tuesday 15:00.
"""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from business.inbox import services
from business.inbox.clock import Urgency, due
from business.inbox.enums import CaseStatus, EventKind
from business.inbox.forms import ParkForm
from business.inbox.models import Case, Event, Pause
from business.inbox.services import NotAllowedError

from .factories import ContactRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
WAIT = CaseStatus.WAITING_SENDER


def at(text):
    """Return the moment at which clocks in Sweden show this."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def now(monkeypatch):
    """Set what the clock shows."""

    def show(text):
        monkeypatch.setattr(timezone, "now", lambda: at(text))
        return at(text)

    return show


@pytest.fixture
def kim():
    return UserFactory(coordinator=True)


@pytest.fixture
def case(now, kim):
    now("2026-11-20 15:00")
    return services.take(services.receive(ContactRequestFactory(submission_key="a")), kim)


def limits(case):
    case.refresh_from_db()
    return [f"{timezone.localtime(moment):%a %H:%M}" for moment in (case.due_at, case.limit_at)]


def pauses(case):
    return list(case.pauses.values_list("started_at", "ended_at"))


def test_while_the_sender_is_to_act_the_clock_stands_still(case, kim, now):
    assert limits(case) == ["Mon 15:00", "Tue 15:00"]
    begun = now("2026-11-23 10:00")
    services.park(case, kim, WAIT)
    assert pauses(case) == [(begun, None)]
    much_later = now("2026-12-10 10:00")
    case.refresh_from_db()
    assert not case.is_late(much_later)
    assert not Case.objects.late(much_later).exists()
    assert not Case.objects.due(much_later).exists()
    assert due(case, much_later).urgency == Urgency.PAUSED
    services.resume(case, kim)
    assert pauses(case) == [(begun, much_later)]
    # 300 and 810 minutes are left from 10:00 on Thursday 10 December.
    assert limits(case) == ["Thu 15:00", "Fri 15:00"]


def test_taken_up_again_it_can_be_late(case, kim, now):
    now("2026-11-23 10:00")
    services.park(case, kim, WAIT)
    now("2026-11-23 12:00")
    services.resume(case, kim)
    assert limits(case) == ["Tue 08:30", "Wed 08:30"]
    assert not case.is_late(at("2026-11-25 08:30"))
    assert case.is_late(at("2026-11-25 08:31"))
    assert Case.objects.late(at("2026-11-25 08:31")).get() == case


def test_what_was_late_when_it_was_put_aside_stays_late(case, kim, now):
    now("2026-11-24 15:01")
    services.park(case, kim, WAIT)
    now("2026-12-10 10:00")
    services.resume(case, kim)
    assert limits(case) == ["Mon 15:00", "Tue 15:00"]
    assert case.is_late(timezone.now())


def test_put_aside_twice_both_count(case, kim, now):
    for begun, ended in (("2026-11-23 09:00", "2026-11-23 10:00"), ("2026-11-23 13:00", "2026-11-23 14:00")):
        now(begun)
        services.park(case, kim, WAIT)
        now(ended)
        services.resume(case, kim)
    assert limits(case) == ["Tue 08:30", "Wed 08:30"]
    assert len(pauses(case)) == 2


@pytest.mark.parametrize("status", [CaseStatus.WAITING_OTHER, CaseStatus.MEETING_BOOKED])
def test_waiting_for_others_is_our_time(case, kim, now, status):
    now("2026-11-23 10:00")
    services.park(case, kim, status, meeting_at=at("2026-11-30 10:00"))
    assert not Pause.objects.exists()
    assert case.clock_runs
    assert limits(case) == ["Mon 15:00", "Tue 15:00"]


def test_from_waiting_for_the_sender_to_waiting_for_another(case, kim, now):
    begun = now("2026-11-23 10:00")
    services.park(case, kim, WAIT, resume_on=datetime.date(2026, 12, 1))
    ended = now("2026-11-23 12:00")
    case = services.park(case, kim, CaseStatus.WAITING_OTHER)
    assert pauses(case) == [(begun, ended)]
    assert (limits(case), case.resume_on) == (["Tue 08:30", "Wed 08:30"], None)


def test_parked_again_only_the_day_changes(case, kim, now):
    begun = now("2026-11-23 10:00")
    services.park(case, kim, WAIT, resume_on=datetime.date(2026, 12, 1))
    now("2026-11-24 10:00")
    case = services.park(case, kim, WAIT, resume_on=datetime.date(2026, 12, 8))
    assert pauses(case) == [(begun, None)]
    assert case.resume_on == datetime.date(2026, 12, 8)


def test_an_answer_of_the_sender_takes_it_up_by_itself(case, kim, now):
    begun = now("2026-11-23 10:00")
    services.park(case, kim, WAIT)
    ended = now("2026-11-23 12:00")
    services.receive(ContactRequestFactory(submission_key="a", text="Här är ritningen.", topic=case.topic))
    case.refresh_from_db()
    assert (case.status, case.owner) == (CaseStatus.IN_PROGRESS, kim)
    assert pauses(case) == [(begun, ended)]
    assert limits(case) == ["Tue 08:30", "Wed 08:30"]
    moved = Event.objects.filter(case_id=case.pk, kind=EventKind.MOVED).latest("pk")
    assert (moved.data, moved.actor_id) == ({"status": CaseStatus.IN_PROGRESS}, None)


def test_what_the_sender_wrote_before_it_was_put_aside_and_we_read_late_moves_no_promise(case, kim, now):
    before = limits(case)
    begun = now("2026-11-24 09:00")
    services.park(case, kim, WAIT)
    now("2026-11-24 10:00")
    request = ContactRequestFactory(submission_key="a", text="Här är ritningen.", topic=case.topic)
    services.receive(request, at=begun - datetime.timedelta(hours=23))  # the mailbox could not be read for a day
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_PROGRESS
    assert pauses(case) == [(begun, begun)]
    assert limits(case) == before


def test_what_nobody_has_waits_for_somebody_when_the_sender_has_answered(case, kim):
    services.park(services.release(case, kim), kim, WAIT)
    services.receive(ContactRequestFactory(submission_key="a", text="Här är ritningen.", topic=case.topic))
    case.refresh_from_db()
    assert (case.status, case.owner) == (CaseStatus.ASSIGNED, None)
    assert case.is_open


def test_a_message_while_another_is_waited_for_changes_nothing_but_is_there(case, kim):
    services.park(case, kim, CaseStatus.WAITING_OTHER, resume_on=datetime.date(2026, 12, 1))
    services.receive(ContactRequestFactory(submission_key="a", text="En sak till.", topic=case.topic))
    case.refresh_from_db()
    assert (case.status, case.resume_on) == (CaseStatus.WAITING_OTHER, datetime.date(2026, 12, 1))
    assert case.messages.count() == 2


def test_closing_what_waits_ends_the_pause(case, kim, now):
    now("2026-11-23 10:00")
    services.park(case, kim, WAIT)
    ended = now("2026-11-23 12:00")
    services.close(case, kim, "kept", reason="Inget svar.")
    assert case.pauses.get().ended_at == ended


def test_a_meeting_has_a_time(case, kim):
    with pytest.raises(NotAllowedError):
        services.park(case, kim, CaseStatus.MEETING_BOOKED)
    meeting = at("2026-11-30 10:00")
    case = services.park(case, kim, CaseStatus.MEETING_BOOKED, meeting_at=meeting)
    assert case.meeting_at == meeting
    assert Event.objects.filter(kind=EventKind.MOVED).latest("pk").data["meeting_at"] == meeting.isoformat()
    assert services.resume(case, kim).meeting_at is None


def test_only_a_state_to_wait_in_is_waited_in(case, kim):
    with pytest.raises(ValueError, match="closed"):
        services.park(case, kim, CaseStatus.CLOSED)


def test_what_was_not_put_aside_is_not_taken_up(case, kim):
    with pytest.raises(NotAllowedError):
        services.resume(case, kim)


def test_the_day_to_look_again_comes(case, kim):
    services.park(case, kim, WAIT, resume_on=datetime.date(2026, 12, 1))
    assert not Case.objects.to_resume(at("2026-11-30 23:59")).exists()
    assert Case.objects.to_resume(at("2026-12-01 00:00")).get() == case


def test_a_meeting_that_has_been_comes_back_by_itself(case, kim):
    services.park(case, kim, CaseStatus.MEETING_BOOKED, meeting_at=at("2026-11-30 10:00"))
    assert not Case.objects.to_resume(at("2026-11-30 09:59")).exists()
    assert Case.objects.to_resume(at("2026-11-30 10:00")).get() == case
    numbers = [Case.objects.summary(at(moment), [])["resume"] for moment in ("2026-11-30 09:59", "2026-11-30 10:00")]
    assert numbers == [0, 1]


# --- The form


def filled_in(case, **typed):
    return ParkForm(case, {"status": WAIT, "resume_on": "2026-12-01", **typed})


@pytest.mark.parametrize(
    ("today", "suggested"),
    [("2026-11-23 10:00", datetime.date(2026, 11, 30)), ("2026-12-18 10:00", datetime.date(2026, 12, 28))],
)
def test_the_form_suggests_a_day_a_week_ahead_that_the_office_is_open(case, now, today, suggested):
    now(today)
    assert ParkForm(case)["resume_on"].value() == suggested


def test_a_day_that_is_still_to_come_is_kept_and_one_that_has_come_is_not(case, now):
    now("2026-11-23 10:00")
    for day, shown in ((1, datetime.date(2026, 12, 1)), (-1, datetime.date(2026, 11, 30))):
        case.resume_on = datetime.date(2026, 12, 1) if day == 1 else datetime.date(2026, 11, 23)
        assert ParkForm(case)["resume_on"].value() == shown


@pytest.mark.parametrize("status", [WAIT, CaseStatus.WAITING_OTHER])
def test_what_waits_for_somebody_has_a_day_to_come_back(case, now, status):
    now("2026-11-23 10:00")
    assert filled_in(case, status=status).is_valid()
    assert list(filled_in(case, status=status, resume_on="").errors) == ["resume_on"]
    meeting = {"status": CaseStatus.MEETING_BOOKED, "meeting_at": "2026-11-30T10:00", "resume_on": ""}
    assert filled_in(case, **meeting).is_valid()


@pytest.mark.parametrize("moment", ["2026-11-23T09:59", "0001-01-01T00:00", "2037-01-01T10:00", "9999-12-31T23:59"])
def test_a_meeting_is_still_to_come_and_within_ten_years(case, now, moment):
    now("2026-11-23 10:00")
    form = filled_in(case, status=CaseStatus.MEETING_BOOKED, meeting_at=moment)
    assert list(form.errors) == ["meeting_at"]


def test_the_page_says_that_it_stands_still(case, kim, now):
    moment = now("2026-11-23 10:00")
    case = services.park(case, kim, WAIT)
    with translation.override("en"):
        assert due(case, moment).words == "Paused: waiting for the sender"
