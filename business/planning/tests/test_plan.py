"""A plan: which guides it holds, and what their facts come to together. The scheduler itself is tested elsewhere."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from business.core.tests.factories import translate, translate_record
from business.guides.enums import CountedFrom, GuideKind, TimeRuleKind
from business.guides.models import FeeBasis
from business.guides.tests.factories import DependencyFactory, FeeFactory, TimeRuleFactory
from business.planning.enums import Effect, Verdict
from business.planning.models import Question
from business.planning.planner.plan import CopyToOrder, PaperToGet
from business.planning.tests.factories import (
    FinderPageFactory,
    JourneyFactory,
    JourneyStepFactory,
    QuestionFactory,
    RuleFactory,
    option,
)
from business.planning.tests.restaurants import TODAY, Restaurant, plan_of, restaurant, timed

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def place() -> Restaurant:
    """The four guides of a restaurant; a journey through all of them is ``journey=resa``."""
    found = restaurant()
    JourneyFactory(title="Så öppnar du restaurang", slug="resa", guides=found.guides)
    return found


def titles(view) -> list[str]:
    return [str(matter.guide.title) for matter in view.plan.matters]


def messages(view) -> list[str]:
    return [str(problem.message) for problem in view.problems]


class TestDays:
    def test_a_plan_without_a_day_tells_how_soon_one_can_open(self, place):
        plan = plan_of("journey=resa").plan
        assert plan.verdict is None
        # 26 November + 4 weeks = 24 December, a holiday in all but name: 28 December. + 8 weeks = 22 February.
        # + 8 working days = 4 March. + 8 weeks = 29 April; decided then, the company opens the day after.
        assert plan.schedule.earliest_opening == day("2027-04-30")
        assert [matter.day for matter in plan.matters] == [
            day("2026-11-26"),
            day("2026-12-28"),
            day("2027-02-22"),
            day("2027-03-04"),
        ]

    def test_matters_stand_in_the_order_of_their_days_each_with_what_it_waits_for(self, place):
        view = plan_of("journey=resa&day=2027-05-01")
        assert titles(view) == ["Starta företag", "Bygglov", "Livsmedel", "Servering"]
        waits = {str(matter.guide.title): {str(other.title) for other in matter.first} for matter in view.plan.matters}
        assert waits["Livsmedel"] == {"Starta företag", "Bygglov"}
        assert waits["Servering"] == {"Starta företag", "Livsmedel"}

    def test_in_time_as_it_usually_goes(self, place):
        view = plan_of("journey=resa&day=2027-05-01")
        assert view.plan.verdict == Verdict.USUAL
        assert [str(matter.guide.title) for matter in view.plan.critical] == titles(view)
        assert "day=2027-04-30" in view.earliest_query
        assert f"day={view.plan.schedule.earliest_safe.isoformat()}" in view.safe_query

    def test_too_late_the_days_are_those_that_can_be_kept(self, place):
        plan = plan_of("journey=resa&day=2027-02-01").plan
        assert plan.verdict == Verdict.TOO_LATE
        first = plan.matters[0]
        assert first.planned.hand_in < TODAY
        assert (first.is_late, first.day) == (True, TODAY)
        assert first.decided == day("2026-12-28")
        assert first.days_late > 0
        assert plan.first is first

    def test_a_permit_with_several_matters_says_as_what_it_is_counted(self, place):
        building = plan_of("journey=resa").plan.matters[1]
        assert building.guide.times.counted_as == "Lov"
        assert building.from_complete.counted_from_label == "från komplett ansökan"
        assert building.planned.extended_to is not None

    def test_what_needs_no_application_or_comes_afterwards_stands_apart(self, place):
        control = timed("Kontroll", kind=GuideKind.SUPERVISION)
        TimeRuleFactory(page=control, amount_from=None, amount=12, counted_from=CountedFrom.AFTER_START)
        plan = plan_of(f"journey=resa&with={control.slug}").plan
        assert [str(other.guide.title) for other in plan.afterwards] == ["Kontroll"]
        assert len(plan.matters) == 4

    def test_order_holds_through_a_guide_that_is_no_application(self):
        building, serving = timed("Bygglov", 8), timed("Servering", 8)
        premises, access = (
            timed("Lokal", kind=GuideKind.NOTICE, no_time_rule=True),
            timed("Utrymning", kind=GuideKind.INFORMATION),
        )
        for waiting, first in ((serving, access), (access, premises), (premises, building), (premises, access)):
            DependencyFactory(page=waiting, guide=first)
        names = "&".join(f"with={guide.slug}" for guide in (building, serving, premises, access))
        plan = plan_of(f"{names}&day=2027-05-01").plan
        one, other = plan.matters
        assert [str(matter.guide.title) for matter in plan.matters] == ["Bygglov", "Servering"]
        assert one.decided <= other.day
        assert [str(guide.title) for guide in other.first] == ["Bygglov"]
        assert plan_of(f"{names}&day=2027-03-01").plan.verdict == Verdict.TOO_LATE

    def test_guides_that_wait_for_each_other_have_costs_but_no_days(self, place):
        DependencyFactory(page=place.company, guide=place.serving)
        view = plan_of("journey=resa&day=2027-05-01")
        assert view.plan.schedule is None
        assert set(view.plan.circle) >= {"Starta företag", "Servering"}
        assert view.plan.costs.once.low > 0
        assert [matter.day for matter in view.plan.matters] == [None] * 4
        assert view.picture is None
        assert len(view.plan.papers) == 2


class TestWhichGuides:
    def test_a_journey_takes_what_everybody_does_and_what_the_answers_say(self, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        journey = JourneyFactory(slug="krog", guides=[place.food])
        JourneyStepFactory(
            page=journey,
            guide=place.serving,
            condition=option("alkohol", "ja"),
            condition_text="om du serverar alkohol",
        )
        JourneyStepFactory(page=journey, title="Skaffa kassaregister")
        without, with_it = plan_of("journey=krog"), plan_of("journey=krog&alkohol=ja")
        assert titles(without) == ["Livsmedel"]
        assert titles(with_it) == ["Livsmedel", "Servering"]
        assert [(tick.name, tick.value, tick.checked) for tick in without.ticks] == [("alkohol", "ja", False)]
        assert [tick.checked for tick in with_it.ticks] == [True]
        assert with_it.selection.title == journey.title

    def test_answers_bring_what_is_needed_and_offer_what_may_be(self, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        RuleFactory(guide=place.serving, all_of="alkohol=ja", why="Du serverar alkohol.")
        RuleFactory(guide=place.food, effect=Effect.MAYBE, all_of="alkohol=ja", why="Om du också har mat.")
        RuleFactory(guide=place.building, effect=Effect.NOT_NEEDED, all_of="alkohol=ja")
        view = plan_of("alkohol=ja")
        assert titles(view) == ["Servering"]
        assert [(tick.name, tick.value, str(tick.note)) for tick in view.ticks] == [
            ("with", place.food.slug, "Om du också har mat.")
        ]
        assert [str(guide.title) for guide in view.offered] == ["Livsmedel"]
        taken = plan_of(f"alkohol=ja&with={place.food.slug}")
        assert titles(taken) == ["Livsmedel", "Servering"]
        assert [tick.checked for tick in taken.ticks] == [True]

    def test_what_the_answers_do_not_lead_to_is_not_missed(self, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        RuleFactory(guide=place.serving, all_of="alkohol=ja")
        assert plan_of("alkohol=ja").plan.missing == ()

    def test_what_was_taken_out_is_missed_by_what_needs_it(self, place):
        view = plan_of(f"journey=resa&without={place.company.slug}")
        assert titles(view) == ["Bygglov", "Livsmedel", "Servering"]
        assert [str(guide.title) for guide in view.removed] == ["Starta företag"]
        (missing,) = view.plan.missing
        assert missing.guide.slug == place.company.slug
        assert {str(guide.title) for guide in missing.waiting} == {"Bygglov", "Livsmedel", "Servering"}

    def test_a_single_guide_is_planned_too(self, place):
        view = plan_of(f"with={place.serving.slug}")
        assert titles(view) == ["Servering"]
        assert {missing.guide.slug for missing in view.plan.missing} == {place.company.slug, place.food.slug}

    def test_answers_that_lead_to_nothing_are_an_empty_plan(self, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        view = plan_of("alkohol=nej&day=2027-05-01")
        assert view.plan.guides == ()
        assert view.plan.verdict == Verdict.SAFE

    def test_an_address_that_says_nothing_has_no_plan(self, place):
        assert plan_of("").plan is None
        assert plan_of("day=2027-05-01").plan is None

    def test_a_draft_and_a_private_guide_are_left_out(self, place):
        place.serving.unpublish()
        assert "Servering" not in titles(plan_of("journey=resa"))


class TestMoney:
    def test_sums_count_what_everybody_pays_and_tell_what_lacks_a_number(self, place):
        view = plan_of("journey=resa&day=2027-05-01")
        # 1,900 + 15,300 to 22,000 + 10,100; the test lacks a number, and 3,600 are yearly.
        assert (view.plan.costs.once.low, view.plan.costs.once.high) == (Decimal(27300), Decimal(34000))
        assert view.plan.costs.yearly.high == Decimal(3600)
        assert [str(line.label) for line in view.plan.costs.open_lines] == ["Prov"]
        assert view.is_unfolded

    def test_numbers_in_the_address_are_counted(self, place):
        people = FeeBasis.objects.get(name="personer").slug
        area = FeeBasis.objects.get(name="kvadratmeter").slug
        view = plan_of(f"journey=resa&n-{people}=2&n-{area}=300")
        assert view.plan.costs.once.high == view.plan.costs.once.low == Decimal(1900 + 22000 + 10100 + 3000)
        assert dict(view.counts) == {"personer": 2, "kvadratmeter": 300}
        assert not view.is_unfolded

    def test_a_number_that_the_finder_asks_for_is_its_answer(self, place):
        area = FeeBasis.objects.get(name="kvadratmeter")
        QuestionFactory(name="Hur stor är lokalen?", slug="yta", number=True, basis=area)
        RuleFactory(guide=place.building, limits={"yta": (1, None)})
        view = plan_of("yta=300")
        assert [(count.name, count.value) for count in view.form.asked] == [("yta", 300)]
        assert view.plan.costs.once.high == Decimal(22000)
        assert ("yta", "300") not in view.hidden

    def test_a_fee_for_some_only_is_counted_once_it_is_asked_for(self, place):
        view = plan_of("journey=resa")
        ((line, guide),) = view.plan.fees_left_out
        assert (str(line.label), str(guide.title)) == ("Samråd", "Bygglov")
        taken = plan_of(view.wishes.paying(line.key))
        assert taken.plan.costs.once.low == view.plan.costs.once.low + 5000
        assert [tick.checked for tick in taken.fee_ticks] == [True]

    def test_what_is_free_for_some_is_not_offered(self, place):
        FeeFactory(page=place.food, free=True, label="Råd", need="if_applicable")
        assert [str(line.label) for line in plan_of("journey=resa").plan.optional_fees] == ["Samråd"]


class TestPapers:
    def test_each_paper_stands_once_with_all_that_ask_for_it(self, place):
        papers = {paper.text.key: paper for paper in plan_of("journey=resa&day=2027-05-01").plan.papers}
        assert set(papers) == {"bevis", "registrering"}
        proof = papers["bevis"]
        assert [(str(use.guide.title), use.text.always, use.number) for use in proof.uses] == [
            ("Bygglov", False, 2),
            ("Servering", True, 4),
        ]
        assert proof.always

    def test_a_paper_has_a_day_to_order_it_from(self, place):
        plan = plan_of("journey=resa&day=2027-05-01").plan
        proof = next(paper for paper in plan.papers if paper.text.key == "bevis")
        # Handed in with the permit on 29 December and with the serving permit on 5 March: one of 5 December serves both.
        assert [(copy.not_before, copy.needed) for copy in proof.copies] == [(day("2026-12-05"), plan.matters[1].day)]

    def test_what_the_plan_itself_gives_says_so(self, place):
        plan = plan_of("journey=resa&day=2027-05-01").plan
        decision = next(paper for paper in plan.papers if paper.text.key == "registrering")
        assert str(decision.giver.title) == "Livsmedel"
        assert decision.given_on == plan.matters[2].decided


class TestWhatIsTold:
    def test_what_is_not_here_any_more_is_told_and_the_rest_kept(self, place):
        view = plan_of("journey=resa&day=2027-05-01&with=borta&fee=borta.avgift")
        assert len(view.problems) == 2
        assert {problem.typed for problem in view.problems} == {"borta", "borta.avgift"}
        assert len(view.plan.matters) == 4
        assert "borta" not in view.query

    def test_a_journey_that_is_gone_leaves_the_answers(self, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        RuleFactory(guide=place.serving, all_of="alkohol=ja")
        view = plan_of("journey=borta&alkohol=ja")
        assert titles(view) == ["Servering"]
        assert [problem.typed for problem in view.problems] == ["borta"]

    def test_only_a_journey_that_is_gone_begins_anew(self, place):
        view = plan_of("journey=borta")
        assert view.plan is None
        assert len(view.problems) == 1

    @pytest.mark.parametrize("text", ["2020-01-01", "2040-01-01", "2027-02-30", "imorgon"])
    def test_a_day_that_cannot_be_planned_for_is_told_at_its_field_and_kept(self, place, text):
        view = plan_of(f"journey=resa&day={text}")
        assert list(view.form.errors) == ["day"]
        assert view.form["day"].value() == text
        assert view.plan.opening is None
        assert len(view.plan.matters) == 4

    def test_a_bad_number_is_told_at_its_field_and_kept(self, place):
        people = FeeBasis.objects.get(name="personer").slug
        view = plan_of(f"journey=resa&n-{people}=tre")
        assert list(view.form.errors) == [f"n-{people}"]
        assert view.form[f"n-{people}"].value() == "tre"
        assert view.is_unfolded

    def test_a_bad_answer_of_the_finder_is_told_at_the_field_that_asks_it(self, place):
        area = FeeBasis.objects.get(name="kvadratmeter")
        QuestionFactory(name="Hur stor är lokalen?", slug="yta", number=True, basis=area)
        QuestionFactory(name="Alkohol?", slug="alkohol")
        RuleFactory(guide=place.building, all_of="alkohol=ja")
        view = plan_of("alkohol=ja&yta=stor")
        assert "yta" in view.form.errors
        assert view.problems == ()

    def test_an_answer_that_is_unknown_is_told_by_the_name_of_its_question(self, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        RuleFactory(guide=place.serving)
        (problem,) = plan_of("alkohol=kanske&with=" + place.food.slug).problems
        assert problem.about == "Alkohol?"

    def test_an_address_that_is_too_long_is_told(self, place):
        view = plan_of("journey=resa&x=" + "y" * 10_000)
        assert len(view.problems) == 1
        assert len(view.plan.matters) == 4

    def test_answers_are_told_with_a_link_that_changes_each(self, place):
        QuestionFactory(name="Alkohol?", slug="alkohol")
        QuestionFactory(name="Hur många?", slug="platser", number=True, unit="platser")
        QuestionFactory(name="Vilka varor?", slug="varor", many=True, options="ost vin")
        RuleFactory(guide=place.serving, all_of="alkohol=ja")
        finder = FinderPageFactory()
        view = plan_of("alkohol=ja&platser=60&varor=")
        assert [(str(told.question), told.answer) for told in view.answers] == [
            ("Alkohol?", "Ja"),
            ("Hur många?", "60 platser"),
            ("Vilka varor?", "Inget av det här"),
        ]
        assert view.answers[0].url == f"{finder.get_url()}?alkohol=ja&platser=60&varor=&edit=alkohol"


class TestLanguages:
    def test_facts_are_the_originals_and_texts_the_translations(self, place):
        english = translate(place.serving, title="Serving permit")
        translate(place.company, title="Start a company")
        TimeRuleFactory(page=english, kind=TimeRuleKind.USUAL, amount_from=None, amount=99)
        swedish, view = plan_of("journey=resa&day=2027-05-01"), plan_of("journey=resa&day=2027-05-01", language="en")
        assert [matter.planned for matter in view.plan.matters] == [matter.planned for matter in swedish.plan.matters]
        assert view.plan.costs.once == swedish.plan.costs.once
        by_title = {str(matter.guide.title): matter.guide for matter in view.plan.matters}
        assert by_title["Serving permit"].url == english.get_url()
        assert by_title["Serving permit"].title.lang == ""
        assert by_title["Bygglov"].title.lang == "sv"

    def test_answers_are_told_in_the_language_of_the_page(self, place):
        question = QuestionFactory(name="Alkohol?", slug="alkohol")
        translate_record(question, name="Alcohol?")
        RuleFactory(guide=place.serving, all_of="alkohol=ja")
        view = plan_of("alkohol=ja", language="en")
        assert str(view.answers[0].question) == "Alcohol?"
        assert Question.objects.count() == 2


class TestOfTheOpeningDay:
    """What counts is what holds on the opening day; what is otherwise today is told."""

    @pytest.fixture
    def place(self) -> Restaurant:
        QuestionFactory(name="Alkohol?", slug="alkohol")
        return restaurant()

    def told(self, query: str) -> list[tuple[str, str]]:
        return [(str(change.title), change.text) for change in plan_of(query).changes]

    def test_a_rule_that_begins_before_it_brings_its_guide(self, place):
        RuleFactory(guide=place.food, all_of="alkohol=ja", valid_from=day("2027-02-01"))
        query = "alkohol=ja&day=2027-05-01"
        assert titles(plan_of(query)) == ["Livsmedel"]
        assert self.told(query) == [("Livsmedel", "behövs från och med 1 februari 2027.")]
        assert titles(plan_of("alkohol=ja")) == titles(plan_of("alkohol=ja&day=2027-01-31")) == []

    def test_a_rule_that_ends_before_it_does_not(self, place):
        RuleFactory(guide=place.food, all_of="alkohol=ja", valid_to=day("2027-01-31"))
        query = "alkohol=ja&day=2027-05-01"
        assert titles(plan_of(query)) == []
        assert self.told(query) == [("Livsmedel", "behövs inte längre från och med 1 februari 2027.")]
        assert titles(plan_of("alkohol=ja&day=2027-01-31")) == ["Livsmedel"]

    def test_times_are_those_that_hold_then(self, place):
        guide = timed("Vatten")
        TimeRuleFactory(page=guide, amount_from=None, amount=4, valid_to=day("2026-12-31"))
        TimeRuleFactory(page=guide, amount_from=None, amount=30, valid_from=day("2027-01-01"))
        query = f"with={guide.slug}&day=2027-09-01"
        assert plan_of(query).plan.matters[0].day < day("2027-02-15")
        (change,) = self.told(query)
        assert "30 veckor från och med 1 januari 2027, till dess 4 veckor" in change[1]
        assert self.told(f"with={guide.slug}&day=2026-12-30") == []

    def changing(self, before: int, after: int | None) -> str:
        """Return the address of a guide whose time changes at New Year."""
        guide = timed("Vatten")
        TimeRuleFactory(page=guide, amount_from=None, amount=before, valid_to=day("2026-12-31"))
        if after is not None:
            TimeRuleFactory(page=guide, amount_from=None, amount=after, valid_from=day("2027-01-01"))
        return f"with={guide.slug}"

    def test_a_shorter_time_does_not_hold_for_what_is_handed_in_before_it(self):
        guide = self.changing(8, 2)
        view = plan_of(f"{guide}&day=2027-01-08")
        assert view.plan.verdict == Verdict.TOO_LATE
        # Whatever day it is handed in from today on, it is decided in time.
        late = plan_of(f"{guide}&day=2027-01-29").plan
        assert (late.verdict, late.matters[0].day) == (Verdict.SAFE, day("2026-12-03"))
        assert late.matters[0].decided == day("2027-01-28")
        spring = plan_of(f"{guide}&day=2027-05-01").plan.matters[0]
        assert (spring.day, spring.decided, spring.guide.times.usual.amount) == (
            day("2027-04-16"),
            day("2027-04-30"),
            2,
        )

    def test_a_longer_time_never_moves_a_day_back_and_the_suggested_day_holds(self):
        guide, today = self.changing(2, 10), day("2026-12-21")
        earlier, later = plan_of(f"{guide}&day=2026-12-31"), plan_of(f"{guide}&day=2027-01-07")
        assert earlier.plan.matters[0].day < later.plan.matters[0].day == day("2026-12-22")
        assert later.plan.matters[0].guide.times.usual.amount == 2
        asked = plan_of(guide, today)
        assert asked.plan.schedule.earliest_opening == day("2027-01-05")
        assert plan_of(asked.earliest_query, today).plan.verdict == Verdict.SAFE

    def test_a_time_that_ends_with_nothing_after_it_goes_on_and_is_told(self):
        guide = self.changing(8, None)
        view = plan_of(f"{guide}&day=2027-01-04")
        assert [str(matter.guide.title) for matter in view.plan.matters] == ["Vatten"]
        assert view.plan.verdict == Verdict.TOO_LATE
        [change] = view.changes
        assert "8 veckor till och med 31 december 2026" in change.text

    def test_a_question_that_is_not_asked_any_more_leaves_its_guide_to_be_added(self, place):
        journey = JourneyFactory(slug="krog", guides=[place.food])
        JourneyStepFactory(
            page=journey,
            guide=place.serving,
            condition=option("alkohol", "ja"),
            condition_text="om du serverar alkohol",
        )
        Question.objects.update(live=False)
        view = plan_of("journey=krog")
        assert view.selection.conditions == ()
        assert [(tick.name, tick.value) for tick in view.ticks] == [("with", place.serving.slug)]
        assert titles(plan_of(f"journey=krog&with={place.serving.slug}")) == ["Livsmedel", "Servering"]

    def test_several_days_and_what_is_not_here_any_more_are_told(self, place):
        view = plan_of("alkohol=ja&day=2027-05-01&day=2027-06-01&without=borta")
        assert [problem.typed for problem in view.problems] == ["2027-05-01, 2027-06-01", "borta"]

    def test_an_answer_without_a_translation_says_its_language(self, place):
        translate_record(Question.objects.get(), name="Alcohol?")
        (told,) = plan_of("alkohol=ja", language="en").answers
        assert [(name.lang, told.answer.lang) for name in told.said] == [("sv", "sv")]

    def test_a_paper_of_the_plan_that_will_be_too_old_is_to_be_got_again(self):
        copy = CopyToOrder((), not_before=day("2027-02-24"), needed=day("2027-05-24"))
        paper = PaperToGet(None, True, (), (copy,), given_on=day("2026-12-28"))
        assert paper.too_old == (copy,)
        assert replace(paper, given_on=day("2027-02-24")).too_old == ()
