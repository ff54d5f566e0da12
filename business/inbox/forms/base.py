"""What the forms of a case share."""

from __future__ import annotations

from typing import Any

from django import forms

from ..models import Case, Message

__all__ = ["ActForm", "Lines", "day", "newest"]


class Lines(forms.CharField):
    """Running text with plain line ends: browsers send two characters for each."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n")


def day(**options: Any) -> forms.DateField:
    """Return a field for a day, drawn as the browser's own."""
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), input_formats=["%Y-%m-%d"], **options
    )


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
