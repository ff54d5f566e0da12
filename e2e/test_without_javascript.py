"""Everything works without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Mailbox
from .places import REFUSED, SWEDISH
from .test_requests import fill_in


@pytest.fixture
def plain(visit: Callable[..., Page]) -> Page:
    return visit(java_script_enabled=False, viewport={"width": 390, "height": 800})


def test_the_menu_opens_and_leads_to_a_guide(plain: Page):
    plain.goto("/sv/")
    plain.locator("summary").first.click()
    plain.locator(".menu__panel").get_by_role("link", name="Tillstånd och regler").click()
    expect(plain).to_have_url(re.compile(r"/sv/tillstand/$"))
    plain.locator(".hit__link").first.click()
    expect(plain.locator(".facts__list")).to_be_visible()


def test_filters_work(plain: Page):
    plain.goto("/sv/natverk/")
    plain.get_by_label("Räckvidd").select_option("world")
    plain.get_by_role("button", name="Visa").click()
    expect(plain).to_have_url(re.compile("scope=world"))


def test_the_search_works(plain: Page):
    plain.goto(SWEDISH["search"])
    plain.locator("main").get_by_role("searchbox").fill("uteservering")
    plain.locator("main").get_by_role("button", name="Sök").click()
    expect(plain.locator("main .hit__link").first).to_be_visible()


def test_a_request_can_be_sent(plain: Page, mailbox: Mailbox):
    plain.goto("/sv/kontakt/")
    fill_in(plain, email="utan-skript@krogen.example")
    plain.get_by_role("button", name="Skicka").click()
    expect(plain).to_have_url(re.compile(r"/sv/kvitto/"))
    mailbox.wait_for("utan-skript@krogen.example", "DB-")


def test_no_button_is_there_that_does_nothing(plain: Page):
    for kind, path in SWEDISH.items():
        if kind in REFUSED:
            continue
        plain.goto(path)
        assert plain.locator("[data-copy]:visible, [data-print]:visible").count() == 0
