"""A case as data: what a package holds, and what its document is drawn of.

The form is ``SCHEMA`` (`schema.json` in every package). Its keys never change their meaning: what is added is new, and
what is taken away makes a new version. Texts are looked through when a package is masked, so a new text needs no thought;
a key that holds no text is named in `masking`.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from business.core.organisation_number import is_personal_number
from business.core.sent_plan import Money, SentPlan

from ..enums import Channel, Direction, MailPurpose
from ..files import StoreError, open_stored
from ..files.names import clean_name
from ..history import entries
from ..mails import office
from ..models import Attachment, Case, IncomingMail, Message, OutboxMail
from .masking import Kind, Masker, Word

__all__ = ["SCHEMA", "Options", "Package", "StoredFile", "read"]

SCHEMA = "dukat-bord/case/1"
# Not told in a package: notices among officers, and codes that are long used.
INWARD = frozenset({MailPurpose.ALERT, MailPurpose.CODE})


@dataclass(frozen=True)
class Options:
    """What a package holds. Complete, it holds everything; masked, only what was chosen besides the messages.

    ``files`` and ``originals`` are keys of attachments and of messages, or None for all of them. ``ground`` is the
    ground for what is left out.
    """

    masked: bool = False
    notes: bool = True
    history: bool = True
    files: frozenset[int] | None = None
    originals: frozenset[int] | None = None
    words: tuple[Word, ...] = ()
    ground: str = ""

    @property
    def named(self) -> list[str]:
        """The options by their codes, for the history."""
        chosen = {
            "masked" if self.masked else "complete": True,
            "notes": self.notes,
            "history": self.history,
            "files": self.files is None or bool(self.files),
            "originals": self.originals is None or bool(self.originals),
        }
        return [name for name, is_chosen in chosen.items() if is_chosen]


@dataclass(frozen=True)
class StoredFile:
    """A file of a package: its path there, and its bytes in memory or in the store."""

    path: str
    stored: str = ""
    content: bytes = b""

    def open(self) -> IO[bytes]:
        """Open it to be read.

        Raises:
            StoreError: it cannot be read.
        """
        return open_stored(self.stored) if self.stored else BytesIO(self.content)


@dataclass
class Package:
    """What is handed out of a case: its data, and the files that go with it."""

    case: Case
    options: Options
    data: dict[str, Any]
    files: list[StoredFile] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """A hash of what it holds: the same package made a minute later has the same."""
        said = {name: value for name, value in self.data.items() if name != "made_at"}
        return hashlib.sha256(repr(said).encode()).hexdigest()


def read(case: Case, options: Options, at: datetime.datetime) -> Package:
    """Read a case with everything that the options ask for; masked, when they say so."""
    messages = _messages(case, options)
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "made_at": _time(at),
        "masked": options.masked,
        "case": _case(case),
        "messages": [_message(one, options) for one in messages],
        "mails": [_mail(one) for one in _mails(case)],
        "received_mails": [_received(one, options) for one in _received_mails(case)],
        "ratings": [_rating(one) for one in case.ratings.all()],
        "history": _history(case) if options.history else [],
    }
    if options.masked:
        masker = _masker(case, messages, options)
        data = masker.data(data)
        data["masking"] = [
            {"kind": kind, "name": str(Kind(kind).label), "ground": ground, "count": count}
            for (kind, ground), count in sorted(masker.left_out.items())
        ]
    package = Package(case, options, data)
    package.files = list(_place_files(data, messages, _received_mails(case)))
    return package


# --- What is read


def _messages(case: Case, options: Options) -> list[Message]:
    said = case.messages.select_related("incoming").prefetch_related(
        Prefetch("attachments", Attachment.objects.order_by("pk"))
    )
    if not options.notes:
        said = said.exclude(direction=Direction.NOTE)
    return list(said.order_by("created_at", "pk"))


def _mails(case: Case) -> Iterable[OutboxMail]:
    return case.mails.exclude(purpose__in=INWARD).order_by("created_at", "pk")


def _received_mails(case: Case) -> list[IncomingMail]:
    """Return mail that made no message of its own: what a mail server or a machine answered."""
    return list(case.incoming_mails.filter(message=None).order_by("received_at", "pk"))


def _masker(case: Case, messages: list[Message], options: Options) -> Masker:
    """Return what leaves out the sender, whatever name or address they have used in the case."""
    incoming = [one for one in messages if one.direction == Direction.INCOMING]
    mails = [one.incoming.sender for one in incoming if _incoming(one)]
    us = office()
    return Masker(
        names=tuple(dict.fromkeys([case.name, *(one.author_name for one in incoming)])),
        emails=tuple(dict.fromkeys([case.email, *mails])),
        phones=(case.phone,),
        numbers=(case.organisation_number,) if is_personal_number(case.organisation_number) else (),
        words=options.words,
        kept=(us.email, us.phone),
        ground=options.ground,
    )


# --- As data


def _time(moment: datetime.datetime | None) -> str | None:
    """Return a moment as the municipality's clock shows it."""
    if moment is None:
        return None
    return timezone.localtime(moment, timezone.get_default_timezone()).isoformat(timespec="seconds")


def _coded(code: str, words: Any) -> dict[str, str] | None:
    return {"code": code, "words": str(words)} if code else None


def _case(case: Case) -> dict[str, Any]:
    merged = case.merged_into
    return {
        "number": case.number,
        "state": _coded(case.status, case.get_status_display()),
        "topic": case.topic.name,
        "unit": case.unit.name,
        "channel": _coded(case.channel, case.get_channel_display()),
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
            "would_like_to_be_reached_by": case.get_preferred_display(),
        },
        "source": {"title": case.source_title, "address": case.source_url} if case.source_url else None,
        "register": {
            "short_content": case.short_content,
            "triage": _coded(case.triage, case.get_triage_display()),
            "registration_number": case.registered_number,
            "decided_at": _time(case.triaged_at),
            "decided_by": case.triaged_by,
        },
        "secrecy": _secrecy(case),
        "notice": _notice(case),
        "merged_into": merged.number if merged else None,
        "merged_here": [one.number for one in case.merged.order_by("pk")],
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
        "told": _coded(case.notice_told, case.get_notice_told_display()),
        "text": case.notice.text,
        "first_used_at": _time(case.notice.first_used_at),
        "sha256": case.notice.digest,
    }


def _message(message: Message, options: Options) -> dict[str, Any]:
    sent = message.sent_plan
    return {
        "direction": _coded(message.direction, message.get_direction_display()),
        "channel": _coded(message.channel, message.get_channel_display()),
        "author": message.author_name,
        "at": _time(message.created_at),
        "text": message.text,
        "plan": _plan(sent) if sent else None,
        "files": [_file(one, options) for one in message.attachments.all()],
        "original": _original(message, options),
    }


def _file(attachment: Attachment, options: Options) -> dict[str, Any]:
    chosen = options.files is None or attachment.pk in options.files
    why = _why_not(attachment.is_handed_out, attachment.path, str(attachment.get_scan_display()), chosen)
    return {
        "name": attachment.name,
        "media_type": attachment.kind,
        "size": attachment.size,
        "sha256": attachment.digest,
        "included": not why,
        "why_not": why,
    }


def _incoming(message: Message) -> IncomingMail | None:
    with suppress(ObjectDoesNotExist):
        return message.incoming
    return None


def _original(message: Message, options: Options) -> dict[str, Any] | None:
    """Tell of the message as it arrived; one that was written here has none."""
    chosen = options.originals is None or message.pk in options.originals
    if mail := _incoming(message):
        why = _why_not(mail.is_handed_out, mail.path, str(mail.get_scan_display()), chosen)
        return {"size": mail.size, "sha256": mail.digest, "included": not why, "why_not": why}
    if message.original is None:
        return None
    content = bytes(message.original)
    why = "" if chosen else _not_chosen()
    return {
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "included": chosen,
        "why_not": why,
    }


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


def _mail(mail: OutboxMail) -> dict[str, Any]:
    return {
        "purpose": _coded(mail.purpose, mail.get_purpose_display()),
        "state": _coded(mail.status, mail.get_status_display()),
        "to": mail.to,
        "cc": list(mail.cc),
        "subject": mail.subject,
        "text": mail.body,
        "at": _time(mail.created_at),
        "sent_at": _time(mail.sent_at),
        "message_id": mail.message_id_header,
    }


def _received(mail: IncomingMail, options: Options) -> dict[str, Any]:
    """Tell of a mail that is no message. It is handed out with the originals, all or none."""
    why = _why_not(mail.is_handed_out, mail.path, str(mail.get_scan_display()), options.originals is None)
    return {
        "author": mail.sender,
        "subject": mail.subject,
        "at": _time(mail.received_at),
        "size": mail.size,
        "sha256": mail.digest,
        "included": not why,
        "why_not": why,
    }


def _rating(rating: Any) -> dict[str, Any]:
    return {
        "helped": _coded(rating.helped, rating.get_helped_display()),
        "words": rating.words,
        "at": _time(rating.created_at),
    }


def _history(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "kind": entry.event.kind,
            "what": str(entry.what),
            "detail": entry.detail,
            "by": entry.event.actor_name,
            "at": _time(entry.event.at),
        }
        for entry in reversed(entries(case))
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


# --- The files


def _place_files(data: dict[str, Any], messages: list[Message], received: list[IncomingMail]) -> Iterable[StoredFile]:
    """Give each file that is included its path in the package, named as the data names it."""
    files, originals = _folders()
    for number, (row, message) in enumerate(zip(data["messages"], messages, strict=True), start=1):
        for place, (told, attachment) in enumerate(zip(row["files"], message.attachments.all(), strict=True), start=1):
            if told["included"]:
                told["path"] = f"{files}/{number:02d}-{place:02d}-{clean_name(told['name']) or 'file'}"
                yield StoredFile(told["path"], attachment.path)
        if (told := row["original"]) and told["included"]:
            mail = _incoming(message)
            told["path"] = f"{originals}/{number:02d}.{_ending(message, mail)}"
            content = b"" if mail else bytes(message.original or b"")
            yield StoredFile(told["path"], mail.path if mail else "", content)
    for number, (told, mail) in enumerate(zip(data["received_mails"], received, strict=True), start=1):
        if told["included"]:
            told["path"] = f"{originals}/mail-{number:02d}.eml"
            yield StoredFile(told["path"], mail.path)


def _folders() -> tuple[str, str]:
    return pgettext("folder in a package", "files"), pgettext("folder in a package", "originals")


def _ending(message: Message, mail: IncomingMail | None) -> str:
    """Return what kind of file the original is: a mail, the fields of a form, or plain text."""
    if mail is not None:
        return "eml"
    is_form = message.channel == Channel.WEB and bytes(message.original or b"")[:1] == b"{"
    return "json" if is_form else "txt"
