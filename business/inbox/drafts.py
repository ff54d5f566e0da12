"""Answers that are being written: kept on the server while somebody types, so that nothing is lost with a browser."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from .enums import AfterSending, Direction, MailStatus
from .models import Case, Draft, Presence

__all__ = ["begun_by_others", "draft_of", "is_here", "is_sent", "others_here", "save"]

# A browser tells every 15 seconds that it is there.
HERE_FOR = datetime.timedelta(seconds=45)
LONGEST_TEXT, LONGEST_CC = 20_000, 2_000


def draft_of(case: Case, user: Any) -> Draft | None:
    """Return what the user has begun to write in the case, with its files."""
    return Draft.objects.filter(case=case, user=user).prefetch_related("attachments").first()


def is_sent(case: Case, user: Any, text: str, seen: int) -> bool:
    """Whether a page that is as old as ``seen`` holds what the user has sent from it since, or the beginning of that."""
    answers = case.messages.filter(pk__gt=seen, direction=Direction.OUTGOING, author=user)
    sent = answers.exclude(mail__status=MailStatus.WITHDRAWN).values_list("text", flat=True)
    typed = text.strip()
    return any(one.strip().startswith(typed) for one in sent)


def save(case: Case, user: Any, *, text: str, cc: str = "", after: str = "") -> Draft | None:
    """Keep what has been typed so far, longer than a mail may be or wrong as it may be. Nothing typed is no draft."""
    draft = Draft.objects.filter(case=case, user=user).first()
    if draft is None:
        if not (text.strip() or cc.strip()):
            return None
        draft, _created = Draft.objects.get_or_create(case=case, user=user)
    draft.text, draft.cc = text[: 5 * LONGEST_TEXT], cc[:LONGEST_CC]
    draft.after = after if after in AfterSending.values else AfterSending.ANSWERED
    draft.updated_at = timezone.now()
    draft.save()
    return draft


def begun_by_others(case: Case, user: Any) -> list[Draft]:
    """Return what others have begun to write in the case; who and when, their text is theirs."""
    return list(
        Draft.objects.filter(case=case).exclude(user=user).exclude(text="").select_related("user").order_by("pk")
    )


def is_here(case: Case, user: Any, *, writes: bool, at: datetime.datetime) -> None:
    """Note that the user has the case open."""
    Presence.objects.update_or_create(case=case, user=user, defaults={"seen_at": at, "writes": writes})


def others_here(case: Case, user: Any, at: datetime.datetime) -> list[Presence]:
    """Return who else has the case open right now."""
    here = Presence.objects.filter(case=case, seen_at__gt=at - HERE_FOR)
    return list(here.exclude(user=user).select_related("user").order_by("pk"))
