"""Many at the same moment: one case for one form, numbers without gaps, one answer for one case."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from business.inbox.enums import Direction
from business.inbox.models import Case, Message, OutboxMail

from .browser import Answer, Officer, read_form, ripe_key
from .conftest import Report
from .running import Site, numbers_without_gaps
from .scale import SCALE

COPIES = 20


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Have so many threads do it at the same moment; return what each got."""
    start = Barrier(count)

    def run(number: int) -> Any:
        start.wait(timeout=60)
        return act(number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def send_one_form(site: Site) -> float:
    """Send one form twenty times at once, look at what came of it, and return the longest time until a 303."""
    before, visitor, key = Case.objects.count(), site.visitor(), ripe_key()
    answers: list[Answer] = at_once(COPIES, lambda _number: visitor.ask(key=key))
    assert {answer.status for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert Case.objects.count() == before + 1
    case = Case.objects.get(number=visitor.number_on(answers[0]))
    assert case.messages.count() == 1
    site.wait_for_the_mail()
    assert site.mail.copies() == {case.mails.get().message_id_header: 1}
    site.mail.clear()
    return max(answer.seconds for answer in answers)


def test_one_form_sent_twenty_times_is_one_case(site: Site, report: Report) -> None:
    slowest = max(send_one_form(site) for _round in range(SCALE.rounds))
    report(
        f"{COPIES} posts at once of one form",
        f"{SCALE.rounds} times: one case, one receipt, one address; slowest 303 {slowest:.2f} s",
    )


def test_many_forms_at_once_get_numbers_without_gaps(site: Site, report: Report) -> None:
    visitor = site.visitor()
    answers: list[Answer] = at_once(SCALE.together, lambda number: visitor.ask(message=f"Fråga {number}"))
    assert {answer.status for answer in answers} == {303}
    assert len({visitor.number_on(answer) for answer in answers}) == SCALE.together
    assert numbers_without_gaps()
    site.wait_for_the_mail()
    assert len(site.mail.copies()) == site.mail.copies().total() == SCALE.together
    slowest = max(answer.seconds for answer in answers)
    report(f"{SCALE.together} forms at once", f"numbers without gaps, each mail once; slowest 303 {slowest:.2f} s")


def answer_twice(site: Site, officers: list[Officer], text: str) -> None:
    """Have both answer a new case at once, and look at what became of the answers."""
    visitor = site.visitor()
    case = Case.objects.get(number=visitor.number_on(visitor.ask()))
    site.wait_for_the_mail()
    site.mail.clear()
    path = f"/admin/inbox/{case.pk}/answer/"
    forms = [read_form(one.get(f"/admin/inbox/{case.pk}/").text, path) for one in officers]
    answers: list[Answer] = at_once(
        2, lambda which: officers[which].post(path, {**forms[which], "text": f"{text} av {which}"})
    )
    assert sorted(answer.status for answer in answers) == [302, 409]
    loser = [answer.status for answer in answers].index(409)
    assert read_form(answers[loser].text, path)["text"] == f"{text} av {loser}"
    sent = Message.objects.get(case=case, direction=Direction.OUTGOING)
    assert sent.text == f"{text} av {1 - loser}"
    site.wait_for_the_mail()
    assert site.mail.copies() == {OutboxMail.objects.get(message=sent).message_id_header: 1}


def test_two_officers_answer_at_once(site: Site, report: Report) -> None:
    officers = [site.officer() for _number in range(2)]
    for number in range(SCALE.rounds):
        answer_twice(site, officers, f"Svar {number}")
    report("two officers answer at once", f"{SCALE.rounds} times: one answer, one mail; the other 409, text kept")
