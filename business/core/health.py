"""What is not as it should be and yet stops nobody from being served. Each app registers what it looks at in ``ready()``.

`/readyz` names it, so that a monitor can raise an alarm; taking the site out of service would only make it worse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

__all__ = ["degraded", "register"]

_looks: dict[str, Callable[[], Sequence[str]]] = {}


def register(name: str, look: Callable[[], Sequence[str]]) -> None:
    """Have ``look`` tell, under this name, what is missing; nothing when all is there. Keep it to a few quick queries."""
    _looks[name] = look


def degraded() -> list[str]:
    """Return the names of what is not as it should be, not the details: anybody may ask."""
    return sorted(name for name, look in _looks.items() if look())
