"""What goes of a case when it is disposed of, and what stays.

Every column of every table that hangs on a case stands here, under ``EMPTIED``, ``ASIDE``, ``KEPT`` or among the tables whose rows
go: a test walks the models and fails on one that is missing, so that whoever adds a column decides what becomes of it.

Of its own tables the fingerprint of what went is made. An officer's words *about* a disposal or a stop (``ASIDE``) go with
the case, and are no part of it: a backup that the case is disposed of in again has others, or none.

What stays counts and dates: number, times, states, topic, unit, channel, how it was kept. What goes is whom it was about
and what was said. Who of the office had the case and did what stays, as the office's own trail; of what the history holds
besides stay the codes in ``CODES``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from ..enums import EventKind, ScanState
from ..models import Attachment, Case, Event
from ..searching import search_text

__all__ = ["ASIDE", "CODES", "CODES_OF", "EMPTIED", "KEPT", "REMOVED", "Content", "empty", "read"]


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The path from a row to its case.
_PATHS = {
    "Case": "pk",
    "Attachment": "message__case",
}

# What becomes of a column that held something.
EMPTIED: dict[str, dict[str, Any]] = {
    "Case": {
        "name": "",
        "email": "",
        "phone": "",
        "company": "",
        "organisation_number": "",
        "source_title": "",
        "source_url": "",
        "short_content": "",
        "closing_reason": "",
        "secrecy_ground": "",
        "secrecy_set_at": None,
        "secrecy_set_by": "",
        "triaged_by": "",
        "before_merging": None,
        "submission_key": None,
    },
    "Message": {"text": "", "author_name": "", "original": None, "plan": None, "digest": ""},
    "OutboxMail": {
        "to": "",
        "cc": [],
        "subject": "",
        "body": "",
        "in_reply_to": "",
        "after_data": {},
        "last_error": "",
    },
    "Attachment": {
        "held_key": "",
        "name": "",
        "path": "",
        "picture_path": "",
        "finding": "",
        "scan": ScanState.GONE,
        "draft": None,
    },
    "IncomingMail": {
        "path": "",
        "sender": "",
        "subject": "",
        "message_id_header": "",
        "left_out": [],
        "last_error": "",
        "finding": "",
        "scan": ScanState.GONE,
    },
    "MeetingTime": {"place": ""},
    "Rating": {"words": ""},
}

# The same of what was written about a case's disposal. No protocol holds it.
ASIDE: dict[str, dict[str, Any]] = {
    "DisposalHold": {"why": "", "released_why": ""},
    "DisposalItem": {"why": ""},
}

# What stays as it is.
KEPT: dict[str, frozenset[str]] = {
    "Case": _names(
        "id number year running status topic unit owner channel language received_at clock_from "
        "due_at limit_at pauses_before pauses_from promised_at answered_at first_answer_at "
        "resume_on meeting_at closed_at preferred notice notice_told triage registered_number "
        "registered_key triaged_at merged_into status_before quarantine_reason token_hash "
        "disposed_at disposed_by search_text updated_at urgency answer_before"
    ),
    "Message": _names("id case direction channel author created_at"),
    "OutboxMail": _names(
        "id case message purpose copy_of message_id_header after status attempts created_at "
        "retried_at next_attempt_at lease_until sent_at"
    ),
    # The fingerprint tells, of a file that somebody shows, whether it was this one.
    "Attachment": _names("id message kind size digest scanned_at created_at"),
    "IncomingMail": _names(
        "id source uid_validity uid digest size received_at stored_at state attempts lease_until "
        "sort claims has_html case message"
    ),
    "MeetingTime": _names("id case message starts_at minutes state settled_at"),
    "Rating": _names("id case closed_at helped created_at changed_at"),
    # Random values, by which the sender's page finds the case and says that it is disposed of.
    "CaseLink": _names("id case nonce token_hash created_at ended_at"),
    "Pause": _names("id case started_at ended_at"),
    "Participant": _names("id case user since"),
    "DisposalHold": _names(
        "id case topic unit received_from received_to until placed_by_id placed_by_name "
        "placed_at released_by_id released_by_name released_at"
    ),
    "DisposalItem": _names(
        "id disposal case number topic channel received_at closed_at triage registered_number "
        "messages mails files digest paths state reason changed_by_name done_at"
    ),
}

# Tables whose rows go: work in hand, and keys to the sender's page that have long been over.
REMOVED = ("SenderCode", "Presence", "Draft")

# What an entry of the history may go on saying: states, times, and numbers of rows and cases.
CODES = _names(
    "changed channel decision disposal former helped hold into mail meeting_at merged message "
    "note other purpose resume_on status taken_down time times triage until waiting"
)
# Words that mean a code in entries of one kind, and in others what somebody wrote.
CODES_OF: dict[str, frozenset[str]] = {
    EventKind.ANSWER_QUEUED: _names("after"),
    EventKind.FORWARDED: _names("files in_full messages"),
    EventKind.HANDED_OUT: _names("digest files options"),
    EventKind.QUARANTINED: _names("reason"),
    EventKind.TRIAGED: _names("former_number number"),
}


@dataclass
class Content:
    """What a case held before it was emptied."""

    messages: int = 0
    mails: int = 0
    files: int = 0
    digest: str = ""
    paths: list[str] = field(default_factory=list)  # in the store


def _rows(model: str, case: Case) -> QuerySet[Any]:
    path = _PATHS.get(model, "case")
    return apps.get_model("inbox", model)._base_manager.filter(**{path: case.pk}).order_by("pk")


def _drafts_files(case: Case) -> QuerySet[Attachment]:
    """Files of answers that were never sent."""
    return Attachment.objects.filter(message=None, draft__case=case)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; bytes as their fingerprint."""
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value


def _paths(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [row[name] for row in rows for name in ("path", "picture_path") if row.get(name)]


def read(case: Case) -> Content:
    """Return how much a case holds, where its files lie, and the fingerprint of all that will go.

    The fingerprint is the SHA-256 of a JSON text: table by table, row by row in the order of the keys, the columns that
    are emptied; bytes as their own SHA-256, and of a file also that of its content.
    """
    content, made_of = Content(), {}
    for model, emptied in EMPTIED.items():
        names = ["pk", *sorted(emptied), *(["digest"] if model in ("Attachment", "IncomingMail") else [])]
        rows = list(_rows(model, case).values(*names))
        made_of[model] = [{name: _plain(value) for name, value in row.items()} for row in rows]
        content.paths += _paths(rows)
    made_of["Event"] = [{"pk": event.pk, "data": event.data} for event in _events(case)]
    content.paths += [
        path for paths in _drafts_files(case).values_list("path", "picture_path") for path in paths if path
    ]
    content.messages, content.mails = len(made_of["Message"]), len(made_of["OutboxMail"])
    content.files = len(made_of["Attachment"])
    text = json.dumps(made_of, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    content.digest = hashlib.sha256(text.encode()).hexdigest()
    return content


def _events(case: Case) -> QuerySet[Event]:
    return Event.objects.filter(case_id=case.pk).order_by("pk")


def empty(case: Case, **marks: Any) -> None:
    """Empty a case, locked and waiting in an approved disposal, and write ``marks`` on it. Its files are the caller's.

    Call in one transaction with what says that it is done.
    """
    _drafts_files(case).delete()
    for model in REMOVED:
        _rows(model, case).delete()
    for model, emptied in (EMPTIED | ASIDE).items():
        if model != "Case":
            _rows(model, case).update(**emptied)
    for event in _events(case):
        known = CODES | CODES_OF.get(event.kind, frozenset())
        if (codes := {name: value for name, value in event.data.items() if name in known}) != event.data:
            Event.objects.filter(pk=event.pk).update(data=codes)
    found_by = search_text(case.number, case.registered_number)
    Case.objects.filter(pk=case.pk).update(**EMPTIED["Case"], search_text=found_by, **marks)
