"""The rows of facts that a guide is made of. Each has a text that is translated and facts that are not."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.fields import RichTextField

from business.core.fields import ChoiceListField
from business.core.models import Row, originals
from business.core.panels import FoldedPanel
from business.core.periods import Period
from business.core.rich_text import INLINE
from business.core.sorting import fold
from business.core.translation import facts, source_locale, texts

from ..enums import (
    Actor,
    ChannelKind,
    CountedFrom,
    DependencyKind,
    Identification,
    LateEffect,
    Need,
    StepNecessity,
    TimeRuleKind,
    TimeUnit,
    WaitsFor,
)
from .sources import FactRow, Sourced

__all__ = [
    "GuideChannel",
    "GuideDependency",
    "GuideEvidence",
    "GuideLaw",
    "GuideQuestion",
    "GuideRequirement",
    "GuideStep",
    "GuideTimeRule",
    "GuideTrade",
    "RelatedGuide",
]


class GuideStep(Row):
    """Something that is done, in order: by whom, whether by everybody, and after what."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(_("step"), max_length=140)
    text = RichTextField(_("how"), features=INLINE, blank=True)
    necessity = models.CharField(
        _("who takes it"), max_length=10, choices=StepNecessity.choices, default=StepNecessity.REQUIRED
    )
    waits_for = models.CharField(_("waits for"), max_length=10, choices=WaitsFor.choices, default=WaitsFor.PREVIOUS)
    actor = models.CharField(_("who does it"), max_length=10, choices=Actor.choices, default=Actor.COMPANY)
    actor_name = models.CharField(_("who, if somebody else"), max_length=100, blank=True)
    days_from = models.PositiveSmallIntegerField(
        _("usual days, at least"), null=True, blank=True, help_text=_("Only for a range, such as 5 to 10 days.")
    )
    days = models.PositiveSmallIntegerField(_("usual days"), null=True, blank=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("text"),
        FoldedPanel(
            [
                FieldRowPanel([FieldPanel("necessity"), FieldPanel("waits_for")]),
                FieldRowPanel([FieldPanel("actor"), FieldPanel("actor_name")]),
                FieldRowPanel([FieldPanel("days_from"), FieldPanel("days")]),
            ],
            title=_("Who, after what, and how long"),
        ),
    ]
    translatable_fields = [
        *texts("title", "text", "actor_name"),
        *facts("necessity", "waits_for", "actor", "days_from", "days"),
    ]

    class Meta(Row.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if self.days_from is not None and self.days is not None and self.days_from >= self.days:
            raise ValidationError({"days_from": _("The lower number must be less than the upper one.")})

    def missing(self) -> dict[str, Any]:
        if self.actor == Actor.OTHER and not self.actor_name:
            return {"actor_name": _("Write who does it.")}
        return {"days": _("Write the upper number too.")} if self.days_from and not self.days else {}


class GuideRequirement(FactRow, Period):
    """A condition that must be met while the period lasts."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="requirements")
    title = models.CharField(_("requirement"), max_length=140)
    text = RichTextField(_("what it means"), features=INLINE, blank=True)
    need = models.CharField(_("to be met"), max_length=20, choices=Need.choices, default=Need.ALWAYS)

    panels = [
        FieldPanel("title"),
        FieldPanel("text"),
        FieldPanel("need"),
        FoldedPanel([Period.period_panel, Sourced.source_panel], title=_("From when, and where it stands")),
    ]
    translatable_fields = [
        *texts("title", "text"),
        *facts("need", "valid_from", "valid_to"),
        *FactRow.FACT_FIELDS,
    ]

    class Meta(FactRow.Meta):
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")

    def __str__(self) -> str:
        return self.title

    def is_same_fact(self, other: GuideRequirement) -> bool:
        return bool(self.title) and fold(self.title.strip()) == fold(other.title.strip())


class GuideEvidence(FactRow):
    """A paper that must be handed in."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="evidence")
    evidence_type = models.ForeignKey(
        "guides.EvidenceType",
        verbose_name=_("paper"),
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
    )
    requirement = models.CharField(_("needed"), max_length=20, choices=Need.choices, default=Need.ALWAYS)
    note = models.CharField(
        _("what exactly"), max_length=300, blank=True, help_text=_("What the paper must show in this matter.")
    )

    panels = [
        FieldPanel("evidence_type"),
        FieldPanel("requirement"),
        FieldPanel("note"),
        FoldedPanel([Sourced.source_panel], title=_("Where it stands")),
    ]
    translatable_fields = [*texts("note"), *facts("evidence_type", "requirement"), *FactRow.FACT_FIELDS]

    class Meta(FactRow.Meta):
        verbose_name = _("paper to hand in")
        verbose_name_plural = _("papers to hand in")

    def __str__(self) -> str:
        return str(self.evidence_type)


class GuideTimeRule(FactRow, Period):
    """How long something takes or when it must be done. The legal limit is kept apart from the usual time."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="time_rules")
    kind = models.CharField(_("what it is"), max_length=24, choices=TimeRuleKind.choices)
    applies_to = models.CharField(
        _("for"),
        max_length=80,
        blank=True,
        help_text=_("Only when there are several of one kind, such as one for permits and one for notices."),
    )
    amount_from = models.PositiveSmallIntegerField(
        _("at least"), null=True, blank=True, help_text=_("Only for a range, such as 2 to 8 weeks.")
    )
    amount = models.PositiveSmallIntegerField(_("how many"), validators=[MaxValueValidator(999)])
    unit = models.CharField(_("unit of time"), max_length=16, choices=TimeUnit.choices, default=TimeUnit.WEEKS)
    counted_from = models.CharField(
        _("counted from"), max_length=12, choices=CountedFrom.choices, default=CountedFrom.COMPLETE
    )
    late = models.CharField(_("if it is not kept"), max_length=12, choices=LateEffect.choices, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("counted_from")]),
        FieldRowPanel([FieldPanel("amount_from"), FieldPanel("amount"), FieldPanel("unit")]),
        FieldPanel("note"),
        FoldedPanel(
            [FieldRowPanel([FieldPanel("applies_to"), FieldPanel("late")]), Period.period_panel, Sourced.source_panel],
            title=_("For what, if it is not kept, from when, and where it stands"),
        ),
    ]
    translatable_fields = [
        *texts("applies_to", "note"),
        *facts("kind", "amount_from", "amount", "unit", "counted_from", "late", "valid_from", "valid_to"),
        *FactRow.FACT_FIELDS,
    ]

    class Meta(FactRow.Meta):
        verbose_name = _("time rule")
        verbose_name_plural = _("time rules")

    def __str__(self) -> str:
        kind = str(self.get_kind_display())
        return f"{kind}: {self.applies_to}" if self.applies_to else kind

    def is_same_fact(self, other: GuideTimeRule) -> bool:
        """Whether two rows tell of one time: the same kind, for the same matters."""
        return bool(self.kind) and (self.kind, fold(self.applies_to.strip())) == (
            other.kind,
            fold(other.applies_to.strip()),
        )

    def clean(self) -> None:
        super().clean()
        if self.amount_from is not None and self.amount is not None and self.amount_from >= self.amount:
            raise ValidationError({"amount_from": _("The lower number must be less than the upper one.")})


class GuideLaw(Row, Period):
    """A law that the matter rests on while the period lasts."""

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

    panels = [
        FieldPanel("law"),
        FieldPanel("provision"),
        FoldedPanel([Period.period_panel], title=_("From when")),
    ]
    translatable_fields = [*texts("provision"), *facts("law", "valid_from", "valid_to")]

    class Meta(Row.Meta):
        verbose_name = _("law")
        verbose_name_plural = _("laws")

    def __str__(self) -> str:
        return str(self.law)

    def is_same_fact(self, other: GuideLaw) -> bool:
        return self.law_id is not None and (self.law_id, fold(self.provision.strip())) == (
            other.law_id,
            fold(other.provision.strip()),
        )

    def holds_on(self, day: Any) -> bool:
        return super().holds_on(day) and self.law.in_force_on(day)


class GuideChannel(Row):
    """A way to hand the matter in, and how to show who you are there."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(_("how"), max_length=12, choices=ChannelKind.choices, default=ChannelKind.WEB)
    label = models.CharField(
        _("words"), max_length=80, blank=True, help_text=_("On the web: the words on the button, like “Apply”.")
    )
    url = models.URLField(_("web address"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    identification = ChoiceListField(_("identification that is accepted"), options=Identification.choices)
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("Opening hours, or what to write."))

    panels = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("label")]),
        FieldRowPanel([FieldPanel("url"), FieldPanel("email")]),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("address")]),
        FieldPanel("identification"),
        FieldPanel("note"),
    ]
    translatable_fields = [
        *texts("label", "note"),
        *facts("kind", "url", "email", "phone", "address", "identification"),
    ]

    class Meta(Row.Meta):
        verbose_name = _("way to apply")
        verbose_name_plural = _("ways to apply")

    def __str__(self) -> str:
        return self.label or str(self.get_kind_display())

    def missing(self) -> dict[str, Any]:
        needed = {
            ChannelKind.WEB: ("url", _("Write the address of the e-service.")),
            ChannelKind.EMAIL: ("email", _("Write the e-mail address.")),
            ChannelKind.POST: ("address", _("Write the address.")),
            ChannelKind.VISIT: ("address", _("Write the address.")),
            ChannelKind.TELEPHONE: ("phone", _("Write the telephone number.")),
        }
        field, message = needed[ChannelKind(self.kind)]
        return {} if getattr(self, field) else {field: message}


class GuideDependency(Row):
    """How this guide hangs on another: what comes first, and what is handed in there."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="dependencies")
    kind = models.CharField(
        _("this guide"), max_length=14, choices=DependencyKind.choices, default=DependencyKind.NEEDS
    )
    guide = models.ForeignKey(
        "guides.GuidePage", verbose_name=_("the other guide"), on_delete=models.CASCADE, related_name="dependants"
    )
    note = models.CharField(_("why"), max_length=200, blank=True)

    panels = [FieldPanel("kind"), PageChooserPanel("guide"), FieldPanel("note")]
    translatable_fields = [*texts("note"), *facts("kind", "guide")]

    class Meta(Row.Meta):
        verbose_name = _("what hangs together")
        verbose_name_plural = _("what hangs together")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.guide}"

    def clean(self) -> None:
        super().clean()
        if self.guide_id and self.guide_id == self.page_id:
            raise ValidationError({"guide": _("Choose another guide than this one.")})
        if self.guide_id and self.guide.locale_id != source_locale().pk:
            raise ValidationError({"guide": _("Choose the Swedish guide. The tie holds in every language.")})


class GuideQuestion(Row):
    """A question that companies ask, and its answer."""

    page = ParentalKey("guides.GuidePage", on_delete=models.CASCADE, related_name="questions")
    question = models.CharField(_("question"), max_length=200)
    answer = RichTextField(_("answer"), features=INLINE)

    panels = [FieldPanel("question"), FieldPanel("answer")]
    translatable_fields = texts("question", "answer")

    class Meta(Row.Meta):
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")

    def __str__(self) -> str:
        return self.question


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
