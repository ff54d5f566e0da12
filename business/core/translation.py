"""How texts follow the language and facts do not.

Facts (amounts, days, dates, relations) exist once: they are read from the page in the source language, whatever language
is shown. Only their texts come from the translation; a text without a translation falls back to the source language and
says so, so that it can be marked up with its ``lang``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language
from wagtail.models import Locale, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

__all__ = [
    "PAGE_TEXTS",
    "Localiser",
    "Text",
    "active_locale_code",
    "facts",
    "locale_for",
    "locales",
    "locales_by_id",
    "source_locale",
    "source_page",
    "texts",
    "with_texts",
]


def texts(*names: str) -> list[TranslatableField]:
    """Declare fields whose content is translated."""
    return [TranslatableField(name) for name in names]


def facts(*names: str) -> list[SynchronizedField]:
    """Declare fields that are the same in every language, and that a translator cannot set apart."""
    return [SynchronizedField(name, overridable=False) for name in names]


PAGE_TEXTS = [*texts("title", "slug", "seo_title", "search_description"), *facts("show_in_menus")]


class Text(str):
    """A text for a reader. ``lang`` is empty when it stands in the page's language, else the language it stands in."""

    lang: str

    def __new__(cls, value: object = "", lang: str = "") -> Text:
        text = super().__new__(cls, value or "")
        text.lang = lang
        return text


_locales: dict[str, Locale] = {}


def locales() -> dict[str, Locale]:
    """Return the site's locales by language code.

    They change with the settings, so a process asks once; a process that asked while the site was being set up asks again.
    """
    if len(_locales) < len(settings.LANGUAGES):
        _locales.update({locale.language_code: locale for locale in Locale.objects.all()})
    return _locales


def _forget_locales(**kwargs: Any) -> None:
    _locales.clear()


post_save.connect(_forget_locales, sender=Locale, dispatch_uid="core.forget_locales_saved")
post_delete.connect(_forget_locales, sender=Locale, dispatch_uid="core.forget_locales_deleted")


def locale_for(code: str) -> Locale:
    """Return the locale of a language that the site has."""
    return locales()[code]


def locales_by_id() -> dict[int, Locale]:
    """Return the site's locales by their primary key."""
    return {locale.pk: locale for locale in locales().values()}


def source_locale() -> Locale:
    """Return the locale that facts are written in."""
    return locale_for(settings.LANGUAGE_CODE)


def active_locale_code() -> str:
    """Return the language code that is shown now, one of those that the site has."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def source_page(page: Any) -> Any:
    """Return the page whose facts hold for this one: itself, or its original in the source language.

    A page that was written in another language and has no original keeps its own facts.
    """
    locale = source_locale()
    if page.previewed_original or page.locale_id == locale.pk:
        return page.previewed_original or page
    return type(page)._default_manager.filter(translation_key=page.translation_key, locale=locale).first() or page


def with_texts(rows: QuerySet, relation: str, fields: Iterable[str], locale: Locale) -> QuerySet:
    """Fetch, with each row, the texts of what it refers to in a language, for :meth:`Localiser.related`.

    One query then brings rows, originals and translations.
    """
    model: Any = rows.model._meta.get_field(relation).related_model
    translation = model._default_manager.filter(
        translation_key=OuterRef(f"{relation}__translation_key"), locale=locale
    )
    texts = {f"{relation}_{field}_in_{locale.pk}": Subquery(translation.values(field)[:1]) for field in fields}
    return rows.select_related(relation).annotate(**texts)


class Localiser:
    """Finds the texts of many translatable objects in one language, with one query a model.

    >>> localise = Localiser(locale_for("en"), [fee.area for fee in fees])
    >>> localise(fee.area, "name")
    """

    def __init__(self, locale: Locale, objects: Iterable[TranslatableMixin | None] = ()) -> None:
        self.locale = locale
        self._languages = {pk: known.language_code for pk, known in locales_by_id().items()}
        self._found: dict[tuple[type, Any], TranslatableMixin] = {}
        self.load(objects)

    def load(self, objects: Iterable[TranslatableMixin | None]) -> None:
        """Fetch the translations of these objects; those already in the language stand for themselves."""
        wanted: dict[type[TranslatableMixin], set[Any]] = defaultdict(set)
        for item in objects:
            if item is None or (type(item), item.translation_key) in self._found:
                continue
            if item.locale_id == self.locale.pk:
                self._found[type(item), item.translation_key] = item
            else:
                wanted[type(item)].add(item.translation_key)
        for model, keys in wanted.items():
            for item in model._default_manager.filter(locale=self.locale, translation_key__in=keys):
                self._found[model, item.translation_key] = item

    def add(self, item: TranslatableMixin) -> None:
        """Use this object as the translation of its kin, without asking the database."""
        self._found[type(item), item.translation_key] = item

    def find(self, item: TranslatableMixin) -> TranslatableMixin | None:
        """Return the object in the language, or nothing if it has no translation."""
        return self._found.get((type(item), item.translation_key))

    def __call__(self, item: TranslatableMixin | None, field: str) -> Text:
        """Return one text of the object, in the language if there is one, else in the object's own."""
        if item is None:
            return Text()
        original = getattr(item, field)
        if item.locale_id == self.locale.pk:
            return Text(original)
        translation = self._found.get((type(item), item.translation_key))
        # The same words are the original's: the translation tool copies what is not translated yet.
        if translation is not None and (value := getattr(translation, field)) and value != original:
            return Text(value)
        return Text(original, self._languages.get(item.locale_id, settings.LANGUAGE_CODE) if original else "")

    def related(self, row: Any, relation: str, field: str) -> Text:
        """Return a text of what the row refers to, fetched by :func:`with_texts` or loaded here."""
        value = row.__dict__.get(f"{relation}_{field}_in_{self.locale.pk}")
        item = getattr(row, relation)
        if item is None:
            return Text()
        return Text(value) if value and value != getattr(item, field) else self(item, field)
