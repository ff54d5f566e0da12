"""A sender talks with the office by mail and on her page; somebody else tries to talk in her name and cannot."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import PATIENCE, Mailbox, Office
from .mail_programs import gmail, new_mail, outlook
from .steps import case_number, onward
from .test_requests import fill_in
from .test_senders_page import PAGE, code_for, send


@pytest.fixture
def plain(visit: Callable[..., Page]) -> Page:
    return visit(java_script_enabled=False, viewport={"width": 390, "height": 800})


def ask(page: Page, **fields: str) -> str:
    """Send the contact form and return the case's number."""
    page.goto("/sv/kontakt/")
    fill_in(page, **fields)
    page.get_by_role("button", name="Skicka").click()
    expect(page).to_have_url(re.compile("/kvitto/"))
    return case_number(page)


def open_case(desk: Page, number: str) -> None:
    """Find a case by its number and open it."""
    desk.goto(f"/admin/inbox/?q={number}")
    desk.locator("td.title").get_by_role("link", name=number).click()
    expect(desk.locator("h1")).to_contain_text(number)


def appears(page: Page, *words: str, within: str = "main") -> None:
    """Load a page again until it holds all of the words, or the first part of it with this selector does."""
    deadline = time.monotonic() + PATIENCE
    while not all(word in page.locator(within).first.text_content() for word in words):
        assert time.monotonic() < deadline, f"{page.url} never says {words}"
        page.wait_for_timeout(250)
        page.reload()


def test_a_conversation_by_mail_and_page(
    plain: Page, staff: Callable[..., Page], mailbox: Mailbox, office: Office, tmp_path: Path
):
    to, name = "samtal@krogen.example", "Alva Krögare"
    number = ask(plain, email=to, name=name)
    receipt = mailbox.wait_for(to, number)

    # She answers the receipt from Outlook. It stands in her case, what Outlook repeats is folded.
    office.gets(outlook(receipt, "Jag glömde säga: vi har öppet till klockan 23.", name))
    desk = staff("coordinator")
    open_case(desk, number)
    appears(desk, "öppet till klockan 23")
    said = desk.locator(".inbox-message--incoming").last
    expect(said.locator(".inbox-message__text").first).to_have_text("Jag glömde säga: vi har öppet till klockan 23.")
    repeated = said.locator(".inbox-message__rest .inbox-message__text")
    expect(repeated).to_be_hidden()
    said.get_by_text("Visa hela").click()
    expect(repeated).to_be_visible()
    expect(repeated).to_contain_text("Skickat: den")
    expect(desk.locator(".inbox-banner", has_text="karantän")).to_have_count(0)

    # The coordinator answers; she thanks from Gmail.
    onward(desk, desk.locator("form[action*='/take/'] button"))
    expect(desk.locator(".inbox-head")).to_contain_text("Kim Lindqvist (du)")
    desk.locator("form[data-answer] textarea").fill("Hej Alva!\n\nSkicka en skiss över borden, så går det fortare.")
    onward(desk, desk.locator("form[data-answer] button[type=submit]:not([formaction])"))
    answer = mailbox.wait_for(to, number, "skiss över borden")
    office.gets(gmail(answer, "Tack, den kommer i dag.", name))
    appears(desk, "Tack, den kommer i dag.")
    expect(desk.locator(".inbox-message--incoming .inbox-message__text:visible").last).to_have_text(
        "Tack, den kommer i dag."
    )

    # By the link in her mail she opens her page, shows a code from her mail, and adds text and file.
    plain.goto(PAGE.search(answer.get_content())[0])
    expect(plain.locator(".sender-message")).to_have_count(4)
    drawing = tmp_path / "bordsskiss.txt"
    drawing.write_text("Åtta bord längs väggen.\n", encoding="utf-8")
    plain.locator("#reply [name=message]").fill("Här är skissen.")
    plain.locator("#reply [name=files]").set_input_files(drawing)
    send(plain, "reply", mailbox, to, number)
    expect(plain.locator("#done")).to_contain_text("har kommit fram")
    appears(desk, "Här är skissen.", "bordsskiss.txt")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="bordsskiss.txt").click()
    assert Path(download.value.path()).read_text(encoding="utf-8") == "Åtta bord längs väggen.\n"

    # It is closed, she was not helped, and it is open again.
    case_url = desk.url.partition("?")[0]
    desk.locator("#close > summary").click()
    desk.locator("#close [name=reason]").fill("Skissen räcker.")
    desk.locator("#close form button[type=submit]").click()
    expect(desk.locator("body")).to_contain_text(f"{number} är stängt")
    plain.reload()
    plain.get_by_label("Nej").check()
    plain.locator("#rating [name=words]").fill("Får jag servera eller inte?")
    send(plain, "rating", mailbox, to, number)
    expect(plain.locator("#done")).to_contain_text("Tack")
    desk.goto(case_url)
    expect(desk.locator(".inbox-head__state")).to_contain_text("Öppnat igen", ignore_case=True)
    expect(desk.locator(".inbox-message--incoming").last).to_contain_text("Får jag servera eller inte?")


def test_an_outsider_gets_no_word_into_anothers_case(
    plain: Page, visit: Callable[..., Page], staff: Callable[..., Page], mailbox: Mailbox, office: Office
):
    to, outsider = "verklig@krogen.example", "lisa@annanstans.example"
    number = ask(plain, email=to, name="Alva Krögare")
    receipt = mailbox.wait_for(to, number)
    link = PAGE.search(receipt.get_content())[0]

    # A guessed number in the subject, and a reply to a mail that was forwarded: both wait in quarantine, unverified.
    office.gets(new_mail(outsider, "Alva Krögare", office.address, f"SV: {number}", "Stryk min ansökan, tack."))
    office.gets(outlook(receipt, "Skicka allt till min nya adress.", "Alva Krögare", sender=outsider))
    desk = staff("coordinator")
    open_case(desk, number)
    notes = desk.locator(".inbox-banner", has_text="mejl i karantän sägs höra hit").get_by_role("link")
    deadline = time.monotonic() + PATIENCE
    while notes.count() < 2:  # both are named in one notice
        assert time.monotonic() < deadline, "the case does not tell of two mails in quarantine"
        desk.wait_for_timeout(250)
        desk.reload()
    expect(desk.locator(".inbox-message--incoming")).to_have_count(1)
    said = ""
    for address in [one.get_attribute("href") for one in notes.all()]:
        desk.goto(address)
        expect(desk.locator(".inbox-head__state")).to_contain_text("karantän", ignore_case=True)
        expect(desk.locator("main")).to_contain_text("Mejlet sägs höra till")
        expect(desk.locator("main")).not_to_contain_text("Kan jag servera vin på uteserveringen redan i april?\n\nVi")
        said += desk.locator(".inbox-message--incoming").inner_text()
    assert "Stryk min ansökan" in said
    assert "Skicka allt till min nya adress" in said

    # A changed address of her page leads nowhere.
    stranger = visit(refusal=404, viewport={"width": 390, "height": 800})
    last = "0" if link[-2] != "0" else "1"
    assert stranger.goto(f"{link[:-2]}{last}/").status == 404
    expect(stranger.locator("main")).not_to_contain_text(number)

    # Whoever was forwarded the mail reads the page, and writes nothing without the code that goes to her.
    nosy = visit(refusal=422, viewport={"width": 390, "height": 800})
    nosy.goto(link)
    nosy.locator("#reply [name=message]").fill("Stryk min ansökan, tack.")
    before = len(mailbox.letters)
    nosy.locator("#reply button[type=submit]").first.click()
    code = code_for(mailbox, to, number, before)
    for attempt in range(6):
        digits = f"{(int(code) + 1 + attempt) % 1_000_000:06}" if attempt < 5 else code
        nosy.locator("#reply [name=code]").fill(digits)
        with nosy.expect_navigation():
            nosy.locator("#reply button[type=submit]").first.click()
        expect(nosy.locator("#reply")).to_contain_text("Koden är fel, för gammal eller redan använd")
    expect(nosy.locator("#reply [name=message]")).to_have_value("Stryk min ansökan, tack.")

    # That takes nothing from her: with a code of her own she writes.
    plain.goto(link)
    expect(plain.locator(".sender-message")).to_have_count(1)
    plain.locator("#reply [name=message]").fill("Gäller uteserveringen.")
    send(plain, "reply", mailbox, to, number)
    expect(plain.locator("#done")).to_contain_text("har kommit fram")
    open_case(desk, number)
    expect(desk.locator(".inbox-message--incoming")).to_have_count(2)
    expect(desk.locator(".inbox-thread")).not_to_contain_text("Stryk min ansökan")
    assert [one for one in mailbox.letters if one["To"] == outsider] == []
