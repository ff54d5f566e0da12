"""Form fields that say what is wrong with a text that cannot be stored or read, and where."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from business.core.plain_text import UNREADABLE, UNREADABLE_IN_LINE

__all__ = ["TOO_LONG", "HiddenText", "Line", "Phone", "RunningText"]

TOO_LONG = _("There is room for %(limit_value)d characters here; you wrote %(show_value)d.")

# What people paste instead of a plain space or hyphen.
_PLAIN = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2010": "-", "\u2011": "-", "\u2013": "-"})


def refuse(pattern: re.Pattern[str], text: str) -> None:
    """Refuse the text if it holds such a character, and quote what stands before it: the character cannot be seen."""
    if not (found := pattern.search(text)):
        return
    before = " ".join(text[: found.start()].split())[-30:]
    if before:
        message = _("There is a character that cannot be read after “%(before)s”. Delete it or rewrite that part.")
        raise ValidationError(message, code="unreadable", params={"before": before})
    raise ValidationError(
        _("Your text begins with a character that cannot be read. Delete it or rewrite the beginning."),
        code="unreadable",
    )


class _Text(forms.CharField):
    unreadable = UNREADABLE
    default_error_messages = {"max_length": TOO_LONG}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Our own message says where the character stands.
        self.validators = [v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"]

    def run_validators(self, value: Any) -> None:
        refuse(self.unreadable, value)
        super().run_validators(value)


class Line(_Text):
    """One line."""

    unreadable = UNREADABLE_IN_LINE


class Phone(Line):
    """A telephone number, as people write it."""

    def to_python(self, value: Any) -> str:
        return super().to_python(value).translate(_PLAIN)


class RunningText(_Text):
    """Text in lines, kept as it was written, blanks at its ends included.

    A line end counts as one character, though browsers send two. The browser is not told of the limit: it would cut
    off what is pasted, without a word.
    """

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        super().validate(value if value.strip() else "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class HiddenText(forms.CharField):
    """What the page itself put into the form. Whatever comes back never stops a person: rubbish becomes nothing."""

    widget = forms.HiddenInput

    def __init__(self, longest: int = 2000) -> None:
        super().__init__(required=False)
        self.longest = longest

    def clean(self, value: Any) -> str:
        text = str(value or "")
        return "" if len(text) > self.longest or UNREADABLE_IN_LINE.search(text) else text.strip()
