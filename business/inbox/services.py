"""The only writers of a case. Each act and its entry in the history are one transaction."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from business.core.sorting import fold
from business.core.working_days import add_working_days

from . import outbox
from .enums import (
    ANSWERABLE,
    TRANSITIONS,
    CaseStatus,
    Channel,
    Direction,
    EventKind,
    MailPurpose,
    PreferredChannel,
    Triage,
)
from .mails import answer_mail, receipt_mail
from .models import Case, Event, Message, NoticeVersion, Topic
from .numbers import next_number

__all__ = [
    "ContactRequest",
    "NotAllowedError",
    "answer",
    "case_for_token",
    "close",
    "describe",
    "note",
    "receive",
    "receipt_token",
    "release",
    "reopen",
    "take",
]

TARGET_WORKING_DAYS = 1
LIMIT_WORKING_DAYS = 2


class NotAllowedError(Exception):
    """The case's state does not allow the act. The text is for the person who tried."""


@dataclass(frozen=True)
class ContactRequest:
    """What arrives at any door: the form on the site, a telephone call, a mail."""

    topic: Topic
    text: str
    name: str
    email: str
    phone: str = ""
    company: str = ""
    organisation_number: str = ""
    preferred: str = PreferredChannel.EMAIL
    language: str = "sv"
    source_title: str = ""
    source_url: str = ""
    notice_text: str = ""
    channel: str = Channel.WEB
    submission_key: str = ""
    original: bytes = b""

    @property
    def digest(self) -> str:
        """A fingerprint of what was said, the same when the same form is sent again."""
        said = {k: v for k, v in as_values(self).items() if k not in {"original", "notice_text", "submission_key"}}
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def as_values(request: ContactRequest) -> dict[str, Any]:
    """Return the request as a dictionary, with the topic as its key."""
    values = {name: getattr(request, name) for name in ContactRequest.__dataclass_fields__}
    return {**values, "topic": request.topic.slug}


def receipt_token(submission_key: str) -> str:
    """Return the unguessable end of the receipt's address.

    It follows from the submission key, so that everybody who sends the same form again lands on the same receipt; only
    its hash is stored.
    """
    mac = hmac.new(settings.SECRET_KEY.encode(), b"receipt:" + submission_key.encode(), hashlib.sha256)
    return mac.hexdigest()


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def case_for_token(token: str) -> Case | None:
    """Return the case whose receipt has this token, or nothing."""
    return Case.objects.select_related("topic", "unit").filter(token_hash=_token_hash(token)).first()


def _log(case: Case, kind: EventKind, user: Any = None, at: datetime.datetime | None = None, **data: Any) -> Event:
    moment = at or timezone.now()
    Case.objects.filter(pk=case.pk).update(updated_at=moment)
    case.updated_at = moment
    return Event.objects.create(
        case_id=case.pk,
        case_number=case.number,
        kind=kind,
        actor_id=user.pk if user else None,
        actor_name=str(user) if user else "",
        at=moment,
        data=data,
    )


def receive(request: ContactRequest, at: datetime.datetime | None = None) -> Case:
    """Store a request: case, message, receipt in the outbox and event, in one transaction. Return its case.

    The same submission key with the same content is the same case, however often it is sent; with other content it
    becomes a further message on that case.
    """
    moment = at or timezone.now()
    if request.submission_key:
        existing = Case.objects.filter(submission_key=request.submission_key).first()
        if existing is not None:
            return _add(existing, request, moment)
    try:
        with transaction.atomic():
            return _open(request, moment)
    except IntegrityError:
        # The same form arrived twice at once: the other one won.
        existing = Case.objects.filter(submission_key=request.submission_key or None).first()
        if existing is None:
            raise
        return _add(existing, request, moment)


def _open(request: ContactRequest, moment: datetime.datetime) -> Case:
    day = timezone.localdate(moment)
    running, number = next_number(day.year)
    case = Case.objects.create(
        number=number,
        year=day.year,
        running=running,
        topic=request.topic,
        unit=request.topic.unit,
        channel=request.channel,
        language=request.language,
        received_at=moment,
        updated_at=moment,
        due_on=add_working_days(day, TARGET_WORKING_DAYS),
        limit_on=add_working_days(day, LIMIT_WORKING_DAYS),
        name=request.name,
        email=request.email,
        phone=request.phone,
        company=request.company,
        organisation_number=request.organisation_number,
        preferred=request.preferred,
        source_title=request.source_title,
        source_url=request.source_url,
        notice=_notice(request.notice_text),
        submission_key=request.submission_key or None,
        token_hash=_token_hash(receipt_token(request.submission_key)) if request.submission_key else None,
        search_text=search_text(
            number, request.name, request.email, request.company, request.organisation_number, request.text
        ),
    )
    _incoming(case, request, moment)
    _log(case, EventKind.RECEIVED, at=moment, channel=request.channel)
    subject, body = receipt_mail(case, request.text)
    outbox.put(case, MailPurpose.RECEIPT, case.email, subject, body)
    return case


def _add(case: Case, request: ContactRequest, moment: datetime.datetime) -> Case:
    """Add what differs from everything that the case already holds."""
    if case.messages.filter(digest=request.digest).exists():
        return case
    try:
        with transaction.atomic():
            _incoming(case, request, moment)
            _log(case, EventKind.ADDED, at=moment, channel=request.channel)
            fresh = Case.objects.select_for_update().get(pk=case.pk)
            fresh.search_text = f"{fresh.search_text} {fold(request.text)}"
            fields = ["search_text"]
            if CaseStatus.REOPENED in TRANSITIONS[CaseStatus(fresh.status)]:
                fresh.status = CaseStatus.REOPENED
                fields.append("status")
                _log(fresh, EventKind.REOPENED, at=moment)
            fresh.save(update_fields=fields)
            return fresh
    except IntegrityError:  # the same correction, sent twice at once
        return case


def _incoming(case: Case, request: ContactRequest, moment: datetime.datetime) -> Message:
    return Message.objects.create(
        case=case,
        direction=Direction.INCOMING,
        channel=request.channel,
        text=request.text,
        author_name=request.name,
        created_at=moment,
        original=request.original or request.text.encode(),
        digest=request.digest,
    )


def _notice(text: str) -> NoticeVersion | None:
    if not text:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    return NoticeVersion.objects.get_or_create(digest=digest, defaults={"text": text})[0]


def search_text(*parts: str) -> str:
    """Return what the inbox searches, folded: SQLite does not know that Å is å."""
    return fold(" ".join(part for part in parts if part))


def _locked(case: Case) -> Case:
    """Return the case fresh and, on PostgreSQL, locked; on SQLite the transaction itself is the lock."""
    return Case.objects.select_for_update(of=("self",)).select_related("topic", "unit", "owner").get(pk=case.pk)


def _move(case: Case, status: CaseStatus) -> None:
    if status == case.status:
        return
    if status not in TRANSITIONS[CaseStatus(case.status)]:
        raise NotAllowedError(
            _("A case that is “%(now)s” cannot become “%(then)s”.")
            % {"now": case.get_status_display(), "then": status.label}
        )
    case.status = status


@transaction.atomic
def take(case: Case, user: Any) -> Case:
    """Make the user the owner.

    Raises:
        NotAllowedError: the case is closed, or somebody else took it meanwhile.
    """
    case = _locked(case)
    if case.owner_id == user.pk:
        return case
    if case.owner_id is not None:
        raise NotAllowedError(_("%(owner)s already has this case.") % {"owner": case.owner})
    if case.status == CaseStatus.CLOSED:
        raise NotAllowedError(_("The case is closed. Reopen it first."))
    case.owner = user
    if case.status in (CaseStatus.NEW, CaseStatus.REOPENED):
        _move(case, CaseStatus.IN_PROGRESS)
    case.save(update_fields=["owner", "status"])
    _log(case, EventKind.TAKEN, user)
    return case


@transaction.atomic
def release(case: Case, user: Any) -> Case:
    """Let the case go, so that somebody else can take it.

    Raises:
        NotAllowedError: nobody has it.
    """
    case = _locked(case)
    if case.owner_id is None:
        raise NotAllowedError(_("Nobody has this case."))
    former = str(case.owner)
    case.owner = None
    case.save(update_fields=["owner"])
    _log(case, EventKind.RELEASED, user, former_owner=former)
    return case


@transaction.atomic
def describe(case: Case, user: Any, short_content: str) -> Case:
    """Set the officer's short content, which is what the register of public records shows."""
    case = _locked(case)
    if short_content != case.short_content:
        former, case.short_content = case.short_content, short_content
        case.search_text = f"{case.search_text} {fold(short_content)}"
        case.save(update_fields=["short_content", "search_text"])
        _log(case, EventKind.DESCRIBED, user, before=former, after=short_content)
    return case


@transaction.atomic
def note(case: Case, user: Any, text: str) -> Message:
    """Write an internal note. It has no way to the mail."""
    case = _locked(case)
    message = Message.objects.create(
        case=case, direction=Direction.NOTE, text=text, author=user, author_name=str(user)
    )
    _log(case, EventKind.NOTED, user, message=message.pk)
    return message


@transaction.atomic
def answer(case: Case, user: Any, text: str) -> Message:
    """Hand an answer to the mail. The case becomes *answered* when the mail server has accepted it.

    An unowned case becomes the writer's: whoever answers has it.

    Raises:
        NotAllowedError: the case is closed.
    """
    case = _locked(case)
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_("The case is closed. Reopen it first."))
    if case.owner_id is None:
        case.owner = user
        _log(case, EventKind.TAKEN, user)
    if case.status in (CaseStatus.NEW, CaseStatus.REOPENED):
        _move(case, CaseStatus.IN_PROGRESS)
    case.save(update_fields=["owner", "status"])
    message = Message.objects.create(
        case=case,
        direction=Direction.OUTGOING,
        channel=Channel.EMAIL,
        text=text,
        author=user,
        author_name=str(user),
    )
    subject, body = answer_mail(case, user, text)
    outbox.put(case, MailPurpose.ANSWER, case.email, subject, body, message)
    _log(case, EventKind.ANSWER_QUEUED, user, message=message.pk)
    return message


@transaction.atomic
def close(case: Case, user: Any, triage: str, registered_number: str = "", reason: str = "") -> Case:
    """Close the case.

    Raises:
        NotAllowedError: it was never answered and no reason is given, or it is not said how the record is kept.
    """
    case = _locked(case)
    if case.first_answer_at is None and not reason:
        raise NotAllowedError(_("The sender has had no answer. Answer first, or say why none is needed."))
    if not triage:
        raise NotAllowedError(_("Say how the message is kept as a public record."))
    if triage == Triage.REGISTERED and not registered_number:
        raise NotAllowedError(_("Write the diary number."))
    _move(case, CaseStatus.CLOSED)
    case.closed_at, case.closing_reason = timezone.now(), reason
    case.triage, case.registered_number = triage, registered_number if triage == Triage.REGISTERED else ""
    case.save(update_fields=["status", "closed_at", "closing_reason", "triage", "registered_number"])
    _log(case, EventKind.TRIAGED, user, triage=triage, number=case.registered_number)
    _log(case, EventKind.CLOSED, user, reason=reason)
    return case


@transaction.atomic
def reopen(case: Case, user: Any) -> Case:
    """Open a closed or answered case again.

    Raises:
        NotAllowedError: it is open already.
    """
    case = _locked(case)
    _move(case, CaseStatus.REOPENED)
    case.closed_at = None
    case.save(update_fields=["status", "closed_at"])
    _log(case, EventKind.REOPENED, user)
    return case
