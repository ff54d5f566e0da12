"""A coordinator who works through the list: with keys, many cases at once, and a view under a name."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from .steps import onward

LIST = "/admin/inbox/?attention=open&owner=nobody"


@pytest.fixture
def desk(staff: Callable[[str], Page]) -> Page:
    page = staff("coordinator")
    page.goto(LIST)
    page.wait_for_load_state("networkidle")
    return page


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_keys_move_select_and_open(desk: Page):
    numbers = [text.strip() for text in desk.locator("#listing-results td.title a").all_text_contents()]
    desk.keyboard.press("j")
    assert focused(desk) == numbers[0]
    desk.keyboard.press("j")
    assert focused(desk) == numbers[1]
    desk.keyboard.press("s")
    expect(desk.locator("[data-bulk-action-checkbox]:checked")).to_have_count(1)
    expect(desk.locator("[data-inbox-status]")).to_contain_text(numbers[1])
    desk.keyboard.press("k")
    assert focused(desk) == numbers[0]
    desk.keyboard.press("n")
    desk.wait_for_url(re.compile("#note$"))
    expect(desk.locator("#note-text")).to_be_focused()
    desk.keyboard.type("jkoasnr/")  # while somebody types, letters are letters
    expect(desk.locator("#note-text")).to_have_value("jkoasnr/")
    desk.locator("#note-text").fill("")


def test_keys_lead_from_case_to_case_and_the_list_is_where_it_was(desk: Page):
    numbers = [text.strip() for text in desk.locator("#listing-results td.title a").all_text_contents()]
    came_from = desk.url
    desk.keyboard.press("j")
    desk.keyboard.press("o")
    for key, number in (("j", numbers[1]), ("k", numbers[0])):
        expect(desk.locator("[data-inbox-next]")).to_be_visible()
        desk.wait_for_load_state()
        with desk.expect_navigation():
            desk.keyboard.press(key)
        expect(desk.locator("h1")).to_contain_text(number)
    desk.wait_for_load_state()
    with desk.expect_navigation():
        desk.keyboard.press("a")
    expect(desk.locator(".inbox-head")).to_contain_text("Kim Lindqvist")
    assert Axe().run(desk, context="main").violations_count == 0
    onward(desk, desk.locator(".inbox-place a").first)
    assert desk.url == came_from
    expect(desk.locator("#listing-results")).not_to_contain_text(numbers[0])


def test_a_case_is_taken_from_the_list_by_a_key(desk: Page):
    number = desk.locator("#listing-results td.title a").first.text_content().strip()
    desk.keyboard.press("j")
    with desk.expect_navigation():
        desk.keyboard.press("a")
    expect(desk.locator("h1")).to_contain_text(number)
    expect(desk.locator(".inbox-head")).to_contain_text("Kim Lindqvist")


def test_the_search_is_a_key_away_and_the_keys_are_listed(desk: Page):
    desk.keyboard.press("/")
    expect(desk.locator("[data-search-form] input[name=q]")).to_be_focused()
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("?")
    dialog = desk.locator(".w-keyboard-shortcuts").first
    expect(dialog).to_be_visible()
    for key in "jkoasnr":
        expect(dialog.locator("kbd", has_text=re.compile(f"^{key}$"))).to_have_count(1)
    before = focused(desk)
    desk.keyboard.press("j")  # not behind the dialog
    assert focused(desk) == before


def test_keys_that_are_switched_off_rest(desk: Page):
    # As Wagtail draws the page for somebody who has switched them off in the account.
    def without_keys(route: Route) -> None:
        answer = route.fetch()
        drawn = answer.text()
        assert '"KEYBOARD_SHORTCUTS_ENABLED": true' in drawn
        route.fulfill(response=answer, body=drawn.replace('SHORTCUTS_ENABLED": true', 'SHORTCUTS_ENABLED": false'))

    desk.route("**/admin/inbox/?*", without_keys)
    desk.goto(LIST)
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("j")
    assert desk.locator("#listing-results td.title a:focus").count() == 0


def test_all_that_match_are_confirmed_before_anything_is_done(desk: Page):
    matching = desk.locator("[data-inbox-matching]").get_attribute("data-inbox-matching")
    desk.locator("[data-bulk-action-select-all-checkbox]").first.check()
    desk.locator("[data-inbox-select-all]").click()
    desk.locator("[data-bulk-action-button]").first.click()
    desk.wait_for_url("**/admin/bulk/inbox/case/assign/**id=all**")
    expect(desk.locator(".inbox-bulk__heading")).to_contain_text(str(matching))
    assert Axe().run(desk, context="main").violations_count == 0


def test_a_view_is_kept_under_a_name(desk: Page):
    desk.locator(".inbox-views__save summary").click()
    desk.locator(".inbox-views__save input[name=name]").fill("Ingen har")
    desk.locator(".inbox-views__save button[type=submit]").click()
    link = desk.get_by_role("link", name="Ingen har", exact=True)
    expect(link).to_have_attribute("aria-current", "true")
    results = Axe().run(desk, context=".inbox-above")
    assert results.violations_count == 0, results.generate_report()
