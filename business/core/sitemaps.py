"""The list of pages for search engines."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page
from wagtail.query import PageQuerySet

from business.core.querysets import is_public

__all__ = ["LanguagesSitemap"]


class LanguagesSitemap(Sitemap):
    """Every public page in every language: Wagtail's own stops at the home page that the site starts from."""

    def items(self) -> PageQuerySet:
        homes = self.get_wagtail_site().root_page.get_translations(inclusive=True).live()
        below = reduce(or_, (Q(path__startswith=home.path) for home in homes), Q(pk__in=[]))
        return Page.objects.live().filter(below, is_public()).select_related("locale").order_by("path")
