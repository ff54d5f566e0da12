"""The form that takes a file in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .opening import LARGEST_FILE

__all__ = ["WorkbookForm"]


class WorkbookForm(forms.Form):
    """Only what can be told at once is told here; the rest takes the background worker."""

    file = forms.FileField(
        label=_("Excel file (.xlsx)"),
        help_text=_("At most 10 MB. You see what it would change before anything is stored."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 10 MB."))
        return file
