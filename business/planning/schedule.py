"""When each application must be handed in, and when a company can open. Pure: the days come in, the days come out.

Backward from the opening day: everything is decided by the working day before it, and nothing is handed in before what it
needs is decided. Forward from today: how soon all of that can be.

Sources: lag (1930:173) om beräkning av lagstadgad tid, through :mod:`business.core.spans`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from .enums import Verdict

__all__ = ["CircularDependencyError", "Planned", "Schedule", "Span", "Task", "schedule"]


class CircularDependencyError(ValueError):
    """Guides that wait for each other. ``circle`` names them by key, the first one again at the end."""

    def __init__(self, circle: tuple[str, ...]) -> None:
        super().__init__(" → ".join(circle))
        self.circle = circle


@dataclass(frozen=True)
class Span:
    """A span of time: ``amount`` of one of :class:`~business.core.spans.TimeUnit`."""

    amount: int
    unit: str


@dataclass(frozen=True)
class Task:
    """One application or notice.

    ``usual`` is how long the decision usually takes, ``limit`` how long the law lets it take, ``extension`` by how much the
    limit may be extended. ``notice`` is how long before the opening day it must have been handed in. ``needs`` are the keys
    of what must be decided before it is handed in; a key that is no task is passed over.
    """

    key: str
    usual: Span | None = None
    limit: Span | None = None
    extension: Span | None = None
    notice: Span | None = None
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Planned:
    """The days of one task. All days to hand in are working days.

    ``hand_in`` is the last day with the usual times, ``hand_in_safe`` the last day if every authority takes all the time
    that the law gives; both are None without an opening day. ``earliest`` is the first day on which it can be handed in,
    ``decided`` the day on which the decision usually comes when it is handed in on ``hand_in`` (without an opening day: on
    ``earliest``), ``decided_latest`` the day by which it must come by law, ``extended_to`` the last day if the time is
    extended. ``slack`` is the number of working days between ``earliest`` and ``hand_in``, negative when it is too late.
    """

    key: str
    hand_in: datetime.date | None
    hand_in_safe: datetime.date | None
    earliest: datetime.date
    decided: datetime.date | None
    decided_latest: datetime.date | None
    extended_to: datetime.date | None
    slack: int | None
    critical: bool


@dataclass(frozen=True)
class Schedule:
    """All tasks in the order of their days. ``critical_path`` are the keys of the chain that sets the earliest opening day.

    ``earliest_opening`` is the first possible day with the usual times, ``earliest_safe`` the first one that holds also if
    every authority takes all the time that the law gives. ``verdict`` is None without an opening day.
    """

    opening: datetime.date | None
    today: datetime.date
    tasks: tuple[Planned, ...]
    verdict: Verdict | None
    earliest_opening: datetime.date
    earliest_safe: datetime.date
    critical_path: tuple[str, ...]


def schedule(tasks: Iterable[Task], today: datetime.date, opening: datetime.date | None = None) -> Schedule:
    """Return the days of all tasks.

    Raises:
        CircularDependencyError: tasks that wait for each other.
    """
    raise NotImplementedError
