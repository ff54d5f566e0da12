"""What stops disposal: a dispute, an audit, somebody who has asked for the records."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..enums import EventKind
from ..flow import NotAllowedError, log
from ..models import Case, DisposalHold
from ..models.disposal import HoldQuerySet

__all__ = ["condition_of", "holding", "place", "release", "running"]


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


def running(today: datetime.date) -> HoldQuerySet:
    """Return what stops disposal on a day."""
    return DisposalHold.objects.on(today).select_related("case", "topic", "unit")


def condition_of(hold: DisposalHold) -> Q:
    """Return the condition that a case, looked at by itself, is what a hold is about."""
    if hold.case_id is not None:
        return Q(pk=hold.case_id)
    condition = Q()
    if hold.topic_id is not None:
        condition &= Q(topic=hold.topic_id)
    if hold.unit_id is not None:
        condition &= Q(unit=hold.unit_id)
    if hold.received_from:
        condition &= Q(received_at__gte=_midnight(hold.received_from))
    if hold.received_to:
        condition &= Q(received_at__lt=_midnight(hold.received_to + datetime.timedelta(days=1)))
    return condition


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())


def _about(case: Case) -> Q:
    """Return the condition that a hold is about a case or about the one that it is merged with: `condition_of` turned."""
    received = timezone.localdate(case.received_at, timezone.get_default_timezone())
    fits = Q(case=None)
    for name, value in (("topic", case.topic_id), ("unit", case.unit_id)):
        fits &= Q(**{name: None}) | Q(**{name: value})
    fits &= Q(received_from=None) | Q(received_from__lte=received)
    fits &= Q(received_to=None) | Q(received_to__gte=received)
    return fits | Q(case__in=[key for key in (case.pk, case.merged_into_id) if key is not None])


def holding(cases: Iterable[Case], today: datetime.date) -> list[DisposalHold]:
    """Return what stops the disposal of any of these cases on a day: one query."""
    condition = Q(pk__in=[])
    for case in cases:
        condition |= _about(case)
    return list(running(today).filter(condition))
