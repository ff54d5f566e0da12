"""The link to the sender's page, sent because an officer asks for it: an old case has had none, or the mail is lost."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import ON_ITS_WAY, EventKind, MailPurpose, MailStatus
from ..flow import NotAllowedError, locked, log
from ..mails import link_mail
from ..models import Case, OutboxMail
from ..sender_links import current_link, has_expired, new_link
from .codes import can_have_code

__all__ = ["can_have_link", "send_link"]

# Pressed twice, by one officer or by two, it is one mail.
JUST_NOW = datetime.timedelta(minutes=10)


def can_have_link(case: Case, at: datetime.datetime) -> bool:
    """Whether the link can be mailed, and leads to something that the sender may read."""
    return (
        not case.is_secret_to_sender and can_have_code(case) and case.disposed_at is None and not has_expired(case, at)
    )


@transaction.atomic
def send_link(case: Case, user: Any, at: datetime.datetime | None = None) -> OutboxMail:
    """Mail the address of the sender's page to the case's own address. Sent again within minutes, it is the same mail.

    Raises:
        NotAllowedError: nobody can be reached by mail, or the page leads nowhere any more.
    """
    moment = at or timezone.now()
    case = locked(case)
    if not can_have_code(case):
        raise NotAllowedError(
            _("No link can be mailed in this case: there is no address that is sure to be the sender’s.")
        )
    if case.is_secret_to_sender:
        raise NotAllowedError(_("The case is under secrecy: the sender’s page shows nothing of it."))
    if case.disposed_at is not None or has_expired(case, moment):
        raise NotAllowedError(
            _("The page is no longer shown: the case was closed more than a year ago. Open it first.")
        )
    subject, body = link_mail(case)
    links = case.mails.filter(purpose=MailPurpose.LINK, to=case.email)
    lately = links.filter(status=MailStatus.SENT, created_at__gt=moment - JUST_NOW)
    if (twice := (lately | links.filter(status__in=ON_ITS_WAY)).order_by("-pk").first()) is not None:
        return twice
    mail = outbox.put(case, MailPurpose.LINK, case.email, subject, body)
    if current_link(case) is None:
        new_link(case, moment)
    log(case, EventKind.LINK_SENT, user, at=moment, mail=mail.pk)
    return mail
