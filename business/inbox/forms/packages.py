"""What is asked when cases are handed out, one or those of a period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import Direction
from ..models import Attachment, Case, Message
from ..records.masking import Word
from ..records.package import Options
from .base import Lines

__all__ = ["PackageForm", "PeriodPackageForm"]


class KeysField(forms.TypedMultipleChoiceField):
    """Boxes to tick, each a row."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, coerce=int, empty_value=[], **kwargs)


class LeftOutForm(forms.Form):
    """What is left out besides the sender, with which ground, what goes along, and to whom."""

    ground = forms.CharField(
        label=_("Ground for what is left out"),
        required=False,
        max_length=200,
        help_text=_("Law, chapter and section, like “OSL 21 kap. 7 §”. It stands beside what has been left out."),
    )
    words = Lines(
        label=_("Other words to leave out"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: a name, an address, a phrase. Another ground is written after a bar: word | ground."),
    )
    notes = forms.BooleanField(label=_("Internal notes"), required=False)
    history = forms.BooleanField(label=_("The history"), required=False)
    to = forms.CharField(
        label=_("To whom"),
        required=False,
        max_length=200,
        help_text=_("For the history. Nobody has to say who they are to get a public record: then leave it empty."),
    )

    def needs_ground(self, cleaned: dict[str, Any]) -> bool:
        """Whether something is left out of what is asked for."""
        return True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.needs_ground(cleaned) and not cleaned.get("ground") and "ground" not in self.errors:
            self.add_error("ground", _("Write the ground: whoever gets the case has a right to know it."))
        return cleaned

    @property
    def words_chosen(self) -> tuple[Word, ...]:
        """The words of a valid form, each with its own ground if it has one."""
        found = []
        for line in self.cleaned_data["words"].split("\n"):
            words, _bar, ground = line.partition("|")
            if words.strip():
                found.append(Word(" ".join(words.split()), " ".join(ground.split())))
        return tuple(found)

    def masked_options(self, files: frozenset[int], originals: frozenset[int]) -> Options:
        """Return what a valid form asks for, with these files and originals."""
        data = self.cleaned_data
        return Options(
            masked=True,
            notes=data["notes"],
            history=data["history"],
            files=files,
            originals=originals,
            words=self.words_chosen,
            ground=data["ground"],
        )


class PackageForm(LeftOutForm):
    """What of a case is handed out, to whom, and what is left out with which ground."""

    COMPLETE, MASKED = "complete", "masked"
    field_order = ["kind", "ground", "words", "notes", "history", "files", "originals", "merged", "to"]

    kind = forms.ChoiceField(
        label=_("What is handed out?"),
        choices=[
            (MASKED, _("The case with names and contact details left out")),
            (COMPLETE, _("The complete case, for the archive")),
        ],
        initial=MASKED,
        widget=forms.RadioSelect,
    )
    files = KeysField(
        label=_("Files that go along"),
        help_text=_("Files go out as they are: nothing in them is left out. Open each before you tick it."),
    )
    originals = KeysField(
        label=_("Messages as they arrived"),
        help_text=_(
            "They go out as they are, with names and addresses, and with the link to the sender’s own page where they repeat it."
        ),
    )
    merged = forms.BooleanField(
        label=_("The cases that are merged with it"), required=False, help_text=_("Only with the complete case.")
    )

    def __init__(self, case: Case, merged: list[Case], data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="package-%s")
        files = Attachment.objects.filter(message__case=case).exclude(message__direction=Direction.NOTE)
        arrived = Message.objects.filter(case=case, direction=Direction.INCOMING).order_by("created_at", "pk")
        self._offer("files", [(one.pk, one.name) for one in files.order_by("pk")])
        self._offer(
            "originals",
            [
                (one.pk, f"{timezone.localtime(one.created_at):%Y-%m-%d %H:%M} {one.author_name}")
                for one in arrived.defer("text")
            ],
        )
        if not merged:
            del self.fields["merged"]

    def _offer(self, name: str, choices: list[tuple[int, str]]) -> None:
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def needs_ground(self, cleaned: dict[str, Any]) -> bool:
        return cleaned.get("kind") == self.MASKED

    @property
    def options(self) -> Options:
        """What a valid form asks for."""
        data = self.cleaned_data
        if data["kind"] == self.COMPLETE:
            return Options()
        return self.masked_options(
            files=frozenset(data.get("files", ())), originals=frozenset(data.get("originals", ()))
        )

    @property
    def takes_merged(self) -> bool:
        return self.cleaned_data["kind"] == self.COMPLETE and bool(self.cleaned_data.get("merged"))


class PeriodPackageForm(LeftOutForm):
    """What is left out of every case of a period."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="package-%s")

    @property
    def options(self) -> Options:
        """What a valid form asks for. No file goes along: each would have to be opened first."""
        return self.masked_options(files=frozenset(), originals=frozenset())
