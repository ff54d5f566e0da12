"""Which cases may be about the same matter."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from business.inbox import services
from business.inbox.duplicates import hints
from business.inbox.enums import CaseStatus
from business.inbox.models import Case

from .conftest import signed_in
from .factories import CaseFactory, MessageFactory, UserFactory
from .letters import ELSA, arrive, letter

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 26, 9, 0, tzinfo=datetime.UTC)
QUESTION = "Hej! Vi vill ställa ut åtta bord på trottoaren utanför kaféet i maj. Hur mycket måste lämnas fritt?"


@pytest.fixture
def kim():
    return UserFactory(coordinator=True)


def came(days=0.0, **values):
    return CaseFactory(received_at=NOW + datetime.timedelta(days=days), **values)


def said(case):
    return case.messages.first().text


def found(case, user):
    with translation.override("en"):
        return {hint.case: hint.reasons for hint in hints(case, user, said(case))}


def test_it_tells_why(kim):
    case = came(email="elsa@example.se", organisation_number="559987-0010", text=QUESTION)
    mail = came(-1, email="Elsa@Example.SE", text="Något helt annat.")
    number = came(-2, organisation_number="559987-0010", text="Något helt annat.")
    text = came(-3, text=QUESTION.replace("åtta", "10").replace("Hej!", "Hej hej,").upper())
    everything = came(1, email="elsa@example.se", organisation_number="559987-0010", text=QUESTION)
    came(-1, text="Vi undrar om bygglov för en skylt på fasaden mot torget, och hur lång tid det tar.")
    assert list(found(case, kim).items()) == [
        (everything, ["same e-mail address", "same organisation number", "similar text"]),
        (mail, ["same e-mail address"]),
        (number, ["same organisation number"]),
        (text, ["similar text"]),
    ]


def test_two_weeks_before_and_after_count(kim):
    case = came(email="elsa@example.se")
    near = {came(days, email="elsa@example.se") for days in (-14, 14)}
    for days in (-14.1, 14.1):
        came(days, email="elsa@example.se")
    assert set(found(case, kim)) == near


def test_what_is_empty_is_like_nothing(kim):
    case = came(email="", organisation_number="", text="Hej!")
    came(email="", organisation_number="", text="Hej!")
    assert found(case, kim) == {}


def test_a_short_text_inside_a_long_one_is_not_similar(kim):
    case = came(text="Vi vill ställa ut åtta bord på trottoaren i maj.")
    came(text="Vi vill ställa ut åtta bord på trottoaren i maj. " + "Dessutom undrar vi mycket annat om lokalen. " * 9)
    assert found(case, kim) == {}


def test_what_is_merged_with_it_is_no_news(kim):
    target, case, sibling, other = (came(number / 9, email="elsa@example.se") for number in range(4))
    for one in (case, sibling):
        services.merge(one, target, kim)
        one.refresh_from_db()
    assert set(found(case, kim)) == {other}
    assert set(found(target, kim)) == {other}
    assert set(found(other, kim)) == {target, case, sibling}


def test_a_text_in_quarantine_is_not_compared(kim):
    case = came(text=QUESTION, email="elsa@example.se")
    came(text=QUESTION, status=CaseStatus.QUARANTINED)
    hers = came(text="Annat.", email="elsa@example.se", status=CaseStatus.QUARANTINED)
    assert set(found(case, kim)) == {hers}


def test_only_the_newest_five(kim):
    case = came(email="elsa@example.se")
    others = [came(-number / 9, email="elsa@example.se") for number in range(1, 8)]
    assert list(found(case, kim)) == others[:5]


def test_the_first_message_counts_and_not_what_was_added(kim):
    case = came(text=QUESTION)
    other = came(text="Något helt annat.")
    MessageFactory(case=other, text=QUESTION, created_at=timezone.now())
    assert found(case, kim) == {}


def test_who_may_not_see_cases_gets_none(kim):
    case = came(email="elsa@example.se")
    came(email="elsa@example.se")
    assert hints(case, UserFactory(editor=True), said(case)) == []


def test_it_asks_the_database_the_same_however_many_there_are(kim, count_queries):
    case = came(email="elsa@example.se", text=QUESTION)

    def measure():
        with count_queries() as queries:
            for hint in hints(case, kim, own):
                str(hint.case)
        return len(queries)

    own = said(case)
    Case.objects.for_user(kim).exists()  # what she may do and where she stands is asked for once
    came(email="elsa@example.se", text=QUESTION)
    before = measure()
    for number in range(8):
        came(number / 9, email="elsa@example.se", text=QUESTION)
    assert measure() == before <= 2


def test_a_case_is_merged_only_into_one_that_can_take_it(coordinator):
    case = came(email="elsa@example.se")
    can = came(-1, email="elsa@example.se", status=CaseStatus.CLOSED)
    merged = came(-2, email="elsa@example.se", status=CaseStatus.MERGED, merged_into=came(-20))
    quarantined = came(-4, email="elsa@example.se", status=CaseStatus.QUARANTINED)
    shown = {hint.case: hint.can_take for hint in hints(case, coordinator.user, said(case))}
    assert shown == {can: True, merged: False, quarantined: False}
    html = coordinator.get(reverse("inbox:case", args=[case.pk])).content.decode()
    assert f'Merge into <span class="nowrap">{can.number}' in html
    for other in (merged, quarantined):
        assert other.number in html
        assert f'Merge into <span class="nowrap">{other.number}' not in html


# --- What is told of each


def test_a_hint_says_what_it_is_about_and_how_it_begins(coordinator):
    case = came(email="elsa@example.se", text=QUESTION)
    described = came(
        -1, email="elsa@example.se", short_content="Bord på trottoar", text="Hej!\n\nFår vi ställa ut bord?"
    )
    topic = came(-2, email="elsa@example.se", topic__name="Uteservering", text="Ord " * 200)
    mine = {"owner": coordinator.user, "secrecy_ground": "OSL 30:23"}
    secret = came(-3, email="elsa@example.se", text="Hemligt innehåll", **mine)
    withheld = came(-4, email="elsa@example.se", secrecy_ground="OSL 30:23")
    page = coordinator.get(reverse("inbox:case", args=[case.pk])).content.decode()
    told = " ".join(re.sub(r"<[^>]+>", " ", page.split('class="inbox-hints"')[1].split("</ul>")[0]).split())
    for part in (described.number, "Bord på trottoar", "Hej! Får vi ställa ut bord?", topic.number, "Uteservering"):
        assert part in told
    assert f"{secret.number} Secrecy: {secret.topic.name}" in told
    assert "Hemligt" not in told
    assert withheld.number not in told
    assert 20 < told.count("Ord ") < 50  # the first words, not all


def test_a_case_that_came_by_mail_is_headed_by_its_subject_everywhere(coordinator):
    """As the case itself is, until an officer has described it; personal numbers are masked, and a secret one tells none."""
    now = timezone.now()
    case = CaseFactory(email=ELSA, received_at=now)
    mailed = arrive(letter(subject="Åtta bord för 811228-9874")).case
    MessageFactory(case=mailed, text="Och en sak till.")
    described = arrive(letter("Något annat.", subject="Ett ämne", number=2)).case
    Case.objects.filter(pk=described.pk).update(short_content="Bord på trottoar")
    secret = arrive(letter("Hemligt.", subject="Hemligt ämne", number=3)).case
    Case.objects.filter(pk=secret.pk).update(secrecy_ground="OSL 30:23", owner=coordinator.user)
    ids = "&".join(f"id={one.pk}" for one in (mailed, described, secret))
    registrar = signed_in(UserFactory(group="Registrator"))
    for name, answer in (
        ("hints", coordinator.get(reverse("inbox:case", args=[case.pk]))),
        ("bulk", coordinator.get(f"/admin/bulk/inbox/case/merge/?{ids}&next=/admin/inbox/")),
        ("person", registrar.post("/admin/reports/case-person/", {"who": ELSA})),
    ):
        shown = answer.content.decode()
        assert shown.count("Åtta bord för 811228-••••") == 1, name
        assert "Bord på trottoar" in shown, name
        assert "Ett ämne" not in shown or name == "hints", name  # where its message begins with it
        assert "Hemligt ämne" not in shown, name
