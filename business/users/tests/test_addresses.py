"""The throttle counts by who signs in, not by the proxy that everybody comes through."""

import pytest
from django.test import RequestFactory

from business.users.addresses import address_seen_by_proxy


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),  # the first was made up by the client
        ("2001:db8::1", "2001:db8::1"),
        ("", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("203.0.113.7, ", "10.0.0.1"),
    ],
)
def test_the_address_that_the_proxy_added_counts(forwarded, expected):
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert address_seen_by_proxy(request) == expected


def test_without_a_header_the_peer_counts():
    assert address_seen_by_proxy(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"
