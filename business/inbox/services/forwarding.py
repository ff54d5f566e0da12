"""Sending on what belongs to another authority: whoever wrote to the wrong one is helped to the right one.

The service duty of an authority (förvaltningslag 2017:900, 6 §). The sender is not answered by it: the case is closed
with a reason, or stays open for what is ours.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import ANSWERABLE, ON_ITS_WAY, AfterSending, CaseStatus, EventKind, MailPurpose, MailStatus
from ..files import too_much_for_mail
from ..flow import (
    NotAllowedError,
    check_triage,
    conversation,
    is_of_sender,
    left_out,
    locked_family,
    log,
    refuse_if_news,
)
from ..mails import Authority, forward_mail, office
from ..models import Attachment, Case, Message, OutboxMail
from .answering import begin

__all__ = ["forward"]

# Pressed twice, it is one mail.
JUST_NOW = datetime.timedelta(minutes=10)


@transaction.atomic
def forward(
    case: Case,
    user: Any,
    to: Authority,
    note: str,
    messages: Sequence[Message],
    files: Sequence[Attachment] = (),
    *,
    in_full: bool = False,
    tells_note: bool = False,
    closing: dict[str, str] | None = None,
    seen: int | None = None,
) -> OutboxMail:
    """Hand to the mail what the sender wrote, for another authority, which answers the sender and not us.

    The sender is told when the mail server has taken it, with the note where ``tells_note``; then the case is closed
    with ``closing`` (``triage`` and ``registered_number``), or stays open without. Personal numbers are left out unless
    ``in_full``. The sender's own words and files alone: never a note, nor what somebody else wrote who is merged here.

    Raises:
        NotAllowedError: the case cannot be sent on, the address is none or our own, nothing or too much goes along, a
            file may not leave, or the closing lacks something.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = locked_family(case)
    if (twice := _sent_just_now(case, to, note)) is not None:
        return twice
    _refuse(case)
    refuse_if_news(case, user, seen)
    _refuse_address(case, to.email)
    _refuse_content(case, messages, files)
    if closing is not None:
        check_triage(closing.get("triage", ""), closing.get("registered_number", ""))
        _refuse_to_leave_out(case)
    subject, body = forward_mail(case, user, to, note, messages, files, in_full=in_full)
    begin(case, user, note, to.name, to.email)
    mail = outbox.put(
        case,
        MailPurpose.FORWARD,
        to.email,
        subject,
        body,
        after=AfterSending.CLOSE if closing is not None else AfterSending.ANSWERED,
        after_data={
            "by": user.pk,
            "authority": {"name": to.name, "phone": to.phone, "url": to.url, "told": to.told},
            "note": note,
            "tells_note": tells_note,
            "messages": [one.pk for one in messages],
            "newest": conversation(case).latest("pk").pk,
            "files": [one.pk for one in files],
            **({**closing, "reason": _reason(to)} if closing is not None else {}),
        },
    )
    log(
        case,
        EventKind.FORWARDED,
        user,
        mail=mail.pk,
        authority=to.name,
        messages=len(messages),
        files=len(files),
        in_full=in_full,
    )
    return mail


def _sent_just_now(case: Case, to: Authority, note: str) -> OutboxMail | None:
    lately = case.mails.filter(purpose=MailPurpose.FORWARD, to=to.email, created_at__gt=timezone.now() - JUST_NOW)
    alive = lately.filter(status__in=ON_ITS_WAY | {MailStatus.SENT})
    return next((mail for mail in alive.order_by("-pk") if mail.after_data.get("note") == note), None)


def _refuse(case: Case) -> None:
    if case.status == CaseStatus.MERGED:
        raise NotAllowedError(_("The case is merged with another. Send that one on."))
    if case.status == CaseStatus.QUARANTINED:
        raise NotAllowedError(_("The case is in quarantine. Let it out first."))
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_("The case is closed. Reopen it first."))
    if case.is_secret:
        raise NotAllowedError(
            _(
                "The case is under secrecy, and its text is not mailed. Call the authority and agree on a safe way, "
                "then close the case with a reason."
            )
        )


def _refuse_address(case: Case, address: str) -> None:
    """Stop what is no address, and those from which the mail would come straight back to us or to the sender."""
    try:
        validate_email(address)
    except ValidationError:
        raise NotAllowedError(_("“%(address)s” is not an e-mail address.") % {"address": address}) from None
    if address.casefold() in {one.casefold() for one in (settings.INBOX_REPLY_ADDRESS, office().email) if one}:
        raise NotAllowedError(_("This is our own address. To give the case to a colleague, hand it over."))
    if address.casefold() == case.email.casefold():
        raise NotAllowedError(_("This is the sender’s own address."))


def _refuse_content(case: Case, messages: Sequence[Message], files: Sequence[Attachment]) -> None:
    if not messages:
        raise NotAllowedError(_("Choose what is sent on."))
    said = {one.pk for one in conversation(case).select_related("case") if is_of_sender(one, case)}
    if not {one.pk for one in messages} | {one.message_id for one in files} <= said:
        raise NotAllowedError(_("Only what the sender wrote and sent in this case can be sent on."))
    if refused := next((one for one in files if not one.is_handed_out), None):
        raise NotAllowedError(
            _("“%(name)s” has not been found safe. Send it on without the file.") % {"name": refused.name}
        )
    if words := too_much_for_mail(files):
        raise NotAllowedError(words)


def _refuse_to_leave_out(case: Case) -> None:
    """Stop a closing while somebody else whose case is merged with this one waits."""
    if waiting := left_out(case):
        numbers = ", ".join(one.number for one in waiting)
        raise NotAllowedError(
            _("%(numbers)s would be closed without an answer. Let the case stay open, or part them first.")
            % {"numbers": numbers}
        )


def _reason(to: Authority) -> str:
    """Return why the case is closed, as the record says it whatever language the officer reads."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Sent on to %(authority)s.") % {"authority": to.name}
    return reason[: Case._meta.get_field("closing_reason").max_length]
