"""Whether a request looks like a robot's.

There is no puzzle, and no address is counted: a flood comes from thousands of them. One budget holds for everybody
together (`settings.INBOX_BUDGET`). Below it nearly everything passes. Above it, what looks like a person's passes, and
the rest is kept in quarantine: with number and record, its promise running, and nothing mailed to anybody.

What a flood can do is bounded, however clever it is: it fills the budget once, and after that `settings.INBOX_STRANGERS`
an hour pass, and a few in the name of each sender that we know. That bounds the receipts too, which is why a request that
passes always gets its receipt: it holds nothing that the sender wrote.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Left

from business.core.sorting import fold

from .enums import WRITTEN, CaseStatus, Direction, QuarantineReason, Triage
from .models import Case, CaseQuerySet, Message
from .services import ContactRequest

__all__ = ["AN_HOUR", "Likeness", "assess"]

# Six addresses in one question: hardly a person's, on the quietest day. In a flood a stranger has two.
MANY_LINKS, FEW_LINKS = 5, 2
# Nobody reads the form, chooses a topic, and types or pastes a question and an address faster.
HUMAN_WHILE = datetime.timedelta(seconds=10)
# So many of the latest messages are compared with, by so many of their first characters: the cost has an end.
COMPARED, COMPARED_LENGTH = 100, 1000
# Colleagues may send the same text, and strangers ask the same short question. When it comes a fourth time it is a pattern.
MOST_ALIKE = 2
# Who is known may write without regard to the flood, but not be the flood.
MOST_FROM_KNOWN = 3
KNOWN_AFTER = datetime.timedelta(days=1)
AN_HOUR = datetime.timedelta(hours=1)

_LINK = re.compile(r"https?://|\bwww\.|\[url\b|<a\s", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


class Likeness:
    """What of a text is compared: its words, and which five follow each other. Names, numbers and order may differ."""

    def __init__(self, text: str) -> None:
        self.sequence = _WORD.findall(fold(text[:COMPARED_LENGTH]))
        self.words = frozenset(self.sequence)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        return frozenset(zip(*(self.sequence[start:] for start in range(5)), strict=False))

    def is_like(self, other: Likeness) -> bool:
        """Whether two texts are variants of one: mostly the same words, or eight in a row that are the same."""
        same = len(self.words & other.words)
        if 5 * same >= 2 * (len(self.words) + len(other.words) - same):
            return True
        return same >= 5 and len(self.runs & other.runs) >= 4


def assess(request: ContactRequest, *, open_for: datetime.timedelta, trapped: int, at: datetime.datetime) -> str:
    """Return why the request looks like a robot's (`QuarantineReason`), or nothing when it may pass.

    Asks the database four times at most, for a bounded number of rows, and locks nothing: of requests that arrive at
    the same moment a few more than the budget may pass.

    Args:
        open_for: how long the form was open before it was sent; of a mail nobody knows.
        trapped: how often the field that people do not see came back filled in. After the first time it can be seen.
        at: when the request arrives.
    """
    links = len(_LINK.findall(request.text))
    if trapped > 1:
        return QuarantineReason.TRAPPED
    if links > MANY_LINKS and not _is_known(request, at):
        return QuarantineReason.LINKS
    if not _is_flood(at):
        return ""
    latest = _latest()
    if _is_known(request, at) and _number_from(request, latest) < MOST_FROM_KNOWN:
        return ""
    if trapped:
        return QuarantineReason.TRAPPED
    if links > FEW_LINKS:
        return QuarantineReason.LINKS
    if open_for < HUMAN_WHILE:
        return QuarantineReason.FLOOD_HURRIED
    if _number_alike(request.text, [text for text, _email, _number in latest]) > MOST_ALIKE:
        return QuarantineReason.FLOOD_SAME_TEXT
    return QuarantineReason.FLOOD_STRANGERS if _are_enough_strangers(at) else ""


def _arrived(at: datetime.datetime) -> CaseQuerySet:
    """What came through the site or by mail, latest first. What an officer took down is no flood."""
    return Case.objects.filter(channel__in=WRITTEN, received_at__lte=at).order_by("-received_at")


def _is_flood(at: datetime.datetime) -> bool:
    budget = settings.INBOX_BUDGET
    most = max((number for _span, number in budget), default=0)
    arrivals = list(_arrived(at).values_list("received_at", flat=True)[:most])
    return any(number <= len([one for one in arrivals if at - one < span]) for span, number in budget)


def _are_enough_strangers(at: datetime.datetime) -> bool:
    passed = _arrived(at).filter(received_at__gt=at - AN_HOUR, quarantine_reason="")
    return passed[: settings.INBOX_STRANGERS].count() >= settings.INBOX_STRANGERS


def _latest() -> list[tuple[str, str, str]]:
    """Return beginning, address and organisation number of the latest messages."""
    messages = Message.objects.filter(direction=Direction.INCOMING, channel__in=WRITTEN).order_by("-pk")
    found = messages.values_list(Left("text", COMPARED_LENGTH), "case__email", "case__organisation_number")
    return list(found[:COMPARED])


def _is_known(request: ContactRequest, at: datetime.datetime) -> bool:
    """Whether an officer has answered this sender before, or has had a request of theirs for a day and let it be."""
    who = Q()
    if request.email:
        who |= Q(email__in={request.email, request.email.lower()})
    if request.organisation_number:
        who |= Q(organisation_number=request.organisation_number)
    if not who:
        return False
    answered = Q(first_answer_at__isnull=False)
    let_be = Q(quarantine_reason="", received_at__lt=at - KNOWN_AFTER) & ~Q(status=CaseStatus.QUARANTINED)
    return Case.objects.filter(who, answered | let_be).exclude(triage=Triage.INSIGNIFICANT).exists()


def _number_from(request: ContactRequest, latest: Iterable[tuple[str, str, str]]) -> int:
    """Count how many of the latest messages come from this sender."""
    return sum(
        bool(request.email and fold(email) == fold(request.email))
        or bool(request.organisation_number and number == request.organisation_number)
        for _text, email, number in latest
    )


def _number_alike(text: str, others: Iterable[str]) -> int:
    likeness = Likeness(text)
    return sum(likeness.is_like(Likeness(other)) for other in others)
