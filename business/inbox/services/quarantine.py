"""Requests that look like a robot's: kept as the records they are, and out of everybody's way."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import CaseStatus, EventKind, MailPurpose, MailStatus, QuarantineReason
from ..flow import NotAllowedError, locked, log, move, store
from ..models import Case
from .intake import put_receipt

__all__ = ["quarantine", "release_from_quarantine"]


@transaction.atomic
def quarantine(case: Case, user: Any) -> Case:
    """Put aside a case that nobody has begun. A receipt that has not left is held back.

    Raises:
        NotAllowedError: somebody has begun, it is there already, or others are merged with it.
    """
    case = locked(case)
    if case.status == CaseStatus.QUARANTINED:  # why it is there stands
        raise NotAllowedError(_("The case is in quarantine already."))
    if case.merged.exists():  # they would be out of sight with it
        raise NotAllowedError(
            _("Other cases are merged into %(number)s. Unmerge them first.") % {"number": case.number}
        )
    move(case, CaseStatus.QUARANTINED)
    case.owner, case.quarantine_reason = None, QuarantineReason.BY_HAND
    store(case, "owner", "quarantine_reason")
    outbox.withdraw_receipts(case)
    log(case, EventKind.QUARANTINED, user, reason=case.quarantine_reason)
    return case


@transaction.atomic
def release_from_quarantine(case: Case, user: Any) -> Case:
    """Let a case out: it is new, counted from when it arrived, and the sender gets the receipt that was held back.

    Raises:
        NotAllowedError: it is not in quarantine.
    """
    case = locked(case)
    if case.status != CaseStatus.QUARANTINED:
        raise NotAllowedError(_("The case is not in quarantine."))
    receipts = case.mails.filter(purpose=MailPurpose.RECEIPT)
    # A call that was taken down without a receipt, and put here by hand, is not to have one now.
    held_back = (
        case.quarantine_reason != QuarantineReason.BY_HAND or receipts.filter(status=MailStatus.WITHDRAWN).exists()
    )
    move(case, CaseStatus.NEW)
    case.quarantine_reason = ""  # the history keeps it; whoever was let out is no suspect next time
    store(case, "quarantine_reason")
    log(case, EventKind.UNQUARANTINED, user)
    if held_back and not receipts.exclude(status=MailStatus.WITHDRAWN).exists():
        put_receipt(case)
    return case
