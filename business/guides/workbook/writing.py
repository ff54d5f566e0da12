"""From the guides to a file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import IO, Any

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from business.core.spreadsheets import text_cell

from ..models import GuidePage
from .cells import NO, YES, Choice, Column, Day, GuideKey, Key, Number, Several, YesNo
from .explaining import EXPLANATION, register_word
from .loading import exported, load, rows_in
from .opening import MOST_ROWS
from .progress import Report, quietly
from .registers import REGISTERS, Registers
from .sheets import GUIDE, README, REGISTER, REMOVE, SHEETS, TITLE, Sheet

__all__ = ["write"]

MONEY_FORMAT, DAY_FORMAT, TEXT_FORMAT = "#,##0.00", "yyyy-mm-dd", "@"
HEAD, READ_ONLY = PatternFill("solid", fgColor="E4EAE6"), Font(color="6B6B6B")
BOLD = Font(bold=True)
WIDTHS = {GUIDE: 30, TITLE: 38, "version": 9, "nyckel": 14, REMOVE: 9}


def write(stream: IO[bytes], on: datetime.date, report: Report = quietly) -> int:
    """Write every published guide's facts as a workbook; return how many guides there are.

    The number of queries does not depend on how many guides there are, up to a few hundred that are held at a time.
    """
    # The words of codes are Swedish in the file, whoever asks for it.
    with translation.override("sv"):
        registers = Registers()
        pks = list(exported().values_list("pk", flat=True))
        book = Workbook(write_only=True)
        _write_readme(book, on)
        sheets = {sheet.name: _SheetWriter(book, sheet, registers) for sheet in SHEETS}
        for number, page in enumerate(load(pks, registers), start=1):
            for writer in sheets.values():
                writer.add(page)
            if number % 10 == 0:
                report(number, len(pks))
        _write_registers(book, registers)
        book.save(stream)
        report(len(pks), len(pks))
    return len(pks)


class _SheetWriter:
    """Writes one sheet, row after row."""

    def __init__(self, book: Workbook, sheet: Sheet, registers: Registers) -> None:
        self.sheet, self.registers = sheet, registers
        self.worksheet = book.create_sheet(sheet.name)
        self.formats = [_format_of(column, sheet) for column in sheet.columns]
        self._set_up()
        self.worksheet.append([_cell(self.worksheet, heading, head=True) for heading in sheet.headings])

    def _set_up(self) -> None:
        """Say how the sheet looks and what may be chosen; a file that is written row by row wants to know first."""
        sheet, worksheet = self.sheet, self.worksheet
        worksheet.freeze_panes = "C2"
        last = get_column_letter(len(sheet.headings))
        worksheet.auto_filter.ref = f"A1:{last}1"
        widths = {**WIDTHS, **{column.heading: column.width for column in sheet.columns}}
        for number, heading in enumerate(sheet.headings, start=1):
            worksheet.column_dimensions[get_column_letter(number)].width = max(widths[heading], len(heading) + 4)
        for number, column in enumerate(sheet.columns, start=4):
            if formula := _choices(column, sheet, self.registers):
                _offer(worksheet, number, formula, column.definition(sheet.model).blank)
        if sheet.relation:
            _offer(worksheet, len(sheet.headings), '"x"', True)

    def add(self, page: GuidePage) -> None:
        """Write the rows of a guide."""
        sheet = self.sheet
        for row in rows_in(page, sheet.relation) if sheet.relation else [page]:
            identity = str(row.translation_key) if sheet.relation else (page.latest_revision_id or 0)
            cells = [
                _cell(self.worksheet, page.slug),
                _cell(self.worksheet, page.title, font=READ_ONLY),
                _cell(self.worksheet, identity, font=READ_ONLY),
            ]
            for column, number_format in zip(sheet.columns, self.formats, strict=True):
                value = column.written(column.get(row, self.registers))
                cells.append(_cell(self.worksheet, value, number_format=number_format))
            self.worksheet.append(cells)


def _cell(worksheet: Any, value: Any, head: bool = False, font: Font | None = None, number_format: str = "") -> Any:
    """Return a cell whose text is text, whatever sign it begins with: a spreadsheet must never run it."""
    if value is None or value == "":
        return None
    cell = text_cell(worksheet, value) if isinstance(value, str) else WriteOnlyCell(worksheet, value=value)
    if head:
        cell.font, cell.fill, cell.alignment = BOLD, HEAD, Alignment(vertical="top", wrap_text=True)
    if font is not None:
        cell.font = font
    if number_format:
        cell.number_format = number_format
    return cell


def _format_of(column: Column, sheet: Sheet) -> str:
    if isinstance(column, Day):
        return DAY_FORMAT
    if isinstance(column, Number) and getattr(column.definition(sheet.model), "decimal_places", None):
        return MONEY_FORMAT
    return ""


def _choices(column: Column, sheet: Sheet, registers: Registers) -> str:
    """Return what a cell of the column can be chosen from, as a spreadsheet's formula; empty where anything may stand."""
    if isinstance(column, Choice | YesNo):
        return '"{}"'.format(",".join(code for code, _words in column.codes(sheet.model)))
    if isinstance(column, GuideKey):
        return f"{quote_sheetname(SHEETS[0].name)}!$A$2:$A${MOST_ROWS + 1}"
    if isinstance(column, Key):
        register = column.definition(sheet.model).related_model
        number = [model for model, _name in REGISTERS].index(register) * 3 + 1
        letter, length = get_column_letter(number), max(1, len(registers.records(register)))
        return f"{quote_sheetname(REGISTER)}!${letter}$3:${letter}${length + 2}"
    return ""


def _offer(worksheet: Any, number: int, formula: str, may_be_empty: bool) -> None:
    letter = get_column_letter(number)
    offer = DataValidation(type="list", formula1=formula, allow_blank=may_be_empty, showErrorMessage=True)
    offer.errorTitle, offer.error = "Välj ur listan", "Se bladen Läs mig och Register."
    offer.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
    worksheet.data_validations.append(offer)


# --- The sheets that explain ----------------------------------------------------------------------------------------


def _write_readme(book: Workbook, on: datetime.date) -> None:
    worksheet = book.create_sheet(README)
    for letter, width in zip("ABCD", (22, 30, 26, 70), strict=True):
        worksheet.column_dimensions[letter].width = width
    worksheet.append([_cell(worksheet, "Guidernas fakta", head=True)])
    worksheet.append([f"Hämtad {on:%Y-%m-%d}."])
    for line in EXPLANATION:
        worksheet.append([_cell(worksheet, line)])
    worksheet.append([])
    worksheet.append([_cell(worksheet, word, head=True) for word in ("Blad", "Kolumn", "Kod", "Betyder")])
    for sheet in SHEETS:
        for column in sheet.columns:
            for row in _explained(sheet, column):
                worksheet.append([_cell(worksheet, word) for word in (sheet.name, column.heading, *row)])


def _explained(sheet: Sheet, column: Column) -> Iterable[tuple[str, str]]:
    """Return the codes of a column with their words, or what is written there."""
    if isinstance(column, YesNo):
        return [(f"{YES} / {NO}", column.note)]
    if isinstance(column, Choice | Several):
        return [(code, str(words)) for code, words in column.codes(sheet.model)]
    definition = column.definition(sheet.model)
    if isinstance(column, Key) and not isinstance(column, GuideKey):
        return [("", f"Nyckel ur bladet Register, spalten {register_word(definition.related_model)}.")]
    if isinstance(column, GuideKey):
        return [("", "Guidens nyckel, som i bladet Guider.")]
    return [("", column.note or str(getattr(definition, "help_text", "")))]


def _write_registers(book: Workbook, registers: Registers) -> None:
    """Write every register beside the others: its keys, to be chosen from, and their names."""
    worksheet = book.create_sheet(REGISTER)
    worksheet.freeze_panes = "A3"
    heads, under, columns = [], [], []
    for number, (model, name) in enumerate(REGISTERS):
        heads += [_cell(worksheet, name, head=True), None, None]
        under += ["nyckel", "namn", None]
        columns.append([(record.slug, str(record)) for record in registers.records(model)])
        worksheet.column_dimensions[get_column_letter(number * 3 + 1)].width = 28
        worksheet.column_dimensions[get_column_letter(number * 3 + 2)].width = 40
    worksheet.append(heads)
    worksheet.append(under)
    for number in range(max((len(column) for column in columns), default=0)):
        row: list[Any] = []
        for column in columns:
            record = column[number] if number < len(column) else (None, None)
            row += [*(_cell(worksheet, value) for value in record), None]
        worksheet.append(row)
