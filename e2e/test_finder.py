"""Which permits do I need? Somebody who wants to open a restaurant answers and learns it, in either language."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from .steps import onward
from .test_accessibility import LOOKS, violations
from .test_keyboard import LOOK

FINDER = {"sv": "/sv/tillstandskollen/", "en": "/en/permit-finder/"}
NEXT = {"sv": "Nästa", "en": "Next"}
# What a restaurant of the demo answers, by question.
RESTAURANT = {
    "handelse": "starta",
    "bransch": "restaurang",
    "registrerat": "nej",
    "lokal": "annat",
    "yta": "180",
    "platser": "60",
    "alkohol": "ja",
    "kunskapsprov": "1",
    "uteservering": "ja",
    "uteyta": "24",
    "skylt": "ja",
    "skyltar": "1",
}
ANSWERED = "?" + "&".join(f"{key}={value}" for key, value in RESTAURANT.items())


def question(page: Page) -> str:
    """Return the key of the question that is shown."""
    return page.locator("main form input[name=after]").get_attribute("value") or ""


def answer_everything(page: Page, language: str) -> list[str]:
    """Answer as the restaurant does and skip what it does not know; return the questions that were asked."""
    asked = []
    while page.locator("main form input[name=after]").count():
        key = question(page)
        asked.append(key)
        assert len(asked) < 40, asked
        if key not in RESTAURANT:
            onward(page, page.locator(".finder__actions a"))
            continue
        field = page.locator("#answer")
        if field.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f"main form input[name={key}][value={RESTAURANT[key]}]").check()
        else:
            field.fill(RESTAURANT[key])
        onward(page, page.get_by_role("button", name=NEXT[language]))
    return asked


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_restaurant_learns_what_it_needs_without_javascript(visit: Callable[..., Page], language: str):
    page = visit(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(FINDER[language])
    onward(page, page.locator(".page-head .button"))
    asked = answer_everything(page, language)
    assert len(asked) == len(set(asked)), "a question came twice"
    assert set(RESTAURANT) <= set(asked)
    needed = page.locator("#needed .finding__title")
    assert needed.count() >= 5
    expect(page.locator("#needed")).to_contain_text({"sv": "Serveringstillstånd", "en": "alcohol"}[language])
    said = {"sv": "Eftersom du svarade:", "en": "Because you answered:"}[language]
    expect(page.locator("#needed")).to_contain_text(said)
    # The address is the result: it opens again for whoever gets it.
    address, titles = page.url, needed.all_inner_texts()
    query = parse_qs(urlsplit(address).query)
    assert {key: values[0] for key, values in query.items() if key in RESTAURANT} == RESTAURANT
    other = visit(viewport={"width": 1280, "height": 900})
    other.goto(address)
    assert other.locator("#needed .finding__title").all_inner_texts() == titles


def test_one_answer_is_changed_and_back_goes_back(reader: Page):
    reader.goto(FINDER["sv"] + ANSWERED + "&result=1")
    before = reader.locator("#needed .finding").count()
    reader.locator("#answers").get_by_role("link", name="Ändra Ska du servera alkohol?").click()
    reader.locator("main form input[name=alkohol][value=nej]").check()
    onward(reader, reader.get_by_role("button", name="Nästa"))
    while reader.locator(".finder__actions a").count():
        onward(reader, reader.locator(".finder__actions a"))
    expect(reader.locator("#needed .finding")).to_have_count(before - 1)
    expect(reader.locator("#answers")).to_contain_text("60")
    reader.go_back()
    expect(reader.locator("main h1")).not_to_have_text("Ditt resultat")


def test_a_mistake_is_told_and_what_was_typed_stays(reader: Page):
    reader.goto(f"{FINDER['sv']}?handelse=starta&bransch=restaurang&edit=platser")
    reader.locator("#answer").fill("många")
    reader.get_by_role("button", name="Nästa").click()
    expect(reader.locator("[data-error-summary]")).to_be_focused()
    reader.locator("[data-error-summary] a").click()
    expect(reader.locator("#answer")).to_be_focused()
    expect(reader.locator("#answer")).to_have_value("många")
    reader.locator("#answer").fill("60")
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(re.compile("platser=60"))
    answers = "handelse=starta&bransch=restaurang&platser=60"
    reader.goto(f"{FINDER['sv']}?{answers}&x={'y' * 10_000}")
    expect(reader.locator("main")).to_contain_text("Adressen är för lång")


def test_the_keyboard_is_enough(visit: Callable[..., Page]):
    page = visit(viewport={"width": 390, "height": 844})
    page.goto(FINDER["sv"] + "?edit=handelse")
    order = []
    for _step in range(40):
        page.keyboard.press("Tab")
        look = page.evaluate(LOOK)
        if look is None:
            break
        assert look["visible"], look
        assert not look["covered"], look
        order.append(look["id"] or look["name"])
    assert order.index("Tillbaka") < order.index("answer") < order.index("Nästa") < order.index("Hoppa över, vet inte")
    page.locator("#answer").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("handelse="))
    assert question(page) != "handelse"


def test_the_other_language_has_the_same_answers(reader: Page):
    reader.goto(FINDER["sv"] + ANSWERED + "&result=1")
    there = reader.locator("#needed .finding").count()
    reader.locator("header").get_by_role("link", name="English").first.click()
    expect(reader.locator("main h1")).to_have_text("Your result")
    expect(reader.locator("#needed .finding")).to_have_count(there)
    assert {key: value for key, [value] in parse_qs(urlsplit(reader.url).query).items() if key in RESTAURANT} == {
        **RESTAURANT
    }


@pytest.mark.parametrize("language", ["sv", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(visit: Callable[..., Page], language: str):
    page = visit()
    steps = [
        "",
        "?edit=handelse",
        f"{ANSWERED}&edit=skyltar",
        f"{ANSWERED}&skyltar=x&after=skyltar",
        f"{ANSWERED}&result=1",
    ]
    steps += ["?handelse=starta&bransch=butik&edit=varor", "?handelse=flyga&alkohol=ja&result=1"]
    found = {}
    for step in steps:
        page.goto(FINDER[language] + step)
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if wrong := violations(page):
                found[step, width, scheme] = wrong
        page.set_viewport_size({"width": 320, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[step] = "wider than 320 points"
    assert found == {}


def test_the_result_is_light_and_prints_without_what_cannot_be_pressed(visit: Callable[..., Page], production: str):
    page = visit(base_url=production, viewport={"width": 1280, "height": 900})
    wire = page.context.new_cdp_session(page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    page.goto(FINDER["sv"] + ANSWERED + "&result=1", wait_until="networkidle")
    assert len(sizes) >= 4
    assert sum(sizes) < 45_000
    page.emulate_media(media="print")
    expect(page.locator("#needed .finding").first).to_be_visible()
    for hidden in (".page-head__actions", "#contact", ".said__change", ".page-tools"):
        expect(page.locator(hidden).first).to_be_hidden()
