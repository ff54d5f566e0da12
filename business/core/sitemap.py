"""The sitemap: every public page in every language, each with its translations. Wagtail's own stops at the Swedish tree."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from business.core.querysets import is_public
from business.core.translation import locales_by_id

__all__ = ["PageSitemap"]


class PageSitemap(Sitemap):
    """All public pages below the home pages, with ``hreflang`` links between translations, in one query."""

    def items(self) -> list[Page]:
        return self._pages

    @cached_property
    def _pages(self) -> list[Page]:
        homes = self.get_wagtail_site().root_page.get_translations(inclusive=True).values_list("path", flat=True)
        below = Q()
        for path in homes:
            below |= Q(path__startswith=path)
        return list(Page.objects.live().filter(below, is_public()).order_by("path"))

    @cached_property
    def _addresses(self) -> dict[int, str]:
        return {page.pk: self.location(page) for page in self._pages}

    @cached_property
    def _kin(self) -> dict[Any, list[dict[str, str]]]:
        kin: dict[Any, list[dict[str, str]]] = defaultdict(list)
        codes = {pk: locale.language_code for pk, locale in locales_by_id().items()}
        for page in self._pages:
            kin[page.translation_key].append(
                {"lang_code": codes[page.locale_id], "location": self._addresses[page.pk]}
            )
        return kin

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        urls = []
        for item in self.paginator.page(page).object_list:
            kin = self._kin[item.translation_key]
            urls.append(
                {
                    "location": self._addresses[item.pk],
                    "lastmod": self.lastmod(item),
                    "alternates": kin if len(kin) > 1 else [],
                }
            )
        self.latest_lastmod = max((url["lastmod"] for url in urls if url["lastmod"]), default=None)
        return urls
