"""The plan as the coordinator gets it: its name, and each number once."""

from __future__ import annotations

import pytest

from business.guides.models import FeeBasis
from business.guides.tests.factories import TradeFactory
from business.planning.planner.sending import sent_plan
from business.planning.tests.factories import BusinessEventFactory, OptionFactory, QuestionFactory, RuleFactory
from business.planning.tests.restaurants import plan_of, restaurant

pytestmark = pytest.mark.django_db


def sent(query: str):
    view = plan_of(query)
    return sent_plan(view, view.plan, "Öppningsplan", "/sv/oppningsplan/", "sv")


@pytest.fixture
def place():
    """A restaurant whose finder asks what it does, what it is, whether it serves alcohol, and how many people it has."""
    place = restaurant()
    events, trades = (QuestionFactory(name=name, slug=name.lower(), options="") for name in ("Vad", "Bransch"))
    OptionFactory(question=events, name="Starta", event=BusinessEventFactory())
    OptionFactory(question=trades, name="Restaurang", trade=TradeFactory())
    QuestionFactory(name="Alkohol?", slug="alkohol")
    basis = FeeBasis.objects.get(name="personer")
    QuestionFactory(name="Hur många personer?", slug="personer", number=True, unit="personer", basis=basis)
    for guide in place.guides:
        RuleFactory(guide=guide)
    return place


def test_a_plan_of_the_finder_is_named_by_what_the_company_does(place):
    assert sent("alkohol=ja&bransch=restaurang&vad=starta").title == "Starta, Restaurang"


def test_without_that_it_is_named_by_what_there_is_to_do(place):
    assert sent("alkohol=ja").title == "Bygglov, Livsmedel, Servering"


def test_what_the_answers_tell_is_not_counted_up_again(place):
    plan = sent("alkohol=ja&personer=1&n-kvadratmeter=180")
    assert ("Hur många personer?", "1 person") in plan.answers
    assert plan.counts == (("kvadratmeter", 180),)
