"""What colleagues are told by mail of a case."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .. import owners
from ..enums import MailPurpose
from ..mails import failure_alert, given_alert, let_in_alert, meeting_alert, not_given_alert, taken_alert
from ..models import Case, OutboxMail
from .writing import put

__all__ = ["tell_failed", "tell_given", "tell_let_in", "tell_meeting", "tell_not_given", "tell_taken"]


def tell_given(case: Case, owner: Any, by: Any) -> None:
    """Tell an officer by mail that a case is theirs now. It says nothing of what is in it."""
    _tell(case, [owner], *given_alert(case, by))  # who has no address reads it in the inbox


def tell_let_in(case: Case, colleague: Any, by: Any) -> None:
    """Tell an officer by mail that a colleague has let them into a case."""
    _tell(case, [colleague], *let_in_alert(case, by))


def tell_taken(case: Case, former: Any, by: Any) -> None:
    """Tell an officer by mail that a colleague has taken over their case."""
    _tell(case, [former], *taken_alert(case, by))


def tell_meeting(case: Case, on: datetime.date) -> None:
    """Tell whoever has a case by mail that its sender has chosen a time to meet."""
    _tell(case, [owners.substitute_for(case.owner, on) if case.owner else None, case.unit], *meeting_alert(case))


def tell_not_given(case: Case, by: Any, why: str) -> None:
    """Tell whoever wanted to hand the answered case over that it could not be done."""
    _tell(case, [by, case.unit], *not_given_alert(case, why))


def tell_failed(case: Case, mail: OutboxMail, on: datetime.date) -> None:
    """Tell the officer who has the case, or else the unit, that a mail has not reached its receiver."""
    owner = owners.substitute_for(case.owner, on) if case.owner else None
    _tell(case, [owner, case.unit], *failure_alert(case, mail))


def _tell(case: Case, receivers: Iterable[Any], subject: str, body: str) -> None:
    """Write to the first person or unit that a mail can reach."""
    for receiver in receivers:
        if _is_reached(receiver):
            put(case, MailPurpose.ALERT, receiver.email, subject, body)
            return


def _is_reached(receiver: Any) -> bool:
    """Whether there is an address, and, if it is a person's, an account that is still in use."""
    try:
        validate_email(receiver.email if receiver else "")
    except ValidationError:
        return False
    return getattr(receiver, "is_active", True)
