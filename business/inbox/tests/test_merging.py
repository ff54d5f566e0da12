"""Two requests about one matter, worked as one, and taken apart again."""

import datetime

import pytest
from django.utils import timezone

from business.inbox import outbox, promise, services
from business.inbox.enums import CaseStatus, EventKind, MailPurpose
from business.inbox.models import Case, Event, OfficeDay, Pause
from business.inbox.services import NotAllowedError

from .factories import CaseFactory, ContactRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def kim():
    return UserFactory(coordinator=True)


def merged(case, into, kim):
    """Merge; return both as they are then."""
    services.merge(case, into, kim)
    return Case.objects.get(pk=case.pk), Case.objects.get(pk=into.pk)


def received(key, at=None, **values):
    return services.receive(ContactRequestFactory(submission_key=key, **values), at=at)


def test_both_tell_of_it_and_nothing_is_moved(kim):
    case, into = merged(CaseFactory(), CaseFactory(), kim)
    assert (case.status, case.merged_into, case.status_before) == (CaseStatus.MERGED, into, CaseStatus.NEW)
    assert (case.messages.count(), into.messages.count()) == (1, 1)
    said = Event.objects.filter(kind=EventKind.MERGED)
    assert {event.case_id: event.data for event in said} == {
        case.pk: {"into": into.number},
        into.pk: {"other": case.number},
    }
    assert {event.actor_id for event in said} == {kim.pk}
    assert case not in Case.objects.open()
    assert not case.clock_runs


def test_a_case_is_not_merged_with_itself(kim):
    case = CaseFactory()
    with pytest.raises(NotAllowedError):
        services.merge(case, case, kim)


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.QUARANTINED])
def test_what_nobody_works_on_is_merged_with_nothing(kim, status):
    with pytest.raises(NotAllowedError):
        services.merge(CaseFactory(status=status), CaseFactory(), kim)


def test_nothing_is_merged_with_what_is_in_quarantine(kim):
    with pytest.raises(NotAllowedError):
        services.merge(CaseFactory(), CaseFactory(status=CaseStatus.QUARANTINED), kim)


def test_there_is_no_chain(kim):
    first, second, third = (CaseFactory() for _number in range(3))
    services.merge(second, first, kim)
    for case, into in ((third, second), (first, third), (second, third)):
        with pytest.raises(NotAllowedError):
            services.merge(case, into, kim)
    services.merge(third, first, kim)
    assert first.merged.count() == 2


# --- Who has it


def test_the_one_that_goes_on_keeps_its_owner(kim):
    sam = UserFactory(coordinator=True)
    _case, into = merged(CaseFactory(taken=True, owner=sam), CaseFactory(taken=True, owner=kim), kim)
    assert into.owner == kim
    assert not Event.objects.filter(kind=EventKind.ASSIGNED).exists()


def test_if_nobody_has_it_whoever_had_the_merged_one_does_and_is_told(kim):
    sam = UserFactory(coordinator=True, first_name="Sam", last_name="Holm")
    case, into = merged(CaseFactory(taken=True, owner=sam), CaseFactory(), kim)
    assert (into.owner, into.status) == (sam, CaseStatus.ASSIGNED)
    assert case.owner == sam
    assert into.mails.get(purpose=MailPurpose.ALERT).to == sam.email
    told = Event.objects.get(case_id=into.pk, kind=EventKind.ASSIGNED)
    assert (told.data, told.actor_id) == ({"owner": "Sam Holm", "merged": case.number}, kim.pk)


def test_whoever_merges_their_own_case_is_told_nothing(kim):
    _case, into = merged(CaseFactory(taken=True, owner=kim), CaseFactory(taken=True, owner=None), kim)
    assert (into.owner, into.status) == (kim, CaseStatus.IN_PROGRESS)
    assert not into.mails.exists()


def test_who_may_no_longer_work_with_cases_is_given_none(kim):
    _case, into = merged(CaseFactory(taken=True, owner=UserFactory()), CaseFactory(), kim)
    assert (into.owner, into.status) == (None, CaseStatus.NEW)


# --- Whoever was promised an answer still is


def test_the_earlier_promise_holds(kim):
    now = timezone.now()
    early, late = CaseFactory(clock_from=now - 20 * HOUR), CaseFactory(clock_from=now)
    limit = late.limit_at
    _case, into = merged(early, late, kim)
    assert into.clock_from == early.clock_from
    assert into.limit_at != limit
    case, into = merged(CaseFactory(clock_from=now), CaseFactory(clock_from=now - HOUR, limit_at=now + HOUR), kim)
    assert (into.clock_from, into.limit_at) == (now - HOUR, now + HOUR)
    assert case.clock_from == now


@pytest.mark.parametrize("ended", ["answered", "closed"])
def test_an_ended_case_opens_again_and_owes_what_the_other_was_promised(kim, ended):
    case, into = merged(CaseFactory(), CaseFactory(**{ended: True}), kim)
    assert (into.status, into.closed_at, into.answered_at) == (CaseStatus.REOPENED, None, None)
    assert into.clock_from == case.clock_from
    assert into in Case.objects.late(into.limit_at + HOUR)


def test_what_was_answered_brings_no_promise(kim):
    _case, into = merged(CaseFactory(answered=True), CaseFactory(answered=True), kim)
    assert into.status == CaseStatus.ANSWERED
    assert into.answered_at is not None


def test_what_was_told_in_a_notice_stands(kim):
    until = timezone.now() + 99 * HOUR
    told = CaseFactory(promised_at=until, due_at=until, limit_at=until)
    _case, into = merged(CaseFactory(limit_at=until + HOUR), told, kim)
    assert (into.due_at, into.limit_at) == (until, until)


def test_what_one_was_told_in_a_notice_delays_nobody_else(kim):
    case, told = received("a"), received("b")
    services.delay(told, kim, "Vi behöver mer tid.", timezone.now() + datetime.timedelta(days=60))
    case, into = merged(case, told, kim)
    assert (into.limit_at, into.promised_at) == (case.limit_at, None)


def test_an_ended_case_owes_the_day_that_the_other_was_told(kim):
    case = received("a")
    services.delay(case, kim, "Vi behöver mer tid.", timezone.now() + datetime.timedelta(days=60))
    case, into = merged(case, CaseFactory(answered=True), kim)
    assert (into.limit_at, into.promised_at) == (case.limit_at, case.promised_at)


def test_what_one_senders_waiting_took_delays_nobody_else(kim):
    into = received("a", timezone.now() - datetime.timedelta(days=9))
    Pause.objects.create(case=into, started_at=into.received_at + HOUR)
    Case.objects.filter(pk=into.pk).update(status=CaseStatus.WAITING_SENDER)
    case, into = merged(received("b", timezone.now() - datetime.timedelta(days=8)), into, kim)
    assert into.limit_at <= case.limit_at


def moments(case):
    case.refresh_from_db()
    return case.due_at, case.limit_at


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def paused(case, begun, ended):
    """The case waited for its sender; its times are counted again."""
    Pause.objects.create(case=case, started_at=at(begun), ended_at=at(ended))
    promise.recount()
    return moments(case)


def test_what_one_senders_waiting_took_delays_nobody_else_later_either(kim):
    into = received("a", at("2026-11-09 09:00"))
    paused(into, "2026-11-09 10:00", "2026-11-25 10:00")
    case = received("b", at("2026-11-20 09:00"))
    before = moments(case)
    case, into = merged(case, into, kim)
    assert moments(into) == before
    promise.recount()  # the worker does so every hour
    assert moments(into) == before


@pytest.mark.parametrize("values", [{"answered": True}, {"limit_at": at("2030-01-01 00:00")}])
def test_the_time_that_a_sender_took_is_not_counted_against_us_when_the_promise_is_taken_over(kim, values):
    case = received("a", at("2026-11-09 09:00"))
    before = paused(case, "2026-11-09 10:00", "2026-11-25 10:00")
    _case, into = merged(case, CaseFactory(clock_from=at("2026-11-25 09:00"), **values), kim)
    assert moments(into) == before
    promise.recount()
    assert moments(into) == before
    # What it waits for from now on is its own.
    services.park(into, kim, CaseStatus.WAITING_SENDER)
    Pause.objects.filter(case=into).update(started_at=into.pauses_from)
    services.resume(into, kim)
    assert Pause.objects.get(case=into).ended_at is not None
    into.refresh_from_db()
    assert into.pauses.count() == 1
    promise.start(into, timezone.now())
    assert (into.pauses_before, into.pauses_from) == ([], None)


def test_a_merged_case_that_waits_for_its_sender_has_waited_until_now(kim):
    case = received("a", at("2026-11-09 09:00"))
    Pause.objects.create(case=case, started_at=at("2026-11-09 10:00"))
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.WAITING_SENDER)
    _case, into = merged(case, CaseFactory(answered=True), kim)
    assert into.status == CaseStatus.REOPENED
    assert into.limit_at > timezone.now()
    limit = into.limit_at
    promise.recount()
    assert moments(into)[1] == limit


@pytest.mark.parametrize("status", [CaseStatus.WAITING_SENDER, CaseStatus.WAITING_OTHER, CaseStatus.MEETING_BOOKED])
def test_parted_again_it_has_its_meeting_and_its_day(kim, status):
    day, meeting = timezone.localdate() + datetime.timedelta(days=9), timezone.now() + 99 * HOUR
    case = CaseFactory(taken=True, status=status, resume_on=day, meeting_at=meeting)
    case, _into = merged(case, CaseFactory(), kim)
    assert case not in Case.objects.to_resume(meeting + datetime.timedelta(days=9))
    services.unmerge(case, kim)
    case.refresh_from_db()
    assert (case.status, case.resume_on, case.meeting_at) == (status, day, meeting)


@pytest.mark.parametrize(("came", "waits"), [(-2, True), (2, False)])
def test_what_waits_for_the_sender_is_taken_up_by_a_request_that_came_since(kim, came, waits):
    into = services.park(services.take(CaseFactory(), kim), kim, CaseStatus.WAITING_SENDER)
    _case, into = merged(CaseFactory(received_at=timezone.now() + came * HOUR), into, kim)
    assert (into.status == CaseStatus.WAITING_SENDER) is waits
    assert Pause.objects.filter(case=into, ended_at=None).exists() is waits


# --- A further message


@pytest.mark.parametrize(
    ("status", "is_answered", "then"),
    [
        (CaseStatus.IN_PROGRESS, False, CaseStatus.IN_PROGRESS),
        (CaseStatus.WAITING_SENDER, False, CaseStatus.ASSIGNED),
        (CaseStatus.ANSWERED, True, CaseStatus.REOPENED),
        (CaseStatus.CLOSED, True, CaseStatus.REOPENED),
    ],
)
def test_a_message_to_a_merged_case_wakes_the_other_with_a_promise(kim, status, is_answered, then):
    case, into = merged(received("a"), CaseFactory(), kim)
    limit = into.limit_at
    answered_at = timezone.now() if is_answered else None
    Case.objects.filter(pk=into.pk).update(status=status, answered_at=answered_at)
    received("a", text="En sak till.", topic=case.topic)
    case.refresh_from_db()
    into.refresh_from_db()
    assert (case.status, case.messages.count(), into.messages.count()) == (CaseStatus.MERGED, 2, 1)
    assert (into.status, into.answered_at) == (then, None)
    assert Event.objects.get(case_id=into.pk, kind=EventKind.ADDED).data == {"other": case.number}
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.ADDED).exists()
    if is_answered:
        assert into.clock_from > case.clock_from
    else:  # an answer was owed already: that promise stands
        assert into.limit_at == limit


def test_a_message_stops_an_answer_that_was_begun_before_it(kim):
    case, into = merged(received("a"), CaseFactory(), kim)
    before = max(case.messages.get().pk, into.messages.get().pk)
    received("a", text="En sak till.", topic=case.topic)
    with pytest.raises(services.ChangedMeanwhileError):
        services.answer(into, kim, "Hej!", seen=before)


# --- Undone


@pytest.mark.parametrize("status", [CaseStatus.NEW, CaseStatus.IN_PROGRESS, CaseStatus.ANSWERED, CaseStatus.REOPENED])
def test_undone_it_is_what_it_was(kim, status):
    owner = kim if status == CaseStatus.IN_PROGRESS else None
    case = CaseFactory(status=status, owner=owner)
    case, into = merged(case, CaseFactory(), kim)
    case = services.unmerge(case, kim)
    case.refresh_from_db()
    assert (case.status, case.merged_into, case.status_before, case.owner) == (status, None, "", owner)
    said = Event.objects.filter(kind=EventKind.UNMERGED)
    assert {event.case_id for event in said} == {case.pk, into.pk}
    services.merge(case, into, kim)  # and again


def test_undone_it_waits_for_its_sender_as_if_nothing_had_been(kim):
    case = services.park(CaseFactory(), kim, CaseStatus.WAITING_SENDER)
    begun = Pause.objects.get().started_at
    services.merge(case, CaseFactory(), kim)
    case = services.unmerge(case, kim)
    assert case.status == CaseStatus.WAITING_SENDER
    assert (Pause.objects.get().started_at, Pause.objects.get().ended_at) == (begun, None)


def test_undone_its_time_is_counted_by_todays_hours(kim):
    case = received("a", at=datetime.datetime(2026, 11, 20, 14, 0, tzinfo=datetime.UTC))
    limit = case.limit_at
    services.merge(case, CaseFactory(), kim)
    OfficeDay.objects.bulk_create([OfficeDay(day=datetime.date(2026, 11, 23))])
    assert services.unmerge(case, kim).limit_at == limit + 24 * HOUR


FACTS = (
    "status",
    "owner_id",
    "closed_at",
    "answered_at",
    "clock_from",
    "promised_at",
    "resume_on",
    "meeting_at",
    "limit_at",
)


def facts(case):
    return Case.objects.values(*FACTS).get(pk=case.pk)


@pytest.mark.parametrize("ended", ["answered", "closed"])
def test_undone_the_one_that_it_opened_is_ended_again_as_it_was(kim, ended):
    into = CaseFactory(**{ended: True})
    before = facts(into)
    case, into = merged(CaseFactory(taken=True, owner=UserFactory(coordinator=True)), into, kim)
    assert (into.status, into.owner) == (CaseStatus.REOPENED, case.owner)
    outbox.count_as_sent(into.mails.get(purpose=MailPurpose.ALERT), timezone.now())  # the owner was told: no more
    services.note(into, kim, "Det var fel ärende.")
    services.unmerge(case, kim)
    assert facts(into) == before
    said = Event.objects.get(case_id=into.pk, kind=EventKind.UNMERGED)
    assert said.data == {"other": case.number, "status": before["status"]}
    assert Event.objects.get(case_id=into.pk, kind=EventKind.REOPENED).data == {"merged": case.number}


def test_undone_the_one_that_it_woke_waits_again_as_if_nothing_had_been(kim):
    day = timezone.localdate() + datetime.timedelta(days=9)
    into = services.park(CaseFactory(taken=True), kim, CaseStatus.WAITING_SENDER, resume_on=day)
    Pause.objects.update(started_at=timezone.now() - HOUR)
    before, begun = facts(into), Pause.objects.get().started_at
    case, into = merged(CaseFactory(), into, kim)
    assert into.status == CaseStatus.IN_PROGRESS
    services.unmerge(case, kim)
    del before["limit_at"]  # counted again
    assert {name: value for name, value in facts(into).items() if name in before} == before
    assert (Pause.objects.get().started_at, Pause.objects.get().ended_at) == (begun, None)


@pytest.mark.parametrize(
    "act",
    [
        lambda case, into, kim: services.take(into, kim),
        lambda case, into, kim: services.answer(into, kim, "Hej!"),
        lambda case, into, kim: received("a", text="En sak till.", topic=case.topic),
    ],
)
def test_what_has_been_worked_since_stays_open_when_the_other_goes(kim, act):
    case, into = merged(received("a"), CaseFactory(closed=True), kim)
    act(case, into, kim)
    services.unmerge(case, kim)
    into.refresh_from_db()
    assert into.is_open
    assert into.before_merging is None
    assert Event.objects.get(case_id=into.pk, kind=EventKind.UNMERGED).data == {"other": case.number}


def test_only_when_the_last_is_parted_is_it_what_it_was(kim):
    into = CaseFactory(closed=True)
    before = facts(into)
    cases = [merged(CaseFactory(), into, kim)[0] for _number in range(3)]
    for case in cases[:2]:
        services.unmerge(case, kim)
        assert Case.objects.get(pk=into.pk).status == CaseStatus.REOPENED
    services.unmerge(cases[2], kim)
    assert facts(into) == before


def test_what_is_not_merged_is_not_undone(kim):
    case = CaseFactory()
    for one in (case, services.unmerge(merged(case, CaseFactory(), kim)[0], kim)):
        with pytest.raises(NotAllowedError):
            services.unmerge(one, kim)


def test_what_is_merged_is_not_worked_by_itself(kim):
    case, into = merged(CaseFactory(answered=True), CaseFactory(), kim)
    for act in (
        lambda: services.reopen(case, kim),
        lambda: services.park(case, kim, CaseStatus.WAITING_OTHER),
        lambda: services.close(case, kim, "kept"),
        lambda: services.answer(case, kim, "Hej!"),
    ):
        with pytest.raises(NotAllowedError):
            act()
    case.refresh_from_db()
    assert (case.status, case.merged_into) == (CaseStatus.MERGED, into)


# --- When a promise begins anew


def test_only_a_promise_that_was_kept_begins_anew(kim):
    case = received("a", at=timezone.now() - 30 * HOUR)
    start, limit = case.clock_from, case.limit_at
    received("a", text="En sak till.", topic=case.topic)
    case.refresh_from_db()
    assert (case.clock_from, case.limit_at) == (start, limit)
    outbox.count_as_sent(services.answer(case, kim, "Hej!").mail, timezone.now())
    received("a", text="Och en?", topic=case.topic)
    case.refresh_from_db()
    assert case.clock_from > start
    assert (case.status, case.answered_at) == (CaseStatus.REOPENED, None)
    assert case.first_answer_at is not None


def test_what_was_closed_without_an_answer_owes_a_new_message_a_new_answer(kim):
    case = received("a", at=timezone.now() - 900 * HOUR)
    services.close(case, kim, "kept", reason="Löstes på telefon.")
    received("a", text="En sak till.", topic=case.topic)
    case.refresh_from_db()
    assert case.status == CaseStatus.REOPENED
    assert not case.is_late(timezone.now())
