"""What guides refer to: areas, trades, laws, papers and rates."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from business.core.models import Register, originals
from business.core.panels import RegisterSelect
from business.core.periods import Period, PeriodQuerySet, refuse_overlaps
from business.core.translation import facts, texts

from ..enums import LawKind

__all__ = ["AuthorityArea", "EvidenceType", "HourlyRate", "LegalReference", "Trade"]

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
    """A law that guides rest on: always its name and number, never a bare paragraph."""

    number = models.CharField(
        _("number"), max_length=20, help_text=_("SFS number like 2010:1622, or an EU number like 852/2004.")
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
    ]
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

    def clean(self) -> None:
        super().clean()
        if self.in_force_from and self.in_force_to and self.in_force_to < self.in_force_from:
            raise ValidationError({"in_force_to": _("The period ends before it starts.")})


class EvidenceType(Register):
    """A kind of paper that applications ask for, and where to get it."""

    description = models.TextField(_("description"), max_length=400, blank=True)
    issuer = models.CharField(_("who issues it"), max_length=160, blank=True)
    url = models.URLField(_("where to get it"), blank=True)

    panels = [*Register.panels, FieldPanel("description"), FieldPanel("issuer"), FieldPanel("url")]
    translatable_fields = [*Register.translatable_fields, *texts("description", "issuer"), *facts("url")]

    class Meta(Register.Meta):
        verbose_name = _("evidence type")
        verbose_name_plural = _("evidence types")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_evidence_slug")]


class HourlyRate(Period):
    """What the council has set for an hour's work in an area, for a period."""

    area = models.ForeignKey(
        AuthorityArea,
        verbose_name=_("authority area"),
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="hourly_rates",
    )
    amount = models.DecimalField(
        _("kronor an hour"), max_digits=9, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )

    objects = PeriodQuerySet.as_manager()

    panels = [RegisterSelect("area"), FieldPanel("amount"), Period.period_panel]

    class Meta:
        verbose_name = _("hourly rate")
        verbose_name_plural = _("hourly rates")
        ordering = ["area__sort_key", "-valid_from"]

    def __str__(self) -> str:
        return f"{self.area}: {self.amount} kr"

    def clean(self) -> None:
        super().clean()
        if self.area_id:
            refuse_overlaps(self, HourlyRate.objects.filter(area_id=self.area_id).exclude(pk=self.pk))

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the rate; of two people who write one for the same days at once, the second is refused."""
        with transaction.atomic():
            AuthorityArea.objects.select_for_update().get(pk=self.area_id)
            refuse_overlaps(self, HourlyRate.objects.filter(area_id=self.area_id).exclude(pk=self.pk))
            super().save(*args, **kwargs)
