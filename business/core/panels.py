"""Panels that our pages and registers share."""

from typing import Any

from django import forms
from wagtail.admin.panels import FieldPanel

__all__ = ["RegisterSelect"]


class RegisterSelect(FieldPanel):
    """A short register as a plain list to choose from: one click, where Wagtail's chooser takes four."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, **{"widget": forms.Select, **kwargs})
