"""Robots stay outside, people get through."""

import datetime
import os
import random
from dataclasses import replace

import pytest
from django.utils import timezone

from business.inbox import services
from business.inbox.enums import CaseStatus, QuarantineReason
from business.inbox.models import Case, Message, OutboxMail
from business.inbox.suspicion import Likeness, assess

from .factories import CaseFactory, ContactRequestFactory, MessageFactory, TopicFactory
from .floods import COLLEAGUES, LONG, MATTERS, SAME, flood, people
from .test_concurrency import at_once

NOW = datetime.datetime(2026, 3, 10, 9, tzinfo=datetime.UTC)
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)
BUDGET = 20  # in ten minutes


def arrive(request, at, open_for=2 * MINUTE, trapped=0):
    suspicion = assess(request, open_for=open_for, trapped=trapped, at=at)
    return services.receive(replace(request, suspicion=suspicion), at=at)


def ask(topic, at=NOW, **said):
    """What a person's request comes to."""
    how = {name: said.pop(name) for name in ("open_for", "trapped") if name in said}
    values = {"email": "alva@krogen.example", "organisation_number": "", **said}
    return arrive(ContactRequestFactory(topic=topic, **values), at, **how)


@pytest.fixture
def topic(db):
    return TopicFactory()


@pytest.fixture
def full(topic):
    """The budget is used up, by texts that have nothing in common."""
    for number in range(BUDGET):
        case = CaseFactory(topic=topic, received_at=NOW - MINUTE, text=MATTERS[number])
        assert case.quarantine_reason == ""
    return topic


# --- The whole


def test_thirty_people_get_through_while_thousands_of_addresses_flood(topic):
    """Two thousand robots in ``make faults``, a fifth of them else: the twenty of the budget pass, and no other."""
    number_of_robots = 2000 if os.environ.get("FAULTS") == "full" else 400
    earlier = {"received_at": NOW - 99 * DAY, "topic": topic}
    CaseFactory(**earlier, answered=True, email="stamkund@krogen.example")
    CaseFactory(**earlier, email="Ny.Stamkund@Krogen.example")
    CaseFactory(**earlier, answered=True, email="annan@krogen.example", organisation_number="556016-0680")
    CaseFactory(**earlier, closed=True, email="sluten@krogen.example")
    known = [
        {"email": "stamkund@krogen.example"},
        {"email": "Ny.Stamkund@Krogen.example"},
        {"organisation_number": "556016-0680"},
        {"email": "sluten@krogen.example"},
    ]
    before = Case.objects.count()
    arrivals = [*flood(topic, number_of_robots), *people(topic, known)]
    random.Random(3).shuffle(arrivals)
    step = datetime.timedelta(hours=1) / len(arrivals)
    for number, one in enumerate(arrivals):
        arrive(one.request, NOW + number * step, one.open_for)

    robots = [one.request.submission_key for one in arrivals if not one.is_human]
    quarantined = Case.objects.filter(status=CaseStatus.QUARANTINED)
    caught = quarantined.filter(submission_key__in=robots).count()
    assert {case.quarantine_reason for case in quarantined.exclude(submission_key__in=robots)} == set()
    assert caught >= len(robots) - BUDGET
    # Nothing is lost, and no number is missing.
    came = Case.objects.filter(submission_key__isnull=False)
    assert came.count() == Message.objects.count() - before == len(arrivals)
    assert sorted(came.values_list("running", flat=True)) == list(range(1, len(arrivals) + 1))
    # Nobody is mailed on a robot's behalf, but for those who came before the budget was full.
    assert not OutboxMail.objects.filter(case__in=quarantined).exists()
    assert OutboxMail.objects.count() == len(arrivals) - quarantined.count()


# --- Below the budget


@pytest.mark.parametrize("how", [{"open_for": datetime.timedelta(seconds=3)}, {"trapped": 1}, {"text": SAME}])
def test_on_an_ordinary_day_whatever_a_person_may_do_passes(topic, how):
    for _number in range(BUDGET):
        assert ask(topic, **how).status == CaseStatus.NEW


def test_many_links_do_not(topic):
    text = "Se https://a.example " + "www.b.example [url=c] " * 3
    assert ask(topic, text=text[:-1]).quarantine_reason == QuarantineReason.LINKS
    assert ask(topic, text="Se https://a.example och www.b.example").status == CaseStatus.NEW


def test_nor_does_a_hidden_field_that_was_filled_in_twice(topic):
    assert ask(topic, trapped=2).quarantine_reason == QuarantineReason.TRAPPED


def test_who_is_known_may_send_many_links(topic):
    CaseFactory(answered=True, email="alva@krogen.example")
    assert ask(topic, text="https://a.example " * 9).status == CaseStatus.NEW


# --- Above it


def test_a_person_passes(full):
    assert ask(full, text=MATTERS[25]).status == CaseStatus.NEW


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"open_for": datetime.timedelta(seconds=9)}, QuarantineReason.FLOOD_HURRIED),
        ({"trapped": 1}, QuarantineReason.TRAPPED),
        ({"text": "Köp https://a.example www.b.example www.c.example"}, QuarantineReason.LINKS),
    ],
)
def test_what_looks_like_a_robots_does_not(full, how, reason):
    case = ask(full, **{"text": MATTERS[25], **how})
    assert (case.status, case.quarantine_reason) == (CaseStatus.QUARANTINED, reason)


def test_a_text_passes_from_three_people_and_not_from_a_fourth(full):
    texts = [COLLEAGUES, COLLEAGUES, f"{COLLEAGUES} Vänligen Anna", COLLEAGUES.upper()]
    cases = [ask(full, text=text, email=f"anna{number}@butik.example") for number, text in enumerate(texts)]
    assert [case.quarantine_reason for case in cases] == ["", "", "", QuarantineReason.FLOOD_SAME_TEXT]


@pytest.mark.parametrize(
    ("earlier", "passes"),
    [
        ({"answered": True}, True),
        ({"answered": True, "email": "x@y.example", "organisation_number": "556016-0680"}, True),
        ({"received_at": NOW - 2 * DAY}, True),
        ({"received_at": NOW - 2 * MINUTE}, False),
        ({"received_at": NOW - 2 * DAY, "status": CaseStatus.QUARANTINED, "quarantine_reason": "links"}, False),
        ({"received_at": NOW - 2 * DAY, "status": CaseStatus.CLOSED, "quarantine_reason": "links"}, False),
        ({"closed": True, "triage": "insignificant"}, False),
    ],
)
def test_who_is_known_passes_in_a_hurry_and_with_any_text(full, earlier, passes):
    CaseFactory(**{"email": "alva@krogen.example", **earlier})
    MessageFactory.create_batch(5, text=SAME)
    case = ask(full, text=SAME, open_for=3 * MINUTE / 60, organisation_number="556016-0680")
    assert (case.status == CaseStatus.NEW) is passes


def test_who_is_known_is_no_flood(full):
    CaseFactory(answered=True, email="alva@krogen.example", received_at=NOW - 9 * DAY)
    reasons = [ask(full, text=SAME, email="Alva@krogen.example".lower()).quarantine_reason for _number in range(5)]
    assert reasons[0] == ""
    assert reasons[-1] == QuarantineReason.FLOOD_SAME_TEXT


def test_a_robot_that_behaves_like_people_in_everything_is_stopped_by_number(full, settings):
    settings.INBOX_STRANGERS = BUDGET + 5
    chance = random.Random(4)
    reasons = [
        ask(
            full,
            at=NOW + number * MINUTE / 60,
            text="".join(chance.choices("abcdefghij  ", k=200)),
            email=f"x{number}@y.example",
        ).quarantine_reason
        for number in range(8)
    ]
    assert reasons == [""] * 5 + [QuarantineReason.FLOOD_STRANGERS] * 3


def test_when_the_flood_is_over_everything_is_as_before(full):
    hurried = {"text": MATTERS[25], "open_for": datetime.timedelta(seconds=4)}
    assert ask(full, at=NOW + 8 * MINUTE, **hurried).status == CaseStatus.QUARANTINED
    assert ask(full, at=NOW + 10 * MINUTE, **hurried).status == CaseStatus.NEW


def test_the_hour_has_a_budget_too(topic):
    for number in range(50):
        CaseFactory(topic=topic, received_at=NOW - (number + 1) * MINUTE)
    assert ask(topic, text=MATTERS[25], open_for=MINUTE / 20).status == CaseStatus.QUARANTINED


def test_what_officers_take_down_is_no_flood(topic):
    CaseFactory.create_batch(BUDGET, topic=topic, received_at=NOW - MINUTE, channel="phone")
    assert ask(topic, open_for=MINUTE / 20).status == CaseStatus.NEW


# --- Texts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SAME, SAME.upper().replace(",", " –")),
        (SAME, SAME.replace("office chairs", "garden tools")),
        (
            SAME,
            f"Zorro casino best {SAME} quick profit global loan " + " ".join(f"ord{letter}" for letter in "abcdef"),
        ),
        ("", "123 456"),
    ],
)
def test_variants_of_a_text_are_alike(one, other):
    assert Likeness(one).is_like(Likeness(other))


def test_no_two_matters_are_alike():
    texts = [Likeness(text) for text in (*MATTERS[:5], *MATTERS[20:], COLLEAGUES, LONG)]
    assert not [1 for number, one in enumerate(texts) for other in texts[number + 1 :] if one.is_like(other)]


# --- Its cost


@pytest.mark.parametrize(("arrived", "most"), [(0, 1), (BUDGET, 4), (BUDGET * 8, 4)])
def test_it_asks_the_database_a_fixed_number_of_times(topic, count_queries, arrived, most):
    CaseFactory.create_batch(arrived, topic=topic, received_at=NOW - MINUTE)
    request = ContactRequestFactory(topic=topic, text=MATTERS[25], email="alva@krogen.example")
    with count_queries() as queries:
        assess(request, open_for=MINUTE, trapped=0, at=NOW)
    assert len(queries) == most
    assert not [query for query in queries if "UPDATE" in query["sql"]]


def test_twenty_at_once_are_held_by_a_full_budget_and_none_waits_for_another(committed_db):
    topic, now = TopicFactory(), timezone.now()
    CaseFactory.create_batch(BUDGET, topic=topic, received_at=now)
    got = at_once(
        20,
        lambda number: arrive(
            ContactRequestFactory(topic=topic, submission_key=f"k{number}", email=f"x{number}@y.example", text=SAME),
            timezone.now(),
            datetime.timedelta(seconds=4),
        ),
    )
    assert {case.status for case in got} == {CaseStatus.QUARANTINED}
    assert sorted(case.running for case in got) == list(range(1, 21))


def test_of_many_that_come_at_once_only_as_many_as_run_at_once_pass_above_the_budget(committed_db):
    topic, together = TopicFactory(), 5
    got = at_once(
        together,
        lambda number: [
            arrive(
                ContactRequestFactory(topic=topic, email=f"x{number}.{turn}@y.example", text=SAME),
                timezone.now(),
                datetime.timedelta(seconds=4),
            )
            for turn in range(10)
        ],
    )
    passed = [case for cases in got for case in cases if case.status == CaseStatus.NEW]
    assert BUDGET <= len(passed) < BUDGET + together
