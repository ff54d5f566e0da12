"""Handing a case to somebody."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from business.organisation.models import Unit

from .. import outbox, owners
from ..flow import locked
from ..models import Case
from .acts import note

__all__ = ["assign"]


@transaction.atomic
def assign(case: Case, by: Any, *, user: Any = None, unit: Unit | None = None, text: str = "") -> Case:
    """Give the case to a person or a unit; ``text`` becomes a note to them, and the new owner is told by mail.

    Raises:
        NotAllowedError: see `owners.give`.
    """
    case = locked(case)
    written = note(case, by, text) if text else None
    owner = owners.give(case, by, user, unit, note=written.pk if written else None)
    if owner is not None and owner.pk != by.pk:
        outbox.tell_given(case, owner, by)
    return case
