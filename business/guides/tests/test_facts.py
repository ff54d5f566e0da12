"""What a guide says on a day: amounts that change at midnight, texts that follow the language, facts that do not."""

import datetime
from dataclasses import fields, is_dataclass
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.functional import Promise
from wagtail.models import Page

from business.core.tests.factories import translate, translate_record
from business.core.translation import Text
from business.guides.enums import CountedFrom, FeeKind, GuideKind, Need, TimeRuleKind, TimeUnit
from business.guides.fees import fee_amount
from business.guides.models import GuideFee, GuidePage, GuideTimeRule
from business.guides.tests.factories import (
    AreaFactory,
    FeeBasisFactory,
    FeeFactory,
    GuideFactory,
    HourlyRateFactory,
    RelatedGuideFactory,
    StepFactory,
    TimeRuleFactory,
)

pytestmark = pytest.mark.django_db

LAST_DAY, FIRST_DAY = datetime.date(2026, 12, 31), datetime.date(2027, 1, 1)


def test_a_fee_in_hours_follows_the_rate_at_midnight_on_new_years_eve():
    guide = GuideFactory()
    HourlyRateFactory(area=guide.area, amount=Decimal(1390), valid_from=None, valid_to=LAST_DAY)
    HourlyRateFactory(area=guide.area, amount=Decimal(1430), valid_from=FIRST_DAY)
    FeeFactory(page=guide, hourly=True)
    before, after = guide.facts(LAST_DAY).fees[0], guide.facts(FIRST_DAY).fees[0]
    assert (before.amount, before.rate) == (Decimal(2780), Decimal(1390))
    assert [(coming.amount, coming.valid_from) for coming in before.upcoming] == [(Decimal(2860), FIRST_DAY)]
    assert (after.amount, after.upcoming) == (Decimal(2860), [])


def test_a_fixed_fee_changes_on_its_day_and_says_so_before():
    guide = GuideFactory()
    FeeFactory(page=guide, label="Ansökan", amount=Decimal(9800), valid_to=LAST_DAY)
    FeeFactory(page=guide, label="Ansökan", amount=Decimal(10100), valid_from=FIRST_DAY)
    (today,) = guide.facts(LAST_DAY).fees
    assert today.amount == Decimal(9800)
    assert [(coming.amount, coming.valid_from) for coming in today.upcoming] == [(Decimal(10100), FIRST_DAY)]
    (then,) = guide.facts(FIRST_DAY).fees
    assert then.amount == Decimal(10100)


def test_without_a_rate_for_the_day_the_amount_is_unknown_not_nothing():
    guide = GuideFactory()
    HourlyRateFactory(area=guide.area, valid_from=FIRST_DAY)
    FeeFactory(page=guide, hourly=True)
    facts = guide.facts(LAST_DAY)
    assert facts.fees[0].amount is None
    assert facts.main_fee.amount is None
    assert not facts.is_free


@pytest.mark.parametrize(
    ("hours", "rate", "amount"),
    [("0.50", "1245.00", "623"), ("1.00", "1390.00", "1390"), ("2.25", "1111.11", "2500"), ("0.10", "1244.00", "124")],
)
def test_hours_times_rate_is_rounded_to_whole_kronor_halves_up(hours, rate, amount):
    assert fee_amount(FeeKind.HOURS, None, Decimal(hours), Decimal(rate)) == Decimal(amount)


def test_an_unknown_amount_is_not_replaced_by_the_next_fee():
    guide = GuideFactory()
    FeeFactory(page=guide, hourly=True)
    FeeFactory(page=guide, label="Tillägg", amount=Decimal(500))
    main = guide.facts().main_fee
    assert main.kind == FeeKind.HOURS
    assert main.amount is None


def test_every_later_change_is_told_rows_and_rates_together():
    guide = GuideFactory()
    area = guide.area
    HourlyRateFactory(area=area, amount=Decimal(1000), valid_from=None, valid_to=LAST_DAY)
    HourlyRateFactory(area=area, amount=Decimal(1100), valid_from=FIRST_DAY, valid_to=datetime.date(2027, 6, 30))
    HourlyRateFactory(area=area, amount=Decimal(1200), valid_from=datetime.date(2027, 7, 1))
    FeeFactory(page=guide, label="Prövning", hourly=True, valid_to=datetime.date(2027, 2, 28))
    FeeFactory(page=guide, label="Prövning", hourly=True, hours=Decimal(3), valid_from=datetime.date(2027, 3, 1))
    (fee,) = guide.facts(LAST_DAY).fees
    assert fee.amount == Decimal(2000)
    assert [(coming.amount, coming.valid_from) for coming in fee.upcoming] == [
        (Decimal(2200), FIRST_DAY),
        (Decimal(3300), datetime.date(2027, 3, 1)),
        (Decimal(3600), datetime.date(2027, 7, 1)),
    ]


def test_a_fee_that_starts_later_is_told_and_is_not_what_it_costs_today():
    guide = GuideFactory()
    FeeFactory(page=guide, label="Ny avgift", amount=Decimal(700), valid_from=FIRST_DAY)
    FeeFactory(page=guide, label="Ansökan", amount=Decimal(900))
    facts = guide.facts(LAST_DAY)
    assert [(fee.label, fee.holds, fee.amount) for fee in facts.fees] == [
        ("Ansökan", True, Decimal(900)),
        ("Ny avgift", False, None),
    ]
    assert [(coming.amount, coming.valid_from) for coming in facts.fees[1].upcoming] == [(Decimal(700), FIRST_DAY)]
    assert facts.main_fee.amount == Decimal(900)


def test_fees_for_everybody_and_for_some_are_counted_apart():
    guide = GuideFactory()
    basis = FeeBasisFactory()
    FeeFactory(page=guide, label="Ansökan")
    FeeFactory(page=guide, label="Tillsyn")
    FeeFactory(page=guide, label="Prov", basis=basis, band_to=2, need=Need.IF_APPLICABLE)
    FeeFactory(page=guide, label="Prov", basis=basis, band_from=3, need=Need.IF_APPLICABLE)
    FeeFactory(page=guide, label="Ändring", need=Need.IF_APPLICABLE)
    FeeFactory(page=guide, label="Råd", free=True, need=Need.IF_APPLICABLE)
    facts = guide.facts()
    assert [(fee.label, fee.always) for fee in facts.fees if not fee.always or fee.label == "Ansökan"] == [
        ("Ansökan", True),
        ("Prov", False),
        ("Prov", False),
        ("Ändring", False),
        ("Råd", False),
    ]
    assert (facts.more_fees, facts.other_fees) == (1, 2)
    assert facts.main_fee.label == "Ansökan"
    assert facts.costs_more


def test_the_main_fee_is_the_editors_first_also_when_only_some_pay_it():
    guide = GuideFactory()
    FeeFactory(page=guide, label="Registrera bolag", need=Need.IF_APPLICABLE)
    FeeFactory(page=guide, label="Anmälan", free=True)
    facts = guide.facts()
    assert (facts.main_fee.label, facts.more_fees, facts.other_fees, facts.is_free) == (
        "Registrera bolag",
        0,
        0,
        False,
    )


def test_free_is_said_only_when_every_fee_is_free():
    guide = GuideFactory()
    FeeFactory(page=guide, free=True)
    assert guide.facts().is_free
    FeeFactory(page=guide)
    assert not GuidePage.objects.get(pk=guide.pk).facts().is_free


def test_facts_are_the_originals_whatever_the_translation_holds():
    guide = GuideFactory()
    FeeFactory(page=guide, amount=Decimal(9500))
    TimeRuleFactory(page=guide, amount=8)
    english = translate(guide, title="Licence")
    # Even if somebody changed the copies, nobody would read them.
    GuideFee.objects.filter(page=english).update(amount=Decimal(1), kind=FeeKind.FREE)
    GuideTimeRule.objects.filter(page=english).update(amount=99)
    GuideFee.objects.filter(page=guide).update(amount=Decimal(9900))
    facts = GuidePage.objects.get(pk=english.pk).facts()
    assert facts.fees[0].amount == Decimal(9900)
    assert facts.main_time.amount == 8


def test_no_fact_can_differ_between_languages():
    """Every value that is not a text is equal, on a guide with all that a guide can hold."""
    guide = GuideFactory(complete=2)
    english = translate(guide, title="Licence")
    swedish_facts = GuidePage.objects.get(pk=guide.pk).facts()
    english_facts = GuidePage.objects.get(pk=english.pk).facts()

    def facts_only(facts):
        """Everything that the dataclasses hold, without the texts: whatever is added later is compared too."""

        def strip(value):
            if isinstance(value, Text | Page):
                return None
            if is_dataclass(value):
                return {field.name: strip(getattr(value, field.name)) for field in fields(value)}
            if isinstance(value, list | tuple):
                return [strip(item) for item in value]
            return str(value) if isinstance(value, Promise) else value

        return strip(facts)

    assert facts_only(swedish_facts) == facts_only(english_facts)
    assert len(swedish_facts.fees) == 8


def test_texts_follow_the_language_and_fall_back_marked():
    guide = GuideFactory(area=AreaFactory(name="Livsmedel"))
    step = StepFactory(page=guide, title="Ansök")
    english = translate(guide, title="Licence")
    english_step = english.steps.get(translation_key=step.translation_key)
    english_step.title = "Apply"
    english_step.save()
    StepFactory(page=guide, title="Betala")
    translate_record(guide.area, name="Food")
    facts = GuidePage.objects.get(pk=english.pk).facts()
    assert [(step.title, step.title.lang) for step in facts.steps] == [("Apply", ""), ("Betala", "sv")]
    assert (facts.area.name, facts.area.name.lang) == ("Food", "")
    assert facts.decider.name.lang == "sv"


def test_a_related_guide_is_shown_in_the_readers_language_or_not_at_all_if_it_is_not_live():
    guide, other, draft = GuideFactory(), GuideFactory(), GuideFactory(draft=True)
    RelatedGuideFactory(page=guide, guide=other)
    RelatedGuideFactory(page=guide, guide=draft)
    english, english_other = translate(guide, title="One"), translate(other, title="Two")
    assert [card.page.pk for card in GuidePage.objects.get(pk=guide.pk).facts().related] == [other.pk]
    assert [card.page.pk for card in GuidePage.objects.get(pk=english.pk).facts().related] == [english_other.pk]


@pytest.mark.parametrize(
    ("values", "words", "iso"),
    [
        ({"amount_from": 2, "amount": 8, "unit": TimeUnit.WEEKS}, "2–8 weeks", "P8W"),
        ({"amount_from": None, "amount": 1, "unit": TimeUnit.MONTHS}, "1 month", "P1M"),
        ({"amount_from": None, "amount": 10, "unit": TimeUnit.WORKING_DAYS}, "10 working days", "P10D"),
        (
            {"amount_from": None, "amount": 0, "unit": TimeUnit.DAYS, "counted_from": CountedFrom.START},
            "at the latest when you start",
            "P0D",
        ),
    ],
)
def test_a_time_in_words_and_as_data(values, words, iso):
    guide = GuideFactory()
    TimeRuleFactory(page=guide, kind=TimeRuleKind.NOTICE_BEFORE_START, **values)
    with translation.override("en"):
        (rule,) = guide.facts().time_rules
        assert str(rule.span) == words
    assert rule.iso_duration == iso


def test_takes_shows_the_usual_time_before_the_legal_limit():
    guide = GuideFactory()
    TimeRuleFactory(page=guide, legal_limit=True)
    usual = TimeRuleFactory(page=guide)
    facts = guide.facts()
    assert facts.main_time.amount == usual.amount
    assert facts.legal_limit.amount == 4


def test_the_notice_stands_beside_the_usual_time_and_never_twice():
    guide = GuideFactory(kind=GuideKind.NOTICE)
    TimeRuleFactory(page=guide, kind=TimeRuleKind.NOTICE_BEFORE_START, amount=6, counted_from=CountedFrom.START)
    alone = guide.facts()
    assert (alone.main_time.kind, alone.notice_beside) == (TimeRuleKind.NOTICE_BEFORE_START, None)
    TimeRuleFactory(page=guide)
    both = GuidePage.objects.get(pk=guide.pk).facts()
    assert (both.main_time.kind, both.notice_beside.amount) == (TimeRuleKind.USUAL, 6)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(GuideKind.PERMIT, "from a complete application"), (GuideKind.NOTICE, "from a complete notice")],
)
def test_what_is_complete_is_called_what_it_is(kind, words):
    guide = GuideFactory(kind=kind)
    TimeRuleFactory(page=guide, counted_from=CountedFrom.COMPLETE)
    with translation.override("en"):
        assert str(guide.facts().main_time.counted_from_label) == words


def test_a_check_is_overdue_the_day_after():
    day = datetime.date(2026, 11, 23)
    assert not GuideFactory(next_check_on=day).facts(day).check_is_overdue
    assert GuideFactory(next_check_on=day).facts(day + datetime.timedelta(days=1)).check_is_overdue
