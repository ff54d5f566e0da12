"""A case as it went: what was said, and folded between it what was done."""

from __future__ import annotations

from dataclasses import dataclass, field

from .history import Entry, entries
from .models import Case, Message

__all__ = ["Part", "timeline"]


@dataclass
class Part:
    """A message, or the entries of the history that stand between two messages."""

    message: Message | None = None
    entries: list[Entry] = field(default_factory=list)


def timeline(case: Case, thread: list[Message]) -> list[Part]:
    """Return messages and history in one order, oldest first.

    What belongs to a message, and was written with it, follows it.
    """
    done = list(reversed(entries(case)))
    parts: list[Part] = []
    for number, message in enumerate(thread):
        if number:  # the first message opens the case
            before = [entry for entry in done if entry.event.at < message.created_at]
            if before:
                parts.append(Part(entries=before))
                done = done[len(before) :]
        parts.append(Part(message=message))
    if done:
        parts.append(Part(entries=done))
    return parts
