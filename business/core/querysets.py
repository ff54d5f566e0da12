"""Pages found by their facts, whatever language is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import NegatedExpression
from django.db.models.functions import Coalesce
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

from business.core.translation import source_locale

__all__ = ["FactPageQuerySet", "Rows", "is_public", "rows_of"]

Rows = dict[int, list[Any]]


def is_public(path: str = "path") -> NegatedExpression:
    """A condition on pages: neither the page nor anything above it is restricted. No query of its own.

    ``path`` says where the page's tree path stands, seen from the rows that are filtered.
    """
    above = PageViewRestriction.objects.annotate(
        here=ExpressionWrapper(OuterRef(path), output_field=CharField())
    ).filter(here__startswith=F("page__path"))
    return ~Exists(above)


class FactPageQuerySet(PageQuerySet):
    """Pages whose facts are read from the source language."""

    def public(self) -> FactPageQuerySet:
        """Those that everybody may read."""
        return self.filter(is_public())

    def with_facts(self, **lookups: Any) -> FactPageQuerySet:
        """Those whose original has these facts; a page that has no original counts by its own."""
        originals = self.model._default_manager.filter(locale=source_locale())
        return self.filter(
            Q(translation_key__in=originals.filter(**lookups).values("translation_key"))
            | (
                ~Q(translation_key__in=originals.values("translation_key"))
                & Q(pk__in=self.model._default_manager.filter(**lookups).values("pk"))
            )
        )

    def with_original(self, name: str, alias: str = "") -> FactPageQuerySet:
        """Fetch a fact of each page's original as ``original_<name>``, or as ``alias``, to filter and order by."""
        originals = self.model._default_manager.filter(
            translation_key=OuterRef("translation_key"), locale=source_locale()
        )
        fact = Coalesce(Subquery(originals.order_by().values(name)[:1]), F(name))
        return self.annotate(**{alias or f"original_{name}": fact})


def rows_of(pages: Iterable[Page], relation: str, select: Callable[[QuerySet], QuerySet] | None = None) -> Rows:
    """Return the rows of several pages of one type, by page, with one query.

    A previewed page has its rows in memory: those are taken as they are.
    """
    found: Rows = defaultdict(list)
    stored = []
    for page in pages:
        if relation in page.__dict__.get("_cluster_related_objects", {}):
            found[page.pk] = list(getattr(page, relation).all())
        elif page.pk:
            stored.append(page)
    if stored:
        link = getattr(type(stored[0]), relation).rel
        rows = link.related_model._default_manager.filter(**{f"{link.field.name}__in": [page.pk for page in stored]})
        for row in select(rows) if select else rows:
            found[getattr(row, link.field.attname)].append(row)
    return found
