"""Network profiles: where companies meet other companies."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageManager
from wagtail.search import index

from business.core.blocks import BodyBlock
from business.core.listings import paginate, query_without
from business.core.models import BasePage, Row, originals
from business.core.panels import RegisterSelect
from business.core.pictures import PictureMixin
from business.core.querysets import FactPageQuerySet
from business.core.rich_text import INLINE
from business.core.translation import facts, locales_by_id, texts

from .enums import Scope
from .facts import NetworkFacts, read_cards, read_facts
from .filters import NetworkFilterForm

__all__ = ["NetworkContact", "NetworkIndexPage", "NetworkLink", "NetworkPage", "NetworkTrade"]


class NetworkTrade(Row):
    """A trade whose companies the network is for."""

    page = ParentalKey("networks.NetworkPage", on_delete=models.CASCADE, related_name="trades")
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


class NetworkContact(Row):
    """Somebody in the network who answers questions."""

    page = ParentalKey("networks.NetworkPage", on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
        FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
    ]
    translatable_fields = [*texts("role"), *facts("name", "email", "phone")]

    class Meta(Row.Meta):
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")

    def __str__(self) -> str:
        return self.name


class NetworkLink(Row):
    """An address of the network's own."""

    page = ParentalKey("networks.NetworkPage", on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("link text"), max_length=100)
    url = models.URLField(_("address"))

    panels = [FieldRowPanel([FieldPanel("label"), FieldPanel("url")])]
    translatable_fields = [*texts("label"), *facts("url")]

    class Meta(Row.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.label


class NetworkPage(PictureMixin, BasePage):
    """A network: what it is for, who may join, what it costs, when it meets and whom to call."""

    who_may_join = RichTextField(_("who may join"), features=INLINE, blank=True)
    cost = models.CharField(_("cost"), max_length=120, blank=True, help_text=_("Such as “Free” or “1 200 kr a year”."))
    rhythm = models.CharField(
        _("when it meets"), max_length=160, blank=True, help_text=_("Such as “First Thursday each month, 7.30”.")
    )
    scope = models.CharField(_("reach"), max_length=20, choices=Scope.choices, default=Scope.TOWN)
    place = models.ForeignKey(
        "organisation.Place",
        verbose_name=_("place"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="networks",
    )
    body = StreamField(BodyBlock(), verbose_name=_("running text"), blank=True)
    confirmed_on = models.DateField(
        _("confirmed"), null=True, blank=True, help_text=_("When the network itself last said that this is right.")
    )

    objects = PageManager.from_queryset(FactPageQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        *PictureMixin.picture_panels,
        MultiFieldPanel(
            [FieldPanel("who_may_join"), FieldRowPanel([FieldPanel("cost"), FieldPanel("rhythm")])],
            heading=_("Joining"),
        ),
        MultiFieldPanel([FieldRowPanel([FieldPanel("scope"), RegisterSelect("place")])], heading=_("Where")),
        MultipleChooserPanel("trades", chooser_field_name="trade", heading=_("Trades"), label=_("trade")),
        FieldPanel("body"),
        InlinePanel("contacts", heading=_("Contact persons"), label=_("contact person")),
        InlinePanel("links", heading=_("Links"), label=_("link")),
        FieldPanel("confirmed_on"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("who_may_join"),
        index.SearchField("body"),
        index.RelatedFields("contacts", [index.SearchField("name")]),
    ]
    translatable_fields = [
        *BasePage.translatable_fields,
        *PictureMixin.picture_translation,
        *texts("who_may_join", "cost", "rhythm", "trades", "contacts", "links", "body"),
        *facts("scope", "place", "confirmed_on"),
    ]
    template = "networks/network_page.html"
    parent_page_types = ["networks.NetworkIndexPage"]
    subpage_types: list[str] = []
    page_description = _("One network of companies.")

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    def facts(self) -> NetworkFacts:
        """Return the facts, read from the source language, with texts in this page's language."""
        cached = self.__dict__.get("_facts")
        if cached is None:
            cached = self.__dict__["_facts"] = read_facts(self)
        return cached

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), "facts": self.facts()}

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        own, *rest = super().structured_data(request)
        known = self.facts()
        about: dict[str, Any] = {"@type": "Organization", "name": self.title, "description": self.summary}
        if known.place_address:
            about["location"] = {"@type": "Place", "name": str(known.place), "address": known.place_address}
        own["mainEntity"] = about
        return [own, *rest]


class NetworkIndexPage(BasePage):
    """All networks, by trade, reach and place."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "networks/network_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["networks.NetworkPage"]
    max_count_per_parent = 1
    page_description = _("The list of all networks. There is one in each language.")
    schema_type = "CollectionPage"
    filter_form_class = NetworkFilterForm
    page_size = 12

    class Meta:
        verbose_name = _("network index")
        verbose_name_plural = _("network indexes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        form = self.filter_form_class(request.GET)
        chosen = form.chosen()
        networks = NetworkPage.objects.child_of(self).live().public()
        for lookup, value in form.lookups(chosen):
            networks = networks.with_facts(**{lookup: value})
        results = paginate(request, networks.order_by("sort_key", "pk"), self.page_size)
        return {
            **super().get_context(request, *args, **kwargs),
            "filter_form": form,
            "chosen": chosen,
            "results": results,
            "cards": read_cards(results.object_list, locales_by_id()[self.locale_id]),
            "query": query_without(request, "page"),
        }
