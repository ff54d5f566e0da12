"""What every writer of a case needs."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from business.core.sorting import fold

from ..enums import EventKind
from ..models import Case, Event

__all__ = ["locked", "log", "search_text"]


def log(case: Case, kind: EventKind, user: Any = None, at: datetime.datetime | None = None, **data: Any) -> Event:
    """Write an entry of the case's history. Call inside the transaction of the act."""
    moment = at or timezone.now()
    Case.objects.filter(pk=case.pk).update(updated_at=moment)
    case.updated_at = moment
    return Event.objects.create(
        case_id=case.pk,
        case_number=case.number,
        kind=kind,
        actor_id=user.pk if user else None,
        actor_name=str(user)[:160] if user else "",
        at=moment,
        data=data,
    )


def search_text(*parts: str) -> str:
    """Return what the inbox searches, folded: SQLite does not know that Å is å."""
    return fold(" ".join(part for part in parts if part))


def locked(case: Case) -> Case:
    """Return the case fresh and, on PostgreSQL, locked; on SQLite the transaction itself is the lock."""
    return Case.objects.select_for_update(of=("self",)).select_related("topic", "unit", "owner").get(pk=case.pk)
