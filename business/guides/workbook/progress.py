"""How far the background worker has come with a spreadsheet, for whoever looks.

The row in the database tells it while no transaction is open; while one is, nobody else would see the row, so it is said in
the cache too, which the processes of a site share.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from business.core.jobs import give_sign_of_life

from ..enums import WorkStage

__all__ = ["Progress", "Report", "State", "quietly", "state_of"]

# Told how much of how much is done.
Report = Callable[[int, int], None]

EVERY = 0.5  # seconds
SIGN_OF_LIFE_EVERY = 15  # seconds
KEPT = 60 * 60  # seconds


def quietly(done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class State:
    """What is being done, and how much of it is."""

    stage: WorkStage
    done: int
    total: int


def _name(run: Any) -> str:
    return f"guides.workbook.{run._meta.model_name}.{run.pk}"


class Progress:
    """Tells how far it is, at most twice a second; each stage at once."""

    def __init__(self, run: Any) -> None:
        self.run, self.stage, self.told_at = run, WorkStage.WAITING, 0.0
        self.in_transaction = False
        self.alive_at = time.monotonic()

    def forget(self) -> None:
        """Start over: what was counted before is no part of what comes."""
        cache.delete(_name(self.run))

    def begin(self, stage: WorkStage, total: int = 0) -> None:
        self.stage = stage
        self._tell(0, total)

    def __call__(self, done: int, total: int) -> None:
        if done >= total or time.monotonic() - self.told_at >= EVERY:
            self._tell(done, total)

    def _tell(self, done: int, total: int) -> None:
        self.told_at = time.monotonic()
        cache.set(_name(self.run), (str(self.stage), done, total), KEPT)
        if not self.in_transaction:
            type(self.run).objects.filter(pk=self.run.pk).update(stage=self.stage, done=done, total=total)
            # The worker's own loop waits for this piece of work: it is alive all the same.
            if self.told_at - self.alive_at >= SIGN_OF_LIFE_EVERY:
                self.alive_at = self.told_at
                give_sign_of_life()


def state_of(run: Any) -> State:
    """Return how far the work is: what the cache heard last, else what the row says."""
    stage, done, total = cache.get(_name(run)) or (run.stage, run.done, run.total)
    return State(WorkStage(stage), done, total)
