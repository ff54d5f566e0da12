"""What is done with a case, besides answering. Each act has an address of its own.

When it could not be done the case is drawn again, with what was typed.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from .. import drafts, services
from ..clock import due
from ..contact_details import shown_address
from ..enums import ANSWERABLE, CaseStatus
from ..forms import (
    ActForm,
    AssignForm,
    CloseForm,
    DelayForm,
    DescribeForm,
    MergeForm,
    NoteForm,
    ParkForm,
    RerouteForm,
    SendAgainForm,
    SpeakForm,
    TakeOverForm,
)
from ..models import Case, OutboxMail
from .base import InboxView
from .case import CaseView

__all__ = [
    "ActView",
    "AssignView",
    "CloseView",
    "DelayView",
    "DescribeView",
    "GoesOn",
    "MergeView",
    "NoteView",
    "ParkView",
    "QuarantineView",
    "ReleaseView",
    "ReopenView",
    "RerouteView",
    "ResumeView",
    "SendAgainView",
    "SettleView",
    "SpeakView",
    "TakeOverView",
    "TakeView",
    "UnmergeView",
    "UnquarantineView",
]


class ActView(CaseView):
    """Does one thing. What was typed is never lost: a mistake or a crossing act draws the case with the same form."""

    permission_required = "change"
    http_method_names = ["get", "post"]
    name = ""
    form_class: type[ActForm] = ActForm
    done = ""

    def get(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        """Somebody reloaded the address of an act: lead to the case."""
        return redirect(self.origin.keep(reverse(self.case_url_name, args=[self.get_case(pk).pk])))

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        return self.carry_out(self.get_form())

    def get_form(self) -> ActForm:
        needs = self.get_form_kinds().get(self.name, (None, {}))[1]
        return self.form_class(self.case, self.request.POST, prefix=self.name, **needs)

    def carry_out(self, form: ActForm) -> HttpResponse:
        if not form.is_valid():
            messages.error(self.request, _("Something needs to be corrected. Nothing has been done yet."))
            return self.show_again(form, 422)
        try:
            self.act(**form.cleaned_data)
        except services.NotAllowedError as error:
            self.case = self.get_case(self.case.pk)
            form.have_seen(self.seen)
            form.add_error(None, str(error))
            messages.warning(self.request, str(error))
            return self.show_again(form, 409)
        messages.success(self.request, self.get_done(), buttons=self.get_buttons())
        return HttpResponseRedirect(self.done_at())

    def show_again(self, form: ActForm, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(forms={self.name: form}), status=status)

    def act(self, **data: Any) -> None:
        raise NotImplementedError

    def get_buttons(self) -> list[Any]:
        """Return what is offered with the message that it is done."""
        return []

    def done_at(self) -> str:
        """Return where the user is led when it is done."""
        return self.origin.keep(reverse(self.case_url_name, args=[self.case.pk]))

    def where_it_is_worked(self) -> str:
        """Return the address of the case, or of the one that it is merged with: its mails stand there too."""
        return self.origin.keep(reverse(self.case_url_name, args=[self.case.merged_into_id or self.case.pk]))

    def get_done(self) -> str:
        return str(self.done) % {"number": self.case.number}


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


class GoesOn(ActView):
    """What ends the work on a case: whoever came from a list goes on to the next one in it, or back when it was the last."""

    onward = ""

    def ends_it(self) -> bool:
        """Whether the work on the case is over with this act."""
        return True

    def carry_out(self, form: ActForm) -> HttpResponse:
        # Before anything changes: afterwards the case may stand elsewhere in the list.
        self.onward = self.origin.neighbours(self.case)["next"]
        return super().carry_out(form)

    def done_at(self) -> str:
        if self.origin.is_known and self.ends_it():
            return self.onward or self.origin.url
        return super().done_at()

    def get_buttons(self) -> list[Any]:
        if not (self.origin.is_known and self.ends_it()):
            return []
        url = self.origin.keep(reverse(self.case_url_name, args=[self.case.pk]))
        return [messages.button(url, _("Open %(number)s") % {"number": self.case.number})]


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


class SendAgainView(ActView):
    """Sends once more what failed. Each mail has a form of its own."""

    name = "again"
    form_class = SendAgainForm
    mail: OutboxMail

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.mail = get_object_or_404(OutboxMail.objects.select_related("case"), pk=kwargs["mail"], case=pk)
        return super().post(request, pk)

    def get_form(self) -> ActForm:
        return self.form_class(self.case, self.request.POST, mail=self.mail, prefix=f"again-{self.mail.pk}")

    def show_again(self, form: ActForm, status: int) -> HttpResponse:
        context = self.get_context_data()
        context["failed"] = [(mail, form if mail.pk == self.mail.pk else other) for mail, other in context["failed"]]
        return self.render_to_response(context, status=status)

    def act(self, to: str, seen: int | None) -> None:
        services.send_again(self.mail, self.request.user, to)

    def done_at(self) -> str:
        return self.where_it_is_worked()

    def get_done(self) -> str:
        return _("The mail is on its way again.")


class SettleView(ActView):
    """Notes that a mail that failed needs no further try."""

    name = "settle"
    done = _("Noted: the mail is not sent again.")
    mail: OutboxMail

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.mail = get_object_or_404(OutboxMail.objects.select_related("case"), pk=kwargs["mail"], case=pk)
        return super().post(request, pk)

    def act(self, seen: int | None) -> None:
        services.settle(self.mail, self.request.user)

    def done_at(self) -> str:
        return self.where_it_is_worked()


class AssignView(ActView):
    name = "assign"
    form_class = AssignForm

    def act(self, to: tuple[Any, Any], text: str, seen: int | None) -> None:
        user, unit = to
        self.case = services.assign(self.case, self.request.user, user=user, unit=unit, text=text)

    def get_done(self) -> str:
        receiver = self.case.owner or self.case.unit
        return _("%(receiver)s has %(number)s now.") % {"receiver": receiver, "number": self.case.number}


class TakeOverView(ActView):
    """Takes a case from a colleague. Asked first, with whose it is: they may be in the middle of it."""

    name = "takeover"
    form_class = TakeOverForm
    done = _("%(number)s is yours.")

    def get(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        if not self.can_ask():
            return super().get(request, pk, **kwargs)
        return self.ask(TakeOverForm(self.case, seen=self.seen, prefix=self.name))

    def can_ask(self) -> bool:
        """Whether a colleague has the case, and works on it."""
        return self.case.status in ANSWERABLE and self.case.owner_id not in (None, self.request.user.pk)

    def ask(self, form: ActForm, status: int = 200) -> HttpResponse:
        case, user = self.case, self.request.user
        context = InboxView.get_context_data(
            self,
            case=case,
            form=form,
            due=due(case, timezone.now()),
            others_here=drafts.others_here(case, user, timezone.now()),
            begun_by_others=drafts.begun_by_others(case, user),
            case_url=super().done_at(),
            takeover_url=self.origin.keep(reverse(self.act_url_name % self.name, args=[case.pk])),
        )
        self.template_name = "inbox/take_over.html"
        return self.render_to_response(context, status=status)

    def act(self, owner: int, text: str, seen: int | None) -> None:
        services.take_over(self.case, self.request.user, owner, text=text)

    def show_again(self, form: ActForm, status: int) -> HttpResponse:
        """Ask anew of whoever has it by now; if nobody has, what was typed stands as a note on the case's page."""
        if self.can_ask():
            form.data = form.data.copy()
            form.data["owner"] = self.case.owner_id
            return self.ask(form, status)
        text = form.data.get("text", "")
        forms = {"note": NoteForm(self.case, {"text": text, "seen": self.seen}, prefix="note")} if text else {}
        return self.render_to_response(self.get_context_data(forms=forms), status=status)


class RerouteView(ActView):
    """Corrects what the case is about, and which unit it belongs to."""

    name = "reroute"
    form_class = RerouteForm

    def act(self, topic: Any, unit: Any, seen: int | None, to_unit: bool = False) -> None:
        self.case = services.reroute(self.case, self.request.user, topic, unit, to_unit=to_unit)

    def get_done(self) -> str:
        values = {"number": self.case.number, "topic": self.case.topic, "unit": self.case.unit}
        return _("%(number)s is about %(topic)s now, with %(unit)s.") % values


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


class DelayView(ActView):
    name = "delay"
    form_class = DelayForm

    def act(self, text: str, until: Any, seen: int | None) -> None:
        services.delay(self.case, self.request.user, text, until, seen=seen)

    def get_done(self) -> str:
        email = shown_address(self.case.email, self.sees_contact)
        return _("The notice is on its way to %(email)s.") % {"email": email}


class SpeakView(ActView):
    """The sender has been answered by telephone or in person."""

    name = "speak"
    form_class = SpeakForm
    done = _("%(number)s: the sender is answered. Close the case when nothing is left to do.")

    def act(self, text: str, channel: str, seen: int | None) -> None:
        services.speak(self.case, self.request.user, text, channel, seen=seen)


class MergeView(ActView):
    """Merges the case with another, and leads there."""

    name = "merge"
    form_class = MergeForm

    def act(self, number: Case, seen: int | None) -> None:
        self.into = services.merge(self.case, number, self.request.user)

    def done_at(self) -> str:
        return self.origin.keep(reverse(self.case_url_name, args=[self.into.pk]))

    def get_done(self) -> str:
        return _("%(number)s has been merged into %(into)s. Continue here.") % {
            "number": self.case.number,
            "into": self.into.number,
        }


class UnmergeView(ActView):
    name = "unmerge"
    done = _("%(number)s is a separate case again.")

    def act(self, seen: int | None) -> None:
        services.unmerge(self.case, self.request.user)


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
