"""What a page asks the database does not grow with what the site holds. Counted with every cache cleared."""

import pytest

from .pages import KINDS, grow

pytestmark = pytest.mark.django_db

# The most queries that each kind of page may take, uncached.
LIMITS = {
    "home": 30,
    "finder": 30,
    "journeys": 30,
    "journey": 30,
    "planner": 30,
    "guides": 25,
    "guide": 25,
    "fees": 25,
    "networks": 25,
    "network": 25,
    "news": 25,
    "news_item": 25,
    "contact": 25,
    "standard": 25,
    "search": 25,
}


def measure(client, count_queries, address: str) -> list[str]:
    client.get(address)  # renditions of pictures are made when they are first shown
    with count_queries() as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return [query["sql"] for query in queries.captured_queries]


def report(address: str, before: list[str], after: list[str]) -> str:
    return "\n".join([f"{address}: {len(before)} → {len(after)}", *(sql[:300] for sql in after)])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_pages_ask_the_same_however_much_there_is(client, content, count_queries, language):
    addresses = {kind: content.url(kind, language) for kind in [*KINDS, "search"]}
    addresses["search"] += "?q=serveringstillst%C3%A5nd"
    before = {kind: measure(client, count_queries, address) for kind, address in addresses.items()}
    grow(content, 3)
    for kind, address in addresses.items():
        after = measure(client, count_queries, address)
        assert len(after) <= LIMITS[kind], report(address, before[kind], after)
        # The first of something may bring a query that the empty list did not need.
        assert len(after) <= len(before[kind]) + (2 if kind in {"home", "search"} else 0), report(
            address, before[kind], after
        )


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sv/atom.xml"])
def test_machine_readable_lists_ask_the_same_however_much_there_is(client, content, count_queries, address):
    before = measure(client, count_queries, address)
    grow(content, 3)
    after = measure(client, count_queries, address)
    assert len(after) <= len(before), report(address, before, after)
