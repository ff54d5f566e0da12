"""What the statistics need of every request, as columns: read from an index by the database, counted by NumPy (ADR 49)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, F, Q
from django.db.models import Case as When
from django.db.models import When as Then
from django.db.models.functions import Cast, Coalesce

from ..enums import OPEN, CaseStatus, Channel
from ..models import CaseQuerySet, Pause
from .columns import NEVER, Column, Microseconds, Numbers, microseconds
from .office import MINUTE, OfficeClock

__all__ = ["CHANNELS", "LEFT_OUT", "Kind", "Requests", "ended_at", "read_requests"]

# Never answered for themselves: a merged case is answered where it was merged, a robot's is not answered at all.
MERGED = Q(status=CaseStatus.MERGED)
QUARANTINED = Q(status=CaseStatus.QUARANTINED) | ~Q(quarantine_reason="")
LEFT_OUT = MERGED | QUARANTINED
CHANNELS: list[str] = list(Channel.values)
# A topic, a unit, a channel and a kind are one number, each in so many bits.
KIND_BITS, CHANNEL_BITS, UNIT_BITS = 5, 3, 24


class Kind:
    """What a request is. It can be answered and open, or closed and unanswered."""

    UNANSWERED, OPEN, CLOSED, MERGED, QUARANTINED = 1, 2, 4, 8, 16


@dataclass(frozen=True)
class Requests:
    """A column of each: what stands in the same place is of the same request."""

    topic: Numbers  # its key, and the unit's
    unit: Numbers
    channel: Numbers  # its place in `CHANNELS`
    kind: Numbers
    received: Numbers  # when (`microseconds`)
    ended: Numbers  # when it no longer waited for a first answer; or NEVER
    halves: Numbers  # begun half minutes of office time to the first answer, or to now

    def at(self, places: Any) -> Requests:
        """Return those in these places, in their order."""
        return Requests(*(getattr(self, field.name)[places] for field in fields(self)))


def ended_at() -> Coalesce:
    """Return when somebody no longer waited for a first answer: it had come, or the case was closed."""
    return Coalesce("first_answer_at", "closed_at")


def read_requests(
    cases: CaseQuerySet, since: datetime.datetime, clock: OfficeClock, now: datetime.datetime
) -> Requests:
    """Return what the statistics need of these cases, none of which was received before ``since``. Two queries."""
    read = cases.order_by().aggregate(
        key=Column("pk"),
        common=Column(_in_common()),
        received=Column(Microseconds("received_at")),
        ended=Column(Microseconds(ended_at())),
    )
    common, received, ended = read["common"], read["received"], read["ended"]
    ended = np.where(ended == NEVER, NEVER, np.maximum(ended, received))  # whatever the clocks said
    kind = common & (2**KIND_BITS - 1)
    until = np.where(kind & Kind.UNANSWERED, microseconds(now), ended)
    spent = clock.at(until, beyond=1) - clock.at(received)
    spent -= _paused(read["key"], received, until, clock, _read_pauses(since, now))
    common >>= KIND_BITS
    channel = common & (2**CHANNEL_BITS - 1)
    common >>= CHANNEL_BITS
    return Requests(
        topic=common >> UNIT_BITS,
        unit=common & (2**UNIT_BITS - 1),
        channel=channel,
        kind=kind,
        received=received,
        ended=ended,
        halves=-(-2 * np.maximum(spent, 0) // MINUTE),
    )


def _in_common() -> Any:
    channel = When(*(Then(channel=name, then=place) for place, name in enumerate(CHANNELS)), default=0)
    number: Any = Cast("topic", BigIntegerField())
    for bits, value in ((UNIT_BITS, F("unit")), (CHANNEL_BITS, channel), (KIND_BITS, _kind())):
        number = number * 2**bits + value
    return number


def _kind() -> Any:
    state = When(
        Then(status=CaseStatus.CLOSED, quarantine_reason="", then=Kind.CLOSED),  # first, since most are
        Then(MERGED, then=Kind.MERGED),
        Then(QUARANTINED, then=Kind.QUARANTINED),
        Then(status__in=OPEN, then=Kind.OPEN),
        default=0,
    )
    return state + When(Then(first_answer_at__isnull=True, then=Kind.UNANSWERED), default=0)


def _read_pauses(since: datetime.datetime, now: datetime.datetime) -> tuple[Numbers, Numbers, Numbers]:
    """Return the case of each pause that lasted beyond ``since``, when it began and when it ended, or now."""
    pauses = Pause.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=since)).order_by()
    read = pauses.aggregate(
        case=Column("case"), begun=Column(Microseconds("started_at")), ended=Column(Microseconds("ended_at"))
    )
    return read["case"], read["begun"], np.where(read["ended"] == NEVER, microseconds(now), read["ended"])


def _paused(
    key: Numbers, received: Numbers, until: Numbers, clock: OfficeClock, pauses: tuple[Numbers, Numbers, Numbers]
) -> Numbers:
    """Return the office time in which each case, told by its key, waited for its sender until it was answered.

    One that ends while its case waits ends one microsecond beyond where it began to wait, as when the office is
    closed. Time in which two pauses of a case overlap counts once, as in the promise.
    """
    known = np.flatnonzero(np.isin(pauses[0], key))
    known = known[np.lexsort((pauses[1][known], pauses[0][known]))]
    case, begun, ended = (column[known] for column in pauses)
    again = case[1:] == case[:-1]
    while np.any(longer := again & (ended[:-1] > ended[1:])):
        ended[1:] = np.where(longer, ended[:-1], ended[1:])
    begun[1:] = np.where(again, np.maximum(begun[1:], ended[:-1]), begun[1:])
    order = np.argsort(key)
    place = order[np.searchsorted(key, case, sorter=order)]
    until = until[place]
    waited = clock.at(np.minimum(ended, until)) - clock.at(np.maximum(begun, received[place]))
    waited = np.where(begun < until, np.maximum(waited, 0) - (ended >= until), 0)
    paused = np.zeros_like(key)
    np.add.at(paused, place, waited)
    return paused
