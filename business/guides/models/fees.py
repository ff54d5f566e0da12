"""What things cost: hourly rates, tariffs, what is counted, and the fees of a guide."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel

from business.core.models import Register, originals
from business.core.panels import FoldedPanel, RegisterSelect
from business.core.periods import Period, PeriodQuerySet, refuse_overlaps
from business.core.sorting import fold
from business.core.translation import facts, texts

from ..enums import FeeKind, Need, PaidWhen, Payer, Refund
from .registers import AuthorityArea
from .sources import FactRow, Sourced

__all__ = ["FeeBasis", "GuideFee", "HourlyRate", "Tariff"]


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

    panels = [
        HelpPanel(
            _(
                "A new rate that starts later ends the one that holds now, the day before. Before anything is stored you see every page and amount that changes."
            )
        ),
        RegisterSelect("area"),
        FieldPanel("amount"),
        Period.period_panel,
    ]

    class Meta:
        verbose_name = _("hourly rate")
        verbose_name_plural = _("hourly rates")
        ordering = ["area__sort_key", models.F("valid_from").desc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return f"{self.area}: {self.amount} kr"

    def predecessor(self) -> HourlyRate | None:
        """Return the rate without an end that a new one takes over from; it then ends the day before."""
        if self.pk or not self.valid_from or not self.area_id:
            return None
        began = models.Q(valid_from__isnull=True) | models.Q(valid_from__lt=self.valid_from)
        return HourlyRate.objects.filter(began, area_id=self.area_id, valid_to__isnull=True).first()

    def day_before(self) -> datetime.date | None:
        """Return the last day of whatever this rate takes over from."""
        return self.valid_from and self.valid_from - datetime.timedelta(days=1)

    def _refuse_overlaps(self) -> None:
        others = HourlyRate.objects.filter(area_id=self.area_id).exclude(pk=self.pk)
        ends = self.predecessor()
        refuse_overlaps(self, others.exclude(pk=ends.pk) if ends else others)

    def clean(self) -> None:
        super().clean()
        if self.area_id:
            self._refuse_overlaps()

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the rate, and end the one it takes over from. Of two people who write one for the same days at once,
        the second is refused.

        Raises:
            ValidationError: another rate of the area holds on one of the days.
        """
        with transaction.atomic():
            AuthorityArea.objects.select_for_update().get(pk=self.area_id)
            self._refuse_overlaps()
            if ends := self.predecessor():
                HourlyRate.objects.filter(pk=ends.pk).update(valid_to=self.day_before())
            super().save(*args, **kwargs)


class Tariff(Register):
    """A decision on fees, with the year that it is for: where an amount is written."""

    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    number = models.CharField(
        _("decision"), max_length=60, blank=True, help_text=_("Who decided and under which number, like “KF § 118”.")
    )
    url = models.URLField(_("web address"), blank=True)

    panels = [
        *Register.panels,
        FieldRowPanel([FieldPanel("year"), FieldPanel("decided_on"), FieldPanel("number")]),
        FieldPanel("url"),
    ]
    translatable_fields = [*Register.translatable_fields, *facts("year", "decided_on", "number", "url")]

    class Meta(Register.Meta):
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_tariff_slug")]


class FeeBasis(Register):
    """What a fee is counted by: square metres, people, days. The planner asks how many, once for all guides."""

    one = models.CharField(_("one of them"), max_length=60, help_text=_("In the singular, as after “for each”."))

    panels = [*Register.panels, FieldPanel("one")]
    translatable_fields = [*Register.translatable_fields, *texts("one")]

    class Meta(Register.Meta):
        verbose_name = _("measure for fees")
        verbose_name_plural = _("measures for fees")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_fee_basis_slug")]


class GuideFee(FactRow, Period):
    """What the matter costs while the period lasts. A fee by bands is a row for each band, under one label."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="fees")
    label = models.CharField(_("fee for"), max_length=140, help_text=_("What the company pays for."))
    kind = models.CharField(_("how it is worked out"), max_length=20, choices=FeeKind.choices, default=FeeKind.FIXED)
    amount = models.DecimalField(
        _("kronor"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("For a fixed amount, or for each unit."),
    )
    hours_from = models.DecimalField(
        _("hours, at least"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Only for a range, such as 4 to 6 hours."),
    )
    hours = models.DecimalField(
        _("hours"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("For hours × hourly rate. The rate is the area's on the day in question."),
    )
    minimum = models.DecimalField(
        _("at least, kronor"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("The fee is never less than this."),
    )
    basis = models.ForeignKey(
        FeeBasis,
        verbose_name=_("counted by"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("What the units or the bands count."),
    )
    band_from = models.PositiveIntegerField(
        _("from and with"), null=True, blank=True, help_text=_("For a fee by bands: this many of what is counted.")
    )
    band_to = models.PositiveIntegerField(
        _("up to and with"), null=True, blank=True, help_text=_("Empty: no upper end.")
    )
    need = models.CharField(
        _("to be paid"),
        max_length=20,
        choices=Need.choices,
        default=Need.ALWAYS,
        help_text=_("A fee for some only is left out of the sum of a plan until the company counts it in."),
    )
    payer = models.CharField(_("who pays"), max_length=20, choices=Payer.choices, blank=True)
    paid = models.CharField(_("when it is paid"), max_length=20, choices=PaidWhen.choices, blank=True)
    refund = models.CharField(_("paid back"), max_length=20, choices=Refund.choices, blank=True)
    tariff = models.ForeignKey(
        Tariff,
        verbose_name=_("tariff"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The decision that the amount stands in."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("amount"), FieldPanel("hours")]),
        Period.period_panel,
        FieldPanel("note"),
        FoldedPanel(
            [
                FieldRowPanel([FieldPanel("hours_from"), FieldPanel("minimum")]),
                FieldRowPanel([RegisterSelect("basis"), FieldPanel("band_from"), FieldPanel("band_to")]),
            ],
            title=_("For each unit, by bands, range and minimum"),
        ),
        FoldedPanel(
            [
                FieldRowPanel([FieldPanel("need"), FieldPanel("payer")]),
                FieldRowPanel([FieldPanel("paid"), FieldPanel("refund")]),
                RegisterSelect("tariff"),
                Sourced.source_panel,
            ],
            title=_("Who pays, when, and where it stands"),
        ),
    ]
    translatable_fields = [
        *texts("label", "note"),
        *facts(
            "kind",
            "amount",
            "hours_from",
            "hours",
            "minimum",
            "basis",
            "band_from",
            "band_to",
            "need",
            "payer",
            "paid",
            "refund",
            "tariff",
            "valid_from",
            "valid_to",
        ),
        *FactRow.FACT_FIELDS,
    ]

    class Meta(FactRow.Meta):
        verbose_name = _("fee")
        verbose_name_plural = _("fees")

    def __str__(self) -> str:
        return f"{self.label}, {self.band_text}" if self.has_band else self.label

    @property
    def has_band(self) -> bool:
        return self.band_from is not None or self.band_to is not None

    @property
    def band_text(self) -> str:
        """The band in figures: “251–500”."""
        if self.band_to is None:
            return _("from %(number)s") % {"number": self.band_from}
        return f"{self.band_from or 0}–{self.band_to}"

    def is_same_fact(self, other: GuideFee) -> bool:
        """Whether two rows tell of one fee: the same label, for some number of what is counted."""
        apart = (self.band_to is not None and other.band_from is not None and self.band_to < other.band_from) or (
            other.band_to is not None and self.band_from is not None and other.band_to < self.band_from
        )
        return bool(self.label) and fold(self.label.strip()) == fold(other.label.strip()) and not apart

    @property
    def _needed(self) -> str:
        """The field that the fee is worked out from."""
        return {FeeKind.FIXED: "amount", FeeKind.PER_UNIT: "amount", FeeKind.HOURS: "hours"}.get(self.kind, "")

    def _unused(self) -> set[str]:
        """The fields that say nothing for this kind of fee."""
        unused = {
            FeeKind.FIXED: {"hours", "hours_from", "minimum"},
            FeeKind.PER_UNIT: {"hours", "hours_from"},
            FeeKind.HOURS: {"amount"},
            FeeKind.FREE: {"amount", "hours", "hours_from", "minimum"},
        }
        return unused.get(self.kind, set())

    def clean(self) -> None:
        super().clean()
        others = [field for field in sorted(self._unused()) if getattr(self, field) is not None]
        if others:
            message = _("Leave this empty: the fee is worked out in another way.")
            raise ValidationError(dict.fromkeys(others, message))
        if self.hours_from is not None and self.hours is not None and self.hours_from >= self.hours:
            raise ValidationError({"hours_from": _("The lower number must be less than the upper one.")})
        if self.band_from is not None and self.band_to is not None and self.band_to < self.band_from:
            raise ValidationError({"band_to": _("The band ends before it starts.")})

    def missing(self) -> dict[str, Any]:
        messages = {"amount": _("Write the amount in kronor."), "hours": _("Write the number of hours.")}
        needed = self._needed
        found = {needed: messages[needed]} if needed and getattr(self, needed) is None else {}
        if self.basis_id is None and (self.kind == FeeKind.PER_UNIT or self.has_band):
            found["basis"] = _("Choose what is counted.")
        return found
