"""Structured data that every page shares."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

__all__ = ["ancestor_paths", "breadcrumb_data"]


def ancestor_paths(page: Page) -> list[str]:
    """Return the tree paths from the home page down to the page's parent; no query."""
    home = 2 * page.steplen
    return [page.path[:end] for end in range(home, len(page.path or ""), page.steplen)]


def breadcrumb_data(trail: list[Page], request: HttpRequest) -> dict[str, Any]:
    """Return the way to a page, itself last, as a schema.org BreadcrumbList."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": step.title, "item": step.get_full_url(request)}
            for number, step in enumerate(trail, start=1)
        ],
    }
