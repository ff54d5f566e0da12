"""A period's list as a file: CSV and a page to print are written row by row, a workbook on the disk."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.styles import Font

from business.core.spreadsheets import BOM, harmless, text_cell

from .period import PeriodList

__all__ = ["as_csv", "as_page", "as_workbook"]

MARK = "<!-- rows -->"
WIDTHS = (12, 16, 36, 30, 60, 30, 22)


class _Line:
    """Stands where a file would: what is written comes back."""

    def write(self, text: str) -> bytes:
        return text.encode()


def as_csv(cases: PeriodList) -> Iterator[bytes]:
    """Return the lines of the list. Swedish spreadsheets want semicolons."""
    writer = csv.writer(_Line(), delimiter=";" if get_language() == "sv" else ",")
    headings = cases.headings

    def lines() -> Iterator[bytes]:
        yield BOM.encode()
        yield writer.writerow(headings)
        for row in cases.rows():
            yield writer.writerow([harmless(cell) for cell in row.cells])

    return lines()


def as_page(cases: PeriodList, **context: Any) -> Iterator[bytes]:
    """Return a page of its own, to be printed: no script, and nothing from elsewhere."""
    page = render_to_string("inbox/records/list_print.html", {"headings": cases.headings, "mark": MARK, **context})
    before, after = page.split(MARK)

    def parts() -> Iterator[bytes]:
        yield before.encode()
        for row in cases.rows():
            yield f"<tr>{format_html_join('', '<td>{}</td>', ((cell,) for cell in row.cells))}</tr>\n".encode()
        yield after.encode()

    return parts()


def as_workbook(cases: PeriodList, title: str) -> IO[bytes]:
    """Return an Excel workbook, in a file that goes when it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    headings = [text_cell(sheet, heading) for heading in cases.headings]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for row in cases.rows():
        sheet.append([row.day, *(text_cell(sheet, cell) for cell in row.cells[1:])])
    file = TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    book.save(file)
    file.seek(0)
    return file
