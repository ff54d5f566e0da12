"""What an officer fills in about a case, besides an answer."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import promise
from ..enums import PARKED, CaseStatus, Triage
from ..models import Case, OutboxMail
from .base import ActForm, Lines, day
from .receivers import ReceiverField, Receivers

__all__ = [
    "AssignForm",
    "CloseForm",
    "DelayForm",
    "DescribeForm",
    "MergeForm",
    "NoteForm",
    "ParkForm",
    "SendAgainForm",
]


# What can be decided.
TRIAGE = [choice for choice in Triage.choices if choice[0]]


class DescribeForm(ActForm):
    """The short content that the register shows."""

    short_content = forms.CharField(
        label=_("Short content"),
        max_length=Case._meta.get_field("short_content").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the matter is about, in your own words. Never copy the sender's text: this is public."),
    )

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {"seen": seen, "short_content": case.short_content}

    def clean_short_content(self) -> str:
        return " ".join(self.cleaned_data["short_content"].split())  # one line in the register


class NoteForm(ActForm):
    """An internal note."""

    text = Lines(
        label=_("Note"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stays here and is never mailed. It can still be a public record."),
        error_messages={"required": _("Write the note.")},
    )


class CloseForm(ActForm):
    """How the record is kept, and why there was no answer if there was none."""

    triage = forms.ChoiceField(
        label=_("How is it kept as a public record?"),
        choices=TRIAGE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how the message is kept as a public record.")},
    )
    registered_number = forms.CharField(
        label=_("Registration number"),
        max_length=Case._meta.get_field("registered_number").max_length,
        required=False,
        help_text=_("When it is entered in the register."),
    )
    reason = forms.CharField(
        label=_("Why no answer is needed"),
        max_length=Case._meta.get_field("closing_reason").max_length,
        required=False,
        help_text=_("Only when the sender gets no answer from here."),
    )

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {
            "seen": seen,
            "triage": case.triage or Triage.KEPT,
            "registered_number": case.registered_number,
            "reason": case.closing_reason,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("triage") == Triage.REGISTERED and not cleaned.get("registered_number"):
            self.add_error("registered_number", _("Write the registration number."))
        return cleaned


class SendAgainForm(ActForm):
    """Where a mail that failed is sent instead, or once more."""

    to = forms.EmailField(
        label=_("Send to"),
        max_length=OutboxMail._meta.get_field("to").max_length,
        help_text=_("Correct the address if it was wrong. The case keeps the new one."),
    )

    def __init__(self, *args: Any, mail: OutboxMail, **kwargs: Any) -> None:
        self.mail = mail
        super().__init__(*args, **kwargs)

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        # The sender's address may have been corrected since. On the page stand also the mails of what is merged there.
        return {"seen": seen, "to": self.mail.case.email if self.mail.is_the_senders else self.mail.to}


class AssignForm(ActForm):
    """Who has the case from now on, and a word to them."""

    to = ReceiverField(label=_("Hand over to"))
    text = Lines(
        label=_("Note to the one who takes over"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, receivers: Receivers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = receivers


class ParkForm(ActForm):
    """What the case waits for, and until when."""

    status = forms.ChoiceField(
        label=_("What does it wait for?"),
        choices=[(status.value, status.label) for status in CaseStatus if status in PARKED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what the case waits for.")},
        help_text=_("While it waits for the sender, its time stands still."),
    )
    resume_on = day(
        label=_("Follow up on"), required=False, help_text=_("It comes back under “Needs attention” that day.")
    )
    meeting_at = forms.DateTimeField(
        label=_("Time of the meeting"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        status = case.status if case.status in PARKED else CaseStatus.WAITING_SENDER
        return {"seen": seen, "status": status, "resume_on": case.resume_on, "meeting_at": case.meeting_at}

    def clean_resume_on(self) -> Any:
        chosen = self.cleaned_data["resume_on"]
        if chosen and chosen <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("status") != CaseStatus.MEETING_BOOKED:
            cleaned["meeting_at"] = None
        elif not cleaned.get("meeting_at") and "meeting_at" not in self.errors:
            self.add_error("meeting_at", _("Write when the meeting is."))
        return cleaned


class DelayForm(ActForm):
    """That the answer takes longer, why, and by when it comes."""

    until = day(label=_("New day"), help_text=_("The sender gets the answer on this day at the latest."))
    text = Lines(
        label=_("What you write to the sender"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The new day is added below your text."),
        error_messages={"required": _("Write why it takes longer.")},
    )

    def clean_until(self) -> Any:
        """Return the moment the office closes on that day."""
        chosen = self.cleaned_data["until"]
        hours = promise.office_hours().hours_on(chosen)
        if hours is None:
            raise ValidationError(_("The office is closed on that day. Choose another."))
        moment = datetime.datetime.combine(chosen, hours[1], timezone.get_default_timezone())
        if moment <= max(timezone.now(), self.case.limit_at):
            raise ValidationError(_("The new day must be later than the one that is promised."))
        return moment


class MergeForm(ActForm):
    """The case that this one is to be merged with, by its number."""

    number = forms.CharField(
        label=_("Number of the case that goes on"),
        max_length=20,
        help_text=_("This case is then answered there. It can be undone."),
        error_messages={"required": _("Write the number of the other case.")},
    )

    def clean_number(self) -> Case:
        number = self.cleaned_data["number"].strip().upper()
        other = Case.objects.filter(number=number).first()
        if other is None:
            raise ValidationError(_("There is no case with the number %(number)s."), params={"number": number})
        return other
