"""News for companies."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, MultipleChooserPanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageManager
from wagtail.search import index

from business.core.blocks import NewsBodyBlock
from business.core.listings import paginate, query_without
from business.core.models import BasePage, Register, Row, originals
from business.core.panels import RegisterSelect
from business.core.pictures import PictureMixin
from business.core.querysets import FactPageQuerySet, rows_of
from business.core.rich_text import INLINE
from business.core.translation import Localiser, Text, facts, locales_by_id, source_locale, source_page, texts
from business.guides.reading import guides_to_show, read_cards

from .filters import NewsFilterForm

__all__ = ["NewsCategory", "NewsGuide", "NewsIndexPage", "NewsPage"]


class NewsCategory(Register):
    """What a news item is about."""

    class Meta(Register.Meta):
        verbose_name = _("news category")
        verbose_name_plural = _("news categories")
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="unique_category_slug")]


class NewsGuide(Row):
    """A guide that the news item concerns."""

    page = ParentalKey("news.NewsPage", on_delete=models.CASCADE, related_name="related_guides")
    guide = models.ForeignKey("guides.GuidePage", verbose_name=_("guide"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("guide")]
    translatable_fields = facts("guide")

    class Meta(Row.Meta):
        verbose_name = _("related guide")
        verbose_name_plural = _("related guides")

    def __str__(self) -> str:
        return str(self.guide)


class NewsPage(PictureMixin, BasePage):
    """One news item. ``summary`` is its lead."""

    category = models.ForeignKey(
        NewsCategory,
        verbose_name=_("category"),
        null=True,
        blank=True,
        limit_choices_to=originals,
        on_delete=models.PROTECT,
        related_name="news",
    )
    published_on = models.DateField(_("publication date"), default=timezone.localdate, db_index=True)
    body = StreamField(NewsBodyBlock(), verbose_name=_("running text"), blank=True)

    objects = PageManager.from_queryset(FactPageQuerySet)()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("published_on"), RegisterSelect("category")])], heading=_("When and about what")
        ),
        *PictureMixin.picture_panels,
        FieldPanel("body"),
        MultipleChooserPanel(
            "related_guides", chooser_field_name="guide", heading=_("Related guides"), label=_("guide")
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("published_on")]
    translatable_fields = [
        *BasePage.translatable_fields,
        *PictureMixin.picture_translation,
        *texts("body", "related_guides"),
        *facts("category", "published_on"),
    ]
    template = "news/news_page.html"
    parent_page_types = ["news.NewsIndexPage"]
    subpage_types: list[str] = []
    page_description = _("One news item.")
    schema_type = "NewsArticle"

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        source, locale = source_page(self), locales_by_id()[self.locale_id]
        guides = [row.guide for row in rows_of([source], "related_guides", guides_to_show)[source.pk]]
        say = Localiser(locale, [source.category])
        return {
            **super().get_context(request, *args, **kwargs),
            "category": say(source.category, "name"),
            "published_on": source.published_on,
            "related": read_cards(guides, locale, timezone.localdate()),
        }

    def structured_data(self, request: HttpRequest) -> list[dict[str, Any]]:
        own, *rest = super().structured_data(request)
        own["headline"] = own.pop("name")
        own["datePublished"] = source_page(self).published_on.isoformat()
        return [own, *rest]


class NewsIndexPage(BasePage):
    """All news, newest first, by category and year; also as an Atom feed."""

    intro = RichTextField(_("introduction"), features=INLINE, blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]
    translatable_fields = [*BasePage.translatable_fields, *texts("intro")]
    template = "news/news_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["news.NewsPage"]
    max_count_per_parent = 1
    page_description = _("The list of all news. There is one in each language.")
    schema_type = "CollectionPage"
    filter_form_class = NewsFilterForm
    page_size = 12

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def news(self) -> FactPageQuerySet:
        """The public items of this index whose day has come, newest first by the day that the original has."""
        items = NewsPage.objects.child_of(self).live().public().with_original("published_on")
        return items.filter(original_published_on__lte=timezone.localdate()).order_by("-original_published_on", "-pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        news = self.news()
        years = sorted(
            {day.year for day in news.order_by().values_list("original_published_on", flat=True)}, reverse=True
        )
        form = self.filter_form_class(request.GET, years=years)
        chosen = form.chosen()
        for lookup, value in form.lookups(chosen):
            news = news.with_facts(**{lookup: value})
        results = paginate(request, news, self.page_size)
        return {
            **super().get_context(request, *args, **kwargs),
            "filter_form": form,
            "chosen": chosen,
            "results": results,
            "cards": read_news_cards(results.object_list),
            "query": query_without(request, "page"),
        }


@dataclass(frozen=True)
class NewsCard:
    """What a list shows of a news item."""

    page: NewsPage
    category: Text
    published_on: datetime.date
    picture: Any


def read_news_cards(pages: Iterable[NewsPage]) -> list[NewsCard]:
    """Read what cards show of many items, facts from their originals, in a fixed number of queries."""
    shown = list(pages)
    if not shown:
        return []
    locale = locales_by_id()[shown[0].locale_id]
    keys = [page.translation_key for page in shown]
    stored = NewsPage.objects.filter(translation_key__in=keys, locale=source_locale())
    stored = stored.select_related("category", "picture").prefetch_related("picture__renditions")
    originals_by_key = {page.translation_key: page for page in stored}
    pairs = [(page, originals_by_key.get(page.translation_key, page)) for page in shown]
    say = Localiser(locale, [source.category for _page, source in pairs])
    return [
        NewsCard(page, say(source.category, "name"), source.published_on, source.picture) for page, source in pairs
    ]
