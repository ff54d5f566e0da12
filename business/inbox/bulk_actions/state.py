"""Takes up, puts aside or closes many cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.days import day

from .. import services
from ..enums import PARKED, CaseStatus
from ..forms.base import RecordFields
from ..models import Case
from .base import BulkForm, CaseBulkAction

__all__ = ["ChangeState", "OutcomeForm"]


class OutcomeForm(RecordFields, BulkForm):
    """How the records are kept when they are closed, and when to look again at what waits."""

    resume_on = day(label=_("Follow up on"), required=False, help_text=_("For what is to wait."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["triage"].help_text = _("For what is to be closed.")

    def clean_resume_on(self) -> Any:
        chosen = self.cleaned_data["resume_on"]
        if chosen and chosen <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        return chosen

    def need_day(self) -> None:
        if not self.cleaned_data.get("resume_on") and "resume_on" not in self.errors:
            self.add_error("resume_on", _("Say when to look at the cases again."))


class Change(models.TextChoices):
    """What is to become of the cases."""

    TAKE_UP = "take_up", _("Start work on them")
    WAIT_SENDER = CaseStatus.WAITING_SENDER.value, _("Wait for the sender")
    WAIT_OTHER = CaseStatus.WAITING_OTHER.value, _("Wait for someone else")
    CLOSE = "close", _("Close")


class ChangeStateForm(OutcomeForm):
    """What is to become of the cases, and what that takes."""

    field_order = ["cases", "seen", "change", "resume_on", "triage", "registered_number", "reason"]
    change = forms.ChoiceField(
        label=_("New state"),
        choices=Change.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the new state.")},
    )
    reason = forms.CharField(
        label=_("Why no answer is needed"),
        max_length=Case._meta.get_field("closing_reason").max_length,
        required=False,
        help_text=_("For what is closed without an answer."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        change = cleaned.get("change")
        if change == Change.CLOSE:
            self.need_triage()
        elif change in (Change.WAIT_SENDER, Change.WAIT_OTHER):
            self.need_day()
        return cleaned


class ChangeState(CaseBulkAction):
    display_name = _("Change state")
    action_type = "state"
    aria_label = _("Change the state of the selected cases")
    action_priority = 20
    form_class = ChangeStateForm
    question = _("What is to become of these cases?")
    button = _("Change state")

    def act(self, case: Case, data: dict[str, Any]) -> None:
        user, change = self.request.user, data["change"]
        if change == Change.CLOSE:
            services.close(
                case,
                user,
                data["triage"],
                registered_number=data["registered_number"],
                reason=data["reason"],
                seen=data["seen"],
            )
        elif change != Change.TAKE_UP:
            services.park(case, user, CaseStatus(change), resume_on=data["resume_on"])
        elif case.status in PARKED:
            services.resume(case, user)
        else:
            services.take(case, user)
