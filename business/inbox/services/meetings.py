"""Times to meet: proposed by an officer, one of them chosen by the sender."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import outbox
from ..enums import (
    ANSWERABLE,
    AfterSending,
    CaseStatus,
    Direction,
    EventKind,
    MailPurpose,
    MailStatus,
    TimeState,
)
from ..flow import NotAllowedError, locked, log, may_become, move, refuse_if_news, store
from ..mails import answer_mail
from ..meeting_words import ProposedTime, time_in_words, with_times
from ..models import Case, MeetingTime, Message
from .acts import said_already
from .answering import begin, outgoing

__all__ = ["MOST_TIMES", "choose_time", "offered_times", "propose_times"]

MOST_TIMES = 5


@transaction.atomic
def propose_times(
    case: Case,
    user: Any,
    text: str,
    times: Iterable[ProposedTime],
    seen: int | None = None,
    *,
    resume_on: datetime.date | None = None,
) -> Message:
    """Mail times to meet to the sender, who picks one on their page. Until then the case waits for them.

    The times stand below the text. They are offered once the mail server has taken the mail, in the place of those that
    were offered before.

    Raises:
        NotAllowedError: the case cannot be answered, there is no address, or no time is proposed.
        ChangedMeanwhileError: something newer than ``seen`` was said.
    """
    case, proposed = locked(case), sorted(times, key=lambda one: one.starts_at)
    if not proposed:
        raise NotAllowedError(_("Propose at least one time."))
    whole = with_times(text, proposed, case.language)
    if (twice := said_already(case, user, Direction.OUTGOING, whole, seen)) is not None:
        return twice
    if case.status not in ANSWERABLE:
        raise NotAllowedError(_("A case that is “%(now)s” cannot be answered.") % {"now": case.get_status_display()})
    if not case.email:
        raise NotAllowedError(_("There is no e-mail address in this case. Call, and book the meeting by hand."))
    refuse_if_news(case, user, seen)
    begin(case, user, whole)
    subject, body = answer_mail(case, user, whole)
    message = outgoing(case, user, whole)
    MeetingTime.objects.bulk_create(
        MeetingTime(case=case, message=message, starts_at=one.starts_at, minutes=one.minutes, place=one.place)
        for one in proposed
    )
    follows = {"by": user.pk, "resume_on": resume_on.isoformat() if resume_on else ""}
    outbox.put(
        case,
        MailPurpose.ANSWER,
        case.email,
        subject,
        body,
        message=message,
        after=AfterSending.WAIT,
        after_data=follows,
    )
    log(case, EventKind.TIMES_PROPOSED, user, message=message.pk, times=len(proposed))
    return message


def offered_times(case: Case) -> list[MeetingTime]:
    """Return the times of the latest proposal that has been mailed, and what became of each."""
    sent = MeetingTime.objects.filter(case=case, message__mail__status=MailStatus.SENT)
    latest = sent.order_by("-message").values("message")[:1]
    return list(MeetingTime.objects.filter(message=latest))


@transaction.atomic
def choose_time(case: Case, key: int, at: datetime.datetime | None = None) -> MeetingTime:
    """Let the sender choose one of the times: the meeting is booked, and the others are no longer offered.

    Chosen twice, it is one meeting. Of two who choose at the same time the first has it.

    Raises:
        NotAllowedError: it is not offered (any more), another is chosen, or the case is closed. The text is for the
            sender.
    """
    moment = at or timezone.now()
    case = locked(case)
    times = offered_times(case)
    time = next((one for one in times if one.pk == key), None)
    if time is not None and time.state == TimeState.CHOSEN:
        return time
    if taken := next((one for one in times if one.state == TimeState.CHOSEN), None):
        when = time_in_words(taken.starts_at, taken.minutes, taken.place)
        raise NotAllowedError(_("Another time has been chosen already: %(when)s.") % {"when": when})
    if time is None or time.state != TimeState.PROPOSED:
        raise NotAllowedError(_("That time is no longer offered. Choose one of those on the page, or write to us."))
    if time.starts_at <= moment:
        raise NotAllowedError(_("That time has passed. Choose another, or write to us."))
    if case.status not in ANSWERABLE or not may_become(case, CaseStatus.MEETING_BOOKED):
        raise NotAllowedError(_("The case is closed, so no time can be chosen. Write to us and we open it again."))
    time.state, time.settled_at = TimeState.CHOSEN, moment
    time.save(update_fields=["state", "settled_at"])
    others = MeetingTime.objects.filter(case=case, state=TimeState.PROPOSED)
    others.update(state=TimeState.WITHDRAWN, settled_at=moment)
    move(case, CaseStatus.MEETING_BOOKED, moment)
    case.resume_on, case.meeting_at = None, time.starts_at
    store(case)
    log(case, EventKind.TIME_CHOSEN, at=moment, meeting_at=time.starts_at.isoformat(), time=time.pk)
    outbox.tell_meeting(case, timezone.localdate(moment))
    return time
