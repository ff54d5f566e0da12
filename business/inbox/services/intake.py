"""How a request comes in, whatever the door."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.encoding import force_bytes

from business.core.sent_plan import SentPlan, to_json

from .. import outbox, promise
from ..enums import (
    PAUSED,
    CaseStatus,
    Channel,
    Direction,
    EventKind,
    MailPurpose,
    MailSort,
    MailStatus,
    NoticeTold,
    PreferredChannel,
    QuarantineReason,
)
from ..files import tell_locked
from ..flow import locked, locked_pair, log, reopen_ended, store, take_up
from ..mails import receipt_mail
from ..models import Attachment, Case, Event, Message, NoticeVersion, OutboxMail, Topic
from ..notice import current_notice
from ..numbers import next_number
from ..searching import search_text
from ..sender_links import new_link, renew_link

__all__ = [
    "ContactRequest",
    "case_for_token",
    "put_receipt",
    "receipt_goes_to",
    "receipt_token",
    "receive",
    "sender_in",
    "wake",
]

# One, and one more for an address that was corrected.
MOST_RECEIPTS = 2
A_DAY = datetime.timedelta(days=1)

# Whoever corrects a form does so a few times. What one form sends beyond that fills no case.
MOST_MESSAGES = 10

# What the sender says about themselves, in the request and on the case alike.
SENDER = ("name", "email", "phone", "company", "organisation_number", "preferred")


def sender_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form's fields, of the same names, say about the sender; for a `ContactRequest`."""
    return {name: data[name] for name in SENDER}


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
    notice_told: str = ""  # how the sender had it (`NoticeTold`); left empty, it follows from the channel
    channel: str = Channel.WEB
    submission_key: str = ""
    original: bytes = b""
    attachments: tuple[Attachment, ...] = ()
    plan: SentPlan | None = None  # the opening plan that the sender was shown
    sends_receipt: bool = True
    suspicion: str = ""  # why it looks like a robot's; such a request is kept, in quarantine

    @property
    def digest(self) -> str:
        """A fingerprint of what was said, the same when the same form is sent again."""
        said: dict[str, Any] = {
            "topic": self.topic.slug,
            "text": self.text,
            **{name: getattr(self, name) for name in SENDER},
        }
        if self.attachments:
            said["files"] = sorted(one.digest for one in self.attachments)
        if self.plan:
            said["plan"] = to_json(self.plan)
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def receipt_token(submission_key: str) -> str:
    """Return the unguessable end of the receipt's address.

    It follows from the submission key, so that everybody who sends the same form again lands on the same receipt; only
    its hash is stored.
    """
    mac = hmac.new(force_bytes(settings.SECRET_KEY), b"receipt:" + submission_key.encode(), hashlib.sha256)
    return mac.hexdigest()


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def case_for_token(token: str) -> Case | None:
    """Return the case whose receipt has this token, or nothing."""
    return Case.objects.select_related("topic", "unit").filter(token_hash=_token_hash(token)).first()


def receive(request: ContactRequest, at: datetime.datetime | None = None, by: Any = None) -> Case:
    """Store a request: case, message, receipt in the outbox and event, in one transaction. Return its case.

    ``by`` is the officer who took it down, when it came by telephone or in person.

    The same submission key with the same content is the same case, however often it is sent; with other content it
    becomes a further message on that case. If that looks like a robot's, or is one of very many, it is a case of its own,
    in quarantine: a form passes once, and opens no door to what passes no more. The key's receipt stays the first case's.
    So is it, but not in quarantine, where it names another address when the case holds what was said with the former.
    """
    moment = at or timezone.now()
    if (existing := _existing(request)) is not None:
        return _add(existing, request, moment)
    try:
        with transaction.atomic():
            return _open(request, moment, by)
    except IntegrityError:
        # The same form arrived twice at once: the other one won.
        if (existing := _existing(request)) is None:
            raise
        return _add(existing, request, moment)


def _existing(request: ContactRequest) -> Case | None:
    """Return the case that this form has made already. A request without a key is always new."""
    return Case.objects.filter(submission_key=request.submission_key).first() if request.submission_key else None


def _open(request: ContactRequest, moment: datetime.datetime, by: Any) -> Case:
    year = timezone.localdate(moment, timezone.get_default_timezone()).year
    running, number = next_number(year)
    case = Case(
        number=number,
        year=year,
        status=CaseStatus.QUARANTINED if request.suspicion else CaseStatus.NEW,
        quarantine_reason=request.suspicion,
        running=running,
        topic=request.topic,
        unit=request.topic.unit,
        channel=request.channel,
        language=request.language,
        received_at=moment,
        updated_at=moment,
        **{name: getattr(request, name) for name in SENDER},
        source_title=request.source_title,
        source_url=request.source_url,
        **_notice(request),
        submission_key=request.submission_key or None,
        token_hash=_token_hash(receipt_token(request.submission_key)) if request.submission_key else None,
        search_text=search_text(number, *_searchable(request)),
    )
    promise.start(case, moment)
    case.save(force_insert=True)
    new_link(case, moment)
    _incoming(case, request, moment)
    taken_down = {"taken_down": timezone.now().isoformat()} if by else {}
    log(case, EventKind.RECEIVED, by, at=moment, channel=request.channel, **taken_down)
    if request.suspicion:
        log(case, EventKind.QUARANTINED, at=moment, reason=request.suspicion)
    if request.sends_receipt:
        put_receipt(case)
    return case


def receipt_goes_to(case: Case) -> str:
    """Return the address that a receipt is mailed to; nothing when none is, or when it is held back."""
    if not case.email:
        return ""
    receipts = case.mails.filter(purpose=MailPurpose.RECEIPT, to__iexact=case.email)
    return case.email if receipts.exclude(status=MailStatus.WITHDRAWN).exists() else ""


def put_receipt(case: Case) -> None:
    """Write the receipt into the outbox: one for each address, and few enough that the form is no way to send mail.

    A case in quarantine, or closed from there, gets none: its address may be a stranger's.
    """
    if not case.email or case.status == CaseStatus.QUARANTINED or case.quarantine_reason:
        return
    receipts = case.mails.filter(purpose=MailPurpose.RECEIPT).exclude(status=MailStatus.WITHDRAWN)
    if receipts.filter(to__iexact=case.email).exists() or receipts.count() >= MOST_RECEIPTS:
        return
    if case.channel == Channel.EMAIL and not _may_answer_mail(case):
        return
    subject, body = receipt_mail(case)
    outbox.put(case, MailPurpose.RECEIPT, case.email, subject, body)


def _may_answer_mail(case: Case) -> bool:
    """Whether a case that came by mail may have a receipt: a machine has none, and one address one a day (RFC 3834).

    Two cases cannot both find that there was none: whoever opens one holds the year's running number until it stands.
    """
    if case.incoming_mails.exclude(sort=MailSort.PERSON).exists():
        return False
    receipts = OutboxMail.objects.filter(purpose=MailPurpose.RECEIPT, to__iexact=case.email)
    lately = receipts.filter(created_at__gt=timezone.now() - A_DAY).exclude(status=MailStatus.WITHDRAWN)
    return not lately.exists()


def _searchable(request: ContactRequest) -> tuple[str, ...]:
    files = (one.name for one in request.attachments)
    plan = request.plan.words if request.plan else ()
    return (
        request.name,
        request.email,
        request.phone,
        request.company,
        request.organisation_number,
        request.text,
        *files,
        *plan,
    )


def _add(case: Case, request: ContactRequest, moment: datetime.datetime) -> Case:
    """Add what differs from everything that the case already holds.

    Whoever goes back to correct an address wants the answer there: the sender's details become those last sent (the
    first ones stand in the first message as it arrived), and the first corrected address gets a receipt of its own. A
    corrected topic moves the case as long as nobody has begun.
    """
    if case.messages.filter(digest=request.digest).exists():
        return case
    alone = _by_itself(request, request.suspicion or QuarantineReason.FLOOD_HURRIED)
    if _is_unwelcome(case, request) or _existing(alone) is not None:
        return receive(alone, moment)
    try:
        with transaction.atomic():
            # Both at once, in one order: else a correction and a merging could wait for each other.
            case = locked(case) if case.merged_into is None else locked_pair(case, case.merged_into)[0]
            if _is_too_late(case, request):
                return receive(_by_itself(request, request.suspicion), moment)
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
            log(case, EventKind.ADDED, at=moment, **data)
            case.save(update_fields=fields)
            wake(case, moment)
            if "email" in changed:
                renew_link(case, moment)  # the receipt with the former one may have gone to a stranger
                log(case, EventKind.LINK_RENEWED, at=moment)
                if request.sends_receipt:
                    put_receipt(case)
            return case
    except IntegrityError:  # the same correction, sent twice at once
        return case


def _is_unwelcome(case: Case, request: ContactRequest) -> bool:
    """Whether what the case's form sends further is to be kept apart from it. What is in quarantine is apart already."""
    if request.suspicion and case.status != CaseStatus.QUARANTINED:
        return True
    return case.messages.filter(direction=Direction.INCOMING).count() >= MOST_MESSAGES


def _is_too_late(case: Case, request: ContactRequest) -> bool:
    """Whether a form names another address than its case when something has been said with the former.

    The case is read with the link that the new address gets, and the former may have been somebody else's: they were
    answered there, or have written from there. An officer who corrects what they took down knows whose it is.
    """
    if request.channel != Channel.WEB or request.email.casefold() == case.email.casefold():
        return False
    return (
        case.messages.filter(direction=Direction.OUTGOING).exists()
        or case.mails.filter(purpose=MailPurpose.COPY).exists()
        or Event.objects.filter(case_id=case.pk, kind=EventKind.ADDED, data__has_key="message").exists()
    )


def _by_itself(request: ContactRequest, suspicion: str) -> ContactRequest:
    """Return it as a request of its own, whose key follows from what it says: sent again, it is the same case."""
    key = hashlib.sha256(f"{request.submission_key}:{request.digest}".encode()).hexdigest()
    return replace(request, submission_key=key, suspicion=suspicion)


def wake(case: Case, moment: datetime.datetime) -> None:
    """The sender of a locked case has written again: open what was ended, take up what waited, and begin a promise if none runs.

    What was merged is answered where it was merged.
    """
    if case.merged_into is not None:
        target = locked(case.merged_into)
        log(target, EventKind.ADDED, at=moment, other=case.number)
    else:
        target = case
    was_closed = target.status == CaseStatus.CLOSED  # perhaps with a reason and no answer: that promise is over
    if not reopen_ended(target, at=moment) and target.status in PAUSED:
        take_up(target, at=moment)
    if target.answered_at is not None or was_closed:
        promise.start(target, moment)
    store(target, *promise.CLOCK_FIELDS)


def _incoming(case: Case, request: ContactRequest, moment: datetime.datetime) -> Message:
    message = Message.objects.create(
        case=case,
        direction=Direction.INCOMING,
        channel=request.channel,
        text=request.text,
        author_name=request.name,
        created_at=moment,
        original=request.original or request.text.encode(),
        plan=to_json(request.plan) if request.plan else None,
        digest=request.digest,
    )
    if request.attachments:
        # They keep the form's key: the same form, sent once more, has the same files.
        Attachment.objects.filter(pk__in=[one.pk for one in request.attachments], message=None).update(message=message)
        tell_locked(message)
    return message


def _notice(request: ContactRequest) -> dict[str, Any]:
    """Return the version of the notice that the sender had, and how they came by it; whatever the door, it is kept.

    Who writes a mail, or is not told when they call, has the link in the receipt; without a receipt they are not told.
    """
    text, told = request.notice_text, request.notice_told
    if not told and text:
        told = NoticeTold.SHOWN
    elif told in ("", NoticeTold.NOT_TOLD) and request.channel != Channel.WEB:
        has_link = request.sends_receipt and bool(request.email) and not request.suspicion
        told = NoticeTold.LINKED if has_link else NoticeTold.NOT_TOLD
    if not text and told not in ("", NoticeTold.NOT_TOLD):
        current = current_notice(request.language)
        text = current.text if current else ""
    if not text:
        return {"notice": None, "notice_told": NoticeTold.NOT_TOLD if told else ""}
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {
        "notice": NoticeVersion.objects.get_or_create(digest=digest, defaults={"text": text})[0],
        "notice_told": told,
    }
