"""What every file for a spreadsheet needs: no text in it may be run as a formula."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

__all__ = ["BOM", "guard_wagtail_exports", "harmless", "is_formula", "text_cell"]

BOM = "\ufeff"  # or Excel takes å for something else
# A spreadsheet takes what begins so for a formula: also in full width, as Japanese keyboards write it, and after blanks
# that it drops. A tab or line end first lets a text slip into the next cell.
_FORMULA = re.compile(r"[\t\r\n]|[\s\ufeff\u200b\x00-\x1f\"']*[=+\-@\uff1d\uff0b\uff0d\uff20]")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula."""
    return _FORMULA.match(text) is not None


def harmless(value: object) -> str:
    """Return a value for a CSV file as a text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if is_formula(text) else text


def text_cell(sheet: Any, words: str) -> Any:
    """Return a workbook's cell whose text is text, whatever sign it begins with.

    It holds the text itself, so that a workbook which is read back says the same; the sign before it is only a property.
    """
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", words))
    cell.data_type = "s"
    cell.quotePrefix = is_formula(words)
    return cell


def guard_wagtail_exports() -> None:
    """Have the CSV files of Wagtail's own reports and lists go through ``harmless``: Wagtail guards its XLSX alone."""
    from wagtail.admin.views.mixins import SpreadsheetExportMixin

    plain = (int, float, Decimal, datetime.date, datetime.time, type(None))

    def write_csv_row(self: Any, writer: Any, row_dict: dict[str, Any]) -> Any:
        values = {
            field: self.preprocess_field_value(field, value, self.FORMAT_CSV) for field, value in row_dict.items()
        }
        return writer.writerow(
            {field: value if isinstance(value, plain) else harmless(value) for field, value in values.items()}
        )

    SpreadsheetExportMixin.write_csv_row = write_csv_row
