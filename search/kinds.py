"""The kinds of pages that a reader can narrow a search to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from business.guides.models import GuidePage
from business.networks.models import NetworkPage
from business.news.models import NewsPage
from business.planning.models import JourneyPage

from .query import Match

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
    Kind("journey", _("Step by step"), _("Step by step"), (JourneyPage,)),
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

    def count(self, matches: Iterable[Match]) -> dict[Kind, int]:
        """Return how many there are of each kind, in the order of the kinds, none left out."""
        found = Counter(self.of(match.content_type_id) for match in matches)
        return {kind: found[kind] for kind in KINDS}
