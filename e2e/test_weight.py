"""What a page weighs on the wire, as production serves it, and that production works in a browser at all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .places import REFUSED, SWEDISH

LIMIT = 45_000  # bytes with headers, compressed; pictures apart


@pytest.mark.parametrize("kind", [kind for kind in SWEDISH if kind not in REFUSED])
def test_a_page_is_light(visit: Callable[..., Page], production: str, kind: str):
    page = visit(base_url=production, viewport={"width": 1280, "height": 900})
    # Pictures are served by the web server in production; there is none before this one.
    page.route("**/media/**", lambda route: route.fulfill(status=204))
    wire = page.context.new_cdp_session(page)
    kinds: dict[str, tuple[str, str]] = {}
    sizes: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: (e["type"], e["response"]["url"])}))
    wire.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    wire.send("Network.enable")
    page.goto(SWEDISH[kind], wait_until="networkidle")
    weights = {url: sizes[key] for key, (what, url) in kinds.items() if key in sizes and what != "Image"}
    assert len(weights) >= 4
    assert sum(weights.values()) < LIMIT, weights
    assert all("/static/" not in url or "." in url.rsplit("/", 1)[1] for url in weights)
