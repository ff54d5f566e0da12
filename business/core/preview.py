"""Previewing a page in every language that it is translated to, with the facts that stand in the form."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from wagtail.models import TranslatableMixin

from business.core.translation import source_locale

__all__ = ["TranslatedPreviewMixin"]


class TranslatedPreviewMixin:
    """For pages whose facts are read from the source language.

    ``previewed_original`` is, on a translation in such a preview, the page whose facts are shown instead of those that
    are stored.
    """

    previewed_original: Any = None

    @cached_property
    def preview_modes(self) -> list[tuple[str, Any]]:
        modes = super().preview_modes  # type: ignore[misc]
        if not self.pk or self.locale_id != source_locale().pk:
            return modes
        languages = self.get_translations().order_by("locale").values_list("locale__language_code", flat=True)
        names = dict(settings.LANGUAGES)
        return [*modes, *((code, names[code]) for code in languages if code in names)]

    def make_preview_request(
        self,
        original_request: HttpRequest | None = None,
        preview_mode: str | None = None,
        extra_request_attrs: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Draw a preview; in another language, of its latest draft with this page's facts as they stand here."""
        for rows in self.__dict__.get("_cluster_related_objects", {}).values():
            for row in rows:
                # A row that is not stored yet has no language; it is written in the page's.
                if isinstance(row, TranslatableMixin) and row.locale_id is None:
                    row.locale_id = self.locale_id
        if preview_mode in dict(settings.LANGUAGES):
            translation = self.get_translations().filter(locale__language_code=preview_mode).first()
            if translation:
                draft = translation.specific.get_latest_revision_as_object()
                draft.previewed_original = self
                return draft.make_preview_request(original_request, "", extra_request_attrs)
        return super().make_preview_request(original_request, preview_mode, extra_request_attrs)  # type: ignore[misc]
