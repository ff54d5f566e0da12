"""The report on the finder's rules: what it finds, and who sees it."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from business.core.tests.admin import sign_in
from business.core.tests.factories import translate, translate_record
from business.guides.models import GuidePage
from business.guides.tests.factories import GuideFactory
from business.planning.enums import Effect
from business.planning.examples.report import Line, read_report, urgent_numbers
from business.planning.models import Question
from business.planning.tests.factories import (
    BusinessEventFactory,
    FinderPageFactory,
    JourneyFactory,
    PersonaFactory,
    QuestionFactory,
    RuleFactory,
    option,
)

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 26)
LAST_YEAR, NEXT_YEAR = datetime.date(2025, 12, 31), datetime.date(2027, 1, 1)


@pytest.fixture
def permit() -> GuidePage:
    return GuideFactory(title="Serveringstillstånd")


@pytest.fixture
def book(permit: GuidePage) -> None:
    """Two questions and a rule with which nothing is wrong, but that nothing is translated."""
    QuestionFactory(name="Ska du servera alkohol?", slug="alkohol")
    QuestionFactory(name="Serverar du ute?", slug="ute", when=[option("alkohol", "ja")])
    RuleFactory(guide=permit, all_of="alkohol=ja", why="Du serverar alkohol.")
    RuleFactory(guide=GuideFactory(title="Uteservering"), all_of="ute=ja", why="Du serverar ute.")


def found(key: str) -> list[Line]:
    [section] = [section for section in read_report(TODAY) if section.key == key]
    return list(section.lines)


def texts(key: str) -> list[str]:
    return [line.text for line in found(key)]


def test_nothing_is_wrong_with_what_is_right(book):
    assert {section.key for section in read_report(TODAY) if section.lines} == {"untranslated"}


def test_an_example_that_does_not_come_out_right_today_or_later(book, permit):
    PersonaFactory(name="Baren", chose="alkohol=ja ute=nej", gets={permit: Effect.NEEDED})
    PersonaFactory(name="Kafét", chose="alkohol=nej", gets={permit: Effect.NEEDED})
    assert [(line.text, line.details) for line in found("examples")] == [
        ("Kafét", ("Serveringstillstånd: ska bli ”behövs”, blir ”behövs inte”",))
    ]
    RuleFactory(guide=permit, effect=Effect.NOT_NEEDED, all_of="alkohol=ja", valid_from=NEXT_YEAR)
    [bar, _cafe] = found("examples")
    assert bar.details == ("Serveringstillstånd: ska bli ”behövs”, blir ”kan behövas” (från 1 januari 2027)",)


def test_rules_that_contradict_each_other_with_answers_that_show_it(book, permit):
    finder = FinderPageFactory()
    RuleFactory(guide=permit, effect=Effect.NOT_NEEDED, all_of="ute=nej", why="Du är inne.")
    [line] = found("contradictions")
    assert line.details[:2] == ("Du serverar alkohol.", "Mot: Du är inne.")
    assert "Ska du servera alkohol? → Ja; Serverar du ute? → Nej" in line.details[2]
    assert line.finder_url.startswith(f"{finder.url}?alkohol=ja&ute=nej")


@pytest.mark.parametrize(
    "rule",
    [
        {"all_of": "alkohol=nej"},
        {"all_of": "ute=nej", "valid_to": LAST_YEAR},
        {"all_of": "ute=nej", "effect": Effect.MAYBE},
    ],
)
def test_rules_that_never_meet_do_not_contradict(book, permit, rule):
    RuleFactory(guide=permit, **{"effect": Effect.NOT_NEEDED, **rule})
    assert found("contradictions") == []


def test_rules_that_meet_on_no_day_do_not_contradict(book, permit):
    RuleFactory(guide=permit, effect=Effect.NOT_NEEDED, none_of="ute=ja", valid_from=NEXT_YEAR)
    assert len(found("contradictions")) == 1
    permit.finder_rules.filter(effect=Effect.NEEDED).update(valid_to=datetime.date(2026, 12, 31))
    assert found("contradictions") == []


def test_rules_that_can_never_apply(book, permit):
    RuleFactory(guide=permit, all_of="alkohol=nej ute=ja", why="Aldrig.")
    RuleFactory(guide=permit, all_of="alkohol=nej ute=ja", why="Förr.", valid_to=LAST_YEAR)
    assert [line.details for line in found("never")] == [("Aldrig.",)]


def test_questions_that_are_never_asked(book):
    QuestionFactory(name="Både och?", slug="bada", when=[option("ute", "ja"), option("ute", "nej")])
    assert texts("unreachable") == []
    Question.objects.filter(slug="alkohol").update(live=False)
    assert texts("unreachable") == ["Serverar du ute?", "Både och?"]


def test_questions_that_stand_before_what_they_hang_on(book):
    Question.objects.filter(slug="ute").update(position=0)
    assert [(line.text, line.details) for line in found("order")] == [
        ("Serverar du ute?", ("Beror på: Ska du servera alkohol?",))
    ]


def test_guides_that_no_rule_leads_to(book, permit):
    GuideFactory(title="Bygglov")
    GuideFactory(title="Utkast", draft=True)
    over = GuideFactory(title="Förr")
    RuleFactory(guide=over, all_of="alkohol=ja", valid_to=LAST_YEAR)
    RuleFactory(guide=GuideFactory(title="Aldrig"), effect=Effect.NOT_NEEDED, all_of="alkohol=ja")
    assert texts("unled") == ["Aldrig", "Bygglov", "Förr"]


def test_rules_of_guides_that_are_not_published_and_rules_that_have_ended(book, permit):
    GuidePage.objects.filter(pk=permit.pk).update(live=False)
    RuleFactory(all_of="alkohol=ja", why="Förr.", valid_to=LAST_YEAR)
    assert texts("hidden") == ["Serveringstillstånd: behövs"]
    assert [line.details for line in found("over")] == [("Förr.", "till och med 31 december 2025")]


def test_answers_that_make_no_difference(book, permit):
    QuestionFactory(name="Vad säljer du?", slug="varor", many=True, options="tobak kaffe te")
    QuestionFactory(name="Var?", slug="var", options="inne ute tak")
    QuestionFactory(name="Hur många?", slug="antal", number=True)
    RuleFactory(guide=permit, any_of="varor=tobak var=ute")
    assert [(line.text, line.details) for line in found("unused")] == [
        ("Vad säljer du?", ("Kaffe", "Te")),
        ("Var?", ("Inne", "Tak")),
        ("Hur många?", ()),
    ]
    # A journey that asks for one of them, and a rule that asks for the number.
    JourneyFactory().steps.model.objects.create(
        page=JourneyFactory(), title="Kaffe", condition=option("varor", "kaffe"), locale=permit.locale
    )
    RuleFactory(guide=permit, limits={"antal": (1, None)}, all_of="var=tak")
    assert [(line.text, line.details) for line in found("unused")] == [("Vad säljer du?", ("Te",))]


def test_journeys_with_guides_that_are_not_published(book, permit):
    JourneyFactory(title="Så öppnar du bar", guides=[permit, GuideFactory(title="Utkastet", draft=True)])
    JourneyFactory(title="Ännu inte", draft=True, guides=[GuideFactory(draft=True)])
    assert [(line.text, line.details) for line in found("journeys")] == [("Så öppnar du bar", ("Utkastet",))]


def test_texts_that_are_not_translated(book):
    BusinessEventFactory(name="Starta")
    english = translate_record(Question.objects.get(slug="alkohol"), name="Will you serve alcohol?")
    lines = {line.text: line.details for line in found("untranslated")}
    assert lines["Ska du servera alkohol? (Engelska)"] == ("Ja", "Nej")
    assert lines["Serverar du ute? (Engelska)"] == ("Serverar du ute?", "Ja", "Nej")
    assert lines["Serveringstillstånd: behövs (Engelska)"] == ("Du serverar alkohol.",)
    assert lines["Starta (Engelska)"] == ("Starta",)
    english.options.model.objects.filter(question=english).update(name="Yes")
    assert "Ska du servera alkohol? (Engelska)" not in texts("untranslated")


def test_lines_lead_to_where_they_are_mended(client, book, permit):
    sign_in(client, editor=True)
    PersonaFactory(chose="alkohol=nej", gets={permit: Effect.NEEDED})
    GuideFactory(title="Bygglov")
    JourneyFactory(guides=[GuideFactory(draft=True)])
    lines = [line for section in read_report(TODAY) for line in section.lines]
    assert len(lines) > 5
    assert {client.get(line.url).status_code for line in lines} == {200}


# --- The page -------------------------------------------------------------------------------------------------------


def test_editors_see_the_report(client, book, permit):
    sign_in(client, editor=True)
    GuideFactory(title="Bygglov")
    html = client.get(reverse("finder_rules")).content.decode()
    for text in (
        "Guider som ingen regel leder till (1)",
        "Bygglov",
        "Kontrollerat utan anmärkning",
        "Regler som har upphört",
    ):
        assert text in html
    assert reverse("finder_rules") in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("traits", [{}, {"coordinator": True}])
def test_others_do_not(client, book, traits):
    user = sign_in(client, **traits)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    answer = client.get(reverse("finder_rules"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("finder_rules") not in html


def test_the_home_page_tells_only_when_something_is_wrong(client, permit):
    question = QuestionFactory(slug="alkohol", name="Ja?", options="x y")
    RuleFactory(guide=permit, all_of="alkohol=x", why="Därför.")
    for record in (question, permit.finder_rules.get()):
        copy = translate_record(record, **({"name": "Yes?"} if record is question else {"why": "Because."}))
        if record is question:
            for number, row in enumerate(copy.options.all()):
                type(row).objects.filter(pk=row.pk).update(name=f"English {number}")
    sign_in(client, editor=True)
    assert "Att rätta i tillståndskollen" not in client.get(reverse("wagtailadmin_home")).content.decode()
    other = GuideFactory(title="Bygglov")
    other.save_revision(log_action=True)
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Att rätta i tillståndskollen" in html
    assert f'href="{reverse("finder_rules")}#unled"' in html


def test_the_home_page_does_not_work_it_out_again_while_nothing_changes(book, django_assert_num_queries):
    GuideFactory(title="Bygglov")
    first = urgent_numbers(TODAY)
    assert [(key, number) for key, _heading, number in first if key == "unled"] == [("unled", 1)]
    with django_assert_num_queries(2):
        assert urgent_numbers(TODAY) == first


def test_asks_the_database_the_same_however_much_there_is(client, book, permit, count_queries):
    sign_in(client, editor=True)
    PersonaFactory(chose="alkohol=nej", said={}, gets={permit: Effect.NEEDED})
    JourneyFactory(guides=[GuideFactory(draft=True)])
    BusinessEventFactory()
    QuestionFactory(slug="antal", number=True)
    RuleFactory(guide=permit, limits={"antal": (1, 2)})
    PersonaFactory(said={"antal": 3}, gets={permit: Effect.MAYBE})

    def measure() -> int:
        client.get(reverse("finder_rules"))
        with count_queries() as queries:
            client.get(reverse("finder_rules"))
        return len(queries)

    before = measure()
    for number in range(4):
        guide = translate(GuideFactory(title=f"Guide {number}")).get_translation(permit.locale)
        question = QuestionFactory(slug=f"fraga-{number}", when=[option("alkohol", "ja")])
        translate_record(question)
        translate_record(RuleFactory(guide=guide, all_of=f"fraga-{number}=ja", limits={"antal": (1, 2)}))
        RuleFactory(guide=guide, effect=Effect.NOT_NEEDED, any_of="ute=ja ute=nej")
        PersonaFactory(chose=f"fraga-{number}=ja", said={"antal": 1}, gets={guide: Effect.NOT_NEEDED})
        JourneyFactory(guides=[guide, GuideFactory(draft=True)])
        BusinessEventFactory()
    assert measure() == before <= 50
