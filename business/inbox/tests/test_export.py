"""The listing as a file."""

import csv
import io
import logging

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone, translation

from business.inbox.clock import spoken_time
from business.inbox.enums import CaseStatus

from .conftest import signed_in
from .factories import CaseFactory, UserFactory

pytestmark = pytest.mark.django_db
EXPORT = "/admin/inbox/export/"


def lines(browser, **query):
    answer = browser.get(EXPORT, query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    data = b"".join(answer.streaming_content)
    assert data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_it_holds_what_the_listing_holds_in_its_order(coordinator):
    new, closed, _robot = CaseFactory(), CaseFactory(closed=True), CaseFactory(status=CaseStatus.QUARANTINED)
    assert [line["Case number"] for line in lines(coordinator, ordering="received_at")] == [new.number, closed.number]
    assert [line["Case number"] for line in lines(coordinator, status="closed")] == [closed.number]
    assert [line["Case number"] for line in lines(coordinator, q=new.number)] == [new.number]


def test_a_line_says_what_is_known(coordinator):
    case = CaseFactory(
        owner=coordinator.user, company="Kafé Sjöboden AB", organisation_number="559987-0010", channel="phone",
        short_content="Bord; stolar", closed=True, registered_number="KS 2026:1",
    )  # fmt: skip
    (line,) = lines(coordinator)
    assert line["Company"] == "Kafé Sjöboden AB"
    assert line["Organisation number"] == "559987-0010"
    assert (line["State"], line["Channel"], line["Who has it"]) == ("Closed", "Telephone", "Kim Lindqvist")
    assert (line["Subject"], line["Registration number"]) == ("Bord; stolar", "KS 2026:1")
    assert line["Received"] == f"{timezone.localtime(case.received_at):%Y-%m-%d %H:%M}"


def test_answer_by_is_the_same_time_as_in_the_list(coordinator):
    case = CaseFactory()
    (line,) = lines(coordinator)
    assert line["Answer by"] == f"{timezone.localtime(case.limit_at):%Y-%m-%d %H:%M}"
    with translation.override("en"):
        assert spoken_time(case.limit_at, timezone.now()) in coordinator.get("/admin/inbox/").content.decode()


def test_a_sole_traders_number_is_masked_and_a_secret_case_says_nothing(coordinator):
    CaseFactory(sole_trader=True)
    CaseFactory(secrecy_ground="OSL 31:16", name="Hemliga Elsa", short_content="Hemligt", email="hemlig@example.se")
    trader, secret = lines(coordinator)
    assert trader["Organisation number"] == "811228-••••"
    assert not any("emlig" in value for value in secret.values())
    assert secret["Subject"] == "Secrecy"


@pytest.mark.parametrize("value", ["=1+1", "+46701", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_takes_nothing_for_a_formula(coordinator, value):
    CaseFactory(name=value)
    assert lines(coordinator)[0]["Name"] == f"'{value}"


def test_who_took_how_much_out_is_logged(coordinator, caplog):
    CaseFactory.create_batch(3)
    with caplog.at_level(logging.INFO, "business.inbox"):
        lines(coordinator)
    assert f"User {coordinator.user.pk} ({coordinator.user.username}) exported 3 cases" in caplog.text


def test_it_takes_a_right_of_its_own(editor, reader):
    CaseFactory()
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", "export_case"]))
    for browser in (editor, reader, signed_in(user)):
        assert browser.get(EXPORT)["Location"] == "/admin/"
    assert "/admin/inbox/export/" not in reader.get("/admin/inbox/").content.decode()


def test_the_button_exports_what_the_listing_shows(coordinator):
    for address in ("/admin/inbox/", "/admin/inbox/results/"):
        html = coordinator.get(address, {"attention": "late", "p": "2"}).content.decode()
        assert "/admin/inbox/export/?attention=late" in html


def test_the_number_of_queries_is_the_same_however_long(coordinator, count_queries):
    CaseFactory()
    with count_queries() as one:
        lines(coordinator)
    CaseFactory.create_batch(10)
    with count_queries() as many:
        assert len(lines(coordinator)) == 11
    assert len(one) == len(many)
