"""What follows when the mail server has taken what was sent on to another authority: its sender is told."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from ..enums import ANSWERABLE, AfterSending, CaseStatus, Channel, Direction, EventKind, MailPurpose
from ..flow import conversation, left_out, locked_family, log
from ..mails import Authority, forwarded_mail, forwarded_text
from ..models import Case, Message, OutboxMail
from .closing import close
from .events import note
from .writing import put

__all__ = ["follow_forward"]


def follow_forward(mail: OutboxMail, now: datetime.datetime) -> None:
    """Close the case, if that was chosen and its sender has not written since, and tell them to whom their words went.

    Sent again to the same address it is told once; to a corrected one, once more.
    """
    case = locked_family(mail.case)
    note(mail, EventKind.MAIL_SENT, now)
    data = mail.after_data
    by = get_user_model().objects.filter(pk=data.get("by")).first()
    if mail.after == AfterSending.CLOSE and case.status in ANSWERABLE:  # what was closed or merged meanwhile stays so
        _close(case, by, data)
    notices = case.mails.filter(purpose=MailPurpose.FORWARDED, after_data__forward=mail.pk, after_data__to=mail.to)
    if case.email and not notices.exists():
        _tell(case, mail, by, now)


def _tell(case: Case, mail: OutboxMail, by: Any, now: datetime.datetime) -> None:
    data = mail.after_data
    to = Authority(email=mail.to, **data["authority"])
    said = data["note"] if data.get("tells_note") else ""
    text = forwarded_text(case, to, said, timezone.localdate(now), closed=case.status == CaseStatus.CLOSED)
    message = Message.objects.create(
        case=case,
        direction=Direction.OUTGOING,
        channel=Channel.EMAIL,
        text=text,
        author=by,
        author_name=str(by)[:160] if by else "",
        created_at=now,
    )
    put(
        case,
        MailPurpose.FORWARDED,
        case.email,
        *forwarded_mail(case, by, text),
        message=message,
        after_data={"forward": mail.pk, "to": mail.to},
    )


def _close(case: Case, by: Any, data: dict[str, Any]) -> None:
    """Close the case, unless somebody waits whom this has not helped: whoever wrote since, or is merged with it."""
    waiting = [one.number for one in left_out(case)]
    if waiting or conversation(case).filter(direction=Direction.INCOMING, pk__gt=data.get("newest", 0)).exists():
        log(case, EventKind.NOT_CLOSED, by, waiting=waiting)
        return
    close(case, by, data)
