"""What is shown, as values: the page, the workbook and the JSON all draw the same cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import floor

from django.utils.formats import number_format
from django.utils.translation import gettext as _

__all__ = ["Cell", "Kind", "Row", "Table", "in_words", "minutes_in_words"]

NONE = "–"


class Kind(StrEnum):
    """What a number means; ``SHARE`` is from 0 to 1, ``MINUTES`` is office time."""

    NUMBER = "number"
    SHARE = "share"
    MINUTES = "minutes"


@dataclass(frozen=True)
class Cell:
    """A value, or none where there is nothing to count."""

    value: float | None
    kind: Kind = Kind.NUMBER

    @property
    def shown(self) -> str:
        return in_words(self.value, self.kind)


@dataclass(frozen=True)
class Row:
    """A line of a table. ``note`` is said beneath its name."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Named rows under named columns. ``keys`` name the columns in a file, ``headings`` to a reader."""

    key: str
    title: str
    of: str  # what the rows are
    keys: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""


def in_words(value: float | None, kind: Kind) -> str:
    if value is None:
        return NONE
    if kind == Kind.SHARE:
        return _("%(number)s %%") % {"number": floor(value * 100 + 1e-9)}
    if kind == Kind.MINUTES:
        return minutes_in_words(int(value))
    return number_format(int(value), use_l10n=True, force_grouping=True)


def minutes_in_words(minutes: int) -> str:
    """Return the time in hours and minutes, as an office counts it."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    words = {"hours": number_format(hours, use_l10n=True, force_grouping=True), "minutes": rest}
    return _("%(hours)s h %(minutes)s min") % words if rest else _("%(hours)s h") % words
