"""What the page shows, as a workbook and as JSON: the same tables, the same figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from itertools import zip_longest
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from business.core.spreadsheets import text_cell

from .report import Report
from .tables import Kind, Table

__all__ = ["as_json", "as_workbook"]

FORMATS = {Kind.NUMBER: "#,##0", Kind.SHARE: "0.0%", Kind.MINUTES: "#,##0"}
BOLD, WRAPPED = Font(bold=True), Alignment(vertical="top", wrap_text=True)


def _made_at(report: Report) -> str:
    return timezone.localtime(report.made_at, timezone.get_default_timezone()).isoformat(timespec="seconds")


def as_json(report: Report) -> bytes:
    """Return the tables. Shares are from 0 to 1, times are minutes of working time, null is nothing to count."""
    said = {
        "period": {"first": report.period.first.isoformat(), "last": report.period.last.isoformat()},
        "filters": report.narrowed_to,
        "made_at": _made_at(report),
        "working_day_minutes": report.day_minutes,
        "tables": {table.key: _table(table) for table in report.tables},
        "definitions": dict(report.definitions),
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "rows": [
            {
                "key": row.key,
                "name": row.name,
                **{key: cell.value for key, cell in zip(table.keys, row.cells, strict=True)},
                **({"note": row.note} if row.note else {}),
            }
            for row in table.rows
        ],
    }


def as_workbook(report: Report) -> bytes:
    """Return an Excel workbook: a sheet for each table, and one with what the figures mean."""
    book = Workbook(write_only=True)
    for table in report.tables:
        _write(book, table)
    sheet = book.create_sheet(_("What the figures mean"))
    _widen(sheet, [40, 100])
    facts = [
        (_("Period"), report.days),
        *report.narrowed_to.items(),
        (pgettext("statistics", "Made"), _made_at(report)),
        *report.definitions,
    ]
    for name, words in facts:
        sheet.append([_text(sheet, name, BOLD), _text(sheet, words)])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write(book: Any, table: Table) -> None:
    sheet = book.create_sheet(table.title)
    sheet.freeze_panes = "B2"
    has_notes = any(row.note for row in table.rows)
    _widen(sheet, [48, *[14] * len(table.keys), *([48] if has_notes else [])])
    headings = [table.of, *_headings(table), *([pgettext("statistics", "Note")] if has_notes else [])]
    sheet.append([_text(sheet, heading, BOLD) for heading in headings])
    for row in table.rows:
        cells = [_figure(sheet, cell.value, cell.kind) for cell in row.cells]
        name = _in_minutes(row.name) if len(cells) == 1 and row.cells[0].kind == Kind.MINUTES else row.name
        sheet.append([_text(sheet, name), *cells, *([_text(sheet, row.note)] if row.note else [])])


def _headings(table: Table) -> list[str]:
    """Return the columns' names; where a whole column holds times, it says in what."""
    kinds = [cell.kind for cell in table.rows[0].cells] if len(table.keys) > 1 and table.rows else []
    return [_in_minutes(name) if kind == Kind.MINUTES else name for name, kind in zip_longest(table.headings, kinds)]


def _in_minutes(name: str) -> str:
    return _("%(name)s (minutes)") % {"name": name}


def _figure(sheet: Any, value: float | None, kind: Kind) -> Any:
    if value is None:
        return None
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = FORMATS[kind]
    return cell


def _text(sheet: Any, words: str, font: Font | None = None) -> Any:
    """Return a cell whose text is text, whatever sign it begins with: a spreadsheet must never run it."""
    cell = text_cell(sheet, words)
    cell.alignment = WRAPPED
    if font is not None:
        cell.font = font
    return cell


def _widen(sheet: Any, widths: Sequence[int]) -> None:
    for letter, width in zip("ABCDEFGHIJK", widths, strict=False):
        sheet.column_dimensions[letter].width = width
