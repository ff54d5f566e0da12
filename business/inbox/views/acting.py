"""How an act on a case goes: each has an address of its own, and leads on when it is done.

When it could not be done the case is drawn again, with what was typed.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from .. import services
from ..forms import ActForm
from ..models import OutboxMail
from .case import CaseView

__all__ = [
    "ActView",
    "GoesOn",
    "MailActView",
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
        return self.draw(status, forms={self.name: form})

    def act(self, **data: Any) -> None:
        raise NotImplementedError

    def get_buttons(self) -> list[Any]:
        """Return what is offered with the message that it is done."""
        return []

    def done_at(self) -> str:
        """Return where the user is led when it is done."""
        return self.origin.keep(reverse(self.case_url_name, args=[self.case.pk]))

    def get_done(self) -> str:
        return str(self.done) % {"number": self.case.number}


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


class MailActView(ActView):
    """An act on one mail of a case, or of one that is merged with it."""

    mail: OutboxMail

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        mails = OutboxMail.objects.select_related("case", "message")
        self.mail = get_object_or_404(mails, pk=kwargs["mail"], case=pk)
        return super().post(request, pk)

    def done_at(self) -> str:
        """Return the address of the case, or of the one that it is merged with: its mails stand there too."""
        return self.origin.keep(reverse(self.case_url_name, args=[self.case.merged_into_id or self.case.pk]))
