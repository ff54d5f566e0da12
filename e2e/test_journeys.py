"""From “how do I open a restaurant” to a plan: somebody who follows a journey, in either language, by thumb or by key."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from .steps import onward
from .test_keyboard import walk

INDEX = {"sv": "/sv/sa-gor-du/", "en": "/en/step-by-step/"}
TITLE = {"sv": "Så öppnar du restaurang", "en": "How to open a restaurant"}
TICKED = {
    "sv": ["om du serverar alkohol", "om lokalen användes till något annat förut"],
    "en": ["if you serve alcohol", "if the premises were used for something else before"],
}
SHOW = {"sv": "Visa planen", "en": "Show the plan"}
FILTER = {"sv": ("Bransch", "Restaurang och bar", "Visa"), "en": ("Trade", "Restaurant and bar", "Show")}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_restaurant_goes_from_the_list_to_its_plan_without_javascript(visit: Callable[..., Page], language: str):
    page = visit(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(INDEX[language])
    everything = page.locator("main .row__title").count()
    assert everything >= 8
    label, trade, show = FILTER[language]
    page.get_by_label(label).select_option(label=trade)
    onward(page, page.locator("main").get_by_role("button", name=show))
    assert 0 < page.locator("main .row__title").count() < everything
    onward(page, page.get_by_role("link", name=TITLE[language]))
    expect(page.locator("main h1")).to_have_text(TITLE[language])
    headings = page.locator("h2.phase").all_inner_texts()
    assert [heading.split()[0] for heading in headings] == [str(place) for place in range(1, len(headings) + 1)]
    for words in TICKED[language]:
        page.get_by_label(words).check()
    page.locator("main input[name=day]").fill("2027-05-01")
    onward(page, page.get_by_role("button", name=SHOW[language]))
    sent = dict(parse_qsl(urlsplit(page.url).query))
    wanted = {"journey": "oppna-restaurang", "alkohol": "ja", "lokal": "annat", "day": "2027-05-01"}
    assert wanted.items() <= sent.items()
    plan = page.locator("main")
    for guide in {"sv": ("Serveringstillstånd", "Bygglov"), "en": ("alcohol", "Building permit")}[language]:
        expect(plan).to_contain_text(guide)
    assert page.locator("main .field__error").count() == 0


def test_a_step_leads_to_its_guide_and_back(reader: Page):
    reader.goto(INDEX["sv"] + "oppna-restaurang/")
    reader.locator(".way").get_by_role("link", name="Serveringstillstånd för alkohol").click()
    expect(reader.locator("main h1")).to_have_text("Serveringstillstånd för alkohol")
    reader.go_back()
    expect(reader.locator("main h1")).to_have_text(TITLE["sv"])


@pytest.mark.parametrize("width", [390, 1280])
def test_the_keyboard_is_enough(visit: Callable[..., Page], width: int):
    page = visit(viewport={"width": width, "height": 844})
    page.goto(INDEX["sv"] + "oppna-restaurang/")
    steps = walk(page)
    assert [step for step in steps if not step["visible"] or not step["inView"] or step["covered"]] == []
    names = [step["name"] or step["id"] for step in steps]
    assert names.index("Gör en öppningsplan") < names.index("Visa planen")
    page.get_by_label("om du serverar alkohol").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("om du serverar alkohol")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("om du bara serverar folköl")).to_be_checked()


@pytest.mark.parametrize("path", ["sv/sa-gor-du/oppna-har-och-hudsalong", "en/step-by-step/rebuild-a-shop"])
def test_every_journey_fits_the_smallest_screen(visit: Callable[..., Page], path: str):
    page = visit(viewport={"width": 320, "height": 700})
    page.goto(f"/{path}/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_way_prints_without_its_form(reader: Page):
    reader.goto(INDEX["sv"] + "oppna-restaurang/")
    reader.emulate_media(media="print")
    expect(reader.locator("#plan")).to_be_hidden()
    expect(reader.locator(".way__step").last).to_be_visible()
    expect(reader.locator(".way__only").first).to_be_visible()


def test_the_menu_leads_to_the_journeys_and_the_finder_on_one_line(visit: Callable[..., Page]):
    for width in (1216, 1280):
        page = visit(viewport={"width": width, "height": 800})
        page.goto("/sv/")
        tops = page.locator("header .nav__link:visible").evaluate_all("all => all.map((one) => one.offsetTop)")
        assert len(tops) >= 6
        assert len(set(tops)) == 1, f"the navigation wraps at {width} points"
    page.locator("header .nav").get_by_role("link", name="Steg för steg").click()
    expect(page.locator("main h1")).to_have_text("Steg för steg")


def test_the_first_page_leads_to_the_finder_first(reader: Page):
    reader.goto("/sv/")
    first = reader.locator("main .entry a").first
    assert first.get_attribute("href") == "/sv/tillstandskollen/"
    assert reader.locator("main .entry").count() == 6
