"""Somebody who uses no mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .places import SWEDISH

# What has the focus, whether one can see that it has, and whether something lies over it.
LOOK = """
async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const shown = [element, ...element.querySelectorAll("*"), element.closest("label, li, .card, .row, .hit")]
    .filter(Boolean)
    .flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::after"), getComputedStyle(one, "::before")]);
  const visible = shown.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none");
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 20);
  const above = document.elementFromPoint(x, y);
  const covered = box.width > 1 && above && !element.contains(above) && !above.contains(element)
    && !above.closest("label")?.contains(element) && !above.closest(".hit")?.contains(element);
  return {
    name: (element.getAttribute("aria-label") || element.textContent || element.name || "").trim().slice(0, 60),
    tag: element.tagName,
    visible,
    covered: Boolean(covered),
    inView: box.bottom > 0 && box.top < innerHeight,
    id: element.id,
  };
}
"""


def walk(page: Page, limit: int = 250) -> list[dict]:
    """Press Tab from the top until the focus leaves the page."""
    steps: list[dict] = []
    for _step in range(limit):
        page.keyboard.press("Tab")
        look = page.evaluate(LOOK)
        if look is None:
            return steps
        steps.append(look)
    raise AssertionError(f"the focus never leaves the page: {steps[-5:]}")


@pytest.mark.parametrize("kind", ["home", "guides", "guide", "networks", "news item", "contact", "search with hits"])
@pytest.mark.parametrize("width", [390, 1280])
def test_one_can_see_where_one_is_and_get_through(visit: Callable[..., Page], kind: str, width: int):
    page = visit(viewport={"width": width, "height": 900})
    page.goto(SWEDISH[kind])
    steps = walk(page)
    assert steps[0]["name"] == "Hoppa till innehållet"
    assert len(steps) > 8
    assert [step for step in steps if not step["visible"]] == []
    assert [step for step in steps if not step["inView"]] == []
    assert [step for step in steps if step["covered"]] == []
    assert [step for step in steps if not step["name"] and step["tag"] in {"A", "BUTTON"}] == []
    assert "contact-website" not in {step["id"] for step in steps}


def test_one_can_skip_to_the_content(reader: Page):
    reader.goto(SWEDISH["guide"])
    reader.keyboard.press("Tab")
    expect(reader.get_by_role("link", name="Hoppa till innehållet")).to_be_in_viewport()
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_opens_and_closes_with_the_keyboard(visit: Callable[..., Page]):
    page = visit(viewport={"width": 390, "height": 800})
    page.goto("/sv/")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu__panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu__panel")).not_to_be_visible()
    expect(page.locator("summary").first).to_be_focused()


def test_a_network_is_found_without_a_mouse(reader: Page):
    reader.goto("/sv/natverk/")
    reader.get_by_label("Bransch").focus()
    reader.keyboard.type("Restaurang")
    for _step in range(6):
        reader.keyboard.press("Tab")
        if reader.evaluate("document.activeElement.type") == "submit":
            break
    reader.keyboard.press("Enter")
    reader.wait_for_url("**trade=restaurang**")
    expect(reader.locator(".hit__link").first).to_be_visible()
