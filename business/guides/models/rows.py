"""The rows of facts that a guide is made of. Each has a text that is translated and facts that are not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.fields import RichTextField

from business.core.models import Row, originals
from business.core.periods import Period
from business.core.rich_text import INLINE
from business.core.translation import facts, texts

from ..enums import CountedFrom, EvidenceRequirement, FeeKind, TimeRuleKind, TimeUnit

__all__ = ["GuideEvidence", "GuideFee", "GuideLaw", "GuideStep", "GuideTimeRule", "GuideTrade", "RelatedGuide"]


class GuideStep(Row):
    """Something the company does, in order."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(_("step"), max_length=140)
    text = RichTextField(_("how"), features=INLINE, blank=True)

    panels = [FieldPanel("title"), FieldPanel("text")]
    translatable_fields = texts("title", "text")

    class Meta(Row.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return self.title


class GuideEvidence(Row):
    """A paper that must be handed in."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="evidence")
    evidence_type = models.ForeignKey(
        "guides.EvidenceType",
        verbose_name=_("paper"),
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
    )
    requirement = models.CharField(
        _("needed"), max_length=20, choices=EvidenceRequirement.choices, default=EvidenceRequirement.ALWAYS
    )
    note = models.CharField(
        _("what exactly"), max_length=300, blank=True, help_text=_("What the paper must show in this matter.")
    )

    panels = [FieldPanel("evidence_type"), FieldPanel("requirement"), FieldPanel("note")]
    translatable_fields = [*texts("note"), *facts("evidence_type", "requirement")]

    class Meta(Row.Meta):
        verbose_name = _("paper to hand in")
        verbose_name_plural = _("papers to hand in")

    def __str__(self) -> str:
        return str(self.evidence_type)


class GuideFee(Row, Period):
    """What the matter costs while the period lasts."""

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
        help_text=_("For a fixed amount."),
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
    note = models.CharField(_("note"), max_length=300, blank=True)

    panels = [
        FieldPanel("label"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("amount"), FieldPanel("hours")]),
        Period.period_panel,
        FieldPanel("note"),
    ]
    translatable_fields = [*texts("label", "note"), *facts("kind", "amount", "hours", "valid_from", "valid_to")]

    class Meta(Row.Meta):
        verbose_name = _("fee")
        verbose_name_plural = _("fees")

    def __str__(self) -> str:
        return self.label

    @property
    def _needed(self) -> str:
        """The field that the fee is worked out from."""
        return {FeeKind.FIXED: "amount", FeeKind.HOURS: "hours"}.get(self.kind, "")

    def clean(self) -> None:
        super().clean()
        others = [field for field in ("amount", "hours") if field != self._needed and getattr(self, field) is not None]
        if others:
            message = _("Leave this empty: the fee is worked out in another way.")
            raise ValidationError(dict.fromkeys(others, message))

    def missing(self) -> dict[str, Any]:
        messages = {"amount": _("Write the amount in kronor."), "hours": _("Write the number of hours.")}
        needed = self._needed
        return {needed: messages[needed]} if needed and getattr(self, needed) is None else {}


class GuideTimeRule(Row, Period):
    """How long something takes or when it must be done. The legal limit is kept apart from the usual time."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="time_rules")
    kind = models.CharField(_("what it is"), max_length=24, choices=TimeRuleKind.choices)
    amount_from = models.PositiveSmallIntegerField(
        _("at least"), null=True, blank=True, help_text=_("Only for a range, such as 2 to 8 weeks.")
    )
    amount = models.PositiveSmallIntegerField(_("how many"))
    unit = models.CharField(_("unit of time"), max_length=16, choices=TimeUnit.choices, default=TimeUnit.WEEKS)
    counted_from = models.CharField(
        _("counted from"), max_length=12, choices=CountedFrom.choices, default=CountedFrom.COMPLETE
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    panels = [
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("amount_from"), FieldPanel("amount"), FieldPanel("unit")]),
        FieldPanel("counted_from"),
        Period.period_panel,
        FieldPanel("note"),
    ]
    translatable_fields = [
        *texts("note"),
        *facts("kind", "amount_from", "amount", "unit", "counted_from", "valid_from", "valid_to"),
    ]

    class Meta(Row.Meta):
        verbose_name = _("time rule")
        verbose_name_plural = _("time rules")

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def clean(self) -> None:
        super().clean()
        if self.amount_from is not None and self.amount is not None and self.amount_from >= self.amount:
            raise ValidationError({"amount_from": _("The lower number must be less than the upper one.")})


class GuideLaw(Row):
    """A law that the matter rests on."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="laws")
    law = models.ForeignKey(
        "guides.LegalReference",
        verbose_name=_("law"),
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
    )
    provision = models.CharField(
        _("chapter and section"), max_length=80, blank=True, help_text=_("Where in the law, like “8 kap.”")
    )

    panels = [FieldPanel("law"), FieldPanel("provision")]
    translatable_fields = [*texts("provision"), *facts("law")]

    class Meta(Row.Meta):
        verbose_name = _("law")
        verbose_name_plural = _("laws")

    def __str__(self) -> str:
        return str(self.law)


class GuideTrade(Row):
    """A trade that the matter concerns."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="trades")
    trade = models.ForeignKey(
        "guides.Trade", verbose_name=_("trade"), limit_choices_to=originals, on_delete=models.PROTECT, related_name="+"
    )

    panels = [FieldPanel("trade")]
    translatable_fields = facts("trade")

    class Meta(Row.Meta):
        verbose_name = _("trade")
        verbose_name_plural = _("trades")

    def __str__(self) -> str:
        return str(self.trade)


class RelatedGuide(Row):
    """A guide to read next."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="related_guides")
    guide = models.ForeignKey("guides.GuidePage", verbose_name=_("guide"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("guide")]
    translatable_fields = facts("guide")

    class Meta(Row.Meta):
        verbose_name = _("related guide")
        verbose_name_plural = _("related guides")

    def __str__(self) -> str:
        return str(self.guide)
