"""What waits, as numbers that lead to the listing: above it, on the admin's home page and in the menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Case, Standing
from ..permissions import can_watch_records
from .filters import MINE, NOBODY, UNDECIDED

__all__ = ["Count", "counters"]


@dataclass(frozen=True)
class Count:
    """A number, and the listing that holds exactly what was counted."""

    name: str
    label: str
    number: int
    query: dict[str, str]
    icon: str
    is_alarming: bool = False

    @property
    def url(self) -> str:
        return f"{reverse('inbox:index')}?{urlencode(self.query)}"


def counters(request: HttpRequest) -> list[Count]:
    """Count for a user, with what is late and what failed first; only what the user's lists hold.

    The numbers stay with the request: the menu tells some of them on the same page.
    """
    user, now = request.user, timezone.now()
    people = Standing.of(user, timezone.localdate(now)).people
    number = Case.objects.listed_for(user).summary(now, people)
    request.inbox_summary = number  # type: ignore[attr-defined]
    late, failed, held = number["late"], number["failed"], number["held"]
    # Mail is held only after a restore: a number that is else always nought would be one more to read past.
    after_restore = [Count("held", _("Mail held"), held, {"attention": "held"}, "history", True)] if held else []
    return [
        Count("late", _("Late"), late, {"attention": "late"}, "warning", late > 0),
        Count("failed", _("Mail failed"), failed, {"attention": "failed"}, "error", failed > 0),
        *after_restore,
        Count("due", _("To answer today"), number["due"], {"attention": "due"}, "time"),
        Count("waiting", _("Not taken yet"), number["waiting"], {"attention": "open", "owner": NOBODY}, "mail"),
        Count("mine", _("Mine"), number["mine"], {"attention": "open", "owner": MINE}, "user"),
        Count("resume", pgettext("inbox", "Follow up"), number["resume"], {"attention": "resume"}, "view"),
        Count("quarantine", _("In quarantine"), number["quarantine"], {"attention": "quarantine"}, "lock"),
        *records(user),
    ]


def records(user: Any) -> list[Count]:
    """Count the records that nobody has decided on, for those who look after that; whatever state the case is in."""
    if not can_watch_records(user):
        return []
    number = Case.objects.listed_for(user).untriaged().count()
    return [Count("undecided", pgettext("records", "Not decided"), number, {"attention": UNDECIDED}, "doc-empty")]
