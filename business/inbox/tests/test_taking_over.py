"""A case is taken over from a colleague, and its topic and unit are corrected: the pages."""

import pytest
from django.utils.html import strip_tags

from business.core.tests.factories import translate_record
from business.inbox import services
from business.inbox.models import Draft, Presence
from business.organisation.tests.factories import UnitFactory

from .factories import CaseFactory, TopicFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


# --- Taken over from a colleague


def test_before_a_case_is_taken_over_it_is_told_whose_it_is(coordinator):
    bo = UserFactory(coordinator=True, first_name="Bo", last_name="Berg")
    case = CaseFactory(taken=True, owner=bo)
    Draft.objects.create(case=case, user=bo, text="Halvskrivet")
    Presence.objects.create(case=case, user=bo, writes=True)
    page = coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
    address = f"/admin/inbox/{case.pk}/takeover/"
    assert f'href="{address}"' in page
    assert "Take over from Bo Berg" in page
    asked = coordinator.get(address)
    said = " ".join(strip_tags(asked.content.decode()).split())
    assert f"{case.number} belongs to Bo Berg. Do you want to take it over?" in said
    assert "Bo Berg is writing in this case right now." in said
    assert "Bo Berg has begun an answer" in said
    assert "Halvskrivet" not in asked.content.decode()
    case.refresh_from_db()
    assert case.owner == bo
    coordinator.post(address, {"owner": asked.context["form"]["owner"].value(), "text": "Du är på kurs."})
    case.refresh_from_db()
    assert case.owner == coordinator.user
    assert Draft.objects.get().text == "Halvskrivet"
    assert "takeover" not in coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
    assert coordinator.get(address)["Location"] == f"/admin/inbox/{case.pk}/"


def test_a_case_that_changed_hands_meanwhile_is_asked_for_anew_and_no_text_is_lost(coordinator):
    bo, anna = (UserFactory(coordinator=True, first_name=name, last_name="Ek") for name in ("Bo", "Anna"))
    case = CaseFactory(taken=True, owner=anna)
    address, typed = f"/admin/inbox/{case.pk}/takeover/", {"owner": bo.pk, "text": "Skriven text"}
    answer = coordinator.post(address, typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Anna Ek has this case now." in html
    assert answer.context["form"]["owner"].value() == anna.pk
    assert "Skriven text" in html
    services.release(case, anna)
    answer = coordinator.post(address, typed)
    assert answer.status_code == 409
    assert answer.context["forms"]["note"]["text"].value() == "Skriven text"


def test_who_may_only_read_takes_nothing_over(reader, editor):
    case = CaseFactory(taken=True)
    for browser in (reader, editor):
        for answer in (
            browser.get(f"/admin/inbox/{case.pk}/takeover/"),
            browser.post(f"/admin/inbox/{case.pk}/takeover/"),
        ):
            assert (answer.status_code, answer["Location"]) == (302, "/admin/")


# --- Topic and unit


def test_topic_and_unit_are_corrected_from_the_page(coordinator):
    case = CaseFactory(taken=True, topic__name="Bygga")
    right, old, elsewhere = TopicFactory(name="Livsmedel"), TopicFactory(name="Gammalt", in_use=False), UnitFactory()
    translate_record(right, name="Food")
    form = coordinator.get(f"/admin/inbox/{case.pk}/").context["forms"]["reroute"]
    names = [str(name) for _slug, name in form.fields["topic"].choices]
    assert "Food" in names
    assert "Bygga" in names
    assert old.name not in names
    assert (form["topic"].value(), form["unit"].value()) == (case.topic.slug, "")
    address = f"/admin/inbox/{case.pk}/reroute/"
    answer = coordinator.post(address, {"topic": right.slug, "unit": ""}, follow=True)
    assert "is about Livsmedel now" in answer.content.decode()
    case.refresh_from_db()
    assert (case.topic, case.unit, case.owner is None) == (right, right.unit, False)
    coordinator.post(address, {"topic": right.slug, "unit": elsewhere.slug, "to_unit": "on"})
    case.refresh_from_db()
    assert (case.topic, case.unit, case.owner) == (right, elsewhere, None)
    assert coordinator.post(address, {"topic": "gone", "unit": "gone"}).status_code == 422
    assert coordinator.post(address, {"topic": right.slug, "unit": elsewhere.slug}).status_code == 409
