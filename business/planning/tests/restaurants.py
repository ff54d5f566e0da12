"""A restaurant with its four matters, and the plan of an address: for tests of the planner.

Today is Thursday 26 November 2026. The company (usual four weeks) comes before the building permit (eight weeks, by law ten
and ten more), which comes before the food registration (eight working days, notice two weeks), whose decision is a paper of
the serving permit (eight weeks, by law four months).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import translation

from business.core.tests.factories import locale
from business.guides.enums import CountedFrom, DependencyKind, GuideKind, Need, PaidWhen, TimeRuleKind, TimeUnit
from business.guides.models import GuidePage
from business.guides.tests.factories import (
    ChannelFactory,
    DependencyFactory,
    EvidenceFactory,
    EvidenceTypeFactory,
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    LawRowFactory,
    TimeRuleFactory,
)
from business.planning.planner.plan_view import PlanView, read_plan

__all__ = ["TODAY", "Restaurant", "plan_of", "restaurant", "timed"]

TODAY = datetime.date(2026, 11, 26)


@dataclass
class Restaurant:
    """The four guides, in the order in which they are needed."""

    company: GuidePage
    building: GuidePage
    food: GuidePage
    serving: GuidePage

    @property
    def guides(self) -> list[GuidePage]:
        return [self.company, self.building, self.food, self.serving]


def plan_of(query: str, today: datetime.date = TODAY, language: str = "sv") -> PlanView:
    """Return what the planner makes of an address."""
    with translation.override(language):
        return read_plan(QueryDict(query), locale(language), today)


def timed(title: str, usual: int | None = None, unit: str = TimeUnit.WEEKS, **values: Any) -> GuidePage:
    """Return a guide with a law, and a usual time if one is given."""
    guide = GuideFactory(title=title, **values)
    LawRowFactory(page=guide)
    if usual is not None:
        TimeRuleFactory(page=guide, amount_from=None, amount=usual, unit=unit)
    return guide


def _limit(guide: GuidePage, amount: int, unit: str, **values: Any) -> None:
    TimeRuleFactory(page=guide, legal_limit=True, amount=amount, unit=unit, **values)


def restaurant() -> Restaurant:
    """Make the guides with what hangs between them, their fees and their papers."""
    company = timed("Starta företag", 4, kind=GuideKind.REGISTRATION)
    FeeFactory(page=company, label="Bolagsverket", amount=Decimal(1900), paid=PaidWhen.WITH_APPLICATION)
    building = timed("Bygglov")
    weeks = {"unit": TimeUnit.WEEKS, "applies_to": "Lov"}
    TimeRuleFactory(page=building, amount_from=5, amount=8, counted_from=CountedFrom.COMPLETE, **weeks)
    TimeRuleFactory(
        page=building,
        kind=TimeRuleKind.LEGAL_LIMIT,
        amount_from=None,
        amount=10,
        counted_from=CountedFrom.RECEIVED,
        **weeks,
    )
    TimeRuleFactory(page=building, kind=TimeRuleKind.EXTENSION, amount_from=None, amount=10, **weeks)
    area = FeeBasisFactory(name="kvadratmeter", one="kvadratmeter")
    for start, end, amount in ((1, 250, 15300), (251, None, 22000)):
        FeeFactory(
            page=building,
            label="Lov",
            amount=Decimal(amount),
            basis=area,
            band_from=start,
            band_to=end,
            paid=PaidWhen.AFTER_DECISION,
        )
    FeeFactory(page=building, label="Samråd", amount=Decimal(5000), need=Need.IF_APPLICABLE)
    food = timed("Livsmedel", 8, TimeUnit.WORKING_DAYS, kind=GuideKind.REGISTRATION)
    TimeRuleFactory(
        page=food, kind=TimeRuleKind.NOTICE_BEFORE_START, amount_from=None, amount=2, counted_from=CountedFrom.START
    )
    decision = EvidenceTypeFactory(name="Registrering", slug="registrering")
    food.output_evidence = decision
    food.save()
    serving = timed("Servering", 8)
    _limit(serving, 4, TimeUnit.MONTHS)
    ChannelFactory(page=serving)
    people = FeeBasisFactory(name="personer", one="person")
    FeeFactory(page=serving, label="Ansökan", amount=Decimal(10100), paid=PaidWhen.WITH_APPLICATION)
    FeeFactory(
        page=serving, label="Prov", kind="per_unit", amount=Decimal(1500), basis=people, paid=PaidWhen.WITH_APPLICATION
    )
    FeeFactory(page=serving, label="Tillsyn", amount=Decimal(3600), paid=PaidWhen.YEARLY)
    proof = EvidenceTypeFactory(
        name="Registreringsbevis",
        slug="bevis",
        max_age=3,
        max_age_unit=TimeUnit.MONTHS,
        url="https://bolagsverket.example/",
    )
    EvidenceFactory(page=building, evidence_type=proof, requirement=Need.IF_APPLICABLE, note="Om du söker själv.")
    EvidenceFactory(page=serving, evidence_type=proof, note="Högst tre månader gammalt.")
    EvidenceFactory(page=serving, evidence_type=decision, note="På samma lokal.")
    for waiting, first in ((building, company), (food, company), (food, building), (serving, company)):
        DependencyFactory(page=waiting, guide=first, note="Det ena först.")
    DependencyFactory(page=food, guide=serving, kind=DependencyKind.EVIDENCE_FOR, note="En av handlingarna.")
    return Restaurant(company, building, food, serving)
