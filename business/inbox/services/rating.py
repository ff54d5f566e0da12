"""Was it of help? The sender's answer when a case is closed."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ..enums import CaseStatus, EventKind, Helped
from ..flow import NotAllowedError, log
from ..models import Case, Rating
from .replies import add_message, locked_with_target

__all__ = ["CHANGEABLE", "can_rate", "rate"]

CHANGEABLE = datetime.timedelta(days=7)


def can_rate(case: Case) -> bool:
    """Whether the case, or the one it is merged with, is closed after being worked."""
    target = case.merged_into or case
    return target.status == CaseStatus.CLOSED and not target.quarantine_reason and not case.quarantine_reason


@transaction.atomic
def rate(
    case: Case, helped: Helped, words: str = "", at: datetime.datetime | None = None, original: bytes = b""
) -> Rating:
    """Store whether the sender was helped, once for each closing; within a week they can change it.

    Words are a message of the sender's, so that what was said first is still there when they say something else. Whoever
    says no opens the case again, also without a word. ``original`` is what was sent, byte for byte.

    Raises:
        NotAllowedError: the case is not closed, the week is over, or so much was written today that nobody could read
            it. The text is for the sender.
    """
    moment = at or timezone.now()
    case = locked_with_target(case)
    target, said = case.merged_into or case, words.strip()
    latest = case.ratings.order_by("-closed_at").first()
    if not can_rate(case) or target.closed_at is None:
        if latest is not None and (latest.helped, latest.words) == (helped, said):
            return latest  # pressed twice: a no has opened the case
        raise NotAllowedError(_("The case is open. We ask you again when it is closed."))
    rating = latest if latest is not None and latest.closed_at == target.closed_at else None
    if rating is not None and (rating.helped, rating.words) == (helped, said):
        return rating
    if rating is not None and moment - rating.created_at > CHANGEABLE:
        raise NotAllowedError(_("Your answer can no longer be changed. Write to us instead."))
    if rating is None:
        rating = Rating(case=case, closed_at=target.closed_at, created_at=moment)
    former, before = rating.helped, rating.words
    rating.helped, rating.words, rating.changed_at = helped, said, moment
    rating.save()
    log(case, EventKind.RATED, at=moment, helped=helped, **({"former": former} if former not in ("", helped) else {}))
    if helped == Helped.NO or said not in ("", before):
        with translation.override(case.language):
            text = said or _("I did not get the help I needed.")
        digest = f"rating-{rating.pk}-{moment:%Y%m%d%H%M%S%f}"
        add_message(case, text, name=case.name, digest=digest, original=original, at=moment, wakes=helped == Helped.NO)
    return rating
