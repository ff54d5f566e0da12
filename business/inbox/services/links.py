"""The link to the sender's page, sent because an officer asks for it: an old case has had none, or the mail is lost."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import ON_ITS_WAY, EventKind, MailPurpose
from ..flow import NotAllowedError, locked, log
from ..mails import link_mail
from ..models import Case, OutboxMail
from ..sender_links import current_link, has_expired, new_link
from .codes import can_have_code

__all__ = ["send_link"]

# Pressed twice, by one officer or by two, it is one mail.
JUST_NOW = datetime.timedelta(minutes=10)


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
    if case.disposed_at is not None or has_expired(case, moment):
        raise NotAllowedError(
            _("The page is no longer shown: the case was closed more than a year ago. Open it first.")
        )
    subject, body = link_mail(case)
    sent = case.mails.filter(purpose=MailPurpose.RECEIPT, to=case.email, subject=subject)
    lately = sent.filter(created_at__gt=moment - JUST_NOW) | sent.filter(status__in=ON_ITS_WAY)
    if (twice := lately.order_by("-pk").first()) is not None:
        return twice
    # A receipt that comes late: it tells the sender where the case is.
    mail = outbox.put(case, MailPurpose.RECEIPT, case.email, subject, body)
    if current_link(case) is None:
        new_link(case, moment)
        log(case, EventKind.LINK_RENEWED, user, at=moment)
    else:
        log(case, EventKind.MAIL_RETRIED, user, at=moment, mail=mail.pk, purpose=mail.purpose)
    return mail
