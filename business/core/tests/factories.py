"""What tests of every app build on: pages in the tree that the migrations made, and their translations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import factory
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update, reference_index_auto_update_disabled

from business.core.models import StandardPage
from business.core.signals import note_text_change

__all__ = [
    "PageFactory",
    "QuietFactory",
    "RegisterFactory",
    "StandardPageFactory",
    "home",
    "locale",
    "translate",
    "translate_record",
    "unreferenced",
]


@contextmanager
def unreferenced() -> Iterator[None]:
    """Leave Wagtail's index of what refers to what alone: it would read a page again for each row that a test adds.

    A test of that index saves through the model.
    """
    if getattr(reference_index_auto_update_disabled, "value", False):
        yield
        return
    with disable_reference_index_auto_update():
        yield


def locale(code: str = "sv") -> Locale:
    """Return one of the two locales that the migrations made."""
    return Locale.objects.get(language_code=code)


def home(code: str = "sv") -> Page:
    """Return the home page in a language."""
    first = Site.objects.get(is_default_site=True).root_page
    return first.get_translation(locale(code)).specific


def translate(page: Page, code: str = "en", **texts: Any) -> Page:
    """Publish the page in another language, as the translation tool would: facts the same, texts as given.

    A page above it that is not there in that language is made too.
    """
    with unreferenced():
        return _translate(page, code, texts)


def _translate(page: Page, code: str, texts: dict[str, Any]) -> Page:
    there = locale(code)
    if not page.get_parent().has_translation(there):
        translate(page.get_parent().specific, code)
    copy = page.copy_for_translation(there)
    copy.slug = texts.pop("slug", slugify(texts.get("title", "")) or copy.slug)
    for name, value in texts.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return type(page).objects.get(pk=copy.pk)


def translate_record(record: Any, code: str = "en", **texts: Any) -> Any:
    """Save a register's record in another language."""
    copy = record.copy_for_translation(locale(code))
    for name, value in texts.items():
        setattr(copy, name, value)
    with unreferenced():
        copy.save()
    return copy


class QuietFactory(factory.django.DjangoModelFactory):
    """Makes content without the index of references."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, **values: Any) -> Any:
        with unreferenced():
            return cls._store(model_class, *args, **values)

    @classmethod
    def _store(cls, model_class: type[Any], *args: Any, **values: Any) -> Any:
        return super()._create(model_class, *args, **values)


class PageFactory(QuietFactory):
    """A live page below ``parent`` (default: the Swedish home page), in its language."""

    title = factory.Sequence(lambda number: f"Sida {number}")
    slug = factory.LazyAttribute(lambda page: slugify(page.title))
    summary = "En sammanfattning i en mening."
    parent = factory.LazyFunction(home)

    class Meta:
        abstract = True
        model = StandardPage
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(live=False)

    @classmethod
    def _store(cls, model_class: type[Page], *args: Any, parent: Page, **values: Any) -> Page:
        page = model_class(locale=parent.locale, **values)
        # The parent's numbers may have changed since it was read.
        parent.refresh_from_db()
        parent.add_child(instance=page)
        if page.live:
            note_text_change(model_class, page)
        return page


class StandardPageFactory(PageFactory):
    class Meta:
        model = StandardPage


class RegisterFactory(QuietFactory):
    """A record in Swedish; its key follows its name."""

    name = factory.Sequence(lambda number: f"Post {number}")
    slug = factory.LazyAttribute(lambda record: slugify(record.name))
    locale = factory.LazyFunction(locale)

    class Meta:
        abstract = True
