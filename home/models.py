"""The home page: in one screen, what a company can do here."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel

from business.core.models import BasePage, Row
from business.core.pictures import PictureMixin
from business.core.querysets import is_public, rows_of
from business.core.translation import Localiser, facts, locales_by_id, source_page, texts
from business.guides.facts import GuideCard
from business.guides.reading import guides_to_show, read_cards
from business.news.models import NewsIndexPage, read_news_cards

__all__ = ["HomeEntry", "HomeGuide", "HomePage"]


class HomeEntry(Row):
    """One of the ways in: find a permit, find a network, get help, contact."""

    ICONS = [
        ("permit", _("permit")),
        ("network", _("network")),
        ("help", _("help")),
        ("contact", _("contact")),
        ("news", _("news")),
        ("table", _("table")),
        ("check", _("check mark")),
        ("route", _("route")),
    ]

    page = ParentalKey("home.HomePage", on_delete=models.CASCADE, related_name="entries")
    icon = models.CharField(_("icon"), max_length=20, choices=ICONS, default="permit")
    title = models.CharField(_("heading"), max_length=60)
    text = models.CharField(_("text"), max_length=160)
    target = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("leads to"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("icon"), FieldPanel("title"), FieldPanel("text"), PageChooserPanel("target")]
    translatable_fields = [*texts("title", "text"), *facts("icon", "target")]

    class Meta(Row.Meta):
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")

    def __str__(self) -> str:
        return self.title


class HomeGuide(Row):
    """A guide that many companies ask for."""

    page = ParentalKey("home.HomePage", on_delete=models.CASCADE, related_name="popular_guides")
    guide = models.ForeignKey("guides.GuidePage", verbose_name=_("guide"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("guide")]
    translatable_fields = facts("guide")

    class Meta(Row.Meta):
        verbose_name = _("popular guide")
        verbose_name_plural = _("popular guides")

    def __str__(self) -> str:
        return str(self.guide)


class HomePage(PictureMixin, BasePage):
    """The site's first page, one in each language."""

    hero_title = models.CharField(_("headline"), max_length=80)
    hero_text = models.CharField(_("text below the headline"), max_length=300, blank=True)
    closing_title = models.CharField(_("last heading"), max_length=80, blank=True)
    closing_text = models.CharField(_("last text"), max_length=300, blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("hero_title"), FieldPanel("hero_text")], heading=_("Headline")),
        *PictureMixin.picture_panels,
        InlinePanel("entries", heading=_("Ways in"), label=_("way in"), max_num=6),
        InlinePanel("popular_guides", heading=_("Popular guides"), label=_("guide"), max_num=9),
        MultiFieldPanel(
            [FieldPanel("closing_title"), FieldPanel("closing_text")],
            heading=_("Last strip, which leads to the contact page"),
        ),
    ]
    translatable_fields = [
        *BasePage.translatable_fields,
        *PictureMixin.picture_translation,
        *texts("hero_title", "hero_text", "entries", "popular_guides", "closing_title", "closing_text"),
    ]
    template = "home/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "guides.GuideIndexPage",
        "planning.FinderPage",
        "planning.JourneyIndexPage",
        "planning.PlannerPage",
        "networks.NetworkIndexPage",
        "news.NewsIndexPage",
        "contact.ContactPage",
        "core.StandardPage",
    ]
    max_count = len(settings.LANGUAGES)
    page_description = _("The first page. There is one in each language.")
    schema_type = "WebSite"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @cached_property
    def original(self) -> HomePage:
        """The home page that the facts are read from."""
        return source_page(self)

    def ways_in(self) -> list[dict[str, Any]]:
        """The ways in with texts and targets in this page's language; a target that is not live is left out."""
        source = self.original
        both = [source] if source is self else [source, self]
        entries = rows_of(
            both, "entries", lambda rows: rows.filter(is_public("target__path")).select_related("target")
        )
        say = Localiser(locales_by_id()[self.locale_id], [row.target for row in entries[source.pk]])
        if source is not self:
            for row in entries[self.pk]:
                say.add(row)
        found = []
        for row in entries[source.pk]:
            target = say.find(row.target) or row.target
            if target.live:
                found.append(
                    {"icon": row.icon, "title": say(row, "title"), "text": say(row, "text"), "target": target}
                )
        return found

    def popular_cards(self) -> list[GuideCard]:
        """The guides that many companies ask for, in this page's language."""
        rows = rows_of([self.original], "popular_guides", guides_to_show)[self.original.pk]
        return read_cards([row.guide for row in rows], locales_by_id()[self.locale_id], timezone.localdate())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        news_index = NewsIndexPage.objects.child_of(self).live().first()
        return {
            **super().get_context(request, *args, **kwargs),
            "ways_in": self.ways_in(),
            "popular": self.popular_cards(),
            "news_index": news_index,
            "news": read_news_cards(news_index.news()[:3]) if news_index else [],
        }
