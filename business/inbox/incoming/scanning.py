"""A mail as it came holds whatever hangs on it: it leaves the store only when the scanner has seen it."""

from __future__ import annotations

import logging

from django.conf import settings

from ..enums import ScanState
from ..files import scanner
from ..files.store import StoreError, open_stored
from ..models import IncomingMail

__all__ = ["scan"]

log = logging.getLogger(__name__)


def scan(mail: IncomingMail) -> ScanState:
    """Return what the scanner says of a mail, and ask it now if nobody has: few mails are ever handed out so.

    Raises:
        StoreError: the mail cannot be read.
    """
    if mail.scan != ScanState.WAITING:
        return ScanState(mail.scan)
    if not settings.CLAMD_ADDRESS:
        return ScanState.WAITING  # there was a scanner when it came: what it would have said is not known
    try:
        with open_stored(mail.path) as stored:
            found = scanner.finding(settings.CLAMD_ADDRESS, stored)
    except StoreError:
        raise
    except scanner.ScannerError as error:
        log.error("Mail %s could not be scanned and waits: %s", mail.pk, error)
        return ScanState.WAITING
    state = ScanState.INFECTED if found else ScanState.CLEAN
    IncomingMail.objects.filter(pk=mail.pk, scan=ScanState.WAITING).update(scan=state, finding=found[:120])
    if found:
        log.error("Mail %s holds something malicious and is locked: %s", mail.pk, found)
    return state
