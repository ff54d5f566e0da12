"""Answers many cases with a canned reply, filled in for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import canned, services
from ..enums import AfterSending
from ..models import CannedReply, Case, Draft
from .base import CaseBulkAction
from .state import OutcomeForm

__all__ = ["ReplyToCases"]


class After(models.TextChoices):
    """What becomes of each case when its answer has been sent."""

    ANSWERED = AfterSending.ANSWERED.value, AfterSending.ANSWERED.label
    CLOSE = AfterSending.CLOSE.value, AfterSending.CLOSE.label
    WAIT = AfterSending.WAIT.value, AfterSending.WAIT.label


class ReplyToCasesForm(OutcomeForm):
    """Which reply, and what becomes of the cases when it has been sent."""

    field_order = ["cases", "seen", "reply", "after", "resume_on", "triage", "registered_number"]
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


class ReplyToCases(CaseBulkAction):
    display_name = gettext_lazy("Canned reply")
    action_type = "reply"
    aria_label = gettext_lazy("Answer the selected cases with a canned reply")
    action_priority = 30
    form_class = ReplyToCasesForm
    question = gettext_lazy("Which reply do these senders get?")
    button = gettext_lazy("Send the replies")

    def act(self, case: Case, data: dict[str, Any]) -> None:
        reply, user = data["reply"], self.request.user
        self.check(reply, case)
        rendered = canned.render(reply.text, case, user, timezone.localdate())
        if rendered.missing:
            words = ", ".join(rendered.missing)
            raise services.NotAllowedError(_("The case has nothing for: %(words)s.") % {"words": words})
        follows = {
            After.CLOSE: {"triage": data["triage"], "registered_number": data["registered_number"]},
            After.WAIT: {"resume_on": data["resume_on"].isoformat() if data["resume_on"] else ""},
        }
        services.answer(
            case,
            user,
            rendered.text,
            seen=data["seen"],
            after=AfterSending(data["after"]),
            after_data=follows.get(data["after"], {}),
        )

    def check(self, reply: CannedReply, case: Case) -> None:
        """Refuse what the reply was not written for."""
        if reply.language != case.language:
            raise services.NotAllowedError(
                _("The sender writes in another language than the reply: %(language)s.")
                % {"language": case.get_language_display()}
            )
        # Sending the answer takes the draft away, with whatever was chosen for it.
        begun = ~Q(text="") | ~Q(cc="") | Q(attachments__isnull=False)
        if Draft.objects.filter(begun, case=case, user=self.request.user).exists():
            raise services.NotAllowedError(_("You have begun an answer in this case. Send it or empty it first."))
        if case.merged.filter(answered_at=None).exists():
            raise services.NotAllowedError(
                _("Another sender, whose case is merged with this one, waits for the answer too. Answer it by itself.")
            )
        if reply.topic_id not in (None, case.topic_id):
            raise services.NotAllowedError(_("The reply is only for the topic “%(topic)s”.") % {"topic": reply.topic})
