"""One case on one page: who asks, what was said, what was done, and what can be done now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from business.core.translation import Localiser, active_locale_code, locale_for

from ..clock import due
from ..enums import ANSWERABLE, Direction, MailPurpose, MailStatus
from ..forms import ActForm, AnswerForm, CloseForm, DescribeForm, NoteForm, SendAgainForm, newest
from ..history import entries
from ..mails import answer_mail
from ..models import Case, Message, OutboxMail

__all__ = ["CaseView"]


class CaseView(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Shows a case. The permission is asked before the case is looked for, so that nobody can guess which exist."""

    model = Case
    permission_required = "view"
    template_name = "inbox/case.html"
    index_url_name = ""
    case_url_name = ""
    act_url_name = ""
    header_icon = "mail"
    case: Case

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.case = self.get_case(pk)
        return self.render_to_response(self.get_context_data())

    def get_case(self, pk: int) -> Case:
        cases = Case.objects.for_user(self.request.user).select_related("topic", "unit", "owner", "notice")
        return get_object_or_404(cases, pk=pk)

    # Neither tab nor breadcrumb says who wrote: both are seen over a shoulder and kept in the browser's history.
    def get_page_title(self) -> str:
        return self.case.number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Inbox")},
            {"url": "", "label": self.case.number},
        ]

    @cached_property
    def thread(self) -> list[Message]:
        """Everything that was said, each outgoing message with its mail."""
        return list(self.case.messages.select_related("author", "mail").defer("original"))

    @cached_property
    def seen(self) -> int:
        return newest(self.thread)

    def get_forms(self) -> dict[str, ActForm]:
        """Return the forms of the page, ready to be filled in."""
        kinds = {"describe": DescribeForm, "note": NoteForm, "answer": AnswerForm, "close": CloseForm}
        return {name: kind(self.case, seen=self.seen, prefix=name) for name, kind in kinds.items()}

    def get_receipts(self) -> list[OutboxMail]:
        return list(self.case.mails.filter(purpose=MailPurpose.RECEIPT))

    def get_failed(self, receipts: list[OutboxMail]) -> list[tuple[OutboxMail, ActForm]]:
        """Return what could not be sent, each with the form to send it again."""
        answers = [message.mail for message in self.thread if hasattr(message, "mail")]
        return [
            (mail, SendAgainForm(self.case, seen=self.seen, prefix=f"again-{mail.pk}"))
            for mail in [*receipts, *answers]
            if mail.status == MailStatus.FAILED
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.case
        say = Localiser(locale_for(active_locale_code()), [case.topic, case.unit])
        receipts = self.get_receipts()
        forms = {**self.get_forms(), **kwargs.pop("forms", {})}
        answer_text = forms["answer"].data.get("text", "") if forms["answer"].is_bound else ""
        return super().get_context_data(
            **{
                "case": case,
                "topic": say(case.topic, "name"),
                "unit": say(case.unit, "name"),
                "dial": "".join(c for c in case.phone if c in "+0123456789"),
                "due": due(case, timezone.now()),
                "thread": self.thread,
                "directions": Direction,
                "receipts": receipts,
                "failed": self.get_failed(receipts),
                "history": entries(case),
                "forms": forms,
                "can_work": self.user_has_permission("change"),
                "can_answer": case.status in ANSWERABLE,
                "is_mine": case.owner_id == self.request.user.pk,
                "mail": answer_mail(case, self.request.user, answer_text or "…"),
                "urls": self.get_urls(),
                **kwargs,
            }
        )

    def get_urls(self) -> dict[str, str]:
        """Return the addresses of the acts, by name."""
        names = ("take", "release", "describe", "note", "answer", "preview", "close", "reopen")
        return {name: reverse(self.act_url_name % name, args=[self.case.pk]) for name in names}
