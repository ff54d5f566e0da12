"""What the sender of a case fills in on their page. Each form asks for a code that was mailed to the case's own address."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from business.core.personal_number import seems_to_hold_personal_number
from business.inbox.enums import Helped
from business.inbox.files import FilesField
from business.inbox.meeting_words import time_in_words
from business.inbox.models import Attachment, CaseLink, MeetingTime, Rating
from business.inbox.services import check_code

from .fields import HiddenText, Line, RunningText
from .keys import SubmissionKey, new_key, read_key, write_key
from .proofs import is_proof, prove, read_asked

__all__ = ["ProvenForm", "RatingForm", "ReplyForm", "TimeForm"]

# One sentence whatever is wrong with it: it tells nobody which codes there are.
WRONG_CODE = _(
    "The code is wrong, too old or used already. Check it, or ask for a new one. What you wrote is still here."
)

# What a form holds besides what its sender says.
CARRIED = {"code", "key", "asked", "proof", "told", "files"}


class ProvenForm(forms.Form):
    """A form that is carried out once a code has been shown.

    It carries, hidden, the key that makes it one submission however often it is sent, which code it has asked for, and,
    once that was right, the proof of it.
    """

    required_css_class = "required"
    use_required_attribute = True
    purpose = ""

    code = Line(
        label=_("Code from your e-mail"),
        required=False,
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "size": "8"}
        ),
    )
    key = HiddenText()
    asked = HiddenText()
    proof = HiddenText()

    def __init__(self, link: CaseLink, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        self.link = link
        super().__init__(data, files, label_suffix="", auto_id=f"{self.purpose}-%s", **kwargs)
        self.sent_key = self.data.get("key", "")
        self.held: list[Attachment] = []
        if not self.is_bound:
            self.initial["key"] = new_key()
        self.submission_key: SubmissionKey | None = None

    def clean(self) -> dict[str, Any]:
        """See that the form has a key of ours; one that was open for too long gets another."""
        cleaned = super().clean() or {}
        key = read_key(cleaned.get("key", ""))
        if key is None or key.is_too_old(timezone.now()):
            self.put("key", write_key(SubmissionKey(secrets.token_urlsafe(24), timezone.now())))
            raise ValidationError(
                _("The form had been open for too long. Your text is still here: send it once more."), code="old"
            )
        self.submission_key = key
        return cleaned

    def put(self, name: str, value: str) -> None:
        """Have the form, when it is shown again, hold this instead of what was sent."""
        self.data = self.data.copy()
        self.data[name] = value

    @property
    def has_asked(self) -> bool:
        """Whether a code is on its way to whoever fills in the form."""
        return bool(self.is_bound and read_asked(self.data.get("asked", "")))

    @property
    def is_proven(self) -> bool:
        return self.is_bound and is_proof(self.data.get("proof", ""), self.link, self.purpose)

    def show_code(self) -> bool:
        """Whether the code that was typed is right; then the form carries the proof from now on.

        A wrong one is told at its field.
        """
        digits = "".join(self.data.get("code", "").split())
        if not digits:
            self.add_error("code", ValidationError(_("Type the six digits from the e-mail."), code="required"))
            return False
        asked = read_asked(self.data.get("asked", ""))
        if not check_code(self.link.case, asked, digits[:20], self._used_for()):
            self.put("code", "")
            self.add_error("code", ValidationError(WRONG_CODE, code="wrong"))
            return False
        self.put("proof", prove(self.link, self.purpose))
        return True

    def _used_for(self) -> str:
        """Return what a code is used for: this form with these words, so that nothing else is sent with it later."""
        typed = {name: self.data.get(name, "") for name in self.fields if name not in CARRIED}
        said = json.dumps([self.purpose, self.submission, typed], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def submission(self) -> str:
        """What makes this form one submission; of none of ours, something that nobody sends twice."""
        return self.submission_key.value if self.submission_key else secrets.token_urlsafe(24)


class ReplyForm(ProvenForm):
    """What the sender adds, in words or in files."""

    purpose = "reply"
    field_order = ["message", "files", "code"]

    message = RunningText(
        label=_("Your message"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("You do not need to write any personal identity number."),
        error_messages={
            "max_length": _("Your text is %(show_value)d characters long; at most %(limit_value)d can be sent.")
        },
    )
    files = FilesField()
    told = HiddenText(longest=1)

    def clean_message(self) -> str:
        """Point out a personal number once. Whoever sends it all the same has been told."""
        text = self.cleaned_data["message"]
        if seems_to_hold_personal_number(text) and not self.data.get("told"):
            self.put("told", "1")
            raise ValidationError(
                _(
                    "Your text seems to hold a personal identity number. We do not need it, and what you send becomes a "
                    "public record. Take it out, or send once more as it is."
                ),
                code="personal_number",
            )
        return text

    def need_something(self) -> None:
        """Ask for words or a file, once the files are held."""
        if not self.errors and not self.cleaned_data["message"].strip() and not self.held:
            self.add_error("message", ValidationError(_("Write your message, or choose a file."), code="required"))


class TimeForm(ProvenForm):
    """One of the times that were proposed."""

    purpose = "time"
    field_order = ["time", "code"]

    time = forms.TypedChoiceField(
        label=_("Choose a time"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the times."),
            "invalid_choice": _("That time is no longer offered. Choose one of those on the page, or write to us."),
        },
    )

    def __init__(self, *args: Any, times: list[MeetingTime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time"].choices = [
            (str(one.pk), time_in_words(one.starts_at, one.minutes, one.place)) for one in times
        ]


class RatingForm(ProvenForm):
    """Whether the sender was helped."""

    purpose = "rating"
    field_order = ["helped", "words", "code"]

    helped = forms.ChoiceField(
        label=_("Did you get help?"),
        choices=Helped.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes, partly or no.")},
    )
    words = RunningText(
        label=_("Would you like to say more?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("If you answer no, we open the case again and read what you write here."),
        error_messages={
            "max_length": _("Your text is %(show_value)d characters long; at most %(limit_value)d can be sent.")
        },
    )

    def __init__(self, *args: Any, rating: Rating | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rating is not None and not self.is_bound:
            self.initial |= {"helped": rating.helped, "words": rating.words}
