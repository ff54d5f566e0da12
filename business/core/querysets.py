"""Pages found by their facts, whatever language is shown."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from wagtail.query import PageQuerySet

from business.core.translation import source_locale

__all__ = ["FactPageQuerySet", "rows_with"]


class FactPageQuerySet(PageQuerySet):
    """Pages whose facts are read from the source language."""

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


def rows_with(rows: Any, name: str) -> list[Any]:
    """Return a page's rows with one relation fetched; in a preview they are a list in memory already."""
    return list(rows.select_related(name)) if hasattr(rows, "select_related") else list(rows)
