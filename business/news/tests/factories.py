"""News with its rows."""

from __future__ import annotations

import datetime
from typing import Any

import factory

from business.core.tests.factories import PageFactory, RegisterFactory, home
from business.guides.tests.factories import GuideFactory
from business.news.models import NewsCategory, NewsGuide, NewsIndexPage, NewsPage

__all__ = ["CategoryFactory", "NewsFactory", "NewsIndexFactory", "news_index"]


class NewsIndexFactory(PageFactory):
    title = "Nyheter"
    slug = "nyheter"
    show_in_menus = True

    class Meta:
        model = NewsIndexPage


def news_index() -> NewsIndexPage:
    """Return the Swedish index of news, made when it is first asked for."""
    return NewsIndexPage.objects.child_of(home()).first() or NewsIndexFactory()


class CategoryFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Ämne {number}")

    class Meta:
        model = NewsCategory


class NewsFactory(PageFactory):
    """A news item; ``complete=2`` gives it a quotation and two related guides."""

    title = factory.Sequence(lambda number: f"Företagen får en enda kontakt {number}")
    parent = factory.LazyFunction(news_index)
    category = factory.SubFactory(CategoryFactory)
    published_on = datetime.date(2018, 6, 1)

    class Meta:
        model = NewsPage

    @factory.post_generation
    def complete(page: NewsPage, create: bool, rows: int | None, **kwargs: Any) -> None:  # noqa: N805
        """Give the item running text with a quotation, and so many related guides."""
        if rows:
            quote = {"text": "En väg in.", "name": "Kim Lind", "title": "kommunalråd"}
            page.body = [("text", "<p>Så här blir det.</p>"), ("quote", quote)]
            page.save()
        for _number in range(rows or 0):
            NewsGuide.objects.create(page=page, locale=page.locale, guide=GuideFactory())
