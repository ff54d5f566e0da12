"""Canned replies: what is filled in, what stays as it is, and what the register refuses."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Site

from business.core.models import SiteSettings
from business.core.tests.factories import translate_record
from business.inbox.canned import available, render
from business.inbox.models import Case
from business.inbox.tests.factories import CannedReplyFactory, CaseFactory, TopicFactory, UserFactory
from business.inbox.variables import PATTERN, VARIABLES, complaints
from business.organisation.tests.factories import UnitFactory

pytestmark = pytest.mark.one_database

DAY = datetime.date(2026, 11, 26)


@pytest.fixture
def kim(db):
    return UserFactory(first_name="Kim", last_name="Lindqvist", username="kili01")


@pytest.fixture
def case(db):
    us = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    us.phone, us.email = "0152-291 00", "naringsliv@kommun.example"
    us.save()
    unit, topic = UnitFactory(name="Bygglovsenheten"), TopicFactory(name="Skyltar")
    translate_record(topic, name="Signs")
    return CaseFactory(
        name="Elsa Maria Norrby",
        company="Kafé Sjöboden AB",
        topic=topic,
        unit=unit,
        limit_at=datetime.datetime(2026, 12, 1, 14, 0, tzinfo=datetime.UTC),
    )


VALUES = {
    "namn": "Elsa Maria Norrby",
    "förnamn": "Elsa",
    "företag": "Kafé Sjöboden AB",
    "ämne": "Skyltar",
    "enhet": "Bygglovsenheten",
    "handläggare": "Kim Lindqvist",
    "telefon": "0152-291 00",
    "epost": "naringsliv@kommun.example",
    "svar_senast": "tisdag 1 december 2026",
    "datum": "26 november 2026",
}


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.swedish)
@pytest.mark.parametrize("write", [str, str.upper, str.capitalize])
def test_every_word_is_filled_in_in_both_languages(case, kim, variable, write):
    for word in variable.words:
        filled = render(f"– {{{write(word)}}}.", case, kim, DAY)
        assert filled.text == f"– {VALUES.get(variable.swedish, case.number)}."
        assert filled.missing == ()


def test_the_values_come_in_the_cases_language(case, kim):
    Case.objects.filter(pk=case.pk).update(language="en")
    case.refresh_from_db()
    assert render("{ämne}: {answer_by}, {date}", case, kim, DAY).text == (
        "Signs: Tuesday 1 December 2026, 26 November 2026"
    )


def test_a_word_without_a_value_is_shown_and_named(case, kim):
    case.company, case.language = "", "en"
    filled = render("Dear {name} of {company}, {company}.", case, kim, DAY)
    assert filled.text == "Dear Elsa Maria Norrby of [company is missing], [company is missing]."
    assert filled.missing == ("company",)


@pytest.mark.parametrize("values", [{"answered": True}, {"closed": True}])
def test_what_is_answered_has_no_latest_day(kim, values):
    assert render("{svar_senast}", CaseFactory(**values), kim, DAY).missing == ("svar_senast",)


def test_an_officer_without_a_name_never_signs_with_the_user_name(case):
    user = UserFactory(first_name="", last_name="", username="kili01")
    filled = render("{handläggare}", case, user, DAY)
    assert filled.missing == ("handläggare",)
    assert "kili01" not in filled.text


@pytest.mark.parametrize(
    "text",
    [
        "{{ settings.SECRET_KEY }}",
        "{% load i18n %}{% include 'x' %}{# namn #}",
        "{case.email.__class__} {namn.__class__} {namn!r} {namn:>100} {0} {}",
        "{{namn}} {{{namn}}} { namn } {namn",
        "$namn ${namn $ %s %(namn)s %d \\1 \\g<0> \\n",
        "{hemlighet} {kommun}",
        "  indraget\n\n\ttabb \r\n slut  ",
    ],
)
def test_everything_else_stays_character_for_character(case, kim, text):
    filled = render(text, case, kim, DAY)
    assert filled.text == text
    assert filled.missing == ()


@given(st.text(alphabet="{}% $\\abnm_.åö\n", max_size=60))
def test_no_text_breaks_it_and_none_without_the_words_changes(text):
    case = Case(name="", company="", language="sv")
    filled = render(text, case, get_user_model()(), DAY)
    assert filled.text == text or PATTERN.search(text)


def test_a_value_is_never_looked_through_again(case, kim):
    case.name, case.company = "{telefon}", "{{ namn }} {företag} \\1"
    filled = render("{namn}/{företag}/{namn}", case, kim, DAY)
    assert filled.text == "{telefon}/{{ namn }} {företag} \\1/{telefon}"


def test_only_what_the_text_holds_is_looked_up(case, kim, django_assert_num_queries):
    with django_assert_num_queries(0):
        render("Hej {namn}, {ärendenummer}!", case, kim, DAY)


# --- Which can be chosen


def test_the_topics_own_come_first_and_then_the_general_ones(case, django_assert_num_queries):
    for name in ("Öppet", "Avslag"):
        CannedReplyFactory(name=name)
    CannedReplyFactory(name="Zebra", topic=case.topic)
    CannedReplyFactory(name="Annat ämne", topic=TopicFactory())
    CannedReplyFactory(name="English", language="en")
    CannedReplyFactory(name="Gammalt", in_use=False)
    with django_assert_num_queries(1):
        assert [reply.name for reply in available(case)] == ["Zebra", "Avslag", "Öppet"]


# --- What the register refuses


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("{nam}", "{namn}"),
        ("{fornamn}", "{förnamn}"),
        ("{Företaget}", "{företag}"),
        ("{ namn }", "{namn}"),
        ("{{namn}}", "{namn}"),
        ("{telefn}", "{telefon}"),
        ("{compny}", "{company}"),
    ],
)
def test_a_word_that_is_nearly_one_is_refused_with_the_one_that_was_meant(written, meant):
    (sentence,) = complaints(f"Hej {written}!")
    assert written in sentence
    assert meant in sentence


def test_a_word_that_is_like_none_is_refused_too():
    (sentence,) = complaints("Hej {xyzzy} och {xyzzy}!")
    assert "{xyzzy}" in sentence


@pytest.mark.parametrize("text", ["Hej {namn}!", "", "Se {a, b}", "{Namn} {ÄRENDENUMMER}", "a { b", "{% if x %}"])
def test_what_is_right_or_no_word_at_all_is_not_complained_of(text):
    assert list(complaints(text)) == []


@pytest.mark.django_db
def test_the_register_says_it_at_the_text():
    reply = CannedReplyFactory.build(text="Hej {nam}!")
    with pytest.raises(ValidationError) as refused:
        reply.full_clean()
    assert list(refused.value.message_dict) == ["text"]


@pytest.mark.django_db
def test_a_letter_that_was_typed_in_two_parts_is_one():
    reply = CannedReplyFactory.build(text="Hej {fo\u0308retag}!")
    reply.full_clean()
    assert PATTERN.search(reply.text)
