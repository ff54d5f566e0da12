"""What the sender of a case is shown of it. Never a note, an entry of the history, a draft or a mail that has not left.

Only what is this sender's own: what was said in this case, and what was mailed to its sender. Another case, merged with
this one, may look like the same person's and be somebody else's: anybody can write a stranger's address into the form.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from business.core.personal_number import mask_personal_numbers
from business.core.sent_plan import SentPlan
from business.core.translation import Localiser, active_locale_code, locale_for

from .enums import OPEN, PAUSED, CaseStatus, Channel, Direction, MailPurpose, MailStatus, TimeState
from .incoming.quotes import split
from .meeting_words import without_way_on
from .models import Attachment, Case, CaseLink, MeetingTime, Message, OutboxMail, Rating
from .sender_links import has_expired
from .services import can_have_code, can_rate, offered_times

__all__ = ["Gone", "Said", "SendersPage", "file_of", "gone", "senders_page"]

STATES = {
    CaseStatus.NEW: gettext_lazy("We have it. Nobody has begun yet."),
    CaseStatus.ASSIGNED: gettext_lazy("We have it, and somebody is about to begin."),
    CaseStatus.IN_PROGRESS: gettext_lazy("Somebody is working on it."),
    CaseStatus.WAITING_SENDER: gettext_lazy("We are waiting for you."),
    CaseStatus.WAITING_OTHER: gettext_lazy("We are waiting for somebody else."),
    CaseStatus.MEETING_BOOKED: gettext_lazy("A meeting is booked."),
    CaseStatus.ANSWERED: gettext_lazy("We have answered."),
    CaseStatus.CLOSED: pgettext_lazy("state of a case, to its sender", "Closed."),
    CaseStatus.REOPENED: gettext_lazy("It is open again."),
    CaseStatus.QUARANTINED: gettext_lazy("We are checking it by hand."),
    CaseStatus.MERGED: gettext_lazy("Somebody is working on it."),
}


class Gone(StrEnum):
    """Why a link leads nowhere any more."""

    DISPOSED = "disposed"
    RENEWED = "renewed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Said:
    """A message as the sender sees it."""

    message: Message
    text: str
    who: str  # nothing when it is the sender's own
    files: list[Attachment]
    plan: SentPlan | None

    @property
    def is_ours(self) -> bool:
        return self.message.direction == Direction.OUTGOING


@dataclass(frozen=True)
class SendersPage:
    """A case for its sender. ``case`` is their own; ``target`` is where it is worked: itself, or what it is merged with."""

    case: Case
    target: Case
    topic: str
    unit: str
    thread: list[Said] = field(default_factory=list)
    times: list[MeetingTime] = field(default_factory=list)
    rating: Rating | None = None
    sent_on: str = ""  # the authority that their words were last sent on to

    @property
    def is_secret(self) -> bool:
        return self.case.is_secret_to_sender

    @property
    def state(self) -> str:
        is_closed_by_it = self.target.status == CaseStatus.CLOSED and self.target.answered_at is None
        if self.sent_on and is_closed_by_it:
            return _("We have sent it on to %(authority)s, who will answer you.") % {"authority": self.sent_on}
        return str(STATES[CaseStatus(self.target.status)])

    @property
    def is_merged(self) -> bool:
        return self.target.pk != self.case.pk

    @property
    def has_officer(self) -> bool:
        """Whether a person has it."""
        return self.target.owner_id is not None and self.target.status in OPEN

    @property
    def expects_answer(self) -> bool:
        return self.target.status in OPEN - PAUSED and self.target.answered_at is None

    @property
    def meeting(self) -> MeetingTime | None:
        """The time that is chosen, while the meeting is booked."""
        if self.target.status != CaseStatus.MEETING_BOOKED:
            return None
        chosen = (one for one in self.times if one.state == TimeState.CHOSEN)
        return next((one for one in chosen if one.starts_at == self.target.meeting_at), None)

    @property
    def may_act(self) -> bool:
        """Whether the sender can write here at all."""
        return not self.is_secret and can_have_code(self.case)

    def may_choose(self, at: datetime.datetime) -> list[MeetingTime]:
        """Return the times that can be chosen now."""
        if not self.may_act or any(one.state == TimeState.CHOSEN for one in self.times):
            return []
        if self.case.status not in OPEN | {CaseStatus.ANSWERED}:
            return []
        return [one for one in self.times if one.state == TimeState.PROPOSED and one.starts_at > at]

    @property
    def may_rate(self) -> bool:
        return self.may_act and can_rate(self.case)


def gone(link: CaseLink, at: datetime.datetime) -> Gone | None:
    """Return why the link leads nowhere any more, or nothing while it does."""
    if link.case.disposed_at is not None:
        return Gone.DISPOSED
    if link.ended_at is not None:
        return Gone.RENEWED
    return Gone.EXPIRED if has_expired(link.case, at) else None


def senders_page(case: Case) -> SendersPage:
    """Return what the sender sees, in the language that is active, in a fixed number of queries. It changes nothing."""
    target = case.merged_into or case
    say = Localiser(locale_for(active_locale_code()), [case.topic, target.unit])
    page = SendersPage(case, target, say(case.topic, "name"), say(target.unit, "name"))
    if page.is_secret:
        return page
    return SendersPage(
        case,
        target,
        page.topic,
        page.unit,
        [_said(message) for message in _thread(case)],
        offered_times(case),
        case.ratings.filter(closed_at=target.closed_at).first() if target.closed_at else None,
        _sent_on(case, target),
    )


def _sent_on(case: Case, target: Case) -> str:
    """Return the authority that this sender's words were last sent on to, as they were told; nothing if to none."""
    mails = OutboxMail.objects.filter(case__in={case.pk, target.pk}, purpose=MailPurpose.FORWARD)
    own = set(case.messages.filter(direction=Direction.INCOMING).values_list("pk", flat=True))
    for data in mails.filter(status=MailStatus.SENT).order_by("-pk").values_list("after_data", flat=True):
        if own & set(data.get("messages", [])):
            authority = data.get("authority", {})
            return str(authority.get("told") or authority.get("name", ""))
    return ""


def file_of(case: Case, key: int) -> Attachment | None:
    """Return a file that the page names, as it stands in a message of the page; nothing of a case under secrecy."""
    if case.is_secret_to_sender:
        return None
    return Attachment.objects.filter(pk=key, message__in=_messages(case)).first()


def _messages(case: Case) -> QuerySet[Message]:
    own = Q(case=case, direction=Direction.INCOMING)
    mailed = Q(case=case, direction=Direction.OUTGOING, mail__status=MailStatus.SENT)
    # Answers that were written where the case is merged reach its sender in a mail of their own.
    copies = OutboxMail.objects.filter(case=case, purpose=MailPurpose.COPY, status=MailStatus.SENT)
    keys = list(copies.exclude(copy_of__case=case).values_list("copy_of__message", flat=True))
    elsewhere = Q(pk__in=keys, direction=Direction.OUTGOING)
    # Narrowed first, by what an index knows: the three together have every message of every case looked through.
    return Message.objects.filter(Q(case=case) | Q(pk__in=keys)).filter(own | mailed | elsewhere)


def _thread(case: Case) -> list[Message]:
    said = _messages(case).select_related("author").defer("original")
    return list(said.prefetch_related("attachments").order_by("created_at", "pk"))


def _said(message: Message) -> Said:
    is_ours = message.direction == Direction.OUTGOING
    plan = message.sent_plan
    return Said(
        message,
        without_way_on(message.text) if is_ours else mask_personal_numbers(_own_words(message)),
        _officer(message.author) if is_ours else _note(message.channel),
        list(message.attachments.all()),
        plan.in_language(active_locale_code()) if plan else None,
    )


def _own_words(message: Message) -> str:
    """Return what the sender wrote; of a mail, without what it answers and the signature."""
    return split(message.text)[0].rstrip() if message.channel == Channel.EMAIL else message.text


def _officer(author: Any) -> str:
    """Return the name that an officer signs mails with, and nothing else of theirs."""
    return author.get_full_name() if author else ""


def _note(channel: str) -> str:
    """Say who wrote down what the sender did not write."""
    if channel == Channel.PHONE:
        return _("What we wrote down when you called")
    return _("What we wrote down when you visited us") if channel == Channel.VISIT else ""
