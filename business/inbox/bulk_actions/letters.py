"""One canned reply to many cases: what each would get, and why some get none. The same for the preview and the act."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from ..canned import Known, Rendered, render
from ..enums import ANSWERABLE, CaseStatus, Direction, MailStatus
from ..flow import ChangedMeanwhileError, refuse_if_news
from ..models import CannedReply, Case, Draft, Message

__all__ = ["BulkReply"]


class BulkReply:
    """A reply, filled in for these cases. Asks the database a fixed number of times, however many cases there are.

    ``seen`` is the newest message that the writer can have read.
    """

    def __init__(self, reply: CannedReply, cases: Sequence[Case], user: Any, on: datetime.date, seen: int) -> None:
        self.reply, self.user, self.seen = reply, user, seen
        keys = [case.pk for case in cases]
        # Sending the answer takes the draft away, with whatever was chosen for it.
        begun = ~Q(text="") | ~Q(cc="") | Q(attachments__isnull=False)
        self._begun = set(Draft.objects.filter(begun, case__in=keys, user=user).values_list("case", flat=True))
        merged = Case.objects.filter(merged_into__in=keys, answered_at=None).exclude(
            email__iexact=F("merged_into__email")
        )
        self._waited_for = set(merged.values_list("merged_into", flat=True))
        self._news = self._with_news(keys)
        known = Known(reply.language, cases)
        self.texts: dict[int, Rendered] = {case.pk: render(reply.text, case, user, on, known) for case in cases}
        self.refused: list[tuple[Case, str]] = []
        self.letters: list[Case] = []
        for case in cases:
            if reason := self.why_not(case):
                self.refused.append((case, reason))
            else:
                self.letters.append(case)

    def _with_news(self, keys: Iterable[int]) -> set[int]:
        """Return the cases in which something may have been said since: a few, each looked at by itself afterwards."""
        said = Message.objects.filter(pk__gt=self.seen).exclude(direction=Direction.NOTE)
        said = said.exclude(mail__status=MailStatus.WITHDRAWN)
        found = said.filter(Q(case__in=keys) | Q(case__merged_into__in=keys))
        return {key for pair in found.values_list("case", "case__merged_into") for key in pair if key is not None}

    def why_not(self, case: Case) -> str:
        """Return why a case gets no reply; nothing when it gets one."""
        if self.reply.language != case.language:
            return _("The sender writes in another language than the reply: %(language)s.") % {
                "language": case.get_language_display()
            }
        if self.reply.topic_id not in (None, case.topic_id):
            return _("The reply is only for the topic “%(topic)s”.") % {"topic": self.reply.topic}
        if not case.email:
            return _("There is no e-mail address in this case. Call, and close it with a reason.")
        if CaseStatus(case.status) not in ANSWERABLE:
            return _("A case that is “%(now)s” cannot be answered.") % {"now": case.get_status_display()}
        if case.pk in self._begun:
            return _("You have begun an answer in this case. Send it or empty it first.")
        if case.pk in self._waited_for:
            return _(
                "Another sender, whose case is merged with this one, waits for the answer too. Answer it by itself."
            )
        if missing := self.texts[case.pk].missing:
            return _("The case has nothing for: %(words)s.") % {"words": ", ".join(missing)}
        return self._news_in(case) if case.pk in self._news else ""

    def _news_in(self, case: Case) -> str:
        try:
            refuse_if_news(case, self.user, self.seen)
        except ChangedMeanwhileError as changed:
            return str(changed)
        return ""
