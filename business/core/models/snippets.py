"""What small, translated records share."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Locale, TranslatableMixin
from wagtail.search import index

from business.core.sorting import swedish_sort_key
from business.core.translation import facts, texts

__all__ = ["Register", "originals"]


def originals() -> models.Q:
    """What a fact may refer to, for ``limit_choices_to``: the record in the source language, never a translation."""
    return models.Q(locale__language_code=settings.LANGUAGE_CODE)


class Register(index.Indexed, TranslatableMixin, models.Model):
    """A named record that pages refer to by its original and show in the reader's language.

    ``slug`` is its stable key: in addresses (``?trade=restaurang``) and in imports. It is the same in every language.
    """

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(
        _("key"),
        max_length=60,
        help_text=_(
            "Short and stable, small letters and hyphens. It stands in addresses, the same in every language."
        ),
    )
    sort_key = models.CharField(max_length=140, editable=False, db_index=True)

    panels = [FieldPanel("name"), FieldPanel("slug")]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.FilterField("locale_id")]
    translatable_fields = [*texts("name"), *facts("slug")]

    class Meta(TranslatableMixin.Meta):
        abstract = True
        ordering = ["sort_key", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.sort_key = swedish_sort_key(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a key that is taken. The language is no form field, so Django does not check the constraint itself."""
        super().clean()
        locale = self.locale_id or Locale.get_default().pk
        others = type(self)._default_manager.filter(slug=self.slug, locale=locale).exclude(pk=self.pk)
        if taken := others.first():
            raise ValidationError({"slug": _("“%(name)s” has this key already.") % {"name": taken.name}})
