"""Answers many cases with a canned reply, filled in for each.

Nothing is sent before it has been shown: how many mails, to whom, the first of them as it will be, and who gets none.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.db import models
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import services
from ..enums import AccessKind, AfterSending
from ..mails import answer_mail
from ..models import CannedReply, Case
from ..permissions import can_see_contact_details
from ..trace import looked_at_each
from .base import CaseBulkAction
from .letters import BulkReply
from .state import OutcomeForm

__all__ = ["ReplyToCases"]

NAMED = 50  # of those who get a mail, and of those who get none


class After(models.TextChoices):
    """What becomes of each case when its answer has been sent."""

    ANSWERED = AfterSending.ANSWERED.value, AfterSending.ANSWERED.label
    CLOSE = AfterSending.CLOSE.value, AfterSending.CLOSE.label
    WAIT = AfterSending.WAIT.value, AfterSending.WAIT.label


class ReplyToCasesForm(OutcomeForm):
    """Which reply, and what becomes of the cases when it has been sent."""

    field_order = ["cases", "seen", "shown", "reply", "after", "resume_on", "triage", "registered_number"]
    # Which reply was shown as mails, with its words as they were then.
    shown = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    reply = forms.ModelChoiceField(
        label=gettext_lazy("Canned reply"),
        queryset=CannedReply.objects.filter(in_use=True).select_related("topic"),
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("It is filled in for each case, and goes to those who write in its language."),
        error_messages={"required": gettext_lazy("Choose a reply.")},
    )
    after = forms.ChoiceField(
        label=gettext_lazy("When it has been sent"),
        choices=After.choices,
        initial=After.ANSWERED,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("after") == After.CLOSE:
            self.need_triage()
        elif cleaned.get("after") == After.WAIT:
            self.need_day()
        return cleaned

    @property
    def to_show(self) -> str:
        """What ``shown`` must hold before anything is sent."""
        reply: CannedReply = self.cleaned_data["reply"]
        return f"{reply.pk}:{hashlib.sha256(reply.text.encode()).hexdigest()[:32]}"

    @property
    def was_shown(self) -> bool:
        return bool(self.cleaned_data["shown"] == self.to_show)

    def have_shown(self) -> None:
        """The mails are before the user now."""
        self.data = self.data.copy()
        self.data["shown"] = self.to_show


class ReplyToCases(CaseBulkAction):
    display_name = gettext_lazy("Canned reply")
    action_type = "reply"
    aria_label = gettext_lazy("Answer the selected cases with a canned reply")
    action_priority = 30
    template_name = "inbox/bulk/reply.html"
    form_class = ReplyToCasesForm
    shown_replies: BulkReply | None = None

    @property
    def question(self) -> str:
        if self.shown_replies is None:
            return _("Which reply do these senders get?")
        return _("Look through what is sent")

    @property
    def button(self) -> str:
        if self.shown_replies is None or not self.shown_replies.letters:
            return _("Show what is sent")
        count = len(self.shown_replies.letters)
        return ngettext("Send %(count)s reply", "Send %(count)s replies", count) % {"count": count}

    def form_valid(self, form: Any) -> HttpResponse:
        """Send what was shown; what was not is shown first, also when another reply has been chosen since."""
        if form.was_shown:
            return super().form_valid(form)
        cases = self.still_there(form.cleaned_data["cases"])
        self.shown_replies = self.replies(cases, form.cleaned_data)
        if self.shown_replies.letters:
            form.have_shown()
            self.note_look()
        return self.render_to_response(self.get_context_data(form=form))

    def replies(self, cases: list[Case], data: dict[str, Any]) -> BulkReply:
        return BulkReply(data["reply"], cases, self.request.user, timezone.localdate(), data["seen"])

    @cached_property
    def preview(self) -> dict[str, Any]:
        """What the page shows of the mails: the first as it will be, whom they go to, and who gets none."""
        replies = self.shown_replies
        if replies is None:
            return {}
        letters, refused = replies.letters, replies.refused
        # Of a secret case no sender stands outside the case itself.
        first = next((case for case in letters if not case.is_secret), letters[0] if letters else None)
        return {
            "replies": replies,
            "sees_contact": can_see_contact_details(self.request.user),
            "first": first,
            "mail": answer_mail(first, self.request.user, replies.texts[first.pk].text) if first else None,
            "receivers": letters[:NAMED],
            "more_receivers": len(letters) - NAMED,
            "addresses": len({case.email.casefold() for case in letters}),
            "without": refused[:NAMED],
            "more_without": len(refused) - NAMED,
        }

    def note_look(self) -> None:
        """The first mail repeats what was asked; of the others the address is shown, in full to those who may see it."""
        shown = self.preview
        contact = [AccessKind.CONTACT] if shown["sees_contact"] else []
        named = [case for case in shown["receivers"] if not case.is_secret and case != shown["first"]]
        seen = [(shown["first"], [AccessKind.CASE, *contact]), *((case, contact) for case in named)]
        looked_at_each(self.request.user, seen)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **self.preview}

    def act(self, case: Case, data: dict[str, Any]) -> None:
        user, replies = self.request.user, self.replies([case], data)
        if replies.refused:
            raise services.NotAllowedError(replies.refused[0][1])
        follows = {
            After.CLOSE: {"triage": data["triage"], "registered_number": data["registered_number"]},
            After.WAIT: {"resume_on": data["resume_on"].isoformat() if data["resume_on"] else ""},
        }
        services.answer(
            case,
            user,
            replies.texts[case.pk].text,
            seen=data["seen"],
            after=AfterSending(data["after"]),
            after_data=follows.get(data["after"], {}),
        )
