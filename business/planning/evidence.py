"""The papers of several applications as one list: which serves which, and when to order it. Pure computation."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .schedule import Span

__all__ = ["Copy", "Paper", "Use", "papers"]


@dataclass(frozen=True)
class Use:
    """A paper in one application: ``guide`` by the original's key, the day it is handed in, if known."""

    guide: int
    paper: str
    hand_in: datetime.date | None
    always: bool
    note: Any = ""


@dataclass(frozen=True)
class Copy:
    """One copy of a paper, for the applications ``guides``. It is too old if it is older than from ``not_before``, where its
    age matters, and must be there on ``needed``."""

    guides: tuple[int, ...]
    not_before: datetime.date | None
    needed: datetime.date | None


@dataclass(frozen=True)
class Paper:
    """A paper with all its uses, in the order of their days, in as few copies as its age allows."""

    key: str
    uses: tuple[Use, ...]
    copies: tuple[Copy, ...]

    @property
    def always(self) -> bool:
        """Whether some application always asks for it."""
        return any(use.always for use in self.uses)


def papers(uses: Iterable[Use], ages: dict[str, Span]) -> tuple[Paper, ...]:
    """Return each paper once, those that are needed first in front. ``ages`` are how old each may be on arrival."""
    raise NotImplementedError
