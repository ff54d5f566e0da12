"""Answers: written, withdrawn, sent again; and the notice that an answer takes longer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import drafts, outbox
from ..enums import (
    ANSWERABLE,
    TO_OTHERS,
    UNTOUCHED,
    AfterSending,
    CaseStatus,
    Channel,
    Direction,
    EventKind,
    MailPurpose,
    ScanState,
)
from ..flow import NotAllowedError, check_triage, left_out, locked, log, move, refuse_if_news, store
from ..mails import answer_mail, delay_mail
from ..meeting_words import without_times
from ..models import Attachment, Case, Draft, Message, OutboxMail
from ..searching import search_text
from ..sender_links import renew_link
from .acts import said_already

__all__ = ["answer", "begin", "delay", "outgoing", "send_again", "withdraw"]


@transaction.atomic
def answer(
    case: Case,
    user: Any,
    text: str,
    seen: int | None = None,
    *,
    cc: Iterable[str] = (),
    also: Iterable[Case] = (),
    after: AfterSending = AfterSending.ANSWERED,
    after_data: dict[str, Any] | None = None,
    attachments: Iterable[Attachment] = (),
) -> Message:
    """Hand an answer to the mail. What follows (``after``) happens when the mail server has accepted it.

    Each sender of a case merged with this one (``also``) gets the answer in a mail of their own, with their number and
    their question. It can be withdrawn for `settings.OUTBOX_UNDO`. An unowned case becomes the writer's: whoever answers has it.
    ``seen`` is the newest message that the writer had read; with it, an answer that crosses another message is
    stopped, and one that is sent twice goes out once. The writer's draft is gone with it.

    Raises:
        NotAllowedError: the case cannot be answered, what is to follow lacks something, or a file is malicious.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = locked(case)
    files, copied, others = list(attachments), list(cc), _still_merged(case, also)
    twice = said_already(case, user, Direction.OUTGOING, text, seen)
    if twice is not None and _is_the_same(twice, files, copied, others, after):
        Draft.objects.filter(case=case, user=user).delete()
        return twice
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_refusal(case))
    if not case.email:
        raise NotAllowedError(_("There is no e-mail address in this case. Call, and close it with a reason."))
    refuse_if_news(case, user, seen)
    follows = after_data or {}
    if after == AfterSending.CLOSE:
        check_triage(follows.get("triage", ""), follows.get("registered_number", ""))
        _refuse_to_leave_out(case, others)
    if after == AfterSending.HAND_OVER and not (follows.get("user") or follows.get("unit")):
        raise NotAllowedError(_("Choose a person or a unit."))
    if locked_file := next((one for one in files if one.scan == ScanState.INFECTED), None):
        raise NotAllowedError(
            _("“%(name)s” is malicious and locked. Take it away from the answer.") % {"name": locked_file.name}
        )
    begin(case, user, text, *(one.name for one in files))
    subject, body = answer_mail(case, user, text)
    message = outgoing(case, user, text)
    Attachment.objects.filter(pk__in=[one.pk for one in files], message=None).update(
        message=message, draft=None, held_key=""
    )
    mail = outbox.put(
        case,
        MailPurpose.ANSWER,
        case.email,
        subject,
        body,
        message=message,
        cc=copied,
        after=after,
        after_data={**follows, "by": user.pk},
    )
    for other in others:
        outbox.put_copy(mail, other, other.email, *answer_mail(other, user, text))
    Draft.objects.filter(case=case, user=user).delete()
    log(case, EventKind.ANSWER_QUEUED, user, message=message.pk, after=after)
    return message


def _still_merged(case: Case, also: Iterable[Case]) -> list[Case]:
    """Return those merged with the locked case as they are now: one may have been parted, or has another address."""
    keys = [other.pk for other in also]
    return list(case.merged.filter(pk__in=keys).exclude(email="").select_related("topic", "unit").order_by("pk"))


def _refuse_to_leave_out(case: Case, others: list[Case]) -> None:
    """Stop an answer that is to close the case while somebody merged with it gets none."""
    if waiting := left_out(case, [one.pk for one in others]):
        numbers = ", ".join(one.number for one in waiting)
        raise NotAllowedError(
            _("%(numbers)s would be closed without an answer. Answer them too, or close the case by hand and say why.")
            % {"numbers": numbers}
        )


def _is_the_same(
    message: Message, files: list[Attachment], cc: list[str], also: list[Case], after: AfterSending
) -> bool:
    """Whether an answer with the same words was meant: a button pressed twice, not one that goes to more people."""
    mail = message.mail
    return (
        {one.digest for one in files} <= set(message.attachments.values_list("digest", flat=True))
        and {address.casefold() for address in cc} - {mail.to.casefold()} == {one.casefold() for one in mail.cc}
        and {case.pk for case in also} == set(mail.copies.exclude(case=mail.case_id).values_list("case", flat=True))
        and mail.after == after
    )


def _refusal(case: Case) -> str:
    if case.status == CaseStatus.MERGED:
        return _("The case is merged with another. Answer that one.")
    if case.status == CaseStatus.QUARANTINED:
        return _("The case is in quarantine. Let it out first.")
    return _("The case is closed. Reopen it first.")


def begin(case: Case, user: Any, *said: str) -> None:
    """Whoever writes has the case, and has begun; what they say can be searched."""
    if case.owner_id is None:
        case.owner = user
        log(case, EventKind.TAKEN, user)
    if case.status in UNTOUCHED:
        move(case, CaseStatus.IN_PROGRESS)
    case.search_text = search_text(case.search_text, *said)
    store(case, "owner", "search_text")


def outgoing(case: Case, user: Any, text: str) -> Message:
    return Message.objects.create(
        case=case,
        direction=Direction.OUTGOING,
        channel=Channel.EMAIL,
        text=text,
        author=user,
        author_name=str(user)[:160],
    )


@transaction.atomic
def delay(case: Case, user: Any, text: str, until: datetime.datetime, seen: int | None = None) -> Message:
    """Tell the sender that the answer takes longer, and by when it comes: from then on that is the promise.

    Raises:
        NotAllowedError: nothing is promised any more, the new time is not later than the old one, or there is no
            address.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case = locked(case)
    if (twice := said_already(case, user, Direction.OUTGOING, text, seen)) is not None:
        return twice
    if case.status not in ANSWERABLE or case.answered_at is not None:
        raise NotAllowedError(_("No answer is promised in this case."))
    if not case.email:
        raise NotAllowedError(_("There is no e-mail address in this case. Call, and close it with a reason."))
    refuse_if_news(case, user, seen)
    if until <= max(timezone.now(), case.limit_at):
        raise NotAllowedError(_("The new day must be later than the one that is promised."))
    begin(case, user, text)
    former = case.limit_at
    case.promised_at = case.due_at = case.limit_at = until
    store(case, "promised_at")
    subject, body = delay_mail(case, user, text)
    message = outgoing(case, user, text)
    outbox.put(case, MailPurpose.DELAY, case.email, subject, body, message=message)
    log(case, EventKind.DELAYED, user, until=until.isoformat(), former=former.isoformat(), message=message.pk)
    return message


@transaction.atomic
def withdraw(mail: OutboxMail, user: Any) -> Draft:
    """Take back an answer that has not left yet, and give it back to its writer as a draft, with all that was chosen.

    Raises:
        NotAllowedError: somebody else wrote it, or it has been sent or is being sent.
    """
    case = locked(mail.case)
    message = mail.message
    if mail.purpose != MailPurpose.ANSWER or message is None or message.author_id != user.pk:
        raise NotAllowedError(_("Only the one who wrote an answer can withdraw it."))
    if not outbox.withdraw(mail):
        raise NotAllowedError(_("It is too late: the mail is being sent or has been sent."))
    # What is merged is answered where it was merged.
    draft, _created = Draft.objects.get_or_create(case=case.merged_into or case, user=user)
    # Times that were proposed are withdrawn with it: sent as they stand, they would be offered nowhere.
    text = without_times(message.text) if message.meeting_times.exists() else message.text
    draft.text = f"{text}\n\n{draft.text}".strip() if draft.text.strip() else text
    draft.cc, draft.after, draft.updated_at = ", ".join(mail.cc), mail.after, timezone.now()
    draft.choices = drafts.chosen_for(mail)
    draft.save()
    message.attachments.update(message=None, draft=draft)
    log(case, EventKind.WITHDRAWN, user, message=message.pk)
    return draft


@transaction.atomic
def send_again(mail: OutboxMail, user: Any, to: str = "") -> Case:
    """Put a mail that failed back into the outbox, to a corrected address if there is one.

    Raises:
        NotAllowedError: the mail has not failed; somebody else has sent it again.
    """
    case = locked(mail.case)
    target = to or mail.to
    if not outbox.send_again(mail, target):
        raise NotAllowedError(_("This mail has not failed, or is being sent again already."))
    # That the address changed is history; what it was is not, since an entry can never be taken back.
    changed = ["email"] if target != mail.to else []
    # A copy, a notice and what is sent on go to others; only a merged case's sender gets theirs as a copy.
    is_the_senders = mail.purpose not in TO_OTHERS or mail.to == case.email
    if to and to != case.email and is_the_senders:
        case.email, case.search_text = to, search_text(case.search_text, to)
        case.save(update_fields=["email", "search_text"])
        renew_link(case)  # the former one may have gone to a stranger
        log(case, EventKind.LINK_RENEWED, user)
    log(case, EventKind.MAIL_RETRIED, user, mail=mail.pk, purpose=mail.purpose, changed=changed)
    return case
