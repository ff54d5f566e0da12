"""Proposing times to meet."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import services
from ..forms import TimesForm
from ..meeting_words import ProposedTime
from .acting import ActView

__all__ = ["TimesView"]


class TimesView(ActView):
    """Mails times to the sender. The case comes back when the last of them has passed and none is chosen."""

    name = "times"
    form_class = TimesForm

    def act(self, text: str, seen: int | None, times: list[ProposedTime]) -> None:
        last = max(timezone.localdate(one.starts_at) for one in times)
        services.propose_times(self.case, self.request.user, text, times, seen=seen, resume_on=last)

    def get_done(self) -> str:
        return _("The times are on their way to %(email)s.") % {"email": self.case.email}
