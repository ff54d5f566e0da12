"""Two requests about one matter: linked, worked as one, and taken apart again if that was wrong."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import outbox, promise
from ..enums import OPEN, PAUSED, CaseStatus, EventKind
from ..flow import NotAllowedError, locked_pair, log, may_become, move, reopen_ended, store, take_up
from ..models import Case
from ..permissions import can_work

__all__ = ["merge", "unmerge"]


@transaction.atomic
def merge(case: Case, into: Case, user: Any) -> Case:
    """Link a case to another, where it is answered from now on. Nothing is moved: the other shows its messages.

    Whoever was promised an answer still is: the other case takes over a promise that ends earlier than its own, or
    the promise as it is where its own was kept already. Its owner stays; if it has none, whoever had the merged case
    has it.

    Raises:
        NotAllowedError: they are one case, one of them is merged already or has others merged into it, or the state
            does not allow it.
    """
    if case.pk == into.pk:
        raise NotAllowedError(_("A case cannot be merged with itself."))
    case, into = locked_pair(case, into)
    if into.status in (CaseStatus.MERGED, CaseStatus.QUARANTINED):
        raise NotAllowedError(
            _("%(number)s is “%(state)s”; other cases cannot be merged into it.")
            % {"number": into.number, "state": into.get_status_display()}
        )
    if case.merged.exists():
        raise NotAllowedError(
            _("Other cases are merged into %(number)s. Merge the other way round, or unmerge them first.")
            % {"number": case.number}
        )
    if not may_become(case, CaseStatus.MERGED) or case.status == CaseStatus.MERGED:
        raise NotAllowedError(_("A case that is “%(now)s” cannot be merged.") % {"now": case.get_status_display()})
    case.status_before = case.status
    move(case, CaseStatus.MERGED)
    case.merged_into = into
    store(case, "merged_into", "status_before")
    log(case, EventKind.MERGED, user, into=into.number)
    log(into, EventKind.MERGED, user, other=case.number)
    if case.answered_at is None and case.status_before in OPEN:
        _take_over(into, case, user)
    if into.is_open:
        _keep_owner(into, case, user)
    return into


def _take_over(into: Case, case: Case, user: Any) -> None:
    if into.answered_at is not None or into.status == CaseStatus.CLOSED:
        promise.take_over(into, case)
    elif case.clock_from < into.clock_from:
        into.clock_from = case.clock_from
        promise.count(into)
    if into.pauses.filter(ended_at=None, started_at__lt=case.received_at).exists():
        take_up(into, user)
    else:
        reopen_ended(into, user)
    if case.status_before not in PAUSED and case.limit_at < into.limit_at:
        # Counted earlier and yet promised later: told a new day, or stopped while its own sender was waited for.
        promise.take_over(into, case)
    store(into, *promise.CLOCK_FIELDS)


def _keep_owner(into: Case, case: Case, by: Any) -> None:
    """Let whoever had the merged case have the other, if nobody has: it would be in nobody's list."""
    owner = case.owner
    if owner is None or into.owner_id is not None or not can_work(owner):
        return
    into.owner = owner
    if into.status == CaseStatus.NEW:
        move(into, CaseStatus.ASSIGNED)
    store(into, "owner")
    log(into, EventKind.ASSIGNED, by, owner=str(owner), merged=case.number)
    if owner != by:
        outbox.tell_given(into, owner, by)


@transaction.atomic
def unmerge(case: Case, user: Any) -> Case:
    """Undo a merging: the case is again what it was, with its own clock.

    Raises:
        NotAllowedError: it is not merged.
    """
    target = Case.objects.filter(merged=case).first()
    if target is None:
        raise NotAllowedError(_("The case is not merged with another."))
    case, into = locked_pair(case, target)
    if case.status != CaseStatus.MERGED or case.merged_into_id != into.pk:
        raise NotAllowedError(_("The case is not merged with another."))
    case.merged_into = None
    move(case, CaseStatus(case.status_before))
    case.status_before = ""
    # The office's hours may have changed meanwhile, and nobody counts the time of what is merged.
    promise.count(case)
    store(case, "merged_into", "status_before")
    log(case, EventKind.UNMERGED, user, into=into.number)
    log(into, EventKind.UNMERGED, user, other=case.number)
    return case
