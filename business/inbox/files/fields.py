"""The form field for several files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .holding import MOST_FILES
from .kinds import ACCEPTED_ENDINGS, MOST_BYTES

__all__ = ["FilesField", "FilesInput"]


class FilesInput(forms.FileInput):
    """A file field that takes several, and shows those of the right kind first."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        limits = {"data-most-files": MOST_FILES, "data-most-bytes": MOST_BYTES}  # for scripts that tell at once
        accept = ",".join(f".{one}" for one in ACCEPTED_ENDINGS)
        super().__init__({"multiple": True, "accept": accept, **limits, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Files as they were chosen. Whoever draws the form has them held (`hold`), right or wrong as the rest may be."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "required": False,
                "label": _("Attach files"),
                "help_text": _(
                    "PDF, Word (docx), Excel (xlsx), OpenDocument (odt, ods), pictures (jpg, png), txt or csv. At most "
                    "5 files of 10 MB each."
                ),
                **kwargs,
            }
        )

    def clean(self, value: Any) -> list[Any]:
        return value or []
