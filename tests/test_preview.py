"""An editor sees a page of any type as readers will, before anything of it is stored."""

from __future__ import annotations

import pytest
from django.urls import reverse

from business.core.tests.admin import add_row, page_form, sign_in
from business.core.tests.factories import translate
from business.guides.models import GuidePage
from business.guides.tests.factories import FeeFactory, GuideFactory, StepFactory, guide_index
from business.networks.tests.factories import NetworkFactory

from .pages import KINDS

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def preview(client, address: str, data, mode: str = "") -> str:
    """Send the form to the preview, as the panel beside it does, and return what it shows."""
    told = client.post(address, data)
    assert told.json() == {"is_valid": True, "is_available": True}
    answer = client.get(address, {"mode": mode})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_type_of_page_in_both_languages(client, content, kind, language):
    sign_in(client, editor=True)
    page = content.pages[kind, language]
    data = page_form(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    data["title"] = "En ny & bättre rubrik"
    if kind == "home":
        data["hero_title"] = data["title"]
    html = preview(client, reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), data)
    assert "En ny &amp; bättre rubrik" in html
    assert f'<html lang="{language}"' in html
    assert type(page).objects.get(pk=page.pk).title != data["title"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "home"])
def test_a_page_that_is_not_stored_yet(client, content, kind):
    sign_in(client, editor=True)
    existing = content.pages[kind, "sv"]
    data = page_form(client, reverse("wagtailadmin_pages:edit", args=[existing.pk]))
    data.update({"title": "Alldeles ny", "slug": "alldeles-ny"})
    for name in list(data):
        if name.endswith("-INITIAL_FORMS"):
            data[name] = "0"
        elif name.endswith("-id"):
            data[name] = ""
    model = existing._meta
    args = [model.app_label, model.model_name, existing.get_parent().pk]
    html = preview(client, reverse("wagtailadmin_pages:preview_on_add", args=args), data)
    assert "Alldeles ny" in html
    assert '<html lang="sv"' in html
    assert not type(existing).objects.filter(slug="alldeles-ny").exists()


@pytest.fixture
def guide() -> GuidePage:
    page = GuideFactory(title="Tobakstillstånd")
    FeeFactory(page=page, label="Ansökan", amount=9500)
    StepFactory(page=page, title="Sök i tid")
    return GuidePage.objects.get(pk=page.pk)


@pytest.mark.parametrize("mode", ["", "en"])
def test_a_fee_that_is_not_stored_yet_in_both_languages(client, guide, mode):
    sign_in(client, editor=True)
    translate(guide, title="Tobacco permit")
    data = page_form(client, reverse("wagtailadmin_pages:edit", args=[guide.pk]))
    data["fees-0-amount"] = "12345"
    add_row(data, "fees", label="Kunskapsprov", kind="fixed", amount="678", note="")
    html = preview(client, reverse("wagtailadmin_pages:preview_on_edit", args=[guide.pk]), data, mode)
    plain = html.replace("\xa0", " ").replace("&nbsp;", " ").replace(",", " ")
    assert "12 345" in plain
    assert "678" in plain
    assert "9 500" not in plain
    assert ("Tobacco permit" if mode else "Tobakstillstånd") in html
    assert f'<html lang="{mode or "sv"}"' in html
    # A row that has no English yet is shown in Swedish, and says so.
    assert ('<span lang="sv">Kunskapsprov</span>' in html) is (mode == "en")


def test_a_network_in_english_with_facts_that_are_not_stored_yet(client):
    sign_in(client, editor=True)
    network = NetworkFactory(title="Tobaksringen")
    translate(network, title="The Tobacco Ring")
    data = page_form(client, reverse("wagtailadmin_pages:edit", args=[network.pk]))
    add_row(data, "contacts", name="Robin Ny", role="", email="", phone="")
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[network.pk])
    html = preview(client, address, data, "en")
    assert "The Tobacco Ring" in html
    assert "Robin Ny" in html


def test_only_the_languages_that_there_are(client, guide):
    assert [mode for mode, _label in guide.preview_modes] == [""]
    translate(guide)
    guide = GuidePage.objects.get(pk=guide.pk)
    assert [mode for mode, _label in guide.preview_modes] == ["", "en"]
    assert [mode for mode, _label in guide.get_translations().get().specific.preview_modes] == [""]


def test_a_draft_that_lacks_something_is_shown(client, guide):
    sign_in(client, editor=True)
    args = ["guides", "guidepage", guide_index().pk]
    data = page_form(client, reverse("wagtailadmin_pages:add", args=args))
    data.update({"title": "Halvfärdig", "slug": "", "summary": "", "area": str(guide.area_id)})
    add_row(data, "fees", label="", kind="hours", hours="", amount="", note="")
    assert "Halvfärdig" in preview(client, reverse("wagtailadmin_pages:preview_on_add", args=args), data)
