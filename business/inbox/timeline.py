"""A case as it went: what was said, and folded between it what was done."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from business.core.sent_plan import SentPlan
from business.core.translation import active_locale_code

from .enums import Channel, EventKind, MailStatus
from .history import Entry, entries
from .incoming.about import mail_of
from .incoming.quotes import split
from .models import Case, IncomingMail, Message, OutboxMail

__all__ = ["Part", "timeline"]

# The message itself tells who wrote it and when.
TOLD_BY_MESSAGES = frozenset({EventKind.NOTED, EventKind.ANSWER_QUEUED})
# So it does here, unless there is something to add.
TOLD_IF_BARE = frozenset({EventKind.ADDED})


@dataclass
class Part:
    """A message, a mail of the case's own, or the entries of the history that stand between two of them."""

    message: Message | None = None
    sent: OutboxMail | None = None  # that belongs to no message: a receipt, a link
    entries: list[Entry] = field(default_factory=list)

    @property
    def happened(self) -> list[str]:
        """What the entries tell, each once: what a folded part of the history is headed by."""
        return list(dict.fromkeys(entry.what for entry in self.entries))

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


def timeline(case: Case, thread: Sequence[Message], mails: Sequence[OutboxMail] = ()) -> list[Part]:
    """Return messages, mails and history in one order, oldest first; what was written with a message follows it.

    A mail stands where it was written, after what came at the same moment: of cases that are merged too, where each has
    its receipt.
    """
    # Those that are shown with when the mail server took them.
    sent_mails = {mail.pk for mail in (*mails, *mails_of(thread)) if mail.status == MailStatus.SENT}
    done = [entry for entry in reversed(entries(case)) if not _is_told(entry, sent_mails)]
    parts: list[Part] = []
    said = [(message.created_at, Part(message=message)) for message in thread]
    sent = [(mail.created_at, Part(sent=mail)) for mail in mails]
    for at, part in sorted([*said, *sent], key=itemgetter(0)):
        before = [entry for entry in done if entry.event.at < at]
        if parts and before and part.message:  # the first message opens the case, and its receipt comes with it
            parts.append(Part(entries=before))
            done = done[len(before) :]
        parts.append(part)
    if done:
        parts.append(Part(entries=done))
    return parts


def mails_of(thread: Iterable[Message]) -> list[OutboxMail]:
    """Return the mails of the messages, each followed by its copies."""
    written = (message.mail for message in thread if hasattr(message, "mail"))
    return [one for mail in written for one in (mail, *mail.copies.all())]


def _is_told(entry: Entry, sent: Container[int]) -> bool:
    """Whether the conversation says it already."""
    event = entry.event
    if event.kind == EventKind.MAIL_SENT:
        return isinstance(event.data, dict) and event.data.get("mail") in sent
    return event.kind in TOLD_BY_MESSAGES or (event.kind in TOLD_IF_BARE and not entry.detail)
