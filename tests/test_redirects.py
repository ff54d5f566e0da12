"""An address that was once good leads on when its page moves."""

import pytest

from business.core.tests.factories import StandardPageFactory

pytestmark = pytest.mark.django_db


def rename(page, slug):
    page.slug = slug
    page.save_revision().publish()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_page_that_gets_another_address(client, content, language, django_capture_on_commit_callbacks):
    page = content.pages["guide", language]
    old = page.get_url()
    with django_capture_on_commit_callbacks(execute=True):
        rename(page, "ett-annat-namn")
    answer = client.get(old)
    assert answer.status_code == 301
    assert answer["Location"].endswith("/ett-annat-namn/")
    assert client.get(answer["Location"]).status_code == 200
    assert not answer.cookies


def test_what_lies_below_follows(client, content, django_capture_on_commit_callbacks):
    old = content.url("guide")
    with django_capture_on_commit_callbacks(execute=True):
        rename(content.pages["guides", "sv"], "regler")
    answer = client.get(old)
    assert answer.status_code == 301
    assert client.get(answer["Location"]).status_code == 200


def test_a_page_that_moves(client, content, django_capture_on_commit_callbacks):
    page = content.pages["standard", "sv"]
    old = page.get_url()
    elsewhere = StandardPageFactory(title="Mer om oss")
    with django_capture_on_commit_callbacks(execute=True):
        page.move(elsewhere, pos="last-child")
    answer = client.get(old)
    assert answer.status_code == 301
    assert answer["Location"].endswith("/mer-om-oss/om-webbplatsen/")


def test_a_missing_slash_is_forgiven(client, content):
    answer = client.get(content.url("guide").rstrip("/"))
    assert answer.status_code in {301, 302}
    assert answer["Location"].endswith(content.url("guide"))
