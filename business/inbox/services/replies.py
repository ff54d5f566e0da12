"""What the sender of a case says further, whatever the door: their own page, a mail."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..enums import CaseStatus, Channel, Direction, EventKind
from ..files import tell_locked
from ..flow import NotAllowedError, locked, locked_pair, log
from ..models import Attachment, Case, Message
from ..searching import search_text
from .intake import wake

__all__ = ["MOST_REPLIES_A_DAY", "add_message", "locked_with_target"]

# More in a day is no dialogue. Whoever has more to say is asked to call.
MOST_REPLIES_A_DAY = 20
A_DAY = datetime.timedelta(days=1)


def locked_with_target(case: Case) -> Case:
    """Return the case fresh and locked, together with the one it is merged with: always in one order."""
    into = Case.objects.filter(merged=case).first()
    return locked(case) if into is None else locked_pair(case, into)[0]


@transaction.atomic
def add_message(
    case: Case,
    text: str,
    *,
    name: str,
    channel: str = Channel.WEB,
    digest: str = "",
    original: bytes = b"",
    attachments: Iterable[Attachment] = (),
    at: datetime.datetime | None = None,
    wakes: bool = True,
) -> Message:
    """Add what the sender says to their case: it wakes an ended or waiting one, and a promise begins if none runs.

    What was merged is answered where it was merged. ``digest`` is a fingerprint of what was sent: with one that the case
    holds already, that message is returned and nothing changes. What asks for no answer is kept without ``wakes``.

    Raises:
        NotAllowedError: the case is in quarantine, or so much was added today that nobody could read it.
    """
    moment = at or timezone.now()
    case = locked_with_target(case)
    if digest and (twice := case.messages.filter(digest=digest).first()) is not None:
        return twice
    if case.status == CaseStatus.QUARANTINED or (case.quarantine_reason and case.status == CaseStatus.CLOSED):
        raise NotAllowedError(_("We are checking messages by hand at the moment. Call us if it is urgent."))
    said_today = case.messages.filter(direction=Direction.INCOMING, created_at__gt=moment - A_DAY)
    if said_today.count() >= MOST_REPLIES_A_DAY:
        raise NotAllowedError(_("There are many messages from you in this case today. Call us, or write tomorrow."))
    message = Message.objects.create(
        case=case,
        direction=Direction.INCOMING,
        channel=channel,
        text=text,
        author_name=name[:160],
        created_at=moment,
        original=original or text.encode(),
        digest=digest,
    )
    files = list(attachments)
    if files:
        Attachment.objects.filter(pk__in=[one.pk for one in files], message=None).update(message=message)
        tell_locked(message)
    case.search_text = search_text(case.search_text, text, *(one.name for one in files))
    case.save(update_fields=["search_text"])
    log(case, EventKind.ADDED, at=moment, channel=channel, message=message.pk)
    if wakes:
        wake(case, moment)
    return message
