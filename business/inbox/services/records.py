"""What is decided about a case as a public record, and what leaves the house of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..enums import AccessKind, CaseStatus, EventKind
from ..flow import TRIAGE_FIELDS, NotAllowedError, check_triage, decide, locked, log
from ..models import Case, Event, Message
from ..numbers import normalised
from ..searching import search_text
from ..trace import looked_at, took_out

__all__ = ["hand_out", "handed_out", "reveal", "triage"]


@transaction.atomic
def triage(case: Case, user: Any, how: str, registered_number: str = "") -> Case:
    """Decide how the record is kept, or decide anew. What stood before stays in the history.

    Raises:
        NotAllowedError: it is not said how, the number of the register is missing, or the case is kept with another.
    """
    case = locked(case)
    if case.status == CaseStatus.MERGED:
        raise NotAllowedError(_("The case is merged with another, and is kept with that one."))
    check_triage(how, registered_number)
    if (how, normalised(registered_number)) == (case.triage, case.registered_key):
        return case
    decide(case, user, how, registered_number)
    case.search_text = search_text(case.search_text, case.registered_number)
    case.save(update_fields=[*TRIAGE_FIELDS, "search_text"])
    return case


@transaction.atomic
def reveal(case: Case, user: Any, message: Message) -> None:
    """Note that the user has a message's personal numbers before them in full."""
    log(case, EventKind.REVEALED, user, message=message.pk)
    looked_at(user, case, AccessKind.PERSONAL_NUMBER, about=message.pk)


def hand_out(
    case: Case, user: Any, kind: AccessKind, *, files: int, digest: str, options: list[str], to: str = ""
) -> Event:
    """Note that documents of a case are handed out: in the log of who looked at what, and in the case's history."""
    took_out(user, kind, case, files=files, digest=digest, options=options)
    return handed_out(case, user, files=files, digest=digest, options=options, to=to)


def handed_out(case: Case, user: Any, *, files: int, digest: str, options: list[str], to: str = "") -> Event:
    """Note in the history what was handed out: who, to whom, what, how many files, and the hash of their list."""
    return log(case, EventKind.HANDED_OUT, user, to=to, files=files, digest=digest, options=options)
