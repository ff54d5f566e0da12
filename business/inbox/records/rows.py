"""The rows that a package is made of, read for many cases at once: as many queries for fifty as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch, Q

from ..enums import Direction, MailPurpose
from ..models import Attachment, Case, Event, IncomingMail, Message, OutboxMail, Rating
from .package import Options

__all__ = ["Party", "Rows", "incoming_of", "read_rows"]

# Not told in a package: notices among officers, and codes that are long used.
INWARD = frozenset({MailPurpose.ALERT, MailPurpose.CODE})


@dataclass(frozen=True)
class Party:
    """A case that is merged with another, and its sender: they are one conversation."""

    number: str
    into: int | None
    name: str
    email: str
    phone: str
    organisation_number: str


@dataclass
class Rows:
    """What hangs on one case, in the order in which it is told."""

    messages: list[Message] = field(default_factory=list)
    mails: list[OutboxMail] = field(default_factory=list)
    received: list[IncomingMail] = field(default_factory=list)  # of machines: mail that made no message of its own
    ratings: list[Rating] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    merged: list[Party] = field(default_factory=list)  # what is merged into it
    parties: list[Party] = field(default_factory=list)  # everything that it is merged with, whichever way


def read_rows(cases: Sequence[Case], options: Options) -> dict[int, Rows]:
    """Return what hangs on each case, by the case's key."""
    keys = [case.pk for case in cases]
    found: dict[int, Rows] = {key: Rows() for key in keys}
    for message in _messages(keys, options):
        found[message.case_id].messages.append(message)
    mails = OutboxMail.objects.filter(case__in=keys).exclude(purpose__in=INWARD)
    for mail in mails.order_by("created_at", "pk"):
        found[mail.case_id].mails.append(mail)
    for received in IncomingMail.objects.filter(case__in=keys, message=None).order_by("received_at", "pk"):
        if received.case_id is not None:
            found[received.case_id].received.append(received)
    for rating in Rating.objects.filter(case__in=keys).order_by("created_at", "pk"):
        found[rating.case_id].ratings.append(rating)
    if options.history:
        for event in Event.objects.filter(case_id__in=keys).order_by("at", "pk"):
            found[event.case_id].events.append(event)
    _add_parties(cases, found)
    return found


def _messages(keys: Iterable[int], options: Options) -> Iterable[Message]:
    said = Message.objects.filter(case__in=keys).select_related("incoming")
    if not options.notes:
        said = said.exclude(direction=Direction.NOTE)
    return said.prefetch_related(Prefetch("attachments", Attachment.objects.order_by("pk"))).order_by(
        "created_at", "pk"
    )


def _add_parties(cases: Sequence[Case], found: dict[int, Rows]) -> None:
    """Tell each case what is merged into it, and whose cases it is answered together with."""
    heads = {case.merged_into_id or case.pk for case in cases}
    parts: defaultdict[int, list[Party]] = defaultdict(list)
    columns = ("number", "merged_into", "name", "email", "phone", "organisation_number")
    by_key: dict[int, Party] = {}
    # Not narrowed to what somebody sees: what is found here is left out of what they take, never shown.
    together = Case.objects.filter(Q(pk__in=heads) | Q(merged_into__in=heads))
    for row in together.order_by("pk").values("pk", *columns):
        party = Party(row["number"], row["merged_into"], *(row[name] for name in columns[2:]))
        by_key[row["pk"]] = party
        if party.into is not None:
            parts[party.into].append(party)
    for case in cases:
        head = case.merged_into_id or case.pk
        found[case.pk].merged = parts[case.pk]
        found[case.pk].parties = [*([by_key[head]] if head in by_key else []), *parts[head]]


def incoming_of(message: Message) -> IncomingMail | None:
    """Return the mail that the message came as; nothing if it came otherwise."""
    with suppress(ObjectDoesNotExist):
        return message.incoming
    return None
