"""What can be done from the page on operations."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass

from .. import outbox
from ..enums import MailStatus
from ..models import OutboxMail

__all__ = ["Sent", "send_waiting"]

MOST_SECONDS = 15.0  # somebody waits for the page
MOST_MAILS = 200
# So many in a row that were not taken: the next would not be either.
ENOUGH = 3


@dataclass(frozen=True)
class Sent:
    """How far it went, and the kind of the last error."""

    sent: int
    left: int
    error: str = ""


def send_waiting(at: datetime.datetime) -> Sent:
    """Send what waits, also what was to be tried again later, without the worker. What can still be withdrawn waits on."""
    OutboxMail.objects.filter(status=MailStatus.WAITING, attempts__gt=0, next_attempt_at__gt=at).update(
        next_attempt_at=at
    )
    due = list(OutboxMail.objects.due(at).order_by("next_attempt_at").values_list("pk", flat=True)[:MOST_MAILS])
    until, sent, refused = time.monotonic() + MOST_SECONDS, 0, 0
    for pk in due:
        if outbox.deliver(pk) == MailStatus.SENT:
            sent, refused = sent + 1, 0
        else:
            refused += 1
        if refused == ENOUGH or time.monotonic() > until:
            break
    left = OutboxMail.objects.filter(pk__in=due).exclude(status=MailStatus.SENT)
    errors = left.exclude(last_error="").order_by("-attempts", "pk").values_list("last_error", flat=True)
    return Sent(sent, left.count(), (errors.first() or "").partition(":")[0])
