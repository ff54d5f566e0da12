"""The composer."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.days import day

from ..canned import unfilled
from ..enums import AfterSending, Triage
from ..files import FilesField
from ..flow import left_out, mailed_apart
from ..models import Case, Draft
from .base import ActForm, Lines, RecordFields, follow_up_day
from .receivers import ReceiverField, Receivers

__all__ = ["AnswerForm", "addresses"]

MOST_COPIES = 10


def addresses(text: str) -> list[str]:
    """Return the e-mail addresses that stand in a line, between commas, semicolons or blanks.

    Raises:
        ValidationError: one of them is none, or there are too many.
    """
    found = list(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            message = _("“%(address)s” is not an e-mail address.")
            raise ValidationError(message, params={"address": address}) from None
    if len(found) > MOST_COPIES:
        raise ValidationError(_("At most %(count)d copies."), params={"count": MOST_COPIES})
    return found


class AnswerForm(RecordFields, ActForm):
    """An answer by mail, to whom else it goes, and what becomes of the case when it has been sent."""

    text = Lines(
        label=_("Your answer"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write the answer.")},
    )
    files = FilesField(
        label=_("Files"),
        help_text=_(
            "PDF, Word, Excel, OpenDocument, pictures, text or CSV. At most 5 files of 10 MB each, 15 MB altogether."
        ),
    )
    cc = forms.CharField(
        label=_("Copy to"),
        max_length=2_000,
        required=False,
        help_text=_("E-mail addresses with a comma between. The sender sees them."),
    )
    also = forms.MultipleChoiceField(
        label=_("Also answer those who sent what is merged here"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each gets a mail of their own, with their own number."),
    )
    after = forms.ChoiceField(
        label=_("When it has been sent"),
        choices=AfterSending.choices,
        initial=AfterSending.ANSWERED,
        required=False,
        widget=forms.RadioSelect,
    )
    resume_on = day(label=_("Follow up on"), required=False, help_text=_("Left empty, it comes back in a week."))
    to = ReceiverField(label=_("Hand over to"), required=False)

    def __init__(
        self,
        *args: Any,
        receivers: Receivers,
        merged: list[Case],
        draft: Draft | None = None,
        **kwargs: Any,
    ) -> None:
        self.draft, self.merged = draft, merged
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = receivers
        others = mailed_apart(self.case, merged)
        if others:
            self.fields["also"].choices = [(str(case.pk), f"{case.name}, {case.number}") for case in others]
            without = draft.choices.get("without", []) if draft is not None else []
            self.initial["also"] = [str(case.pk) for case in others if str(case.pk) not in without]
        else:
            del self.fields["also"]

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        start = {"seen": seen, "triage": case.triage or Triage.KEPT, "registered_number": case.registered_number}
        if self.draft is not None:
            start |= {"text": self.draft.text, "cc": self.draft.cc, "after": self.draft.after, **self.draft.choices}
        return start

    def clean_text(self) -> str:
        """Stop a canned reply that nobody has filled in: the sender would read what is missing."""
        text = self.cleaned_data["text"]
        if left := unfilled(text, self.case.language):
            message = _("Your text still says %(marks)s. Write it yourself, or take it out.")
            raise ValidationError(message, params={"marks": ", ".join(left)})
        return text

    def clean_cc(self) -> list[str]:
        found = addresses(self.cleaned_data["cc"])
        return [address for address in found if address.casefold() != self.case.email.casefold()]

    def clean_also(self) -> list[Case]:
        chosen = set(self.cleaned_data["also"])
        return [case for case in self.merged if str(case.pk) in chosen]

    def clean_after(self) -> AfterSending:
        return AfterSending(self.cleaned_data["after"] or AfterSending.ANSWERED)

    def clean_resume_on(self) -> datetime.date | None:
        chosen = self.cleaned_data["resume_on"]
        if chosen and chosen <= timezone.localdate() and self.data.get("after") == AfterSending.WAIT:
            raise ValidationError(_("Choose a day that is still to come."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        after = cleaned.get("after")
        if after == AfterSending.CLOSE:
            self.need_triage()
            self.need_answers(cleaned.get("also", []))
        if after == AfterSending.HAND_OVER and not cleaned.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose a person or a unit."))
        return cleaned

    def need_answers(self, also: list[Case]) -> None:
        """Tell at its field who would be left without an answer; the rule itself is in `services.answer`."""
        if "also" in self.fields and (waiting := left_out(self.case, [one.pk for one in also])):
            message = _("The case cannot be closed while these have no answer: %(numbers)s.")
            numbers = ", ".join(one.number for one in waiting)
            self.add_error("also", ValidationError(message, params={"numbers": numbers}))

    @property
    def follows(self) -> dict[str, Any]:
        """What `services.answer` stores for the moment when the mail has been sent."""
        data = self.cleaned_data
        if data["after"] == AfterSending.CLOSE:
            return {"triage": data["triage"], "registered_number": data["registered_number"]}
        if data["after"] == AfterSending.WAIT:
            return {"resume_on": (data["resume_on"] or follow_up_day()).isoformat()}
        if data["after"] == AfterSending.HAND_OVER:
            user, unit = data["to"]
            return {"user": user.pk if user else None, "unit": unit.pk if unit else None}
        return {}
