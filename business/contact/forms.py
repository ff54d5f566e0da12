"""What is asked about a request, whatever the door, and the form that a visitor sends."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any, NoReturn

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.organisation_number import normalise
from business.core.personal_number import seems_to_hold_personal_number
from business.core.registers import RegisterChoices
from business.core.sent_plan import LONGEST_TOKEN, PlanError, SentPlan, unpack
from business.inbox.enums import PreferredChannel
from business.inbox.files import FilesField
from business.inbox.models import Attachment, Topic

from .fields import TOO_LONG, HiddenText, Line, Phone, RunningText
from .keys import MAX_AGE, SubmissionKey, new_key, read_key, write_key

__all__ = ["BROKEN_PLAN", "ContactForm", "RequestForm"]

BROKEN_PLAN = _(
    "Your plan could not come along: the link was cut off, or the plan is too long. Open the plan and send it from there, "
    "or paste its address into your question."
)


class RequestForm(forms.Form):
    """Topic, message and how to reach the sender."""

    required_css_class = "required"
    use_required_attribute = True
    number_is_missing = _("Write your telephone number, since you want us to call.")

    topic = forms.ChoiceField(
        label=_("What is it about?"),
        error_messages={
            "required": _("Choose what your question is about."),
            "invalid_choice": _("Choose a topic from the list."),
        },
    )
    message = RunningText(
        label=_("Your question"),
        help_text=_(
            "Tell us what you want to do, where and when. You do not need to write any personal identity number."
        ),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Write your question."),
            "max_length": _("Your text is %(show_value)d characters long; at most %(limit_value)d can be sent."),
        },
    )
    name = Line(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Our answer goes here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your e-mail address, so that we can answer."),
            "invalid": _("This does not look like an e-mail address. It should be like name@example.se."),
            "max_length": TOO_LONG,
        },
    )
    phone = Phone(
        label=_("Telephone"),
        required=False,
        max_length=40,
        validators=[RegexValidator(r"^[0-9+() \-/.]{5,40}$", _("Write the number with digits, like 070-123 45 67."))],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    company = Line(
        label=_("Company"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    organisation_number = Line(
        label=_("Organisation number"),
        required=False,
        max_length=20,
        help_text=_("Ten digits, like 556123-4567."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    preferred = forms.ChoiceField(
        label=_("How would you like us to reach you?"),
        choices=PreferredChannel.choices,
        initial=PreferredChannel.EMAIL,
        widget=forms.RadioSelect,
    )
    key = HiddenText()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "contact-%s", **kwargs})
        in_use = Topic.objects.filter(locale__language_code=settings.LANGUAGE_CODE, in_use=True)
        self.fields["topic"].choices = [
            ("", _("Choose a topic")),
            *RegisterChoices(Topic, ("order", "sort_key"), slug__in=in_use.values("slug")).choices,
        ]
        self.submission_key: SubmissionKey | None = None
        if not self.is_bound:
            self.initial["key"] = new_key()

    def clean_organisation_number(self) -> str:
        value = self.cleaned_data["organisation_number"]
        return normalise(value) if value else ""

    def clean_topic(self) -> Topic:
        """Return the original, which cases refer to whatever language they were written in."""
        topic = (
            Topic.objects.select_related("unit")
            .filter(slug=self.cleaned_data["topic"], locale__language_code=settings.LANGUAGE_CODE)
            .first()
        )
        if topic is None:  # taken away while the form was being filled in
            raise ValidationError(_("Choose a topic from the list."), code="invalid_choice")
        return topic

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wants_call = cleaned.get("preferred") == PreferredChannel.PHONE
        if wants_call and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", self.number_is_missing)
        return cleaned


class ContactForm(RequestForm):
    """What a visitor fills in.

    Robots are stopped by a field that people do not see and by the time it takes to fill in a form; both only ask to
    send once more, so that no person who is caught loses anything.
    """

    field_order = ["topic", "message", "files"]

    files = FilesField()
    # People do not see this one; robots fill in everything.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    source = HiddenText()
    # The opening plan that the sender was shown, signed by the planner.
    plan = HiddenText(longest=LONGEST_TOKEN)
    without_plan = forms.BooleanField(label=_("Send my question without the plan"), required=False)
    # Set once the sender has been told that a personal number is not needed.
    told = HiddenText(longest=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_trapped = False
        self.sent_key = self.data.get(self.add_prefix("key"), "")  # before the form may get another
        self.held: list[Attachment] = []  # files that need not be chosen again
        self.shown_plan: SentPlan | None = None  # what the form carries
        self.plan_is_broken = False
        self._read_plan()

    def _read_plan(self) -> None:
        """Read the plan that the form carries. One that is broken is told of once, and then carried no further."""
        carried = self.data.get(self.add_prefix("plan")) if self.is_bound else self.initial.get("plan")
        token = str(carried or "")
        try:
            self.shown_plan = unpack(token) if token else None
        except PlanError:
            self.plan_is_broken = True
            if self.is_bound:
                self._put("plan", "")
            else:
                self.initial["plan"] = ""

    @property
    def sent_plan(self) -> SentPlan | None:
        """The plan that is sent along, once the form has been checked."""
        return None if self.cleaned_data.get("without_plan") else self.shown_plan

    def clean_message(self) -> str:
        """Point out a personal number once. Whoever sends it all the same has been told."""
        text = self.cleaned_data["message"]
        if seems_to_hold_personal_number(text) and not self.data.get(self.add_prefix("told")):
            self._put("told", "1")
            raise ValidationError(
                _(
                    "Your text seems to hold a personal identity number. We do not need it, and what you send becomes a "
                    "public record. Take it out, or send once more as it is."
                ),
                code="personal_number",
            )
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.plan_is_broken:
            self.add_error(None, ValidationError(BROKEN_PLAN, code="plan"))
        self._stop_robots(cleaned)
        return cleaned

    def _stop_robots(self, cleaned: dict[str, Any]) -> None:
        """Ask whoever looks like a robot to send once more. The key remembers it: nobody is stopped twice for one reason."""
        now = timezone.now()
        key = read_key(cleaned.get("key", ""))
        if key is None or key.is_too_old(now):
            # Whoever had it open for days has had it open for long.
            drawn_at = now - MAX_AGE / 2 if key else now
            self._stop(
                SubmissionKey(secrets.token_urlsafe(24), drawn_at),
                _("The form had been open for too long. Your text is still here: send it once more."),
                "old",
            )
        filled_in = bool(self.data.get(self.add_prefix("website")))
        self.submission_key = key = replace(key, trapped=key.trapped + filled_in)
        if key.trapped:
            # From now on the field can be seen: a browser that fills in forms by itself may do it again.
            self.is_trapped = True
            self.fields["website"].widget.attrs.pop("tabindex", None)
        if filled_in and key.trapped == 1:
            self._put("website", "")
            self._stop(
                key,
                _("Something filled in a field that people do not see. We have emptied it: send once more."),
                "trapped",
            )
        if key.is_too_fast(now):
            self._stop(
                key,
                _("That was quicker than we can believe of a person. Your text is still here: send it once more."),
                "fast",
            )

    def _stop(self, key: SubmissionKey, message: str, code: str) -> NoReturn:
        self._put("key", write_key(replace(key, was_stopped=True)))
        raise ValidationError(message, code=code)

    def _put(self, name: str, value: str) -> None:
        """Have the form, when it is shown again, hold this instead of what was sent."""
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value
