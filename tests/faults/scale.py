"""How much of everything: the whole suite, or the short form that belongs to every ``make test``."""

from __future__ import annotations

import os
from dataclasses import dataclass

__all__ = ["SCALE", "Scale"]


@dataclass(frozen=True)
class Scale:
    """Numbers of one form of the suite. Times are seconds."""

    posts: int  # for each fault
    kills: int  # of the worker
    slow: float  # what a slow mail server takes
    mail_timeout: float  # what the site waits for a mail server
    lease: float
    load: float  # how long the visitors keep on at least while the database is down now and then
    restarts: int
    together: int  # posts at once, each with a key of its own
    rounds: int  # of what happens at one moment
    bomb: int  # MB that a small archive unpacks to
    disposed: int  # cases of one disposal
    letters: int  # mails that come in while whoever reads them is killed
    many_letters: int  # that are timed
    disposal_kills: int
    minutes: int  # between two rounds of a simulated hour of mail
    slack: float  # how much longer than promised something may take: the short form shares its machine


FULL = Scale(
    posts=5,
    kills=200,
    slow=5,
    mail_timeout=8,
    lease=20,
    load=20,
    restarts=3,
    together=100,
    rounds=10,
    bomb=500,
    disposed=400,
    disposal_kills=40,
    letters=200,
    many_letters=1000,
    minutes=1,
    slack=1,
)
SHORT = Scale(
    posts=2,
    kills=5,
    slow=1,
    mail_timeout=6,
    lease=12,
    load=5,
    restarts=1,
    together=16,
    rounds=1,
    bomb=150,
    disposed=40,
    disposal_kills=6,
    letters=24,
    many_letters=60,
    minutes=10,
    slack=15,
)
SCALE = FULL if os.environ.get("FAULTS") == "full" else SHORT
