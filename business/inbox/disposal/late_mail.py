"""What a machine sends back of a mail whose case has been disposed of: it goes as the case went.

It was not there to be counted or looked at when the disposal was carried out, and it repeats whom our mail went to. It is
filed with its case, with nothing read out of it; then its bytes go, in the worker's next round.
"""

from __future__ import annotations

import logging

from django.utils import timezone

from ..enums import IncomingState
from ..files import StoreError
from ..files.store import remove_for_good
from ..models import IncomingMail
from .emptying import EMPTIED
from .holds import holding

__all__ = ["empty_late_mail"]

log = logging.getLogger(__name__)


def empty_late_mail() -> None:
    """Remove such mails from the store and empty their rows; one whose case a hold is about waits until it is lifted.

    The file goes first: killed in between, the row still names it, and the next round finds nothing left to remove.
    """
    ignored = IncomingMail.objects.filter(state=IncomingState.IGNORED, case__disposed_at__isnull=False)
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    for mail in ignored.exclude(path="").select_related("case").order_by("pk"):
        if mail.case is None or holding([mail.case], today):
            continue
        try:
            remove_for_good(mail.path)
        except StoreError:
            log.exception("Mail %s, whose case was disposed of, could not be removed", mail.pk)
            continue
        IncomingMail.objects.filter(pk=mail.pk).update(**EMPTIED["IncomingMail"])
