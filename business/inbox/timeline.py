"""A case as it went: what was said, and folded between it what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from business.core.sent_plan import SentPlan
from business.core.translation import active_locale_code

from .enums import Channel, EventKind
from .history import Entry, entries
from .incoming.about import mail_of
from .incoming.quotes import split
from .models import Case, IncomingMail, Message

__all__ = ["Part", "timeline"]

# The message itself tells who wrote it and when.
TOLD_BY_MESSAGES = frozenset({EventKind.NOTED, EventKind.ANSWER_QUEUED})


@dataclass
class Part:
    """A message, or the entries of the history that stand between two messages."""

    message: Message | None = None
    entries: list[Entry] = field(default_factory=list)

    @cached_property
    def _halves(self) -> tuple[str, str]:
        if self.message is None:
            return "", ""
        return split(self.message.text) if self.message.channel == Channel.EMAIL else (self.message.text, "")

    @property
    def said(self) -> str:
        """What the writer of the message wrote."""
        return self._halves[0].rstrip() if self._halves[1] else self._halves[0]

    @property
    def repeated(self) -> str:
        """What stands below it in a mail: what it answers, and a signature."""
        return self._halves[1].strip("\n")

    @cached_property
    def mail(self) -> IncomingMail | None:
        """The mail that the message came in."""
        return mail_of(self.message) if self.message else None

    @cached_property
    def plan(self) -> SentPlan | None:
        """The plan that came with the message, marked up for the reader's language."""
        plan = self.message.sent_plan if self.message else None
        return plan.in_language(active_locale_code()) if plan else None


def timeline(case: Case, thread: list[Message]) -> list[Part]:
    """Return messages and history in one order, oldest first; what was written with a message follows it."""
    done = [entry for entry in reversed(entries(case)) if entry.event.kind not in TOLD_BY_MESSAGES]
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
