"""A sender follows her case, answers with a code from the mail, chooses a time, and says whether it helped."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import PATIENCE, Mailbox
from .steps import case_number, onward
from .test_accessibility import violations
from .test_requests import fill_in

PAGE = re.compile(r"http://\S+/arende/[0-9a-f]{64}/")
CODE = re.compile(r"^ {4}(\d{6})\s*$", re.MULTILINE)


@pytest.fixture
def plain(visit: Callable[..., Page]) -> Page:
    return visit(java_script_enabled=False, viewport={"width": 390, "height": 800})


@pytest.fixture
def looking(visit: Callable[..., Page]) -> Page:
    """A browser with scripts, which looks at what the other one does: axe is a script."""
    return visit(viewport={"width": 390, "height": 800})


def code_for(mailbox: Mailbox, to: str, number: str, before: int) -> str:
    """Return the code about a case that was mailed since there were so many letters."""
    deadline = time.monotonic() + PATIENCE
    while not (letters := [one for one in mailbox.letters[before:] if one["To"] == to and "kod" in one["Subject"]]):
        assert time.monotonic() < deadline, f"no code to {to}"
        time.sleep(0.1)
    assert number in letters[0]["Subject"]
    return CODE.search(letters[0].get_content())[1]


def send(page: Page, form: str, mailbox: Mailbox, to: str, number: str) -> None:
    """Send a form of the sender's page with a code from the mail."""
    before = len(mailbox.letters)
    onward(page, page.locator(f"#{form} button[type=submit]").first)
    expect(page.locator(f"#{form} [name=code]")).to_be_visible()
    page.locator(f"#{form} [name=code]").fill(code_for(mailbox, to, number, before))
    onward(page, page.locator(f"#{form} button[type=submit]").first)


def wide(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_a_sender_follows_and_answers_without_account_or_script(
    plain: Page, looking: Page, staff: Callable[[str], Page], mailbox: Mailbox, tmp_path: Path
):
    to = "foljer@krogen.example"
    plain.goto("/sv/kontakt/")
    fill_in(plain, email=to)
    plain.get_by_role("button", name="Skicka").click()
    number = case_number(plain)
    # Whoever sent the form may not be whose address it is: the way to the page is in the mail alone.
    assert "/arende/" not in plain.content()
    expect(plain.locator("main")).to_contain_text("f•••@krogen.example")
    link = PAGE.search(mailbox.wait_for(to, number).get_content())[0]
    plain.goto(link)

    # She answers with a file; what she typed stands while the code is on its way.
    drawing = tmp_path / "skiss.txt"
    drawing.write_text("Åtta bord längs väggen.\n", encoding="utf-8")
    plain.locator("#reply [name=message]").fill("Här är skissen över borden.")
    plain.locator("#reply [name=files]").set_input_files(drawing)
    send(plain, "reply", mailbox, to, number)
    expect(plain.locator("#done")).to_contain_text("har kommit fram")
    expect(plain.locator(".sender-message").last).to_contain_text("Här är skissen över borden.")
    expect(plain.locator(".sender-message").last).to_contain_text("skiss.txt")

    # The coordinator sees it, proposes two times, and she takes the later one.
    desk = staff("coordinator")
    desk.goto("/admin/inbox/")
    desk.get_by_role("link", name=number).first.click()
    expect(desk.locator("main")).to_contain_text("Här är skissen över borden.")
    desk.locator("#times > summary").click()
    desk.locator("#times textarea").fill("Hej Alva!\n\nKan vi ses om skissen?")
    for row, days in ((1, 7), (2, 8)):
        when = (datetime.now() + timedelta(days=days)).replace(hour=10, minute=30)
        desk.locator(f"#times [name=starts_{row}]").fill(f"{when:%Y-%m-%dT%H:%M}")
    desk.locator("#times [name=place_1]").fill("Stadshuset, entréplan")
    desk.locator("#times form button[type=submit]").click()
    expect(desk.locator("body")).to_contain_text("på väg till")
    mailbox.wait_for(to, "Stadshuset, entréplan", link)
    plain.goto(link)
    plain.locator("#time [name=time]").last.check()
    send(plain, "time", mailbox, to, number)
    expect(plain.locator("#done")).to_contain_text("Tiden är bokad")
    expect(plain.locator(".sender__meeting")).to_contain_text("10:30–11:00")

    # The case is closed; she was not helped, and it is open again.
    desk.reload()
    expect(desk.locator("main")).to_contain_text("Möte bokat")
    case_url = desk.url  # whoever came from a list is led on to the next case in it
    desk.locator("#close > summary").click()
    desk.locator("#close [name=reason]").fill("Vi sågs.")
    desk.locator("#close form button[type=submit]").click()
    expect(desk.locator("body")).to_contain_text(f"{number} är stängt")
    for address in (link, link.replace("/sv/arende/", "/en/case/")):
        looking.goto(address)
        assert violations(looking) == []
        assert wide(looking) <= 0
    plain.goto(link)
    plain.get_by_label("Nej").check()
    plain.locator("#rating [name=words]").fill("Jag fick inget svar om vinet.")
    send(plain, "rating", mailbox, to, number)
    expect(plain.locator("#done")).to_contain_text("Tack")
    expect(plain.locator(".sender-message").last).to_contain_text("Jag fick inget svar om vinet.")
    desk.goto(case_url)
    expect(desk.locator("main")).to_contain_text("Jag fick inget svar om vinet.")


def test_a_wrong_code_keeps_the_text_and_axe_finds_nothing(visit: Callable[..., Page], mailbox: Mailbox):
    page, to = visit(refusal=422, viewport={"width": 390, "height": 800}, color_scheme="dark"), "fel@krogen.example"
    page.goto("/sv/kontakt/")
    fill_in(page, email=to)
    page.get_by_role("button", name="Skicka").click()
    page.goto(PAGE.search(mailbox.wait_for(to, case_number(page)).get_content())[0])
    page.locator("#reply [name=message]").fill("Lång text som är dyr att skriva om.")
    onward(page, page.locator("#reply button[type=submit]").first)
    page.locator("#reply [name=code]").fill("000000")
    onward(page, page.locator("#reply button[type=submit]").first)
    expect(page.locator("#reply")).to_contain_text("Koden är fel")
    expect(page.locator("#reply [name=message]")).to_have_value("Lång text som är dyr att skriva om.")
    assert violations(page) == []
    assert wide(page) <= 0
