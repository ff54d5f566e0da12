"""What an archive says of itself."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

__all__ = ["FORMAT", "BackupError", "File", "Manifest", "Table", "is_safe"]

FORMAT = 1
STORE = re.compile(r"[a-z][a-z-]*")


class BackupError(Exception):
    """It cannot be done. The text is a sentence for the operator."""


def is_safe(path: str) -> bool:
    """Whether a path stays below the folder that it is joined to."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and "\0" not in path and ".." not in parts and "\\" not in path


@dataclass(frozen=True)
class File:
    """A file in the archive: of a store, or, with no store, the dump of the database."""

    store: str
    path: str
    size: int  # bytes
    sha256: str

    @property
    def member(self) -> str:
        """What it is called in the archive."""
        return f"files/{self.store}/{self.path}" if self.store else self.path


@dataclass(frozen=True)
class Table:
    """How many rows a table has and, where the engine can tell, a sum over all that stands in them."""

    rows: int
    checksum: str = ""


@dataclass(frozen=True)
class Manifest:
    """Everything that a restore compares with. It holds no secret and nothing of a person."""

    made_at: datetime.datetime
    engine: str
    versions: dict[str, str]
    migrations: dict[str, list[str]]
    tables: dict[str, Table]
    database: File
    files: list[File]
    missing: list[str] = field(default_factory=list)  # named by a row, and not there
    damaged: list[str] = field(default_factory=list)  # there, and not what its row says

    def to_json(self) -> bytes:
        values = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(values, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Manifest:
        """Read a manifest.

        Raises:
            BackupError: it is none, or of a later format.
        """
        try:
            values: dict[str, Any] = json.loads(data)
            if values.pop("format") != FORMAT:
                raise BackupError("The archive was made by a later version of the site.")
            values["made_at"] = datetime.datetime.fromisoformat(values["made_at"])
            values["tables"] = {name: Table(**table) for name, table in values["tables"].items()}
            values["database"] = File(**values["database"])
            values["files"] = [File(**one) for one in values["files"]]
            manifest = cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError("The archive's manifest cannot be read.") from error
        unsafe = [one for one in manifest.files if not is_safe(one.path) or not STORE.fullmatch(one.store)]
        if unsafe or manifest.database.store or not is_safe(manifest.database.path):
            raise BackupError("The archive holds a path that leads out of its folder.")
        return manifest
