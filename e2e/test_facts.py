"""An editor keeps facts: a new permit, a new hourly rate, a law that changes. A company counts days."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from .steps import onward


def add_row(desk: Page, relation: str) -> str:
    """Press the button that adds a row, and return the start of its fields' names."""
    place = desk.locator(f"[name={relation}-TOTAL_FORMS]").input_value()
    desk.locator(f"#id_{relation}-ADD").click()
    return f"{relation}-{place}"


def fill(desk: Page, start: str, **values: str) -> None:
    for name, value in values.items():
        field = desk.locator(f"[name={start}-{name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def publish(desk: Page) -> None:
    desk.locator("footer [data-w-dropdown-target='toggle']").last.click()
    onward(desk, desk.locator("button[name='action-publish']"))


def test_an_editor_enters_a_new_permit(staff: Callable[[str], Page], visit: Callable[..., Page]):
    desk = staff("editor")
    desk.goto("/admin/guides/")
    desk.get_by_role("link", name="Lägg till guide").click()
    desk.wait_for_url(re.compile(r"/admin/pages/add/guides/guidepage/\d+/"))
    desk.locator("[name=title]").fill("Tillstånd för kamerabevakning")
    desk.locator("[name=summary]").fill("När du vill bevaka en plats dit andra har tillträde.")
    desk.get_by_role("tab", name="Fakta").click()
    desk.locator("[name=area]").select_option(label="Brandskydd och brandfarliga varor")

    publish(desk)
    # What is lacking is told where it is lacking, and what was typed stands there still.
    expect(desk.locator("[name=title]")).to_have_value("Tillstånd för kamerabevakning")
    desk.get_by_role("tab", name=re.compile("Fakta")).click()
    for message in (
        "Välj vem som beslutar.",
        "Ange vad det kostar.",
        "Ange hur lång tid det tar.",
        "Välj minst en lag",
    ):
        expect(desk.locator("main")).to_contain_text(message)

    desk.locator("[name=decider]").select_option(label="Räddningstjänsten")
    desk.locator("[name=contact_unit]").select_option(label="Räddningstjänsten")
    fill(desk, add_row(desk, "fees"), label="Ansökan", kind="hours", hours="2")
    fill(desk, add_row(desk, "time_rules"), kind="legal_limit", amount="3", unit="months", counted_from="complete")
    desk.locator("#id_laws-OPEN_MODAL").click()
    desk.get_by_title("Välj Förvaltningslag (2017:900)").check()
    desk.get_by_role("dialog").locator("input[type=submit], button[type=submit]").last.click()
    expect(desk.locator("[name=laws-0-law]")).not_to_have_value("")
    publish(desk)
    expect(desk.locator(".messages")).to_contain_text("publicerad")

    reader = visit()
    reader.goto("/sv/tillstand/tillstand-for-kamerabevakning/")
    facts = reader.locator(".facts__list")
    expect(facts).to_contain_text(re.compile(r"2\s420\skr"))
    expect(facts).to_contain_text("3 månader")
    expect(facts).to_contain_text("Räddningstjänsten")


def test_a_new_hourly_rate_is_shown_before_it_is_stored_and_announced_in_both_languages(
    staff: Callable[[str], Page], visit: Callable[..., Page]
):
    desk = staff("editor")
    desk.goto("/admin/snippets/guides/hourlyrate/add/")
    desk.locator("[name=area]").select_option(label="Livsmedel")
    desk.locator("[name=amount]").fill("1555")
    desk.locator("[name=valid_from]").fill("2028-01-01")
    desk.locator("footer button[type=submit]").first.click()
    changes = desk.locator("main table")
    expect(changes).to_contain_text("Registrera livsmedelsverksamhet")
    expect(changes).to_contain_text(re.compile(r"1\s430\skr"))
    expect(changes).to_contain_text(re.compile(r"1\s555\skr"))
    desk.get_by_role("button", name="Spara taxan").click()
    expect(desk.locator(".messages")).to_be_visible()

    reader = visit()
    for address, announced in (
        ("/sv/tillstand/registrera-livsmedelsverksamhet/", r"1\s555\skr\s+från\s+1\s+januari\s+2028"),
        ("/en/permits/register-food-business/", r"SEK\s1.555\s+from\s+1\s+January\s+2028"),
    ):
        reader.goto(address)
        expect(reader.locator("#fees")).to_contain_text(re.compile(announced))
        expect(reader.locator(".facts__list")).to_contain_text(re.compile(r"1.390"))


def test_a_law_that_changes_sends_its_guides_to_be_checked(staff: Callable[[str], Page]):
    desk = staff("editor")
    desk.goto("/admin/snippets/guides/legalreference/")
    desk.get_by_role("link", name="Lag om brandfarliga och explosiva varor").first.click()
    desk.locator("[name=what_changed]").fill("Ny lydelse av tillståndsplikten.")
    desk.locator("footer button[type=submit]").first.click()
    expect(desk.locator(".messages")).to_contain_text("ska nu kontrolleras mot lagen")

    desk.goto("/admin/reports/facts/?when=law")
    for title in ("Tillstånd för gasol och andra brandfarliga varor", "Torghandel, matvagn och evenemang"):
        guide = desk.locator(".check-guide", has=desk.get_by_role("heading", name=re.compile(title.split(",")[0])))
        expect(guide).to_contain_text("Ny lydelse av tillståndsplikten.")
    gas = desk.locator(".check-guide", has=desk.get_by_role("heading", name=re.compile("Tillstånd för gasol")))
    gas.locator(".check-task button").click()
    expect(desk.locator(".messages")).to_be_visible()
    expect(desk.locator(".check-guide", has=desk.get_by_role("heading", name=re.compile("gasol")))).to_have_count(0)


def test_a_company_counts_the_days_with_the_keyboard(visit: Callable[..., Page]):
    reader = visit(java_script_enabled=False)
    reader.goto("/sv/tillstand/skyltlov/")
    reader.locator("[name=received]").fill("2026-09-01")
    reader.locator("[name=received]").press("Enter")
    reader.wait_for_url(re.compile("received=2026-09-01"))
    clock = reader.locator("#clock")
    expect(clock).to_contain_text("10 november 2026")
    expect(clock).to_contain_text("19 januari 2027")
    expect(clock).to_contain_text("1/5")
