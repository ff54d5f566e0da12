"""An editor adds a trade with three questions and rules in the admin, and a persona stops a rule that would have hidden a permit."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .steps import onward

TRADE = "Vad driver du för verksamhet? → Hundpensionat"
GUIDE = "Anmäl miljöfarlig verksamhet"


def save(desk: Page) -> None:
    onward(desk, desk.locator("footer button[type=submit]").first)


def stored(desk: Page) -> None:
    save(desk)
    expect(desk.locator(".messages .success")).to_be_visible()


def choose_guide(desk: Page, field: str, title: str) -> None:
    """Choose a guide in Wagtail's window, by searching for it."""
    desk.locator(f"#id_{field}-chooser button:visible").first.click()
    window = desk.locator(".modal-dialog")
    window.locator("input[name=q]").fill(title)
    window.get_by_role("link", name=title).first.click()
    expect(window).to_be_hidden()


def ask(desk: Page, name: str, kind: str, options: tuple[str, ...] = ()) -> None:
    """Write a question for the new trade."""
    desk.goto("/admin/snippets/planning/question/add/")
    desk.fill("[name=name]", name)
    desk.select_option("[name=kind]", kind)
    desk.check("[name=live]")
    for number, option in enumerate(options):
        desk.click("#id_options-ADD")
        desk.fill(f"[name=options-{number}-name]", option)
    desk.click("#id_shown_when-ADD")
    desk.select_option("[name=shown_when-0-option]", label=TRADE)
    stored(desk)


def write_rule(desk: Page, effect: str, why: str, *options: str, at_least: str = "") -> None:
    """Write a rule that asks for the new trade and these options, or for so many dogs."""
    desk.goto("/admin/snippets/planning/rule/add/")
    choose_guide(desk, "guide", GUIDE)
    desk.select_option("[name=effect]", effect)
    desk.fill("[name=why]", why)
    for number, option in enumerate((TRADE, *options)):
        desk.click("#id_options-ADD")
        desk.select_option(f"[name=options-{number}-option]", label=option)
    if at_least:
        desk.click("#id_limits-ADD")
        desk.select_option("[name=limits-0-question]", label="Hur många hundar?")
        desk.fill("[name=limits-0-at_least]", at_least)
    stored(desk)


def test_an_editor_adds_a_trade_and_an_example_stops_a_rule_that_would_hide_a_permit(
    staff: Callable[[str], Page], visit: Callable[..., Page]
):
    desk = staff("editor")
    desk.goto("/admin/")
    desk.get_by_role("button", name="Tillståndskollen").click()
    desk.get_by_role("link", name="Frågor", exact=True).click()
    onward(desk, desk.locator("main").get_by_role("link", name="Vad driver du för verksamhet?"))
    rows = desk.locator("[name=options-TOTAL_FORMS]").input_value()
    desk.click("#id_options-ADD")
    desk.fill(f"[name=options-{rows}-name]", "Hundpensionat")
    stored(desk)

    ask(desk, "Hur många hundar?", "number")
    ask(desk, "Är hundarna ute på natten?", "one", ("Ja", "Nej"))
    ask(desk, "Ligger det nära bostäder?", "one", ("Ja", "Nej"))
    write_rule(desk, "needed", "Du tar emot tio hundar eller fler.", at_least="10")
    write_rule(desk, "maybe", "Grannar kan störas.", "Ligger det nära bostäder? → Ja")

    desk.goto("/admin/snippets/planning/persona/add/")
    desk.fill("[name=name]", "Hundpensionat med tolv hundar")
    for number, option in enumerate(("Vad ska du göra? → Starta en ny verksamhet", TRADE)):
        desk.click("#id_options-ADD")
        desk.select_option(f"[name=options-{number}-option]", label=option)
    desk.click("#id_numbers-ADD")
    desk.select_option("[name=numbers-0-question]", label="Hur många hundar?")
    desk.fill("[name=numbers-0-number]", "12")
    choose_guide(desk, "guides-0-guide", GUIDE)
    stored(desk)
    expect(desk.locator(".messages .warning")).to_have_count(0)

    # A company meets the new questions, and the guide with its reason.
    desk.locator("main").get_by_role("link", name="Hundpensionat med tolv hundar").click()
    address = desk.get_by_role("link", name="Öppna i tillståndskollen").get_attribute("href") or ""
    reader = visit()
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("Du tar emot tio hundar eller fler.")

    # Somebody mistypes a number, and would hide the notice from the company.
    desk.goto("/admin/snippets/planning/rule/?q=tio+hundar")
    onward(desk, desk.locator("main").get_by_role("link", name=GUIDE).first)
    desk.fill("[name=limits-0-at_least]", "100")
    desk.fill("[name=why]", "Du tar emot hundra hundar eller fler.")
    save(desk)
    told = desk.locator(".rule-notice--critical")
    expect(told).to_contain_text("Hundpensionat med tolv hundar")
    expect(told).to_contain_text("behövs → kan behövas")
    expect(desk.locator("[name=why]")).to_have_value("Du tar emot hundra hundar eller fler.")
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("Du tar emot tio hundar eller fler.")

    # What is mended is stored.
    desk.fill("[name=limits-0-at_least]", "12")
    desk.fill("[name=why]", "Du tar emot tolv hundar eller fler.")
    stored(desk)
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("Du tar emot tolv hundar eller fler.")
