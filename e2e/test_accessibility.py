"""axe-core finds nothing on any kind of page, light and dark, narrow and wide."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from .places import ENGLISH, REFUSED, SWEDISH
from .steps import onward

AXE = Axe()
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOKS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]
PAGES = [
    *((f"sv {kind}", path) for kind, path in SWEDISH.items()),
    *((f"en {kind}", p) for kind, p in ENGLISH.items()),
]


def violations(page: Page) -> list[str]:
    found = AXE.run(page, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})" for rule in found for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("kind", "path"), PAGES, ids=[kind for kind, _path in PAGES])
def test_axe_finds_nothing(visit: Callable[..., Page], kind: str, path: str):
    # One browser for the four looks: only the screen and the scheme change.
    page = visit(refusal=404 if path == SWEDISH["not found"] else None)
    page.goto(path)
    found = {}
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if wrong := violations(page):
            found[width, scheme] = wrong
    assert found == {}


def test_axe_finds_nothing_on_a_form_with_mistakes(visit: Callable[..., Page]):
    page = visit(refusal=422, color_scheme="dark", viewport={"width": 390, "height": 900})
    page.goto(SWEDISH["contact"])
    onward(page, page.locator("main form.form button[type=submit]"))
    page.locator("[data-error-summary]").wait_for()
    assert violations(page) == []


def test_axe_finds_nothing_on_the_open_menu(visit: Callable[..., Page]):
    page = visit(viewport={"width": 390, "height": 900})
    page.goto("/sv/")
    page.locator("summary").first.click()
    assert violations(page) == []


def test_axe_finds_nothing_in_the_style_guide(visit: Callable[..., Page]):
    page = visit(viewport={"width": 1280, "height": 900})
    page.goto("/styleguide/")
    found = {}
    links = page.locator("a[href^='/styleguide/']").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    for path in sorted(set(links)):
        page.goto(path)
        if wrong := violations(page):
            found[path] = wrong
    assert found == {}


@pytest.mark.parametrize(("width", "letters"), [(320, 16), (320, 32), (390, 16), (768, 16), (1280, 16), (1920, 16)])
def test_nothing_is_wider_than_the_screen(visit: Callable[..., Page], width: int, letters: int):
    """WCAG 2.2, 1.4.10 and 1.4.4: no scrolling sideways, at 320 points too, nor with letters twice as large."""
    page = visit(viewport={"width": width, "height": 800})
    sizes = {"standard": letters, "fixed": letters * 13 // 16}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": sizes})
    wide = {}
    for kind, path in SWEDISH.items():
        if kind in REFUSED:
            continue
        page.goto(path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[kind] = over
    assert wide == {}


@pytest.mark.parametrize("kind", ["home", "guides", "guide", "networks", "contact"])
def test_what_one_presses_is_large_enough(visit: Callable[..., Page], kind: str):
    """WCAG 2.2, 2.5.8: 24 by 24 points, but for links in running text."""
    page = visit(viewport={"width": 390, "height": 900}, has_touch=True)
    page.goto(SWEDISH[kind])
    small = page.evaluate(
        """
        () => [...document.querySelectorAll("button, summary, input:not([type=hidden]), select, .button, .nav__link, .pill")]
          .filter((one) => one.offsetParent && !one.closest(".trap"))
          .map((one) => [one.outerHTML.slice(0, 120), one.closest("label")?.getBoundingClientRect()
            ?? one.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
          .map(([html]) => html)
        """
    )
    assert small == []
