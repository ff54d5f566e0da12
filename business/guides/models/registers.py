"""What guides refer to: areas, trades, laws and papers."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Locale
from wagtail.search import index

from business.core.fields import ChoiceListField
from business.core.models import Register, Row
from business.core.translation import facts, texts

from ..enums import EvidenceFormat, LawKind, TimeUnit
from ..law_form import LawForm, TouchedGuidesPanel

__all__ = ["AuthorityArea", "EvidenceType", "LegalReference", "Trade"]

ICONS = [
    ("building", _("building")),
    ("leaf", _("leaf")),
    ("plate", _("plate")),
    ("glass", _("glass")),
    ("tobacco", _("tobacco")),
    ("flame", _("flame")),
    ("stall", _("market stall")),
    ("pill", _("pill")),
    ("hands", _("hands")),
]


class AuthorityArea(Register):
    """An area of authority matters, one of those that Insikt measures (or beside them)."""

    description = models.TextField(_("description"), max_length=300, blank=True)
    icon = models.CharField(_("icon"), max_length=20, choices=ICONS, default="building")

    panels = [*Register.panels, FieldPanel("description"), FieldPanel("icon")]
    translatable_fields = [*Register.translatable_fields, *texts("description"), *facts("icon")]

    class Meta(Register.Meta):
        verbose_name = _("authority area")
        verbose_name_plural = _("authority areas")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_area_slug")]


class Trade(Register):
    """A trade, with the SNI codes (Swedish industrial classification) that it covers."""

    sni_codes = models.CharField(
        _("SNI codes"),
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(r"^\d{2}(\.\d{1,3})?(,\s*\d{2}(\.\d{1,3})?)*$", _("Write codes like 56.100, 56.290."))
        ],
        help_text=_("Codes of the Swedish industrial classification, with commas between."),
    )

    panels = [*Register.panels, FieldPanel("sni_codes")]
    translatable_fields = [*Register.translatable_fields, *facts("sni_codes")]

    class Meta(Register.Meta):
        verbose_name = _("trade")
        verbose_name_plural = _("trades")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_trade_slug")]


class LegalReference(Register):
    """A law that guides rest on: always its name and number, never a bare paragraph.

    A law that is replaced stays, with the day it ended; the new one is a record of its own.
    """

    number = models.CharField(
        _("number"),
        max_length=20,
        help_text=_("SFS number like 2010:1622, or an EU number like 852/2004."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=LawKind.choices, default=LawKind.ACT)
    url = models.URLField(_("web address"), blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_to = models.DateField(_("in force until and including"), null=True, blank=True)

    panels = [
        *Register.panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("kind")]),
        FieldPanel("url"),
        FieldRowPanel([FieldPanel("in_force_from"), FieldPanel("in_force_to")]),
        MultiFieldPanel(
            [TouchedGuidesPanel(), FieldPanel("ask_for_check"), FieldPanel("what_changed")],
            heading=_("What this law touches"),
        ),
    ]
    base_form_class = LawForm
    search_fields = [*Register.search_fields, index.SearchField("number"), index.AutocompleteField("number")]
    translatable_fields = [
        *Register.translatable_fields,
        *facts("number", "kind", "url", "in_force_from", "in_force_to"),
    ]

    class Meta(Register.Meta):
        verbose_name = _("law")
        verbose_name_plural = _("laws")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_law_slug")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    def guides_resting_on(self) -> list[Any]:
        """Return the original guides that name the law, as one of theirs or as the source of a fact, live or not."""
        pages: set[int] = set()
        for row in (row for row in apps.get_app_config("guides").get_models() if issubclass(row, Row)):
            if any(field.name == "law" for field in row._meta.fields):
                pages.update(row._default_manager.filter(law=self).values_list("page_id", flat=True))
        guides = apps.get_model("guides", "GuidePage").objects.filter(pk__in=pages)
        return list(guides.filter(locale__language_code=settings.LANGUAGE_CODE).order_by("sort_key", "pk"))

    def in_force_on(self, day: datetime.date) -> bool:
        """Whether the law is in force on a day; an empty end is open."""
        return (self.in_force_from is None or self.in_force_from <= day) and (
            self.in_force_to is None or day <= self.in_force_to
        )

    def clean(self) -> None:
        super().clean()
        if self.in_force_from and self.in_force_to and self.in_force_to < self.in_force_from:
            raise ValidationError({"in_force_to": _("The period ends before it starts.")})
        if self.kind != LawKind.LOCAL and not re.fullmatch(r"[0-9]{1,4}[:/][0-9]{1,4}", self.number):
            raise ValidationError({"number": _("Write an SFS number like 2010:1622, or an EU number like 852/2004.")})
        self._refuse_second()

    def _refuse_second(self) -> None:
        """Refuse a second record of one law for the same days."""
        locale = self.locale_id or Locale.get_default().pk
        for other in LegalReference.objects.filter(number=self.number, locale=locale).exclude(pk=self.pk):
            apart = (other.in_force_to and self.in_force_from and other.in_force_to < self.in_force_from) or (
                self.in_force_to and other.in_force_from and self.in_force_to < other.in_force_from
            )
            if not apart:
                message = _("“%(other)s” has this number already and is in force on the same days.")
                raise ValidationError({"number": message % {"other": other}})

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the law; of two people who write the same one at once, the second is refused."""
        with transaction.atomic():
            if self.locale_id:
                Locale.objects.select_for_update().get(pk=self.locale_id)
            self._refuse_second()
            super().save(*args, **kwargs)


class EvidenceType(Register):
    """A kind of paper that applications ask for, where to get it, and how old it may be."""

    description = models.TextField(_("description"), max_length=400, blank=True)
    issuer = models.CharField(_("who issues it"), max_length=160, blank=True)
    url = models.URLField(_("where to get it"), blank=True)
    max_age = models.PositiveSmallIntegerField(
        _("how old it may be"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("On the day the application arrives. Empty: its age does not matter."),
    )
    max_age_unit = models.CharField(
        _("unit of time"), max_length=16, choices=TimeUnit.choices, default=TimeUnit.MONTHS
    )
    formats = ChoiceListField(_("accepted as"), options=EvidenceFormat.choices, help_text=_("None: any form will do."))
    template_file = models.ForeignKey(
        "media.CustomDocument",
        verbose_name=_("form to fill in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A form or template of ours that the company may use."),
    )

    panels = [
        *Register.panels,
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("issuer"), FieldPanel("url")]),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("max_age"), FieldPanel("max_age_unit")]),
                FieldPanel("formats"),
                FieldPanel("template_file"),
            ],
            heading=_("What is accepted"),
        ),
    ]
    translatable_fields = [
        *Register.translatable_fields,
        *texts("description", "issuer"),
        *facts("url", "max_age", "max_age_unit", "formats", "template_file"),
    ]

    class Meta(Register.Meta):
        verbose_name = _("evidence type")
        verbose_name_plural = _("evidence types")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_evidence_slug")]
