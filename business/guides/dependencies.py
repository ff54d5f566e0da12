"""Guides that wait for each other: no guide is published that would close a circle.

A guide that needs another waits for it. One that is evidence for another, or blocks it, is waited for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext as _
from wagtail.models import Locale

from business.core.graphs import circle_through
from business.core.translation import source_locale

from .enums import DependencyKind

if TYPE_CHECKING:
    from .models.pages import GuidePage
    from .models.rows import GuideDependency

__all__ = [
    "Circle",
    "Tie",
    "circle_among",
    "circle_message",
    "circle_with",
    "hold_ties",
    "ties_in_memory",
    "ties_of",
]

# The titles of guides of which each waits for the next, the first one again at the end; empty when there is no circle.
Circle = tuple[str, ...]
# The kind of a tie, and the translation key of the guide that it points at.
Tie = tuple[str, str]


def _ends(kind: str, own: Any, other: Any) -> tuple[Any, Any]:
    """Return which end of a tie waits, and for which."""
    return (own, other) if kind == DependencyKind.NEEDS else (other, own)


def ties_in_memory(pages: Iterable[GuidePage]) -> dict[str, list[GuideDependency]]:
    """Return the ties of those of these guides that have them in memory, as a draft has, by translation key."""
    return {
        str(page.translation_key): list(page.dependencies.all())
        for page in pages
        if "dependencies" in page.__dict__.get("_cluster_related_objects", {})
    }


def hold_ties() -> None:
    """Let nobody else publish guides until the transaction ends: two at once could close a circle that neither sees."""
    Locale.objects.select_for_update(no_key=True).get(pk=source_locale().pk)


def circle_with(pages: Iterable[GuidePage], rows: Mapping[str, Iterable[GuideDependency]] | None = None) -> Circle:
    """Return the circle that there would be if these guides were live. Translations have no ties of their own.

    ``rows`` are the ties of some of the pages, by translation key, as they would be stored; the others' are as they are.
    One query, one more for the guides that ``rows`` point at if they are not in memory, one more for a circle's titles.
    """
    titles = {
        str(page.translation_key): page.title
        for page in pages
        if not page.locale_id or page.locale_id == source_locale().pk
    }
    return circle_among(titles, {key: ties_of(some) for key, some in (rows or {}).items() if key in titles})


def circle_among(titles: Mapping[str, str], ties: Mapping[str, Iterable[Tie]]) -> Circle:
    """Return the circle that there would be if guides were live, of which one has one of these ties.

    ``titles`` are those of the guides by translation key; a guide in ``ties`` would have these instead of the stored ones.
    """
    if not titles:
        return ()
    model: Any = apps.get_model("guides", "GuideDependency")
    stored = model.objects.filter(page__locale=source_locale()).values_list(
        "kind", "page__translation_key", "page__live", "guide__translation_key", "guide__live"
    )
    waits: dict[str, set[str]] = defaultdict(set)
    for kind, own_key, own_live, other_key, other_live in stored:
        own, other = str(own_key), str(other_key)
        if own not in ties and (own_live or own in titles) and (other_live or other in titles):
            waiting, needed = _ends(kind, own, other)
            waits[waiting].add(needed)
    for own, some in ties.items():
        for kind, other in some:
            waiting, needed = _ends(kind, own, other)
            waits[waiting].add(needed)
    circle = next((circle for key in titles if (circle := circle_through(waits, key))), ())
    return _titles_of(circle, titles) if circle else ()


def ties_of(rows: Iterable[GuideDependency]) -> list[Tie]:
    """Return what rows in memory say: their kind, and the key of the guide that each points at."""
    given = list(rows)
    if not given:
        return []
    link: Any = given[0]._meta.get_field("guide")
    keys = {row.guide_id: row.guide.translation_key for row in given if link.is_cached(row)}
    if missing := {row.guide_id for row in given} - keys.keys():
        keys.update(link.related_model.objects.filter(pk__in=missing).values_list("pk", "translation_key"))
    return [(row.kind, str(keys[row.guide_id])) for row in given if row.guide_id in keys]


def _titles_of(circle: Circle, known: Mapping[str, str]) -> Circle:
    model: Any = apps.get_model("guides", "GuidePage")
    stored = model.objects.filter(locale=source_locale(), translation_key__in=circle)
    titles = {str(key): title for key, title in stored.values_list("translation_key", "title")} | dict(known)
    return tuple(titles[key] for key in circle)


def circle_message(circle: Circle) -> str:
    """Return the message that names a circle."""
    return _(
        "Guides wait for each other, so that none of them could be handed in first: %(circle)s. Each waits for the next. Take one of the ties away."
    ) % {"circle": " → ".join(circle)}
