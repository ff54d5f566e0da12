"""A case's rows as plain data, of the form of `schema.json`. Its keys never change their meaning: what is added is new, and
what is taken away makes a new version. Texts are looked through when a package is masked, so a new text needs no
thought; a key that holds no text is named in `masking`.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from business.core.sent_plan import Money, SentPlan

from ..enums import (
    CaseStatus,
    Channel,
    Direction,
    Helped,
    MailPurpose,
    MailStatus,
    NoticeTold,
    PreferredChannel,
    ScanState,
    Triage,
    words_for,
)  # fmt: skip
from ..files import StoreError, open_stored
from ..history import told
from ..models import Attachment, Case, Event, IncomingMail, Message, OutboxMail
from .package import Options
from .rows import Rows, incoming_of

__all__ = ["SCHEMA", "as_data"]

SCHEMA = "dukat-bord/case/1"


def as_data(
    case: Case, rows: Rows, options: Options, at: datetime.datetime, receiver: Callable[[str], str] = str
) -> dict[str, Any]:
    """Return a case with what hangs on it as data; nothing is left out yet, but whom it was handed out to as ``receiver``
    says: that stands within a sentence, and may be a word that stands everywhere.
    """
    return {
        "schema": SCHEMA,
        "made_at": _time(at),
        "masked": options.masked,
        "case": _case(case, rows),
        "messages": [_message(one, options) for one in rows.messages],
        "mails": [_mail(one, options) for one in rows.mails],
        "received_mails": [_received(one, options) for one in rows.received],
        "ratings": [_rating(one) for one in rows.ratings],
        "history": _history(rows.events, receiver),
    }


def _time(moment: datetime.datetime | None) -> str | None:
    """Return a moment as the municipality's clock shows it."""
    if moment is None:
        return None
    return timezone.localtime(moment, timezone.get_default_timezone()).isoformat(timespec="seconds")


def _coded(code: str, choices: type[TextChoices]) -> dict[str, str] | None:
    return {"code": code, "words": words_for(code, choices)} if code else None


def _case(case: Case, rows: Rows) -> dict[str, Any]:
    merged = case.merged_into
    return {
        "number": case.number,
        "state": _coded(case.status, CaseStatus),
        "topic": case.topic.name,
        "unit": case.unit.name,
        "channel": _coded(case.channel, Channel),
        "language": case.language,
        "received_at": _time(case.received_at),
        "first_answer_at": _time(case.first_answer_at),
        "closed_at": _time(case.closed_at),
        "closing_reason": case.closing_reason,
        "sender": {
            "name": case.name,
            "email": case.email,
            "phone": case.phone,
            "company": case.company,
            "organisation_number": case.organisation_number,
            "would_like_to_be_reached_by": words_for(case.preferred, PreferredChannel),
        },
        "source": {"title": case.source_title, "address": case.source_url} if case.source_url else None,
        "register": {
            "short_content": case.short_content,
            "triage": _coded(case.triage, Triage),
            "registration_number": case.registered_number,
            "decided_at": _time(case.triaged_at),
            "decided_by": case.triaged_by,
        },
        "secrecy": _secrecy(case),
        "notice": _notice(case),
        "merged_into": merged.number if merged else None,
        "merged_here": [one.number for one in rows.merged],
        "disposed": {"at": _time(case.disposed_at), "decision": case.disposed_by} if case.disposed_at else None,
    }


def _secrecy(case: Case) -> dict[str, Any] | None:
    if not case.secrecy_ground:
        return None
    return {"ground": case.secrecy_ground, "at": _time(case.secrecy_set_at), "set_by": case.secrecy_set_by}


def _notice(case: Case) -> dict[str, Any] | None:
    if case.notice is None:
        return None
    return {
        "told": _coded(case.notice_told, NoticeTold),
        "text": case.notice.text,
        "first_used_at": _time(case.notice.first_used_at),
        "sha256": case.notice.digest,
    }


def _message(message: Message, options: Options) -> dict[str, Any]:
    sent = message.sent_plan
    return {
        "direction": _coded(message.direction, Direction),
        "channel": _coded(message.channel, Channel),
        "author": message.author_name,
        "at": _time(message.created_at),
        "text": message.text,
        "plan": _plan(sent) if sent else None,
        "files": [_file(one, options) for one in message.attachments.all()],
        "original": _original(message, options),
    }


def _file(attachment: Attachment, options: Options) -> dict[str, Any]:
    chosen = options.files is None or attachment.pk in options.files
    why = _why_not(attachment.is_handed_out, attachment.path, words_for(attachment.scan, ScanState), chosen)
    return {
        "name": attachment.name,
        "media_type": attachment.kind,
        **_held(attachment.size, attachment.digest, why, options),
    }


def _held(size: int, digest: str, why: str, options: Options) -> dict[str, Any]:
    """Tell of bytes that are in the package, or why they are not.

    Masked, what is not in it is told of without its hash: whoever reads the rest of a message and has the hash of all of it
    can try names and numbers until it fits.
    """
    return {"size": size, "sha256": "" if options.masked and why else digest, "included": not why, "why_not": why}


def _original(message: Message, options: Options) -> dict[str, Any] | None:
    """Tell of the message as it arrived; one that was written here has none."""
    chosen = options.originals is None or message.pk in options.originals
    if mail := incoming_of(message):
        why = _why_not(mail.is_handed_out, mail.path, words_for(mail.scan, ScanState), chosen)
        return _held(mail.size, mail.digest, why, options)
    if message.original is None:
        return None
    content = bytes(message.original)
    return _held(len(content), hashlib.sha256(content).hexdigest(), "" if chosen else _not_chosen(), options)


def _not_chosen() -> str:
    return pgettext("why a file is not in a package", "Not part of what is handed out")


def _why_not(is_handed_out: bool, path: str, state: str, chosen: bool) -> str:
    """Return why the file of a package is not in it; nothing when it is."""
    if not chosen:
        return _not_chosen()
    if not is_handed_out:
        return state
    try:
        open_stored(path).close()
    except StoreError:
        return _("It cannot be read")
    return ""


def _mail(mail: OutboxMail, options: Options) -> dict[str, Any]:
    return {
        "purpose": _coded(mail.purpose, MailPurpose),
        "state": _coded(mail.status, MailStatus),
        "to": mail.to,
        "cc": list(mail.cc),
        "subject": mail.subject,
        "text": mail.body,
        "at": _time(mail.created_at),
        "sent_at": _time(mail.sent_at),
        # Whoever names it is believed to have had the mail, when it comes back.
        "message_id": "" if options.masked else mail.message_id_header,
    }


def _received(mail: IncomingMail, options: Options) -> dict[str, Any]:
    """Tell of a mail that is no message. It is handed out with the originals, all or none."""
    why = _why_not(mail.is_handed_out, mail.path, words_for(mail.scan, ScanState), options.originals is None)
    return {
        "author": mail.sender,
        "subject": mail.subject,
        "at": _time(mail.received_at),
        **_held(mail.size, mail.digest, why, options),
    }


def _rating(rating: Any) -> dict[str, Any]:
    return {
        "helped": _coded(rating.helped, Helped),
        "words": rating.words,
        "at": _time(rating.created_at),
    }


def _history(events: list[Event], receiver: Callable[[str], str]) -> list[dict[str, Any]]:
    return [
        {
            "kind": entry.event.kind,
            "what": str(entry.what),
            "detail": entry.detail,
            "by": entry.event.actor_name,
            "at": _time(entry.event.at),
        }
        for entry in (told(event, receiver) for event in events)
    ]


def _plan(plan: SentPlan) -> dict[str, Any]:
    return {
        "title": str(plan.title),
        "at": plan.made_on.isoformat(),
        "opening": _day(plan.opening),
        "address": plan.address,
        "costs_once": _money(plan.once),
        "costs_yearly": _money(plan.yearly),
        "answers": [{"question": str(question), "answer": str(answer)} for question, answer in plan.answers],
        "matters": [
            {
                "title": str(one.title),
                "decider": str(one.decider),
                "hand_in": _day(one.hand_in),
                "decision": _day(one.decision),
                "costs": _money(one.cost),
            }
            for one in plan.matters
        ],
        "notes": [str(one) for one in plan.notes],
    }


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def _money(sum_of: Money | None) -> list[str] | None:
    """Return kronor, at least and at most."""
    return [str(one) for one in sum_of] if sum_of else None
