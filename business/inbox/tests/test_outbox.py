"""Mail on its way out, through a real mail server."""

import datetime
import smtplib
import ssl

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult
from wagtail.models import Site

from business.core.models import SiteSettings
from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, EventKind, MailPurpose, MailStatus
from business.inbox.models import Event, OutboxMail
from business.inbox.outbox import sending

from .factories import CaseFactory, ContactRequestFactory, OutboxMailFactory, UserFactory

pytestmark = pytest.mark.django_db


def later(mail):
    """Let the time of the next attempt come."""
    OutboxMail.objects.filter(pk=mail.pk).update(next_attempt_at=timezone.now())


def test_a_receipt_reaches_the_sender(mail_server):
    case = services.receive(ContactRequestFactory(name="Åsa Öberg", email="asa@example.se"))
    assert outbox.sweep() == 1
    (mail,) = mail_server.received
    assert mail["To"] == "asa@example.se"
    assert mail["From"] == "Dukat bord <dukatbord@kommun.example>"
    assert case.number in mail["Subject"]
    assert mail["Message-ID"] == case.mails.get().message_id_header
    assert mail["Auto-Submitted"] == "auto-replied"  # nobody's holiday notice answers it
    assert mail.get_content_type() == "text/plain"
    assert case.number in mail.get_content()
    assert case.mails.get().status == MailStatus.SENT


def test_the_reply_goes_to_a_mailbox_that_somebody_reads(mail_server):
    us = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    us.email = "naringsliv@kommun.example"
    us.save()
    services.receive(ContactRequestFactory())
    outbox.sweep()
    assert mail_server.received[0]["Reply-To"] == "naringsliv@kommun.example"


def test_receipt_and_answer_stand_together_in_the_senders_mail(mail_server):
    case = services.receive(ContactRequestFactory())
    services.answer(case, UserFactory(coordinator=True), "Hej!")
    outbox.sweep()
    receipt, answer = mail_server.received
    assert answer["In-Reply-To"] == answer["References"] == receipt["Message-ID"]
    assert answer["Auto-Submitted"] == "no"


def test_a_mail_is_sent_once(mail_server):
    mail = OutboxMailFactory()
    assert outbox.deliver(mail.pk) == MailStatus.SENT
    assert outbox.deliver(mail.pk) == MailStatus.SENT
    assert outbox.sweep() == 0
    assert len(mail_server.received) == 1


def test_with_the_mail_server_down_the_mail_waits_and_goes_out_when_it_is_back(mail_server):
    mail_server.stop()
    mail = OutboxMailFactory()
    assert outbox.deliver(mail.pk) == MailStatus.WAITING
    mail.refresh_from_db()
    assert "refused" in mail.last_error
    assert mail.next_attempt_at > timezone.now()
    assert outbox.sweep() == 0  # not before its time
    mail_server.start()
    later(mail)
    assert outbox.sweep() == 1
    assert mail_server.received[0]["Message-ID"] == mail.message_id_header
    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.last_error) == (MailStatus.SENT, 2, "")


def test_a_server_that_is_away_is_not_tried_for_every_mail_that_waits(mail_server):
    mail_server.stop()
    OutboxMailFactory.create_batch(5)
    assert outbox.sweep() == 1


@pytest.mark.parametrize(
    ("error", "tried"),
    [
        (ssl.SSLError("handshake"), 1),
        (OSError("no route to host"), 1),
        (smtplib.SMTPAuthenticationError(535, b"no"), 1),
        (smtplib.SMTPConnectError(421, b"busy"), 1),
        (smtplib.SMTPServerDisconnected("gone"), 1),
        (smtplib.SMTPDataError(552, b"too large"), 3),
        (smtplib.SMTPRecipientsRefused({"elsa@example.se": (450, b"later")}), 3),
        (UnicodeError("an address that cannot be written"), 3),
    ],
)
def test_a_round_ends_when_the_server_is_in_trouble_and_not_for_one_mail(monkeypatch, error, tried):
    def fail(mail):
        raise error

    monkeypatch.setattr(sending, "send", fail)
    OutboxMailFactory.create_batch(3)
    assert outbox.sweep() == tried


@pytest.mark.parametrize("code", [450, 550])
def test_no_address_stands_in_the_log_or_in_the_history(mail_server, caplog, code):
    mail_server.says = [f"{code} 5.1.1 <elsa@example.se> unknown"]
    mail = OutboxMailFactory(case__email="elsa@example.se")
    outbox.deliver(mail.pk)
    mail.refresh_from_db()
    assert "elsa@example.se" in mail.last_error
    ours = " ".join(record.getMessage() for record in caplog.records if record.name != "mail.log")  # the server's own
    assert f"SMTPRecipientsRefused {code}" in ours
    assert "elsa" not in ours
    assert "elsa" not in str(list(Event.objects.values("data", "actor_name")))


def test_one_refused_address_does_not_hold_up_the_others(mail_server):
    mail_server.says = ["550 5.1.1 unknown"]
    first, second = OutboxMailFactory.create_batch(2)
    assert outbox.sweep() == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (MailStatus.FAILED, MailStatus.SENT)


def test_a_server_that_says_later_is_asked_later(mail_server):
    mail_server.says = ["451 4.3.0 try again later"]
    mail = OutboxMailFactory()
    assert outbox.deliver(mail.pk) == MailStatus.WAITING
    assert not Event.objects.filter(kind=EventKind.MAIL_FAILED).exists()
    later(mail)
    outbox.sweep()
    assert mail_server.received[0]["Message-ID"] == mail.message_id_header


def test_an_address_that_is_refused_for_good_is_told_to_the_coordinator(mail_server):
    mail_server.says = ["550 5.1.1 no such user"]
    mail = OutboxMailFactory()
    assert outbox.deliver(mail.pk) == MailStatus.FAILED
    event = Event.objects.get(case_id=mail.case_id)
    assert event.kind == EventKind.MAIL_FAILED
    assert event.data["error"] == "SMTPRecipientsRefused 550"
    mail.refresh_from_db()
    assert "no such user" in mail.last_error
    notice = OutboxMail.objects.get(purpose=MailPurpose.ALERT)
    assert (notice.to, notice.case_id) == (mail.case.unit.email, mail.case_id)
    assert mail.to not in notice.body
    assert outbox.sweep() == 1  # the notice; the mail itself is not tried again by itself
    assert outbox.sweep() == 0


def test_a_notice_that_cannot_be_sent_begets_no_other(mail_server):
    mail_server.says = ["550 5.1.1 no such user"]
    outbox.deliver(OutboxMailFactory(purpose=MailPurpose.ALERT).pk)
    assert OutboxMail.objects.count() == 1


def test_an_answer_that_is_refused_leaves_the_case_unanswered(mail_server):
    mail_server.says = ["550 5.1.1 no such user"]
    case = CaseFactory()
    outbox.deliver(services.answer(case, UserFactory(coordinator=True), "Hej!").mail.pk)
    case.refresh_from_db()
    assert (case.status, case.first_answer_at) == (CaseStatus.IN_PROGRESS, None)


def test_a_failed_mail_that_is_sent_again_arrives(mail_server):
    mail_server.says = ["550 5.1.1 no such user"]
    mail = OutboxMailFactory()
    outbox.deliver(mail.pk)
    services.send_again(mail, UserFactory(coordinator=True), "ratt@example.se")
    outbox.sweep()
    assert "ratt@example.se" in [mail["To"] for mail in mail_server.received]


def test_after_three_days_it_is_given_up(mail_server):
    mail_server.stop()
    mail = OutboxMailFactory()
    assert outbox.deliver(mail.pk, at=timezone.now() + outbox.GIVE_UP_AFTER) == MailStatus.FAILED


def test_what_was_sent_again_has_three_days_anew(mail_server):
    long_ago = timezone.now() - 2 * outbox.GIVE_UP_AFTER
    mail = OutboxMailFactory(failed=True, created_at=long_ago)
    services.send_again(mail, UserFactory(coordinator=True))
    mail_server.stop()
    assert outbox.deliver(mail.pk) == MailStatus.WAITING
    mail.refresh_from_db()
    assert mail.created_at == long_ago  # when it was written stays true
    assert outbox.deliver(mail.pk, at=mail.retried_at + 2 * outbox.GIVE_UP_AFTER) == MailStatus.FAILED


def test_the_wait_grows_and_then_stays(mail_server):
    mail_server.stop()
    mail, waits = OutboxMailFactory(), []
    now = timezone.now()
    for _attempt in range(9):
        outbox.deliver(mail.pk, at=now)
        mail.refresh_from_db()
        waits.append(round((mail.next_attempt_at - now).total_seconds() / 60))
        now = mail.next_attempt_at
    assert waits == [1, 5, 15, 60, 120, 240, 480, 480, 480]


def test_what_a_worker_left_behind_is_taken_up_again_as_the_same_mail(mail_server):
    mail = OutboxMailFactory(
        status=MailStatus.SENDING, lease_until=timezone.now() - datetime.timedelta(seconds=1), attempts=1
    )
    outbox.sweep()
    assert mail_server.received[0]["Message-ID"] == mail.message_id_header


@pytest.mark.parametrize("ends", ["fails", "succeeds"])
def test_who_took_longer_than_the_lease_no_longer_says_how_it_ended(mail_server, monkeypatch, ends):
    mail, send, starts = OutboxMailFactory(), sending.send, timezone.now()

    def slow(slow_mail):
        monkeypatch.setattr(sending, "send", send)
        assert outbox.deliver(mail.pk, at=starts + 2 * settings.OUTBOX_LEASE) == MailStatus.SENT
        if ends == "fails":
            raise TimeoutError

    monkeypatch.setattr(sending, "send", slow)
    assert outbox.deliver(mail.pk, at=starts) == MailStatus.SENT
    mail.refresh_from_db()
    assert (mail.sent_at, mail.last_error) == (starts + 2 * settings.OUTBOX_LEASE, "")
    assert Event.objects.get().kind == EventKind.MAIL_SENT
    assert outbox.sweep() == 0
    assert len(mail_server.received) == 1


def test_a_mail_that_nobody_sends_can_count_as_sent(mail_server):
    case, now = CaseFactory(), timezone.now()
    mail = services.answer(case, UserFactory(coordinator=True), "Hej!").mail
    outbox.count_as_sent(mail, now)
    outbox.count_as_sent(mail, now + datetime.timedelta(hours=1))
    mail.refresh_from_db()
    case.refresh_from_db()
    assert (mail.status, mail.sent_at) == (MailStatus.SENT, now)
    assert (case.status, case.first_answer_at) == (CaseStatus.ANSWERED, now)
    assert outbox.sweep() == 0


def test_what_another_worker_is_sending_is_left_alone(mail_server):
    mail = OutboxMailFactory(
        status=MailStatus.SENDING, lease_until=timezone.now() + datetime.timedelta(minutes=1), attempts=1
    )
    assert outbox.deliver(mail.pk) == MailStatus.SENDING
    assert not mail_server.received


def test_a_line_break_never_becomes_a_header(mail_server):
    services.receive(ContactRequestFactory(name="Elsa\nBcc: alla@example.se"))
    outbox.sweep()
    (mail,) = mail_server.received
    assert mail["Bcc"] is None
    assert mail["To"] == "elsa.norrby@example.se"


def test_the_queue_wakes_the_worker_only_when_the_case_stands(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        services.receive(ContactRequestFactory())
    assert not DBTaskResult.objects.exists()
    for call in waiting:
        call()
    assert DBTaskResult.objects.count() == 1


def test_a_queue_that_cannot_be_reached_does_not_stop_intake(monkeypatch, caplog, django_capture_on_commit_callbacks):
    def fail(*args, **kwargs):
        raise OperationalError("no such table")

    monkeypatch.setattr(DatabaseBackend, "enqueue", fail)
    with django_capture_on_commit_callbacks() as waiting:
        case = services.receive(ContactRequestFactory())
    for call in waiting:
        call()  # a failure would be heard here
    assert caplog.messages[-1].startswith("The queue could not be woken for deliver_task")
    assert case.mails.get().purpose == MailPurpose.RECEIPT  # the sweep will find it
