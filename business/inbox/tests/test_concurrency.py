"""Many at once, on a database where commits are real."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.management import call_command
from django.db import connection

from business.inbox import outbox, services
from business.inbox.enums import Direction, EventKind, MailStatus, ScanState
from business.inbox.files import hold, scanning, sendable
from business.inbox.models import Attachment, Case, Event, OutboxMail

from . import samples
from .clamd import clamd
from .factories import CaseFactory, ContactRequestFactory, OutboxMailFactory, TopicFactory, UserFactory


def at_once(count, act):
    """Have so many threads do it at the same moment; return what each got, an exception included."""
    start = Barrier(count)

    def run(number):
        try:
            start.wait(timeout=30)
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_twenty_at_once_with_one_key_are_one_case_and_one_receipt(committed_db):
    topic = TopicFactory()
    got = at_once(20, lambda number: services.receive(ContactRequestFactory(topic=topic, submission_key="a")))
    assert {case.running for case in got} == {1}
    case = Case.objects.get()
    assert (case.messages.count(), case.mails.count()) == (1, 1)
    assert list(Event.objects.values_list("kind", flat=True)) == [EventKind.RECEIVED]


def test_ten_different_requests_at_once_get_numbers_without_gaps(committed_db):
    topic = TopicFactory()
    got = at_once(10, lambda number: services.receive(ContactRequestFactory(topic=topic, submission_key=f"k{number}")))
    assert sorted(case.running for case in got) == list(range(1, 11))


def test_ten_corrections_at_once_are_all_kept(committed_db):
    topic = TopicFactory()
    services.receive(ContactRequestFactory(topic=topic, submission_key="a"))
    at_once(
        10,
        lambda number: services.receive(
            ContactRequestFactory(topic=topic, submission_key="a", text=f"Rättning {number % 5}")
        ),
    )
    case = Case.objects.get()
    assert case.messages.count() == 6  # the first, and five that differ
    assert all(case in Case.objects.containing(f"rättning {number}") for number in range(5))


def test_ten_officers_who_take_a_case_one_has_it(committed_db):
    case, officers = CaseFactory(), UserFactory.create_batch(10, coordinator=True)
    got = at_once(10, lambda number: services.take(case, officers[number]))
    assert sum(isinstance(one, services.NotAllowedError) for one in got) == 9
    assert Event.objects.filter(kind=EventKind.TAKEN).count() == 1


def test_two_officers_who_answer_at_once_one_answer_goes_out(committed_db):
    case, officers = CaseFactory(), UserFactory.create_batch(2, coordinator=True)
    seen = case.messages.get().pk
    got = at_once(2, lambda number: services.answer(case, officers[number], f"Svar {number}", seen=seen))
    assert sum(isinstance(one, services.ChangedMeanwhileError) for one in got) == 1
    assert case.messages.filter(direction=Direction.OUTGOING).count() == 1


def test_five_workers_send_each_mail_once(committed_db, mail_server):
    OutboxMailFactory.create_batch(8)
    at_once(5, lambda number: outbox.sweep())
    assert len({mail["Message-ID"] for mail in mail_server.received}) == len(mail_server.received) == 8
    assert set(OutboxMail.objects.values_list("status", flat=True)) == {MailStatus.SENT}


def test_the_worker_sends_what_the_queue_holds(committed_db, mail_server):
    case = services.receive(ContactRequestFactory())
    call_command("run_worker", "--once")
    assert mail_server.received[0]["Message-ID"] == case.mails.get().message_id_header
    assert case.mails.get().status == MailStatus.SENT


def test_four_workers_scan_each_file_once(committed_db, settings):
    with clamd() as server:
        settings.CLAMD_ADDRESS, server.slow = server.address, 0.1
        uploads = [samples.upload("a.txt", f"Hej {number}".encode()) for number in range(4)]
        hold([*uploads, samples.upload("b.txt", samples.EICAR)], held_key="a")
        services.receive(ContactRequestFactory(submission_key="a", attachments=sendable("a")))
        at_once(4, lambda number: scanning.scan_waiting())
    assert len(server.seen) == 5
    states = Attachment.objects.values_list("scan", flat=True)
    assert sorted(states) == [ScanState.CLEAN] * 4 + [ScanState.INFECTED]
    assert Event.objects.filter(kind=EventKind.FILE_LOCKED).count() == 1
