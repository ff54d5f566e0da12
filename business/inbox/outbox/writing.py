"""What is written into the outbox, put back into it, or taken back before it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone

from ..enums import FLEETING, STUCK, TO_OTHERS, AfterSending, Direction, MailPurpose, MailStatus
from ..mails import without_page
from ..models import Case, Message, OutboxMail

__all__ = ["put", "put_copy", "send_again", "settle", "waits", "withdraw", "withdraw_receipts"]

# Sent with a `mail` that waits, once its transaction stands. Whoever delivers listens: sending may itself write an alert.
waits = Signal()


def _message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def _answers(case: Case) -> str:
    """Return the Message-ID of the sender's latest mail, if they write mail: ours then stands below it in their program."""
    theirs = case.incoming_mails.exclude(message=None).order_by("-pk").values_list("message_id_header", flat=True)
    return next((one for one in theirs[:1] if len(one) <= 200), "")


def put(
    case: Case,
    purpose: str,
    to: str,
    subject: str,
    body: str,
    *,
    message: Message | None = None,
    cc: Iterable[str] = (),
    after: str = AfterSending.ANSWERED,
    after_data: dict[str, Any] | None = None,
) -> OutboxMail:
    """Write a mail into the outbox and, once the transaction stands, wake the worker.

    An answer waits for `settings.OUTBOX_UNDO` first, so that it can be withdrawn.

    Raises:
        ValueError: the message is none that may leave: a note stays inside.
    """
    if message is not None and message.direction != Direction.OUTGOING:
        raise ValueError("only what is written to the sender can be mailed")
    now = timezone.now()
    previous = (
        case.mails.exclude(purpose__in=FLEETING | TO_OTHERS)
        .exclude(status=MailStatus.WITHDRAWN)
        .order_by("-pk")
        .values_list("message_id_header", flat=True)
    )
    mail = OutboxMail.objects.create(
        case=case,
        message=message,
        purpose=purpose,
        to=to,
        # Nobody gets a mail twice.
        cc=[address for address in dict.fromkeys(cc) if address.casefold() != to.casefold()],
        subject=subject[:200],
        body=body,
        message_id_header=_message_id(),
        in_reply_to="" if purpose in FLEETING | TO_OTHERS else _answers(case) or previous.first() or "",
        after=after,
        after_data=after_data or {},
        created_at=now,
        next_attempt_at=now + settings.OUTBOX_UNDO if purpose == MailPurpose.ANSWER else now,
    )
    for address in mail.cc:
        put_copy(mail, case, address, mail.subject, without_page(case, body), cc=mail.cc)
    _announce(mail)
    return mail


def put_copy(mail: OutboxMail, case: Case, to: str, subject: str, body: str, *, cc: Iterable[str] = ()) -> OutboxMail:
    """Write a copy of an answer, sent and withdrawn with it but a mail of its own.

    With ``cc`` its header is the answer's; without, it shows nobody else's address.
    """
    copy = OutboxMail.objects.create(
        case=case,
        copy_of=mail,
        purpose=MailPurpose.COPY,
        to=to,
        cc=list(cc),
        subject=subject[:200],
        body=body,
        message_id_header=_message_id(),
        in_reply_to=_had_before(case, to),
        created_at=mail.created_at,
        next_attempt_at=mail.next_attempt_at,
    )
    _announce(copy)
    return copy


def _had_before(case: Case, to: str) -> str:
    """Return the Message-ID of the latest copy that this receiver has of the case.

    What the sender has is not theirs to know: who knows the Message-ID of a mail can say that it came back.
    """
    copies = case.mails.filter(purpose=MailPurpose.COPY, to__iexact=to).exclude(status=MailStatus.WITHDRAWN)
    return copies.order_by("-pk").values_list("message_id_header", flat=True).first() or ""


def _announce(mail: OutboxMail) -> None:
    transaction.on_commit(lambda: waits.send(OutboxMail, mail=mail), robust=True)


@transaction.atomic
def send_again(mail: OutboxMail, to: str) -> bool:
    """Put a mail that failed or is held back into the outbox, with a fresh 72 hours; tell whether there was one to put back."""
    now = timezone.now()
    changed = OutboxMail.objects.filter(pk=mail.pk, status__in=STUCK).update(
        status=MailStatus.WAITING, to=to, next_attempt_at=now, retried_at=now, attempts=0
    )
    if changed:
        mail.next_attempt_at = now
        _announce(mail)
    return bool(changed)


def settle(mail: OutboxMail) -> bool:
    """Note that a mail that failed or is held needs no further try; tell whether it was so."""
    return bool(OutboxMail.objects.filter(pk=mail.pk, status__in=STUCK).update(status=MailStatus.SETTLED))


def withdraw_receipts(case: Case) -> None:
    """Hold back the receipts and links that have not left: the address may be a stranger's."""
    waiting = case.mails.filter(purpose__in=[MailPurpose.RECEIPT, MailPurpose.LINK], status=MailStatus.WAITING)
    waiting.update(status=MailStatus.WITHDRAWN)


def withdraw(mail: OutboxMail) -> bool:
    """Take back a mail that nobody has begun to send, its copies with it; tell whether it was all there to take."""
    family = OutboxMail.objects.filter(Q(pk=mail.pk) | Q(copy_of=mail))
    whole = family.count()
    with transaction.atomic():
        taken = family.filter(status=MailStatus.WAITING, attempts=0).update(status=MailStatus.WITHDRAWN)
        if taken != whole:
            transaction.set_rollback(True)
    return taken == whole
