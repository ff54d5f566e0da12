"""The form that a visitor sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.organisation_number import normalise
from business.core.registers import RegisterChoices
from business.inbox.enums import PreferredChannel
from business.inbox.models import Topic

from .keys import SubmissionKey, new_key, read_key

__all__ = ["ContactForm"]

ONE_LINE = RegexValidator(r"^[^\r\n\x00]*$", _("Write this on one line."))


class ContactForm(forms.Form):
    """Topic, message and how to reach the sender.

    Robots are stopped by a field that people do not see and by the time it takes to fill in a form; both only ask to
    send once more, so that no person who is caught loses anything.
    """

    required_css_class = "required"
    use_required_attribute = True

    topic = forms.ChoiceField(
        label=_("What is it about?"),
        error_messages={
            "required": _("Choose what your question is about."),
            "invalid_choice": _("Choose a topic from the list."),
        },
    )
    message = forms.CharField(
        label=_("Your question"),
        help_text=_("Tell us what you want to do, where and when. You do not need to write any personal number."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Write your question."),
            "max_length": _("Your text is %(show_value)d characters long; at most %(limit_value)d can be sent."),
        },
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        validators=[ONE_LINE],
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
        },
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        validators=[RegexValidator(r"^[0-9+() \-/.]{5,40}$", _("Write the number with digits, like 070-123 45 67."))],
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    company = forms.CharField(
        label=_("Company"),
        required=False,
        max_length=160,
        validators=[ONE_LINE],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    organisation_number = forms.CharField(
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
    # People do not see this one; robots fill in everything.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "contact-%s", **kwargs})
        self.fields["topic"].choices = [
            ("", _("Choose a topic")),
            *RegisterChoices(Topic, ("order", "sort_key"), in_use=True).choices,
        ]
        self.submission_key: SubmissionKey | None = None
        if not self.is_bound:
            self.initial["key"] = new_key()

    def clean_organisation_number(self) -> str:
        value = self.cleaned_data["organisation_number"]
        return normalise(value) if value else ""

    def clean_topic(self) -> Topic:
        return Topic.objects.select_related("unit").get(
            slug=self.cleaned_data["topic"], locale__language_code=settings.LANGUAGE_CODE
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("preferred") == PreferredChannel.PHONE
            and not cleaned.get("phone")
            and "phone" not in self.errors
        ):
            self.add_error("phone", _("Write your telephone number, since you want us to call."))
        self._stop_robots(cleaned)
        return cleaned

    def _stop_robots(self, cleaned: dict[str, Any]) -> None:
        now = timezone.now()
        key = read_key(cleaned.get("key", ""))
        if key is None or key.is_too_old(now):
            self._renew_key()
            raise ValidationError(
                _("The form had been open for too long. Your text is still here: send it once more.")
            )
        if cleaned.get("website"):
            raise ValidationError(
                _(
                    "Something filled in a field that should be empty. Your text is still here: empty the field and send."
                )
            )
        if key.is_too_fast(now):
            raise ValidationError(
                _("That was quicker than we can believe of a person. Your text is still here: send it once more.")
            )
        self.submission_key = key

    def _renew_key(self) -> None:
        self.data = self.data.copy()
        self.data[self.add_prefix("key")] = new_key()
