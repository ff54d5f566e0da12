"""What waits for what: an order in which everything comes after what it waits for, or the circle that forbids one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

__all__ = ["depths", "find_circle"]

Key = TypeVar("Key", int, str)
Waits = Mapping[Key, Iterable[Key]]


def find_circle(waits: Waits[Key], among: Iterable[Key] | None = None) -> tuple[Key, ...] | None:
    """Return keys of which each waits for the next, the first one again at the end; None when there is no such circle.

    ``waits`` says what each key waits for. Only circles that can be reached from ``among`` are looked for, where it is
    given. The same graph always gives the same circle.
    """
    done: set[Key] = set()
    for start in sorted(waits if among is None else among):
        path: list[Key] = []  # from the start to where we are; each waits for the next
        places: dict[Key, int] = {}
        ahead = [iter((start,))]
        while ahead:
            key = next(ahead[-1], None)
            if key is None:
                ahead.pop()
                if path:
                    done.add(path[-1])
                    del places[path.pop()]
            elif key in places:
                return (*path[places[key] :], key)
            elif key not in done:
                places[key] = len(path)
                path.append(key)
                ahead.append(iter(sorted(waits.get(key, ()))))
    return None


def depths(waits: Waits[Key]) -> dict[Key, int]:
    """Return how long the longest chain of what a key waits for is: 0 for one that waits for nothing.

    In the order of these numbers everything comes after what it waits for. A key that is only waited for is passed over.

    Raises:
        ValueError: some wait for each other.
    """
    left = {key: {other for other in others if other in waits} for key, others in waits.items()}
    waiting: dict[Key, list[Key]] = {key: [] for key in waits}
    for key, others in left.items():
        for other in others:
            waiting[other].append(key)
    found: dict[Key, int] = {}
    ready = [key for key, others in left.items() if not others]
    depth = 0
    while ready:
        found.update(dict.fromkeys(ready, depth))
        following = []
        for key in ready:
            for other in waiting[key]:
                left[other].remove(key)
                if not left[other]:
                    following.append(other)
        ready, depth = following, depth + 1
    if len(found) != len(waits):
        raise ValueError("some wait for each other")
    return found
