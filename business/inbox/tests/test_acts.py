"""What officers do with a case."""

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, Direction, EventKind, MailPurpose, MailStatus, Triage
from business.inbox.models import Case, Event, OutboxMail
from business.inbox.services import ChangedMeanwhileError, NotAllowedError

from .factories import CaseFactory, ContactRequestFactory, MessageFactory, OutboxMailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    return UserFactory(coordinator=True, first_name="Kim", last_name="Lindqvist")


@pytest.fixture
def sam():
    return UserFactory(coordinator=True, first_name="Sam", last_name="Holm")


def kinds(case):
    return list(Event.objects.filter(case_id=case.pk).values_list("kind", flat=True))


def seen(case):
    """The newest message that somebody who opens the case now has before them."""
    return case.messages.latest("pk").pk


# --- Take and let go


def test_taking_a_new_case_begins_it(kim):
    case = services.take(CaseFactory(), kim)
    assert (case.owner, case.status) == (kim, CaseStatus.IN_PROGRESS)
    assert kinds(case) == [EventKind.TAKEN]


def test_taking_what_one_has_changes_nothing(kim):
    case = services.take(CaseFactory(), kim)
    services.take(case, kim)
    assert kinds(case) == [EventKind.TAKEN]


def test_nobody_takes_a_case_from_somebody_else(kim, sam):
    case = services.take(CaseFactory(), kim)
    with pytest.raises(NotAllowedError, match="Kim Lindqvist"):
        services.take(case, sam)


def test_a_closed_case_is_not_taken(kim):
    with pytest.raises(NotAllowedError):
        services.take(CaseFactory(closed=True), kim)


def test_a_case_that_was_let_go_waits_for_somebody(kim, sam):
    case = services.release(services.take(CaseFactory(), kim), sam)
    assert (case.owner, case.is_open) == (None, True)
    assert Event.objects.get(case_id=case.pk, kind=EventKind.RELEASED).data == {"former_owner": "Kim Lindqvist"}
    with pytest.raises(NotAllowedError):
        services.release(case, sam)


# --- Describe and note


def test_the_short_content_is_the_officers_and_can_be_searched(kim):
    case = services.describe(CaseFactory(), kim, "Uteservering på trottoar")
    assert case.subject == "Uteservering på trottoar"
    assert Case.objects.containing("trottoar UTESERVERING").get() == case
    services.describe(case, kim, "Uteservering på trottoar")
    assert kinds(case) == [EventKind.DESCRIBED]  # nothing changed the second time


def test_a_note_stays_inside(kim):
    note = services.note(CaseFactory(), kim, "Ring Birgitta.")
    assert note.direction == Direction.NOTE
    assert not OutboxMail.objects.exists()


def test_a_note_whose_button_was_pressed_twice_is_written_once(kim):
    case = CaseFactory()
    before = seen(case)
    assert services.note(case, kim, "Ring.", seen=before) == services.note(case, kim, "Ring.", seen=before)
    assert kinds(case) == [EventKind.NOTED]


# --- Answer


def test_an_answer_goes_into_the_outbox_and_the_case_to_the_writer(kim):
    case = CaseFactory()
    message = services.answer(case, kim, "Hej!\n\nLämna 1,5 meter fritt.")
    case.refresh_from_db()
    assert (case.owner, case.status) == (kim, CaseStatus.IN_PROGRESS)
    assert message.mail.to == case.email
    assert "Lämna 1,5 meter fritt." in message.mail.body
    assert kinds(case) == [EventKind.TAKEN, EventKind.ANSWER_QUEUED]


def test_the_case_is_answered_when_the_mail_server_has_taken_the_answer(kim):
    case = CaseFactory()
    message = services.answer(case, kim, "Hej!")
    assert outbox.deliver(message.mail.pk) == MailStatus.SENT
    case.refresh_from_db()
    assert case.status == CaseStatus.ANSWERED
    assert case.first_answer_at is not None
    assert kinds(case)[-2:] == [EventKind.MAIL_SENT, EventKind.ANSWERED]


def test_a_case_that_got_a_new_message_meanwhile_is_not_answered(kim):
    case = CaseFactory()
    message = services.answer(case, kim, "Hej!")
    MessageFactory(case=case, text="En sak till!")
    outbox.deliver(message.mail.pk)
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_PROGRESS


def test_a_closed_case_is_not_answered(kim):
    with pytest.raises(NotAllowedError):
        services.answer(CaseFactory(closed=True), kim, "Hej!")


def test_two_who_answer_at_once_the_second_is_told(kim, sam):
    case = CaseFactory()
    both_saw = seen(case)
    services.answer(case, kim, "Ja.", seen=both_saw)
    with pytest.raises(ChangedMeanwhileError, match="Kim Lindqvist"):
        services.answer(case, sam, "Nej.", seen=both_saw)
    assert case.messages.filter(direction=Direction.OUTGOING).count() == 1
    # Having read it, the second may well want to add something.
    services.answer(case, sam, "Nej.", seen=seen(case))
    assert case.messages.filter(direction=Direction.OUTGOING).count() == 2


def test_an_answer_that_crosses_a_message_from_the_sender_is_stopped(kim):
    case = CaseFactory()
    before = seen(case)
    MessageFactory(case=case, text="Glöm det, vi flyttar.")
    with pytest.raises(ChangedMeanwhileError):
        services.answer(case, kim, "Lämna 1,5 meter fritt.", seen=before)


def test_a_colleagues_note_does_not_stop_an_answer(kim, sam):
    case = CaseFactory()
    before = seen(case)
    services.note(case, sam, "Bra att veta.")
    services.answer(case, kim, "Hej!", seen=before)


def test_an_answer_whose_button_was_pressed_twice_goes_out_once(kim):
    case = CaseFactory()
    before = seen(case)
    assert services.answer(case, kim, "Hej!", seen=before) == services.answer(case, kim, "Hej!", seen=before)
    assert case.mails.count() == 1


# --- Close and reopen


def test_closing_takes_an_answer_or_a_reason(kim):
    case = CaseFactory()
    with pytest.raises(NotAllowedError):
        services.close(case, kim, Triage.KEPT)
    services.close(case, kim, Triage.KEPT, reason="Löstes på telefon.")
    case.refresh_from_db()
    assert (case.status, case.closing_reason, case.triage) == (CaseStatus.CLOSED, "Löstes på telefon.", Triage.KEPT)
    assert kinds(case) == [EventKind.TRIAGED, EventKind.CLOSED]


def test_an_answered_case_closes_without_a_reason(kim):
    case = services.close(CaseFactory(answered=True), kim, Triage.INSIGNIFICANT)
    assert case.status == CaseStatus.CLOSED


def test_a_new_question_in_an_answered_case_takes_an_answer_or_a_reason_too(kim):
    request = ContactRequestFactory(submission_key="a")
    case = services.receive(request)
    outbox.count_as_sent(services.answer(case, kim, "Ja!").mail, timezone.now())
    services.receive(ContactRequestFactory(topic=request.topic, submission_key="a", text="Och på kvällen?"))
    case.refresh_from_db()
    assert case.first_answer_at is not None
    with pytest.raises(NotAllowedError):
        services.close(case, kim, Triage.KEPT)
    assert services.close(case, kim, Triage.KEPT, reason="På telefon.").status == CaseStatus.CLOSED


def test_a_merged_sender_without_an_answer_is_named_when_the_case_is_closed(kim):
    case, other = CaseFactory(answered=True), CaseFactory()
    Case.objects.filter(pk=other.pk).update(status=CaseStatus.MERGED, merged_into=case, status_before="new")
    with pytest.raises(NotAllowedError, match=other.number):
        services.close(case, kim, Triage.KEPT)
    copy = services.answer(case, kim, "Ja!", also=[other]).mail.copies.get()
    with pytest.raises(NotAllowedError):  # on its way
        services.close(case, kim, Triage.KEPT)
    outbox.count_as_sent(copy, timezone.now())
    assert services.close(case, kim, Triage.KEPT).status == CaseStatus.CLOSED


def test_an_answer_on_its_way_is_waited_for(kim):
    case = CaseFactory()
    services.answer(case, kim, "Hej!")
    with pytest.raises(NotAllowedError, match=r"(?i)on its way|på väg"):
        services.close(case, kim, Triage.KEPT)


def test_closing_takes_a_decision_on_how_the_record_is_kept(kim):
    with pytest.raises(NotAllowedError):
        services.close(CaseFactory(answered=True), kim, "")
    with pytest.raises(NotAllowedError):
        services.close(CaseFactory(answered=True), kim, "shredded")


def test_what_is_registered_has_its_diary_number(kim):
    with pytest.raises(NotAllowedError):
        services.close(CaseFactory(answered=True), kim, Triage.REGISTERED)
    case = services.close(CaseFactory(answered=True), kim, Triage.REGISTERED, registered_number="KS 2026/123")
    assert case.registered_number == "KS 2026/123"


def test_a_closed_case_is_closed_once(kim):
    with pytest.raises(NotAllowedError):
        services.close(CaseFactory(closed=True), kim, Triage.KEPT)


def test_nobody_closes_what_they_have_not_read(kim):
    case = CaseFactory(answered=True)
    before = seen(case)
    MessageFactory(case=case, text="En sak till!")
    with pytest.raises(ChangedMeanwhileError):
        services.close(case, kim, Triage.KEPT, seen=before)


def test_a_reopened_case_is_open_and_keeps_its_history(kim):
    case = services.reopen(CaseFactory(closed=True), kim)
    assert (case.status, case.closed_at) == (CaseStatus.REOPENED, None)
    assert kinds(case) == [EventKind.REOPENED]


@pytest.mark.parametrize("status", [CaseStatus.NEW, CaseStatus.IN_PROGRESS, CaseStatus.REOPENED])
def test_an_open_case_is_not_reopened(kim, status):
    with pytest.raises(NotAllowedError):
        services.reopen(CaseFactory(status=status), kim)


def test_what_was_closed_from_quarantine_and_is_opened_is_suspected_no_more(kim):
    case = CaseFactory(closed=True, quarantine_reason="links")
    assert services.reopen(case, kim).quarantine_reason == ""
    case.refresh_from_db()
    assert (case.quarantine_reason, case.mails.count()) == ("", 0)


# --- Send again


def test_a_failed_mail_goes_again_to_a_corrected_address(kim):
    mail = OutboxMailFactory(failed=True)
    header = mail.message_id_header
    services.send_again(mail, kim, "ratt@example.se")
    mail.refresh_from_db()
    assert (mail.status, mail.to, mail.message_id_header) == (MailStatus.WAITING, "ratt@example.se", header)
    assert Case.objects.get().email == "ratt@example.se"
    renewed, retried = Event.objects.order_by("pk")
    assert renewed.kind == EventKind.LINK_RENEWED  # the former link went to an address that is not the sender's
    assert retried.data == {"mail": mail.pk, "purpose": MailPurpose.RECEIPT, "changed": ["email"]}


def test_a_mail_that_goes_again_to_the_same_address_has_no_corrected_one(kim):
    mail = OutboxMailFactory(failed=True)
    services.send_again(mail, kim, mail.to)
    assert Event.objects.get().data["changed"] == []


def test_what_has_not_failed_is_not_sent_again(kim):
    mail = OutboxMailFactory(sent=True)
    with pytest.raises(NotAllowedError):
        services.send_again(mail, kim)
    assert not Event.objects.exists()


# --- Never deleted


def test_a_case_is_never_deleted():
    case = CaseFactory()
    with pytest.raises(ProtectedError):
        case.delete()


def test_an_entry_of_the_history_is_never_changed_or_deleted(kim):
    services.take(CaseFactory(), kim)
    event = Event.objects.get()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
