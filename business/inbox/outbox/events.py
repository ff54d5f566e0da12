"""What the history of a case says of a mail."""

from __future__ import annotations

import datetime
from typing import Any

from ..enums import EventKind
from ..flow import log
from ..models import OutboxMail

__all__ = ["about", "note"]


def about(mail: OutboxMail) -> dict[str, Any]:
    """Return what the history says of a mail."""
    return {"mail": mail.pk, "purpose": mail.purpose}


def note(mail: OutboxMail, kind: EventKind, now: datetime.datetime, **data: Any) -> None:
    """Note in the history of its case what has happened to a mail."""
    log(mail.case, kind, at=now, **about(mail), **data)
