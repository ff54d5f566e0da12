"""Reads a stored mail and puts it where it belongs: in its case, in a case of its own, or in quarantine."""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from business.core.models.snippets import originals

from .. import outbox, services, suspicion
from ..enums import Channel, EventKind, IncomingState, MailPurpose, MailSort, QuarantineReason
from ..files import StoreError, hold, open_stored, sendable
from ..flow import locked_family
from ..flow import log as log_event
from ..models import Attachment, Case, IncomingMail, OutboxMail, Topic
from . import quotes
from .addresses import number_in, signed_in
from .languages import language_of
from .machines import OURS, Bounce
from .parsing import File, LeftOut, Mail, read

__all__ = ["file_mail", "file_stored"]

log = logging.getLogger(__name__)

# So often a mail is taken apart; then it is filed unread. Whatever is in it breaks the reader, or kills the worker.
MOST_ATTEMPTS = 3
IN_A_ROW = 100
MACHINES = frozenset({MailSort.AUTOMATIC, MailSort.BOUNCE})


class _FiledAlreadyError(Exception):
    """Another worker has filed the mail meanwhile."""


class _NoTopicError(Exception):
    """There is no topic to put a request under."""


def file_stored(until: datetime.datetime | None = None) -> tuple[int, bool]:
    """File what is stored, oldest first; return how many mails were filed, and whether more are left.

    Raises:
        StoreError, DatabaseError: nothing can be read or written right now. What is stored stays so.
    """
    filed = 0
    while True:
        waiting = IncomingMail.objects.to_file(timezone.now()).order_by("received_at", "pk")
        keys = list(waiting.values_list("pk", flat=True)[:IN_A_ROW])
        if not keys:
            return filed, False
        for pk in keys:
            if until is not None and timezone.now() >= until:
                return filed, True
            filed += file_mail(pk)


def file_mail(pk: int) -> bool:
    """File one mail if nobody else is at it; tell whether it was filed.

    The claim is a conditional update whose row count is checked: it holds on SQLite too, where row locks do nothing.
    """
    now = timezone.now()
    waiting = IncomingMail.objects.to_file(now).filter(pk=pk)
    if not waiting.update(lease_until=now + settings.INBOX_MAIL_LEASE, attempts=F("attempts") + 1):
        return False
    mail = IncomingMail.objects.get(pk=pk)
    try:
        with open_stored(mail.path) as stored:
            raw = stored.read()
        _file(mail, Mail(is_unreadable=True) if mail.attempts > MOST_ATTEMPTS else read(raw))
    except _FiledAlreadyError:
        return False
    except (StoreError, _NoTopicError, OperationalError, InterfaceError) as error:
        # Nothing is wrong with the mail: it waits until there is room again, and that is no attempt.
        log.error("Mail %s could not be filed and waits: %s", pk, error)
        _let_go(mail, 1, attempts=F("attempts") - 1)
        raise
    except Exception as error:
        log.exception("Mail %s could not be filed", pk)
        _let_go(mail, mail.attempts, last_error=f"{type(error).__name__}: {error}"[:300].replace("\x00", ""))
        return False
    return True


def _let_go(mail: IncomingMail, minutes: int, **values: Any) -> None:
    later = timezone.now() + datetime.timedelta(minutes=minutes)
    IncomingMail.objects.filter(pk=mail.pk, state=IncomingState.STORED).update(lease_until=later, **values)


# --- Where it belongs


def _file(row: IncomingMail, mail: Mail) -> None:
    if mail.bounce and (ours := _returned(mail, mail.bounce)) is not None:
        _file_bounce(row, mail, mail.bounce, ours)
        return
    case, claims = _verified(mail), _claimed(mail)
    if case is None and mail.sort in MACHINES:
        case = _sent_on_to(mail)
    if case is None:
        _file_new(row, mail, claims, QuarantineReason.UNVERIFIED if claims else "")
    elif mail.sort in MACHINES:
        with transaction.atomic():
            log_event(case, EventKind.AUTO_REPLIED, mail=row.pk)
            _done(row, mail, IncomingState.IGNORED, case=case, claims=case.number)
    else:
        try:
            _file_reply(row, mail, case)
        except services.NotAllowedError as error:  # far too many, or the case itself is in quarantine
            log.warning("Mail %s was not added to case %s: %s", row.pk, case.number, error)
            _file_new(row, mail, claims, QuarantineReason.FLOOD_HURRIED)


def _returned(mail: Mail, bounce: Bounce) -> OutboxMail | None:
    """Return the mail of ours that a bounce is about. Its Message-ID is known to those alone who had the mail.

    Who it went to must be among those who were not reached; or else the bounce came to the address that we made for them:
    a mail that was passed on comes back from where it was passed on to.
    """
    mails = OutboxMail.objects.select_related("case", "message", "copy_of")
    named = {one.message_id_header: one for one in mails.filter(message_id_header__in=bounce.message_ids)}
    ours = next((named[one] for one in bounce.message_ids if one in named), None)
    # Of what was disposed of nobody knows whom it went to: nothing comes of it but that this goes too.
    if ours is None or not ours.to or not bounce.receivers or ours.to.casefold() in bounce.receivers:
        return ours
    signed = (one for one in signed_in(mail.to) if one.number == ours.case.number)
    return ours if any(one.is_ours_for(ours.to) for one in signed) else None


def _verified(mail: Mail) -> Case | None:
    """Return the sender's own case that the mail belongs to, if we know that it does: it came to an address that we made
    for this sender, who is the sender of that case or of one merged with it.
    """
    if not mail.sender or not mail.has_one_sender:
        return None
    for signed in signed_in(mail.to):
        if not signed.is_ours_for(mail.sender):
            continue
        case = Case.objects.filter(number=signed.number).first()
        if case is None:
            continue
        root = case.merged_into_id or case.pk
        family = Case.objects.filter(Q(pk=root) | Q(merged_into=root), email__iexact=mail.sender)
        theirs = {one.pk: one for one in family.order_by("pk")}
        if theirs:
            return theirs.get(case.pk) or theirs.get(root) or next(iter(theirs.values()))
    return None


def _sent_on_to(mail: Mail) -> Case | None:
    """Return the case that we sent on to this sender, at the address that we made for it: another authority's machine
    says that it has the mail. What a person there writes goes to the sender of the case, and is no message of the case.
    """
    for signed in signed_in(mail.to) if mail.sender and mail.has_one_sender else []:
        ours = OutboxMail.objects.filter(
            case__number=signed.number, purpose=MailPurpose.FORWARD, to__iexact=mail.sender
        )
        if signed.is_ours_for(mail.sender) and (sent := ours.select_related("case").first()) is not None:
            return sent.case
    return None


def _claimed(mail: Mail) -> str:
    """Return the number of the case that the mail says it belongs to: anybody can write that."""
    for signed in signed_in(mail.to):
        return signed.number
    if number := number_in(mail.subject):
        return number
    answered = [one for one in mail.references if OURS.fullmatch(one)]
    if not answered:
        return ""
    return (
        OutboxMail.objects.filter(message_id_header__in=answered).values_list("case__number", flat=True).first() or ""
    )


def _file_bounce(row: IncomingMail, mail: Mail, bounce: Bounce, ours: OutboxMail) -> None:
    with transaction.atomic():
        try:
            locked_family(ours.case)
        except services.NotAllowedError:
            # It was disposed of, perhaps just now. Nothing is left of it that could be sent again, and whom it was about
            # is written nowhere anew. What arrived goes too (``disposal/late_mail.py``).
            mail = Mail(sort=mail.sort)
        else:
            if bounce.has_failed:
                outbox.bounced(ours, bounce.code, bounce.words)
        _done(row, mail, IncomingState.IGNORED, case=ours.case, claims=ours.case.number)


# --- What becomes of it


def _key(row: IncomingMail) -> str:
    """Return the key that the mail's case and files have: the same mail, filed again after a crash, is the same case."""
    return hashlib.sha256(f"mail:{row.digest}".encode()).hexdigest()


def _file_reply(row: IncomingMail, mail: Mail, case: Case) -> None:
    files = _keep_files(row, mail)
    with transaction.atomic():
        message = services.add_message(
            case,
            mail.text or _nothing_said(mail),
            name=case.name or mail.sender_name,
            channel=Channel.EMAIL,
            digest=row.digest,
            attachments=files,
            at=row.received_at,
        )
        _done(row, mail, IncomingState.FILED, case=case, message=message, claims=case.number)


def _file_new(row: IncomingMail, mail: Mail, claims: str, reason: str) -> None:
    request = replace(_request(mail), submission_key=_key(row))
    said = replace(request, text=quotes.split(request.text)[0])
    request = replace(
        request,
        suspicion=reason
        or (QuarantineReason.AUTOMATIC if mail.sort != MailSort.PERSON and not mail.is_unreadable else "")
        or suspicion.assess(said, open_for=suspicion.AN_HOUR, trapped=0, at=row.received_at),
        sends_receipt=mail.sort == MailSort.PERSON,
        attachments=_keep_files(row, mail),
    )
    with transaction.atomic():
        case = services.receive(request, at=row.received_at)
        message = case.messages.order_by("pk").first()
        state = IncomingState.QUARANTINED if request.suspicion else IncomingState.FILED
        if mail.is_unreadable:
            state = IncomingState.FAILED
        _done(row, mail, state, case=case, message=message, claims=claims)


def _request(mail: Mail) -> services.ContactRequest:
    topics = Topic.objects.filter(originals(), in_use=True).select_related("unit").order_by("order", "sort_key", "pk")
    topic = topics.filter(slug=settings.INBOX_MAIL_TOPIC).first() or topics.first()
    if topic is None:
        raise _NoTopicError("There is no topic for requests by mail: add one under Registers")
    body = mail.text or _nothing_said(mail)
    has_subject = mail.subject and not body.startswith(mail.subject)
    with translation.override(settings.LANGUAGE_CODE):
        nobody = _("Unknown sender")
    return services.ContactRequest(
        topic=topic,
        text=f"{mail.subject}\n\n{body}" if has_subject else body,
        name=mail.sender_name[:120] or nobody,
        email=mail.sender,
        language=language_of(quotes.split(mail.text)[0]),
        channel=Channel.EMAIL,
    )


def _nothing_said(mail: Mail) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        if mail.is_unreadable:
            return _("(The mail could not be read. It is kept as it arrived.)")
        return _("(The mail holds no text.)")


def _keep_files(row: IncomingMail, mail: Mail) -> tuple[Attachment, ...]:
    """Store the files that are taken, and note which are not, and why. Filed again, the same files are there already."""
    key = _key(row)
    for file in mail.files:
        try:
            hold([_upload(file)], held_key=key)
        except ValidationError as error:
            mail.left_out += _refused(file, error)
    return sendable(key)


def _upload(file: File) -> SimpleUploadedFile:
    upload = SimpleUploadedFile("file", file.data)
    upload._name = file.name  # type: ignore[attr-defined]  # the setter would shorten it: `names.py` does that better
    return upload


def _refused(file: File, error: ValidationError) -> list[LeftOut]:
    with translation.override(None):  # the sentence as it stands in the catalogue: whoever reads it has a language
        return [LeftOut(str(one.message), (one.params or {}).get("name", file.name)) for one in error.error_list]


def _done(row: IncomingMail, mail: Mail, state: IncomingState, **values: Any) -> None:
    """Write down what became of the mail. Call inside the transaction that makes it so.

    Raises:
        _FiledAlreadyError: another worker was quicker; whatever this one did is undone.
    """
    ours = IncomingMail.objects.filter(pk=row.pk, state=IncomingState.STORED)
    changed = ours.update(
        state=state,
        lease_until=None,
        last_error=row.last_error,
        sort=mail.sort,
        sender=mail.sender,
        subject=mail.subject,
        message_id_header=mail.message_id,
        has_html=mail.has_html,
        left_out=[asdict(one) for one in _once(mail.left_out)],
        **values,
    )
    if not changed:
        raise _FiledAlreadyError


def _once(left_out: Iterable[LeftOut]) -> list[LeftOut]:
    return list(dict.fromkeys(left_out))
