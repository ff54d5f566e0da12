"""Who asks the scanner about which file, and what follows from its answer.

Until it says that a file is clean, the file waits and is not handed out: whatever fails, fails closed.
"""

from __future__ import annotations

import contextlib
import datetime
import logging

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import task

from business.core import queue

from ..enums import EventKind, ScanState
from ..flow import log as write_event
from ..models import Attachment, Message
from . import pictures, scanner, store

__all__ = ["first_state", "scan", "scan_waiting", "tell_locked", "wake"]

log = logging.getLogger(__name__)

# Far above what one scan may take (`scanner.WAIT_ALTOGETHER`): only a worker that died leaves a file for so long.
TRY_AGAIN_AFTER = datetime.timedelta(seconds=60)


def first_state() -> ScanState:
    """Return what is known of a file that has just come in."""
    return ScanState.WAITING if settings.CLAMD_ADDRESS else ScanState.NOT_NEEDED


def wake(attachment: Attachment) -> None:
    """Have the worker look at a new file as soon as the transaction stands."""
    transaction.on_commit(lambda: queue.wake(look_task, attachment.pk), robust=True)


@task(backend="queue")
def look_task(pk: int) -> str:
    """Scan a new file and draw its picture; what the queue calls."""
    return scan(pk)


def scan(pk: int, at: datetime.datetime | None = None) -> str:
    """Scan a file if it waits, draw its picture if it may be seen, and return its state."""
    with contextlib.suppress(scanner.ScannerError):  # logged; the file waits
        _scan(pk, at or timezone.now())
    return _draw(pk)


def _draw(pk: int) -> str:
    attachment = Attachment.objects.filter(pk=pk).first()
    if attachment is None:  # taken out of the form meanwhile
        return ""
    pictures.draw(attachment)
    return str(attachment.scan)


def _to_scan(at: datetime.datetime) -> Q:
    """Waiting, and nobody is at it. While a file waits, `scanned_at` is when somebody last began."""
    return Q(scan=ScanState.WAITING) & (Q(scanned_at=None) | Q(scanned_at__lt=at - TRY_AGAIN_AFTER))


def _scan(pk: int, now: datetime.datetime) -> None:
    """Ask the scanner about one file. The claim is a conditional update, which holds on SQLite too.

    Raises:
        ScannerError: there is no verdict. The file waits, and is tried again.
    """
    if not settings.CLAMD_ADDRESS or not Attachment.objects.filter(_to_scan(now), pk=pk).update(scanned_at=now):
        return
    path = Attachment.objects.values_list("path", flat=True).filter(pk=pk).first() or ""
    try:
        with store.open_stored(path) as file:
            found = scanner.finding(settings.CLAMD_ADDRESS, file)
    except (scanner.ScannerError, store.StoreError) as error:
        log.error("File %s could not be scanned and waits: %s", pk, error)
        if isinstance(error, scanner.ScannerError):
            raise
        return
    _note(pk, now, found)


@transaction.atomic
def _note(pk: int, claimed_at: datetime.datetime, found: str) -> None:
    """Write the verdict down, if the file is still ours."""
    ours = Attachment.objects.filter(pk=pk, scan=ScanState.WAITING, scanned_at=claimed_at)
    state = ScanState.INFECTED if found else ScanState.CLEAN
    if not ours.update(scan=state, finding=found[:120], scanned_at=timezone.now()):
        log.warning("File %s took longer to scan than another worker waited", pk)
        return
    if not found:
        return
    log.error("File %s is malicious and locked: %s", pk, found)
    attachment = Attachment.objects.select_related("message__case").get(pk=pk)
    if attachment.message is not None:
        _tell(attachment.message, attachment)


def tell_locked(message: Message) -> None:
    """Write into the history that files of a new message were found malicious before they were sent with it."""
    for attachment in message.attachments.filter(scan=ScanState.INFECTED):
        _tell(message, attachment)


def _tell(message: Message, attachment: Attachment) -> None:
    write_event(message.case, EventKind.FILE_LOCKED, file=attachment.name, finding=attachment.finding)


def scan_waiting(limit: int = 50) -> int:
    """Scan what waits, longest untried first, and return how many files were tried.

    When the scanner does not answer, the rest waits for the next round: the worker has mail to send.
    """
    if not settings.CLAMD_ADDRESS:
        return 0
    waiting = Attachment.objects.filter(_to_scan(timezone.now()))
    tried = 0
    for pk in list(waiting.order_by(F("scanned_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:limit]):
        tried += 1
        try:
            _scan(pk, timezone.now())
        except scanner.ScannerDownError:
            break
        except scanner.ScannerError:
            continue
        _draw(pk)
    return tried
