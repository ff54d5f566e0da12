"""Which answers lead to which guides."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable, TranslatableMixin

from business.core.models import originals
from business.core.panels import RegisterSelect
from business.core.periods import Period, PeriodQuerySet
from business.core.translation import facts, texts

from ..enums import Effect, How
from .copies import FactsStayMixin

__all__ = ["Rule", "RuleLimit", "RuleOption"]


class Rule(FactsStayMixin, TranslatableMixin, Period, ClusterableModel):
    """When the answers are like this, while the period lasts, the guide is needed, may be, or is not; and why.

    It applies when all options that must be chosen are, one of those of which one must be, none of those that must not,
    and every number lies within its limits. A rule without conditions always applies.
    """

    guide = models.ForeignKey(
        "guides.GuidePage",
        verbose_name=_("guide"),
        limit_choices_to=originals,
        on_delete=models.CASCADE,
        related_name="finder_rules",
    )
    effect = models.CharField(_("the guide is"), max_length=12, choices=Effect.choices, default=Effect.NEEDED)
    why = models.CharField(
        _("why"),
        max_length=300,
        help_text=_("One sentence to the company: “You will serve alcohol to the public for payment.”"),
    )
    changed_at = models.DateTimeField(auto_now=True, editable=False)

    objects = PeriodQuerySet.as_manager()

    panels = [
        PageChooserPanel("guide"),
        FieldPanel("effect"),
        FieldPanel("why"),
        InlinePanel("options", heading=_("When these options"), label=_("option")),
        InlinePanel("limits", heading=_("When these numbers"), label=_("number")),
        Period.period_panel,
    ]
    translatable_fields = [*texts("why"), *facts("guide", "effect", "valid_from", "valid_to")]
    rows_on_original = ("options", "limits")

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["guide__sort_key", "pk"]

    def __str__(self) -> str:
        return f"{self.guide}: {self.get_effect_display()}"


class RuleOption(Orderable):
    """An option that a rule asks for, or forbids."""

    rule = ParentalKey("planning.Rule", on_delete=models.CASCADE, related_name="options")
    option = models.ForeignKey("planning.Option", verbose_name=_("option"), on_delete=models.PROTECT, related_name="+")
    how = models.CharField(_("how"), max_length=6, choices=How.choices, default=How.ALL)

    panels = [FieldPanel("option"), FieldPanel("how")]

    class Meta(Orderable.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return f"{self.get_how_display()}: {self.option}"


class RuleLimit(Orderable):
    """The numbers that a rule applies to: from ``at_least`` to ``at_most``, both included; an empty end is open."""

    rule = ParentalKey("planning.Rule", on_delete=models.CASCADE, related_name="limits")
    question = models.ForeignKey(
        "planning.Question", verbose_name=_("question"), on_delete=models.PROTECT, related_name="+"
    )
    at_least = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    at_most = models.PositiveIntegerField(_("at most"), null=True, blank=True)

    panels = [RegisterSelect("question"), FieldRowPanel([FieldPanel("at_least"), FieldPanel("at_most")])]

    class Meta(Orderable.Meta):
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return f"{self.question}: {self.at_least or ''}–{self.at_most or ''}"

    def clean(self) -> None:
        super().clean()
        if self.at_least is None and self.at_most is None:
            raise ValidationError({"at_least": _("Write at least one of the limits.")})
        if self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            raise ValidationError({"at_most": _("The upper limit is less than the lower one.")})
