"""How tests work with the spreadsheet: they download it, change cells as a person would, and send it in."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from business.guides.enums import GuideKind
from business.guides.models import FactImport, GuidePage
from business.guides.tests.factories import (
    ChannelFactory,
    DependencyFactory,
    EvidenceFactory,
    FeeFactory,
    GuideFactory,
    LawFactory,
    LawRowFactory,
    QuestionFactory,
    RequirementFactory,
    StepFactory,
    TariffFactory,
    TimeRuleFactory,
    TradeRowFactory,
)
from business.guides.workbook import running
from business.guides.workbook.writing import write
from business.inbox.tests.factories import UserFactory

__all__ = [
    "ON",
    "add_row",
    "apply",
    "as_bytes",
    "column_of",
    "download",
    "full_guide",
    "messages_in",
    "put",
    "row_of",
    "send_in",
]

ON = datetime.date(2026, 11, 26)


def full_guide(slug: str = "servering", **values: Any) -> GuidePage:
    """A published guide with one row of every kind of fact, and a version in its history."""
    with disable_reference_index_auto_update():
        page = _with_rows(slug, values)
        page = GuidePage.objects.get(pk=page.pk)
        page.note_text_change()
        page.save()
        revision = page.save_revision()
    # As it stands after publishing, which would take most of the time of these tests.
    Page.objects.filter(pk=page.pk).update(live_revision=revision, has_unpublished_changes=False)
    return GuidePage.objects.get(pk=page.pk)


def _with_rows(slug: str, values: dict[str, Any]) -> GuidePage:
    page = GuideFactory(title=f"Guiden {slug}", slug=slug, validity="limited", valid_for=2, **values)
    FeeFactory(
        page=page,
        label="Ansökan",
        sort_order=0,
        amount=Decimal("9500.50"),
        valid_from=datetime.date(2026, 1, 1),
        valid_to=datetime.date(2026, 12, 31),
        tariff=TariffFactory(year=2026),
        law=LawFactory(),
        provision="8 kap.",
    )
    TimeRuleFactory(page=page)
    RequirementFactory(page=page, title="Kunskapsprov")
    EvidenceFactory(page=page)
    LawRowFactory(page=page)
    ChannelFactory(page=page, identification=["e_id", "signature"])
    StepFactory(page=page, title="Skicka in")
    DependencyFactory(page=page, guide=GuideFactory(slug=f"{slug}-forst", kind=GuideKind.INFORMATION))
    TradeRowFactory(page=page)
    QuestionFactory(page=page)
    return page


def download() -> Workbook:
    """Return the workbook of all guides as it would be downloaded now."""
    stream = io.BytesIO()
    write(stream, ON)
    return load_workbook(stream)


def as_bytes(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def column_of(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def row_of(sheet: Worksheet, heading: str, value: Any) -> int:
    """Return the number of the row that has the value under the heading."""
    column = column_of(sheet, heading)
    return next(number for number in range(2, sheet.max_row + 1) if sheet.cell(number, column).value == value)


def put(book: Workbook, sheet: str, row: int, **values: Any) -> None:
    """Fill in cells of a row; ``_`` in a name stands for a space."""
    worksheet = book[sheet]
    for heading, value in values.items():
        # Not through cell(value=…), which leaves the old value where the new one is None.
        worksheet.cell(row, column_of(worksheet, heading.replace("_", " "))).value = value


def add_row(book: Workbook, sheet: str, **values: Any) -> int:
    """Write a new row below the others and return its number."""
    number = book[sheet].max_row + 1
    put(book, sheet, number, **values)
    return number


def send_in(file: Workbook | bytes, user: Any = None, name: str = "fakta.xlsx") -> FactImport:
    """Send a file in and have the worker check it."""
    data = file if isinstance(file, bytes) else as_bytes(file)
    received = running.receive_import(user or UserFactory(administrator=True), name, data, timezone.now())
    running.check(received.pk)
    received.refresh_from_db()
    return received


def apply(received: FactImport, user: Any = None) -> FactImport:
    """Apply what was sent in, as the worker does."""
    assert running.apply_import(received.pk, user or received.uploaded_by)
    running.carry_out(received.pk)
    received.refresh_from_db()
    return received


def messages_in(received: FactImport) -> list[tuple[str, int, str, str]]:
    """Return what is wrong with a file: sheet, row, the heading of the column, and the message."""
    return [
        (error["sheet"], error["row"], error["column"].partition(" ")[2] or error["column"], error["message"])
        for error in received.errors
    ]
