"""One round: what waits in the mailbox and in the folder is stored, and what is stored is filed."""

from __future__ import annotations

import datetime
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from business.core import queue

from . import folder, imap
from .filing import file_stored

__all__ = ["Round", "fetch", "is_set_up"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """What a round has done."""

    new: int = 0
    filed: int = 0
    has_more: bool = False


def is_set_up() -> bool:
    """Whether mail is read at all."""
    return imap.is_set_up() or folder.is_set_up()


def fetch(seconds: float | None = None) -> Round:
    """Store what is new, then file what is stored; each within so many seconds, or the setting's, or without an end.

    What is left over is the queue's next task, so that the worker comes to its other work in between. A source that
    cannot be read keeps nothing else back: it is told when all the rest is done.

    Raises:
        Exception: a source could not be read, or nothing could be stored. Nothing is lost: the next round goes on.
    """
    limit = settings.INBOX_MAIL_ROUND if seconds is None else seconds
    readers: list[Callable[[datetime.datetime | None], tuple[int, bool]]] = []
    if folder.is_set_up():
        readers.append(folder.read_folder)
    if imap.is_set_up():
        readers.append(imap.read_mailbox)
    new, has_more, trouble = 0, False, None
    for reader in readers:
        try:
            found, is_left = reader(_after(limit))
        except Exception as error:
            log.error("Mail could not be read: %s: %s", type(error).__name__, error)
            trouble = trouble or error
            continue
        new, has_more = new + found, has_more or is_left
    filed, is_left = file_stored(_after(limit))
    has_more = has_more or is_left
    if has_more:
        queue.wake(fetch_task)
    if new or filed:
        log.info("%s mails came in, %s were filed", new, filed)
    if trouble is not None:
        raise trouble
    return Round(new, filed, has_more)


def _after(seconds: float) -> datetime.datetime | None:
    return None if math.isinf(seconds) else timezone.now() + datetime.timedelta(seconds=seconds)


@task(backend="queue")
def fetch_task() -> str:
    """Go on where the round before ran out of time; what the queue calls."""
    done = fetch()
    return f"{done.new} new, {done.filed} filed"
