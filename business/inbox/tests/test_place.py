"""From a list to a case, on to the next, and back to the same list."""

import datetime
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from business.inbox import services
from business.inbox.models import Case, Draft, OutboxMail

from .factories import CaseFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
INDEX = "/admin/inbox/"
HOUR = datetime.timedelta(hours=1)


def address(case, act="case", /, query=None, *more):
    url = reverse(f"inbox:{act}", args=[case.pk, *more])
    return url if query is None else f"{url}?{urlencode({'list': query})}"


def place(answer):
    """Where the page leads: the list, the case before, the case after."""
    assert answer.status_code == 200
    return tuple(answer.context[name] for name in ("list_url", "previous", "next"))


def row_links(answer):
    return [unescape(href) for href in re.findall(r'href="(/admin/inbox/\d+/[^"]*)"', answer.content.decode())]


@pytest.fixture
def three():
    """Three cases, in the order of the list."""
    now = timezone.now()
    return [CaseFactory(limit_at=now + number * HOUR, email=f"elsa{number}@example.se") for number in (1, 2, 3)]


def test_a_row_leads_to_the_case_in_its_list(coordinator, three):
    links = row_links(coordinator.get(INDEX, {"attention": "open", "ordering": "-limit_at", "p": "1"}))
    query = "attention=open&ordering=-limit_at&p=1"
    assert links == [address(case, "case", query) for case in reversed(three)]
    back = f"{INDEX}?{query}"
    first, middle, last = (coordinator.get(link) for link in links)
    assert place(first) == (back, "", links[1])
    assert place(middle) == (back, links[0], links[2])
    assert place(last) == (back, links[1], "")
    assert "The last one in the list" in last.content.decode()
    assert back in unescape(middle.content.decode())


def test_without_a_list_there_is_no_place_in_it(coordinator, three):
    assert place(coordinator.get(address(three[1]))) == ("", "", "")


def test_the_list_with_nothing_chosen_is_a_list_too(coordinator, three):
    assert place(coordinator.get(address(three[0], "case", ""))) == (INDEX, "", address(three[1], "case", ""))


@pytest.mark.parametrize(
    "query",
    ["owner__password=x&ordering=email", "q=%00", "p=x&status=nothing", "a&" * 3000, "next=//evil.example/", "%"],
)
def test_what_the_list_does_not_know_is_left_out(coordinator, three, query):
    assert place(coordinator.get(address(three[1], "case", query)))[0] == INDEX


def test_an_act_stays_in_the_list_though_the_case_has_left_it(coordinator, three):
    query = "owner=nobody"
    answer = coordinator.post(address(three[0], "take", query), follow=True)
    assert answer.redirect_chain == [(address(three[0], "case", query), 302)]
    assert place(answer) == (f"{INDEX}?{query}", "", address(three[1], "case", query))
    assert three[0].number not in coordinator.get(f"{INDEX}?{query}").content.decode()
    for name, url in answer.context["urls"].items():
        assert url.endswith("?list=owner%3Dnobody"), name
    wrong = coordinator.post(address(three[0], "note", query), {"text": ""})
    assert wrong.status_code == 422
    assert wrong.context["next"] == address(three[1], "case", query)


def answer_and_close(browser, case, query):
    typed = {"text": "Hej!", "after": "close", "triage": "kept", "seen": case.messages.last().pk}
    return browser.post(address(case, "answer", query), typed, follow=True)


def test_after_an_answer_that_closes_comes_the_next_case_where_it_can_be_taken_back(coordinator, three, settings):
    settings.OUTBOX_UNDO = datetime.timedelta(seconds=20)
    query = "ordering=limit_at"
    page = answer_and_close(coordinator, three[0], query)
    assert page.redirect_chain == [(address(three[1], "case", query), 302)]
    html = page.content.decode()
    number = f'<span class="nowrap">{three[0].number}</span>'
    assert f"{number}: the answer is on its way to elsa1@example.se." in html
    assert f"Open {number}" in html
    assert f"Your answer in {number} to elsa1@example.se leaves at" in html
    undo = address(three[0], "withdraw", query, OutboxMail.objects.get().pk)
    assert f'action="{undo}"' in html
    back = coordinator.post(undo, follow=True)
    assert back.redirect_chain == [(f"{address(three[0], 'case', query)}#answer", 302)]
    assert Draft.objects.get().case == three[0]


def test_after_the_last_one_comes_the_list(coordinator, three):
    page = answer_and_close(coordinator, three[2], "q=sj%C3%B6boden")
    assert page.redirect_chain == [(f"{INDEX}?q=sj%C3%B6boden", 302)]


def test_what_goes_on_stays_where_it_is(coordinator, three):
    typed = {"text": "Hej!", "after": "answered", "seen": three[0].messages.last().pk}
    assert coordinator.post(address(three[0], "answer", ""), typed)["Location"].startswith(
        address(three[0], "case", "")
    )
    assert answer_and_close(coordinator, three[1], None).redirect_chain[-1][0].startswith(address(three[1]))


def test_closing_leads_on_too(coordinator, three):
    services.take(three[0], coordinator.user)
    typed = {"triage": "kept", "reason": "Löst på telefon."}
    page = coordinator.post(address(three[0], "close", "attention=open"), typed, follow=True)
    assert page.redirect_chain == [(address(three[1], "case", "attention=open"), 302)]
    assert f"{three[0].number}</span> is closed." in page.content.decode()


def test_anothers_answer_is_not_offered_to_be_taken_back(coordinator, three, settings):
    settings.OUTBOX_UNDO = datetime.timedelta(seconds=20)
    services.answer(three[0], UserFactory(coordinator=True), "Hej!")
    assert "leaves at" not in coordinator.get(address(three[1])).content.decode()


def test_the_place_costs_the_same_however_long_the_list_is(coordinator, count_queries):
    case = CaseFactory()
    with count_queries() as short:
        coordinator.get(address(case, "case", "attention=open&q=sj%C3%B6"))
    now = timezone.now()
    CaseFactory.create_batch(15, limit_at=now + HOUR), CaseFactory.create_batch(15, limit_at=now + 99 * HOUR)
    Case.objects.update(search_text="kafé sjöboden")
    with count_queries() as long:
        page = coordinator.get(address(case, "case", "attention=open&q=sj%C3%B6"))
    assert all(place(page))
    assert len(short) == len(long) <= 42
