"""Somebody who wants to open a restaurant gets a plan: on a telephone, by keyboard, on paper, in a calendar."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import icalendar
import pytest
from playwright.sync_api import Page, expect

from .conftest import Mailbox
from .steps import case_number, onward, today
from .test_accessibility import LOOKS, violations
from .test_finder import ANSWERED
from .test_keyboard import walk
from .test_requests import fill_in
from .test_weight import LIMIT, weights

PLANNER = {"sv": "/sv/oppningsplan/", "en": "/en/opening-plan/"}
# Far enough for the usual times whatever today is, and a working day of some week of spring or summer for most.
OPENING = today() + datetime.timedelta(days=300)
PLAN = f"{ANSWERED}&day={OPENING.isoformat()}"


def is_no_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("language", "button"), [("sv", "Räkna ut planen"), ("en", "Work out the plan")])
def test_a_plan_is_made_without_javascript_on_a_telephone(visit: Callable[..., Page], language: str, button: str):
    page = visit(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(PLANNER[language] + ANSWERED)
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text({"sv": "Du kan öppna tidigast", "en": "You can open on"}[language])
    page.locator("#plan-day").fill(OPENING.isoformat())
    onward(page, page.get_by_role("button", name=button).first)
    expect(page).to_have_url(re.compile(f"day={OPENING.isoformat()}"))
    expect(verdict).to_contain_text({"sv": "Du hinner till", "en": "You will be in time for"}[language])
    assert page.locator(".plan-table tbody tr").count() >= 5
    # What is told elsewhere as a heading stands beside each fact of a card.
    beside = page.locator(".plan-table td").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert {"sv": "Lämna in senast", "en": "Hand in at the latest"}[language] in beside
    assert page.locator("#papers input").count() == 0
    # What is folded opens without a script, and carries everything on.
    page.locator(".plan-form summary").click()
    page.locator("#plan-yta").fill("300")
    page.locator(".plan-form__send button").click()
    expect(page).to_have_url(re.compile("yta=300"))
    expect(page).to_have_url(re.compile("alkohol=ja"))


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_part_of_a_plan_is_wider_than_the_screen(visit: Callable[..., Page], width: int):
    page = visit(viewport={"width": width, "height": 900})
    for path in (PLAN, ANSWERED + f"&day={today().isoformat()}", "?journey=borta&with=x&day=2020-01-01"):
        page.goto(PLANNER["sv"] + path)
        assert is_no_wider_than_the_screen(page), path


@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing(visit: Callable[..., Page], language: str):
    page = visit()
    found = {}
    for path in (PLAN, ANSWERED + f"&day={today().isoformat()}&yta=x", "?journey=borta", ""):
        page.goto(PLANNER[language] + path)
        for summary in page.locator(".plan-form summary").all():
            if not page.locator(".plan-form details[open]").count():
                summary.click()
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if wrong := violations(page):
                found[path, width, scheme] = wrong
    assert found == {}


def test_the_keyboard_is_enough(visit: Callable[..., Page]):
    page = visit(viewport={"width": 390, "height": 844})
    page.goto(PLANNER["sv"] + PLAN)
    steps = walk(page)
    assert [step for step in steps if not step["visible"] or step["covered"] or not step["inView"]] == []
    names = [step["name"] for step in steps]
    assert names.index("Räkna ut planen") < names.index("Dagar") < names.index("Skicka planen till samordnaren")
    page.locator("#plan-day").fill((OPENING + datetime.timedelta(days=7)).isoformat())
    page.locator("#plan-day").press("Enter")
    expect(page).to_have_url(re.compile(f"day={(OPENING + datetime.timedelta(days=7)).isoformat()}"))


def test_ticks_are_kept_in_the_browser_alone(reader: Page):
    asked: list[str] = []
    reader.goto(PLANNER["sv"] + PLAN)
    reader.on("request", lambda request: asked.append(request.url))
    box = reader.get_by_role("checkbox", name="Jag har den: Budget")
    box.focus()
    reader.keyboard.press("Space")
    expect(box).to_be_checked()
    expect(reader.locator("[data-ticks-note]")).to_be_visible()
    assert [url for url in asked if "/static/" not in url] == []
    reader.reload()
    expect(box).to_be_checked()
    # The same paper in another plan, and in the other language.
    reader.goto(PLANNER["en"] + "?journey=oppna-restaurang&alkohol=ja")
    expect(reader.get_by_role("checkbox", name="I have it: Budget")).to_be_checked()
    reader.get_by_role("checkbox", name="I have it: Budget").uncheck()
    reader.reload()
    expect(reader.get_by_role("checkbox", name="I have it: Budget")).not_to_be_checked()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_plan_of_a_restaurant_prints_on_two_pages(visit: Callable[..., Page], language: str, tmp_path: Path):
    page = visit(viewport={"width": 1280, "height": 900})
    page.goto(PLANNER[language] + PLAN)
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page[^s]", pdf)) <= 2
    page.emulate_media(media="print")
    expect(page.locator(".plan-form")).not_to_be_visible()
    expect(page.locator(".plan-table")).to_be_visible()
    expect(page.locator("#papers input").first).not_to_be_visible()


def test_the_calendar_opens_in_a_calendar(reader: Page):
    reader.goto(PLANNER["sv"] + PLAN)
    with reader.expect_download() as waiting:
        reader.get_by_role("link", name="Lägg in dagarna i din kalender").click()
    assert waiting.value.suggested_filename == f"oppningsplan-{OPENING.isoformat()}.ics"
    calendar = icalendar.Calendar.from_ical(Path(waiting.value.path()).read_bytes())
    days = {str(event["SUMMARY"]): event["DTSTART"].dt for event in calendar.walk("VEVENT")}
    assert days["Öppningsdag"] == OPENING
    shown = reader.locator(".plan-table tbody tr")
    for number in range(shown.count()):
        title = shown.nth(number).locator(".plan-table__title a").inner_text()
        last = shown.nth(number).locator("td").first.locator("time").first.get_attribute("datetime")
        assert days[f"Lämna in senast: {title}"].isoformat() == last


def test_another_language_shows_the_same_plan(reader: Page):
    reader.goto(PLANNER["sv"] + PLAN)
    days = reader.locator(".plan-table time").evaluate_all("all => all.map((one) => one.dateTime)")
    onward(reader, reader.locator("header").get_by_role("link", name="English").first)
    expect(reader.locator("#verdict")).to_contain_text("You will be in time")
    assert reader.locator(".plan-table time").evaluate_all("all => all.map((one) => one.dateTime)") == days


def test_the_plan_reaches_the_coordinator(reader: Page, staff: Callable[[str], Page], mailbox: Mailbox):
    reader.goto(PLANNER["sv"] + PLAN)
    costs = reader.locator("#costs tfoot td").first.inner_text()
    reader.get_by_role("link", name="Skicka planen till samordnaren").click()
    expect(reader.get_by_role("region", name="Planen följer med din fråga")).to_be_visible()
    fill_in(reader, email="planen@krogen.example")
    reader.get_by_role("button", name="Skicka").click()
    expect(reader).to_have_url(re.compile(r"/sv/kvitto/"))
    number = case_number(reader)
    mailbox.wait_for("planen@krogen.example", number)
    desk = staff("coordinator")
    desk.goto(f"/admin/inbox/?q={number}")
    desk.get_by_role("link", name=number).first.click()
    card = desk.locator(".inbox-plan")
    expect(card).to_contain_text("Serveringstillstånd för alkohol")
    expect(card).to_contain_text(re.compile(re.sub(r"\s", r"\\s", costs.strip())))


def test_a_whole_plan_is_light(visit: Callable[..., Page], production: str):
    page = visit(base_url=production, viewport={"width": 1280, "height": 900})
    found = weights(page, PLANNER["sv"] + PLAN)
    assert len(found) >= 6
    assert sum(found.values()) < LIMIT, found
    assert urlsplit(page.url).path == PLANNER["sv"]
