"""All guides' facts out into a spreadsheet and in again: what is written, what changes, what is stored."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import Page, PageLogEntry, ReferenceIndex
from wagtail.search.backends import get_search_backend

from business.core.tests.factories import translate
from business.guides.enums import GuideKind, ImportStatus, Need
from business.guides.models import FactImport, GuideFee, GuidePage, Tariff
from business.guides.tests.factories import (
    EvidenceTypeFactory,
    FeeFactory,
    GuideFactory,
    LawFactory,
    TradeFactory,
)
from business.guides.workbook import applying, running
from business.guides.workbook.sheets import SHEETS
from business.guides.workbook.writing import write
from business.inbox.tests.factories import UserFactory

from .workbooks import ON, add_row, apply, as_bytes, column_of, download, full_guide, put, row_of, send_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(administrator=True)


def changes_of(received: FactImport) -> list[tuple[str, str, list[list[str]]]]:
    assert received.errors == []
    assert received.status == ImportStatus.READY
    return [(change["sheet"], change["action"], change["fields"]) for change in received.changes]


# --- Out ------------------------------------------------------------------------------------------------------------


def test_every_kind_of_fact_has_a_sheet_with_what_the_guide_says(guide):
    book = download()
    assert book.sheetnames == ["Läs mig", *(sheet.name for sheet in SHEETS), "Register"]
    fees = book["Avgifter"]
    values = {cell.value: fees.cell(2, cell.column).value for cell in fees[1]}
    fee = guide.fees.get()
    assert values["guide"] == "servering"
    assert values["titel"] == "Guiden servering"
    assert values["nyckel"] == str(fee.translation_key)
    assert values["avgift för"] == "Ansökan"
    assert values["räknas ut"] == "fixed"
    assert values["kronor"] == 9500.5
    assert values["ska betalas"] == "always"
    assert values["gäller från"] == datetime.datetime(2026, 1, 1)  # noqa: DTZ001
    assert values["taxa"] == fee.tariff.slug
    assert values["lag"] == fee.law.slug
    assert values["ta bort"] is None
    guides = book["Guider"]
    number = row_of(guides, "guide", "servering")
    assert guides.cell(number, column_of(guides, "version")).value == guide.latest_revision_id
    assert guides.cell(number, column_of(guides, "branscher")).value == guide.trades.get().trade.slug
    assert {sheet.name: book[sheet.name].max_row for sheet in SHEETS} == {
        "Guider": 3,
        **dict.fromkeys([sheet.name for sheet in SHEETS[1:]], 2),
    }


def test_the_first_row_is_fixed_bold_and_filtered_and_codes_are_chosen_from_lists(guide):
    book = download()
    for sheet in SHEETS:
        worksheet = book[sheet.name]
        assert worksheet.freeze_panes == "C2"
        assert worksheet.auto_filter.ref.startswith("A1:")
        assert all(cell.font.bold for cell in worksheet[1])
    lists = {
        next(iter(rule.sqref.ranges)).min_col: rule.formula1
        for rule in book["Avgifter"].data_validations.dataValidation
    }
    assert lists[column_of(book["Avgifter"], "räknas ut")] == '"fixed,hours,per_unit,free"'
    assert "Register" in lists[column_of(book["Avgifter"], "lag")]


def test_the_words_of_codes_are_swedish_whoever_downloads(guide):
    rows = [tuple(cell.value for cell in row) for row in download()["Läs mig"].iter_rows()]
    assert ("Avgifter", "räknas ut", "fixed", "fast belopp") in rows


def test_drafts_and_translations_are_left_out(guide):
    translate(guide, title="Serving")
    GuideFactory(title="Utkast", slug="utkast", live=False)
    assert {cell.value for cell in download()["Guider"]["A"]} == {"guide", "servering", "servering-forst"}


@pytest.mark.parametrize("text", ["=1+1", "+46 152", "-5 %", "@SUM(A1)", "#N/A", "=cmd|'/c calc'!A1"])
def test_text_is_never_a_formula(guide, text):
    fee = guide.fees.get()
    GuideFee.objects.filter(pk=fee.pk).update(note=text)
    stream = io.BytesIO()
    write(stream, ON)
    cell = load_workbook(stream)["Avgifter"].cell(2, column_of(download()["Avgifter"], "anmärkning"))
    assert (cell.value, cell.data_type) == (text, "s")
    assert changes_of(send_in(stream.getvalue())) == []


def test_more_guides_cost_no_more_queries(guide, count_queries):
    def measure() -> int:
        with count_queries() as queries:
            write(io.BytesIO(), ON)
        return len(queries)

    before = measure()
    for number in range(4):
        full_guide(f"guide-{number}")
    assert measure() == before
    assert before <= 30


# --- In: what is found ----------------------------------------------------------------------------------------------


def test_a_file_that_nobody_touched_changes_nothing(guide):
    full_guide("annan")
    assert changes_of(send_in(download())) == []


def test_a_file_written_by_another_program_reads_the_same(guide):
    # Saved once more the texts stand in a table of their own, as Excel writes them.
    assert changes_of(send_in(as_bytes(load_workbook(io.BytesIO(as_bytes(download())))))) == []


def test_texts_with_odd_spaces_and_line_breaks_change_nothing(guide):
    GuideFee.objects.filter(page=guide).update(note=" Två\r\nrader \x0b", label="Ansökan  ")
    assert changes_of(send_in(download())) == []


@pytest.mark.parametrize(
    ("sheet", "values", "fields"),
    [
        ("Guider", {"dagar_att_överklaga": 21}, [["dagar att överklaga", "", "21"]]),
        ("Guider", {"gäller_för": "lokalen"}, [["gäller för", "", "lokalen"]]),
        ("Guider", {"giltighet": "one_occasion"}, [["giltighet", "limited", "one_occasion"]]),
        ("Avgifter", {"kronor": 9900}, [["kronor", "9500.50", "9900.00"]]),
        ("Avgifter", {"kronor": 0.1}, [["kronor", "9500.50", "0.10"]]),
        ("Avgifter", {"gäller_till_och_med": None}, [["gäller till och med", "2026-12-31", ""]]),
        (
            "Avgifter",
            {"gäller_från": datetime.date(2026, 2, 1)},
            [["gäller från", "2026-01-01", "2026-02-01"]],
        ),
        ("Avgifter", {"taxa": None}, [["taxa", "taxan", ""]]),
        ("Tider", {"antal": 9, "enhet": "days"}, [["antal", "8", "9"], ["enhet", "weeks", "days"]]),
        ("Krav", {"krav": "Kassaregister"}, [["krav", "Kunskapsprov", "Kassaregister"]]),
        ("Handlingar", {"behövs": "if_applicable"}, [["behövs", "always", "if_applicable"]]),
        ("Lagar", {"kapitel_och_paragraf": "9 kap."}, [["kapitel och paragraf", "8 kap.", "9 kap."]]),
        (
            "Kanaler",
            {"legitimation": "signature, id_document"},
            [["legitimation", "e_id, signature", "id_document, signature"]],
        ),
        ("Steg", {"dagar": 5}, [["dagar", "", "5"]]),
        ("Samband", {"guiden": "blocks"}, [["guiden", "needs", "blocks"]]),
    ],
)
def test_a_change_is_found(guide, sheet, values, fields):
    Tariff.objects.update(slug="taxan")
    book = download()
    put(book, sheet, row_of(book[sheet], "guide", "servering"), **values)
    assert changes_of(send_in(book)) == [(sheet, "changed", fields)]


def test_columns_may_stand_in_another_order(guide):
    book = download()
    fees = book["Avgifter"]
    for row in fees.iter_rows(min_row=1):
        values = [(cell.value, cell.number_format) for cell in row]
        for cell, (value, number_format) in zip(row, reversed(values), strict=True):
            cell.value, cell.number_format = value, number_format
    put(book, "Avgifter", 2, kronor=9900)
    assert changes_of(send_in(book)) == [("Avgifter", "changed", [["kronor", "9500.50", "9900.00"]])]


def test_what_is_missing_from_the_file_is_left_alone(guide):
    book = download()
    del book["Avgifter"]
    book["Tider"].delete_rows(2)
    assert changes_of(send_in(book)) == []


def test_a_day_may_be_typed_as_text_and_a_label_as_a_number(guide):
    book = download()
    put(book, "Avgifter", 2, gäller_från="2026-03-01", avgift_för=2026)
    assert changes_of(send_in(book)) == [
        ("Avgifter", "changed", [["avgift för", "Ansökan", "2026"], ["gäller från", "2026-01-01", "2026-03-01"]])
    ]


# --- In: what is stored ---------------------------------------------------------------------------------------------


def test_a_changed_fee_is_published_with_its_history(guide, user):
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    received = send_in(book, user)
    assert guide.fees.get().amount == Decimal("9500.50")
    applied = apply(received)
    assert applied.status == ImportStatus.APPLIED
    assert applied.applied_by == user
    page = GuidePage.objects.get(pk=guide.pk)
    assert page.fees.get().amount == Decimal("9900.00")
    assert page.fees.get().translation_key == guide.fees.get().translation_key
    assert page.latest_revision_id == page.live_revision_id != guide.latest_revision_id
    assert page.get_latest_revision_as_object().fees.get().amount == Decimal("9900.00")
    assert not page.has_unpublished_changes
    entry = PageLogEntry.objects.filter(page=page.pk).first()
    assert (entry.action, entry.user, entry.revision_id) == ("wagtail.publish", user, page.live_revision_id)


def test_a_changed_fact_counts_as_checked_today(guide):
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    put(book, "Krav", 2, krav="Kassaregister")
    apply(send_in(book))
    fee, requirement = guide.fees.get(), guide.requirements.get()
    assert fee.checked_on == timezone.localdate()
    assert fee.next_check_on > fee.checked_on
    # Other words for the same fact are no check of it.
    assert requirement.title == "Kassaregister"
    assert requirement.checked_on is None


def test_a_fee_that_only_some_pay_says_so_in_the_file(guide):
    book = download()
    put(book, "Avgifter", 2, ska_betalas="if_applicable")
    received = send_in(book)
    assert changes_of(received) == [("Avgifter", "changed", [["ska betalas", "always", "if_applicable"]])]
    apply(received)
    fee = guide.fees.get()
    assert (fee.need, fee.checked_on) == (Need.IF_APPLICABLE, timezone.localdate())
    assert not GuidePage.objects.get(pk=guide.pk).facts(ON).main_fee.always


def test_the_text_is_dated_only_when_a_reader_reads_something_else(guide):
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    apply(send_in(book))
    page = GuidePage.objects.get(pk=guide.pk)
    assert page.text_changed_at == guide.text_changed_at
    book = download()
    put(book, "Avgifter", 2, anmärkning="Betalas i förskott.")
    apply(send_in(book))
    assert GuidePage.objects.get(pk=guide.pk).text_changed_at > page.text_changed_at


def test_a_new_amount_stands_after_the_old_one_and_before_other_fees(guide):
    FeeFactory(page=guide, label="Tillsyn", sort_order=5)
    book = download()
    add_row(
        book,
        "Avgifter",
        guide="servering",
        avgift_för="Ansökan",
        räknas_ut="fixed",
        ska_betalas="always",
        kronor=10100,
        gäller_från=datetime.date(2027, 1, 1),
    )
    received = send_in(book)
    assert [(sheet, action) for sheet, action, _fields in changes_of(received)] == [("Avgifter", "added")]
    apply(received)
    page = GuidePage.objects.get(pk=guide.pk)
    assert [(fee.label, fee.amount) for fee in page.fees.all()] == [
        ("Ansökan", Decimal("9500.50")),
        ("Ansökan", Decimal("10100.00")),
        ("Tillsyn", Decimal("9500.00")),
    ]
    new = page.fees.all()[1]
    assert (new.locale_id, new.checked_on) == (page.locale_id, timezone.localdate())


@pytest.mark.parametrize(
    ("sheet", "relation", "values"),
    [
        (
            "Tider",
            "time_rules",
            {"vad_det_är": "legal_limit", "antal": 4, "enhet": "months", "räknas_från": "complete"},
        ),
        ("Krav", "requirements", {"krav": "Vandel", "ska_uppfyllas": "always"}),
        ("Handlingar", "evidence", {"handling": "hyresavtal", "behövs": "always"}),
        ("Lagar", "laws", {"lag": "alkohollagen", "kapitel_och_paragraf": "3 kap."}),
        ("Kanaler", "channels", {"hur": "email", "e-post": "bygg@kommun.example", "legitimation": "e_id"}),
        (
            "Steg",
            "steps",
            {"steg": "Vänta", "vem_tar_det": "required", "väntar_på": "previous", "vem_gör_det": "authority"},
        ),
        ("Samband", "dependencies", {"guiden": "blocks", "den_andra_guiden": "annan"}),
    ],
)
def test_a_new_row_of_each_kind_is_stored(guide, sheet, relation, values):
    LawFactory(slug="alkohollagen")
    EvidenceTypeFactory(slug="hyresavtal")
    GuideFactory(slug="annan", kind=GuideKind.INFORMATION)
    book = download()
    add_row(book, sheet, guide="servering", **values)
    apply(send_in(book))
    page = GuidePage.objects.get(pk=guide.pk)
    assert getattr(page, relation).count() == 2
    assert len(page.latest_revision.content[relation]) == 2


def test_a_row_is_taken_away(guide):
    book = download()
    put(book, "Kanaler", 2, ta_bort="x")
    received = send_in(book)
    assert changes_of(received) == [("Kanaler", "removed", [])]
    apply(received)
    assert not GuidePage.objects.get(pk=guide.pk).channels.exists()


def test_trades_follow_the_list_and_those_that_stay_keep_their_identity(guide):
    stays = guide.trades.get()
    TradeFactory(slug="kafe")
    TradeFactory(slug="hotell")
    book = download()
    number = row_of(book["Guider"], "guide", "servering")
    put(book, "Guider", number, branscher=f"kafe, {stays.trade.slug}")
    apply(send_in(book))
    page = GuidePage.objects.get(pk=guide.pk)
    assert [row.trade.slug for row in page.trades.all()] == ["kafe", stays.trade.slug]
    assert page.trades.all()[1].pk == stays.pk
    book = download()
    put(book, "Guider", number, branscher="hotell")
    apply(send_in(book))
    assert [row.trade.slug for row in GuidePage.objects.get(pk=guide.pk).trades.all()] == ["hotell"]


def test_what_is_not_in_the_file_stays_as_it_was(guide):
    before = GuidePage.objects.get(pk=guide.pk)
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    apply(send_in(book))
    after = GuidePage.objects.get(pk=guide.pk)
    assert (after.title, after.summary, after.needed_when, after.path) == (
        before.title,
        before.summary,
        before.needed_when,
        before.path,
    )
    for relation in ("questions", "steps", "related_guides", "evidence"):
        assert list(getattr(after, relation).values()) == list(getattr(before, relation).values())


def test_other_languages_show_the_new_fact_and_keep_their_text(guide):
    english = translate(guide, title="Serving")
    row = english.fees.get()
    row.label = "Application"
    row.save()
    book = download()
    put(book, "Avgifter", 2, kronor=9900)
    apply(send_in(book))
    [fee] = GuidePage.objects.get(pk=english.pk).facts(ON).fees
    assert (fee.label, fee.amount) == ("Application", Decimal("9900.00"))


def test_what_is_stored_is_what_publishing_in_the_editor_stores(guide, user):
    """The file's own way of storing must not drift from Wagtail's."""
    other = full_guide("annan")
    other.appeal_days = 21
    fee = other.fees.get()
    fee.amount = Decimal(9900)
    fee.note_check(timezone.localdate(), None, other.check_every)
    other.fees = [fee]
    other.save_revision(user=user).publish(user=user)
    book = download()
    put(book, "Avgifter", row_of(book["Avgifter"], "guide", "servering"), kronor=9900)
    put(book, "Guider", row_of(book["Guider"], "guide", "servering"), dagar_att_överklaga=21)
    apply(send_in(book, user))

    own = {"latest_revision", "live_revision", "id", "pk", "page_ptr", "path", "slug", "title", "translation_key"}
    own |= {"url_path", "draft_title", "area", "decider", "contact_unit", "sort_key", "text_digest", "numchild"}
    moments = {
        "first_published_at",
        "last_published_at",
        "latest_revision_created_at",
        "text_changed_at",
    }

    def state(page: GuidePage) -> dict[str, object]:
        page = GuidePage.objects.get(pk=page.pk)
        values = {
            field.name: field.value_from_object(page) is not None
            if field.name in moments
            else field.value_from_object(page)
            for field in page._meta.concrete_fields
            if field.name not in own
        }
        revision = page.latest_revision
        kept = {name: value for name, value in revision.content.items() if not isinstance(value, list)}
        values["draft"] = {
            name: value
            for name, value in kept.items()
            if name not in own | moments | {"has_unpublished_changes", "latest_revision_created_at"}
        }
        values["rows"] = {name: len(value) for name, value in revision.content.items() if isinstance(value, list)}
        values["revision"] = (
            revision.content_type_id,
            revision.base_content_type_id,
            revision.user_id,
            revision.approved_go_live_at,
            revision.is_latest_revision(),
            revision.object_str == str(page),
        )
        entry = PageLogEntry.objects.filter(page=page.pk).first()
        values["entry"] = (
            entry.content_type_id,
            entry.action,
            entry.user_id,
            entry.content_changed,
            entry.revision_id == page.live_revision_id,
            entry.data,
            entry.label == page.get_admin_display_title(),
        )
        return values

    assert state(guide) == state(other)


def test_search_and_references_know_of_the_change(guide):
    law = LawFactory(slug="ny-lag")
    book = download()
    put(book, "Lagar", 2, lag="ny-lag")
    put(book, "Krav", 2, krav="Serveringsansvarig")
    apply(send_in(book))
    assert ReferenceIndex.get_references_to(law).filter(object_id=str(guide.pk)).exists()
    found = get_search_backend().search("Serveringsansvarig", GuidePage.objects.all())
    assert [page.pk for page in found] == [guide.pk]


def test_a_guide_without_any_version_is_exported_and_changed():
    """Content that was loaded in bulk has no history yet."""
    page = GuideFactory(complete=1, slug="utan-historik")
    assert page.latest_revision_id is None
    book = download()
    put(book, "Avgifter", row_of(book["Avgifter"], "guide", "utan-historik"), kronor=1)
    apply(send_in(book))
    page = GuidePage.objects.get(pk=page.pk)
    assert page.fees.first().amount == 1
    assert page.latest_revision_id


# --- Nothing by halves ----------------------------------------------------------------------------------------------


def test_nothing_is_stored_when_one_guide_moved_on_after_the_changes_were_shown(guide):
    other = full_guide("annan")
    book = download()
    for slug in ("annan", "servering"):
        put(book, "Avgifter", row_of(book["Avgifter"], "guide", slug), kronor=1)
    received = send_in(book)
    assert len(changes_of(received)) == 2
    changed = GuidePage.objects.get(pk=guide.pk)
    changed.bound_to = "lokalen"
    changed.save_revision().publish()
    applied = apply(received)
    assert applied.status == ImportStatus.FAILED
    assert "Guiden servering" in applied.errors[0]["message"]
    assert {fee.amount for fee in GuideFee.objects.filter(page__in=[guide.pk, other.pk])} == {Decimal("9500.50")}


def test_nothing_is_stored_when_a_row_changed_past_the_history(guide):
    book = download()
    put(book, "Avgifter", 2, kronor=1)
    received = send_in(book)
    GuideFee.objects.filter(page=guide).update(amount=2)
    assert apply(received).status == ImportStatus.FAILED
    assert guide.fees.get().amount == 2


def test_nothing_is_stored_when_storing_fails_in_the_middle(guide, monkeypatch):
    other = full_guide("annan")
    book = download()
    for slug in ("annan", "servering"):
        put(book, "Avgifter", row_of(book["Avgifter"], "guide", slug), kronor=1)
    received = send_in(book)
    stored = []
    original = GuideFee.save

    def fail_at_the_second(self, *args, **kwargs):
        if stored:
            raise OSError("disk full")
        stored.append(self)
        original(self, *args, **kwargs)

    monkeypatch.setattr(GuideFee, "save", fail_at_the_second)
    before = list(Page.objects.filter(pk__in=[guide.pk, other.pk]).values_list("pk", "latest_revision"))
    applied = apply(received)
    assert applied.status == ImportStatus.FAILED
    assert {fee.amount for fee in GuideFee.objects.filter(page__in=[guide.pk, other.pk])} == {Decimal("9500.50")}
    assert list(Page.objects.filter(pk__in=[guide.pk, other.pk]).values_list("pk", "latest_revision")) == before


def test_an_import_that_was_stopped_stores_nothing(guide, monkeypatch):
    book = download()
    put(book, "Avgifter", 2, kronor=1)
    received = send_in(book)
    assert running.apply_import(received.pk, received.uploaded_by)
    publish = applying._publish

    def stopped_meanwhile(*args):
        publish(*args)
        running.discard(received.pk)

    monkeypatch.setattr(applying, "_publish", stopped_meanwhile)
    running.carry_out(received.pk)
    received.refresh_from_db()
    assert received.status != ImportStatus.APPLIED
    assert guide.fees.get().amount == Decimal("9500.50")


def test_of_two_who_apply_one_does(guide, user):
    book = download()
    put(book, "Avgifter", 2, kronor=1)
    received = send_in(book, user)
    assert running.apply_import(received.pk, user)
    assert not running.apply_import(received.pk, user)
    running.carry_out(received.pk)
    running.carry_out(received.pk)
    assert guide.fees.get().amount == 1
    assert GuidePage.objects.get(pk=guide.pk).revisions.count() == 2
