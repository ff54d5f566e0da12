"""Writing an answer: kept while it is written, shown as the mail it will be, sent, and taken back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages

from business.core.requests import row_key

from .. import drafts, services
from ..canned import available, render
from ..contact_details import shown_address
from ..enums import AccessKind, AfterSending, CaseStatus
from ..files import StoreError, hold, let_go
from ..flow import ChangedMeanwhileError, locked, refuse_if_news
from ..forms import ActForm, AnswerForm
from ..mails import answer_mail
from ..models import Draft
from ..trace import looked_at
from .acting import ActView, GoesOn, MailActView

__all__ = ["AnswerView", "CannedView", "DraftView", "PresenceView", "PreviewView", "WithdrawView"]


class ComposerView(ActView):
    """What is typed and chosen is put by as a draft first, whatever else happens with it."""

    name = "answer"
    form_class = AnswerForm

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        self.file_errors = self.put_by()
        return self.compose()

    def compose(self) -> HttpResponse:
        """Do what this view is for, once the draft is safe."""
        raise NotImplementedError

    def put_by(self) -> list[str]:
        """Keep text and files as the user's draft; return what is wrong with the files."""
        data, user = self.request.POST, self.request.user
        text = data.get("text", "").replace("\r\n", "\n")
        with transaction.atomic():
            # After an answer from the same page has been stored: what it said is no draft any more.
            case = locked(self.case)
            draft = drafts.draft_of(case, user)
            if not drafts.is_sent(case, user, text, row_key(data.get("seen", ""))):
                draft = drafts.save(
                    case,
                    user,
                    text=text,
                    cc=data.get("cc", ""),
                    after=data.get("after", ""),
                    choices=drafts.chosen(data, case),
                )
        if draft is not None and (removed := [row_key(key) for key in data.getlist("remove")]):
            let_go(removed, draft=draft)
        errors: list[str] = []
        if uploads := self.request.FILES.getlist("files"):
            draft = draft or Draft.objects.get_or_create(case=self.case, user=user)[0]
            try:
                hold(uploads, draft=draft)
            except ValidationError as error:
                errors = list(error.messages)
            except StoreError:
                errors = [_("The files cannot be stored right now. Send the answer without them, or try again later.")]
        self.__dict__.pop("draft", None)  # read it anew
        return errors

    def get_form(self) -> ActForm:
        return self.bound(self.request.POST)

    def bound(self, data: Any) -> ActForm:
        _kind, needs = self.get_form_kinds()["answer"]
        form = self.form_class(self.case, data, prefix=self.name, **needs)
        for error in self.file_errors:
            form.add_error("files", error)
        return form

    @property
    def wants_data(self) -> bool:
        """Whether a script asks, not a person who has none."""
        return self.request.headers.get("x-requested-with") == "XMLHttpRequest"


class AnswerView(GoesOn, ComposerView):
    """Answers by mail. With ``reopen`` a case that was closed while somebody wrote is opened again first."""

    def compose(self) -> HttpResponse:
        return self.carry_out(self.get_form())

    def act(self, **data: Any) -> None:
        with transaction.atomic():
            if "reopen" in self.request.POST and self.case.status == CaseStatus.CLOSED:
                services.reopen(self.case, self.request.user)
            self.message = services.answer(
                self.case,
                self.request.user,
                data["text"],
                seen=data["seen"],
                cc=data["cc"],
                also=data.get("also", ()),
                after=data["after"],
                after_data=self.follows,
                attachments=self.draft.attachments.all() if self.draft else (),
            )

    def carry_out(self, form: ActForm) -> HttpResponse:
        self.follows = form.follows if form.is_valid() else {}
        return super().carry_out(form)

    def ends_it(self) -> bool:
        return bool(self.message.mail.after == AfterSending.CLOSE)

    def done_at(self) -> str:
        return (
            super().done_at()
            if self.ends_it() and self.origin.is_known
            else f"{super().done_at()}#message-{self.message.pk}"
        )

    def get_done(self) -> str:
        values = {"email": shown_address(self.case.email, self.sees_contact), "number": self.case.number}
        if self.ends_it() and self.origin.is_known:
            return _("%(number)s: the answer is on its way to %(email)s.") % values
        return _("The answer is on its way to %(email)s.") % values


class PreviewView(ComposerView):
    """Shows the mail as it would be sent: the text alone to a script, else the whole page."""

    def put_by(self) -> list[str]:
        """Keep nothing when a script asks: it has a draft saved in its own time, and this could overtake that."""
        return [] if self.wants_data else super().put_by()

    def compose(self) -> HttpResponse:
        form = self.get_form()
        if self.wants_data:
            text = self.request.POST.get("text", "").replace("\r\n", "\n").strip() or "…"
            looked_at(self.request.user, self.case, AccessKind.CASE)  # the mail repeats what was asked
            return HttpResponse(
                answer_mail(self.case, self.request.user, text)[1], content_type="text/plain; charset=utf-8"
            )
        return self.show_again(form, 200 if form.is_valid() else 422)


class DraftView(ComposerView):
    """Keeps what has been typed so far. A script asks every so often; a button does without one."""

    def compose(self) -> HttpResponse:
        if not self.wants_data:
            if self.file_errors:
                return self.show_again(self.get_form(), 422)
            messages.success(self.request, _("Your draft is saved. Only you see it."))
            return HttpResponseRedirect(f"{self.done_at()}#answer")
        saved = date_format(timezone.localtime(), "H:i")
        files = render_to_string("inbox/case/draft_files.html", {"draft": self.draft, "case": self.case}, self.request)
        return JsonResponse(
            {
                "saved": _("Draft saved %(time)s.") % {"time": saved},
                "files": files,
                "errors": self.file_errors,
            }
        )


class CannedView(ComposerView):
    """Adds a canned reply below what has been typed, its variables filled in."""

    def compose(self) -> HttpResponse:
        key = self.request.POST.get("canned", "")
        chosen = next((reply for reply in available(self.case) if str(reply.pk) == key), None)
        data = self.request.POST.copy()
        if chosen is None:
            messages.warning(self.request, _("Choose a canned reply first."))
            return self.show_again(self.bound(data), 422)
        filled = render(chosen.text, self.case, self.request.user, timezone.localdate())
        data["text"] = f"{data.get('text', '').rstrip()}\n\n{filled.text}".strip()
        warning = self.warning(filled.missing)
        if self.wants_data:
            looked_at(self.request.user, self.case, AccessKind.CASE)  # what is filled in comes from it
            return JsonResponse({"text": data["text"], "reply": filled.text, "warning": warning})
        if warning:
            messages.warning(self.request, warning)
        return self.show_again(self.bound(data), 200)

    def warning(self, missing: tuple[str, ...]) -> str:
        if not missing:
            return ""
        words = ngettext(
            "The case has no value for %(names)s. Write it yourself.",
            "The case has no values for %(names)s. Write them yourself.",
            len(missing),
        )
        return words % {"names": ", ".join(missing)}


class WithdrawView(MailActView):
    """Takes back an answer that has not left, and opens it again as a draft."""

    name = "withdraw"

    def act(self, seen: int | None) -> None:
        services.withdraw(self.mail, self.request.user)

    def done_at(self) -> str:
        return f"{super().done_at()}#answer"

    def get_done(self) -> str:
        return _("The answer was not sent. Its text is in the composer.")


class PresenceView(ActView):
    """Notes that somebody has the case open, and tells who else has, and what has come since."""

    permission_required = "view"

    def get(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        return redirect(self.origin.keep(reverse(self.case_url_name, args=[self.get_case(pk).pk])))

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self.case = self.get_case(pk)
        now, seen = timezone.now(), request.POST.get("seen", "")
        drafts.is_here(self.case, request.user, writes=request.POST.get("writes") == "1", at=now)
        news = ""
        try:
            refuse_if_news(self.case, request.user, row_key(seen) or None)
        except ChangedMeanwhileError as changed:
            news = str(changed)
        others = drafts.others_here(self.case, request.user, now)
        told = render_to_string("inbox/case/others.html", {"others_here": others}, request)
        return JsonResponse({"others": told.strip(), "news": news})
