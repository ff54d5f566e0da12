"""Who has a case: a person, a unit, or whoever stands in."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from business.core.registers import RegisterChoices
from business.organisation.enums import OUR_KINDS
from business.organisation.models import Unit

from .enums import PARKED, CaseStatus, EventKind
from .flow import NotAllowedError, log, move, store
from .models import Absence, Case, Membership, Participant
from .permissions import SEE, WORK, can_work

__all__ = [
    "HasItAlreadyError",
    "authorities",
    "chosen_receiver",
    "give",
    "give_part",
    "officers",
    "receiver_choice",
    "receivers",
    "substitute_for",
    "units_here",
]


class HasItAlreadyError(NotAllowedError):
    """The case is where it was to go."""


def substitute_for(user: Any, on: datetime.date) -> Any:
    """Return who does the user's work on a day: the user, or the substitute, or the substitute's substitute."""
    seen = {user.pk}
    while (absence := Absence.objects.on(on).filter(user=user).select_related("substitute").first()) is not None:
        if absence.substitute_id in seen or not can_work(absence.substitute):
            break
        user = absence.substitute
        seen.add(user.pk)
    return user


def give_part(case: Case, user: Any) -> None:
    """Let the user see the case from now on, whichever unit it belongs to. One query."""
    Participant.objects.bulk_create([Participant(case=case, user=user)], ignore_conflicts=True)


def give(case: Case, by: Any, user: Any, unit: Unit | None, *, note: int | None = None) -> Any:
    """Give the locked case to a person, or to a unit where somebody takes it; return the new owner.

    Who is away today is replaced by their substitute.

    Raises:
        NotAllowedError: the case is not open, the person may not work with cases, nobody works at the unit, or it is
            under secrecy and would be nobody's: then nobody at the unit could open it.
        HasItAlreadyError: it is theirs already. Nothing has been changed.
    """
    if user is None and unit is None:
        raise NotAllowedError(_("Choose a person or a unit."))
    if not case.is_open and case.status != CaseStatus.ANSWERED:
        raise NotAllowedError(
            _("A case that is “%(now)s” cannot be handed over.") % {"now": case.get_status_display()}
        )
    if unit is not None and not units_here(besides=case.unit_id).filter(pk=unit.pk).exists():
        raise NotAllowedError(_("Nobody at %(unit)s works in this inbox. Send the case on to them.") % {"unit": unit})
    if case.is_secret and user is None:
        raise NotAllowedError(_("A case under secrecy needs a person who has it. Hand it over to somebody."))
    owner = substitute_for(user, timezone.localdate()) if user is not None else None
    if owner is not None and not can_work(owner):
        raise NotAllowedError(_("%(owner)s may not work with cases.") % {"owner": owner})
    same_unit = unit is None or unit.pk == case.unit_id
    if same_unit and owner is not None and owner.pk == case.owner_id:
        raise HasItAlreadyError(_("%(owner)s already has this case.") % {"owner": owner})
    if same_unit and owner is None and case.owner_id is None and case.status == CaseStatus.ASSIGNED:
        raise HasItAlreadyError(_("%(unit)s already has this case.") % {"unit": case.unit})
    former = str(case.owner) if case.owner_id else ""
    case.owner, case.unit = owner, unit or case.unit
    if case.status not in PARKED:  # what was answered is handed over since there is more to do
        move(case, CaseStatus.ASSIGNED)
    store(case, "owner", "unit")
    if owner is not None:
        give_part(case, owner)  # and keep it in sight when somebody else has it
    log(
        case,
        EventKind.ASSIGNED,
        by,
        owner=str(owner) if owner else "",
        unit=case.unit.name if unit else "",
        former_owner=former,
        instead_of=str(user) if user is not None and owner != user else "",
        note=note,
    )
    return owner


def officers() -> QuerySet[Any]:
    """Return everybody who may work with cases (`can_work`), by name."""
    people = get_user_model().objects.filter(is_active=True)
    for name in (SEE, WORK):
        label, codename = name.split(".")
        permission = Permission.objects.filter(content_type__app_label=label, codename=codename)
        people = people.filter(
            Q(is_superuser=True) | Q(groups__permissions__in=permission) | Q(user_permissions__in=permission)
        )
    return people.distinct().order_by("first_name", "last_name", "pk")


def units_here(besides: int | None = None) -> QuerySet[Unit]:
    """Return the units where somebody can take a case: the municipality's own, and others with an officer in this inbox.

    Also the one with the key ``besides``. What belongs to any other authority is sent on to it (`services.forward`).
    """
    return Unit.objects.in_use(besides).filter(_works_here() | Q(pk=besides))


def authorities() -> QuerySet[Unit]:
    """Return the other authorities of the register, where nobody works in this inbox."""
    return Unit.objects.in_use().exclude(_works_here())


def _works_here() -> Q:
    """The unit is the municipality's own, or somebody who works with cases belongs to it, or to one that it is part of."""
    theirs = Membership.objects.filter(user__in=officers().order_by().values("pk")).order_by().values("unit")
    manned = Unit.objects.filter(Q(pk__in=theirs) | Q(part_of__in=theirs) | Q(part_of__part_of__in=theirs))
    return Q(kind__in=OUR_KINDS) | Q(pk__in=manned.values("pk"))


def receivers(besides: Any = None) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return whom a case can be given to, as choices in groups: everybody who works with cases but one, and our units.

    Asks the database twice.
    """
    people = [(f"user:{user.pk}", str(user)) for user in officers() if user != besides]
    in_use = RegisterChoices(Unit, slug__in=units_here().values("slug")).choices
    units = [(f"unit:{slug}", str(name)) for slug, name in in_use]
    return [(_("People"), people), (_("Units"), units)]


def receiver_choice(user: int | None, unit: int | None) -> str:
    """Return the choice among `receivers` that means the person or the unit with this key; empty for neither."""
    if user is not None:
        return f"user:{user}"
    slug = Unit.objects.filter(pk=unit).values_list("slug", flat=True).first() if unit is not None else None
    return f"unit:{slug}" if slug else ""


def chosen_receiver(choice: str) -> tuple[Any, Unit | None]:
    """Return the person or the unit that a choice among `receivers` means, and nothing for the other."""
    kind, _colon, key = choice.partition(":")
    if kind == "user":
        return get_user_model().objects.filter(pk=key).first(), None
    return None, Unit.objects.filter(slug=key).order_by("pk").first()
