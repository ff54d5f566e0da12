"""Handing a case to somebody."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from business.organisation.models import Unit

from .. import outbox, owners
from ..enums import ANSWERABLE, UNTOUCHED, CaseStatus, EventKind
from ..flow import NotAllowedError, locked, log, move, store
from ..models import Case, Topic
from .acts import note

__all__ = ["assign", "reroute", "take_over"]


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


@transaction.atomic
def take_over(case: Case, by: Any, owner: int, *, text: str = "") -> Case:
    """Take a case from a colleague, who is told by mail; ``text`` becomes a note.

    ``owner`` is the key of whom the case was seen to belong to. Whoever takes over begins.

    Raises:
        NotAllowedError: it belongs to somebody else by now, or to nobody, or is not open.
    """
    case = locked(case)
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_("A case that is “%(now)s” cannot be taken.") % {"now": case.get_status_display()})
    if case.owner_id is None:
        raise NotAllowedError(_("Nobody has this case any more. Take it."))
    if case.owner_id == by.pk:
        raise owners.HasItAlreadyError(_("You have this case already."))
    if case.owner_id != owner:
        raise NotAllowedError(_("%(owner)s has this case now. Look again.") % {"owner": case.owner})
    written = note(case, by, text) if text else None
    case = locked(case)
    former, case.owner = case.owner, by
    if case.status in UNTOUCHED:
        move(case, CaseStatus.IN_PROGRESS)
    store(case, "owner")
    log(
        case,
        EventKind.ASSIGNED,
        by,
        owner=str(by),
        former_owner=str(former),
        note=written.pk if written else None,
    )
    outbox.tell_taken(case, former, by)
    return case


@transaction.atomic
def reroute(case: Case, by: Any, topic: Topic, unit: Unit, *, to_unit: bool = False) -> Case:
    """Say what the case is really about, and which unit it belongs to: the sender may have chosen wrongly.

    With ``to_unit`` it is left to whoever takes it there, as a request that comes in; else its owner keeps it.

    Raises:
        NotAllowedError: nothing is changed by it, or nobody works on the case.
    """
    case = locked(case)
    if case.status not in ANSWERABLE:
        raise NotAllowedError(
            _("The topic of a case that is “%(now)s” cannot be changed.") % {"now": case.get_status_display()}
        )
    data: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for name, value in (("topic", topic), ("unit", unit)):
        former = getattr(case, name)
        if former.pk != value.pk:
            data |= {name: value.name, f"former_{name}": former.name}
            fields[name] = value
    if not fields and not (to_unit and case.owner_id):
        raise NotAllowedError(_("Topic and unit are as you chose already."))
    for name, value in fields.items():
        setattr(case, name, value)
    if fields:
        store(case, *fields)
        log(case, EventKind.REROUTED, by, **data)
    if to_unit and case.owner_id is not None:
        owners.give(case, by, None, case.unit)
    return case
