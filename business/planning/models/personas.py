"""Example companies: what they answer, and the guides that the finder must then give them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.models import Orderable

from business.core.models import originals
from business.core.panels import RegisterSelect
from business.core.periods import Period

from ..enums import Effect

__all__ = ["Persona", "PersonaGuide", "PersonaNumber", "PersonaOption"]


class Persona(Period, ClusterableModel):
    """An example company. Whatever would give it another result is refused, with the difference.

    The period says on which days its guides must come out so: a persona for rules that change has one before and one after.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    note = models.TextField(_("who it is, and why it must be so"), blank=True)

    panels = [
        FieldPanel("name"),
        FieldPanel("note"),
        InlinePanel("options", heading=_("It answers"), label=_("option")),
        InlinePanel("numbers", heading=_("It answers with numbers"), label=_("number")),
        InlinePanel("guides", heading=_("It must get"), label=_("guide"), min_num=1),
        Period.period_panel,
    ]

    class Meta:
        verbose_name = _("example company")
        verbose_name_plural = _("example companies")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class PersonaOption(Orderable):
    """An option that the company chooses."""

    persona = ParentalKey("planning.Persona", on_delete=models.CASCADE, related_name="options")
    option = models.ForeignKey("planning.Option", verbose_name=_("option"), on_delete=models.PROTECT, related_name="+")

    panels = [FieldPanel("option")]

    class Meta(Orderable.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["sort_order", "pk"]


class PersonaNumber(Orderable):
    """A number that the company answers with."""

    persona = ParentalKey("planning.Persona", on_delete=models.CASCADE, related_name="numbers")
    question = models.ForeignKey(
        "planning.Question", verbose_name=_("question"), on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveIntegerField(_("number"))

    panels = [FieldRowPanel([RegisterSelect("question"), FieldPanel("number")])]

    class Meta(Orderable.Meta):
        verbose_name = _("number")
        verbose_name_plural = _("numbers")
        ordering = ["sort_order", "pk"]


class PersonaGuide(Orderable):
    """What the finder must say of a guide; “not needed” also holds when nothing leads to it."""

    persona = ParentalKey("planning.Persona", on_delete=models.CASCADE, related_name="guides")
    guide = models.ForeignKey(
        "guides.GuidePage",
        verbose_name=_("guide"),
        limit_choices_to=originals,
        on_delete=models.CASCADE,
        related_name="+",
    )
    expected = models.CharField(_("the guide is"), max_length=12, choices=Effect.choices, default=Effect.NEEDED)

    panels = [PageChooserPanel("guide"), FieldPanel("expected")]

    class Meta(Orderable.Meta):
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["sort_order", "pk"]
