"""What is wrong with a file: where, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from openpyxl.utils import get_column_letter

__all__ = ["SHOWN_ERRORS", "Errors", "RefusedError", "place"]

SHOWN_ERRORS = 200


class RefusedError(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Error:
    """One thing that is wrong. ``row`` is 0 where it is about the sheet, and ``sheet`` empty where about the file."""

    sheet: str
    row: int
    column: str
    message: str


class Errors:
    """Collects what is wrong: counts everything, keeps as much as a person reads."""

    def __init__(self) -> None:
        self.kept: list[Error] = []
        self.count = 0

    def __bool__(self) -> bool:
        return bool(self.count)

    def add(self, message: Any, sheet: str = "", row: int = 0, column: str = "") -> None:
        self.count += 1
        if len(self.kept) < SHOWN_ERRORS:
            self.kept.append(Error(sheet, row, column, str(message)))

    def as_data(self) -> list[dict[str, Any]]:
        return [asdict(error) for error in self.kept]


def place(number: int, heading: str = "") -> str:
    """Name a column as a spreadsheet does, with its heading where it has one: “F kronor”."""
    letter = get_column_letter(number) if number else ""
    return f"{letter} {heading}".strip()
