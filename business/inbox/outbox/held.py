"""Mail in a restored database: what was waiting may have been sent since the backup, so it waits for a decision."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from business.core.models import Restore

from ..enums import ON_ITS_WAY, EventKind, MailStatus
from ..flow import locked, log
from ..models import OutboxMail
from . import writing

__all__ = ["hold", "release", "settle", "start_sending"]


@transaction.atomic
def hold(restore: Restore) -> str:
    """Hold what was on its way when the backup was made; return how much it is, for the protocol."""
    mails = list(OutboxMail.objects.filter(status__in=ON_ITS_WAY).select_related("case").order_by("pk"))
    for mail in mails:
        OutboxMail.objects.filter(pk=mail.pk).update(status=MailStatus.HELD, lease_until=None)
        log(mail.case, EventKind.MAIL_HELD, at=restore.restored_at, mail=mail.pk, purpose=mail.purpose)
    return f"{len(mails)} mails that were waiting are held; no mail is sent before somebody has looked"


def release(keys: Iterable[int], user: Any) -> int:
    """Send held mails after all; return how many of these were held."""
    return sum(_decide(key, user, EventKind.MAIL_RETRIED) for key in keys)


def settle(keys: Iterable[int], user: Any) -> int:
    """Say of held mails that they are not to be sent: they were, or nobody needs them. Return how many were held."""
    return sum(_decide(key, user, EventKind.MAIL_SETTLED) for key in keys)


@transaction.atomic
def _decide(key: int, user: Any, kind: EventKind) -> bool:
    mail = OutboxMail.objects.filter(pk=key, status=MailStatus.HELD).select_related("case").first()
    if mail is None:
        return False
    case = locked(mail.case)
    if not (writing.settle(mail) if kind == EventKind.MAIL_SETTLED else writing.send_again(mail, mail.to)):
        return False
    log(case, kind, user, mail=mail.pk, purpose=mail.purpose)
    return True


def start_sending(user: Any, at: datetime.datetime) -> bool:
    """Note that somebody has looked at the restored database, so that mail is sent again; tell whether it waited for that."""
    return bool(Restore.objects.filter(seen_at=None).update(seen_at=at, seen_by=str(user)[:160]))
