"""Units, people and places as registers in the admin."""

import pytest
from django.urls import reverse

from business.core.tests.admin import shown_form, sign_in
from business.core.tests.factories import translate_record
from business.core.tests.registers import RegisterChecks
from business.guides.tests.factories import GuideFactory
from business.organisation.models import Unit
from business.organisation.tests.factories import PersonFactory, PlaceFactory, UnitFactory

pytestmark = pytest.mark.django_db


class TestUnits(RegisterChecks):
    factory = UnitFactory
    filled = {"name": "Östra nämnden", "slug": "ostra", "kind": "board"}


class TestPeople(RegisterChecks):
    factory = PersonFactory
    filled = {"name": "Åsa Öberg", "slug": "asa-oberg", "title": "handläggare"}


class TestPlaces(RegisterChecks):
    factory = PlaceFactory
    filled = {"name": "Resecentrum", "slug": "resecentrum", "address": "Stationsvägen 1"}


def test_a_person_belongs_to_a_unit_in_its_original(client):
    sign_in(client, editor=True)
    unit = UnitFactory(name="Bygglovsenheten")
    translation = translate_record(unit, name="Building permits")
    person = PersonFactory(unit=unit)
    address = reverse("wagtailsnippets_organisation_person:edit", args=[person.pk])
    offered = [choice.value for choice, _label in client.get(address).context["form"].fields["unit"].choices if choice]
    assert offered == [unit.pk]
    data = shown_form(client, address, index=1)
    data["unit"] = str(translation.pk)
    assert "unit" in client.post(address, data).context["form"].errors


def test_a_unit_that_guides_name_is_not_deleted(client):
    sign_in(client, administrator=True)
    guide = GuideFactory()
    address = reverse("wagtailsnippets_organisation_unit:delete", args=[guide.decider_id])
    for answer in (client.get(address, follow=True), client.post(address, follow=True)):
        assert answer.redirect_chain == [
            (reverse("wagtailsnippets_organisation_unit:edit", args=[guide.decider_id]), 302)
        ]
    assert Unit.objects.filter(pk=guide.decider_id).exists()
