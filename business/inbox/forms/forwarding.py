"""Sending on what belongs to another authority: to whom, with what, and what becomes of the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from business.core.personal_number import mask_personal_numbers, seems_to_hold_personal_number
from business.core.translation import Localiser, active_locale_code, locale_for
from business.organisation.models import Unit

from .. import owners
from ..enums import AfterSending, Triage
from ..files import too_much_for_mail
from ..flow import is_of_sender
from ..mails import Authority, forward_note
from ..models import Attachment, Case, Message, OutboxMail
from .base import ActForm, Lines, RecordFields

__all__ = ["ANOTHER", "ForwardForm", "authorities"]

ANOTHER = "another"
BEGINNING = 70  # characters by which a message is known
STAYS_OPEN = "open"


def authorities() -> list[Unit]:
    """Return the authorities of the register that a message can be sent on to, each with its ``shown_name`` to the user.

    Asks the database once, for originals and translations.
    """
    known = owners.authorities().exclude(email="")
    rows = list(Unit.objects.filter(translation_key__in=known.values("translation_key")).order_by("sort_key", "pk"))
    say = Localiser(locale_for(active_locale_code()))
    source = locale_for(settings.LANGUAGE_CODE)
    for row in rows:
        if row.locale_id == say.locale.pk:
            say.add(row)
    found = [row for row in rows if row.locale_id == source.pk]
    for unit in found:
        unit.shown_name = say(unit, "name")  # type: ignore[attr-defined]
    return found


class ForwardForm(RecordFields, ActForm):
    """Another authority of the register or one that is written here, a note, and what of the sender's goes along."""

    authority = forms.ChoiceField(
        label=gettext_lazy("Authority"),
        error_messages={"required": gettext_lazy("Choose the authority.")},
    )
    name = forms.CharField(label=gettext_lazy("Name of the authority"), max_length=120, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address of the authority"),
        max_length=OutboxMail._meta.get_field("to").max_length,
        required=False,
        help_text=gettext_lazy("As the authority itself gives it, for its registrar if there is one."),
    )
    note = Lines(
        label=gettext_lazy("What you write to the authority"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Your name and our contact details are added below it, and then what you choose here."),
        error_messages={"required": gettext_lazy("Write why you send it on.")},
    )
    said = forms.MultipleChoiceField(
        label=gettext_lazy("What the sender wrote"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Internal notes and our answers never go along."),
    )
    enclosed = forms.MultipleChoiceField(
        label=gettext_lazy("Files from the sender"), required=False, widget=forms.CheckboxSelectMultiple
    )
    in_full = forms.BooleanField(
        label=gettext_lazy("Send personal identity numbers in full"),
        required=False,
        help_text=gettext_lazy("Otherwise the last four digits are left out. Only if the authority must have them."),
    )
    tells_note = forms.BooleanField(
        label=gettext_lazy("Let the sender read what you write to the authority"),
        required=False,
    )
    after = forms.ChoiceField(
        label=gettext_lazy("When it has been sent on"),
        choices=[
            (AfterSending.CLOSE.value, AfterSending.CLOSE.label),
            (STAYS_OPEN, gettext_lazy("Keep it open: some of it is ours to answer")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what becomes of the case.")},
    )
    field_order = [
        "seen", "authority", "name", "email", "note", "tells_note", "said", "enclosed", "in_full", "after", "triage",
        "registered_number",
    ]  # fmt: skip

    def __init__(
        self,
        case: Case,
        *args: Any,
        thread: Sequence[Message],
        authorities: Sequence[Unit],
        may_reveal: bool,
        **kwargs: Any,
    ) -> None:
        self.offered = [one for one in thread if is_of_sender(one, case)]
        self.files = [file for one in self.offered for file in one.attachments.all() if file.is_handed_out]
        self.kept_back = [file for one in self.offered for file in one.attachments.all() if not file.is_handed_out]
        self.preview: tuple[str, str] | None = None  # subject and text, when they are to be shown first
        self.units = {unit.slug: unit for unit in authorities}
        super().__init__(case, *args, **kwargs)
        known = [(slug, f"{unit.shown_name}, {unit.email}") for slug, unit in self.units.items()]  # type: ignore[attr-defined]
        self.fields["authority"].choices = [("", _("Choose")), *known, (ANOTHER, _("Another authority"))]
        self.fields["said"].choices = [(str(one.pk), self._beginning(one)) for one in self.offered]
        self.fields["enclosed"].choices = [
            (str(file.pk), f"{file.name} ({filesizeformat(file.size)})") for file in self.files
        ]
        if not self.files:
            del self.fields["enclosed"]
        holds_numbers = any(seems_to_hold_personal_number(one.text) for one in self.offered)
        holds_numbers = holds_numbers or case.shown_organisation_number != case.organisation_number
        if not (holds_numbers and may_reveal):
            del self.fields["in_full"]
        if not case.email:  # who has none is called, and told so
            del self.fields["tells_note"]

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {
            "seen": seen,
            "note": forward_note(),
            "said": [str(one.pk) for one in self.offered],
            "enclosed": [str(one.pk) for one in self.files],
            "after": AfterSending.CLOSE,
            "triage": case.triage or Triage.KEPT,
            "registered_number": case.registered_number,
        }

    def _beginning(self, message: Message) -> str:
        when = date_format(timezone.localtime(message.created_at), "j F Y H:i")
        words = " ".join(mask_personal_numbers(message.text).split())
        return f"{when}: {Truncator(words).chars(BEGINNING)}"

    def clean(self) -> dict[str, Any]:
        """Put the authority, the messages and the files in the place of their keys."""
        cleaned = super().clean() or {}
        if cleaned.get("authority"):
            cleaned["authority"] = self._authority(cleaned)
        chosen = set(cleaned.get("said", []))
        cleaned["said"] = [one for one in self.offered if str(one.pk) in chosen]
        if not chosen and "said" not in self.errors:
            self.add_error("said", _("Choose what is sent on."))
        cleaned["enclosed"] = self._files(set(cleaned.get("enclosed", [])))
        if cleaned.get("after") == AfterSending.CLOSE:
            self.need_triage()
        return cleaned

    def _authority(self, cleaned: dict[str, Any]) -> Authority | None:
        if unit := self.units.get(cleaned["authority"]):
            told = Localiser(locale_for(self.case.language), [unit])(unit, "name")
            return Authority(unit.name, unit.email, unit.phone, unit.url, str(told))
        for field, message in (
            ("name", _("Write the name of the authority.")),
            ("email", _("Write the e-mail address of the authority.")),
        ):
            if not cleaned.get(field) and field not in self.errors:
                self.add_error(field, message)
        if self.errors.get("name") or self.errors.get("email"):
            return None
        return Authority(" ".join(cleaned["name"].split()), cleaned["email"])

    def _files(self, chosen: set[str]) -> list[Attachment]:
        found = [one for one in self.files if str(one.pk) in chosen]
        if words := too_much_for_mail(found):
            self.add_error("enclosed", words)
        return found

    @property
    def closing(self) -> dict[str, str] | None:
        """What `services.forward` stores for when the case is to be closed; nothing when it stays open."""
        data = self.cleaned_data
        if data["after"] != AfterSending.CLOSE:
            return None
        return {"triage": data["triage"], "registered_number": data["registered_number"]}
