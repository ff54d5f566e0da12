"""In which order guides are read: what others wait for comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from business.guides.enums import DependencyKind
from business.guides.models import GuideDependency

__all__ = ["in_order", "read_ties"]


def read_ties(keys: Collection[int]) -> list[tuple[int, int]]:
    """Return pairs of a guide that waits and the one that it waits for, among these originals: one query."""
    stored = GuideDependency.objects.filter(page__in=keys, guide__in=keys).values_list("kind", "page_id", "guide_id")
    return [(own, other) if kind == DependencyKind.NEEDS else (other, own) for kind, own, other in stored]


def in_order(keys: Sequence[int], ties: Iterable[tuple[int, int]]) -> list[int]:
    """Return the keys so that none stands before one that it waits for; of equals first the one that most wait for.

    What nothing decides keeps its order. Guides that wait for each other in a circle stand last of their kind.
    """
    firsts: dict[int, set[int]] = defaultdict(set)
    waiting: dict[int, set[int]] = defaultdict(set)
    for one, first in ties:
        firsts[one].add(first)
        waiting[first].add(one)
    followers = {key: len(_reached(key, waiting)) for key in keys}
    left, found = list(keys), []
    while left:
        ready = [key for key in left if not firsts[key] & set(left)] or left
        ready.sort(key=lambda key: -followers[key])
        found += ready
        left = [key for key in left if key not in ready]
    return found


def _reached(start: int, links: Mapping[int, set[int]]) -> set[int]:
    """Return everything that the links lead to from here."""
    found: set[int] = set()
    left = [start]
    while left:
        new = links.get(left.pop(), set()) - found
        found |= new
        left += new
    return found
