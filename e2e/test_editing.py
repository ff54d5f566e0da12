"""An editor changes a fee, and both languages show it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .steps import today

# The rows of fees in the form: their place, and when they hold.
ROWS = """
(all) => all.map((one) => one.name.match(/^fees-(\\d+)-amount$/)?.[1]).filter(Boolean).map((place) => ({
  place,
  amount: document.querySelector(`[name=fees-${place}-amount]`).value,
  start: document.querySelector(`[name=fees-${place}-valid_from]`).value || "0000",
  end: document.querySelector(`[name=fees-${place}-valid_to]`).value || "9999",
}))
"""


def test_a_new_fee_is_published_in_both_languages(staff: Callable[[str], Page], visit: Callable[..., Page]):
    desk = staff("editor")
    desk.goto("/admin/")
    desk.get_by_role("link", name="Guider").first.click()
    desk.locator("main").get_by_role("link", name="Serveringstillstånd för alkohol").first.click()
    desk.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    desk.get_by_role("tab", name="Fakta").click()

    day = today().isoformat()
    rows = desk.locator("input[name^='fees-']").evaluate_all(ROWS)
    place = next(row["place"] for row in rows if row["amount"] and row["start"] <= day <= row["end"])
    amount = desk.locator(f"[name=fees-{place}-amount]")
    amount.scroll_into_view_if_needed()
    amount.fill("12345")
    desk.locator("footer [data-w-dropdown-target='toggle']").last.click()
    desk.locator("button[name='action-publish']").click()
    expect(desk.locator(".messages")).to_contain_text("har blivit publicerad")

    reader = visit()
    reader.goto("/sv/tillstand/serveringstillstand/")
    expect(reader.locator(".facts__list")).to_contain_text(re.compile(r"12\s345\skr"))
    reader.goto("/en/permits/licence-to-serve-alcohol/")
    expect(reader.locator(".facts__list")).to_contain_text(re.compile(r"SEK\s12.345"))
    # The lists say the same as the page.
    reader.goto("/sv/")
    expect(reader.locator("main")).to_contain_text(re.compile(r"12\s345\skr"))
    reader.goto("/en/permits/")
    expect(reader.locator("main")).to_contain_text(re.compile(r"SEK\s12.345"))


def test_an_editor_previews_a_draft_that_no_reader_sees(staff: Callable[[str], Page], visit: Callable[..., Page]):
    desk = staff("editor")
    desk.goto("/admin/")
    desk.get_by_role("link", name="Nyheter").first.click()
    desk.locator("main").get_by_role("link", name="Företagen får en enda kontakt i kommunen").first.click()
    desk.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    title = desk.locator("[name=title]")
    before = title.input_value()
    title.fill("Ett utkast som ingen ser")
    desk.locator("footer button[type=submit]").first.click()
    expect(desk.locator(".messages")).to_contain_text("har blivit uppdaterad")

    reader = visit()
    reader.goto("/sv/nyheter/en-kontakt-for-foretag/")
    expect(reader.get_by_role("heading", level=1)).to_have_text(before)

    shown = desk.request.get(desk.url.replace("/edit/", "/view_draft/"))
    assert shown.status == 200
    assert "Ett utkast som ingen ser" in shown.text()
