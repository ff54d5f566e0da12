"""Guides with the rows that their facts are made of."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import factory

from business.core.tests.factories import PageFactory, QuietFactory, RegisterFactory, home
from business.guides.enums import (
    ChannelKind,
    CountedFrom,
    DependencyKind,
    FeeKind,
    GuideKind,
    LawKind,
    Need,
    TimeRuleKind,
    TimeUnit,
)
from business.guides.models import (
    AuthorityArea,
    EvidenceType,
    FeeBasis,
    FeeListPage,
    GuideChannel,
    GuideDependency,
    GuideEvidence,
    GuideFee,
    GuideIndexPage,
    GuideLaw,
    GuidePage,
    GuideQuestion,
    GuideRequirement,
    GuideStep,
    GuideTimeRule,
    GuideTrade,
    HourlyRate,
    LegalReference,
    RelatedGuide,
    Tariff,
    Trade,
)
from business.organisation.tests.factories import UnitFactory

__all__ = [
    "AreaFactory",
    "ChannelFactory",
    "DependencyFactory",
    "EvidenceFactory",
    "EvidenceTypeFactory",
    "FeeBasisFactory",
    "FeeFactory",
    "FeeListFactory",
    "GuideFactory",
    "GuideIndexFactory",
    "HourlyRateFactory",
    "LawFactory",
    "LawRowFactory",
    "QuestionFactory",
    "RelatedGuideFactory",
    "RequirementFactory",
    "StepFactory",
    "TariffFactory",
    "TimeRuleFactory",
    "TradeFactory",
    "TradeRowFactory",
    "guide_index",
]


class GuideIndexFactory(PageFactory):
    title = "Tillstånd och regler"
    slug = "tillstand"
    show_in_menus = True

    class Meta:
        model = GuideIndexPage


def guide_index() -> GuideIndexPage:
    """Return the Swedish index of guides, made when it is first asked for."""
    return GuideIndexPage.objects.child_of(home()).first() or GuideIndexFactory()


class FeeListFactory(PageFactory):
    title = "Alla avgifter"
    slug = "avgifter"
    parent = factory.LazyFunction(guide_index)

    class Meta:
        model = FeeListPage


class AreaFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Område {number}")
    description = "Det som området handlar om."
    icon = "glass"

    class Meta:
        model = AuthorityArea


class TradeFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Bransch {number}")
    sni_codes = "56.100"

    class Meta:
        model = Trade


class LawFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Lagen {number}")
    number = factory.Sequence(lambda number: f"2010:{number + 1}")
    kind = LawKind.ACT
    url = "https://lagen.example/2010:1622"

    class Meta:
        model = LegalReference


class EvidenceTypeFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Handling {number}")
    description = "Visar att det är så."
    issuer = "Bolagsverket"

    class Meta:
        model = EvidenceType


class TariffFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"Taxa {number}")
    year = 2026

    class Meta:
        model = Tariff


class FeeBasisFactory(RegisterFactory):
    name = factory.Sequence(lambda number: f"kvadratmeter {number}")
    one = "kvadratmeter"

    class Meta:
        model = FeeBasis


class HourlyRateFactory(QuietFactory):
    area = factory.SubFactory(AreaFactory)
    amount = Decimal("1200.00")
    valid_from = datetime.date(2026, 1, 1)
    valid_to = None

    class Meta:
        model = HourlyRate


class _RowFactory(QuietFactory):
    """A row of a guide, in the guide's language."""

    locale = factory.SelfAttribute("page.locale")

    class Meta:
        abstract = True


class StepFactory(_RowFactory):
    title = factory.Sequence(lambda number: f"Steg {number}")
    text = "<p>Gör så här.</p>"

    class Meta:
        model = GuideStep


class EvidenceFactory(_RowFactory):
    evidence_type = factory.SubFactory(EvidenceTypeFactory)
    requirement = Need.ALWAYS
    note = "Högst tre månader gammal."

    class Meta:
        model = GuideEvidence


class FeeFactory(_RowFactory):
    """A fixed fee; with ``hourly=True`` one of two hours, ``free=True`` none at all."""

    label = factory.Sequence(lambda number: f"Avgift {number}")
    kind = FeeKind.FIXED
    amount = Decimal("9500.00")

    class Meta:
        model = GuideFee

    class Params:
        hourly = factory.Trait(kind=FeeKind.HOURS, amount=None, hours=Decimal("2.00"))
        free = factory.Trait(kind=FeeKind.FREE, amount=None)


class TimeRuleFactory(_RowFactory):
    """The usual time; with ``legal_limit=True`` the longest that the law allows."""

    kind = TimeRuleKind.USUAL
    amount_from = 2
    amount = 8
    unit = TimeUnit.WEEKS
    counted_from = CountedFrom.COMPLETE

    class Meta:
        model = GuideTimeRule

    class Params:
        legal_limit = factory.Trait(kind=TimeRuleKind.LEGAL_LIMIT, amount_from=None, amount=4, unit=TimeUnit.MONTHS)


class RequirementFactory(_RowFactory):
    title = factory.Sequence(lambda number: f"Krav {number}")
    text = "<p>Det här ska vara uppfyllt.</p>"

    class Meta:
        model = GuideRequirement


class ChannelFactory(_RowFactory):
    kind = ChannelKind.WEB
    label = "Ansök"
    url = "https://e-tjanst.example/ansok"
    identification = factory.LazyFunction(lambda: ["e_id"])

    class Meta:
        model = GuideChannel


class DependencyFactory(_RowFactory):
    kind = DependencyKind.NEEDS
    guide = factory.SubFactory("business.guides.tests.factories.GuideFactory")
    note = "Det ena bygger på det andra."

    class Meta:
        model = GuideDependency


class QuestionFactory(_RowFactory):
    question = factory.Sequence(lambda number: f"Fråga {number}?")
    answer = "<p>Svaret.</p>"

    class Meta:
        model = GuideQuestion


class LawRowFactory(_RowFactory):
    law = factory.SubFactory(LawFactory)
    provision = "8 kap."

    class Meta:
        model = GuideLaw


class TradeRowFactory(_RowFactory):
    trade = factory.SubFactory(TradeFactory)

    class Meta:
        model = GuideTrade


class RelatedGuideFactory(_RowFactory):
    guide = factory.SubFactory("business.guides.tests.factories.GuideFactory")

    class Meta:
        model = RelatedGuide


class GuideFactory(PageFactory):
    """A guide with its area and units; ``complete=2`` gives it two rows of every fact."""

    title = factory.Sequence(lambda number: f"Serveringstillstånd {number}")
    parent = factory.LazyFunction(guide_index)
    kind = GuideKind.PERMIT
    area = factory.SubFactory(AreaFactory)
    decider = factory.SubFactory(UnitFactory, board=True)
    contact_unit = factory.SubFactory(UnitFactory)
    needed_when = "<p>Du vill servera alkohol.</p>"
    not_needed_when = "<p>Du bjuder dina anställda.</p>"

    class Meta:
        model = GuidePage

    @factory.post_generation
    def ready(page: GuidePage, create: bool, wanted: bool | None, **kwargs: Any) -> None:  # noqa: N805
        """Give the guide what it must have to be published, but for a fee."""
        if wanted:
            LawRowFactory(page=page)
            TimeRuleFactory(page=page)

    @factory.post_generation
    def complete(page: GuidePage, create: bool, rows: int | None, **kwargs: Any) -> None:  # noqa: N805
        """Give the guide so many rows of each kind of fact."""
        for _number in range(rows or 0):
            for row in (StepFactory, EvidenceFactory, FeeFactory, LawRowFactory, TradeRowFactory, RelatedGuideFactory):
                row(page=page)
            for row in (RequirementFactory, ChannelFactory, DependencyFactory, QuestionFactory):
                row(page=page)
            FeeFactory(page=page, hourly=True, hours_from=Decimal("1.00"), law=LawFactory(), tariff=TariffFactory())
            basis = FeeBasisFactory()
            for start, end in ((None, 100), (101, None)):
                FeeFactory(page=page, label=f"Band {_number}", basis=basis, band_from=start, band_to=end)
            RequirementFactory(
                page=page, law=LawFactory(), checked_by=page.decider, checked_on=datetime.date(2026, 11, 1)
            )
            TimeRuleFactory(page=page, applies_to=f"fall {_number}")
            TimeRuleFactory(page=page, legal_limit=True, applies_to=f"fall {_number}", law=LawFactory())
            EvidenceFactory(page=page, requirement=Need.IF_APPLICABLE)
        if rows:
            HourlyRateFactory(area=page.area)
