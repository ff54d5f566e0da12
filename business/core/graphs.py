"""What waits for what: an order in which everything comes after what it waits for, or the circle that forbids one. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

__all__ = ["CircleError", "circle_through", "depths"]

Waits = Mapping[str, Iterable[str]]


class CircleError(ValueError):
    """Some wait for each other. In ``circle`` each waits for the next, and the first one stands again at the end."""

    def __init__(self, circle: tuple[str, ...]) -> None:
        super().__init__(" → ".join(circle))
        self.circle = circle


def circle_through(waits: Waits, key: str) -> tuple[str, ...] | None:
    """Return the shortest circle through a key, beginning and ending with it; None when there is none.

    ``waits`` says what each key waits for. Of several the one with the first keys: the same graph gives the same circle.
    """
    came_from: dict[str, str] = {}
    ahead = deque([key])
    while ahead:
        here = ahead.popleft()
        for following in sorted(waits.get(here, ())):
            if following == key:
                path = [here]
                while path[-1] != key:
                    path.append(came_from[path[-1]])
                return (*reversed(path), key)
            if following not in came_from:
                came_from[following] = here
                ahead.append(following)
    return None


def depths(waits: Waits) -> dict[str, int]:
    """Return how long the longest chain of what a key waits for is: 0 for one that waits for nothing.

    In the order of these numbers everything comes after what it waits for. What is no key itself is passed over.

    Raises:
        CircleError: some wait for each other.
    """
    left = {key: {other for other in others if other in waits} for key, others in waits.items()}
    waiting: dict[str, list[str]] = {key: [] for key in waits}
    for key, others in left.items():
        for other in others:
            waiting[other].append(key)
    found: dict[str, int] = {}
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
    for key in sorted(waits.keys() - found.keys()):
        if circle := circle_through(waits, key):
            raise CircleError(circle)
    return found
