"""Cases that may be about the same matter: what an officer may want to read, or merge, before answering."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from business.core.sorting import fold

from .enums import CaseStatus, Direction
from .incoming.about import with_subjects
from .models import Case, CaseQuerySet, Message

__all__ = ["Hint", "hints", "senders"]

WINDOW = datetime.timedelta(days=14)
MOST = 5
# How many texts are compared, and how much of each. Both keep the page quick however full the inbox is.
COMPARED, LENGTH = 200, 2000
SHOWN = 200  # letters of each that may be shown
# Of a hundred. Two that write about the same thing in their own words come to some seventy.
ALIKE = 85
# A greeting and a question of one line are alike by chance.
FEWEST_WORDS = 6


@dataclass
class Hint:
    """Another case, and why it may be the same matter, in words."""

    case: Case
    reasons: list[str] = field(default_factory=list)

    @property
    def begins(self) -> str:
        """How its first message begins after what heads it, on one line; nothing of a secret case."""
        text: str = getattr(self.case, "begins", "") or ""
        return "" if self.case.is_secret else " ".join(text.removeprefix(self.case.described)[:SHOWN].split())

    @property
    def can_take(self) -> bool:
        """Whether another case can be merged into it."""
        return self.case.status not in (CaseStatus.QUARANTINED, CaseStatus.MERGED)


def hints(case: Case, user: Any, said: str) -> list[Hint]:
    """Return the cases that resemble this one and came within two weeks of it, newest first: two queries.

    ``said`` is the case's own first message.
    """
    around = _around(case, user)
    found: dict[int, Hint] = {}
    for other in _same_sender(case, around):
        reasons = found.setdefault(other.pk, Hint(other)).reasons
        if case.email and fold(other.email) == fold(case.email):
            reasons.append(_("same e-mail address"))
        if case.organisation_number and other.organisation_number == case.organisation_number:
            reasons.append(_("same organisation number"))
    for other in _similar(said, around):
        found.setdefault(other.pk, Hint(other)).reasons.append(_("similar text"))
    return sorted(found.values(), key=lambda hint: (hint.case.received_at, hint.case.pk), reverse=True)[:MOST]


def senders(keys: Iterable[int], user: Any) -> list[str]:
    """Return who sent the cases, oldest first, each once: a mail address is one sender. One query."""
    found: dict[str, str] = {}
    cases = Case.objects.for_user(user).filter(pk__in=keys)
    for case in cases.defer("search_text").order_by("received_at", "pk"):
        words = ", ".join(word for word in (case.name, case.company, case.email) if word)
        # Of a secret case no sender stands outside the case itself.
        found.setdefault(fold(case.email or case.name), case.number if case.is_secret else words)
    return list(found.values())


def _around(case: Case, user: Any) -> CaseQuerySet:
    """Return what came at about the same time, without the case and what is merged with it."""
    family = [key for key in (case.pk, case.merged_into_id) if key is not None]
    span = (case.received_at - WINDOW, case.received_at + WINDOW)
    return (
        Case.objects.for_user(user)
        .filter(Q(merged_into=None) | ~Q(merged_into__in=family), received_at__range=span)
        .exclude(pk__in=family)
        .select_related("topic")
        .defer("search_text")
        .order_by("-received_at", "-pk")
    )


def _same_sender(case: Case, around: CaseQuerySet) -> list[Case]:
    same = Q()
    if case.email:
        same |= Q(email__iexact=case.email)
    if case.organisation_number:
        same |= Q(organisation_number=case.organisation_number)
    return list(_with_beginnings(around.filter(same))[:MOST]) if same else []


def _with_beginnings(cases: CaseQuerySet) -> CaseQuerySet:
    """Add how each case's first message begins, and its subject if it was a mail."""
    first = Message.objects.filter(case=OuterRef("pk"), direction=Direction.INCOMING).order_by("created_at", "pk")
    return with_subjects(cases).annotate(begins=Subquery(first.values(start=Left("text", LENGTH))[:1]))


def _similar(said: str, around: CaseQuerySet) -> list[Case]:
    """Return those whose first message reads much like this one."""
    own = _words(said)
    if own.count(" ") < FEWEST_WORDS - 1:
        return []
    others = list(_with_beginnings(around.exclude(status=CaseStatus.QUARANTINED))[:COMPARED])
    texts = {number: _words(other.begins or "") for number, other in enumerate(others)}
    # A short text whose words all stand in a long one is not like it.
    about_as_long = {number: text for number, text in texts.items() if len(own) <= 2 * len(text) <= 4 * len(own)}
    alike = process.extract(own, about_as_long, scorer=fuzz.token_set_ratio, score_cutoff=ALIKE, limit=MOST)
    return [others[number] for _text, _score, number in alike]


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text[:LENGTH])))
