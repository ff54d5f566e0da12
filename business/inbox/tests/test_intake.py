"""How a request becomes a case."""

import datetime
import zoneinfo

import pytest
from django.db import IntegrityError

from business.core.tests.factories import translate_record
from business.inbox import services
from business.inbox.enums import CaseStatus, Channel, Direction, EventKind, MailPurpose, QuarantineReason
from business.inbox.models import Case, Event, Message, NoticeVersion, OutboxMail

from .factories import ContactRequestFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db
STOCKHOLM = zoneinfo.ZoneInfo("Europe/Stockholm")


def kinds(case):
    return list(Event.objects.filter(case_id=case.pk).values_list("kind", flat=True))


def test_a_request_becomes_case_message_receipt_and_event():
    request = ContactRequestFactory(submission_key="a")
    case = services.receive(request, at=datetime.datetime(2026, 11, 20, 23, 30, tzinfo=STOCKHOLM))
    assert case.number == "DB-2026-00001"
    assert case.unit == request.topic.unit
    # Friday night: Monday is the aim, Tuesday the promise.
    assert (case.due_on, case.limit_on) == (datetime.date(2026, 11, 23), datetime.date(2026, 11, 24))
    message = case.messages.get()
    assert (message.direction, message.text) == (Direction.INCOMING, request.text)
    assert bytes(message.original).decode() == request.text
    assert case.mails.get().purpose == MailPurpose.RECEIPT
    assert kinds(case) == [EventKind.RECEIVED]


def test_the_year_of_the_number_is_the_municipalitys():
    case = services.receive(ContactRequestFactory(), at=datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC))
    assert case.number == "DB-2027-00001"


def test_numbers_run_without_gaps_even_when_one_fails(monkeypatch):
    services.receive(ContactRequestFactory())
    with monkeypatch.context() as broken:
        broken.setattr("business.inbox.services.intake.receipt_mail", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            services.receive(ContactRequestFactory())
    assert services.receive(ContactRequestFactory()).running == 2
    assert Case.objects.count() == 2


def test_the_same_form_twice_is_one_case():
    request = ContactRequestFactory(submission_key="a")
    assert services.receive(request) == services.receive(request)
    case = Case.objects.get()
    assert (case.messages.count(), case.mails.count(), kinds(case)) == (1, 1, [EventKind.RECEIVED])


def test_the_same_form_from_a_page_that_has_got_a_new_title_is_one_case():
    topic = TopicFactory()
    services.receive(ContactRequestFactory(topic=topic, submission_key="a", source_title="Uteservering"))
    services.receive(ContactRequestFactory(topic=topic, submission_key="a", source_title="Bord på gatan"))
    assert Case.objects.get().messages.count() == 1


def test_a_corrected_form_is_a_further_message_on_the_same_case():
    topic = TopicFactory()
    first = services.receive(ContactRequestFactory(topic=topic, submission_key="a", text="Åtta bord"))
    again = services.receive(ContactRequestFactory(topic=topic, submission_key="a", text="Nio bord"))
    assert again == first
    assert list(first.messages.values_list("text", flat=True)) == ["Åtta bord", "Nio bord"]
    assert kinds(first) == [EventKind.RECEIVED, EventKind.ADDED]
    assert first.mails.count() == 1  # the number is known already
    assert Case.objects.containing("NIO").get() == first


def test_a_corrected_address_is_where_the_answer_goes_and_gets_a_receipt():
    topic = TopicFactory()
    case = services.receive(ContactRequestFactory(topic=topic, submission_key="a", email="elsa@exampel.se"))
    services.receive(ContactRequestFactory(topic=topic, submission_key="a", email="elsa@example.se"))
    case.refresh_from_db()
    assert case.email == "elsa@example.se"
    assert [mail.to for mail in case.mails.all()] == ["elsa@exampel.se", "elsa@example.se"]
    assert Event.objects.get(kind=EventKind.ADDED).data["changed"] == ["email"]


def test_an_address_is_not_corrected_when_something_was_said_with_the_former():
    """The new one would get a link to all of it, and the former may be somebody else's."""
    topic = TopicFactory()

    def ask(key, email, **values):
        return services.receive(ContactRequestFactory(topic=topic, submission_key=key, email=email, **values))

    mailboxes = {"a": "elsa@example.se", "b": "elsa@example.se", "c": "bo@example.se"}
    wrote, answered, other = (ask(key, email) for key, email in mailboxes.items())
    services.add_message(wrote, "Det var inte jag som skrev.", name="Elsa", channel=Channel.EMAIL)
    services.merge(answered, other, UserFactory(coordinator=True))
    services.answer(
        Case.objects.get(pk=other.pk), UserFactory(coordinator=True), "Er skuld är 40 000 kr.", also=[answered]
    )
    for key, case in (("a", wrote), ("b", answered), ("c", other)):
        assert ask(key, mailboxes[key].capitalize(), text="Samma brevlåda") == case
        before = case.links.count()
        apart = ask(key, "bedragare@example.se")
        assert apart not in (wrote, answered, other)
        assert ask(key, "bedragare@example.se") == apart  # sent twice
        assert apart.status == CaseStatus.NEW
        case.refresh_from_db()
        assert (case.email.casefold(), case.links.count()) == (mailboxes[key], before)


def test_an_address_gets_one_receipt_and_a_case_two_at_most():
    topic = TopicFactory()
    for number, email in enumerate(["a@example.se", "b@example.se", "A@example.se", "b@example.se", "c@example.se"]):
        case = services.receive(
            ContactRequestFactory(topic=topic, submission_key="a", email=email, text=f"Rad {number}")
        )
    assert [mail.to for mail in case.mails.all()] == ["a@example.se", "b@example.se"]
    case.refresh_from_db()
    assert (case.email, case.messages.count()) == ("c@example.se", 5)


def test_a_corrected_topic_moves_a_case_that_nobody_has_begun():
    case = services.receive(ContactRequestFactory(submission_key="a"))
    other = TopicFactory()
    services.receive(ContactRequestFactory(topic=other, submission_key="a"))
    case.refresh_from_db()
    assert (case.topic, case.unit) == (other, other.unit)


def test_a_corrected_topic_is_only_told_to_whoever_has_begun():
    case = services.receive(ContactRequestFactory(submission_key="a"))
    services.take(case, UserFactory(coordinator=True))
    other = TopicFactory()
    services.receive(ContactRequestFactory(topic=other, submission_key="a"))
    case.refresh_from_db()
    assert case.topic != other
    assert Event.objects.get(kind=EventKind.ADDED).data["topic"] == other.name


@pytest.mark.parametrize("status", [CaseStatus.ANSWERED, CaseStatus.CLOSED])
def test_a_further_message_opens_a_case_that_was_done(status):
    topic = TopicFactory()
    case = services.receive(ContactRequestFactory(topic=topic, submission_key="a"))
    Case.objects.filter(pk=case.pk).update(status=status)
    services.receive(ContactRequestFactory(topic=topic, submission_key="a", text="En sak till"))
    case.refresh_from_db()
    assert case.status == CaseStatus.REOPENED
    assert case.closed_at is None


def test_without_a_key_every_request_is_its_own_case():
    topic = TopicFactory()
    one, other = (services.receive(ContactRequestFactory(topic=topic, text="Ett samtal")) for _ in range(2))
    assert one != other


def test_a_failure_without_a_key_never_ends_in_somebody_elses_case(monkeypatch):
    other = services.receive(ContactRequestFactory())

    def fail(*args):
        raise IntegrityError

    monkeypatch.setattr("business.inbox.services.intake._open", fail)
    with pytest.raises(IntegrityError):
        services.receive(ContactRequestFactory(text="Ett samtal"))
    assert other.messages.count() == 1


def test_the_receipts_address_cannot_be_guessed_from_the_number():
    case = services.receive(ContactRequestFactory(submission_key="a"))
    token = services.receipt_token("a")
    assert services.case_for_token(token) == case
    assert services.case_for_token(case.number) is None
    assert case.token_hash != token  # what is stored does not open anything


def test_the_notice_that_the_sender_saw_is_kept_once():
    for text in ("Så här gör vi.", "Så här gör vi.", "Nu gör vi så här."):
        services.receive(ContactRequestFactory(notice_text=text))
    assert sorted(NoticeVersion.objects.values_list("text", flat=True)) == ["Nu gör vi så här.", "Så här gör vi."]


def test_the_receipt_is_in_the_senders_language():
    topic = TopicFactory(name="Livsmedel")
    translate_record(topic, name="Food")
    translate_record(topic.unit, name="Environment office")
    mail = services.receive(ContactRequestFactory(topic=topic, language="en")).mails.get()
    assert "Food" in mail.body
    assert "Environment office" in mail.body
    assert mail.subject.startswith("We have received your request DB-")


# --- One form that sends and sends


def test_one_form_fills_no_case():
    topic = TopicFactory()
    for number in range(30):
        last = services.receive(ContactRequestFactory(topic=topic, submission_key="a", text=f"Rad {number}"))
    first = services.case_for_token(services.receipt_token("a"))
    assert first.messages.count() == 10
    assert (last.status, last.messages.get().text) == (CaseStatus.QUARANTINED, "Rad 29")
    assert last.quarantine_reason
    others = Case.objects.exclude(pk=first.pk)
    assert {case.status for case in others} == {CaseStatus.QUARANTINED}
    assert others.count() == 20  # nothing is dropped
    assert OutboxMail.objects.count() == 1


def test_what_is_sent_again_beyond_the_limit_is_one_case_all_the_same():
    topic = TopicFactory()
    for number in [*range(12), 11, 0, 11]:
        services.receive(ContactRequestFactory(topic=topic, submission_key="a", text=f"Rad {number}"))
    assert Case.objects.count() == 3
    assert Message.objects.count() == 12


def test_what_looks_like_a_robots_reaches_no_case_through_its_form():
    topic = TopicFactory()
    case = services.receive(ContactRequestFactory(topic=topic, submission_key="a"))
    services.take(case, UserFactory(coordinator=True))
    said = {"topic": topic, "submission_key": "a", "email": "fremling@example.se"}
    suspect = services.receive(ContactRequestFactory(**said, suspicion=QuarantineReason.LINKS))
    assert (suspect.status, suspect.quarantine_reason) == (CaseStatus.QUARANTINED, QuarantineReason.LINKS)
    case.refresh_from_db()
    assert (case.messages.count(), case.email) == (1, "elsa.norrby@example.se")
    assert services.case_for_token(services.receipt_token("a")) == case
    assert OutboxMail.objects.filter(purpose=MailPurpose.RECEIPT).count() == 1


def test_what_is_in_quarantine_takes_what_looks_like_a_robots_too():
    topic = TopicFactory()
    for text in ("Ett", "Två"):
        services.receive(
            ContactRequestFactory(topic=topic, submission_key="a", text=text, suspicion=QuarantineReason.LINKS)
        )
    assert Case.objects.get().messages.count() == 2
