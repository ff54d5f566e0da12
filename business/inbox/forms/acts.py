"""What an officer fills in about a case, besides an answer."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.days import day
from business.core.models import originals
from business.core.registers import RegisterChoices
from business.organisation.models import Unit

from .. import owners, promise
from ..duplicates import senders
from ..enums import PARKED, SPOKEN, CaseStatus, Channel, Triage
from ..models import Case, OutboxMail, Topic
from .base import ActForm, Lines, RecordFields, follow_up_day
from .receivers import HandOverFields, Receivers

__all__ = [
    "AssignForm",
    "CloseForm",
    "DelayForm",
    "DescribeForm",
    "MergeForm",
    "NoteForm",
    "ParkForm",
    "RerouteForm",
    "SendAgainForm",
    "SpeakForm",
    "TakeOverForm",
]

A_YEAR = datetime.timedelta(days=366)


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


class CloseForm(RecordFields, ActForm):
    """How the record is kept, and why there was no answer if there was none."""

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
        self.need_triage()
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


class AssignForm(HandOverFields, ActForm):
    """Who has the case from now on, and a word to them."""

    def __init__(self, *args: Any, receivers: Receivers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = receivers


class TakeOverForm(ActForm):
    """Whose case it was when the user saw it, and a word to them."""

    owner = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    text = Lines(
        label=_("Note about why you take over"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {"seen": seen, "owner": case.owner_id}


class RerouteForm(ActForm):
    """What the case is about, whose it is, and whether somebody there is to take it."""

    topic = forms.ChoiceField(label=_("Topic"))
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    to_unit = forms.BooleanField(
        label=_("Let somebody in the unit take it"),
        required=False,
        help_text=_("Nobody has the case until then. Otherwise whoever has it keeps it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_use = RegisterChoices(Topic, ("order", "sort_key"), slug__in=self._topics()).choices
        self.fields["topic"].choices = in_use
        there = owners.units_here(besides=self.case.unit_id).values("slug")
        units = [(slug, str(name)) for slug, name in RegisterChoices(Unit, slug__in=there).choices]
        self.fields["unit"].choices = [("", _("The one that the topic goes to")), *units]
        if self.case.owner_id is None:
            del self.fields["to_unit"]

    def _topics(self) -> QuerySet[Topic]:
        """Those that can be chosen, and the case's own."""
        return Topic.objects.filter(Q(in_use=True) | Q(pk=self.case.topic_id)).filter(originals()).values("slug")

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        goes_elsewhere = case.unit_id != case.topic.unit_id
        return {"seen": seen, "topic": case.topic.slug, "unit": case.unit.slug if goes_elsewhere else ""}

    def clean(self) -> dict[str, Any]:
        """Put the rows in the place of their keys."""
        cleaned = super().clean() or {}
        if "topic" in cleaned and "unit" in cleaned:
            topic = Topic.objects.filter(originals(), slug=cleaned["topic"]).select_related("unit").get()
            cleaned["topic"] = topic
            cleaned["unit"] = Unit.objects.filter(originals(), slug=cleaned["unit"]).first() or topic.unit
        return cleaned


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
        is_to_come = case.resume_on is not None and case.resume_on > timezone.localdate()
        return {
            "seen": seen,
            "status": status,
            "resume_on": case.resume_on if is_to_come else follow_up_day(),
            "meeting_at": case.meeting_at,
        }

    def clean_resume_on(self) -> Any:
        chosen = self.cleaned_data["resume_on"]
        if chosen and chosen <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("status") == CaseStatus.MEETING_BOOKED:
            self.need_meeting()
            return cleaned
        cleaned["meeting_at"] = None
        # Without a day nothing would bring it back if nobody writes. A meeting comes back when it has been.
        if "status" in cleaned and not cleaned.get("resume_on") and "resume_on" not in self.errors:
            self.add_error("resume_on", _("Say when to look at the case again."))
        return cleaned

    def need_meeting(self) -> None:
        meeting_at = self.cleaned_data.get("meeting_at")
        if "meeting_at" in self.errors:
            return
        if meeting_at is None:
            self.add_error("meeting_at", _("Write when the meeting is."))
        elif not timezone.now() < meeting_at < timezone.now() + 10 * A_YEAR:
            self.add_error("meeting_at", _("Choose a time that is still to come, within ten years."))


class DelayForm(ActForm):
    """That the answer takes longer, why, and by when it comes."""

    until = day(label=_("New day"), help_text=_("The sender gets the answer on this day at the latest."))
    text = Lines(
        label=_("What you write to the sender"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The new day is added below your text, and a greeting above it if you write none."),
        error_messages={"required": _("Write why it takes longer.")},
    )

    def clean_until(self) -> Any:
        """Return the moment the office closes on that day."""
        chosen = self.cleaned_data["until"]
        if chosen > timezone.localdate() + A_YEAR:
            raise ValidationError(_("Choose a day within a year."))
        hours = promise.office_hours().hours_on(chosen)
        if hours is None:
            raise ValidationError(_("The office is closed on that day. Choose another."))
        moment = datetime.datetime.combine(chosen, hours[1], timezone.get_default_timezone())
        if moment <= max(timezone.now(), self.case.limit_at):
            raise ValidationError(_("The new day must be later than the one that is promised."))
        return moment


class SpeakForm(ActForm):
    """What was said on the telephone or in person."""

    channel = forms.ChoiceField(
        label=_("How did you answer?"),
        choices=[(channel.value, channel.label) for channel in Channel if channel in SPOKEN],
        initial=Channel.PHONE,
        widget=forms.RadioSelect,
    )
    text = Lines(
        label=_("What you said"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Becomes an internal note. The sender counts as answered; close the case when nothing is left."),
        error_messages={"required": _("Write what you said.")},
    )

    def start(self, case: Case, seen: int) -> dict[str, Any]:
        return {"seen": seen, "channel": Channel.PHONE}


class MergeForm(ActForm):
    """The case that this one is to be merged with, by its number."""

    number = forms.CharField(
        label=_("Number of the case that goes on"),
        max_length=20,
        help_text=_("This case is then answered there. It can be undone."),
        error_messages={"required": _("Write the number of the other case.")},
    )
    one_matter = forms.BooleanField(
        label=_("Yes, it is one matter, though the senders differ"),
        required=False,
        help_text=_("When you answer, you choose who gets the answer. Nobody sees what another sender wrote."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # asked only of whoever has named a case of somebody else's
            del self.fields["one_matter"]

    def clean_number(self) -> Case:
        """Return the case; one that the user does not see is not there."""
        number = self.cleaned_data["number"].strip().upper()
        other = Case.objects.for_user(self.user).filter(number=number).first()
        if other is None:
            raise ValidationError(_("There is no case with the number %(number)s."), params={"number": number})
        return other

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        other = cleaned.get("number")
        confirmed = cleaned.pop("one_matter", False)
        if other is None or len(found := senders((self.case.pk, other.pk), self.user)) < 2:
            del self.fields["one_matter"]
        elif not confirmed:
            message = _("The cases come from different senders: %(senders)s. Confirm that they are one matter.")
            self.add_error("one_matter", ValidationError(message, params={"senders": "; ".join(found)}))
        return cleaned
