"""The shortcut that tests take past the HTML of a page's form leads to what a browser would send."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from business.core.tests.admin import drawn_form, page_form, sign_in
from business.guides.tests.factories import GuideFactory

# Fields of the page around the form, which tell where its answer leads and which version it began with.
BESIDE = {"next", "loaded_revision_id", "loaded_revision_created_at"}

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def values(data: Any, name: str) -> list[str]:
    """Return what is sent for a field, without the keys that each drawing of a rich text draws lots for."""
    return [re.sub(r'"key": "\w+"', "", value.lstrip("\n")) for value in data.getlist(name)]


def test_a_form_is_read_as_it_is_drawn(client):
    sign_in(client, editor=True)
    guide = GuideFactory(complete=1, ready=True, check_every=6)
    for address in (
        reverse("wagtailadmin_pages:edit", args=[guide.pk]),
        reverse("wagtailadmin_pages:add", args=["guides", "guidepage", guide.get_parent().pk]),
    ):
        read, drawn = page_form(client, address), drawn_form(client, address)
        assert {name for name in drawn if "__prefix__" not in name} - set(read) <= BESIDE
        differing = {name for name in read if values(read, name) != values(drawn, name)}
        # A box in the panel at the side, which belongs to the form only by its attribute.
        assert differing <= {"comment_notifications"}
