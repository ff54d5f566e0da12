"""Who sees a case: the mark of secrecy, and colleagues who are let in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Case
from ..secrecy import LAW, Ground
from .base import ActForm, Lines
from .receivers import ReceiverField, Receivers

__all__ = ["LetInForm", "LiftSecrecyForm", "SecrecyForm"]

LONGEST_WORDS = Case._meta.get_field("secrecy_ground").max_length - len(f"{LAW} 31 kap. 16 §: ")


class SecrecyForm(ActForm):
    """The section of law, and what in the case it is about."""

    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[("", _("Choose")), *Ground.choices],
        error_messages={"required": _("Choose the ground.")},
    )
    words = forms.CharField(
        label=_("What it is about"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=_("In a few words, without what is secret. For another ground: the law, chapter and section."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("ground") == Ground.OTHER and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", _("Write the law, chapter and section."))
        return cleaned

    @property
    def law(self) -> str:
        """The section that was chosen; nothing where the officer wrote another."""
        ground = self.cleaned_data["ground"]
        return "" if ground == Ground.OTHER else f"{LAW} {ground}"


class LiftSecrecyForm(ActForm):
    """Why the mark is lifted."""

    reason = Lines(
        label=_("Why the mark is lifted"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Becomes an internal note."),
        error_messages={"required": _("Write why.")},
    )


class LetInForm(ActForm):
    """A colleague, and a word to them."""

    to = ReceiverField(label=_("Who is let in"), error_messages={"required": _("Choose a person.")})
    text = Lines(
        label=_("Note to the one who is let in"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, receivers: Receivers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [choice for _heading, several in receivers[1:2] for choice in several]
        self.fields["to"].choices = [("", _("Choose")), *people]
