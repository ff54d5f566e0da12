"""What a translation does not take with it from its original."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from wagtail.models import Locale

__all__ = ["FactsStayMixin"]


class FactsStayMixin:
    """A translated record whose plain rows exist once, on the original.

    Wagtail copies every row along when something is translated. A copied condition would tell nobody anything, since facts
    are read from the original, and it would protect its option from being deleted. Stands before ``TranslatableMixin``.
    """

    rows_on_original: ClassVar[tuple[str, ...]] = ()

    def copy_for_translation(self, locale: Locale, exclude_fields: Iterable[str] | None = None) -> Any:
        """Return an unsaved copy in the language, without the rows that stay."""
        left_out = [*(exclude_fields or ()), *self.rows_on_original]
        return super().copy_for_translation(locale, exclude_fields=left_out)  # type: ignore[misc]
