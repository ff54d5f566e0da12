"""What came with a request besides its words, for the receipt."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from .enums import Direction
from .models import Case

__all__ = ["Enclosures", "enclosures_of"]


@dataclass(frozen=True)
class Enclosures:
    """How many files came from the sender, and whether an opening plan did."""

    files: int
    plan: bool


def enclosures_of(case: Case) -> Enclosures:
    """Return what the sender of a case has sent along, in one query."""
    sent = case.messages.filter(direction=Direction.INCOMING)
    found = sent.aggregate(files=Count("attachments"), plans=Count("plan"))
    return Enclosures(found["files"], bool(found["plans"]))
