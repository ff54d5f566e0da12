"""Which cases somebody may see, as conditions of one query: no list of cases is fetched, and nothing grows with them.

Three circles. Whoever may see *every* case has no limit. Others see what belongs to their unit or to a unit that is
part of it, what they have, what belongs to somebody they stand in for, what they were let into, have had or have
written in, and what is merged with one of the first. Of these, a case under secrecy is opened only by whoever has it
(or stands in for them) and by those with the right to see such cases; the others see in a list that it is there.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.apps import apps
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from ..permissions import can_see_everything, can_see_inbox, can_see_secret, can_see_statistics
from .access import Participant
from .message import Message
from .standing import Standing

__all__ = ["counted", "listed", "opened", "withheld"]


def _has_it(user: Any, on: datetime.date) -> Q:
    """The user has the case, or stands in on the day for whoever has."""
    return Q(owner__in=Standing.of(user, on).people)


def _has_part(user: Any) -> Q:
    """The user was let into the case, has had it, or has written in it."""
    given = Participant.objects.filter(case=OuterRef("pk"), user=user.pk)
    written = Message.objects.filter(case=OuterRef("pk"), author=user.pk)
    return Q(Exists(given)) | Q(Exists(written))


def _with_merged(condition: Q) -> Q:
    """The cases that meet a condition, and those that are merged with one that does.

    The merged ones are asked for by themselves and only where there is one: they are few, and in most lists none. A
    join would look up every case twice.
    """
    cases = apps.get_model("inbox", "Case").objects.order_by()
    heads = cases.filter(condition, pk__in=cases.filter(merged_into__isnull=False).values("merged_into"))
    return condition | (Q(merged_into__isnull=False) & Q(merged_into__in=heads))


def _within_reach(user: Any, on: datetime.date) -> Q:
    return Q(unit__in=Standing.of(user, on).units) | _has_it(user, on) | _has_part(user)


def listed(user: Any, on: datetime.date) -> Q | None:
    """The cases that the user may know to be there; none at all (``None``) without the right to see cases."""
    if not can_see_inbox(user):
        return None
    return Q() if can_see_everything(user) else _with_merged(_within_reach(user, on))


def opened(user: Any, on: datetime.date) -> Q | None:
    """The cases that the user may read; ``None`` for none at all."""
    condition = listed(user, on)
    if condition is None or can_see_secret(user):
        return condition
    return condition & _open_to(user, on)


def _open_to(user: Any, on: datetime.date) -> Q:
    return Q(secrecy_ground="") | _with_merged(_has_it(user, on))


def withheld(user: Any, on: datetime.date) -> Case | Value:
    """Whether a case that is `listed` for the user is not `opened` for them."""
    if can_see_secret(user):
        return Value(False)
    return Case(When(_open_to(user, on), then=Value(False)), default=Value(True))


def counted(user: Any, on: datetime.date) -> Q | None:
    """The cases that are counted for the user: every one for whoever leads the office without reading cases."""
    if not can_see_statistics(user):
        return None
    return listed(user, on) if can_see_inbox(user) else Q()
