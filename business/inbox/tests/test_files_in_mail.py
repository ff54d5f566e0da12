"""Answers with files, sent to a real mail server."""

import datetime

import pytest
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import MailStatus, ScanState
from business.inbox.files import hold, scanning
from business.inbox.models import Attachment, Draft, OutboxMail

from . import samples
from .clamd import clamd
from .factories import CaseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


def answered(*uploads, **values):
    case, user = CaseFactory(), UserFactory(coordinator=True)
    draft = Draft.objects.create(case=case, user=user)
    files = hold(uploads, draft=draft)
    return services.answer(case, user, "Hej!", attachments=files, **values).mail


def due_again():
    OutboxMail.objects.update(next_attempt_at=timezone.now())


def attached(mail):
    return {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}


def test_the_files_go_out_byte_for_byte(mail_server):
    mail = answered(*samples.files_of("Ritning.pdf", "läs mig.txt", "windows.txt", "karta.png"))
    assert outbox.deliver(mail.pk) == MailStatus.SENT
    names = ("Ritning.pdf", "läs mig.txt", "windows.txt", "karta.png")
    assert attached(mail_server.received[0]) == {name: samples.GOOD[name] for name in names}
    assert "Hej!" in mail_server.received[0].get_body().get_content()
    assert not Draft.objects.exists()


def test_copies_carry_the_files_too(mail_server):
    answered(samples.upload(), cc=["kollega@kommun.example"])
    outbox.sweep()
    assert [attached(mail) for mail in mail_server.received] == [{"Ritning.pdf": samples.pdf()}] * 2


def test_while_a_file_waits_the_mail_waits_and_no_attempt_is_counted(mail_server, settings):
    with clamd() as server:
        settings.CLAMD_ADDRESS = server.address
        mail = answered(samples.upload())
        before = timezone.now()
        assert outbox.deliver(mail.pk) == MailStatus.WAITING
        mail.refresh_from_db()
        assert mail.attempts == 0
        assert mail.next_attempt_at - before < datetime.timedelta(seconds=90)
        assert "Ritning.pdf" in mail.last_error
        assert not mail_server.received
        scanning.scan_waiting()
        due_again()
        assert outbox.deliver(mail.pk) == MailStatus.SENT


def test_a_mail_that_waits_for_a_file_can_still_be_withdrawn(mail_server):
    mail = answered(samples.upload())
    Attachment.objects.update(scan=ScanState.WAITING)
    outbox.deliver(mail.pk)
    draft = services.withdraw(mail, mail.message.author)
    assert draft.attachments.get().name == "Ritning.pdf"


def test_a_file_that_waits_holds_up_no_other_mail(mail_server):
    waiting, other = answered(samples.upload()), answered()
    Attachment.objects.update(scan=ScanState.WAITING)
    outbox.sweep()
    assert {waiting.pk: MailStatus.WAITING, other.pk: MailStatus.SENT} == dict(
        OutboxMail.objects.values_list("pk", "status").filter(pk__in=[waiting.pk, other.pk])
    )


def test_when_the_scanner_never_answers_the_officer_is_told(mail_server):
    mail = answered(samples.upload())
    Attachment.objects.update(scan=ScanState.WAITING)
    assert outbox.deliver(mail.pk, timezone.now() + outbox.GIVE_UP_AFTER * 2) == MailStatus.FAILED


def test_a_malicious_file_stops_the_mail_for_good_with_a_sentence(mail_server):
    mail = answered(samples.upload())
    Attachment.objects.update(scan=ScanState.INFECTED, finding="Eicar-Test-Signature")
    assert outbox.deliver(mail.pk) == MailStatus.FAILED
    mail.refresh_from_db()
    assert mail.attempts == 0  # the mail server was not asked, and nobody is told that it was
    assert mail.last_error[1:].startswith("Ritning.pdf”")  # the officer reads it, in the language of the site
    assert "Eicar-Test-Signature" in mail.last_error
    assert not mail_server.received


def test_a_file_that_cannot_be_read_right_now_is_tried_again(mail_server, settings, tmp_path):
    mail = answered(samples.upload())
    root, settings.INBOX_FILES_ROOT = settings.INBOX_FILES_ROOT, tmp_path / "unmounted"
    assert outbox.deliver(mail.pk) == MailStatus.WAITING
    settings.INBOX_FILES_ROOT = root
    due_again()
    assert outbox.deliver(mail.pk) == MailStatus.SENT
