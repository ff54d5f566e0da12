"""What is alike stands in the order in which it was made, on either database.

PostgreSQL gives rows that its sorting cannot tell apart in the order in which they lie, which changes with every update.
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from business.core.models import Register, Row
from business.core.registers import RegisterChoices
from business.core.tests.admin import sign_in
from business.core.tests.factories import locale
from business.guides.enums import TimeRuleKind
from business.guides.models import HourlyRate, Trade
from business.guides.tests.factories import (
    FeeFactory,
    GuideFactory,
    HourlyRateFactory,
    StepFactory,
    TimeRuleFactory,
    TradeFactory,
)

pytestmark = pytest.mark.django_db


def touch(item: Any) -> None:
    """Write it again, to another language and back: on PostgreSQL it then lies last, in the indexes too."""
    for code in ("en", "sv"):
        type(item)._default_manager.filter(pk=item.pk).update(locale=locale(code))


def test_rows_and_registers_have_a_last_key():
    ordered = [model for model in apps.get_models() if issubclass(model, Row | Register)]
    loose = [model for model in ordered if model._meta.ordering[-1] != "pk" and model._meta.app_label != "inbox"]
    assert loose == []


@pytest.mark.parametrize("number", [None, 0])
def test_rows_with_one_number_stand_as_they_were_made(number):
    page = GuideFactory()
    steps = StepFactory.create_batch(3, page=page, sort_order=number)
    fees = FeeFactory.create_batch(3, page=page, sort_order=number)
    limits = [
        TimeRuleFactory(page=page, kind=TimeRuleKind.LEGAL_LIMIT, applies_to=name, sort_order=number)
        for name in ("Lov", "Anmälan", "Tillfälligt")
    ]
    for rows in (steps, fees, limits):
        touch(rows[0])
    facts = page.facts(datetime.date(2026, 11, 26))
    assert [step.title for step in facts.steps] == [step.title for step in steps]
    assert [fee.label for fee in facts.fees] == [fee.label for fee in fees]
    assert [rule.applies_to for rule in facts.legal_limits] == ["Lov", "Anmälan", "Tillfälligt"]
    assert list(page.steps.all()) == steps


def test_records_of_one_name_stand_as_they_were_made():
    trades = [TradeFactory(name="Kiosk", slug=f"kiosk-{number}") for number in range(3)]
    touch(trades[0])
    assert list(Trade.objects.all()) == trades
    assert [key for key, _name in RegisterChoices(Trade).choices] == ["kiosk-0", "kiosk-1", "kiosk-2"]


def test_a_rate_without_a_beginning_is_the_oldest():
    first = HourlyRateFactory(valid_from=None, valid_to=datetime.date(2025, 12, 31))
    later = HourlyRateFactory(area=first.area, valid_from=datetime.date(2026, 1, 1))
    assert list(HourlyRate.objects.all()) == [later, first]


@pytest.mark.parametrize("ordering", ["live", "-live"])
def test_a_list_sorted_by_what_is_alike_keeps_its_order(client, ordering):
    sign_in(client, editor=True)
    guides = GuideFactory.create_batch(3)
    touch(guides[0])
    listed = client.get(reverse("guides:index"), {"ordering": ordering}).context["object_list"]
    assert [page.pk for page in listed] == [page.pk for page in guides]
