"""What stops disposal: a dispute, an audit, somebody who has asked for the records."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..enums import EventKind
from ..flow import NotAllowedError, log
from ..models import Case, DisposalHold

__all__ = ["holding", "place", "release", "stops"]


@transaction.atomic
def place(user: Any, *, why: str, case: Case | None = None, **scope: Any) -> DisposalHold:
    """Stop the disposal of a case, or of all cases that fit (``topic``, ``unit``, ``received_from``, ``received_to``).

    Raises:
        NotAllowedError: it says neither which case nor which cases, or the case is gone already.
    """
    if case is None and not any(scope.get(name) for name in ("topic", "unit", "received_from", "received_to")):
        raise NotAllowedError(_("Say which case it is about, or which cases."))
    if case is not None and case.disposed_at:
        raise NotAllowedError(_("The case has been disposed of already."))
    hold = DisposalHold.objects.create(
        case=case, why=why, placed_by_id=user.pk, placed_by_name=str(user)[:160], placed_at=timezone.now(), **scope
    )
    if case is not None:
        log(case, EventKind.HELD, user, hold=hold.pk)
    return hold


@transaction.atomic
def release(hold: DisposalHold, user: Any, why: str) -> None:
    """Let disposal go on. Who lifted the stop, and why, stays written.

    Raises:
        NotAllowedError: somebody has lifted it already.
    """
    changed = DisposalHold.objects.filter(pk=hold.pk, released_at=None).update(
        released_at=timezone.now(), released_by_id=user.pk, released_by_name=str(user)[:160], released_why=why
    )
    if not changed:
        raise NotAllowedError(_("The stop has been lifted already."))
    if hold.case is not None:
        log(hold.case, EventKind.FREED, user, hold=hold.pk)


def stops(hold: DisposalHold, case: Case) -> bool:
    """Whether a case is what a hold is about, or is merged with it."""
    if hold.case_id is not None:
        return hold.case_id in (case.pk, case.merged_into_id)
    received = timezone.localdate(case.received_at, timezone.get_default_timezone())
    return (
        hold.topic_id in (None, case.topic_id)
        and hold.unit_id in (None, case.unit_id)
        and (hold.received_from is None or hold.received_from <= received)
        and (hold.received_to is None or received <= hold.received_to)
    )


def holding(cases: Iterable[Case], today: datetime.date) -> list[DisposalHold]:
    """Return what stops the disposal of any of these cases on a day: one query."""
    known = list(cases)
    holds = DisposalHold.objects.on(today).select_related("case", "topic", "unit")
    return [hold for hold in holds if any(stops(hold, case) for case in known)]
