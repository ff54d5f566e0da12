"""Cases that hold something of everything, for tests of what becomes of it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from business.inbox.enums import Direction, EventKind, IncomingState, MailPurpose, ScanState
from business.inbox.files import store
from business.inbox.flow import log
from business.inbox.models import (
    Attachment,
    Case,
    CaseLink,
    DisposalRule,
    Draft,
    IncomingMail,
    MeetingTime,
    Message,
    OutboxMail,
    Participant,
    Pause,
    Presence,
    Rating,
    SenderCode,
)

from .factories import CaseFactory, MessageFactory, OutboxMailFactory, UserFactory

__all__ = ["SECRET", "a_rule", "a_whole_case", "attach", "files_in_store", "files_that_rows_name"]

SECRET = "Hemligsson"  # stands in everything that is to go


def a_rule(**values: Any) -> DisposalRule:
    """A rule: what is kept in order here goes two years after it was closed."""
    return DisposalRule.objects.create(
        **{
            "name": f"Regel {DisposalRule.objects.count()}",
            "decision_number": "KS 2026/118",
            "decision_date": datetime.date(2026, 2, 3),
            "ground": "Arkivlagen 1990:782, dokumenthanteringsplan 2026",
            "triage": "kept",
            "keep": 2,
            "keep_unit": "years",
            "valid_from": datetime.date(2026, 3, 1),
            **values,
        }
    )


def attach(message: Message, name: str = f"{SECRET}.txt") -> Attachment:
    """A file of a message, with a picture, in the store."""
    stored, picture = store.write(f"{name} {message.pk}".encode()), store.write(b"picture")
    return Attachment.objects.create(
        message=message,
        name=name,
        kind="text/plain",
        size=stored.size,
        digest=stored.digest,
        path=stored.path,
        picture_path=picture.path,
        scan=ScanState.CLEAN,
        held_key=f"key-{SECRET}",
    )


def a_whole_case(closed_at: datetime.datetime | None = None, **values: Any) -> Case:
    """A closed case with something in every table and column that may hold whom it is about."""
    closed_at = closed_at or timezone.now() - datetime.timedelta(days=3 * 366)
    received = closed_at - datetime.timedelta(days=2)
    case = CaseFactory(
        closed=True,
        **{
            "name": SECRET,
            "email": f"{SECRET.lower()}@example.se",
            "phone": "0152-29100",
            "company": f"{SECRET} AB",
            "organisation_number": "559987-0010",
            "source_title": SECRET,
            "source_url": f"https://kommun.example/{SECRET}",
            "short_content": f"Om {SECRET}",
            "closing_reason": f"Talade med {SECRET}",
            "received_at": received,
            "first_answer_at": received + datetime.timedelta(hours=3),
            "closed_at": closed_at,
            "search_text": SECRET.casefold(),
            "text": f"Jag heter {SECRET}.",
            **values,
        },
    )
    first = case.messages.get()
    Message.objects.filter(pk=first.pk).update(created_at=received, digest=SECRET)
    Message.objects.bulk_create(
        [
            Message(
                case=case,
                direction=Direction.INCOMING,
                text=f"{SECRET} igen",
                author_name=SECRET,
                original=f"{SECRET} igen".encode(),
                plan={"title": SECRET},
                created_at=received,
            )
        ]
    )
    answer = MessageFactory(case=case, outgoing=True, text=f"Hej {SECRET}!", author_name="Kim Ek", created_at=received)
    mail = OutboxMailFactory(
        case=case, message=answer, purpose=MailPurpose.ANSWER, sent=True, subject=SECRET, body=SECRET
    )
    OutboxMail.objects.filter(pk=mail.pk).update(
        last_error=SECRET, after_data={"number": SECRET}, cc=[f"{SECRET}@x.se"]
    )
    attach(first)
    _besides(case, first, mail, received)
    log(case, EventKind.DESCRIBED, answer.author, at=received, before="", after=SECRET)
    log(case, EventKind.FORWARDED, answer.author, at=received, mail=mail.pk, authority=SECRET, files=1)
    log(case, EventKind.CLOSED, answer.author, at=closed_at, reason=SECRET)
    log(case, EventKind.MOVED, answer.author, at=received, status="in_progress")
    return case


def _besides(case: Case, first: Message, mail: OutboxMail, at: datetime.datetime) -> None:
    user = UserFactory(coordinator=True)
    raw = store.write(f"From: {SECRET} {case.pk}".encode())
    IncomingMail.objects.create(
        source="inbox",
        uid=str(case.pk),
        digest=raw.digest,
        size=raw.size,
        path=raw.path,
        received_at=at,
        stored_at=at,
        state=IncomingState.FILED,
        sender=f"{SECRET}@example.se",
        subject=SECRET,
        message_id_header=f"<{SECRET}@example.se>",
        left_out=[{"name": SECRET, "why": ""}],
        case=case,
        message=first,
    )
    CaseLink.objects.create(case=case, nonce=f"n{case.pk}", token_hash=f"h{case.pk}")
    SenderCode.objects.create(case=case, mail=mail, nonce=f"c{case.pk}", source="s", expires_at=at)
    MeetingTime.objects.create(case=case, message=first, starts_at=at, minutes=30, place=f"Hos {SECRET}")
    Rating.objects.create(case=case, closed_at=case.closed_at, helped="yes", words=f"Tack, {SECRET}")
    Pause.objects.create(case=case, started_at=at, ended_at=at)
    Participant.objects.create(case=case, user=user)
    Presence.objects.create(case=case, user=user)
    draft = Draft.objects.create(case=case, user=user, text=SECRET)
    stored = store.write(f"draft {case.pk}".encode())
    Attachment.objects.create(
        draft=draft, name=SECRET, kind="text/plain", size=1, digest=stored.digest, path=stored.path
    )


def files_in_store() -> set[str]:
    """Return the paths of all files in the store."""
    root = Path(settings.INBOX_FILES_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def files_that_rows_name() -> set[str]:
    """Return the paths that a row says a file lies at."""
    named = {path for paths in Attachment.objects.values_list("path", "picture_path") for path in paths}
    return {path for path in named.union(IncomingMail.objects.values_list("path", flat=True)) if path}
