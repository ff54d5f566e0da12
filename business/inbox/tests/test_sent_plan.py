"""An opening plan that came with a request stands in the case as data, and nowhere that it should not."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from html import unescape

import pytest

from business.core.sent_plan import SentMatter, from_json, to_json
from business.core.tests.test_sent_plan import a_matter, a_plan
from business.core.translation import Text
from business.inbox import services
from business.inbox.enums import Direction
from business.inbox.models import Case, Message, OutboxMail

from .factories import ContactRequestFactory, MessageFactory, TopicFactory

pytestmark = pytest.mark.django_db


def request(**values):
    return ContactRequestFactory(**{"plan": a_plan(), "submission_key": "a", **values})


def shown(client, case):
    answer = client.get(f"/admin/inbox/{case.pk}/")
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).replace("\xa0", " ").split())


def the_card(page):
    return page[page.index('class="inbox-plan"') : page.index("Open the plan as it is today")]


# --- Stored


def test_the_plan_is_kept_as_data_with_the_message():
    message = services.receive(request()).messages.get()
    assert message.sent_plan == a_plan()
    assert Message.objects.get().plan == to_json(a_plan())


def test_a_request_without_a_plan_has_none():
    message = services.receive(request(plan=None)).messages.get()
    assert message.plan is None
    assert message.sent_plan is None
    assert not Message.objects.filter(plan__isnull=False).exists()


def test_a_plan_is_part_of_what_was_said():
    topic = TopicFactory()
    case = services.receive(request(topic=topic, plan=None))
    services.receive(request(topic=topic))  # went back, and sent the plan too
    services.receive(request(topic=topic))  # twice
    services.receive(request(topic=topic, plan=a_plan(title=Text("Öppna kafé"))))

    assert Case.objects.get() == case
    assert [one.sent_plan and str(one.sent_plan.title) for one in case.messages.all()] == [
        None,
        "Öppna restaurang",
        "Öppna kafé",
    ]


def test_when_the_case_cannot_be_stored_neither_is_the_plan(monkeypatch):
    monkeypatch.setattr("business.inbox.services.intake.receipt_mail", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.receive(request())
    assert not Message.objects.exists()


# --- Found


@pytest.mark.parametrize("words", ["ÖPPNA restaurang", "livsmedelsverksamhet", "nummer 7919 åtta bord"])
def test_a_case_is_found_by_the_title_and_the_matters_of_its_plan(words):
    case = services.receive(request())
    other = services.receive(request(submission_key="b", plan=None, text="Något annat", email="b@example.se"))
    found = Case.objects.containing(words)
    assert case in found
    assert other not in found


def test_the_list_shows_which_case_has_a_plan_and_asks_no_more_for_it(coordinator, count_queries):
    services.receive(request(plan=None))
    with count_queries() as without:
        assert "Opening plan" not in coordinator.get("/admin/inbox/").content.decode()
    services.receive(request(topic=TopicFactory(), submission_key="b", email="b@example.se"))
    with count_queries() as with_plan:
        assert coordinator.get("/admin/inbox/").content.decode().count("Opening plan") == 1
    assert len(without) == len(with_plan)


# --- Shown


def test_the_case_shows_the_plan(coordinator):
    card = the_card(shown(coordinator, services.receive(request())))
    for words in (
        'Opening plan: <span lang="sv">Öppna restaurang</span>',
        "1 May 2027",
        "In time, if it takes as long as it usually does",
        "1 March 2027",
        "10 June 2027 with all the ordinary time of the law",
        "SEK 9,513.50–12,000",
        "and 1 fee without an amount yet",
        "26 November 2026",
        'href="/sv/guider/anmalan-7919-livsmedel/"',
        "Anmälan nummer 7919 om livsmedelsverksamhet",
        "Miljö- och hälsoskyddsnämnden",
        "2026-11-29",
        "2026-11-28",
        "2026-12-01",
        "SEK 1,037–2,061",
        "May be needed",
        "Hur många platser?",
        'Number of <span lang="sv">platser</span>',
        "Do you serve alcohol?",
        "En avgift saknar belopp.",
        'href="/sv/oppningsplan/?bransch=restaurang&day=2027-05-01&fee=a%C3%A5"',
    ):
        assert words in card, words
    assert "Costs every year" not in card  # it costs nothing


def test_a_plan_that_is_too_late_says_so(coordinator):
    card = the_card(shown(coordinator, services.receive(request(plan=a_plan(verdict="too_late")))))
    assert '<div class="inbox-alarm">Too late</div>' in card


def test_what_is_too_late_and_what_has_no_last_day_says_when_it_can_be_handed_in(coordinator):
    day = datetime.date(2027, 1, 7)
    late = a_matter(hand_in=datetime.date(2026, 12, 1), earliest=day)
    open_ended = a_matter(2, hand_in=None, safe_day=None, earliest=day + datetime.timedelta(days=1))
    hurried = a_matter(3, hand_in=day + datetime.timedelta(days=9), safe_day=datetime.date(2026, 12, 8), earliest=day)
    matters = (late, open_ended, hurried)
    card = the_card(shown(coordinator, services.receive(request(plan=a_plan(matters=matters)))))
    assert (
        '2026-12-01 <div class="inbox-alarm">Too late</div> <div class="inbox-quiet"> earliest 2027-01-07 </div>'
        in card
    )
    assert '– <div class="inbox-quiet"> earliest 2027-01-08 </div>' in card
    # A safe day that has passed is said in the plan's own words, and only of those that have.
    assert '2026-12-08 <div class="inbox-quiet">(too late)</div>' in card
    assert card.count("(too late)") == 2


def test_a_plan_without_a_day_and_without_rows_is_shown_too(coordinator):
    plan = a_plan(
        opening=None, verdict="", earliest=None, earliest_safe=None, once=(Decimal(0), Decimal(0)), open_fees=0
    )
    card = the_card(shown(coordinator, services.receive(request(plan=plan.shortened()))))
    assert "None chosen" in card
    assert "Free" in card
    assert "The plan was too long to be sent whole." in card
    assert "<table" not in card


def test_nothing_in_a_plan_is_markup(coordinator):
    matter = SentMatter(title=Text("<script>alert(1)</script>"), decider=Text("<b>vi</b>"))
    plan = a_plan(title=Text("<img src=x>"), matters=(matter,), notes=(Text("<i>nej</i>"),))
    case = services.receive(request(plan=plan))
    page = coordinator.get(f"/admin/inbox/{case.pk}/").content.decode()
    for markup in ("<script>alert", "<b>vi</b>", "<img src=x>", "<i>nej</i>"):
        assert markup not in page


def test_a_plan_that_cannot_be_read_any_more_is_told_of(coordinator):
    case = services.receive(request(plan=None))
    MessageFactory(case=case, plan={"version": 99})
    page = shown(coordinator, case)
    assert "An opening plan came with this, but it cannot be shown." in page
    assert 'class="inbox-plan"' not in page


def test_many_plans_cost_the_case_no_query_more(coordinator, count_queries):
    topic = TopicFactory()
    case = services.receive(request(topic=topic, plan=None))
    services.receive(request(topic=topic, text="Två", plan=None))
    with count_queries() as without:
        shown(coordinator, case)
    for _number in range(2):
        MessageFactory(case=case, plan=to_json(a_plan(matters=tuple(a_matter(n) for n in range(1, 31)))))
    with count_queries() as with_plans:
        shown(coordinator, case)
    assert len(without) == len(with_plans)


def test_an_editor_sees_no_plan(editor):
    case = services.receive(request())
    answer = editor.get(f"/admin/inbox/{case.pk}/", follow=True)
    assert "Öppna restaurang" not in answer.content.decode()


# --- Kept, and not told on


def test_merging_and_closing_keep_the_plan(coordinator):
    topic = TopicFactory()
    case = services.receive(request(topic=topic))
    other = services.receive(request(topic=topic, submission_key="b", plan=None, email="b@example.se"))
    services.merge(case, other, coordinator.user)
    assert "Öppna restaurang" in the_card(shown(coordinator, other))
    services.unmerge(case, coordinator.user)
    services.close(case, coordinator.user, "kept", reason="Löst per telefon")
    services.reopen(case, coordinator.user)
    assert "Öppna restaurang" in the_card(shown(coordinator, case))
    assert 'class="inbox-plan"' not in shown(coordinator, other)


def test_neither_receipt_nor_answer_repeats_the_plan(coordinator):
    case = services.receive(request())
    services.answer(case, coordinator.user, "Hej!\n\nVi hörs.")
    receipt, answer = (mail.body for mail in OutboxMail.objects.order_by("pk"))
    assert "Din öppningsplan följde med." in receipt
    for body in (receipt, answer):
        for words in ("Öppna restaurang", "livsmedelsverksamhet", "oppningsplan/?", "2027"):
            assert words not in body


def test_a_receipt_for_a_request_without_a_plan_names_none():
    services.receive(request(plan=None))
    assert "öppningsplan" not in OutboxMail.objects.get().body


def test_the_plan_that_is_stored_can_always_be_read_again():
    services.receive(request())
    stored = json.loads(json.dumps(Message.objects.get(direction=Direction.INCOMING).plan))
    assert from_json(stored) == a_plan()
