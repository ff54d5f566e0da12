"""What is done with one case, besides answering, giving it to somebody and merging."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from .. import services
from ..contact_details import shown_address
from ..enums import CaseStatus
from ..forms import CloseForm, DelayForm, DescribeForm, NoteForm, ParkForm, SpeakForm
from .acting import ActView, GoesOn

__all__ = [
    "CloseView",
    "DelayView",
    "DescribeView",
    "NoteView",
    "ParkView",
    "QuarantineView",
    "ReleaseView",
    "ReopenView",
    "ResumeView",
    "SpeakView",
    "TakeView",
    "UnquarantineView",
]


class TakeView(ActView):
    name = "take"
    done = _("%(number)s is yours.")

    def act(self, seen: int | None) -> None:
        services.take(self.case, self.request.user)


class ReleaseView(ActView):
    name = "release"
    done = _("Nobody has %(number)s now. Somebody else can take it.")

    def act(self, seen: int | None) -> None:
        services.release(self.case, self.request.user)


class DescribeView(ActView):
    name = "describe"
    form_class = DescribeForm
    done = _("The short content of %(number)s is saved.")

    def act(self, short_content: str, seen: int | None) -> None:
        services.describe(self.case, self.request.user, short_content)


class NoteView(ActView):
    name = "note"
    form_class = NoteForm
    done = _("The note is saved.")

    def act(self, text: str, seen: int | None) -> None:
        services.note(self.case, self.request.user, text, seen=seen)


class SpeakView(ActView):
    """The sender has been answered by telephone or in person."""

    name = "speak"
    form_class = SpeakForm
    done = _("%(number)s: the sender is answered. Close the case when nothing is left to do.")

    def act(self, text: str, channel: str, seen: int | None) -> None:
        services.speak(self.case, self.request.user, text, channel, seen=seen)


class DelayView(ActView):
    name = "delay"
    form_class = DelayForm

    def act(self, text: str, until: Any, seen: int | None) -> None:
        services.delay(self.case, self.request.user, text, until, seen=seen)

    def get_done(self) -> str:
        email = shown_address(self.case.email, self.sees_contact)
        return _("The notice is on its way to %(email)s.") % {"email": email}


class ParkView(ActView):
    name = "park"
    form_class = ParkForm

    def act(self, status: str, seen: int | None, **until: Any) -> None:
        self.case = services.park(self.case, self.request.user, CaseStatus(status), **until)

    def get_done(self) -> str:
        return f"{self.case.number}: {self.case.get_status_display()}."


class ResumeView(ActView):
    name = "resume"
    done = _("%(number)s is in progress again.")

    def act(self, seen: int | None) -> None:
        services.resume(self.case, self.request.user)


class CloseView(GoesOn):
    name = "close"
    form_class = CloseForm
    done = _("%(number)s is closed.")

    def act(self, **data: Any) -> None:
        services.close(self.case, self.request.user, **data)


class ReopenView(ActView):
    name = "reopen"
    done = _("%(number)s is open again.")

    def act(self, seen: int | None) -> None:
        services.reopen(self.case, self.request.user)


class QuarantineView(ActView):
    name = "quarantine"
    done = _("%(number)s is in quarantine.")

    def act(self, seen: int | None) -> None:
        services.quarantine(self.case, self.request.user)


class UnquarantineView(ActView):
    name = "unquarantine"
    done = _("%(number)s is let out of quarantine.")

    def act(self, seen: int | None) -> None:
        services.release_from_quarantine(self.case, self.request.user)
