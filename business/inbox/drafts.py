"""Answers that are being written: kept on the server while somebody types, so that nothing is lost with a browser."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from .enums import AfterSending, Direction, MailPurpose, MailStatus
from .flow import mailed_apart
from .models import Case, Draft, OutboxMail, Presence
from .owners import receiver_choice

__all__ = ["begun", "begun_by_others", "chosen", "chosen_for", "draft_of", "is_here", "is_sent", "others_here", "save"]

# A browser tells every 15 seconds that it is there.
HERE_FOR = datetime.timedelta(seconds=45)
LONGEST_TEXT, LONGEST_CC, LONGEST_CHOICE = 20_000, 2_000, 100
# Fields of the composer that say what follows the answer.
FOLLOWING = ("to", "resume_on", "triage", "registered_number")


def begun(case: Case, user: Any) -> tuple[Draft | None, list[Draft]]:
    """Return what `draft_of` and `begun_by_others` return, asked for at once."""
    drafts = Draft.objects.filter(case=case).select_related("user").prefetch_related("attachments").order_by("pk")
    own = [draft for draft in drafts if draft.user_id == user.pk]
    return (own[0] if own else None), [draft for draft in drafts if draft.user_id != user.pk and draft.text]


def draft_of(case: Case, user: Any) -> Draft | None:
    """Return what the user has begun to write in the case, with its files."""
    return Draft.objects.filter(case=case, user=user).prefetch_related("attachments").first()


def is_sent(case: Case, user: Any, text: str, seen: int) -> bool:
    """Whether a page that is as old as ``seen`` holds what the user has sent from it since, or the beginning of that."""
    answers = case.messages.filter(pk__gt=seen, direction=Direction.OUTGOING, author=user)
    sent = answers.exclude(mail__status=MailStatus.WITHDRAWN).values_list("text", flat=True)
    typed = text.strip()
    return any(one.strip().startswith(typed) for one in sent)


def chosen(data: QueryDict, case: Case) -> dict[str, Any]:
    """Return what was chosen in the composer: what is to follow, and who of those merged here is to get no answer."""
    apart = {str(one.pk) for one in mailed_apart(case, case.merged.all())}
    choices: dict[str, Any] = {name: data[name][:LONGEST_CHOICE] for name in FOLLOWING if data.get(name)}
    return choices | {"without": sorted(apart - set(data.getlist("also")))}


def chosen_for(mail: OutboxMail) -> dict[str, Any]:
    """Return what was chosen when an answer was sent, for the draft that it becomes when it is withdrawn."""
    case, data = mail.case, mail.after_data
    choices = {name: data[name] for name in FOLLOWING if data.get(name)}
    if receiver := receiver_choice(data.get("user"), data.get("unit")):
        choices["to"] = receiver
    answered = set(mail.copies.filter(purpose=MailPurpose.COPY).values_list("case", flat=True))
    apart = mailed_apart(case, case.merged.all())
    return choices | {"without": sorted(str(one.pk) for one in apart if one.pk not in answered)}


def save(
    case: Case, user: Any, *, text: str, cc: str = "", after: str = "", choices: Mapping[str, Any] | None = None
) -> Draft | None:
    """Keep what has been typed so far, longer than a mail may be or wrong as it may be. Nothing typed is no draft."""
    draft = Draft.objects.filter(case=case, user=user).first()
    if draft is None:
        if not (text.strip() or cc.strip()):
            return None
        draft, _created = Draft.objects.get_or_create(case=case, user=user)
    draft.text, draft.cc = text[: 5 * LONGEST_TEXT], cc[:LONGEST_CC]
    draft.after = after if after in AfterSending.values else AfterSending.ANSWERED
    draft.choices = dict(choices or {})
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
