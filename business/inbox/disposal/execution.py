"""The worker's part of a disposal: case by case, in small transactions, so that a kill in the middle loses nothing.

In one transaction a case (with what is merged with it) is looked at once more, emptied, and its item notes what went and
which files lie in the store; then the files are removed; then the item is done. Killed in between, the item still names
the files, and no row of the case does: the next round removes them. When nothing is left to do the protocol is written.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from ..enums import (
    FLEETING,
    ON_ITS_WAY,
    STUCK,
    CaseStatus,
    DisposalState,
    EventKind,
    ItemState,
    MailStatus,
    SkipReason,
)
from ..files import StoreError
from ..files.store import remove_for_good
from ..flow import log as write_event
from ..models import (
    Case,
    Disposal,
    DisposalItem,
    DisposalProtocol,
    DisposalRule,
    IncomingMail,
    Message,
    OutboxMail,
)
from . import protocol
from .emptying import empty, read
from .holds import holding
from .late_mail import empty_late_mail
from .rules import disposable

__all__ = ["run"]

log = logging.getLogger(__name__)

# Cases in one round; the worker has mail to send.
MOST = 200


def run(limit: int = MOST) -> int:
    """Carry on with what was approved, and return how many cases were done or passed over."""
    empty_late_mail()
    left = limit
    for disposal in Disposal.objects.filter(state=DisposalState.APPROVED).order_by("decided_at", "pk"):
        _remove_files(disposal)
        waiting = disposal.items.filter(state=ItemState.WAITING).order_by("pk")
        for pk in list(waiting.values_list("pk", flat=True)[:left]):
            left -= 1
            if _dispose(pk):
                _remove_files(disposal)
        _conclude(disposal)
        if left <= 0:
            break
    return limit - left


def _skip_locked() -> dict[str, bool]:
    return {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}


@transaction.atomic
def _dispose(pk: int) -> bool:
    """Empty the case of an item and those merged with it, or note why not; tell whether files are to be removed."""
    waiting = DisposalItem.objects.filter(pk=pk, state=ItemState.WAITING, disposal__state=DisposalState.APPROVED)
    item = waiting.select_for_update(of=("self",), **_skip_locked()).select_related("disposal").first()
    if item is None:  # done with its family, or another worker has it
        return False
    head = Case.objects.values_list("merged_into", flat=True).get(pk=item.case_id) or item.case_id
    # What is done again after a restore goes as it went: whatever is merged with what in the backup.
    family = _locked_cases(Q(pk=item.case_id) if item.disposal.repeats else Q(pk=head) | Q(merged_into=head))
    keys = [case.pk for case in family]
    theirs = item.disposal.items.select_for_update(of=("self",)).filter(case__in=keys, state=ItemState.WAITING)
    items = {one.case_id: one for one in theirs.order_by("pk")}
    now = timezone.now()
    if reason := _why_not(item.disposal, family, items):
        for one in items.values():
            one.state, one.reason, one.done_at = ItemState.SKIPPED, reason, now
            one.save(update_fields=["state", "reason", "done_at"])
        return False
    for case in family:
        _empty(items[case.pk], case, item.disposal)
    return True


def _locked_cases(which: Q) -> list[Case]:
    return list(Case.objects.select_for_update(of=("self",), no_key=True).filter(which).order_by("pk"))


def _empty(item: DisposalItem, case: Case, disposal: Disposal) -> None:
    content, now = read(case), timezone.now()
    ended = _ended(case, item, now) if disposal.repeats else {}
    empty(case, disposed_at=now, disposed_by=disposal.decision_number[:60], **ended)
    write_event(case, EventKind.DISPOSED, at=now, disposal=disposal.pk, decision=disposal.decision_number)
    item.messages, item.mails, item.files = content.messages, content.mails, content.files
    item.digest, item.paths, item.state, item.done_at = content.digest, content.paths, ItemState.REMOVING, now
    item.save(update_fields=["messages", "mails", "files", "digest", "paths", "state", "done_at"])


def _ended(case: Case, item: DisposalItem, now: datetime.datetime) -> dict[str, Any]:
    """Have a case of a backup end as it had ended: nothing is mailed any more, and nobody has it to do."""
    mails = OutboxMail.objects.filter(case=case)
    mails.filter(status__in=ON_ITS_WAY).update(status=MailStatus.WITHDRAWN, lease_until=None)
    mails.filter(status=MailStatus.FAILED).update(status=MailStatus.SETTLED)
    if case.status == CaseStatus.MERGED:
        return {}
    return {"status": CaseStatus.CLOSED, "closed_at": item.closed_at or case.closed_at or now, "triage": item.triage}


def _why_not(disposal: Disposal, family: Iterable[Case], items: dict[int, DisposalItem]) -> SkipReason | None:
    """Look at a case and what is merged with it once more, at the moment when they would go."""
    cases = {case.pk: case for case in family}
    if any(case.disposed_at for case in cases.values()):
        return SkipReason.GONE
    if cases.keys() != items.keys():
        return SkipReason.FAMILY
    if disposal.repeats:  # it was decided, and done, before; the backup is only behind
        return None
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    if holding(cases.values(), today):
        return SkipReason.HELD
    if any(_is_reopened(case, items[case.pk]) for case in cases.values()):
        return SkipReason.REOPENED
    if any(_is_triaged_anew(case, items[case.pk]) for case in cases.values()):
        return SkipReason.NEWS
    if not _still_fits(disposal, cases, today) or _has_news(disposal, cases):
        return SkipReason.NEWS
    mails = OutboxMail.objects.filter(case__in=cases)
    # A notice or code that failed is shown to nobody, so nobody would ever settle it.
    stuck = mails.filter(status__in=STUCK).exclude(status=MailStatus.FAILED, purpose__in=FLEETING)
    if mails.filter(status__in=ON_ITS_WAY).exists() or stuck.exists():
        return SkipReason.MAIL
    return None


def _is_reopened(case: Case, item: DisposalItem) -> bool:
    ended = CaseStatus.CLOSED if case.merged_into_id is None else CaseStatus.MERGED
    return case.status != ended or case.closed_at != item.closed_at


def _is_triaged_anew(case: Case, item: DisposalItem) -> bool:
    return (case.triage, case.registered_number) != (item.triage, item.registered_number)


def _still_fits(disposal: Disposal, cases: Iterable[int], today: datetime.date) -> bool:
    """Whether the rule would propose this case today too: neither ended nor outdone by one that keeps it longer."""
    rule = DisposalRule.objects.on(today).filter(pk=disposal.rule_id).first()
    return rule is not None and disposable(rule, Case.objects.filter(pk__in=cases), today).exists()


def _has_news(disposal: Disposal, cases: dict[int, Case]) -> bool:
    """Whether something was written since, or a mail came that says it belongs to one of the cases."""
    if Message.objects.filter(case__in=cases, created_at__gt=disposal.proposed_at).exists():
        return True
    numbers = [case.number for case in cases.values()]
    came = IncomingMail.objects.filter(Q(case__in=cases) | Q(claims__in=numbers))
    return came.filter(stored_at__gt=disposal.proposed_at).exists()


def _remove_files(disposal: Disposal) -> None:
    """Remove the files of what was emptied, and note that it is done. What cannot be removed is tried again."""
    for item in disposal.items.filter(state=ItemState.REMOVING).order_by("pk"):
        try:
            remove_for_good(*item.paths)
        except StoreError:
            log.exception("Files of case %s, which was disposed of, could not be removed", item.number)
            continue
        removing = DisposalItem.objects.filter(pk=item.pk, state=ItemState.REMOVING)
        removing.update(state=ItemState.DONE, paths=[])


@transaction.atomic
def _conclude(disposal: Disposal) -> None:
    """Write the protocol once nothing is left to do."""
    ready = Disposal.objects.select_for_update(of=("self",)).filter(pk=disposal.pk, state=DisposalState.APPROVED)
    found: Any = ready.first()
    if found is None or found.items.filter(state__in=[ItemState.WAITING, ItemState.REMOVING]).exists():
        return
    found.finished_at = timezone.now()
    text = protocol.text_of(found)
    DisposalProtocol.objects.create(
        disposal=found, text=text, digest=protocol.digest_of(text), made_at=found.finished_at
    )
    found.state = DisposalState.DONE
    found.save(update_fields=["state", "finished_at"])
    log.info("Disposal %s is done", found.pk)
