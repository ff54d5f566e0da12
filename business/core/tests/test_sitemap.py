"""The sitemap as a search engine meets it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_lists_every_language_with_its_translations(client: Client):
    answer = client.get("/sitemap.xml")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "/sv/</loc>" in text
    assert "/en/</loc>" in text
    assert text.count('hreflang="en"') == text.count('hreflang="sv"') == 2
