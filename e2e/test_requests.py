"""A company asks, the coordinator answers."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import PATIENCE, Mailbox
from .steps import NUMBER, case_number, onward

QUESTION = "Hej! Kan jag servera vin på uteserveringen redan i april?\n\nVi har 24 platser."
ANSWER = "Hej Alva!\n\nJa, om polisen har sagt ja till platsen. Ring mig så går vi igenom det."


def fill_in(page: Page, **changed: str) -> None:
    """Fill in the form as a person does, and wait as long as a person takes."""
    values = {
        "message": QUESTION,
        "name": "Alva Krögare",
        "email": "alva@krogen.example",
        "company": "Krogen i Strängnäs AB",
        "organisation_number": "556016-0680",
        **changed,
    }
    page.locator("select[name=topic]").select_option("alkohol-tobak")
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)
    page.wait_for_timeout(3200)


def test_a_request_reaches_the_coordinator_and_is_answered(
    reader: Page, staff: Callable[[str], Page], mailbox: Mailbox
):
    # The company reads a guide and asks from there.
    reader.goto("/sv/tillstand/serveringstillstand/")
    reader.locator("main").get_by_role("link", name="Ställ en fråga").first.click()
    fill_in(reader)
    reader.get_by_role("button", name="Skicka").click()
    expect(reader).to_have_url(re.compile(r"/sv/kvitto/[0-9a-f]{64}/$"))
    number = case_number(reader)
    assert QUESTION[:20] not in reader.content()

    receipt = mailbox.wait_for("alva@krogen.example", number)
    assert "vin på uteserveringen" not in receipt.get_content()  # nobody mails a stranger a text of their own

    # The coordinator finds it in the inbox, reads it, takes it, notes something and answers.
    desk = staff("coordinator")
    desk.goto("/admin/")
    expect(desk.locator("body")).to_contain_text(re.compile("inkorg", re.IGNORECASE))
    desk.goto("/admin/inbox/")
    desk.get_by_role("link", name=number).first.click()
    expect(desk.locator("main")).to_contain_text("Kan jag servera vin på uteserveringen redan i april?")
    expect(desk.locator("main")).to_contain_text("556016-0680")
    expect(desk.locator("main")).to_contain_text("Serveringstillstånd för alkohol")
    onward(desk, desk.locator("form[action*='/take/'] button"))
    expect(desk.locator("main")).to_contain_text("Kim Lindqvist")
    desk.locator("form[action*='/note/'] textarea").fill("Ringde polisen, de väntar på ritningen.")
    onward(desk, desk.locator("form[action*='/note/'] button"))
    expect(desk.locator("main")).to_contain_text("Ringde polisen")
    desk.locator("form[data-answer] textarea").fill(ANSWER)
    onward(desk, desk.locator("form[data-answer] button[type=submit]:not([formaction])"))

    letter = mailbox.wait_for("alva@krogen.example", number, "Ring mig så går vi igenom det.")
    assert "Ringde polisen" not in letter.get_content()
    assert letter["In-Reply-To"] == receipt["Message-ID"]

    # The case is answered as soon as the mail server has the answer.
    deadline = time.monotonic() + PATIENCE
    while not desk.locator("main").get_by_text("Besvarat").count():
        assert time.monotonic() < deadline, "the case is not answered"
        desk.reload()


def test_a_request_in_english(visit: Callable[..., Page], mailbox: Mailbox):
    page = visit(locale="en-GB")
    page.goto("/en/permits/licence-to-serve-alcohol/")
    page.locator("main a[href^='/en/contact']").first.click()
    fill_in(page, name="Rahul Menon", email="rahul@inn.example", message="May I serve wine outdoors in April?")
    page.locator("main form.form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/en/receipt/[0-9a-f]{64}/$"))
    letter = mailbox.wait_for("rahul@inn.example")
    assert "May I serve wine" not in letter.get_content()
    assert "We have received your request" in letter.get_content()


def test_mistakes_are_told_and_nothing_typed_is_lost(visit: Callable[..., Page]):
    page = visit(refusal=422, viewport={"width": 390, "height": 800})
    page.goto("/sv/kontakt/")
    fill_in(page, email="alva", organisation_number="556016-0681")
    with page.expect_response("**/sv/kontakt/") as answer:
        page.get_by_role("button", name="Skicka").click()
    assert answer.value.status == 422
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page.locator("[name=email]")).to_have_value("alva")
    expect(page.locator("[name=message]")).to_have_value(QUESTION)
    summary.get_by_role("link").first.click()
    expect(page.locator("[name=email]")).to_be_focused()


def test_an_editor_cannot_see_the_inbox(staff: Callable[[str], Page]):
    page = staff("editor")
    page.goto("/admin/")
    assert page.locator("a[href^='/admin/inbox/']").count() == 0
    answer = page.request.get("/admin/inbox/", max_redirects=0)
    assert answer.status in {302, 403, 404}
    assert not NUMBER.search(page.request.get("/admin/inbox/").text())
