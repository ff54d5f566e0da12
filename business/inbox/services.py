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
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from business.core.sorting import fold
from business.core.working_days import add_working_days

from . import outbox
from .enums import (
    ANSWERABLE,
    DECIDED,
    ON_ITS_WAY,
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
from .models import Case, Event, Message, NoticeVersion, OutboxMail, Topic
from .numbers import next_number

__all__ = [
    "ChangedMeanwhileError",
    "ContactRequest",
    "NotAllowedError",
    "answer",
    "case_for_token",
    "close",
    "describe",
    "note",
    "receipt_token",
    "receive",
    "release",
    "reopen",
    "send_again",
    "take",
]

TARGET_WORKING_DAYS = 1
LIMIT_WORKING_DAYS = 2

# What the sender says about themselves, in the request and on the case alike.
SENDER = ("name", "email", "phone", "company", "organisation_number", "preferred")


class NotAllowedError(Exception):
    """The case's state does not allow the act. The text is for the person who tried."""


class ChangedMeanwhileError(NotAllowedError):
    """Something was said in the case while the person wrote. The text tells what."""


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
        said = {"topic": self.topic.slug, "text": self.text, **{name: getattr(self, name) for name in SENDER}}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


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
        actor_name=str(user)[:160] if user else "",
        at=moment,
        data=data,
    )


def receive(request: ContactRequest, at: datetime.datetime | None = None) -> Case:
    """Store a request: case, message, receipt in the outbox and event, in one transaction. Return its case.

    The same submission key with the same content is the same case, however often it is sent; with other content it
    becomes a further message on that case.
    """
    moment = at or timezone.now()
    if (existing := _existing(request)) is not None:
        return _add(existing, request, moment)
    try:
        with transaction.atomic():
            return _open(request, moment)
    except IntegrityError:
        # The same form arrived twice at once: the other one won.
        if (existing := _existing(request)) is None:
            raise
        return _add(existing, request, moment)


def _existing(request: ContactRequest) -> Case | None:
    """Return the case that this form has made already. A request without a key is always new."""
    return Case.objects.filter(submission_key=request.submission_key).first() if request.submission_key else None


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
        **{name: getattr(request, name) for name in SENDER},
        source_title=request.source_title,
        source_url=request.source_url,
        notice=_notice(request.notice_text),
        submission_key=request.submission_key or None,
        token_hash=_token_hash(receipt_token(request.submission_key)) if request.submission_key else None,
        search_text=search_text(number, *_searchable(request)),
    )
    _incoming(case, request, moment)
    _log(case, EventKind.RECEIVED, at=moment, channel=request.channel)
    subject, body = receipt_mail(case, request.text)
    outbox.put(case, MailPurpose.RECEIPT, case.email, subject, body)
    return case


def _searchable(request: ContactRequest) -> tuple[str, ...]:
    return (request.name, request.email, request.company, request.organisation_number, request.text)


def _add(case: Case, request: ContactRequest, moment: datetime.datetime) -> Case:
    """Add what differs from everything that the case already holds.

    Whoever goes back to correct an address wants the answer there: the sender's details become those last sent (the
    first ones stand in the first message as it arrived), and a new address gets a receipt of its own. A corrected
    topic moves the case as long as nobody has begun.
    """
    if case.messages.filter(digest=request.digest).exists():
        return case
    try:
        with transaction.atomic():
            case = _locked(case)
            _incoming(case, request, moment)
            changed = [name for name in SENDER if getattr(case, name) != getattr(request, name)]
            for name in changed:
                setattr(case, name, getattr(request, name))
            fields = [*changed, "search_text"]
            case.search_text = search_text(case.search_text, *_searchable(request))
            data: dict[str, Any] = {"channel": request.channel, "changed": list(changed)}
            if request.topic.pk != case.topic_id:
                data["topic"] = request.topic.name
                if case.status == CaseStatus.NEW and case.owner_id is None:
                    case.topic, case.unit = request.topic, request.topic.unit
                    fields += ["topic", "unit"]
            _log(case, EventKind.ADDED, at=moment, **data)
            if CaseStatus.REOPENED in TRANSITIONS[CaseStatus(case.status)]:
                case.status, case.closed_at = CaseStatus.REOPENED, None
                fields += ["status", "closed_at"]
                _log(case, EventKind.REOPENED, at=moment)
            case.save(update_fields=fields)
            if "email" in changed:
                subject, body = receipt_mail(case, request.text)
                outbox.put(case, MailPurpose.RECEIPT, case.email, subject, body)
            return case
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
        case.search_text = search_text(case.search_text, short_content)
        case.save(update_fields=["short_content", "search_text"])
        _log(case, EventKind.DESCRIBED, user, before=former, after=short_content)
    return case


@transaction.atomic
def note(case: Case, user: Any, text: str, seen: int | None = None) -> Message:
    """Write an internal note. It has no way to the mail.

    ``seen`` is the newest message that the writer had read; with it, a note that is sent twice is written once.
    """
    case = _locked(case)
    if (twice := _said_already(case, user, Direction.NOTE, text, seen)) is not None:
        return twice
    message = Message.objects.create(
        case=case, direction=Direction.NOTE, text=text, author=user, author_name=str(user)[:160]
    )
    case.search_text = search_text(case.search_text, text)
    case.save(update_fields=["search_text"])
    _log(case, EventKind.NOTED, user, message=message.pk)
    return message


def _said_already(case: Case, user: Any, direction: str, text: str, seen: int | None) -> Message | None:
    """Return the same person's same words, said since ``seen``: a button that was pressed twice."""
    if seen is None:
        return None
    return case.messages.filter(pk__gt=seen, direction=direction, author=user, text=text).first()


def _refuse_if_news(case: Case, user: Any, seen: int | None) -> None:
    """Stop an act that was begun before the latest message was there to read."""
    if seen is None:
        return
    news = case.messages.filter(pk__gt=seen).exclude(direction=Direction.NOTE).last()
    if news is None:
        return
    values = {"who": news.author_name, "time": date_format(timezone.localtime(news.created_at), "H:i")}
    if news.direction == Direction.INCOMING:
        text = _("The sender added something at %(time)s, while you had the case open. Read it before you go on.")
    elif news.author_id == user.pk:
        text = _("You have answered already, at %(time)s. Go on only if you want to answer once more.")
    else:
        text = _("%(who)s answered at %(time)s, while you had the case open. Read the answer before you go on.")
    raise ChangedMeanwhileError(text % values)


@transaction.atomic
def answer(case: Case, user: Any, text: str, seen: int | None = None) -> Message:
    """Hand an answer to the mail. The case becomes *answered* when the mail server has accepted it.

    An unowned case becomes the writer's: whoever answers has it. ``seen`` is the newest message that the writer had
    read; with it, an answer that crosses another message is stopped, and one that is sent twice goes out once.

    Raises:
        NotAllowedError: the case is closed.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = _locked(case)
    if (twice := _said_already(case, user, Direction.OUTGOING, text, seen)) is not None:
        return twice
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_("The case is closed. Reopen it first."))
    _refuse_if_news(case, user, seen)
    if case.owner_id is None:
        case.owner = user
        _log(case, EventKind.TAKEN, user)
    if case.status in (CaseStatus.NEW, CaseStatus.REOPENED):
        _move(case, CaseStatus.IN_PROGRESS)
    case.search_text = search_text(case.search_text, text)
    case.save(update_fields=["owner", "status", "search_text"])
    subject, body = answer_mail(case, user, text)
    message = Message.objects.create(
        case=case,
        direction=Direction.OUTGOING,
        channel=Channel.EMAIL,
        text=text,
        author=user,
        author_name=str(user)[:160],
    )
    outbox.put(case, MailPurpose.ANSWER, case.email, subject, body, message=message)
    _log(case, EventKind.ANSWER_QUEUED, user, message=message.pk)
    return message


@transaction.atomic
def close(
    case: Case, user: Any, triage: str, *, registered_number: str = "", reason: str = "", seen: int | None = None
) -> Case:
    """Close the case.

    Raises:
        NotAllowedError: it is closed, it was never answered and no reason is given, or it is not said how the record
            is kept.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = _locked(case)
    if case.status == CaseStatus.CLOSED:
        raise NotAllowedError(_("The case is closed already."))
    _refuse_if_news(case, user, seen)
    if case.first_answer_at is None and not reason:
        if case.mails.filter(purpose=MailPurpose.ANSWER, status__in=ON_ITS_WAY).exists():
            raise NotAllowedError(_("The answer is still on its way. Close the case when it has been sent."))
        raise NotAllowedError(_("The sender has had no answer. Answer first, or say why none is needed."))
    if triage not in DECIDED:
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
    if case.is_open:
        raise NotAllowedError(_("The case is open already."))
    _move(case, CaseStatus.REOPENED)
    case.closed_at = None
    case.save(update_fields=["status", "closed_at"])
    _log(case, EventKind.REOPENED, user)
    return case


@transaction.atomic
def send_again(mail: OutboxMail, user: Any, to: str = "") -> Case:
    """Put a mail that failed back into the outbox, to a corrected address if there is one.

    Raises:
        NotAllowedError: the mail has not failed; somebody else has sent it again.
    """
    case = _locked(mail.case)
    if not outbox.send_again(mail, to or mail.to):
        raise NotAllowedError(_("This mail has not failed, or is being sent again already."))
    changed = bool(to) and to != case.email
    if changed:
        case.email, case.search_text = to, search_text(case.search_text, to)
        case.save(update_fields=["email", "search_text"])
    _log(case, EventKind.MAIL_RETRIED, user, mail=mail.pk, purpose=mail.purpose, changed=["email"] if changed else [])
    return case
