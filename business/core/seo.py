"""Structured data that every page shares."""

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

__all__ = ["ancestors_for_reader", "breadcrumb_data"]


def ancestors_for_reader(page: Page) -> list[Page]:
    """Return the live pages from the home page down to this page's parent; one query, kept on the page."""
    if not hasattr(page, "_ancestors_for_reader"):
        page._ancestors_for_reader = list(page.get_ancestors().filter(depth__gt=1, live=True)) if page.path else []
    return page._ancestors_for_reader


def breadcrumb_data(page: Page, request: HttpRequest) -> dict[str, Any] | None:
    """Return the path to the page as a schema.org BreadcrumbList, or nothing on the home page."""
    trail = ancestors_for_reader(page)
    if not trail:
        return None
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": step.title, "item": step.get_full_url(request)}
            for number, step in enumerate([*trail, page], start=1)
        ],
    }
