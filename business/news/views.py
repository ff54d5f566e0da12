"""News for those who subscribe."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from business.core.translation import active_locale_code

from .feeds import news_feed
from .models import NewsIndexPage, read_news_cards

__all__ = ["feed"]

FEED_SIZE = 30


@require_safe
@cache_control(max_age=300, public=True)
def feed(request: HttpRequest) -> HttpResponse:
    """The newest items in the language of the address, as an Atom feed."""
    page = NewsIndexPage.objects.live().public().filter(locale__language_code=active_locale_code()).first()
    if page is None:
        raise Http404
    return news_feed(page, read_news_cards(page.news()[:FEED_SIZE]), request)
