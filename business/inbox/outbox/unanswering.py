"""What an answer that came back has left unanswered: everything that no other answer has answered."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..enums import ON_ITS_WAY, Direction, EventKind, MailPurpose, MailStatus
from ..flow import conversation, family, is_reached_with, left_out, store
from ..models import Case, Event, OutboxMail

__all__ = ["take_back"]


@dataclass(frozen=True)
class _Answer:
    """Something that has reached somebody: a mail, or what was said to them."""

    at: datetime.datetime
    case: Case
    message_id: int  # what was written in, before and after it, is known by its key


def take_back(mail: OutboxMail, case: Case) -> None:
    """Note that a mail which had been accepted has answered nobody. ``case`` is the mail's, locked with its family.

    Where it was the first answer, or the one that kept the promise, the next that stands is that now, as if the mail had
    never been. One that stands from before did not count there, so only what came afterwards is asked.
    """
    if mail.sent_at is None:
        return
    cases = {one.pk: one for one in family(case).order_by("pk")}
    touched = [one for one in cases.values() if mail.sent_at in (one.answered_at, one.first_answer_at)]
    if not touched:
        return
    answers = [*_mailed(mail, mail.sent_at, cases), *_spoken(mail.sent_at, cases)]
    # Those merged with the case first: its own promise is kept when none of them waits.
    for one in sorted(touched, key=lambda one: one.pk == case.pk):
        _count_again(one, mail.sent_at, [answer for answer in answers if _has_reached(answer, one)])


def _mailed(mail: OutboxMail, since: datetime.datetime, cases: dict[int, Case]) -> list[_Answer]:
    sent = OutboxMail.objects.select_related("copy_of").filter(
        case__in=cases, status=MailStatus.SENT, sent_at__gte=since, purpose__in=[MailPurpose.ANSWER, MailPurpose.COPY]
    )
    # The sender of a merged case has theirs as a copy; another's copy has answered nobody.
    ours = ((one, one.copy_of or one) for one in sent.exclude(pk=mail.pk) if one.is_the_senders)
    return [
        _Answer(one.sent_at, cases[one.case_id], answer.message_id)
        for one, answer in ours
        if one.sent_at is not None and answer.message_id is not None
    ]


def _spoken(since: datetime.datetime, cases: dict[int, Case]) -> list[_Answer]:
    said = Event.objects.filter(case_id__in=cases, kind=EventKind.SPOKEN, at__gte=since)
    return [_Answer(one.at, cases[one.case_id], one.data["message"]) for one in said]


def _has_reached(answer: _Answer, one: Case) -> bool:
    """Whether it has reached the sender of the case: whoever wrote twice has it for both cases."""
    merged_there = one.merged_into_id == answer.case.pk and is_reached_with(one, answer.case)
    return answer.case.pk == one.pk or merged_there


def _count_again(one: Case, was: datetime.datetime, answers: list[_Answer]) -> None:
    if one.first_answer_at == was:
        one.first_answer_at = min((answer.at for answer in answers), default=None)
    if one.answered_at == was:
        asked = conversation(one).filter(direction=Direction.INCOMING).order_by("-pk").values_list("pk", flat=True)
        last = asked.first() or 0
        kept = min((answer.at for answer in answers if answer.message_id > last), default=None)
        one.answered_at = None if _somebody_waits(one) else kept
    store(one, "answered_at", "first_answer_at")


def _somebody_waits(case: Case) -> bool:
    """Whether somebody merged with the case waits, and nothing is on its way to them."""
    on_its_way = OutboxMail.objects.filter(copy_of__case=case, status__in=ON_ITS_WAY).values_list("case", flat=True)
    return bool(left_out(case, set(on_its_way)))
