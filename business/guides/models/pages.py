"""Guides to authority matters."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageManager
from wagtail.search import index

from business.core.blocks import BodyBlock
from business.core.listings import paginate, query_without
from business.core.models import BasePage, originals
from business.core.panels import RegisterSelect
from business.core.querysets import FactPageQuerySet
from business.core.rich_text import INLINE
from business.core.translation import facts, locales_by_id, texts

from ..enums import GuideKind
from ..facts import GuideFacts
from ..filters import GuideFilterForm
from ..forms import GuidePageForm
from ..reading import read_cards, read_facts

__all__ = ["GuideIndexPage", "GuidePage"]


class GuidePage(BasePage):
    """One authority matter: what it is, whether you need it, what it takes, costs and requires, and who decides.

    Facts are read through :meth:`facts`, which always asks the page in the source language.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=GuideKind.choices, default=GuideKind.PERMIT)
    area = models.ForeignKey(
        "guides.AuthorityArea",
        verbose_name=_("authority area"),
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="guides",
    )
    decider = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("who decides"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="guides_decided",
        help_text=_("The body that makes the decision, not the one that prepares it."),
    )
    contact_unit = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("whom to ask"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="guides_answered",
    )
    needed_when = RichTextField(_("you need this when"), features=INLINE, blank=True)
    not_needed_when = RichTextField(_("you do not need this when"), features=INLINE, blank=True)
    e_service_url = models.URLField(_("e-service: address"), blank=True)
    e_service_label = models.CharField(_("e-service: words on the button"), max_length=80, blank=True)
    appeal_to = models.CharField(
        _("appeal to"), max_length=160, blank=True, help_text=_("The court or authority that tries an appeal.")
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("days to appeal"), null=True, blank=True, help_text=_("From the day the company received the decision.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("running text"), blank=True)
    search_terms = models.CharField(
        _("other words for it"),
        max_length=400,
        blank=True,
        help_text=_("Words that companies use and the text does not. Never shown, only searched."),
    )
    checked_on = models.DateField(
        _("facts checked"),
        null=True,
        blank=True,
        help_text=_("When somebody last compared the facts with the sources."),
    )
    checked_by = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("checked by"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="+",
    )
    next_check_on = models.DateField(
        _("next check"), null=True, blank=True, help_text=_("After this day the page says that the facts may be old.")
    )

    objects = PageManager.from_queryset(FactPageQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("needed_when"), FieldPanel("not_needed_when")], heading=_("Who needs it")),
        InlinePanel("steps", heading=_("How to do it, step by step"), label=_("step")),
        FieldPanel("body"),
    ]
    fact_panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), RegisterSelect("area")]),
                FieldRowPanel([RegisterSelect("decider"), RegisterSelect("contact_unit")]),
            ],
            heading=_("What it is and who decides"),
        ),
        InlinePanel(
            "fees",
            heading=_("What it costs"),
            label=_("fee"),
            help_text=_(
                "A new amount is a new row with its own dates: end the old row the day before. Readers then see both what it costs today and what is decided for later. Put what the matter itself costs first."
            ),
        ),
        InlinePanel(
            "time_rules",
            heading=_("How long it takes"),
            label=_("time rule"),
            help_text=_(
                "Keep the legal limit apart from your usual time: the page shows both, and says which is which."
            ),
        ),
        MultipleChooserPanel(
            "evidence",
            chooser_field_name="evidence_type",
            heading=_("What to hand in"),
            label=_("paper"),
            help_text=_("Choose from the register of papers; what the paper must show here, write in its row."),
        ),
        MultiFieldPanel([FieldPanel("e_service_url"), FieldPanel("e_service_label")], heading=_("Apply")),
        MultipleChooserPanel("laws", chooser_field_name="law", heading=_("Laws"), label=_("law")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("appeal_to"), FieldPanel("appeal_days")])],
            heading=_("If the company disagrees"),
        ),
        MultipleChooserPanel("trades", chooser_field_name="trade", heading=_("Trades"), label=_("trade")),
        MultipleChooserPanel(
            "related_guides", chooser_field_name="guide", heading=_("Related guides"), label=_("guide")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("checked_on"), FieldPanel("next_check_on")]), RegisterSelect("checked_by")],
            heading=_("Checked facts"),
        ),
    ]
    promote_panels = [*BasePage.promote_panels, MultiFieldPanel([FieldPanel("search_terms")], heading=_("Search"))]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Text")),
            ObjectList(fact_panels, heading=_("Facts")),
            ObjectList(promote_panels, heading=_("Promote")),
            ObjectList(BasePage.settings_panels, heading=_("Settings")),
        ],
        base_form_class=GuidePageForm,
    )
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("needed_when"),
        index.SearchField("not_needed_when"),
        index.SearchField("body"),
        index.SearchField("search_terms", boost=3),
        index.AutocompleteField("search_terms"),
        index.RelatedFields("steps", [index.SearchField("title"), index.SearchField("text")]),
    ]
    translatable_fields = [
        *BasePage.translatable_fields,
        *texts(
            "needed_when",
            "not_needed_when",
            "fees",
            "time_rules",
            "steps",
            "evidence",
            "e_service_label",
            "body",
            "laws",
            "appeal_to",
            "trades",
            "related_guides",
            "search_terms",
        ),
        *facts(
            "kind",
            "area",
            "decider",
            "contact_unit",
            "e_service_url",
            "appeal_days",
            "checked_on",
            "checked_by",
            "next_check_on",
        ),
    ]
    template = "guides/guide_page.html"
    parent_page_types = ["guides.GuideIndexPage"]
    subpage_types: list[str] = []
    page_description = _("One permit, notice, registration or inspection, with its facts.")
    schema_type = "GovernmentService"

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")

    def clean(self) -> None:
        super().clean()
        if self.checked_on and self.next_check_on and self.next_check_on <= self.checked_on:
            raise ValidationError({"next_check_on": _("The next check must come after the last one.")})

    def facts(self, on: datetime.date | None = None) -> GuideFacts:
        """Return the facts that hold on a day (default: today in Sweden), with texts in this page's language."""
        day = on or timezone.localdate()
        cached = self.__dict__.get("_facts")
        if cached is None or cached.on != day:
            cached = self.__dict__["_facts"] = read_facts(self, day)
        return cached

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "facts": self.facts()}

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        own, *rest = super().structured_data(request)
        known = self.facts()
        own["serviceType"] = str(known.kind_label)
        if known.area:
            own["category"] = str(known.area.name)
        if known.decider:
            own["provider"] = {"@type": "GovernmentOrganization", "name": str(known.decider.name)}
        own["offers"] = [
            {"@type": "Offer", "name": str(fee.label), "price": str(fee.amount), "priceCurrency": "SEK"}
            for fee in known.fees
            if fee.amount is not None
        ]
        return [own, *rest]


class GuideIndexPage(BasePage):
    """All guides, by area, kind and trade."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "guides/guide_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["guides.GuidePage"]
    max_count_per_parent = 1
    page_description = _("The list of all guides. There is one in each language.")
    schema_type = "CollectionPage"
    filter_form_class = GuideFilterForm
    page_size = 24

    class Meta:
        verbose_name = _("guide index")
        verbose_name_plural = _("guide indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        form = self.filter_form_class(request.GET)
        chosen = form.chosen()
        guides = GuidePage.objects.child_of(self).live().public().select_related("area").order_by("sort_key", "pk")
        for lookup, value in form.lookups(chosen):
            guides = guides.with_facts(**{lookup: value})
        results = paginate(request, guides, self.page_size)
        return {
            **super().get_context(request, *args, **kwargs),
            "filter_form": form,
            "chosen": chosen,
            "results": results,
            "cards": read_cards(results.object_list, locales_by_id()[self.locale_id], timezone.localdate()),
            "query": query_without(request, "page"),
        }
