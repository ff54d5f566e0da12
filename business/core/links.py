"""Links inside running text, resolved all at once.

Wagtail looks up each link by itself: a page with twenty links costs forty queries. Here the text is written with the
number of the page or document in the address, and the finished answer gets the real addresses with one query for the
pages and one for the documents, however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.html import escape
from wagtail.documents import get_document_model
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from business.core.querysets import is_public
from business.core.translation import active_locale_code, locale_for

__all__ = ["DeferredDocumentLinkHandler", "DeferredPageLinkHandler", "LinkMiddleware", "resolve"]

_ADDRESS = re.compile(r' href="(page|document):(\d+)"')
# A link of its own, in a list: the whole of it goes when the page is gone. Comments cannot come from an editor's text.
_WHOLE = re.compile(r"<!--page:(\d+)-->(.*?)<!--/page-->", re.DOTALL)
_TITLE = "<!--title-->"


def _deferred(kind: str, attrs_list: list[dict[str, Any]]) -> list[str]:
    return [
        f'<a href="{kind}:{int(attrs["id"])}">' if str(attrs.get("id")).isdigit() else "<a>" for attrs in attrs_list
    ]


class DeferredPageLinkHandler(PageLinkHandler):
    """Writes the page's number where the address will stand."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        return _deferred("page", attrs_list)


class DeferredDocumentLinkHandler(DocumentLinkHandler):
    """Writes the document's number where the address will stand."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        return _deferred("document", attrs_list)


def _pages(numbers: set[int]) -> dict[int, Page]:
    """Return what to show for each page: its public, live translation in the reader's language, else itself."""
    if not numbers:
        return {}
    locale = locale_for(active_locale_code())
    keys = Page.objects.filter(pk__in=numbers).values("translation_key")
    kin = Page.objects.filter(Q(pk__in=numbers) | Q(translation_key__in=keys, locale=locale)).annotate(
        open=is_public()
    )
    found = list(kin)
    # The reader's language wins over the page that the editor chose.
    ranked = sorted((page for page in found if page.live and page.open), key=lambda page: page.locale_id == locale.pk)
    best = {page.translation_key: page for page in ranked}
    return {page.pk: best[page.translation_key] for page in found if page.translation_key in best}


def resolve(html: str, request: HttpRequest) -> str:
    """Put the addresses in. A page that is gone, or not for everybody, gets none."""
    wanted: dict[str, set[int]] = {"page": {int(number) for number, _link in _WHOLE.findall(html)}, "document": set()}
    for kind, number in _ADDRESS.findall(html):
        wanted[kind].add(int(number))
    pages = _pages(wanted["page"])
    documents = get_document_model().objects.in_bulk(wanted["document"]) if wanted["document"] else {}

    def whole(match: re.Match[str]) -> str:
        page = pages.get(int(match[1]))
        return match[2].replace(_TITLE, escape(page.title)) if page else ""

    def address(match: re.Match[str]) -> str:
        if match[1] == "page":
            page = pages.get(int(match[2]))
            url = page and page.get_url(request)
        else:
            document = documents.get(int(match[2]))
            url = document and document.url
        return f' href="{escape(url)}"' if url else ""

    return _ADDRESS.sub(address, _WHOLE.sub(whole, html))


class LinkMiddleware:
    """Resolves the links of every page that is shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        if any(mark in response.content for mark in (b' href="page:', b' href="document:', b"<!--page:")):
            response.content = resolve(response.content.decode(response.charset), request).encode(response.charset)
        return response
