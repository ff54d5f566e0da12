"""Files and the virus scanner: nothing leaves before it has said that it is clean."""

import datetime
import io
import socket

import pytest
from django.utils import timezone

from business.inbox import services
from business.inbox.enums import EventKind, ScanState
from business.inbox.files import hold, open_stored, scanner, scanning, sendable
from business.inbox.history import entries
from business.inbox.models import Attachment, Event

from . import samples
from .clamd import clamd
from .factories import ContactRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake(settings):
    with clamd() as server:
        settings.CLAMD_ADDRESS = server.address
        yield server


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(scanner, "WAIT", 0.3)
    monkeypatch.setattr(scanner, "WAIT_ALTOGETHER", 0.5)


def attached(name="Ritning.pdf", data=None, key="k"):
    return hold([samples.upload(name, data)], held_key=key)[0]


def tried_long_ago():
    Attachment.objects.update(scanned_at=timezone.now() - datetime.timedelta(minutes=5))


# --- The protocol


def test_clamd_is_given_the_whole_file_and_says_that_it_is_clean(fake):
    data = b"a" * 300_000
    assert scanner.finding(fake.address, io.BytesIO(data)) == ""
    assert fake.seen == [data]


def test_what_is_found_is_named(fake):
    assert scanner.finding(fake.address, io.BytesIO(samples.EICAR)) == "Eicar-Test-Signature"


def test_it_is_reached_over_a_socket_of_the_machine_too(tmp_path):
    with clamd(str(tmp_path / "clamd.ctl")) as server:
        assert scanner.finding(server.address, io.BytesIO(b"hej")) == ""


@pytest.mark.parametrize("mood", ["silent", "hangs_up", "half", "chatter"])
def test_no_whole_answer_is_no_verdict(fake, impatient, mood):
    fake.mood = mood
    with pytest.raises(scanner.ScannerDownError):
        scanner.finding(fake.address, io.BytesIO(b"hej"))


@pytest.mark.parametrize("mood", ["error", "limit"])
def test_an_error_of_the_scanner_is_no_verdict(fake, mood):
    fake.mood = mood
    with pytest.raises(scanner.ScannerError, match="ERROR") as raised:
        scanner.finding(fake.address, io.BytesIO(b"hej" * 1000))
    assert not isinstance(raised.value, scanner.ScannerDownError)


def test_a_scanner_that_is_down_or_misnamed_is_no_verdict(tmp_path, impatient):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for address in (f"127.0.0.1:{port}", str(tmp_path / "none.ctl"), "clamd", "clamd:port", ":1"):
        with pytest.raises(scanner.ScannerDownError):
            scanner.finding(address, io.BytesIO(b"hej"))


# --- What follows


def test_without_a_scanner_nothing_waits(settings):
    assert attached().scan == ScanState.NOT_NEEDED


def test_with_a_scanner_a_file_waits_until_it_is_clean(fake):
    file = attached()
    assert file.scan == ScanState.WAITING
    assert not file.is_handed_out
    assert scanning.scan(file.pk) == ScanState.CLEAN
    assert Attachment.objects.get().is_handed_out


def test_the_worker_is_woken_as_soon_as_the_file_stands(fake, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        attached()
    assert len(callbacks) == 1


def test_a_malicious_file_is_locked_kept_and_told_in_the_history(fake):
    case = services.receive(
        ContactRequestFactory(submission_key="k", attachments=(attached("ofarlig.txt", samples.EICAR),))
    )
    file = Attachment.objects.get()
    assert scanning.scan(file.pk) == ScanState.INFECTED
    file.refresh_from_db()
    assert not file.is_handed_out
    assert open_stored(file.path).read() == samples.EICAR
    event = Event.objects.get(kind=EventKind.FILE_LOCKED)
    assert event.data == {"file": "ofarlig.txt", "finding": "Eicar-Test-Signature"}
    assert any("ofarlig.txt" in entry.detail for entry in entries(case))


def test_a_file_that_was_found_malicious_before_it_was_sent_is_told_too(fake):
    file = attached("ofarlig.txt", samples.EICAR)
    scanning.scan(file.pk)
    assert not Event.objects.exists()
    services.receive(ContactRequestFactory(submission_key="k", attachments=sendable("k")))
    assert Event.objects.filter(kind=EventKind.FILE_LOCKED).count() == 1


@pytest.mark.parametrize("mood", ["silent", "hangs_up", "half", "error", "limit"])
def test_whatever_the_scanner_does_a_file_without_a_verdict_waits(fake, impatient, mood):
    fake.mood = mood
    file = attached()
    assert scanning.scan(file.pk) == ScanState.WAITING
    assert scanning.scan_waiting() == 0  # just tried
    fake.mood = "fine"
    tried_long_ago()
    assert scanning.scan_waiting() == 1
    assert Attachment.objects.get().scan == ScanState.CLEAN


def test_while_the_scanner_is_down_the_rest_waits_for_the_next_round(settings, impatient):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    for number in range(3):
        attached("a.txt", f"Hej {number}".encode())
    assert scanning.scan_waiting() == 1
    assert set(Attachment.objects.values_list("scan", flat=True)) == {ScanState.WAITING}


def test_one_file_that_the_scanner_cannot_take_does_not_stop_the_others(fake):
    big, small = attached("a.txt", b"a" * 1000), attached("b.txt", b"b")
    fake.mood = "error"
    scanning.scan(big.pk)
    fake.mood = "fine"
    assert scanning.scan_waiting() == 1
    small.refresh_from_db()
    assert small.scan == ScanState.CLEAN


def test_a_file_that_waited_is_not_let_out_when_the_scanner_is_taken_away(fake, settings):
    file = attached()
    settings.CLAMD_ADDRESS = ""
    assert scanning.scan(file.pk) == ScanState.WAITING
    assert scanning.scan_waiting() == 0


def test_a_file_that_is_gone_from_the_store_waits(fake):
    file = attached()
    Attachment.objects.update(path="00/00/" + "0" * 32)
    assert scanning.scan(file.pk) == ScanState.WAITING


def test_a_file_that_was_removed_meanwhile_is_no_trouble(fake):
    assert scanning.scan(404) == ""


def test_a_verdict_that_comes_too_late_does_not_count(fake, monkeypatch):
    file = attached()

    def other_worker(*args):
        Attachment.objects.update(scanned_at=timezone.now() + datetime.timedelta(seconds=1))
        return ""

    monkeypatch.setattr(scanner, "finding", other_worker)
    assert scanning.scan(file.pk) == ScanState.WAITING


def test_pictures_are_drawn_only_after_the_verdict(fake):
    file = attached("IMG_0042.JPG")
    fake.mood = "error"
    scanning.scan(file.pk)
    assert Attachment.objects.get().picture_path == ""
    fake.mood = "fine"
    tried_long_ago()
    scanning.scan_waiting()
    assert Attachment.objects.get().picture_path
