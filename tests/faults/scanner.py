"""A virus scanner that goes down, comes up at the same address, and can be told to misbehave."""

from __future__ import annotations

from pathlib import Path

from business.inbox.tests.clamd import FakeClamd

__all__ = ["Scanner"]


class Scanner:
    """Listens on a socket of this machine."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self._clamd: FakeClamd | None = None

    def start(self, mood: str = "fine") -> None:
        """Be up, in this mood (``FakeClamd`` says which there are)."""
        if self._clamd is None:
            Path(self.address).unlink(missing_ok=True)
            self._clamd = FakeClamd(self.address)
        self._clamd.mood = mood

    def stop(self) -> None:
        """Be down: nobody listens any more."""
        if self._clamd is not None:
            self._clamd.stop()
            self._clamd = None
