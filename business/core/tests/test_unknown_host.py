"""A request for a host that we are not."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/sv/", "/healthz", "/admin/", "/nothing/"])
def test_an_unknown_host_is_a_mistake_of_the_client(client, path):
    assert client.get(path, headers={"host": "somebody.example"}).status_code == 400
