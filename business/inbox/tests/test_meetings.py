"""Times to meet and the rating: what the sender chooses, and what follows."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, Direction, EventKind, Helped, MailPurpose, TimeState
from business.inbox.meeting_words import ProposedTime
from business.inbox.models import Case, Event, MeetingTime, Message, OutboxMail, Rating
from business.inbox.records.contents import read
from business.inbox.records.package import Options
from business.inbox.services.rating import CHANGEABLE
from business.inbox.services.replies import MOST_REPLIES_A_DAY

from .factories import CaseFactory, OutboxMailFactory, TopicFactory

DAY = datetime.timedelta(days=1)


def proposed(case, *days, sent=True):
    """Propose times, so many days from now; return them as rows."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    times = [ProposedTime(now + day * DAY, 30, "Stadshuset") for day in days]
    message = services.propose_times(case, case.owner, "Ska vi ses?", times)
    if sent:
        outbox.count_as_sent(message.mail, timezone.now())
    return list(message.meeting_times.all())


@pytest.mark.django_db
def test_the_sender_chooses_one_of_the_times_and_the_meeting_is_booked(django_capture_on_commit_callbacks):
    case = CaseFactory(taken=True)
    first, second = proposed(case, 3, 4)
    case.refresh_from_db()
    assert case.status == CaseStatus.WAITING_SENDER
    message = Message.objects.get(direction=Direction.OUTGOING)
    assert message.text.startswith("Ska vi ses?")
    assert message.text.count("Stadshuset") == 2
    assert services.choose_time(case, second.pk) == second
    case.refresh_from_db()
    assert (case.status, case.meeting_at) == (CaseStatus.MEETING_BOOKED, second.starts_at)
    states = dict(MeetingTime.objects.values_list("pk", "state"))
    assert states == {first.pk: TimeState.WITHDRAWN, second.pk: TimeState.CHOSEN}
    alert = OutboxMail.objects.get(purpose=MailPurpose.ALERT)
    assert alert.to == case.owner.email
    # Pressed twice it is one meeting; another choice comes too late.
    services.choose_time(case, second.pk)
    assert Event.objects.filter(kind=EventKind.TIME_CHOSEN).count() == 1
    with pytest.raises(services.NotAllowedError, match="Stadshuset"):
        services.choose_time(case, first.pk)


@pytest.mark.django_db
def test_what_is_not_offered_cannot_be_chosen():
    case, other = CaseFactory(taken=True), CaseFactory(taken=True)
    (unsent,) = proposed(case, 3, sent=False)
    (theirs,) = proposed(other, 3)
    for key in (unsent.pk, theirs.pk, 0):
        with pytest.raises(services.NotAllowedError):
            services.choose_time(case, key)
    outbox.count_as_sent(unsent.message.mail, timezone.now())
    with pytest.raises(services.NotAllowedError):  # passed
        services.choose_time(case, unsent.pk, at=unsent.starts_at + DAY)
    (later,) = proposed(case, 5)
    with pytest.raises(services.NotAllowedError):  # other times have been mailed since
        services.choose_time(case, unsent.pk)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, closed_at=timezone.now())
    with pytest.raises(services.NotAllowedError):
        services.choose_time(case, later.pk)
    assert not MeetingTime.objects.exclude(state=TimeState.PROPOSED).exists()


@pytest.mark.django_db
def test_times_that_are_taken_back_with_their_mail_are_not_offered():
    case = CaseFactory(taken=True)
    (time,) = proposed(case, 3, sent=False)
    draft = services.withdraw(time.message.mail, case.owner)
    assert draft.text == "Ska vi ses?"  # sent as an answer, the times would be offered nowhere
    assert services.offered_times(case) == []


def test_two_who_choose_at_the_same_time_book_one_meeting(committed_db):
    case = CaseFactory(taken=True)
    times = proposed(case, 3, 4)
    results, start = [], threading.Barrier(2)

    def choose(key):
        start.wait()
        try:
            results.append(services.choose_time(Case.objects.get(pk=case.pk), key))
        except services.NotAllowedError as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=[time.pk]) for time in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [one for one in results if isinstance(one, services.NotAllowedError)]
    assert len(refused) == 1
    assert "Stadshuset" in str(refused[0])
    assert MeetingTime.objects.filter(state=TimeState.CHOSEN).count() == 1


# --- Rating


@pytest.mark.django_db
def test_a_closing_is_rated_once_changed_within_a_week_and_a_no_opens_the_case():
    case = CaseFactory(closed=True)
    services.rate(case, Helped.YES, "Tack!")
    services.rate(case, Helped.YES, "Tack!")
    services.rate(case, Helped.PARTLY)
    rating = Rating.objects.get()
    assert (rating.helped, rating.words, rating.closed_at) == (Helped.PARTLY, "", case.closed_at)
    with pytest.raises(services.NotAllowedError):
        services.rate(case, Helped.NO, "Nej", at=timezone.now() + CHANGEABLE + DAY)
    services.rate(case, Helped.NO, "Ni svarade på fel fråga.")
    services.rate(case, Helped.NO, "Ni svarade på fel fråga.")  # pressed twice
    case.refresh_from_db()
    assert case.status == CaseStatus.REOPENED
    assert case.answered_at is None
    said = case.messages.filter(direction=Direction.INCOMING).order_by("pk")
    assert [one.text for one in said][1:] == ["Tack!", "Ni svarade på fel fråga."]
    with pytest.raises(services.NotAllowedError):
        services.rate(case, Helped.YES)
    # Closed anew, it is asked anew.
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, closed_at=timezone.now())
    services.rate(case, Helped.YES)
    assert list(Rating.objects.order_by("pk").values_list("helped", flat=True)) == [Helped.NO, Helped.YES]


def test_what_was_said_first_is_kept_when_the_sender_says_something_else(coordinator):
    case = CaseFactory(closed=True)
    first, then = "Handläggaren var otrevlig och fel om avgiften.", "Tack, nu blev det rätt!"
    services.rate(case, Helped.PARTLY, first, original=b'{"words": ["Handl..."]}')
    services.rate(case, Helped.YES, first)  # another value, and nothing new said
    services.rate(case, Helped.PARTLY)
    services.rate(case, Helped.YES, then)
    case.refresh_from_db()
    assert (case.status, case.answered_at is None) == (CaseStatus.CLOSED, False)  # thanks open no case
    said = list(case.messages.filter(direction=Direction.INCOMING).order_by("pk"))[1:]
    assert [one.text for one in said] == [first, then]
    assert [bytes(one.original) for one in said] == [b'{"words": ["Handl..."]}', then.encode()]
    assert (Rating.objects.get().helped, Rating.objects.get().words) == (Helped.YES, then)
    page = coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
    assert page.index(first) < page.index(then)
    assert "Yes. Before: Partly" in page
    assert "Partly. Before: Yes" in page
    package = read(Case.objects.get(pk=case.pk), Options(), timezone.now())
    assert [one["text"] for one in package.data["messages"]][1:] == [first, then]

    # Nobody can read more than so much of one sender in a day: what was said and chosen before still holds.
    for number in range(MOST_REPLIES_A_DAY - 3):
        services.rate(case, Helped.YES, f"Text {number}")
    with pytest.raises(services.NotAllowedError):
        services.rate(case, Helped.PARTLY, "En till")
    assert Rating.objects.get().helped == Helped.YES


@pytest.mark.django_db
def test_what_was_closed_from_quarantine_is_not_rated():
    with pytest.raises(services.NotAllowedError):
        services.rate(CaseFactory(closed=True, quarantine_reason="links"), Helped.NO, "Nej")
    assert not Message.objects.filter(text="Nej").exists()


@pytest.mark.django_db
def test_the_sender_of_a_merged_case_rates_where_it_was_closed():
    into, topic = CaseFactory(taken=True), TopicFactory()
    case = CaseFactory(topic=topic)
    services.merge(case, into, into.owner)
    OutboxMailFactory(case=into, sent=True)
    services.close(Case.objects.get(pk=into.pk), into.owner, "kept", reason="Uppringd")
    services.rate(Case.objects.get(pk=case.pk), Helped.NO)
    into.refresh_from_db()
    assert into.status == CaseStatus.REOPENED
    assert Rating.objects.get().case == case


# --- The officer's side


def test_an_officer_proposes_times_and_a_mistake_loses_nothing(coordinator):
    case = CaseFactory(taken=True)
    address = f"/admin/inbox/{case.pk}/times/"
    now = timezone.localtime()
    days = [f"{now + number * DAY:%Y-%m-%dT10:00}" for number in (-1, 2, 3)]
    for wrong, field in (
        ({}, "starts_1"),
        ({"starts_1": days[0], "place_1": "Här"}, "starts_1"),
        ({"starts_1": days[1]}, "place_1"),
        ({"starts_1": "i morgon"}, "starts_1"),
        ({"starts_1": days[1], "place_1": "Här", "minutes_1": "0"}, "minutes_1"),
    ):
        answer = coordinator.post(address, {"text": "Ska vi ses?", **wrong})
        assert answer.status_code == 422
        assert field in answer.context["forms"]["times"].errors
        assert "Ska vi ses?" in answer.content.decode()
    assert not MeetingTime.objects.exists()
    right = {"starts_1": days[1], "minutes_1": "45", "place_1": "Stadshuset", "starts_2": days[2]}
    for _twice in range(2):
        assert coordinator.post(address, {"text": "Ska vi ses?", "seen": "", **right}).status_code in (302, 409)
    rows = MeetingTime.objects.values_list("minutes", "place")
    assert list(rows)[:2] == [(45, "Stadshuset"), (45, "Stadshuset")]
    mail = OutboxMail.objects.filter(purpose=MailPurpose.ANSWER).first()
    assert "10:00–10:45, Stadshuset" in mail.body
    outbox.count_as_sent(mail, timezone.now())
    case.refresh_from_db()
    assert case.resume_on == timezone.localdate() + 3 * DAY


def test_an_officer_reads_the_rating_in_the_case(coordinator):
    case = CaseFactory(closed=True)
    services.rate(case, Helped.PARTLY, "Bra svar, men sent.")
    assert "Bra svar, men sent." in coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
