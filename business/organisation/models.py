"""Who decides, who answers, and where."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from business.core.models import Register, originals
from business.core.panels import RegisterSelect
from business.core.translation import facts, texts

from .enums import UnitKind

__all__ = ["Person", "Place", "Unit"]


class Unit(Register):
    """A board, office, authority or other body that decides, prepares, supervises or advises."""

    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices, default=UnitKind.UNIT)
    description = models.TextField(_("what it does"), max_length=400, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    url = models.URLField(_("web address"), blank=True)

    panels = [
        *Register.panels,
        FieldPanel("kind"),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
        FieldPanel("url"),
    ]
    translatable_fields = [
        *Register.translatable_fields,
        *texts("description"),
        *facts("kind", "email", "phone", "url"),
    ]

    class Meta(Register.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_unit_slug")]


class Person(Register):
    """Somebody whom a company can turn to."""

    title = models.CharField(_("title"), max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="people",
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    panels = [
        *Register.panels,
        FieldPanel("title"),
        RegisterSelect("unit"),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
    ]
    translatable_fields = [*texts("title"), *facts("name", "slug", "unit", "email", "phone")]

    class Meta(Register.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_person_slug")]


class Place(Register):
    """Somewhere that companies meet."""

    address = models.CharField(_("address"), max_length=200, blank=True)

    panels = [*Register.panels, FieldPanel("address")]
    translatable_fields = [*Register.translatable_fields, *facts("address")]

    class Meta(Register.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_place_slug")]
