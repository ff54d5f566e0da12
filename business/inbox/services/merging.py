"""Two requests about one matter: linked, worked as one, and taken apart again if that was wrong."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..enums import CaseStatus, EventKind
from ..flow import NotAllowedError, locked, log, may_become, move, store
from ..models import Case

__all__ = ["merge", "unmerge"]


def _both(first: Case, second: Case) -> tuple[Case, Case]:
    """Lock two cases, always in the same order: two people who merge crosswise must not wait for each other."""
    one, other = (locked(case) for case in sorted((first, second), key=lambda case: case.pk))
    return (one, other) if one.pk == first.pk else (other, one)


@transaction.atomic
def merge(case: Case, into: Case, user: Any) -> Case:
    """Link a case to another, where it is answered from now on. Nothing is moved: the other shows its messages.

    Raises:
        NotAllowedError: they are one case, one of them is merged already or has others merged into it, or the state
            does not allow it.
    """
    if case.pk == into.pk:
        raise NotAllowedError(_("A case cannot be merged with itself."))
    case, into = _both(case, into)
    if into.status in (CaseStatus.MERGED, CaseStatus.QUARANTINED):
        raise NotAllowedError(
            _("%(number)s is “%(state)s” and takes no other case.")
            % {"number": into.number, "state": into.get_status_display()}
        )
    if case.merged.exists():
        raise NotAllowedError(
            _("Other cases are merged with %(number)s. Merge them instead.") % {"number": case.number}
        )
    if not may_become(case, CaseStatus.MERGED) or case.status == CaseStatus.MERGED:
        raise NotAllowedError(_("A case that is “%(now)s” cannot be merged.") % {"now": case.get_status_display()})
    case.status_before = case.status
    move(case, CaseStatus.MERGED)
    case.merged_into = into
    store(case, "merged_into", "status_before")
    log(case, EventKind.MERGED, user, into=into.number)
    log(into, EventKind.MERGED, user, other=case.number)
    return into


@transaction.atomic
def unmerge(case: Case, user: Any) -> Case:
    """Undo a merging: the case is again what it was, with its own clock.

    Raises:
        NotAllowedError: it is not merged.
    """
    if case.merged_into is None:
        raise NotAllowedError(_("The case is not merged with another."))
    case, into = _both(case, case.merged_into)
    if case.status != CaseStatus.MERGED or case.merged_into_id != into.pk:
        raise NotAllowedError(_("The case is not merged with another."))
    move(case, CaseStatus(case.status_before))
    case.merged_into, case.status_before = None, ""
    store(case, "merged_into", "status_before")
    log(case, EventKind.UNMERGED, user, into=into.number)
    log(into, EventKind.UNMERGED, user, other=case.number)
    return case
