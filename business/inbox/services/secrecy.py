"""Marking a case as under secrecy, and lifting the mark.

The mark is a warning that narrows who opens the case and what goes out of it. Whether a record is handed out is decided
when somebody asks for it (offentlighets- och sekretesslag 2009:400, ch. 6).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..enums import UNTOUCHED, CaseStatus, EventKind
from ..flow import NotAllowedError, locked, locked_family, log, move, store
from ..models import Case
from ..permissions import can_see_secret
from .acts import note

__all__ = ["lift_secrecy", "mark_secret"]

FIELDS = ("secrecy_ground", "secrecy_set_at", "secrecy_set_by")


@transaction.atomic
def mark_secret(case: Case, user: Any, law: str, words: str = "") -> Case:
    """Mark the case, and those merged with it, as under secrecy by a section of law, with the officer's words.

    Somebody always opens it: when nobody has the case and the user may not see secret cases, it becomes the user's. The
    history holds both, so that they outlive the mark; the words go when the case is disposed of.

    Raises:
        NotAllowedError: it is marked already, or is part of another case.
    """
    case = locked_family(case)
    if case.status == CaseStatus.MERGED:
        raise NotAllowedError(_("The case is merged with another. Mark that one."))
    if case.is_secret:
        raise NotAllowedError(_("The case is marked as under secrecy already."))
    now = timezone.now()
    ground = ": ".join(part for part in (law, words) if part)[: Case._meta.get_field("secrecy_ground").max_length]
    for one in (case, *(locked(other) for other in case.merged.order_by("pk"))):
        one.secrecy_ground, one.secrecy_set_at, one.secrecy_set_by = ground, now, str(user)[:160]
        one.save(update_fields=FIELDS)
        log(one, EventKind.SECRECY_SET, user, now, law=law, **({"words": words} if words else {}))
    if case.owner_id is None and not can_see_secret(user):
        case.owner = user
        if case.status in UNTOUCHED:
            move(case, CaseStatus.IN_PROGRESS)
        store(case, "owner")
        log(case, EventKind.TAKEN, user)
    return case


@transaction.atomic
def lift_secrecy(case: Case, user: Any, reason: str) -> Case:
    """Take the mark away from the case and those merged with it; the reason is kept as a note.

    Raises:
        NotAllowedError: it is not marked, or is part of another case.
    """
    case = locked_family(case)
    if case.status == CaseStatus.MERGED:
        raise NotAllowedError(_("The case is merged with another. Lift the mark there."))
    if not case.is_secret:
        raise NotAllowedError(_("The case is not marked as under secrecy."))
    written = note(case, user, reason)
    for one in (locked(case), *(locked(other) for other in case.merged.order_by("pk"))):
        one.secrecy_ground, one.secrecy_set_at, one.secrecy_set_by = "", None, ""
        one.save(update_fields=FIELDS)
        log(one, EventKind.SECRECY_LIFTED, user, note=written.pk)
    return locked(case)
