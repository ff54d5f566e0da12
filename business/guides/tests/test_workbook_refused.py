"""Spreadsheets that are refused, each with a sentence that says where and why. Nothing of them is stored."""

from __future__ import annotations

import datetime
import io
import time
import tracemalloc
import uuid
import zipfile
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from openpyxl import Workbook
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow, WorkflowTask

from business.core.tests.factories import home
from business.guides.enums import ImportStatus
from business.guides.models import GuideFee, GuidePage
from business.guides.tests.factories import FeeFactory, GuideFactory
from business.inbox.tests.factories import UserFactory

from .workbooks import add_row, as_bytes, column_of, download, full_guide, messages_in, put, row_of, send_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def refused(file, user=None) -> list[tuple[str, int, str, str]]:
    """Send a file in and return what is wrong with it."""
    received = send_in(file, user)
    assert received.status == ImportStatus.REFUSED
    assert bytes(received.file) == b""
    assert received.error_count >= len(received.errors) > 0
    return messages_in(received)


def only(found: list[tuple[str, int, str, str]]) -> tuple[str, int, str, str]:
    assert len(found) == 1, found
    return found[0]


# --- Files that are none --------------------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def with_part(data: bytes, name: str, change) -> bytes:
    """Return the workbook with one of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == name else content)
    return stream.getvalue()


TYPES = {"[Content_Types].xml": b'<Types><Override ContentType="application/vnd.ms-word.document.main+xml"/></Types>'}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"guide;kronor\nservering;9500\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"PK\x03\x04 and nothing more",
        zipped(**TYPES),
        zipped(note=b"a zip file"),
    ],
    ids=["empty", "csv", "xls", "png", "cut off", "docx", "zip"],
)
def test_another_kind_of_file(data):
    sheet, row, column, message = only(refused(data))
    assert (sheet, row, column) == ("", 0, "")
    assert message


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_file_that_was_cut_off(guide, share):
    data = as_bytes(download())
    assert len(refused(data[: int(len(data) * share)])) == 1


def test_a_file_with_a_damaged_part(guide):
    data = bytearray(as_bytes(download()))
    place = data.find(b"xl/worksheets/sheet3.xml") + 400
    data[place : place + 40] = b"\0" * 40
    assert len(refused(bytes(data))) == 1


def test_a_bomb_is_refused_before_it_is_unpacked(guide):
    bomb = zipped(**{**TYPES, "xl__worksheets__sheet1.xml": b"0" * (61 * 1024 * 1024)})
    assert len(bomb) < 100_000
    tracemalloc.start()
    try:
        found = refused(bomb)
        assert tracemalloc.get_traced_memory()[1] < 5 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert len(found) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(guide, encoding):
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'.encode(encoding)
    assert refused(with_part(as_bytes(download()), "xl/worksheets/sheet2.xml", lambda content: entity))


def test_a_hundred_thousand_rows_are_refused_at_once_and_in_little_memory(guide):
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="str"><v>servering</v></c></row>' for number in range(100_000)
    )
    sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()
    data = with_part(as_bytes(download()), "xl/worksheets/sheet3.xml", lambda content: sheet)
    tracemalloc.start()
    started = time.monotonic()
    try:
        found = only(refused(data))
        assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < 10
    assert found[:2] == ("Avgifter", 0)


def test_a_file_without_a_sheet_of_facts(guide):
    book = Workbook()
    book.active.title = "Läs mig"
    assert "Download" in only(refused(book))[3] or "Hämta" in only(refused(book))[3]


def test_a_sheet_that_is_not_known(guide):
    book = download()
    book["Avgifter"].title = "Avgiftr"
    assert only(refused(book))[0] == "Avgiftr"


# --- Headings -------------------------------------------------------------------------------------------------------


def test_a_column_is_missing(guide):
    book = download()
    fees = book["Avgifter"]
    fees.delete_cols(column_of(fees, "kronor"))
    assert only(refused(book))[:3] == ("Avgifter", 1, "kronor")


def test_a_column_is_not_known(guide):
    book = download()
    book["Avgifter"].cell(1, 40).value = "eget"
    assert only(refused(book))[:3] == ("Avgifter", 1, "AN")


def test_a_column_is_there_twice(guide):
    book = download()
    book["Avgifter"].cell(1, 40).value = "kronor"
    assert {found[:2] for found in refused(book)} == {("Avgifter", 1)}


def test_something_stands_under_no_heading(guide):
    book = download()
    book["Avgifter"].cell(2, 40).value = "eget"
    assert only(refused(book))[:3] == ("Avgifter", 2, "AN")


def test_something_stands_far_to_the_right(guide):
    book = download()
    book["Avgifter"].cell(2, 16_000).value = "x"
    assert only(refused(book))[:2] == ("Avgifter", 0)


def test_merged_cells(guide):
    book = download()
    book["Avgifter"].merge_cells("D2:E2")
    assert only(refused(book))[:3] == ("Avgifter", 2, "D")


# --- Cells ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "heading", "value"),
    [
        ("Avgifter", "kronor", "=1+1"),
        ("Avgifter", "anmärkning", '=HYPERLINK("http://x.example")'),
        ("Avgifter", "titel", "=A1"),
        ("Avgifter", "kronor", "9 500 kr"),
        ("Avgifter", "kronor", -1),
        ("Avgifter", "kronor", 1.005),
        ("Avgifter", "kronor", 1e15),
        ("Avgifter", "kronor", True),
        ("Avgifter", "kronor", datetime.date(2026, 1, 1)),
        ("Avgifter", "gäller från", "i morgon"),
        ("Avgifter", "gäller från", datetime.datetime(2026, 1, 1, 12, 30)),  # noqa: DTZ001
        ("Avgifter", "avgift för", "x" * 141),
        ("Avgifter", "avgift för", datetime.date(2026, 1, 1)),
        ("Avgifter", "räknas ut", "fast"),
        ("Avgifter", "räknas ut", None),
        ("Avgifter", "lag", "lagen-som-inte-finns"),
        ("Avgifter", "taxa", "okand"),
        ("Avgifter", "från och med antal", 1.5),
        ("Avgifter", "från och med antal", 3_000_000_000),
        ("Avgifter", "anmärkning", "#REF!"),
        ("Avgifter", "anmärkning", "en _x0000_ till"),
        ("Avgifter", "guide", "finns-inte"),
        ("Avgifter", "guide", None),
        ("Avgifter", "nyckel", "abc"),
        ("Avgifter", "nyckel", str(uuid.uuid4())),
        ("Avgifter", "ta bort", "ja"),
        ("Tider", "antal", None),
        ("Tider", "antal", 40_000),
        ("Handlingar", "handling", None),
        ("Kanaler", "legitimation", "e_id, körkort"),
        ("Kanaler", "webbadress", "inte en adress"),
        ("Samband", "den andra guiden", "finns-inte"),
        ("Samband", "den andra guiden", "servering"),
        ("Guider", "område", "finns-inte"),
        ("Guider", "område", None),
        ("Guider", "ingen tid", "kanske"),
        ("Guider", "branscher", "finns-inte"),
        ("Guider", "version", None),
        ("Guider", "månader mellan kontroller", 0),
        ("Guider", "giltig minst", 5),
    ],
)
def test_a_cell_is_refused_by_its_place(guide, sheet, heading, value):
    book = download()
    number = row_of(book[sheet], "guide", "servering")
    cell = book[sheet].cell(number, column_of(book[sheet], heading))
    cell.value = value
    # Otherwise a number in a column of days would be read as a day.
    if isinstance(value, str) and value == "#REF!":
        cell.data_type = "e"
    found = refused(book)
    assert found[0][:3] == (sheet, number, heading), found


def test_every_error_is_told_up_to_two_hundred(guide):
    book = download()
    for _number in range(250):
        add_row(book, "Avgifter", guide="finns-inte")
    received = send_in(book)
    assert len(received.errors) == 200
    assert received.error_count >= 250


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_a_key_of_another_guide(guide):
    other = full_guide("annan")
    book = download()
    fees = book["Avgifter"]
    number = row_of(fees, "guide", "annan")
    put(book, "Avgifter", number, guide="servering")
    sheet, row, column, message = only(refused(book))
    assert (sheet, row, column) == ("Avgifter", number, "nyckel")
    assert other.title in message


def test_the_same_key_twice(guide):
    book = download()
    fees = book["Avgifter"]
    fees.append([cell.value for cell in fees[2]])
    assert only(refused(book))[:3] == ("Avgifter", 3, "nyckel")


def test_the_same_guide_twice(guide):
    book = download()
    guides = book["Guider"]
    guides.append([cell.value for cell in guides[2]])
    assert only(refused(book))[:3] == ("Guider", 4, "guide")


def test_taking_away_what_is_not_there(guide):
    book = download()
    number = add_row(book, "Avgifter", guide="servering", ta_bort="x")
    assert only(refused(book))[:3] == ("Avgifter", number, "ta bort")


def test_a_guide_that_is_not_published(guide):
    GuideFactory(slug="utkast", live=False)
    book = download()
    number = add_row(book, "Krav", guide="utkast", krav="Vandel", ska_uppfyllas="always")
    assert only(refused(book))[:3] == ("Krav", number, "guide")


def test_a_period_that_ends_before_it_starts(guide):
    book = download()
    put(book, "Avgifter", 2, gäller_till_och_med=datetime.date(2025, 1, 1))
    assert only(refused(book))[:3] == ("Avgifter", 2, "gäller till och med")


def test_two_amounts_for_one_day_name_each_other(guide):
    book = download()
    number = add_row(
        book,
        "Avgifter",
        guide="servering",
        avgift_för="ansökan",
        räknas_ut="fixed",
        ska_betalas="always",
        kronor=9900,
        gäller_från=datetime.date(2026, 7, 1),
    )
    sheet, row, column, message = only(refused(book))
    assert (sheet, row, column) == ("Avgifter", number, "gäller från")
    assert "Ansökan" in message
    assert "31 december 2026" in message
    assert "2." in message


def test_an_overlap_with_a_row_that_is_not_in_the_file(guide):
    FeeFactory(page=guide, label="Ansökan", sort_order=1, valid_from=datetime.date(2027, 1, 1))
    book = download()
    book["Avgifter"].delete_rows(3)
    put(book, "Avgifter", 2, gäller_till_och_med=datetime.date(2027, 6, 30))
    assert only(refused(book))[:3] == ("Avgifter", 2, "gäller från")


def test_what_a_published_guide_must_tell(guide):
    book = download()
    number = row_of(book["Guider"], "guide", "servering")
    put(book, "Guider", number, beslutar=None)
    put(book, "Avgifter", 2, kronor=None)
    put(book, "Tider", 2, ta_bort="x")
    put(book, "Steg", 2, vem_gör_det="other")
    assert {found[:3] for found in refused(book)} == {
        ("Guider", number, "beslutar"),
        ("Guider", number, ""),
        ("Avgifter", 2, "kronor"),
        ("Steg", 2, "vem, om någon annan"),
    }


def test_an_amount_for_a_fee_in_hours(guide):
    book = download()
    put(book, "Avgifter", 2, räknas_ut="hours", timmar=2)
    assert only(refused(book))[:3] == ("Avgifter", 2, "kronor")


def test_no_time_although_there_are_times(guide):
    book = download()
    number = row_of(book["Guider"], "guide", "servering")
    put(book, "Guider", number, ingen_tid="ja")
    assert only(refused(book))[:3] == ("Guider", number, "ingen tid")


# --- Guides that have moved on --------------------------------------------------------------------------------------


def test_a_guide_that_was_changed_after_the_download(guide):
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    changed = GuidePage.objects.get(pk=guide.pk)
    changed.bound_to = "lokalen"
    changed.save_revision().publish()
    found = refused(book)
    assert {error[0] for error in found} == {"Guider"}
    assert "Guiden servering" in found[0][3]
    assert guide.fees.get().amount == Decimal("9500.50")


def test_a_guide_with_a_draft(guide):
    changed = GuidePage.objects.get(pk=guide.pk)
    changed.bound_to = "lokalen"
    changed.save_revision()
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    assert "Guiden servering" in only(refused(book))[3]


def test_a_draft_that_the_file_does_not_touch_is_no_matter(guide):
    other = full_guide("annan")
    changed = GuidePage.objects.get(pk=other.pk)
    changed.bound_to = "lokalen"
    changed.save_revision()
    book = download()
    put(book, "Avgifter", row_of(book["Avgifter"], "guide", "servering"), kronor=9900)
    assert send_in(book).status == ImportStatus.READY


def test_a_locked_guide(guide):
    Page.objects.filter(pk=guide.pk).update(locked=True)
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    assert "Guiden servering" in only(refused(book))[3]


def test_a_guide_that_waits_for_review(guide):
    workflow = Workflow.objects.create(name="Granskning")
    task = GroupApprovalTask.objects.create(name="Läs igenom")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    workflow.start(GuidePage.objects.get(pk=guide.pk), UserFactory(administrator=True))
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    assert "Guiden servering" in only(refused(book))[3]


def test_a_change_without_the_guides_own_row(guide):
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    del book["Guider"]
    assert only(refused(book))[0] == "Guider"


def test_a_guide_that_the_user_may_not_publish(guide):
    """Somebody who may publish elsewhere may not change facts here through the back door."""
    group = Group.objects.create(name="Nyhetsredaktörer")
    GroupPagePermission.objects.create(
        group=group,
        page=home("en").page_ptr,
        permission=Permission.objects.get(content_type__app_label="wagtailcore", codename="publish_page"),
    )
    user = UserFactory()
    user.groups.add(group)
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    assert "Guiden servering" in only(refused(book, user))[3]
    assert GuideFee.objects.get(page=guide).amount == Decimal("9500.50")
