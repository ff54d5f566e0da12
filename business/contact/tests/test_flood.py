"""A flood, as it meets the form."""

import datetime

import pytest
from django.test import Client

from business.inbox import services
from business.inbox.enums import CaseStatus, QuarantineReason
from business.inbox.models import Case, OutboxMail
from business.inbox.tests.factories import TopicFactory, UserFactory
from business.inbox.tests.floods import MATTERS, SAME

from .factories import ContactPageFactory, filled_in, ripe_key

ADDRESS = "/sv/kontakt/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    ContactPageFactory()
    return TopicFactory()


def send(topic, number, seconds, **changes):
    """Send the form from an address of its own, on the net and for mail."""
    fields = filled_in(
        topic, key=ripe_key(datetime.timedelta(seconds=seconds)), email=f"x{number}@y.example", organisation_number=""
    )
    address = f"203.0.{number // 250}.{number % 250}"
    return Client(REMOTE_ADDR=address, headers={"x-forwarded-for": address}).post(ADDRESS, {**fields, **changes})


def test_people_get_through_a_flood_and_everybody_gets_a_number(topic, settings):
    settings.INBOX_BUDGET = ((datetime.timedelta(minutes=10), 5),)
    for number in range(40):
        assert send(topic, number, 4, message=f"{SAME} {number}").status_code == 303
        if number % 10 == 9:
            answer = send(topic, 100 + number, 60, message=MATTERS[number // 10], name="Alva Krögare")
            assert answer.status_code == 303
            assert "på väg till" in Client().get(answer["Location"]).content.decode()
    assert sorted(Case.objects.values_list("running", flat=True)) == list(range(1, 45))
    people, robots = Case.objects.filter(name="Alva Krögare"), Case.objects.exclude(name="Alva Krögare")
    assert set(people.values_list("status", flat=True)) == {CaseStatus.NEW}
    assert robots.filter(status=CaseStatus.QUARANTINED).count() == 35
    assert OutboxMail.objects.count() == 9


def test_a_receipt_that_is_held_back_is_not_promised(topic, settings):
    settings.INBOX_BUDGET = ((datetime.timedelta(minutes=10), 0),)
    address = send(topic, 1, 4)["Location"]
    receipt = Client().get(address).content.decode()
    case = Case.objects.get()
    assert case.quarantine_reason == QuarantineReason.FLOOD_HURRIED
    assert case.number in receipt
    assert "•••" not in receipt
    assert "Följ ditt ärende" not in receipt  # no mail, no link in it
    services.release_from_quarantine(case, UserFactory(coordinator=True))
    released = Client().get(address).content.decode()
    assert "Följ ditt ärende" in released
    assert "på väg till" in released


def test_a_hidden_field_that_is_filled_in_twice_leads_to_quarantine(topic):
    filled = {"website": "https://example.se"}
    stopped = send(topic, 1, 60, **filled)
    assert stopped.status_code == 422
    key = stopped.context["form"]["key"].value()
    assert send(topic, 1, 60, key=key, **filled).status_code == 303
    assert Case.objects.get().quarantine_reason == QuarantineReason.TRAPPED
    assert not OutboxMail.objects.exists()


def test_a_correction_of_what_waits_in_quarantine_stays_there(topic):
    fields = {"key": ripe_key(), "message": "www.a.example " * 9}
    assert send(topic, 1, 60, **fields).status_code == 303
    assert send(topic, 2, 60, **{**fields, "message": "Förlåt, utan länkar."}).status_code == 303
    case = Case.objects.get()
    assert case.status == CaseStatus.QUARANTINED
    assert case.messages.count() == 2
    assert not OutboxMail.objects.exists()
