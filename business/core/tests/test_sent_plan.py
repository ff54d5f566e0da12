"""A plan that travels arrives as it was sent, or not at all."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from business.core import sent_plan
from business.core.sent_plan import (
    LONGEST_LIST,
    LONGEST_TOKEN,
    PlanEffect,
    PlanError,
    PlanVerdict,
    SentMatter,
    SentPlan,
    from_json,
    pack,
    to_json,
    unpack,
)
from business.core.translation import Text

pytestmark = pytest.mark.one_database

DAY = datetime.date(2026, 11, 26)


def a_matter(number: int = 1, **values: Any) -> SentMatter:
    made = SentMatter(
        title=Text(f"Anmälan nummer {number * 7919} om livsmedelsverksamhet"),
        path=f"/sv/guider/anmalan-{number * 7919}-livsmedel/",
        decider=Text("Miljö- och hälsoskyddsnämnden"),
        hand_in=DAY + datetime.timedelta(days=3 * number),
        safe_day=DAY + datetime.timedelta(days=2 * number),
        earliest=DAY + datetime.timedelta(days=number),
        decision=DAY + datetime.timedelta(days=5 * number),
        cost=(Decimal(1000 + 37 * number), Decimal(2000 + 61 * number)),
    )
    return replace(made, **values)


def a_plan(**values: Any) -> SentPlan:
    made = SentPlan(
        title=Text("Öppna restaurang"),
        language="sv",
        address="/sv/oppningsplan/?bransch=restaurang&day=2027-05-01&fee=a%C3%A5",
        made_on=DAY,
        opening=datetime.date(2027, 5, 1),
        verdict=PlanVerdict.USUAL,
        earliest=datetime.date(2027, 3, 1),
        earliest_safe=datetime.date(2027, 6, 10),
        answers=((Text("Hur många platser?"), Text("60")), (Text("Do you serve alcohol?", "en"), Text("Ja"))),
        matters=(a_matter(), a_matter(2, path="", cost=None, hand_in=None, effect=PlanEffect.MAYBE)),
        once=(Decimal("9513.50"), Decimal(12_000)),
        yearly=(Decimal(0), Decimal(0)),
        open_fees=1,
        counts=((Text("platser"), 60),),
        notes=(Text("En avgift saknar belopp."),),
    )
    return replace(made, **values)


def languages(plan: SentPlan) -> list[str]:
    return [text.lang for pair in plan.answers for text in pair] + [one.title.lang for one in plan.matters]


def test_a_plan_arrives_as_it_was_sent() -> None:
    plan = a_plan()

    arrived = unpack(pack(plan))

    assert arrived == plan
    assert languages(arrived) == languages(plan) == ["", "", "en", "", "", ""]


def test_a_plan_is_kept_as_json() -> None:
    kept = json.loads(json.dumps(to_json(a_plan())))

    assert from_json(kept) == a_plan()
    assert kept["opening"] == "2027-05-01"
    assert kept["once"] == ["9513.50", "12000"]


def test_a_plan_of_thirty_matters_fits_an_address() -> None:
    # The server's line for an address holds 4,094 characters.
    assert len(pack(a_plan(matters=tuple(a_matter(n) for n in range(1, 31))))) < LONGEST_TOKEN


def test_a_plan_that_does_not_fit_is_not_cut_in_silence() -> None:
    matters = tuple(a_matter(n, title=Text(f"{n * 10**40 // 7}" * 5)) for n in range(1, LONGEST_LIST))
    plan = a_plan(matters=matters)

    with pytest.raises(PlanError):
        pack(plan)

    short = unpack(pack(plan.shortened()))
    assert short.is_short
    assert short.matters == ()
    assert (short.title, short.address, short.once) == (plan.title, plan.address, plan.once)


@pytest.mark.parametrize(
    "token",
    ["", "rubbish", "a:b", "ä:ö", "x" * (LONGEST_TOKEN + 1), "\x00"],
    ids=["empty", "rubbish", "wrong signature", "other letters", "too long", "NUL"],
)
def test_rubbish_is_no_plan(token: str) -> None:
    with pytest.raises(PlanError):
        unpack(token)


def test_a_forged_plan_is_refused() -> None:
    token = pack(a_plan())
    middle = len(token) // 2
    other = "A" if token[middle] != "A" else "B"

    for forged in (token[:middle] + other + token[middle + 1 :], token[:-1], token[1:], token + "A"):
        with pytest.raises(PlanError):
            unpack(forged)


def test_what_was_signed_for_something_else_is_no_plan() -> None:
    with pytest.raises(PlanError):
        unpack(signing.dumps({"k": 1}, salt="contact.submission"))


@pytest.mark.parametrize("data", [{}, [], "x", None, [1, "t"], {"matters": 1}])
def test_signed_with_our_key_but_no_plan(data: Any) -> None:
    token = signing.Signer(salt=sent_plan._SALT).sign_object(data, compress=True)

    with pytest.raises(PlanError):
        unpack(token)


BROKEN: dict[str, dict[str, Any]] = {
    "version of tomorrow": {"version": 2},
    "language that we do not have": {"language": "fi"},
    "title that is no text": {"title": 7},
    "title too long": {"title": "x" * 256},
    "title with a line break": {"title": "En\nrad"},
    "title read backwards": {"title": "abc\u202ecba"},
    "text in an unknown language": {"title": ["Hei", "fi"]},
    "address of another host": {"address": "https://evil.example/sv/"},
    "address of another host without scheme": {"address": "//evil.example/sv/"},
    "address with a backslash": {"address": "/\\evil.example/sv/"},
    "address of a script": {"address": "javascript:alert(1)"},
    "address outside our languages": {"address": "/admin/inbox/"},
    "address in an unknown language": {"address": "/fi/suunnitelma/"},
    "address that climbs": {"address": "/sv/../admin/"},
    "address with a line break": {"address": "/sv/plan/\r\nX: y"},
    "address with a fragment": {"address": "/sv/plan/#a"},
    "address too long": {"address": "/sv/plan/?a=" + "x" * 2000},
    "day that is none": {"made_on": "2026-02-30"},
    "day with a time": {"made_on": "2026-02-20T10:00"},
    "day in no century of ours": {"made_on": "0001-01-01"},
    "day that is a number": {"made_on": 20261126},
    "no day when it was made": {"made_on": None},
    "unknown verdict": {"verdict": "perhaps"},
    "verdict without a day": {"opening": None},
    "day without a verdict": {"verdict": ""},
    "answers that are none": {"answers": [["only a question"]]},
    "too many notes": {"notes": ["x"] * (LONGEST_LIST + 1)},
    "sum that is a number": {"once": [1, 2]},
    "sum below nothing": {"once": ["-1", "2"]},
    "sum in other digits": {"once": ["١", "٢"]},
    "sum that is infinite": {"once": ["1", "Infinity"]},
    "sum at most less than at least": {"once": ["2", "1"]},
    "count that is true": {"open_fees": True},
    "count below nothing": {"counts": [["platser", -1]]},
    "flag that is a number": {"is_short": 0},
    "something more": {"extra": 1},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_data_that_is_not_a_plan_is_refused(change: dict[str, Any]) -> None:
    from_json(to_json(a_plan()))  # as it is, it is one

    with pytest.raises(PlanError):
        from_json({**to_json(a_plan()), **change})


@pytest.mark.parametrize("name", to_json(a_plan()))
def test_nothing_may_be_missing(name: str) -> None:
    data = to_json(a_plan())
    del data[name]

    with pytest.raises(PlanError):
        from_json(data)


@pytest.mark.parametrize(
    "change",
    [
        {"path": "//evil.example/"},
        {"effect": ""},
        {"cost": ["5"]},
        {"hand_in": "tomorrow"},
        {"decider": None},
        {"more": 1},
    ],
)
def test_a_matter_is_checked_too(change: dict[str, Any]) -> None:
    data = to_json(a_plan())
    data["matters"][0] |= change

    with pytest.raises(PlanError):
        from_json(data)


@pytest.mark.parametrize(
    "change",
    [
        {"title": Text("x" * 300)},
        {"once": (Decimal("0.001"), Decimal(1))},
        {"yearly": (Decimal("NaN"), Decimal(1))},
        {"made_on": datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)},
        {"address": "https://example.se/sv/"},
    ],
)
def test_whoever_makes_a_plan_that_would_be_refused_is_told_at_once(change: dict[str, Any]) -> None:
    with pytest.raises(PlanError):
        pack(a_plan(**change))


def test_a_question_that_takes_many_has_a_long_answer() -> None:
    answer = Text(", ".join(f"Något av det som företaget ska göra, nummer {number}" for number in range(20)))
    plan = a_plan(answers=((Text("Vad ska ni göra?"), answer),), once=(Decimal(0), Decimal(999_999_999_999)))
    assert unpack(pack(plan)) == plan


LINES = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60).map(Text)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2199, 12, 31))
AMOUNTS = st.decimals(0, 999_999_999_999, places=2)
MONEY = st.tuples(AMOUNTS, AMOUNTS).map(lambda two: (min(two), max(two)))
MATTERS = st.builds(
    SentMatter,
    title=LINES,
    effect=st.sampled_from(PlanEffect.values),
    decider=LINES,
    hand_in=st.none() | DAYS,
    safe_day=st.none() | DAYS,
    earliest=st.none() | DAYS,
    decision=st.none() | DAYS,
    cost=st.none() | MONEY,
)
PLANS = st.builds(
    a_plan,
    title=LINES,
    language=st.sampled_from(["sv", "en"]),
    made_on=DAYS,
    opening=DAYS,
    verdict=st.sampled_from(PlanVerdict.values),
    earliest=st.none() | DAYS,
    matters=st.lists(MATTERS, max_size=4).map(tuple),
    once=MONEY,
    yearly=MONEY,
    notes=st.lists(LINES, max_size=3).map(tuple),
)


@given(PLANS)
def test_every_plan_arrives_as_it_was_sent(plan: SentPlan) -> None:
    assert unpack(pack(plan)) == plan
    assert from_json(json.loads(json.dumps(to_json(plan)))) == plan


@given(st.text(max_size=200))
def test_no_text_but_ours_is_a_plan(token: str) -> None:
    with pytest.raises(PlanError):
        unpack(token)
