"""The kinds of pages that a reader can narrow a search to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from business.guides.models import GuidePage
from business.networks.models import NetworkPage
from business.news.models import NewsPage

__all__ = ["KINDS", "OTHER", "Kind", "Kinds"]


@dataclass(frozen=True)
class Kind:
    """``key`` stands in addresses, the same in every language; ``label`` names one page, ``plural`` the whole kind."""

    key: str
    label: str | Promise
    plural: str | Promise
    models: tuple[type[Page], ...] = ()


OTHER = Kind("page", _("Page"), _("Other pages"))
KINDS = (
    Kind("guide", _("Guide"), _("Guides"), (GuidePage,)),
    Kind("network", _("Network"), _("Networks"), (NetworkPage,)),
    Kind("news", _("News item"), _("News"), (NewsPage,)),
    OTHER,
)


class Kinds:
    """Tells which kind a page is of by its content type. Made for each request: content types are few and cached."""

    def __init__(self) -> None:
        types = ContentType.objects.get_for_models(*(model for kind in KINDS for model in kind.models))
        self._by_type = {types[model].pk: kind for kind in KINDS for model in kind.models}

    def of(self, content_type_id: int) -> Kind:
        return self._by_type.get(content_type_id, OTHER)

    def narrow(self, pages: Any, kind: Kind) -> Any:
        """Return those of the pages that are of this kind."""
        if kind is OTHER:
            return pages.exclude(content_type_id__in=list(self._by_type))
        return pages.filter(content_type_id__in=[pk for pk, found in self._by_type.items() if found is kind])

    def count(self, by_type: Iterable[tuple[int, int]]) -> dict[Kind, int]:
        """Add up numbers of pages by content type into numbers by kind, in the order of the kinds, none left out."""
        counts = dict.fromkeys(KINDS, 0)
        for content_type_id, number in by_type:
            counts[self.of(content_type_id)] += number
        return counts
