"""A field for a day, the same in every form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["day"]


def day(*, attrs: dict[str, str] | None = None, **options: Any) -> forms.DateField:
    """Return a field for a day, drawn as the browser's own. ``attrs`` are more of its attributes."""
    return forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **(attrs or {})}),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day as 2026-11-03.")},
        **options,
    )
