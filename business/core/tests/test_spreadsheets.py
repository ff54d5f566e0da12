"""No text of ours is run as a formula, and none is changed in a workbook that is read back."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page

from business.core.spreadsheets import harmless, is_formula, text_cell
from business.inbox.tests.factories import UserFactory

RISKY = [
    "=1+1",
    "+46701",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "  =1",
    "\ufeff=1",
    '"=1',
]


@pytest.mark.one_database
def test_what_could_be_a_formula_becomes_text_in_a_csv_file_and_stays_itself_in_a_workbook():
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for value in RISKY:
        assert is_formula(value)
        assert harmless(value) == f"'{value}"
        sheet.append([text_cell(sheet, value)])
    book.save(file := io.BytesIO())
    cells = [row[0] for row in openpyxl.load_workbook(file).active.rows]
    assert [cell.data_type for cell in cells] == ["s"] * len(RISKY)
    assert all(cell.quotePrefix for cell in cells)
    # XML knows one line end; nothing else is changed.
    assert [cell.value for cell in cells] == [value.replace("\r", "\n") for value in RISKY]


@pytest.mark.one_database
@given(st.text(min_size=1))
def test_a_text_is_told_from_a_formula_whatever_it_holds(text):
    written = harmless(text)
    assert written in (text, f"'{text}")
    assert not is_formula(written) or written.startswith("'")
    assert harmless("Kafé " + text) == "Kafé " + text


@pytest.mark.django_db
def test_wagtails_own_csv_reports_are_guarded_too(client):
    """Fails too if Wagtail writes its files in another way than the one that is guarded."""
    client.force_login(user := UserFactory(administrator=True))
    page = Page.objects.filter(depth=2).first()
    page.title = page.draft_title = '=HYPERLINK("http://evil.example")'
    page.locked, page.locked_by = True, user
    page.save(clean=False)
    answer = client.get("/admin/reports/locked/", {"export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row[0] for row in rows[1:]] == [f"'{page.title}"]
