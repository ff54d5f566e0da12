"""What follows from a mail that the mail server has taken: an answer answers its case, and closes it or gives it on."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from business.organisation.models import Unit

from .. import owners
from ..enums import (
    ANSWERABLE,
    ON_ITS_WAY,
    AfterSending,
    CaseStatus,
    Direction,
    EventKind,
    MailPurpose,
    MailStatus,
)
from ..flow import (
    NotAllowedError,
    answered_now,
    conversation,
    locked_family,
    may_become,
    move,
    store,
)
from ..flow import log as log_event
from ..models import Case, OutboxMail
from .alerts import tell_given, tell_not_given
from .closing import close
from .events import note
from .forwarded import follow_forward

__all__ = ["follow"]

log = logging.getLogger(__package__)


def follow(mail: OutboxMail, now: datetime.datetime) -> None:
    """Write what follows from a sent mail.

    An answer answers its case, unless the sender has written since. The sender of a merged case has theirs as a copy.
    """
    if mail.purpose == MailPurpose.FORWARD:
        follow_forward(mail, now)
        return
    answer = mail.copy_of or mail
    answers = answer.purpose == MailPurpose.ANSWER and not (mail.copy_of and mail.case_id == answer.case_id)
    case = locked_family(mail.case) if answers else mail.case  # locked before anything is written
    note(mail, EventKind.MAIL_SENT, now)
    if not answers:
        return
    if conversation(case).filter(direction=Direction.INCOMING, pk__gt=answer.message_id).exists():
        # Somebody was answered, and asks again: that is not answered.
        case.first_answer_at = case.first_answer_at or now
        store(case, "first_answer_at")
        return
    on_its_way = OutboxMail.objects.filter(copy_of=mail, status__in=ON_ITS_WAY | {MailStatus.SENT})
    waiting = answered_now(case, now, set(on_its_way.values_list("case", flat=True)))
    try:
        with transaction.atomic():
            _go_on(case, mail, now, waiting)
    except NotAllowedError as error:
        # The case has changed since the answer was written; that it was sent stands all the same.
        log.warning("Case %s: after the answer: %s", case.number, error)
        case.refresh_from_db()
        _become(case, mail, CaseStatus.ANSWERED, now)


def _go_on(case: Case, mail: OutboxMail, now: datetime.datetime, waiting: list[Case]) -> None:
    """Do what the writer wanted to happen once the answer was accepted.

    While somebody merged with the case waits for an answer, it is neither answered nor closed.
    """
    if case.status not in ANSWERABLE:  # closed or merged meanwhile: that stands
        return
    people, data = get_user_model().objects, mail.after_data
    by = people.filter(pk=data.get("by")).first()
    if mail.after == AfterSending.WAIT:
        _become(case, mail, CaseStatus.WAITING_SENDER, now)
        case.resume_on = data.get("resume_on") or None
        store(case)
    elif mail.after == AfterSending.HAND_OVER:
        user, unit = people.filter(pk=data.get("user")).first(), Unit.objects.filter(pk=data.get("unit")).first()
        _become(case, mail, CaseStatus.IN_PROGRESS, now)
        _hand_over(case, by, user, unit)
    elif waiting:
        _become(case, mail, CaseStatus.IN_PROGRESS, now)
        if mail.after == AfterSending.CLOSE:
            log_event(case, EventKind.NOT_CLOSED, by, waiting=[one.number for one in waiting])
    else:
        _become(case, mail, CaseStatus.ANSWERED, now)
        if mail.after == AfterSending.CLOSE:
            close(case, by, data)


def _hand_over(case: Case, by: Any, user: Any, unit: Unit | None) -> None:
    """Give the answered case on, or keep it with its writer: there is more to do, so it must be in somebody's list."""
    try:
        owner = owners.give(case, by, user, unit)
    except owners.HasItAlreadyError:  # somebody gave it there meanwhile, or a substitute gives it back
        owner = case.owner
        move(case, CaseStatus.ASSIGNED)
        store(case)
    except NotAllowedError as error:
        case.owner = case.owner or by
        store(case, "owner")
        log_event(case, EventKind.NOT_HANDED_OVER, by, why=str(error))
        tell_not_given(case, by, str(error))
        return
    if owner is not None and owner != by:
        tell_given(case, owner, by)


def _become(case: Case, mail: OutboxMail, status: CaseStatus, now: datetime.datetime) -> None:
    """Move the case if it is still worked; what somebody has closed meanwhile stays closed."""
    was_answered = case.status == CaseStatus.ANSWERED
    if case.status in ANSWERABLE and may_become(case, status):
        move(case, status, now)
        store(case)
        if not was_answered:
            note(mail, EventKind.ANSWERED, now)
