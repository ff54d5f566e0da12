"""Every page of the style guide opens, and shows what its component shows."""

import pytest
from django.test import Client

from business.core.styleguide import component_names, documentation

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _guide_is_on(settings):
    if not settings.STYLEGUIDE_ENABLED:
        pytest.skip("the style guide has no address here")


def test_the_index_names_every_component(client: Client):
    text = client.get("/styleguide/").content.decode()
    assert [name for name in component_names() if f"/styleguide/{name}/" not in text] == []


@pytest.mark.parametrize("component", component_names())
def test_a_component_opens(client: Client, component):
    answer = client.get(f"/styleguide/{component}/")
    assert answer.status_code == 200
    assert "specimen" in answer.content.decode()
    assert documentation(component)


def test_cards_lead_to_pages_and_show_their_facts(client: Client):
    text = client.get("/styleguide/guide_card/").content.decode()
    assert "9\u00a0500" in text
    assert 'href="#"' in text
