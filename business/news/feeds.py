"""News as an Atom feed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from business.core.translation import locales_by_id

from .models import NewsCard, NewsIndexPage

__all__ = ["news_feed"]

NOON = datetime.time(12)


def news_feed(page: NewsIndexPage, cards: Iterable[NewsCard], request: HttpRequest) -> HttpResponse:
    """Return the items as an Atom feed in the page's language."""
    language = locales_by_id()[page.locale_id].language_code
    feed = Atom1Feed(
        title=page.title,
        description=page.summary,
        subtitle=page.summary,
        link=page.get_full_url(request),
        feed_url=request.build_absolute_uri(),
        language=language,
    )
    for card in cards:
        day = timezone.make_aware(datetime.datetime.combine(card.published_on, NOON))
        item = card.page
        feed.add_item(
            title=item.title,
            link=item.get_full_url(request),
            description=item.summary,
            pubdate=day,
            updateddate=max(day, item.text_changed_at or day),
            # RFC 4151: the same for good, wherever the page moves.
            unique_id=f"tag:{request.get_host().partition(':')[0]},2026:{language}/{item.translation_key}",
            categories=[str(card.category)] if card.category else [],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
