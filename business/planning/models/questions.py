"""What the finder asks. Editors own the questions and their options."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from business.core.models import Register, Row, originals
from business.core.panels import FoldedPanel, RegisterSelect
from business.core.translation import facts, texts

from ..enums import QuestionKind
from .copies import FactsStayMixin

__all__ = ["RESERVED_KEYS", "BusinessEvent", "Option", "Question", "ShownWhen"]

# What else stands in the addresses of the finder and the planner: no question may have one of these keys.
RESERVED_KEYS = frozenset(
    {"after", "answered", "as", "day", "edit", "fee", "journey", "page", "result", "with", "without"}
)
COUNT_PREFIX = "n-"


class BusinessEvent(Register):
    """What happens in a company: it starts, takes over, moves, rebuilds, expands, arranges an event, hires, closes.

    CPSV-AP calls it Business Event.
    """

    class Meta(Register.Meta):
        verbose_name = _("business event")
        verbose_name_plural = _("business events")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_business_event_slug")]


class Question(FactsStayMixin, Register, ClusterableModel):
    """One question of the finder. Its key stands in the address, followed by the keys of the options chosen.

    It is asked when, of every question that its conditions name, one of the options named is chosen.
    """

    kind = models.CharField(
        _("how it is answered"), max_length=10, choices=QuestionKind.choices, default=QuestionKind.ONE
    )
    help_text = models.CharField(
        _("help"), max_length=300, blank=True, help_text=_("Below the question: what a word means, what counts.")
    )
    live = models.BooleanField(
        _("is asked"), default=False, help_text=_("Leave this off while you prepare the question and its rules.")
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    unit = models.CharField(
        _("unit"), max_length=40, blank=True, help_text=_("For a number: after the field, like “square metres”.")
    )
    minimum = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    maximum = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    basis = models.ForeignKey(
        "guides.FeeBasis",
        verbose_name=_("counts for fees by"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("For a number: the plan works out fees that are counted by this with the answer."),
    )

    panels = [
        *Register.panels,
        FieldPanel("help_text"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("live")]),
        InlinePanel("options", heading=_("Options"), label=_("option")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("unit"), FieldPanel("minimum"), FieldPanel("maximum")]),
                RegisterSelect("basis"),
            ],
            heading=_("For a number"),
        ),
        InlinePanel(
            "shown_when",
            heading=_("Asked only when"),
            label=_("option"),
            help_text=_(
                "Empty: always asked. Options of one question: one of them is enough. Of several questions: each must have one."
            ),
        ),
    ]
    translatable_fields = [
        *Register.translatable_fields,
        *texts("help_text", "unit", "options"),
        *facts("kind", "live", "minimum", "maximum", "basis"),
    ]
    rows_on_original = ("shown_when",)

    class Meta(Register.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "sort_key", "pk"]
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_question_slug")]

    def save(self, *args: object, **kwargs: object) -> None:
        """Store the question; a new one is asked last."""
        if not self.pk and not self.position:
            last = Question.objects.aggregate(last=models.Max("position"))["last"]
            self.position = (last or 0) + 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_KEYS or self.slug.startswith(COUNT_PREFIX):
            raise ValidationError({"slug": _("This key has another meaning in addresses. Choose another one.")})
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            raise ValidationError({"maximum": _("The upper limit is less than the lower one.")})
        if self.kind != QuestionKind.NUMBER:
            unused = [name for name in ("minimum", "maximum", "basis") if getattr(self, name) is not None]
            if unused:
                raise ValidationError(dict.fromkeys(unused, _("Only for a question that is answered by a number.")))


class Option(Row):
    """One answer to a question, by its key within the question."""

    question = ParentalKey("planning.Question", on_delete=models.CASCADE, related_name="options")
    name = models.CharField(_("answer"), max_length=120)
    slug = models.SlugField(
        _("key"), max_length=60, help_text=_("Short and stable, small letters and hyphens. It stands in addresses.")
    )
    help_text = models.CharField(_("help"), max_length=200, blank=True)
    trade = models.ForeignKey(
        "guides.Trade",
        verbose_name=_("trade"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Whoever gives this answer works in the trade: the result can offer the journey for it."),
    )
    event = models.ForeignKey(
        "planning.BusinessEvent",
        verbose_name=_("business event"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Whoever gives this answer is about to do this."),
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("slug"),
        FoldedPanel(
            [FieldPanel("help_text"), FieldRowPanel([RegisterSelect("trade"), RegisterSelect("event")])],
            title=_("Help, trade and business event"),
        ),
    ]
    translatable_fields = [*texts("name", "help_text"), *facts("slug", "trade", "event")]

    class Meta(Row.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return f"{self.question.name} {self.name}"


class ShownWhen(Orderable):
    """An option of another question that must be chosen for this question to be asked."""

    question = ParentalKey("planning.Question", on_delete=models.CASCADE, related_name="shown_when")
    option = models.ForeignKey("planning.Option", verbose_name=_("option"), on_delete=models.PROTECT, related_name="+")

    panels = [FieldPanel("option")]

    class Meta(Orderable.Meta):
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return str(self.option)
