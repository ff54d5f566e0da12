"""Two requests about one matter: linked, worked as one, and taken apart again if that was wrong."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import outbox, promise
from ..enums import FLEETING, OPEN, PAUSED, CaseStatus, EventKind, MailPurpose
from ..flow import NotAllowedError, locked_pair, log, may_become, move, reopen_ended, store, take_up
from ..models import Case, Event
from ..permissions import can_work

__all__ = ["merge", "unmerge"]

# What a merging may change in the case that goes on, and the undoing gives back.
CHANGED = ("status", "owner_id", "resume_on", "meeting_at", "closed_at", *promise.CLOCK_FIELDS)
# Acts and mails after which a case can still be what it was before.
HARMLESS = frozenset(
    {
        EventKind.MERGED,
        EventKind.UNMERGED,
        EventKind.NOTED,
        EventKind.DESCRIBED,
        EventKind.LINK_RENEWED,
        EventKind.LINK_SENT,
    }
)
HARMLESS_MAILS = FLEETING | {MailPurpose.RECEIPT, MailPurpose.LINK}


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
    if case.is_secret != into.is_secret:  # whoever reads the one reads the other
        raise NotAllowedError(_("Only one of the cases is under secrecy. Mark the other too, or lift the mark."))
    if not into.merged.exists():
        into.before_merging = _as_it_is(into)
        store(into, "before_merging")
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
    is_over = into.answered_at is not None or into.status == CaseStatus.CLOSED
    if into.pauses.filter(ended_at=None, started_at__lt=case.received_at).exists():
        take_up(into, user, merged=case.number)
    else:
        reopen_ended(into, user, merged=case.number)
    if is_over or (case.status_before not in PAUSED and case.limit_at < into.limit_at):
        promise.take_over(into, case, timezone.now())
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

    So is the one that it was merged into, if nothing else is merged there and nothing has happened in it since.

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
    back: dict[str, Any] = {"status": into.status} if _give_back(into) else {}
    log(into, EventKind.UNMERGED, user, other=case.number, **back)
    return case


def _as_it_is(case: Case) -> dict[str, Any]:
    """Return what a merging may change, as plain values, and the case's latest entry in the history."""
    latest = Event.objects.filter(case_id=case.pk).order_by("-pk").values_list("pk", flat=True).first()
    values = {name: getattr(case, name) for name in CHANGED}
    return {
        "event": latest or 0,
        **{name: one.isoformat() if isinstance(one, datetime.date) else one for name, one in values.items()},
    }


def _give_back(into: Case) -> bool:
    """Make the locked case what it was before anything was merged into it; tell whether its state is another now."""
    before, status = into.before_merging, into.status
    if before is None or into.merged.exists():
        return False
    into.before_merging = None
    if not _has_lived(into, before["event"]):
        if before["status"] in PAUSED and status not in PAUSED:
            # The merging ended its pause: the sender is still to act.
            into.pauses.filter(pk=into.pauses.order_by("-started_at", "-pk").values("pk")[:1]).update(ended_at=None)
        for name in CHANGED:
            column: Any = Case._meta.get_field(name.removesuffix("_id"))
            setattr(into, name, column.to_python(before[name]))
        if into.is_open and into.answered_at is None:
            promise.count(into)
    store(into, "owner", "before_merging", *promise.CLOCK_FIELDS)
    return into.status != status


def _has_lived(case: Case, event: int) -> bool:
    """Whether anything but mergings has changed the case since an entry of its history."""
    since = Event.objects.filter(case_id=case.pk, pk__gt=event).values_list("kind", "data")
    return any(
        kind not in HARMLESS and "merged" not in data and data.get("purpose") not in HARMLESS_MAILS
        for kind, data in since
    )
