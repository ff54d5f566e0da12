"""What looks like a robot's is kept, counts, and is in nobody's way."""

import datetime

import pytest
from django.utils import timezone, translation

from business.inbox import promise, services
from business.inbox.enums import CaseStatus, EventKind, MailPurpose, MailStatus, QuarantineReason
from business.inbox.history import entries
from business.inbox.models import Case, Event, OfficeDay, OutboxMail
from business.inbox.suspicion import assess

from .factories import CaseFactory, ContactRequestFactory, UserFactory

NOW = timezone.now()
pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    return UserFactory(coordinator=True)


def suspect(at=None, **said):
    return services.receive(ContactRequestFactory(suspicion=QuarantineReason.FLOOD_SAME_TEXT, **said), at=at)


def test_it_is_a_case_with_number_record_and_promise():
    at = NOW - datetime.timedelta(hours=1)
    case = suspect(at)
    assert (case.status, case.running) == (CaseStatus.QUARANTINED, 1)
    assert (case.received_at, case.clock_from) == (at, at)
    assert case.due_at > at
    assert case.messages.get().original
    assert list(Event.objects.values_list("kind", flat=True)) == [EventKind.RECEIVED, EventKind.QUARANTINED]


def test_nobody_is_mailed():
    suspect()
    assert not OutboxMail.objects.exists()


def test_the_history_and_the_case_say_why(coordinator):
    case = suspect()
    with translation.override("en"):
        assert entries(case)[0].detail == "Part of a burst of messages, and much like the others in it"
    page = coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
    assert "Part of a burst of messages, and much like the others in it" in page.split('id="history-heading"')[0]


def test_it_is_in_no_list_of_what_waits(kim):
    CaseFactory(late=True, status=CaseStatus.QUARANTINED, quarantine_reason="links")
    far = NOW + datetime.timedelta(days=30)
    for cases in (
        Case.objects.open(),
        Case.objects.late(far),
        Case.objects.due(NOW),
        Case.objects.most_pressing(),
        Case.objects.to_resume(far),
    ):
        assert not cases.exists()
    counts = Case.objects.summary(NOW, [kim.pk])
    assert {name for name, number in counts.items() if number} == {"quarantine"}


def test_it_is_found_by_its_number_and_by_what_it_says():
    case = suspect(text="Köp kontorsstolar i Mariefred")
    for words in (case.number, "KONTORSSTOLAR mariefred"):
        assert list(Case.objects.containing(words)) == [case]


def test_it_can_be_opened(coordinator):
    assert coordinator.get(f"/admin/inbox/{suspect().pk}/").status_code == 200


@pytest.mark.parametrize("act", ["take", "answer", "assign"])
def test_it_is_let_out_before_it_is_worked(kim, act):
    case = suspect()
    acts = {
        "take": lambda: services.take(case, kim),
        "answer": lambda: services.answer(case, kim, "Hej!"),
        "assign": lambda: services.assign(case, kim, user=kim),
    }
    with pytest.raises(services.NotAllowedError):
        acts[act]()


# --- Let out


def test_who_is_let_out_is_new_and_gets_the_receipt_that_was_held(kim):
    case = services.release_from_quarantine(suspect(), kim)
    assert (case.status, case.quarantine_reason) == (CaseStatus.NEW, "")
    receipt = OutboxMail.objects.get()
    assert (receipt.purpose, receipt.to) == (MailPurpose.RECEIPT, case.email)
    assert Event.objects.last().actor_name == str(kim)


def test_who_is_let_out_late_is_late(kim):
    case = services.release_from_quarantine(suspect(NOW - datetime.timedelta(days=30)), kim)
    assert case.is_late(NOW)
    assert list(Case.objects.late(NOW)) == [case]


def test_a_closed_day_moves_the_promise_of_what_is_in_quarantine_too():
    case = suspect()
    before = case.limit_at
    OfficeDay.objects.create(day=timezone.localdate(case.due_at))
    promise.recount()
    case.refresh_from_db()
    assert case.limit_at > before


def test_it_is_let_out_once(kim):
    case = suspect()
    services.release_from_quarantine(case, kim)
    with pytest.raises(services.NotAllowedError):
        services.release_from_quarantine(case, kim)
    assert OutboxMail.objects.count() == 1


def test_a_case_without_an_address_is_let_out_without_a_receipt(kim):
    assert services.release_from_quarantine(suspect(email=""), kim).status == CaseStatus.NEW
    assert not OutboxMail.objects.exists()


def test_who_was_let_out_is_known_the_next_day(kim, settings):
    settings.INBOX_BUDGET = ((datetime.timedelta(hours=1), 0),)
    case, request = suspect(NOW - datetime.timedelta(days=2)), ContactRequestFactory()
    hurried = {"open_for": datetime.timedelta(seconds=4), "trapped": 0, "at": NOW}
    assert assess(request, **hurried) == QuarantineReason.FLOOD_HURRIED
    services.release_from_quarantine(case, kim)
    assert assess(request, **hurried) == ""


# --- Put in by hand


def test_an_officer_puts_a_new_case_aside_and_takes_it_back(kim):
    case = services.receive(ContactRequestFactory())
    case.mails.update(status=MailStatus.SENT)
    case = services.quarantine(case, kim)
    assert (case.status, case.quarantine_reason) == (CaseStatus.QUARANTINED, QuarantineReason.BY_HAND)
    case = services.release_from_quarantine(case, kim)
    assert case.status == CaseStatus.NEW
    assert case.mails.count() == 1  # the receipt of its arrival, and no second


def test_a_receipt_that_has_not_left_is_held_back_until_the_case_is_let_out(kim, coordinator):
    case = services.quarantine(services.receive(ContactRequestFactory()), kim)
    assert case.mails.get().status == MailStatus.WITHDRAWN
    assert "The sender has had no receipt." in coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
    services.release_from_quarantine(case, kim)
    assert case.mails.get(status=MailStatus.WAITING).to == case.email


def test_whoever_had_a_receipt_is_not_said_to_have_none(kim, coordinator):
    case = services.receive(ContactRequestFactory())
    case.mails.update(status=MailStatus.SENT)
    services.quarantine(case, kim)
    page = coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
    assert "The sender has had no receipt." not in page
    assert "The deadline still counts from when it arrived." in page


def test_a_call_taken_down_without_a_receipt_brings_none_when_it_is_let_out(kim):
    case = services.receive(ContactRequestFactory(channel="phone", sends_receipt=False), by=kim)
    services.release_from_quarantine(services.quarantine(case, kim), kim)
    assert not OutboxMail.objects.exists()


def test_what_others_are_merged_with_is_not_put_out_of_sight(kim, coordinator):
    case, other = CaseFactory(), CaseFactory()
    services.merge(other, case, kim)
    with pytest.raises(services.NotAllowedError, match="DB-"):
        services.quarantine(case, kim)
    assert not coordinator.get(f"/admin/inbox/{case.pk}/").context["can_quarantine"]
    services.unmerge(other, kim)
    assert services.quarantine(case, kim).status == CaseStatus.QUARANTINED


def test_what_somebody_has_begun_is_not_put_aside(kim):
    case = CaseFactory(taken=True)
    with pytest.raises(services.NotAllowedError):
        services.quarantine(case, kim)
    assert not Event.objects.exists()


# --- Closed


def test_robots_are_closed_as_of_little_importance_and_stay_records(kim):
    case = services.close(suspect(), kim, "insignificant", reason="Reklam")
    assert (case.status, case.triage, case.closing_reason) == (CaseStatus.CLOSED, "insignificant", "Reklam")
    assert case.messages.count() == 1
    assert not OutboxMail.objects.exists()


def test_closing_takes_a_reason(kim):
    with pytest.raises(services.NotAllowedError):
        services.close(suspect(), kim, "insignificant")


def test_a_robot_that_writes_again_to_what_was_closed_mails_nobody(kim):
    first = ContactRequestFactory(submission_key="a", suspicion=QuarantineReason.LINKS)
    services.close(services.receive(first), kim, "insignificant", reason="Reklam")
    again = ContactRequestFactory(topic=first.topic, submission_key="a", email="fremling@example.se")
    assert services.receive(again).status == CaseStatus.REOPENED
    assert not OutboxMail.objects.exists()
