"""What a page weighs on the wire, as production serves it, and that production works in a browser at all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .places import REFUSED, SWEDISH

LIMIT = 45_000  # bytes with headers, compressed; pictures apart


def weights(page: Page, address: str) -> dict[str, float]:
    """Open a page and return the bytes of all it asks for, by address, without its pictures."""
    # Pictures are served by the web server in production; there is none before this one.
    page.route("**/media/**", lambda route: route.fulfill(status=204))
    wire = page.context.new_cdp_session(page)
    kinds: dict[str, tuple[str, str]] = {}  # media type and address
    sizes: dict[str, float] = {}
    wire.on(
        "Network.responseReceived",
        lambda e: kinds.update({e["requestId"]: (e["response"]["mimeType"], e["response"]["url"])}),
    )
    wire.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    return {url: sizes[key] for key, (what, url) in kinds.items() if key in sizes and not what.startswith("image/")}


@pytest.mark.parametrize("kind", [kind for kind in SWEDISH if kind not in REFUSED])
def test_a_page_is_light(visit: Callable[..., Page], production: str, kind: str):
    found = weights(visit(base_url=production, viewport={"width": 1280, "height": 900}), SWEDISH[kind])
    assert len(found) >= 4
    assert sum(found.values()) < LIMIT, found
    assert all("/static/" not in url or "." in url.rsplit("/", 1)[1] for url in found)
