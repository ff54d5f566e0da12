"""Links between pages inside running text, resolved all at once.

Wagtail looks up each link by itself: a page with twenty links costs forty queries. Here the text is written with the
page's number in the address, and the finished answer gets the real addresses with one query, however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from business.core.translation import active_locale_code, locale_for

__all__ = ["DeferredPageLinkHandler", "PageLinkMiddleware", "resolve"]

_PLACE = re.compile(r' href="page:(\d+)"')


class DeferredPageLinkHandler(PageLinkHandler):
    """Writes the page's number where the address will stand."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        return [f'<a href="page:{int(attrs["id"])}">' if str(attrs.get("id")).isdigit() else "<a>" for attrs in attrs_list]


def resolve(html: str, request: HttpRequest) -> str:
    """Put the addresses in: the live page in the reader's language, else the page itself; a page that is gone gets none."""
    numbers = {int(number) for number in _PLACE.findall(html)}
    if not numbers:
        return html
    locale = locale_for(active_locale_code())
    keys = Page.objects.filter(pk__in=numbers).values("translation_key")
    found = list(
        Page.objects.live().filter(Q(pk__in=numbers) | Q(translation_key__in=keys, locale=locale)).order_by("pk")
    )
    key_of = {page.pk: page.translation_key for page in found}
    # The reader's language wins over the page that the editor chose.
    best = {page.translation_key: page for page in sorted(found, key=lambda page: page.locale_id == locale.pk)}

    def address(match: re.Match[str]) -> str:
        page = best.get(key_of.get(int(match[1])))
        url = page and page.get_url(request)
        return f' href="{escape(url)}"' if url else ""

    return _PLACE.sub(address, html)


class PageLinkMiddleware:
    """Resolves the links of every page that is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            not response.streaming
            and response.get("Content-Type", "").startswith("text/html")
            and b' href="page:' in response.content
        ):
            response.content = resolve(response.content.decode(response.charset), request).encode(response.charset)
        return response
