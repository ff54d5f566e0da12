"""The notice at the form, as whoever writes a mail is pointed to it."""

import pytest

from business.contact.notices import notice_at_the_form

from .factories import ContactPageFactory

pytestmark = pytest.mark.django_db


def test_the_notice_is_the_one_that_stands_now_under_its_present_address():
    assert notice_at_the_form("sv") is None
    page = ContactPageFactory(notice="<p>Vi sparar.</p>")
    first = notice_at_the_form("sv")
    assert (first.text, first.address) == ("<p>Vi sparar.</p>", page.full_url)
    page.notice = "<p>Vi gallrar.</p>"
    page.save_revision().publish()
    assert notice_at_the_form("sv").text == "<p>Vi gallrar.</p>"
    page.slug = "fraga-oss"
    page.save_revision().publish()
    moved = notice_at_the_form("sv")
    assert moved.address != first.address
    assert moved.address.endswith("/fraga-oss/")
    site = page.get_site()
    site.hostname = "foretag.example"
    site.save()
    assert notice_at_the_form("sv").address.split("/")[2].startswith("foretag.example")
    page.unpublish()
    assert notice_at_the_form("sv") is None
