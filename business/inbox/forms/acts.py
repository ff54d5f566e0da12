"""What an officer fills in about a case."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .enums import Triage
from .models import Case, Message, OutboxMail

__all__ = ["ActForm", "AnswerForm", "CloseForm", "DescribeForm", "NoteForm", "SendAgainForm", "newest"]


class Lines(forms.CharField):
    """Running text with plain line ends: browsers send two characters for each."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


class ActForm(forms.Form):
    """What every act carries: the newest message that was on the page when it was drawn (``seen``)."""

    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, case: Case, data: Any = None, *, seen: int = 0, prefix: str = "act") -> None:
        self.case = case
        super().__init__(data, label_suffix="", auto_id=f"{prefix}-%s", initial=self.start(case, seen))

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        """Return what the fields start with."""
        return {"seen": seen}

    def have_seen(self, seen: int) -> None:
        """After a warning the user has the newest messages before them."""
        self.data = self.data.copy()
        self.data["seen"] = seen


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


class AnswerForm(ActForm):
    """An answer by mail."""

    text = Lines(
        label=_("Your answer"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write the answer.")},
    )


class CloseForm(ActForm):
    """How the record is kept, and why there was no answer if there was none."""

    triage = forms.ChoiceField(
        label=_("How is it kept as a public record?"),
        choices=[choice for choice in Triage.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how the message is kept as a public record.")},
    )
    registered_number = forms.CharField(
        label=_("Diary number"),
        max_length=Case._meta.get_field("registered_number").max_length,
        required=False,
        help_text=_("When it is registered in the diary."),
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

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {"seen": seen, "to": case.email}


def newest(messages: list[Message]) -> int:
    """Return the newest message's key, for ``seen``."""
    return max((message.pk for message in messages), default=0)
