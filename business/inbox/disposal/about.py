"""What a case's own page says of its disposal."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from ..enums import CaseStatus, ItemState
from ..models import Case, DisposalHold, DisposalItem
from .holds import holding
from .rules import Term, term_of

__all__ = ["About", "about"]


@dataclass(frozen=True)
class About:
    """From when a case may go and by which rule, what stops it, and in which disposal it stands."""

    term: Term | None = None
    item: DisposalItem | None = None
    holds: list[DisposalHold] = field(default_factory=list)


def about(case: Case, today: datetime.date) -> About | None:
    """Return what is to be told, in three queries; nothing while the case is worked, or when it is gone.

    A merged case follows the one that it is merged with.
    """
    if case.disposed_at or case.status not in (CaseStatus.CLOSED, CaseStatus.MERGED):
        return None
    head = case.merged_into or case
    item = DisposalItem.objects.filter(case=case, state__in=[ItemState.WAITING, ItemState.REMOVING])
    return About(term_of(head, today), item.select_related("disposal").first(), holding([case], today))
