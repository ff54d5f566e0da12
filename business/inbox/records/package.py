"""What a package is: what was asked for, the case as data, and the files that go with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from ..files import open_stored
from ..models import Case
from .masking import Word

__all__ = ["Options", "Package", "StoredFile"]


@dataclass(frozen=True)
class Options:
    """What a package holds. Complete, it holds everything; masked, only what was chosen besides the messages.

    ``files`` and ``originals`` are keys of attachments and of messages, or None for all of them. ``ground`` is the
    ground for what is left out.
    """

    masked: bool = False
    notes: bool = True
    history: bool = True
    files: frozenset[int] | None = None
    originals: frozenset[int] | None = None
    words: tuple[Word, ...] = ()
    ground: str = ""

    @property
    def named(self) -> list[str]:
        """The options by their codes, for the history."""
        chosen = {
            "masked" if self.masked else "complete": True,
            "notes": self.notes,
            "history": self.history,
            "files": self.files is None or bool(self.files),
            "originals": self.originals is None or bool(self.originals),
        }
        return [name for name, is_chosen in chosen.items() if is_chosen]


@dataclass(frozen=True)
class StoredFile:
    """A file of a package: its path there, and its bytes in memory or in the store."""

    path: str
    stored: str = ""
    content: bytes = b""

    def open(self) -> IO[bytes]:
        """Open it to be read.

        Raises:
            StoreError: it cannot be read.
        """
        return open_stored(self.stored) if self.stored else BytesIO(self.content)


@dataclass
class Package:
    """What is handed out of a case: its data, and the files that go with it."""

    case: Case
    options: Options
    data: dict[str, Any]
    files: list[StoredFile] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """A hash of what it holds: the same package made a minute later has the same."""
        said = {name: value for name, value in self.data.items() if name != "made_at"}
        return hashlib.sha256(repr(said).encode()).hexdigest()
