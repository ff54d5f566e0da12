"""What is asked when a record is decided on, listed, packed or looked for."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..enums import Direction, Triage
from ..models import Attachment, Case, Message
from ..records.contents import Options
from ..records.masking import Word
from ..records.period import Kept
from ..records.person import Who, read_who
from ..statistics.form import NAMES, OWN
from ..statistics.period import PERIODS, Period, named_period
from .base import ActForm, Lines, RecordFields, day

__all__ = ["PackageForm", "PeriodForm", "PersonForm", "TriageForm"]

LONGEST = datetime.timedelta(days=3660)
YEARS = range(2000, 2100)


class TriageForm(RecordFields, ActForm):
    """How the record is kept, decided before the case is closed or anew."""

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {
            "seen": seen,
            "triage": case.triage or Triage.KEPT,
            "registered_number": case.registered_number,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.need_triage()
        return cleaned


class PeriodForm(forms.Form):
    """A period, and what of it the list shows. Nothing chosen is this month, everything."""

    period = forms.ChoiceField(label=_("Period"), choices=[(name, NAMES[name]) for name in (*PERIODS, OWN)])
    first = day(label=_("From the day"), required=False)
    last = day(label=_("To the day"), required=False)
    kept = forms.ChoiceField(
        label=_("How it is kept"),
        required=False,
        choices=[("", pgettext_lazy("choice", "All")), *Kept.choices],
    )
    public = forms.BooleanField(
        label=_("Leave names out"),
        required=False,
        help_text=_("For handing out: the names of persons and sole traders are left out."),
    )

    def __init__(self, query: QueryDict, today: datetime.date) -> None:
        data = query.copy()
        if not data.get("period"):
            data["period"] = OWN if data.get("first") or data.get("last") else PERIODS[0]
        super().__init__(data, label_suffix="", auto_id="period-%s")
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("period") == OWN:
            for name in ("first", "last"):
                self._check_day(name, cleaned.get(name))
            if not self.errors:
                self._check_order(cleaned["first"], cleaned["last"])
        return cleaned

    def _check_day(self, name: str, chosen: datetime.date | None) -> None:
        if name in self.errors:
            return
        if chosen is None:
            self.add_error(name, _("Choose a day."))
        elif chosen.year not in YEARS:
            self.add_error(name, _("Choose a day between 2000 and 2099."))

    def _check_order(self, first: datetime.date, last: datetime.date) -> None:
        if first > self.today:
            self.add_error("first", _("This day has not come yet."))
        elif last < first:
            self.add_error("last", _("The last day comes before the first."))
        elif last - first > LONGEST:
            self.add_error("last", _("Choose ten years at most."))

    @property
    def chosen(self) -> Period:
        """The period that a valid form asks for."""
        if self.cleaned_data["period"] == OWN:
            return Period(self.cleaned_data["first"], self.cleaned_data["last"])
        return named_period(self.cleaned_data["period"], self.today)

    def query(self) -> dict[str, str]:
        """Return what was asked for, without what is not known."""
        return {name: value for name in self.fields if (value := self.data.get(name))}


class KeysField(forms.TypedMultipleChoiceField):
    """Boxes to tick, each a row."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, coerce=int, empty_value=[], **kwargs)


class PackageForm(forms.Form):
    """What of a case is handed out, to whom, and what is left out with which ground."""

    COMPLETE, MASKED = "complete", "masked"

    kind = forms.ChoiceField(
        label=_("What is handed out?"),
        choices=[
            (MASKED, _("The case with names and contact details left out")),
            (COMPLETE, _("The complete case, for the archive")),
        ],
        initial=MASKED,
        widget=forms.RadioSelect,
    )
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
    files = KeysField(
        label=_("Files that go along"),
        help_text=_("Files go out as they are: nothing in them is left out. Open each before you tick it."),
    )
    originals = KeysField(
        label=_("Messages as they arrived"),
        help_text=_("They go out as they are, with names and addresses."),
    )
    merged = forms.BooleanField(
        label=_("The cases that are merged with it"), required=False, help_text=_("Only with the complete case.")
    )
    to = forms.CharField(
        label=_("To whom"),
        required=False,
        max_length=200,
        help_text=_("For the history. Nobody has to say who they are to get a public record: then leave it empty."),
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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == self.MASKED and not cleaned.get("ground") and "ground" not in self.errors:
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

    @property
    def options(self) -> Options:
        """What a valid form asks for."""
        data = self.cleaned_data
        if data["kind"] == self.COMPLETE:
            return Options()
        return Options(
            masked=True,
            notes=data["notes"],
            history=data["history"],
            files=frozenset(data.get("files", ())),
            originals=frozenset(data.get("originals", ())),
            words=self.words_chosen,
            ground=data["ground"],
        )

    @property
    def takes_merged(self) -> bool:
        return self.cleaned_data["kind"] == self.COMPLETE and bool(self.cleaned_data.get("merged"))


class PersonForm(forms.Form):
    """Whom it is about."""

    who = forms.CharField(
        label=_("E-mail address, telephone, personal or organisation number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As the person writes it. Make sure first that it is the person who asks."),
        error_messages={"required": _("Write an e-mail address or a number.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="", auto_id="person-%s")

    def clean_who(self) -> Who:
        return read_who(self.cleaned_data["who"])
