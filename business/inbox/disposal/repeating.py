"""A backup that is older than a disposal brings back what went. This does the disposal again, by its protocol."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from ..enums import DisposalState, ItemState
from ..models import Case, Disposal, DisposalItem
from . import execution

__all__ = ["Repeated", "repeat"]


@dataclass
class Repeated:
    """What became of each case of a protocol, by numbers."""

    done: list[str] = field(default_factory=list)
    # Done, but the backup held something else than what went the first time: it was older.
    differing: list[str] = field(default_factory=list)
    gone_already: list[str] = field(default_factory=list)
    not_there: list[str] = field(default_factory=list)  # the backup is older than the case
    failed: list[str] = field(default_factory=list)


def repeat(content: dict[str, Any], digest: str) -> Repeated:
    """Dispose again of every case of a protocol (`protocol.parse`) that is there and not disposed of.

    It was decided and done: whether a case is open in the backup, or was stopped since, changes nothing. It gets a
    protocol of its own, which tells what it repeats.
    """
    rows = {row["number"]: row for row in content["cases"]}
    known = dict(Case.objects.filter(number__in=rows).values_list("number", "disposed_at"))
    told = Repeated(
        gone_already=sorted(number for number, disposed_at in known.items() if disposed_at),
        not_there=sorted(rows.keys() - known.keys()),
    )
    again = {number: rows[number] for number, disposed_at in known.items() if not disposed_at}
    disposal = _begun(content, digest, again) if again else None
    if disposal is None:
        return told
    while execution.run():
        pass
    for item in disposal.items.order_by("number"):
        if item.state != ItemState.DONE:
            told.failed.append(item.number)
        elif item.digest == rows[item.number]["sha256"]:
            told.done.append(item.number)
        else:
            told.differing.append(item.number)
    return told


@transaction.atomic
def _begun(content: dict[str, Any], digest: str, rows: dict[str, dict[str, Any]]) -> Disposal:
    """Write the decision down as it was, approved, with the cases to do again."""
    # A proposal that the backup holds, perhaps this very one, no longer decides about them.
    open_items = DisposalItem.objects.filter(number__in=rows, state__in=[ItemState.WAITING, ItemState.REMOVING])
    open_items.update(state=ItemState.DROPPED)
    disposal = Disposal.objects.create(
        rule_text=content["decision"],
        as_of=datetime.date.fromisoformat(content["as_of"]),
        state=DisposalState.APPROVED,
        proposed_by_id=content["proposed_by"],
        proposed_at=datetime.datetime.fromisoformat(content["proposed_at"]),
        decided_by_id=content["approved_by"],
        decided_at=datetime.datetime.fromisoformat(content["approved_at"]),
        repeats=digest,
    )
    cases = Case.objects.filter(number__in=rows).select_related("topic").order_by("received_at", "pk")
    DisposalItem.objects.bulk_create(
        [_item(disposal, case, rows[case.number]) for case in cases.iterator()], batch_size=500
    )
    return disposal


def _item(disposal: Disposal, case: Case, row: dict[str, Any]) -> DisposalItem:
    return DisposalItem(
        disposal=disposal,
        case=case,
        number=case.number,
        topic=row["topic"],
        channel=case.channel,
        received_at=case.received_at,
        closed_at=datetime.datetime.fromisoformat(row["closed"]) if row["closed"] else None,
        triage=row["triage"],
        registered_number=row["registered_number"],
    )
