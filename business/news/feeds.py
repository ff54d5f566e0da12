"""News as an Atom feed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

if TYPE_CHECKING:
    from .models import NewsIndexPage, NewsPage

__all__ = ["news_feed"]


def news_feed(page: NewsIndexPage, items: Iterable[NewsPage], request: HttpRequest) -> HttpResponse:
    """Return the items as an Atom feed in the page's language."""
    address = page.get_full_url(request)
    feed = Atom1Feed(
        title=page.title,
        description=page.summary,
        subtitle=page.summary,
        link=address,
        feed_url=request.build_absolute_uri(),
        language=page.locale.language_code,
    )
    noon = datetime.time(12)
    for item in items:
        day = timezone.make_aware(datetime.datetime.combine(item.published_on, noon))
        feed.add_item(
            title=item.title,
            link=item.get_full_url(request),
            description=item.summary,
            pubdate=day,
            updateddate=max(day, item.text_changed_at or day),
            unique_id=f"urn:uuid:{item.translation_key}:{page.locale.language_code}",
            categories=[item.category.name] if item.category else [],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
