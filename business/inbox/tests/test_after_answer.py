"""What follows an answer, and happens only when the mail server has accepted it."""

import datetime

import pytest
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import AfterSending, CaseStatus, Direction, EventKind, MailPurpose, MailStatus
from business.inbox.models import Case, Event, Pause
from business.inbox.services import NotAllowedError
from business.organisation.tests.factories import UnitFactory

from .factories import AbsenceFactory, CaseFactory, MessageFactory, OutboxMailFactory, UserFactory

pytestmark = pytest.mark.django_db
KEPT = {"triage": "kept", "registered_number": ""}
OPEN_END = [CaseStatus.IN_PROGRESS, CaseStatus.ANSWERED]


@pytest.fixture
def kim():
    return UserFactory(coordinator=True, first_name="Kim", last_name="Ek")


@pytest.fixture
def sam():
    return UserFactory(coordinator=True, first_name="Sam", last_name="Holm")


def answer(case, user, after=AfterSending.ANSWERED, /, **data):
    """Queue an answer; return its mail."""
    return services.answer(case, user, "Lämna 1,5 meter.", after=after, after_data=data).mail


def accepted(mail):
    """The mail server takes the mail; return its case as it is then."""
    outbox.count_as_sent(mail, timezone.now())
    return Case.objects.select_related("owner").get(pk=mail.case_id)


def kinds(case):
    return list(Event.objects.filter(case_id=case.pk).values_list("kind", flat=True))


# --- Close


@pytest.mark.parametrize("status", OPEN_END)
def test_close(kim, status):
    case = CaseFactory(status=status, owner=kim)
    mail = answer(case, kim, AfterSending.CLOSE, triage="registered", registered_number="KS 2026/7")
    case.refresh_from_db()
    assert case.status == status  # not before the server has it
    case = accepted(mail)
    assert (case.status, case.triage, case.registered_number) == (CaseStatus.CLOSED, "registered", "KS 2026/7")
    assert case.closed_at is not None
    assert kinds(case)[-2:] == [EventKind.TRIAGED, EventKind.CLOSED]
    assert Event.objects.get(kind=EventKind.CLOSED).actor_name == "Kim Ek"


@pytest.mark.parametrize("data", [{}, {"triage": "shredded"}, {"triage": "registered", "registered_number": ""}])
def test_closing_without_a_decision_is_refused_before_anything_is_sent(kim, data):
    case = CaseFactory()
    with pytest.raises(NotAllowedError):
        answer(case, kim, AfterSending.CLOSE, **data)
    assert not case.mails.exists()


# --- Wait


@pytest.mark.parametrize("status", OPEN_END)
def test_wait(kim, status):
    case = CaseFactory(status=status, owner=kim)
    mail = answer(case, kim, AfterSending.WAIT, resume_on="2026-12-03")
    assert not Pause.objects.exists()
    case = accepted(mail)
    assert (case.status, case.resume_on) == (CaseStatus.WAITING_SENDER, datetime.date(2026, 12, 3))
    assert Pause.objects.get().started_at == case.answered_at


def test_wait_without_a_day(kim):
    assert accepted(answer(CaseFactory(), kim, AfterSending.WAIT)).resume_on is None


# --- Hand over


@pytest.mark.parametrize("status", OPEN_END)
def test_hand_over_to_a_person(kim, sam, status):
    case = CaseFactory(status=status, owner=kim)
    mail = answer(case, kim, AfterSending.HAND_OVER, user=sam.pk)
    case.refresh_from_db()
    assert case.owner == kim
    case = accepted(mail)
    assert (case.status, case.owner) == (CaseStatus.ASSIGNED, sam)
    assert case.mails.get(purpose=MailPurpose.ALERT).to == sam.email
    assert Event.objects.get(kind=EventKind.ASSIGNED).data["former_owner"] == "Kim Ek"


def test_hand_over_to_a_unit(kim):
    unit = UnitFactory()
    case = accepted(answer(CaseFactory(), kim, AfterSending.HAND_OVER, unit=unit.pk))
    assert (case.status, case.owner, case.unit) == (CaseStatus.ASSIGNED, None, unit)


def test_hand_over_to_somebody_who_is_away(kim, sam):
    away = AbsenceFactory(substitute=sam).user
    assert accepted(answer(CaseFactory(), kim, AfterSending.HAND_OVER, user=away.pk)).owner == sam


def test_hand_over_to_nobody_is_refused_before_anything_is_sent(kim):
    case = CaseFactory()
    with pytest.raises(NotAllowedError):
        answer(case, kim, AfterSending.HAND_OVER)
    assert not case.mails.exists()


def test_who_may_no_longer_work_is_handed_nothing_and_the_writer_has_it_and_is_told(kim, sam):
    mail = answer(CaseFactory(), kim, AfterSending.HAND_OVER, user=sam.pk)
    sam.groups.clear()
    case = accepted(mail)
    assert (case.status, case.owner) == (CaseStatus.IN_PROGRESS, kim)
    assert case.answered_at is not None
    told = case.mails.get(purpose=MailPurpose.ALERT)
    assert (told.to, case.number in told.subject) == (kim.email, True)
    why = Event.objects.get(case_id=case.pk, kind=EventKind.NOT_HANDED_OVER)
    assert (why.actor_name, "Sam Holm" in why.data["why"]) == ("Kim Ek", True)


def test_what_nobody_has_any_more_goes_to_the_writer_when_nobody_can_have_it(kim, sam):
    case = CaseFactory()
    mail = answer(case, kim, AfterSending.HAND_OVER, user=sam.pk)
    services.release(case, kim)
    sam.groups.clear()
    assert accepted(mail).owner == kim


def test_a_substitute_gives_the_case_back_to_whom_it_belongs(kim, sam):
    case = CaseFactory(status=CaseStatus.IN_PROGRESS, owner=sam)
    case = accepted(answer(case, kim, AfterSending.HAND_OVER, user=sam.pk))
    assert (case.status, case.owner) == (CaseStatus.ASSIGNED, sam)
    assert case.mails.get(purpose=MailPurpose.ALERT).to == sam.email
    assert EventKind.NOT_HANDED_OVER not in kinds(case)


def test_a_unit_that_has_it_already_has_it_to_take(kim):
    case = CaseFactory()
    mail = answer(case, kim, AfterSending.HAND_OVER, unit=case.unit_id)
    services.assign(case, kim, unit=case.unit)
    case = accepted(mail)
    assert (case.status, case.owner) == (CaseStatus.ASSIGNED, None)


# --- What came between


@pytest.mark.parametrize(
    ("after", "data"),
    [
        (AfterSending.ANSWERED, {}),
        (AfterSending.CLOSE, KEPT),
        (AfterSending.WAIT, {"resume_on": "2026-12-03"}),
        (AfterSending.HAND_OVER, {"unit": 0}),
    ],
)
@pytest.mark.parametrize("where", ["here", "merged"])
def test_who_wrote_in_between_is_not_answered_and_nothing_follows(kim, after, data, where):
    case = CaseFactory()
    if "unit" in data:
        data = {"unit": UnitFactory().pk}
    mail = answer(case, kim, after, **data)
    other = case if where == "here" else CaseFactory(status=CaseStatus.MERGED, merged_into=case, text="Gammalt.")
    MessageFactory(case=other, text="Vänta, en sak till!")
    case = accepted(mail)
    assert (case.status, case.owner, case.answered_at) == (CaseStatus.IN_PROGRESS, kim, None)
    assert case.first_answer_at is not None
    assert case.clock_runs
    assert EventKind.MAIL_SENT in kinds(case)
    assert EventKind.ANSWERED not in kinds(case)


@pytest.mark.parametrize(
    ("after", "data"),
    [(AfterSending.ANSWERED, {}), (AfterSending.CLOSE, KEPT), (AfterSending.WAIT, {"resume_on": "2026-12-03"})],
)
def test_what_was_closed_meanwhile_stays_closed_as_it_was(kim, after, data):
    case = CaseFactory()
    mail = answer(case, kim, after, **data)
    Case.objects.filter(pk=case.pk).update(status=CaseStatus.CLOSED, triage="insignificant", closed_at=timezone.now())
    closed_at = Case.objects.get(pk=case.pk).closed_at
    case = accepted(mail)
    assert (case.status, case.triage, case.closed_at, case.resume_on) == (
        CaseStatus.CLOSED,
        "insignificant",
        closed_at,
        None,
    )
    assert case.answered_at is not None
    assert not Pause.objects.exists()
    assert EventKind.CLOSED not in kinds(case)


@pytest.mark.parametrize("after", [AfterSending.ANSWERED, AfterSending.WAIT, AfterSending.CLOSE])
def test_what_was_merged_meanwhile_stays_merged(kim, after):
    case, target = CaseFactory(), CaseFactory()
    mail = answer(case, kim, after, **KEPT)
    services.merge(case, target, kim)
    case = accepted(mail)
    assert (case.status, case.merged_into) == (CaseStatus.MERGED, target)
    assert case.answered_at is not None


def test_what_was_put_aside_meanwhile_is_answered(kim):
    case = CaseFactory()
    mail = answer(case, kim)
    services.park(case, kim, CaseStatus.WAITING_OTHER, resume_on=datetime.date(2026, 12, 3))
    case = accepted(mail)
    assert (case.status, case.resume_on) == (CaseStatus.ANSWERED, None)


def test_a_second_answer_leaves_the_first_ones_time(kim):
    case = CaseFactory()
    first = accepted(answer(case, kim)).answered_at
    case.refresh_from_db()
    again = accepted(services.answer(case, kim, "Och en sak till.").mail)
    assert (again.status, again.answered_at, again.first_answer_at) == (CaseStatus.ANSWERED, first, first)
    assert kinds(case).count(EventKind.ANSWERED) == 1
    assert kinds(case).count(EventKind.MAIL_SENT) == 2


# --- Copies, each a mail of its own


def test_a_copy_shows_the_answers_header_and_goes_to_its_own_address(kim, mail_server):
    case = CaseFactory(email="elsa@example.se")
    mail = services.answer(
        case, kim, "Hej!", cc=["bo@example.se", "anna@example.se", "bo@example.se", "Elsa@example.se"]
    ).mail
    copies = list(mail.copies.order_by("pk"))
    assert [copy.to for copy in copies] == ["bo@example.se", "anna@example.se"]
    outbox.sweep()
    assert {received["To"] for received in mail_server.received} == {"elsa@example.se"}
    for received in mail_server.received:
        assert "bo@example.se" in received["Cc"]
        assert "anna@example.se" in received["Cc"]
    ids = [received["Message-ID"] for received in mail_server.received]
    assert len(set(ids)) == len(ids) == 1 + len(copies)


def test_one_copy_that_is_refused_is_red_by_itself(kim, mail_server):
    case = CaseFactory()
    mail = services.answer(case, kim, "Hej!", cc=["bo@example.se", "anna@example.se"]).mail
    bo, anna = mail.copies.order_by("pk")
    outbox.deliver(mail.pk)
    mail_server.says = ["550 5.1.1 unknown"]
    assert outbox.deliver(bo.pk) == MailStatus.FAILED
    assert outbox.deliver(anna.pk) == MailStatus.SENT
    case.refresh_from_db()
    assert case.status == CaseStatus.ANSWERED
    assert case.mails.filter(purpose=MailPurpose.ALERT).get().to == kim.email


def test_an_answer_that_is_refused_leaves_the_copies_alone(kim, mail_server):
    case = CaseFactory()
    mail = services.answer(case, kim, "Hej!", cc=["bo@example.se"]).mail
    mail_server.says = ["550 5.1.1 unknown"]
    assert outbox.deliver(mail.pk) == MailStatus.FAILED
    assert outbox.deliver(mail.copies.get().pk) == MailStatus.SENT
    case.refresh_from_db()
    assert (case.status, case.answered_at) == (CaseStatus.IN_PROGRESS, None)  # a copy answers nobody


def test_a_copy_that_failed_goes_to_a_corrected_address_and_the_sender_keeps_theirs(kim):
    case = CaseFactory(email="elsa@example.se")
    copy = services.answer(case, kim, "Hej!", cc=["bo@exmple.se"]).mail.copies.get()
    type(copy).objects.filter(pk=copy.pk).update(status=MailStatus.FAILED)
    services.send_again(copy, kim, "bo@example.se")
    copy.refresh_from_db()
    case.refresh_from_db()
    assert (copy.to, case.email) == ("bo@example.se", "elsa@example.se")


def test_the_next_answer_continues_what_the_sender_has_and_not_a_copy(kim):
    case = CaseFactory()
    first = services.answer(case, kim, "Hej!", cc=["bo@example.se"]).mail
    taken_back = services.answer(case, kim, "Nej, så här.").mail
    services.withdraw(taken_back, kim)
    second = services.answer(case, kim, "En sak till.").mail
    assert second.in_reply_to == first.message_id_header


# --- The answer to merged cases


def test_the_senders_of_merged_cases_have_their_own_mail_and_their_promise_is_kept(kim):
    case = CaseFactory(language="sv", text="Får vi ställa ut bord?", email="elsa@example.se")
    other = CaseFactory(language="en", text="May we put out tables?", email="john@example.com")
    stranger = CaseFactory(email="annan@example.se")
    services.merge(other, case, kim)
    other.refresh_from_db()
    mail = services.answer(case, kim, "Ja!", also=[other, stranger]).mail
    copy = mail.copies.get()
    assert (copy.case, copy.to, copy.cc) == (other, "john@example.com", [])
    assert other.number in copy.subject + copy.body
    assert "May we put out tables?" in copy.body
    assert "ställa ut" not in copy.body
    case = accepted(mail)
    other = accepted(copy)
    assert (case.status, other.status) == (CaseStatus.ANSWERED, CaseStatus.MERGED)
    assert other.answered_at is not None
    assert services.unmerge(other, kim).answered_at is not None
    assert not Case.objects.late(timezone.now() + datetime.timedelta(days=99)).filter(pk=other.pk).exists()


def test_one_answer_reaches_whoever_wrote_twice(kim):
    case, twice = CaseFactory(email="elsa@example.se"), CaseFactory(email="Elsa@Example.se")
    services.merge(twice, case, kim)
    case = accepted(answer(case, kim, AfterSending.CLOSE, **KEPT))
    twice.refresh_from_db()
    assert (case.status, case.answered_at == twice.answered_at) == (CaseStatus.CLOSED, True)
    assert twice.status == CaseStatus.MERGED


def test_an_answer_that_closes_leaves_nobody_out(kim):
    case, told, left_out = CaseFactory(), CaseFactory(), CaseFactory()
    for other in (told, left_out):
        services.merge(other, case, kim)
    with pytest.raises(NotAllowedError, match=left_out.number):
        services.answer(case, kim, "Hej!", also=[told], after=AfterSending.CLOSE, after_data=KEPT)
    assert not case.mails.filter(purpose=MailPurpose.ANSWER).exists()
    mail = services.answer(case, kim, "Hej!", also=[told, left_out], after=AfterSending.CLOSE, after_data=KEPT).mail
    assert accepted(mail).status == CaseStatus.CLOSED


def test_who_called_and_is_merged_has_no_answer_by_mail(kim):
    case = CaseFactory()
    services.merge(CaseFactory(email="", phone="070-174 06 13"), case, kim)
    with pytest.raises(NotAllowedError):
        answer(case, kim, AfterSending.CLOSE, **KEPT)


@pytest.mark.parametrize("after", [AfterSending.ANSWERED, AfterSending.CLOSE])
def test_while_somebody_merged_waits_the_case_is_neither_answered_nor_closed(kim, after):
    case, other = CaseFactory(), CaseFactory(text="Jag undrar också.")
    mail = answer(case, kim, after, **KEPT)
    services.merge(other, case, kim)
    case = accepted(mail)
    assert (case.status, case.answered_at) == (CaseStatus.IN_PROGRESS, None)
    assert case.first_answer_at is not None
    assert case.clock_runs
    not_closed = Event.objects.filter(case_id=case.pk, kind=EventKind.NOT_CLOSED)
    assert [event.data for event in not_closed] == (
        [{"waiting": [other.number]}] if after == AfterSending.CLOSE else []
    )
    # The next answer goes to both.
    case = accepted(services.answer(case, kim, "Hej!", also=[other]).mail)
    assert (case.status, case.answered_at is not None) == (CaseStatus.ANSWERED, True)


def test_an_answer_by_telephone_keeps_no_promise_to_somebody_else(kim):
    case, other = CaseFactory(), CaseFactory()
    services.merge(other, case, kim)
    services.speak(case, kim, "Ringde Elsa.", "phone")
    case.refresh_from_db()
    assert (case.answered_at, case.first_answer_at is not None) == (None, True)
    services.unmerge(Case.objects.get(pk=other.pk), kim)
    services.speak(case, kim, "Ringde Elsa igen.", "phone")
    case.refresh_from_db()
    assert case.answered_at is not None


def test_who_was_parted_meanwhile_or_has_another_address_is_answered_as_they_are_now(kim):
    case, parted, corrected = CaseFactory(), CaseFactory(), CaseFactory(email="john@exmple.com")
    for other in (parted, corrected):
        services.merge(other, case, kim)
    shown = list(case.merged.all())
    services.unmerge(parted, kim)
    Case.objects.filter(pk=corrected.pk).update(email="john@example.com")
    copy = services.answer(case, kim, "Ja!", also=shown).mail.copies.get()
    assert (copy.case, copy.to) == (corrected, "john@example.com")


def test_a_merged_senders_corrected_address_is_theirs(kim):
    case, other = CaseFactory(), CaseFactory(email="john@exmple.com")
    services.merge(other, case, kim)
    other.refresh_from_db()
    copy = services.answer(case, kim, "Ja!", also=[other]).mail.copies.get()
    type(copy).objects.filter(pk=copy.pk).update(status=MailStatus.FAILED)
    copy.refresh_from_db()
    services.send_again(copy, kim, "john@example.com")
    other.refresh_from_db()
    case.refresh_from_db()
    assert other.email == "john@example.com"
    assert case.email != "john@example.com"


# --- Mail that fails


@pytest.mark.parametrize("values", [{"answered": True}, {"closed": True}])
@pytest.mark.parametrize("purpose", [MailPurpose.ANSWER, MailPurpose.RECEIPT, MailPurpose.DELAY])
def test_a_mail_that_fails_opens_the_case_and_tells_who_has_it(kim, mail_server, values, purpose):
    case = CaseFactory(owner=kim, **values)
    mail_server.says = ["550 5.1.1 unknown"]
    outbox.deliver(OutboxMailFactory(case=case, purpose=purpose).pk)
    case.refresh_from_db()
    assert (case.status, case.closed_at) == (CaseStatus.REOPENED, None)
    assert kinds(case) == [EventKind.MAIL_FAILED, EventKind.REOPENED]
    assert case.mails.get(purpose=MailPurpose.ALERT).to == kim.email


@pytest.mark.parametrize("status", [CaseStatus.NEW, CaseStatus.WAITING_OTHER, CaseStatus.REOPENED])
def test_what_is_open_stays_where_it_is(mail_server, status):
    case = CaseFactory(status=status)
    mail_server.says = ["550 5.1.1 unknown"]
    outbox.deliver(OutboxMailFactory(case=case).pk)
    case.refresh_from_db()
    assert case.status == status
    assert case.mails.get(purpose=MailPurpose.ALERT).to == case.unit.email  # nobody has it


def test_a_merged_cases_mail_that_fails_leaves_it_merged(kim, mail_server):
    target = CaseFactory()
    case = CaseFactory(status=CaseStatus.MERGED, merged_into=target)
    mail_server.says = ["550 5.1.1 unknown"]
    outbox.deliver(OutboxMailFactory(case=case).pk)
    case.refresh_from_db()
    assert (case.status, case.merged_into) == (CaseStatus.MERGED, target)
    assert EventKind.MAIL_FAILED in kinds(case)


def test_who_stands_in_is_told(kim, sam, mail_server):
    AbsenceFactory(user=kim, substitute=sam)
    mail_server.says = ["550 5.1.1 unknown"]
    mail = OutboxMailFactory(case=CaseFactory(owner=kim, status=CaseStatus.IN_PROGRESS))
    outbox.deliver(mail.pk)
    assert mail.case.mails.get(purpose=MailPurpose.ALERT).to == sam.email


# --- A note has no way out


def test_no_note_ever_becomes_a_mail(kim, sam):
    secret = "Misstänkt svartjobb"
    case, other = CaseFactory(), CaseFactory()
    note = services.note(case, kim, secret)
    services.assign(case, kim, user=sam, text=f"{secret}, ta över.")
    services.delay(case, sam, "Vi behöver mer tid.", timezone.now() + datetime.timedelta(days=90))
    services.merge(other, case, sam)
    other.refresh_from_db()
    mail = services.answer(case, sam, "Hej!", cc=["bo@example.se"], also=[other]).mail
    services.withdraw(mail, sam)
    services.answer(case, sam, "Hej!", after=AfterSending.HAND_OVER, after_data={"user": kim.pk})
    for queued in case.mails.filter(status=MailStatus.WAITING):
        outbox.count_as_sent(queued, timezone.now())
    outbox.send_again(OutboxMailFactory(case=case, failed=True), case.email)
    written = [f"{one.subject} {one.body}" for owner in (case, other) for one in owner.mails.all()]
    assert len(written) >= 8
    assert not [one for one in written if "svartjobb" in one]
    for message in case.messages.filter(direction=Direction.NOTE):
        assert not hasattr(message, "mail")
    with pytest.raises(ValueError, match="sender"):
        outbox.put(case, MailPurpose.ANSWER, case.email, "Ämne", note.text, message=note)
    with pytest.raises(ValueError, match="sender"):
        outbox.put(case, MailPurpose.ANSWER, case.email, "Ämne", "Text", message=case.messages.first())
