"""The notice on personal data that stands at the form now, for what comes in by another door."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from wagtail.models import Site

from business.inbox.notice import CurrentNotice

from .models import ContactPage

__all__ = ["notice_at_the_form"]


def notice_at_the_form(language: str) -> CurrentNotice | None:
    """Return the notice of the contact page in a language, and the page's address; nothing without such a page.

    Asked for every mail that comes in. The text is read each time; the address is made anew when what it is made of has
    changed: where the page and the sites' roots stand.
    """
    pages = ContactPage.objects.live().filter(locale__language_code=language).order_by("path")
    page = pages.values_list("notice", "pk", "url_path").first()
    if page is None or not page[0]:
        return None
    notice, *place = page
    return CurrentNotice(notice, _address(*place, tuple(Site.get_site_root_paths())))


@lru_cache(maxsize=16)
def _address(key: int, url_path: str, roots: tuple[Any, ...]) -> str:
    return ContactPage.objects.get(pk=key).full_url or ""
