"""Model fields that Django does not have."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["ChoiceListField"]


class ChoiceListField(models.JSONField):
    """Some of a fixed list of choices, in the list's own order: ``["pdf", "docx"]``. Ticked one by one in a form."""

    def __init__(self, *args: Any, options: Any = (), **kwargs: Any) -> None:
        self.options = list(options)
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        # The words are no part of the database: a migration for each new one would say nothing.
        return super().deconstruct()

    def validate(self, value: Any, model_instance: Any) -> None:
        known = {key for key, _label in self.options}
        if not isinstance(value, list) or not set(value) <= known:
            raise ValidationError(_("Choose from the list."))
        super().validate(value, model_instance)

    def clean(self, value: Any, model_instance: Any) -> Any:
        cleaned = super().clean(value, model_instance)
        return [key for key, _label in self.options if key in cleaned]

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=self.options,
            required=not self.blank,
            label=kwargs.get("label", self.verbose_name),
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
        )
