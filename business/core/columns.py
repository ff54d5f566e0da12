"""Columns of the admin's listings."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.ui.tables.pages import PageTitleColumn
from wagtail.models import Locale, Page, TranslatableMixin
from wagtail_localize.models import TranslationSource

from business.core.translation import locales

__all__ = ["DayColumn", "DueDateColumn", "PlainPageTitleColumn", "TranslationsColumn", "attach_translations"]


@dataclass(frozen=True)
class OtherLanguage:
    """How it stands with one language beside the original's. Without ``translation`` there is none yet."""

    locale: Locale
    # Wagtail writes a cell's value out; a record may name others when it is, each with a query.
    translation: TranslatableMixin | None = field(repr=False)
    update_url: str = ""

    @property
    def is_live(self) -> bool:
        return getattr(self.translation, "live", True)


def attach_translations(originals: Iterable[TranslatableMixin]) -> None:
    """Tell each of the originals what it is in the other languages, with three queries however many they are."""
    rows = list(originals)
    if not rows:
        return
    keys = [row.translation_key for row in rows]
    found: dict[Any, dict[int, TranslatableMixin]] = defaultdict(dict)
    for translation in type(rows[0])._default_manager.filter(translation_key__in=keys):
        found[translation.translation_key][translation.locale_id] = translation
    sources = {source.object_id: source for source in TranslationSource.objects.filter(object_id__in=keys)}
    for row in rows:
        update_url = _update_url(row, sources.get(row.translation_key))
        row.other_languages = [
            OtherLanguage(locale, found[row.translation_key].get(locale.pk), update_url)
            for locale in locales().values()
            if locale.pk != row.locale_id
        ]


def _update_url(original: Any, source: TranslationSource | None) -> str:
    """Return where to carry new texts across, if the original got any since its texts were handed to translation."""
    changed = getattr(original, "text_changed_at", None)
    if source is None or changed is None or changed <= source.last_updated_at:
        return ""
    return reverse("wagtail_localize:update_translations", args=[source.pk])


class TranslationsColumn(Column):
    """The other languages, each a link: to the translation, or to where it is started."""

    cell_template_name = "core/translations_cell.html"

    def __init__(self) -> None:
        super().__init__("other_languages", label=_("Translations"), width="15%")

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        can_translate = user.has_perm("wagtail_localize.submit_translation")
        context["links"] = [
            (language, self._edit_url(language.translation) if language.translation else "")
            for language in instance.other_languages
        ]
        context["translate_url"] = self._translate_url(instance) if can_translate else ""
        return context

    @staticmethod
    def _edit_url(translation: Any) -> str:
        if isinstance(translation, Page):
            return reverse("wagtailadmin_pages:edit", args=[translation.pk])
        return reverse(translation.snippet_viewset.get_url_name("edit"), args=[quote(translation.pk)])

    @staticmethod
    def _translate_url(original: Any) -> str:
        if isinstance(original, Page):
            return reverse("wagtail_localize:submit_page_translation", args=[original.pk])
        names = [original._meta.app_label, original._meta.model_name, quote(original.pk)]
        return reverse("wagtail_localize:submit_snippet_translation", args=names)


class PlainPageTitleColumn(PageTitleColumn):
    """A page's title without the menu of acts: wagtail-localize asks the database for each row of that menu."""

    cell_template_name = "core/page_title_cell.html"


class DayColumn(Column):
    """A day, written out."""

    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        return date_format(day, "DATE_FORMAT") if day else ""


class DueDateColumn(DayColumn):
    """A day by which something is to be done; one that has passed stands out."""

    cell_template_name = "core/due_date_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        day: datetime.date | None = Column.get_value(self, instance)
        is_overdue = day is not None and day < timezone.localdate()
        return {**super().get_cell_context_data(instance, parent_context), "is_overdue": is_overdue}
