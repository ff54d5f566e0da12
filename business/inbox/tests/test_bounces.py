"""A mail that came back is found by what came back alone, and what stands besides it has answered all the same."""

import datetime
from email import message_from_string

import pytest
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, EventKind, MailPurpose, MailSort, MailStatus, QuarantineReason
from business.inbox.incoming.addresses import reply_address
from business.inbox.incoming.machines import bounce_in
from business.inbox.models import Case, Event, OutboxMail

from .factories import CaseFactory, ContactRequestFactory, MessageFactory, TopicFactory, UserFactory
from .letters import ELSA, OFFICE, arrive, bounce

BO = "bo@grannen.example"
HOUR = datetime.timedelta(hours=1)
AT = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _reads_mail(settings, tmp_path):
    settings.INBOX_REPLY_ADDRESS = OFFICE
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    settings.DEFAULT_FROM_EMAIL = "Dukat bord <dukatbord@kommun.example>"


@pytest.fixture
def kim(db):
    return UserFactory(coordinator=True, first_name="Kim")


@pytest.fixture
def case(db):
    TopicFactory()
    return services.receive(ContactRequestFactory(email=ELSA))


def answered(case, user, at, **values):
    """An officer answers; return the mail, which the mail server takes at that moment, its copies with it."""
    mail = services.answer(Case.objects.get(pk=case.pk), user, f"Svar {at:%H:%M}.", **values).mail
    for one in [mail, *mail.copies.all()]:
        outbox.count_as_sent(one, at)
        one.refresh_from_db()
    return mail


def times(case):
    return Case.objects.values_list("first_answer_at", "answered_at").get(pk=case.pk)


# --- Which mail it is


A, B, C = (f"<{letter * 32}@kommun.example>" for letter in "abc")


@pytest.mark.parametrize(
    ("head", "body", "named"),
    [
        # A text that repeats the head: what our mail answered stands there too, and above.
        ("", f"Returned:\n\nIn-Reply-To: {B}\nReferences: {B}\nMessage-ID: {A}\nSubject: Svar\n", [A]),
        ("", f"> References: {B}\n> message-id:\n>  {A}\n", [A]),
        (f"In-Reply-To: {C}\nReferences: {B} {C}\n", f"Message-ID: {A}\n", [A]),
        # Nothing came back: what the bounce answers, and of a thread its end.
        (f"In-Reply-To: {A}\nReferences: {B} {C}\n", f"Your mail {B} did not arrive.", [A]),
        (f"References: {B} {C}\n", "It did not arrive.", [C]),
        ("", f"In-Reply-To: {B}\n", []),
    ],
)
def test_a_bounce_names_the_mail_that_came_back_and_not_what_that_answered(head, body, named):
    mail = message_from_string(f"X-Failed-Recipients: {ELSA}\n{head}Content-Type: text/plain\n\n{body}")
    assert list(bounce_in(mail).message_ids) == named


def test_the_head_that_came_back_goes_before_what_stands_in_words():
    report = message_from_string(
        'Content-Type: multipart/report; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nMessage-ID: {B}\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {A}\nIn-Reply-To: {C}\n\nHej\n--b--\n"
    )
    assert bounce_in(report).message_ids == (A,)


def test_the_answer_that_came_back_is_red_and_not_the_receipt_that_it_answered(case, kim):
    receipt = case.mails.get()
    outbox.count_as_sent(receipt, AT)
    mail = answered(case, kim, AT + HOUR)
    assert mail.in_reply_to == receipt.message_id_header
    thread = f"In-Reply-To: {mail.in_reply_to}\r\nReferences: {mail.in_reply_to}\r\nMessage-ID: ".encode()
    arrive(bounce(mail).replace(b"Message-ID: ", thread, 1))
    for one in (receipt, mail, case):
        one.refresh_from_db()
    assert (receipt.status, mail.status) == (MailStatus.SENT, MailStatus.FAILED)
    assert (case.status, case.answered_at, case.first_answer_at) == (CaseStatus.REOPENED, None, None)


# --- Who may say so


def test_who_has_a_copy_cannot_say_that_the_sender_was_not_reached(case, kim):
    first = answered(case, kim, AT, cc=[BO])
    second = answered(case, kim, AT + HOUR, cc=[BO])
    earlier, copy = first.copies.get(), second.copies.get()
    # Their program has the second below the first that they had, and neither names a mail of the sender's.
    assert (earlier.in_reply_to, copy.in_reply_to) == ("", earlier.message_id_header)
    # Should they know which mail the sender has, it is still not theirs that came back.
    forged = bounce(copy, to=reply_address(case.number, BO)).replace(
        copy.message_id_header.encode(), first.message_id_header.encode()
    )
    refused = arrive(forged)
    assert (refused.sort, refused.case.quarantine_reason) == (MailSort.BOUNCE, QuarantineReason.UNVERIFIED)
    first.refresh_from_db()
    assert (first.status, times(case)) == (MailStatus.SENT, (AT, AT))
    # What was theirs, they or their server may well say.
    arrive(bounce(copy))
    copy.refresh_from_db()
    assert (copy.status, times(case)) == (MailStatus.FAILED, (AT, AT))
    assert not Event.objects.filter(case_id=case.pk, kind=EventKind.REOPENED).exists()


def test_a_mail_that_was_passed_on_comes_back_from_another_address(case, kim):
    mail = answered(case, kim, AT)
    passed_on = bounce(mail, to=reply_address(case.number, ELSA)).replace(
        f"Final-Recipient: rfc822; {ELSA}".encode(), b"Final-Recipient: rfc822; elsa@privat.example"
    )
    assert b"privat" in passed_on
    arrive(passed_on)
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED


# --- What has answered all the same


def test_the_next_answer_that_stands_has_answered(case, kim):
    first, second = (answered(case, kim, AT + hours * HOUR) for hours in (0, 1))
    third = services.answer(Case.objects.get(pk=case.pk), kim, "Väntar än.").mail
    assert times(case) == (AT, AT)
    arrive(bounce(first))
    assert times(case) == (AT + HOUR, AT + HOUR)
    arrive(bounce(second))
    assert times(case) == (None, None)
    outbox.count_as_sent(third, AT + 2 * HOUR)
    assert times(case) == (AT + 2 * HOUR, AT + 2 * HOUR)


def test_what_was_said_on_the_telephone_has_answered(case, kim, monkeypatch):
    mail = answered(case, kim, AT)
    with monkeypatch.context() as later:
        later.setattr(timezone, "now", lambda: AT + HOUR)
        services.speak(case, kim, "Ringde: det går bra.", "phone")
    arrive(bounce(mail))
    assert times(case) == (AT + HOUR, AT + HOUR)


def test_an_answer_to_an_earlier_question_is_the_first_and_does_not_answer_the_next(case, kim):
    first = answered(case, kim, AT)
    late = services.answer(Case.objects.get(pk=case.pk), kim, "Svar på den första.").mail
    MessageFactory(case=case, text="En sak till!")
    outbox.count_as_sent(late, AT + HOUR)
    arrive(bounce(first))
    assert times(case) == (AT + HOUR, None)


def test_whoever_wrote_twice_and_who_is_merged_keep_the_answers_that_reached_them(case, kim):
    twice, other = CaseFactory(email=ELSA), CaseFactory(email="john@example.com")
    for one in (twice, other):
        services.merge(one, case, kim)
    first = answered(case, kim, AT, also=[other])
    second = answered(case, kim, AT + HOUR)
    assert times(case) == times(twice) == times(other) == (AT, AT)
    arrive(bounce(first))
    assert times(case) == times(twice) == (AT + HOUR, AT + HOUR)
    assert times(other) == (AT, AT)  # theirs was a mail of their own
    arrive(bounce(OutboxMail.objects.get(purpose=MailPurpose.COPY)))
    assert times(other) == (None, None)
    arrive(bounce(second))
    assert times(case) == times(twice) == (None, None)
