"""Guides with all their rows in memory, in a fixed number of queries however many guides they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import ForeignKey
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME

from business.core.translation import locales_by_id, source_locale

from ..models import GuidePage
from .registers import Registers

__all__ = ["AT_ONCE", "exported", "load", "rows_in"]

# How many guides are held in memory while a file is written or compared.
AT_ONCE = 200


def exported() -> Any:
    """The guides whose facts are in the file: published originals, in Swedish order."""
    return GuidePage.objects.filter(locale=source_locale(), live=True, alias_of=None).order_by("sort_key", "pk")


def rows_in(page: GuidePage, relation: str) -> list[Any]:
    """Return the rows of a loaded guide: the list itself, so that it can be added to."""
    return page.__dict__["_cluster_related_objects"][relation]


def load(pks: Iterable[int], registers: Registers) -> Iterator[GuidePage]:
    """Return the guides with these numbers, in their order, a few in memory at a time."""
    found = iter(pks)
    while some := list(islice(found, AT_ONCE)):
        pages = GuidePage.objects.in_bulk(some)
        _attach_rows(pages, registers)
        yield from (pages[pk] for pk in some if pk in pages)


def _attach_rows(pages: dict[int, GuidePage], registers: Registers) -> None:
    """Put the rows of each relation where an editor's form would put them."""
    locales = locales_by_id()
    for page in pages.values():
        page.locale = locales[page.locale_id]
        _fill_in(page, registers)
    for relation in get_all_child_relations(GuidePage):
        name, model, link = relation.get_accessor_name(), relation.related_model, relation.field
        rows: dict[int, list[Any]] = defaultdict(list)
        for row in model._default_manager.filter(**{f"{link.name}__in": list(pages)}):
            rows[getattr(row, link.attname)].append(row)
        for pk, page in pages.items():
            # Comments have answers of their own: where there are any, they are left to be asked for.
            if name == COMMENTS_RELATION_NAME and rows[pk]:
                continue
            for row in rows[pk]:
                setattr(row, link.name, page)
                _fill_in(row, registers)
            page.__dict__.setdefault("_cluster_related_objects", {})[name] = rows[pk]


def _fill_in(item: Any, registers: Registers) -> None:
    """Give a page or row the records that it refers to, which are known already."""
    for field in item._meta.concrete_fields:
        if isinstance(field, ForeignKey) and registers.knows(field.related_model) and field.name != "page":
            record = registers.record(field.related_model, getattr(item, field.attname))
            if record is not None:
                item._state.fields_cache[field.name] = record
