"""What is done with a case. Each act has an address of its own, and shows the case again when it could not be done."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from .. import services
from ..enums import CaseStatus
from ..forms import ActForm, AnswerForm, CloseForm, DescribeForm, NoteForm, SendAgainForm
from ..mails import answer_mail
from ..models import OutboxMail
from .case import CaseView

__all__ = [
    "AnswerView",
    "CloseView",
    "DescribeView",
    "NoteView",
    "PreviewView",
    "ReleaseView",
    "ReopenView",
    "SendAgainView",
    "TakeView",
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
        return redirect(self.case_url_name, self.get_case(pk).pk)

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        form = self.get_form()
        if not form.is_valid():
            messages.error(request, _("Something needs to be corrected. Nothing has been saved yet."))
            return self.show_again(form, 422)
        try:
            self.act(**form.cleaned_data)
        except services.NotAllowedError as error:
            self.case = self.get_case(pk)
            form.have_seen(self.seen)
            form.add_error(None, str(error))
            messages.warning(request, str(error))
            return self.show_again(form, 409)
        messages.success(request, self.get_done())
        return redirect(self.case_url_name, pk)

    def get_form(self) -> ActForm:
        return self.form_class(self.case, self.request.POST, prefix=self.name)

    def show_again(self, form: ActForm, status: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(forms={self.name: form}), status=status)

    def act(self, **data: Any) -> None:
        raise NotImplementedError

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


class AnswerView(ActView):
    """Answers by mail. With ``reopen`` a case that was closed while somebody wrote is opened again first."""

    name = "answer"
    form_class = AnswerForm

    def act(self, text: str, seen: int | None) -> None:
        with transaction.atomic():
            if "reopen" in self.request.POST and self.case.status == CaseStatus.CLOSED:
                services.reopen(self.case, self.request.user)
            services.answer(self.case, self.request.user, text, seen=seen)

    def get_done(self) -> str:
        return _("The answer is on its way to %(email)s.") % {"email": self.case.email}


class PreviewView(ActView):
    """Shows the mail as it would be sent: the text alone to a script, else the whole page. Nothing is saved."""

    permission_required = "change"
    name = "answer"
    form_class = AnswerForm

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        form = self.get_form()
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            text = form.cleaned_data["text"] if form.is_valid() else "…"
            return HttpResponse(
                answer_mail(self.case, request.user, text)[1], content_type="text/plain; charset=utf-8"
            )
        return self.show_again(form, 200 if form.is_valid() else 422)


class CloseView(ActView):
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
        return self.form_class(self.case, self.request.POST, prefix=f"again-{self.mail.pk}")

    def show_again(self, form: ActForm, status: int) -> HttpResponse:
        context = self.get_context_data()
        context["failed"] = [(mail, form if mail.pk == self.mail.pk else other) for mail, other in context["failed"]]
        return self.render_to_response(context, status=status)

    def act(self, to: str, seen: int | None) -> None:
        services.send_again(self.mail, self.request.user, to)

    def get_done(self) -> str:
        return _("The mail is on its way again.")
