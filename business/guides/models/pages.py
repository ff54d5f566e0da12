"""Guides to authority matters."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index

from business.core.blocks import BodyBlock
from business.core.listings import paginate, query_without
from business.core.models import BasePage, originals
from business.core.querysets import FactPageQuerySet
from business.core.rich_text import INLINE
from business.core.translation import facts, locales_by_id, source_locale, texts

from ..clock import read_clock
from ..dependencies import circle_message, circle_with, hold_ties, ties_in_memory
from ..enums import GuideKind, Need, SilenceRule, TimeUnit, Validity
from ..facts import GuideFacts
from ..fee_list import read_fee_areas, write_fees
from ..filters import FeeFilterForm, GuideFilterForm
from ..forms import GuidePageForm
from ..panels import CHECK_PANELS, CONNECTION_PANELS, FACT_PANELS, TEXT_PANELS
from ..parts import Fee
from ..reading import read_cards, read_facts
from ..rules import missing_facts, refuse_overlapping_rows
from .sources import Checked, keep_newer_checks

__all__ = ["FeeListPage", "GuideIndexPage", "GuidePage"]


class GuidePage(BasePage, Checked):
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
    no_time_rule = models.BooleanField(
        _("no time to wait or keep"),
        default=False,
        help_text=_("Only when there is neither a time to wait for nor one to keep. Then leave the rows above empty."),
    )
    output_name = models.CharField(
        _("what the company gets"), max_length=140, blank=True, help_text=_("Like “Certificate of registration”.")
    )
    output_evidence = models.ForeignKey(
        "guides.EvidenceType",
        verbose_name=_("as a paper in other matters"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="issued_by_guides",
    )
    validity = models.CharField(_("valid"), max_length=24, choices=Validity.choices, blank=True)
    valid_for_from = models.PositiveSmallIntegerField(
        _("at least"), null=True, blank=True, help_text=_("Only for a range, such as 6 to 12 years.")
    )
    valid_for = models.PositiveSmallIntegerField(
        _("how long"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    valid_for_unit = models.CharField(
        _("unit of time"), max_length=16, choices=TimeUnit.choices, default=TimeUnit.YEARS
    )
    bound_to = models.CharField(
        _("bound to"),
        max_length=200,
        blank=True,
        help_text=_("Whom and where it holds for, like the company and the premises."),
    )
    appeal_to = models.CharField(
        _("appeal to"), max_length=160, blank=True, help_text=_("The court or authority that tries an appeal.")
    )
    appeal_days = models.PositiveSmallIntegerField(
        _("days to appeal"), null=True, blank=True, help_text=_("From the day the company received the decision.")
    )
    silence_rule = models.CharField(
        _("if we do not answer in time"), max_length=12, choices=SilenceRule.choices, blank=True
    )
    silence_note = models.CharField(_("what that means"), max_length=200, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("running text"), blank=True)
    search_terms = models.CharField(
        _("other words for it"),
        max_length=400,
        blank=True,
        help_text=_("Words that companies use and the text does not. Never shown, only searched."),
    )
    check_every = models.PositiveSmallIntegerField(
        _("months between checks"), default=6, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    author_notes = models.TextField(
        _("authors' notes"),
        blank=True,
        help_text=_("Where the facts come from, what is to be asked. Never shown to readers, never searched."),
    )

    objects = PageManager.from_queryset(FactPageQuerySet)()

    content_panels = [*BasePage.content_panels, *TEXT_PANELS]
    fact_panels = [*FACT_PANELS, *CHECK_PANELS]
    promote_panels = [*BasePage.promote_panels, MultiFieldPanel([FieldPanel("search_terms")], heading=_("Search"))]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Text")),
            ObjectList(fact_panels, heading=_("Facts")),
            ObjectList(CONNECTION_PANELS, heading=_("Connections")),
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
        index.RelatedFields("requirements", [index.SearchField("title"), index.SearchField("text")]),
        index.RelatedFields("questions", [index.SearchField("question"), index.SearchField("answer")]),
    ]
    translatable_fields = [
        *BasePage.translatable_fields,
        *texts(
            "needed_when",
            "not_needed_when",
            "fees",
            "time_rules",
            "requirements",
            "steps",
            "evidence",
            "channels",
            "body",
            "questions",
            "laws",
            "output_name",
            "bound_to",
            "appeal_to",
            "silence_note",
            "dependencies",
            "trades",
            "related_guides",
            "search_terms",
        ),
        *facts(
            "kind",
            "area",
            "decider",
            "contact_unit",
            "no_time_rule",
            "output_evidence",
            "validity",
            "valid_for_from",
            "valid_for",
            "valid_for_unit",
            "appeal_days",
            "silence_rule",
            "check_every",
            "author_notes",
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
        if self.valid_for_from is not None and self.valid_for is not None and self.valid_for_from >= self.valid_for:
            raise ValidationError({"valid_for_from": _("The lower number must be less than the upper one.")})

    def missing(self, ties: bool = True) -> dict[str, Any]:
        """Return what a published guide must tell and this one does not.

        With ``ties`` also that it would wait for itself through others; whoever knows the ties better asks for that alone.
        """
        found = {**super().missing(), **missing_facts(self)}
        if ties and (circle := circle_with([self], ties_in_memory([self]))):
            found["dependencies"] = circle_message(circle)
        return found

    @classmethod
    def conflict_among(cls, drafts: list[GuidePage]) -> str:
        """Return why these drafts could not all be published, though each could alone: they would wait for each other."""
        circle = circle_with(drafts, ties_in_memory(drafts))
        return circle_message(circle) if circle else ""

    def save(self, clean: bool = True, **kwargs: Any) -> None:
        """Store the guide with its rows; of two editors at once, the second one's rows replace the first one's.

        Raises:
            ValidationError: two rows tell of one fact on one day, or a live guide would wait for itself.
        """
        with transaction.atomic():
            if self.pk:
                list(Page.objects.select_for_update().filter(pk=self.pk).values_list("pk"))
                keep_newer_checks(self)
            if clean and self.live:
                hold_ties()
            super().save(clean=clean, **kwargs)
            if self.locale_id == source_locale().pk:
                refuse_overlapping_rows(self)

    def facts(self, on: datetime.date | None = None) -> GuideFacts:
        """Return the facts that hold on a day (default: today in Sweden), with texts in this page's language."""
        day = on or timezone.localdate()
        cached = self.__dict__.get("_facts")
        if cached is None or cached.on != day:
            cached = self.__dict__["_facts"] = read_facts(self, day)
        return cached

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        known = self.facts()
        return {
            **super().get_context(request, *args, **kwargs),
            "facts": known,
            "clock": read_clock(known, request.GET),
        }

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        own, *rest = super().structured_data(request)
        known = self.facts()
        own["serviceType"] = str(known.kind_label)
        if known.area:
            own["category"] = str(known.area.name)
        if known.decider:
            own["provider"] = {"@type": "GovernmentOrganization", "name": str(known.decider.name)}
        own["offers"] = [_offer(fee) for fee in known.fees if fee.amount is not None]
        if known.e_service:
            own["availableChannel"] = {"@type": "ServiceChannel", "serviceUrl": known.e_service.url}
        if known.output:
            own["serviceOutput"] = str(known.output.name)
        return [own, *rest]


def _offer(fee: Fee) -> dict[str, Any]:
    """Return a fee as schema.org data; a range has two ends, and what only some pay says so."""
    offer: dict[str, Any] = {"@type": "Offer", "name": str(fee.label)}
    if not fee.always:
        offer["description"] = str(Need.IF_APPLICABLE.label)
    if fee.price.is_range:
        ends = {"minPrice": str(fee.lowest), "maxPrice": str(fee.amount), "priceCurrency": "SEK"}
        return {**offer, "priceSpecification": {"@type": "PriceSpecification", **ends}}
    return {**offer, "price": str(fee.amount), "priceCurrency": "SEK"}


class GuideIndexPage(BasePage):
    """All guides, by area, kind and trade."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "guides/guide_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["guides.GuidePage", "guides.FeeListPage"]
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
            "fee_list": FeeListPage.objects.child_of(self).live().public().first(),
            "query": query_without(request, "page"),
        }


class FeeListPage(BasePage):
    """What everything costs, by area, on any day. Made of the guides' fees: nobody keeps the list itself."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "guides/fee_list_page.html"
    parent_page_types = ["guides.GuideIndexPage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    page_description = _("All fees of the guides beside it, by area and for any day. There is one in each language.")
    page_size = 30

    class Meta:
        verbose_name = _("fee list")
        verbose_name_plural = _("fee lists")

    def guides(self) -> Any:
        """Return the guides beside the list, by area and title."""
        guides = GuidePage.objects.sibling_of(self).live().public().select_related("area")
        return guides.with_original("area__sort_key", "area_order").order_by("area_order", "sort_key", "pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        form = FeeFilterForm(request.GET)
        chosen = form.chosen()
        results = paginate(request, self._chosen_guides(chosen), self.page_size)
        day = chosen.get("on") or timezone.localdate()
        return {
            **super().get_context(request, *args, **kwargs),
            "filter_form": form,
            "chosen": chosen,
            "day": day,
            "results": results,
            "areas": read_fee_areas(results.object_list, locales_by_id()[self.locale_id], day),
            "query": query_without(request, "page"),
        }

    def _chosen_guides(self, chosen: dict[str, Any]) -> Any:
        return self.guides().with_facts(area__slug=chosen["area"]) if "area" in chosen else self.guides()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, or hand it over as a file: ``?format=csv``."""
        if request.GET.get("format") != "csv":
            return super().serve(request, *args, **kwargs)
        chosen = FeeFilterForm(request.GET).chosen()
        locale, day = locales_by_id()[self.locale_id], chosen.get("on") or timezone.localdate()
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.slug}-{day.isoformat()}.csv"'
        write_fees(answer, read_fee_areas(self._chosen_guides(chosen), locale, day), locale.language_code)
        return answer
