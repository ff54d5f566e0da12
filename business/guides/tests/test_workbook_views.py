"""The pages around the spreadsheet: who gets them, what they show, how far the work is."""

from __future__ import annotations

import datetime
import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook

from business.core.models import WorkerSign
from business.core.tests.admin import sign_in
from business.guides.enums import ExportStatus, ImportStatus, WorkStage
from business.guides.models import FactExport, FactImport
from business.guides.permissions import can_keep_facts
from business.guides.workbook import running
from business.guides.workbook.progress import Progress
from business.inbox.tests.factories import UserFactory

from .workbooks import add_row, apply, as_bytes, download, put, send_in

pytestmark = pytest.mark.django_db
INDEX = "guide_workbook:index"


def page(name: str, *args: int) -> str:
    return reverse(f"guide_workbook:{name}", args=args)


@pytest.fixture
def user(client):
    return sign_in(client, editor=True)


@pytest.fixture
def received(guide, user) -> FactImport:
    """A file that changes a fee and adds a requirement."""
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    add_row(book, "Krav", guide="servering", krav="Vandel <b>", ska_uppfyllas="always")
    return send_in(book, user)


def upload(client: Client, data: bytes, name: str = "fakta.xlsx"):
    return client.post(page("index"), {"file": SimpleUploadedFile(name, data)})


# --- Who ------------------------------------------------------------------------------------------------------------


def addresses(received: int, export: int) -> list[str]:
    return [
        page("index"),
        page("ask_for_export"),
        page("export", export),
        page("export_progress", export),
        *(page(name, received) for name in ("import", "progress", "apply", "discard")),
    ]


def test_every_address_is_tested_here():
    pattern = next(p for p in get_resolver("config.urls").url_patterns if str(p.pattern) == "admin/")
    own = next(p for p in pattern.url_patterns if str(p.pattern) == "guide_workbook/")
    assert len(own.url_patterns) == len(addresses(1, 1))


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("role", ["coordinator", "nobody"])
def test_whoever_may_not_publish_gets_the_same_no_whether_it_exists_or_not(client, guide, role, exists):
    received = send_in(download())
    export = running.ask_for_export(UserFactory(administrator=True), timezone.now())
    shift = 0 if exists else 1000
    if role == "coordinator":
        sign_in(client, coordinator=True)
    else:
        sign_in(client).user_permissions.add(Permission.objects.get(codename="access_admin"))
    for address in addresses(received.pk + shift, export.pk + shift):
        for answer in (client.get(address), client.post(address)):
            assert (answer.status_code, answer["Location"]) == (302, "/admin/"), address
    received.refresh_from_db()
    assert received.status == ImportStatus.READY
    assert page("index") not in client.get("/admin/").content.decode()


def test_whoever_is_not_signed_in_is_led_to_the_sign_in():
    for address in addresses(1, 1):
        assert Client().get(address)["Location"].startswith("/admin/login/")


def test_whoever_publishes_finds_it_among_the_reports(client, user):
    assert page("index") in client.get("/admin/").content.decode()
    assert can_keep_facts(user)
    assert not can_keep_facts(UserFactory(administrator=True, is_active=False))


# --- Out ------------------------------------------------------------------------------------------------------------


def test_a_file_is_made_in_the_background_and_downloaded(client, user, guide, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page("ask_for_export"), follow=True)
    assert DBTaskResult.objects.count() == 1
    export = FactExport.objects.get()
    assert export.status == ExportStatus.MAKING
    html = answer.content.decode()
    assert page("export_progress", export.pk) in html
    assert "<progress" in html
    assert client.get(page("export", export.pk)).status_code == 404
    running.make_export(export.pk)
    assert page("export", export.pk) in client.get(page("index")).content.decode()
    answer = client.get(page("export", export.pk))
    assert ".xlsx" in answer["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.getvalue()))
    assert book["Avgifter"].cell(2, 1).value == "servering"


def test_a_file_asked_for_twice_is_made_once(client, user):
    client.post(page("ask_for_export"))
    client.post(page("ask_for_export"))
    assert FactExport.objects.count() == 1


def test_somebody_elses_download_is_theirs(client, user, guide):
    export = running.ask_for_export(UserFactory(editor=True), timezone.now())
    running.make_export(export.pk)
    assert client.get(page("export", export.pk)).status_code == 404
    assert client.get(page("export_progress", export.pk)).status_code == 404


def test_an_old_download_is_forgotten(user):
    old = running.ask_for_export(user, timezone.now() - datetime.timedelta(days=2))
    running.ask_for_export(user, timezone.now())
    assert not FactExport.objects.filter(pk=old.pk).exists()


def test_a_download_that_could_not_be_made_says_so(client, user, monkeypatch):
    export = running.ask_for_export(user, timezone.now())
    monkeypatch.setattr(running, "write", lambda *args: 1 / 0)
    running.make_export(export.pk)
    export.refresh_from_db()
    assert export.status == ExportStatus.FAILED
    assert 'role="alert"' in client.get(page("index")).content.decode()


# --- In -------------------------------------------------------------------------------------------------------------


def test_a_file_is_sent_in_checked_shown_and_applied(client, user, guide, django_capture_on_commit_callbacks):
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client, as_bytes(book))
    received = FactImport.objects.get()
    assert answer["Location"] == page("import", received.pk)
    assert "<progress" in client.get(answer["Location"]).content.decode()
    running.check(received.pk)
    html = client.get(answer["Location"]).content.decode()
    assert "<del>9500.50</del>" in html
    assert "<ins>9900.00</ins>" in html
    assert reverse("wagtailadmin_pages:edit", args=[guide.pk]) in html
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("apply", received.pk))
    assert DBTaskResult.objects.count() == 2
    running.carry_out(received.pk)
    assert guide.fees.get().amount == 9900
    html = client.get(answer["Location"]).content.decode()
    assert "<ins>9900.00</ins>" in html
    assert page("apply", received.pk) not in html


def test_what_was_typed_in_a_cell_is_shown_as_text(client, received):
    assert "Vandel &lt;b&gt;" in client.get(page("import", received.pk)).content.decode()


def test_errors_are_shown_with_sheet_row_and_column(client, user, guide):
    book = download()
    put(book, "Avgifter", 2, kronor="gratis")
    received = send_in(book, user)
    html = client.get(page("import", received.pk)).content.decode()
    row = html.split("<tbody>")[1].split("</tbody>")[0]
    for text in ("Avgifter", "<td>2</td>", "F kronor"):
        assert text in row
    assert page("apply", received.pk) not in html


@pytest.mark.parametrize("data", [b"", b"0" * (10 * 1024 * 1024 + 1)], ids=["empty", "too large"])
def test_a_file_that_is_empty_or_too_large_is_not_taken_in(client, user, data):
    answer = upload(client, data)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not FactImport.objects.exists()


def test_a_file_without_changes_cannot_be_applied(client, user, guide):
    received = send_in(download(), user)
    assert page("apply", received.pk) not in client.get(page("import", received.pk)).content.decode()
    client.post(page("apply", received.pk))
    received.refresh_from_db()
    assert received.status == ImportStatus.READY


def test_a_file_is_put_aside(client, received, guide):
    client.post(page("discard", received.pk))
    received.refresh_from_db()
    assert received.status == ImportStatus.DISCARDED
    client.post(page("apply", received.pk))
    received.refresh_from_db()
    assert received.status == ImportStatus.DISCARDED
    assert guide.fees.get().amount != 9900


def test_what_was_applied_cannot_be_put_aside(client, received):
    apply(received)
    client.post(page("discard", received.pk))
    received.refresh_from_db()
    assert received.status == ImportStatus.APPLIED


def test_acts_ask_to_be_sent(client, received):
    for name in ("apply", "discard"):
        assert client.get(page(name, received.pk))["Location"] == page("import", received.pk)
    received.refresh_from_db()
    assert received.status == ImportStatus.READY


def test_no_more_changes_are_shown_than_somebody_reads(client, user, guide):
    book = download()
    for number in range(510):
        add_row(book, "Krav", guide="servering", krav=f"Krav nummer {number}", ska_uppfyllas="always")
    received = send_in(book, user)
    assert received.change_count == 510
    html = client.get(page("import", received.pk)).content.decode()
    assert "Krav nummer 499" in html
    assert "Krav nummer 500" not in html
    assert client.get(page("import", received.pk)).context["more_changes"] == 10


def test_the_list_asks_no_more_for_more_files(client, received, count_queries):
    def measure() -> int:
        client.get(page("index"))
        with count_queries() as queries:
            client.get(page("index"))
        return len(queries)

    before = measure()
    for _number in range(3):
        FactImport.objects.create(
            file_name="fler.xlsx", uploaded_by=UserFactory(editor=True), uploaded_at=timezone.now()
        )
    assert measure() == before


# --- How far --------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_work(user) -> FactImport:
    return FactImport.objects.create(file_name="fakta.xlsx", uploaded_by=user, uploaded_at=timezone.now())


def test_progress_is_told_in_numbers_and_words(client, at_work):
    WorkerSign.objects.create(pk=1, seen_at=timezone.now())
    progress = Progress(at_work)
    progress.begin(WorkStage.COMPARING)
    progress(1000, 1000)
    told = client.get(page("progress", at_work.pk)).json()
    assert (told["at_work"], told["done"], told["total"], told["waits"]) == (True, 1000, 1000, "")
    assert told["text"].replace("\xa0", " ").startswith("1 000 ")


def test_progress_is_told_while_a_transaction_is_open(client, at_work):
    progress = Progress(at_work)
    progress.in_transaction = True
    progress.begin(WorkStage.STORING, 1000)
    progress(1000, 1000)
    at_work.refresh_from_db()
    assert at_work.done == 0
    assert client.get(page("progress", at_work.pk)).json()["done"] == 1000


def test_progress_is_told_by_the_row_where_the_cache_is_not_shared(client, at_work, clear_caches):
    Progress(at_work).begin(WorkStage.COMPARING, 40)
    clear_caches()
    assert client.get(page("progress", at_work.pk)).json()["total"] == 40


@pytest.mark.parametrize("seen", [None, datetime.timedelta(hours=3)])
def test_without_a_worker_the_page_says_that_it_waits(client, at_work, seen):
    if seen:
        WorkerSign.objects.create(pk=1, seen_at=timezone.now() - seen)
    told = client.get(page("progress", at_work.pk)).json()
    assert told["waits"]
    assert told["waits"] in client.get(page("import", at_work.pk)).content.decode()


def test_long_work_is_a_sign_of_life(at_work, monkeypatch):
    progress = Progress(at_work)
    progress.alive_at -= 20
    progress.begin(WorkStage.READING)
    assert WorkerSign.objects.exists()


def test_the_work_ends_and_the_page_stops_asking(client, received):
    assert client.get(page("progress", received.pk)).json()["at_work"] is False
    assert "data-workbook-progress" not in client.get(page("import", received.pk)).content.decode()


def test_the_page_asks_on_until_the_search_knows(client, received):
    apply(received)
    assert client.get(page("progress", received.pk)).json()["at_work"] is False
    Progress(received).begin(WorkStage.INDEXING, 40)
    assert client.get(page("progress", received.pk)).json()["at_work"] is True
    assert "data-workbook-progress" in client.get(page("import", received.pk)).content.decode()


def test_a_failure_on_our_side_is_said(client, user, monkeypatch):
    monkeypatch.setattr(running, "read", lambda *args: 1 / 0)
    received = send_in(b"PK", user)
    assert received.status == ImportStatus.FAILED
    assert received.errors[0]["message"] in client.get(page("import", received.pk)).content.decode()
