"""The finder, the journeys and the planner as pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageManager
from wagtail.search import index

from business.core.blocks import BodyBlock
from business.core.models import BasePage, Row, originals
from business.core.panels import FoldedPanel
from business.core.querysets import FactPageQuerySet
from business.core.rich_text import INLINE
from business.core.translation import facts, texts

from ..finder.visit import Visit, open_finder
from ..journeys.form import JourneyPageForm
from ..journeys.pages import JourneyFilterForm, how_to, index_context, journey_context, known_journey
from ..planner.page import kept_query, plan_context, plan_file

__all__ = ["FinderPage", "JourneyIndexPage", "JourneyPage", "JourneyStep", "PlannerPage"]


class FinderPage(BasePage):
    """Asks a company about its plans and tells which permits it needs, and why."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "planning/finder_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    page_description = _("Which permits do I need? There is one in each language.")

    class Meta:
        verbose_name = _("finder")
        verbose_name_plural = _("finders")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the step that the address asks for, or lead on to the next one; only the start is for search engines."""
        visit = self.visit(request)
        if visit.redirect_to:
            return redirect(visit.redirect_to)
        response = super().serve(request, *args, **kwargs)
        if request.GET:
            response["X-Robots-Tag"] = "noindex"
        return response

    def visit(self, request: HttpRequest) -> Visit:
        """Return what the address shows, read once a request."""
        known = self.__dict__.get("_visit")
        if known is None or known.request is not request:
            known = self.__dict__["_visit"] = open_finder(self, request)
        return known

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "visit": self.visit(request)}

    def kept_query(self, request: HttpRequest) -> str:
        """Return what a reader keeps of the address in another language."""
        return self.visit(request).kept_query


class PlannerPage(BasePage):
    """Tells what an opening costs, what to hand in, to whom and by when. Computed from the guides' facts."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "planning/planner_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    page_description = _("The opening plan. There is one in each language.")

    class Meta:
        verbose_name = _("planner")
        verbose_name_plural = _("planners")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the plan, or hand it over as a calendar or a spreadsheet; only the bare page is for search engines."""
        response = plan_file(self, request) or super().serve(request, *args, **kwargs)
        if request.GET:
            response["X-Robots-Tag"] = "noindex"
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **plan_context(self, request)}

    def kept_query(self, request: HttpRequest) -> str:
        """Return what a reader keeps of the address in another language."""
        return kept_query(self, request)


class JourneyIndexPage(BasePage):
    """All journeys, by what the company is about to do and by trade."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "planning/journey_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["planning.JourneyPage"]
    max_count_per_parent = 1
    page_description = _("The list of all journeys. There is one in each language.")
    schema_type = "CollectionPage"
    filter_form_class = JourneyFilterForm

    class Meta:
        verbose_name = _("journey index")
        verbose_name_plural = _("journey indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **index_context(self, request)}


class JourneyPage(BasePage):
    """How a company of one trade does one thing: the guides in order, by phases, with what else must be done."""

    event = models.ForeignKey(
        "planning.BusinessEvent",
        verbose_name=_("business event"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="journeys",
    )
    trade = models.ForeignKey(
        "guides.Trade",
        verbose_name=_("trade"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="journeys",
    )
    intro = RichTextField(_("introduction"), features=INLINE, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("running text"), blank=True)
    search_terms = models.CharField(
        _("other words for it"),
        max_length=400,
        blank=True,
        help_text=_("Words that companies use and the text does not. Never shown, only searched."),
    )

    objects = PageManager.from_queryset(FactPageQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("event"), FieldPanel("trade")]),
        FieldPanel("intro"),
        InlinePanel("steps", heading=_("Steps, in order"), label=_("step")),
        FieldPanel("body"),
    ]
    promote_panels = [*BasePage.promote_panels, FieldPanel("search_terms")]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("intro"),
        index.SearchField("body"),
        index.SearchField("search_terms", boost=3),
        index.RelatedFields("steps", [index.SearchField("title"), index.SearchField("text")]),
    ]
    translatable_fields = [
        *BasePage.translatable_fields,
        *texts("intro", "steps", "body", "search_terms"),
        *facts("event", "trade"),
    ]
    base_form_class = JourneyPageForm
    template = "planning/journey_page.html"
    parent_page_types = ["planning.JourneyIndexPage"]
    subpage_types: list[str] = []
    page_description = _("How to open, take over or rebuild: one trade, one event, the guides in order.")
    schema_type = "HowTo"

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")

    def missing(self) -> dict[str, Any]:
        """Return what a published journey must tell and this one does not."""
        found = super().missing()
        if self.event_id is None:
            found["event"] = _("Choose what the company is about to do.")
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        known = known_journey(self)
        return {**super().get_context(request, *args, **kwargs), **journey_context(self, known, request)}

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        own, *rest = super().structured_data(request)
        return [{**own, "step": how_to(known_journey(self), request)}, *rest]


class JourneyStep(Row):
    """A guide, or something to do outside our guides, in one phase of the journey."""

    page = ParentalKey("planning.JourneyPage", on_delete=models.CASCADE, related_name="steps")
    phase = models.CharField(
        _("new phase"),
        max_length=80,
        blank=True,
        help_text=_("Only where a phase begins: its heading. The steps below belong to it."),
    )
    guide = models.ForeignKey(
        "guides.GuidePage",
        verbose_name=_("guide"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.CASCADE,
        related_name="journey_steps",
    )
    title = models.CharField(
        _("step outside our guides"), max_length=140, blank=True, help_text=_("Instead of a guide: what is done.")
    )
    actor = models.CharField(
        _("where it is done"), max_length=120, blank=True, help_text=_("Like “Bolagsverket”. Only without a guide.")
    )
    url = models.URLField(_("web address"), blank=True)
    text = RichTextField(_("what to think of here"), features=INLINE, blank=True)
    condition = models.ForeignKey(
        "planning.Option",
        verbose_name=_("only when"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("An option of a question of the finder. Empty: everybody takes the step."),
    )
    condition_text = models.CharField(
        _("only when, in words"), max_length=120, blank=True, help_text=_("Like “if you serve alcohol”.")
    )

    panels = [
        FieldPanel("phase"),
        PageChooserPanel("guide"),
        FieldPanel("text"),
        FoldedPanel([FieldPanel("condition"), FieldPanel("condition_text")], title=_("Only for some")),
        FoldedPanel(
            [FieldPanel("title"), FieldRowPanel([FieldPanel("actor"), FieldPanel("url")])],
            title=_("Outside our guides"),
        ),
    ]
    translatable_fields = [
        *texts("phase", "title", "actor", "text", "condition_text"),
        *facts("guide", "url", "condition"),
    ]

    class Meta(Row.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return str(self.guide) if self.guide_id else self.title

    def clean(self) -> None:
        super().clean()
        if self.guide_id and self.title:
            raise ValidationError({"title": _("A step is either a guide or something outside our guides.")})

    def missing(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if not self.guide_id and not self.title:
            found["guide"] = _("Choose a guide, or write what is done outside our guides.")
        if self.condition_id and not self.condition_text:
            found["condition_text"] = _("Say in words when the step is taken.")
        return found
