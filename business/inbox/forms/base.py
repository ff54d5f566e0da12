"""What the forms of a case share."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import promise
from ..enums import DECIDED, Triage
from ..flow import NotAllowedError, check_triage
from ..models import Case, Message

__all__ = ["TRIAGE", "ActForm", "Lines", "RecordFields", "follow_up_day", "newest"]

# What can be decided.
TRIAGE = [(one.value, one.label) for one in Triage if one in DECIDED]
A_WEEK, SEARCHED = datetime.timedelta(days=7), 60  # days: no office is closed for longer


class Lines(forms.CharField):
    """Running text with plain line ends: browsers send two characters for each."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


def follow_up_day() -> datetime.date:
    """Return the day to look again at what is put aside today: in a week, or when the office opens after that."""
    office, in_a_week = promise.office_hours(), timezone.localdate() + A_WEEK
    days = (in_a_week + datetime.timedelta(days=number) for number in range(SEARCHED))
    return next((one for one in days if office.hours_on(one)), in_a_week)


class RecordFields(forms.Form):
    """How the record is kept. A form that may close a case asks for it in its ``clean`` with ``need_triage``."""

    triage = forms.ChoiceField(
        label=_("How is it kept as a public record?"), choices=TRIAGE, required=False, widget=forms.RadioSelect
    )
    registered_number = forms.CharField(
        label=_("Registration number"),
        max_length=Case._meta.get_field("registered_number").max_length,
        required=False,
        help_text=_("When it is entered in the register."),
    )

    def need_triage(self) -> None:
        """Tell at its field what the decision lacks; the rule itself is `flow.check_triage`."""
        if "triage" in self.errors or "registered_number" in self.errors:
            return  # told already
        triage = self.cleaned_data.get("triage", "")
        try:
            check_triage(triage, self.cleaned_data.get("registered_number", ""))
        except NotAllowedError as error:
            self.add_error("registered_number" if triage == Triage.REGISTERED else "triage", str(error))


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


def newest(messages: list[Message]) -> int:
    """Return the newest message's key, for ``seen``."""
    return max((message.pk for message in messages), default=0)
