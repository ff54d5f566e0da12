"""From a file to checked lines, or to errors that name sheet, row and column. Nothing of the guides is looked at yet."""

from __future__ import annotations

import io
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from ..models import GuidePage
from .cells import CellError, words_in
from .errors import Errors, RefusedError, place
from .opening import MOST_COLUMNS, MOST_ROWS, Outline, look_at
from .progress import Report, quietly
from .registers import Registers
from .sheets import GUIDE, KEY, README, REGISTER, REMOVE, SHEETS, TITLE, VERSION, Sheet

__all__ = ["Book", "Line", "read"]


@dataclass
class Line:
    """One row of a sheet, checked cell by cell. ``key`` is empty for a new row; ``is_sound`` is false after an error."""

    number: int
    guide: Any
    key: uuid.UUID | None = None
    version: int | None = None
    removes: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    is_sound: bool = True


@dataclass
class Book:
    """The lines of a file by sheet, and for each sheet where its columns stand."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)

    def place(self, sheet: Sheet, heading: str) -> str:
        """Name a column where it stands in this file."""
        return place(self.columns.get(sheet.name, {}).get(heading, 0), heading)


def read(data: bytes, registers: Registers, errors: Errors, report: Report = quietly) -> Book:
    """Read a file; what is wrong with it is added to ``errors``. ``report`` is told how many rows of how many are read."""
    book = Book()
    try:
        outlines = look_at(data)
    except RefusedError as error:
        errors.add(error)
        return book
    known = {sheet.name: sheet for sheet in SHEETS}
    _check_outlines(outlines, known, errors)
    if errors:
        return book
    total = sum(outline.rows for outline in outlines if outline.name in known)
    done = 0
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        for outline in outlines:
            if (sheet := known.get(outline.name)) is not None:
                reader = _SheetReader(sheet, book, registers, errors)
                reader.read(_cells(workbook[sheet.name]), _further(report, done, total))
                done += outline.rows
                report(done, total)
    # openpyxl does not say how it fails on a file that is not as it should be.
    except Exception as error:
        if isinstance(error, MemoryError | RecursionError):
            raise
        errors.add(_("The file is damaged and cannot be read. Save it again as .xlsx."))
    return book


def _further(report: Report, before: int, total: int) -> Callable[[int], None]:
    """Return what tells of a row in a sheet as so much of the whole file."""
    return lambda row: report(before + row, total)


def _check_outlines(outlines: list[Outline], known: dict[str, Sheet], errors: Errors) -> None:
    """Refuse what can be told without reading a cell."""
    if not any(outline.name in known for outline in outlines):
        errors.add(_("There is no sheet with facts in the file. Download the file here and change that one."))
    for outline in outlines:
        if outline.name in {README, REGISTER}:
            continue
        if outline.name not in known:
            errors.add(
                _(
                    "This sheet is not known. Sheets with facts are called %(names)s. Move notes to a file of their own."
                )
                % {"names": ", ".join(known)},
                outline.name,
            )
            continue
        # One more for the headings.
        if outline.rows > MOST_ROWS + 1:
            errors.add(
                _("There are %(number)s rows in this sheet, at most %(most)s are read. Send them in by parts.")
                % {"number": outline.rows - 1, "most": MOST_ROWS},
                outline.name,
            )
        if outline.widest > MOST_COLUMNS:
            errors.add(
                _("Something stands far to the right, in column %(column)s. Take it away.")
                % {"column": place(outline.widest)},
                outline.name,
            )
        for merged in outline.merged[:20]:
            first = merged.partition(":")[0].replace("$", "")
            letters = first.rstrip("0123456789")
            errors.add(
                _("The cells %(cells)s are merged. Split them and fill in each.") % {"cells": merged},
                outline.name,
                int(first[len(letters) :] or 0),
                letters,
            )


def _cells(worksheet: Any) -> Iterable[tuple[Any, ...]]:
    # What the file says about its own size may be wrong, and would then hide rows.
    worksheet.reset_dimensions()
    return worksheet.iter_rows(max_col=MOST_COLUMNS)


class _SheetReader:
    """Reads one sheet."""

    def __init__(self, sheet: Sheet, book: Book, registers: Registers, errors: Errors) -> None:
        self.sheet, self.book, self.registers, self.errors = sheet, book, registers, errors
        self.places: dict[str, int] = {}
        self.seen: dict[Any, int] = {}
        self.lines: list[Line] = book.lines.setdefault(sheet.name, [])

    def read(self, rows: Iterable[tuple[Any, ...]], report: Callable[[int], None]) -> None:
        found = iter(rows)
        if not self._read_headings(next(found, ())):
            return
        for number, cells in enumerate(found, start=2):
            if any(cell.value not in (None, "") for cell in cells):
                self.lines.append(self._read_line(number, cells))
            if number % 200 == 0:
                report(number)

    def refuse(self, message: Any, row: int, heading: str = "", line: Line | None = None) -> None:
        self.errors.add(message, self.sheet.name, row, place(self.places.get(heading, 0), heading))
        if line is not None:
            line.is_sound = False

    # --- Headings

    def _read_headings(self, cells: tuple[Any, ...]) -> bool:
        """Find the columns by their headings, wherever they stand; tell whether all are there, each once."""
        before = self.errors.count
        headings = [(number, str(cell.value).strip()) for number, cell in enumerate(cells, start=1) if cell.value]
        counts = Counter(heading for _number, heading in headings)
        wanted = self.sheet.headings
        for number, heading in headings:
            column = place(number)
            if heading not in wanted:
                self.errors.add(
                    _("The column “%(heading)s” is not known.") % {"heading": heading[:60]}, self.sheet.name, 1, column
                )
            elif counts[heading] > 1:
                self.errors.add(
                    _("The column “%(heading)s” is there more than once.") % {"heading": heading},
                    self.sheet.name,
                    1,
                    column,
                )
            self.places[heading] = number
        for heading in wanted:
            if heading not in counts:
                self.errors.add(
                    _("The column “%(heading)s” is missing.") % {"heading": heading}, self.sheet.name, 1, heading
                )
        self.book.columns[self.sheet.name] = self.places
        return self.errors.count == before

    # --- Lines

    def _read_line(self, number: int, cells: tuple[Any, ...]) -> Line:
        line = Line(number, None)
        values = {
            heading: cells[place - 1].value if place <= len(cells) else None for heading, place in self.places.items()
        }
        self._refuse_what_is_no_value(line, cells)
        if not line.is_sound:
            return line
        line.guide = self._guide(line, values[GUIDE])
        if self.sheet.relation:
            line.key = self._key(line, values[KEY])
            line.removes = self._removes(line, values[REMOVE])
            self._refuse_second(line, line.key, KEY)
        else:
            line.version = self._version(line, values[VERSION])
            self._refuse_second(line, line.guide and line.guide.pk, GUIDE)
        if not line.removes:
            for column in self.sheet.columns:
                try:
                    line.values[column.field] = column.read(values[column.heading], self.sheet.model, self.registers)
                except CellError as error:
                    self.refuse(error, number, column.heading, line)
        return line

    def _refuse_what_is_no_value(self, line: Line, cells: tuple[Any, ...]) -> None:
        """Refuse formulas, errors, NUL, and what stands where there is no heading: none of it would be kept."""
        headings = {place: heading for heading, place in self.places.items()}
        for number, cell in enumerate(cells, start=1):
            value = cell.value
            if value is None:
                continue
            heading = headings.get(number, "")
            if heading == TITLE and cell.data_type != "f":
                continue
            message = ""
            if cell.data_type == "f":
                message = _("There is a formula here. Paste its value instead.")
            elif cell.data_type == "e":
                message = _("There is an error here (%(value)s). Write a value.") % {"value": value}
            elif isinstance(value, str) and ("\x00" in value or "_x0000_" in value):
                message = _("There is a sign here that cannot be stored (NUL). Take it away.")
            elif not heading and value != "":
                message = _("This column has no heading, so what stands here would not be kept. Take it away.")
            if message:
                self.errors.add(message, self.sheet.name, line.number, place(number, heading))
                line.is_sound = False

    def _guide(self, line: Line, value: Any) -> Any:
        slug = str(value).strip() if value is not None else ""
        if not slug:
            self.refuse(_("Write the key of the guide."), line.number, GUIDE, line)
            return None
        guide = self.registers.find(GuidePage, slug)
        if guide is None:
            self.refuse(_("There is no guide with the key “%(key)s”.") % {"key": slug[:60]}, line.number, GUIDE, line)
        elif not guide.live:
            self.refuse(
                _("The guide “%(guide)s” is not published. Change it in the editor.") % {"guide": guide.title},
                line.number,
                GUIDE,
                line,
            )
        return guide

    def _key(self, line: Line, value: Any) -> uuid.UUID | None:
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        try:
            return uuid.UUID(text)
        except ValueError:
            self.refuse(
                _("“%(key)s” is no key of a row. Leave the cell empty for a new row.") % {"key": text[:60]},
                line.number,
                KEY,
                line,
            )
            return None

    def _version(self, line: Line, value: Any) -> int | None:
        try:
            return int(words_in(value))
        except (CellError, ValueError):
            self.refuse(_("The version is missing. It must stand as it was downloaded."), line.number, VERSION, line)
            return None

    def _removes(self, line: Line, value: Any) -> bool:
        mark = str(value).strip().lower() if value is not None else ""
        if mark not in {"", "x"}:
            self.refuse(_("Write “x” to take the row away, or nothing."), line.number, REMOVE, line)
        elif mark and line.key is None and line.is_sound:
            self.refuse(_("There is nothing to take away: the row has no key."), line.number, REMOVE, line)
        return mark == "x"

    def _refuse_second(self, line: Line, identity: Any, heading: str) -> None:
        """Refuse a row or guide that has been in this sheet already: which of the two would count?"""
        if identity is None:
            return
        if identity in self.seen:
            self.refuse(
                _("This is in the sheet already, in row %(row)s.") % {"row": self.seen[identity]},
                line.number,
                heading,
                line,
            )
        self.seen.setdefault(identity, line.number)
