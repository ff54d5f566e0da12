"""Somebody looks for what their company needs."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from .places import REFUSED, SWEDISH
from .steps import onward


def figures(text: str) -> list[str]:
    """Return the numbers in a text, whatever words and thousands' marks a language writes."""
    return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[\s,](?=\d{3})", "", text)))


def test_the_front_door_opens_in_the_readers_language(visit: Callable[..., Page]):
    page = visit(locale="sv-SE")
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/sv/$"))
    page = visit(locale="en-GB")
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/en/$"))


def test_a_company_finds_the_permit_and_reads_it_in_english(reader: Page):
    reader.goto("/")
    reader.locator("main").get_by_role("link", name="Hitta en guide").click()
    onward(reader, reader.get_by_role("link", name="Serveringstillstånd för alkohol").first)
    expect(reader.get_by_role("heading", level=1)).to_have_text("Serveringstillstånd för alkohol")
    facts = reader.get_by_role("region", name="Det viktigaste i korthet")
    expect(facts).to_contain_text(re.compile(r"\d\s\d{3}\skr"))
    expect(facts).to_contain_text("2–8 veckor")
    expect(facts).to_contain_text("4 månader")
    swedish = reader.locator(".facts__list").inner_text()

    onward(reader, reader.get_by_role("banner").get_by_role("link", name="English").first)
    expect(reader).to_have_url(re.compile(r"/en/permits/licence-to-serve-alcohol/$"))
    expect(reader.locator("html")).to_have_attribute("lang", "en")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Licence to serve alcohol")
    english = reader.locator(".facts__list").inner_text()
    assert figures(swedish) == figures(english)

    reader.get_by_role("banner").get_by_role("link", name="Svenska").first.click()
    expect(reader).to_have_url(re.compile(r"/sv/tillstand/serveringstillstand/$"))


def test_the_search_finds_it_too(reader: Page):
    reader.goto("/sv/")
    reader.locator("main").get_by_role("searchbox").fill("serveringstillstånd")
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(re.compile(r"/sv/sok/\?q=serveringstillst"))
    expect(reader.locator("main mark").first).to_be_visible()
    reader.get_by_role("link", name=re.compile("Serveringstillstånd för alkohol", re.IGNORECASE)).first.click()
    expect(reader).to_have_url(re.compile(r"/sv/tillstand/serveringstillstand/$"))


def test_a_search_without_hits_leads_on(reader: Page):
    reader.goto(SWEDISH["search without hits"])
    expect(reader.locator("main")).to_contain_text("xyzzy")
    assert reader.locator("main").get_by_role("link").count() >= 2


def count(page: Page) -> int:
    return int(page.get_by_role("status").filter(has_text=re.compile(r"\d")).first.inner_text().split()[0])


def test_networks_are_filtered_and_the_address_is_shared(reader: Page, visit: Callable[..., Page]):
    reader.goto("/sv/natverk/")
    everything = count(reader)
    reader.get_by_label("Bransch").select_option(label="Restaurang och bar")
    onward(reader, reader.get_by_role("button", name="Visa"))
    expect(reader).to_have_url(re.compile(r"trade=restaurang"))
    some = count(reader)
    assert 0 < some < everything
    names = reader.locator(".hit__link").all_inner_texts()
    assert any("Krogringen" in name for name in names)

    # Somebody else opens the same address and sees the same.
    address = urlsplit(reader.url)
    friend = visit()
    friend.goto(f"{address.path}?{address.query}")
    assert friend.locator(".hit__link").all_inner_texts() == names
    expect(friend.get_by_label("Bransch")).to_have_value("restaurang")

    # And in English it is the same choice.
    friend.goto(f"/en/networks/?{address.query}")
    expect(friend.locator("main .hit__link")).to_have_count(some)

    friend.goto(f"{address.path}?{address.query}")
    friend.get_by_role("link", name="Rensa").first.click()
    expect(friend.locator(".hit__link")).to_have_count(everything)


def test_news_by_year(reader: Page):
    reader.goto("/sv/nyheter/")
    everything = reader.locator(".hit__link").count()
    reader.get_by_label("År").select_option("2018")
    onward(reader, reader.get_by_role("button", name="Visa"))
    expect(reader).to_have_url(re.compile(r"year=2018"))
    assert 0 < reader.locator(".hit__link").count() < everything
    reader.locator(".hit__link").first.click()
    expect(reader.locator("blockquote").first).to_be_visible()


def test_every_link_on_the_main_pages_leads_somewhere(reader: Page, site: str):
    """No page of the demo's first two levels links to something that is not there."""
    seen: dict[str, int] = {}
    swedish = [path for kind, path in SWEDISH.items() if kind not in REFUSED]
    for path in [*swedish, "/en/", "/en/permits/", "/en/networks/", "/en/news/"]:
        html = reader.request.get(path).text()
        for href in re.findall(r'<a\b[^>]*href="([^"#]+)', html):
            target = href.replace("&amp;", "&")
            if target.startswith("/") and target not in seen:
                seen[target] = reader.request.get(target, max_redirects=3).status
    assert len(seen) > 60
    assert {target: status for target, status in seen.items() if status != 200} == {}
