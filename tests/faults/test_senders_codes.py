"""Attacks on the sender's page with codes: guessed, asked for at once, used twice. What is refused changes no row anywhere."""

from __future__ import annotations

import html
import re

import pytest
from django_tasks_db.models import DBTaskResult

from business.contact.proofs import prove
from business.inbox import services
from business.inbox.models import Case, Event, OutboxMail, SenderCode
from business.inbox.sender_links import current_link
from business.inbox.services.codes import (
    MOST_OF_A_CASE,
    MOST_OF_A_RANGE,
    MOST_TO_AN_ADDRESS,
    MOST_TRIES,
)
from business.inbox.services.replies import MOST_REPLIES_A_DAY
from business.inbox.tests.factories import UserFactory

from .browser import Answer, Sender
from .conftest import Report
from .running import Site
from .scale import SCALE
from .senders import TYPED, a_case, latest_code, path_of, replies, sender_of
from .tables import watched
from .test_same_moment import COPIES, at_once

pytestmark = pytest.mark.usefixtures("one_address")

# What a code that was asked for leaves behind: itself, its mail, and that the mail was sent.
MAILED = (SenderCode, OutboxMail, Event, DBTaskResult)


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06d}"


# --- Guessing


def guess_at_once(sender: Sender, form: dict[str, str], codes: list[str]) -> list[Answer]:
    """Try codes on one form, each on a connection of its own, at the same moment."""
    others = [Sender(sender.address, sender.path, sender.seen_as) for _code in codes]
    return at_once(len(codes), lambda n: others[n].post(sender.path, {"act": "reply", **form, "code": codes[n]}))


def test_a_guessed_code(site: Site, report: Report) -> None:
    """Twenty guess at once; only five tries count, and the right code comes too late."""
    for number in range(SCALE.rounds):
        case = a_case(site, email=f"gissad{number}@example.se")
        sender = sender_of(site, case)
        form, code = sender.ask_for_code("reply", message=TYPED), latest_code(case)
        site.wait_for_the_mail()
        with watched(SenderCode):
            answers = guess_at_once(sender, form, [wrong(code, by) for by in range(1, COPIES + 1)])
            assert {answer.status for answer in answers} == {422}
            assert case.codes.get().tries == MOST_TRIES
            late = sender.post(sender.path, {"act": "reply", **form, "code": code})
            assert late.status == 422
            assert TYPED in html.unescape(late.text)
            assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in [*answers, late]}) == 1
        assert (case.codes.get().used_at, replies(case)) == (None, 0)
    report(
        f"sender's page: {COPIES} guesses at once",
        f"{SCALE.rounds} times: {MOST_TRIES} tries counted, the right code after them refused, one answer for all",
    )


def test_the_right_code_among_the_guesses(site: Site, report: Report) -> None:
    """It passes if it is among the five that count: once, and the limit holds all the same."""
    passed = 0
    for number in range(SCALE.rounds):
        case = a_case(site, email=f"bland{number}@example.se")
        sender = sender_of(site, case)
        form, code = sender.ask_for_code("reply", message=TYPED), latest_code(case)
        codes = [code if by == COPIES // 2 else wrong(code, by + 1) for by in range(COPIES)]
        statuses = [answer.status for answer in guess_at_once(sender, form, codes)]
        assert set(statuses) <= {303, 422}
        assert statuses.count(303) == replies(case) <= 1
        assert case.codes.get().tries == MOST_TRIES
        passed += replies(case)
    report(
        "sender's page: the right code among them",
        f"{SCALE.rounds} times, it passed {passed} times; {MOST_TRIES} tries counted each time",
    )


def ask_for_codes(site: Site, paths: list[str], ranges: list[str]) -> list[int]:
    senders = [Sender(site.address, path, seen_as) for path, seen_as in zip(paths, ranges, strict=True)]
    answers: list[Answer] = at_once(len(senders), lambda n: senders[n].send("reply", message=TYPED))
    assert all(TYPED in html.unescape(answer.text) for answer in answers)
    return sorted(answer.status for answer in answers)


def test_codes_that_are_asked_for_at_once(site: Site, report: Report) -> None:
    """The limits of a case, of a range of addresses and of an e-mail address hold on twenty connections and more."""
    of_case, of_range = MOST_OF_A_CASE[0][1], MOST_OF_A_RANGE[0][1]
    cases = [
        a_case(site, email="mangd@example.se" if n % 2 else "Mangd@Example.se") for n in range(MOST_TO_AN_ADDRESS)
    ]
    one, other = a_case(site, email="en@example.se"), a_case(site, email="tva@example.se")
    site.wait_for_the_mail()
    site.mail.clear()
    many = [f"203.0.{number}.9" for number in range(COPIES)]
    with watched(*MAILED, Case):  # when a case changed last stands in it
        statuses = ask_for_codes(site, [path_of(one)] * COPIES, many)
        assert statuses == [200] * of_case + [429] * (COPIES - of_case)
        statuses = ask_for_codes(site, [path_of(other)] * COPIES, ["198.51.100.9"] * COPIES)
        assert statuses == [200] * of_range + [429] * (COPIES - of_range)
        paths = [path_of(case) for case in cases] * 2
        statuses = ask_for_codes(site, paths, [f"203.1.{number}.9" for number in range(len(paths))])
        assert statuses == [200] * MOST_TO_AN_ADDRESS + [429] * (len(paths) - MOST_TO_AN_ADDRESS)
        site.wait_for_the_mail()
    assert (one.codes.count(), other.codes.count()) == (of_case, of_range)
    assert SenderCode.objects.filter(case__in=cases).count() == MOST_TO_AN_ADDRESS
    assert site.mail.copies().total() == of_case + of_range + MOST_TO_AN_ADDRESS
    report(
        "sender's page: codes asked for at once",
        f"{COPIES} for a case: {of_case}; {COPIES} of one range: {of_range}; {len(paths)} for {len(cases)} cases of one "
        f"address, written in two ways: {MOST_TO_AN_ADDRESS} mails; the rest 429 with the text kept",
    )


# --- The same once more


def test_a_post_that_is_replayed(site: Site, report: Report) -> None:
    """The same form is one message; whoever has seen it go by can send nothing else with it."""
    case, other = a_case(site), a_case(site, email="annan@example.se")
    sender = sender_of(site, case)
    form = {"act": "reply", **sender.ask_for_code("reply", message=TYPED), "code": latest_code(case)}
    copies = [Sender(site.address, sender.path) for _copy in range(MOST_TRIES - 2)]
    answers: list[Answer] = at_once(len(copies), lambda n: copies[n].post(sender.path, form))
    assert {answer.status for answer in answers} == {303}
    assert replies(case) == 1
    site.wait_for_the_mail()
    elsewhere = sender_of(site, other).path
    with watched(SenderCode):
        assert sender.post(sender.path, form).status == 303
        assert sender.post(elsewhere, form).status == 422
        assert sender.post(sender.path, {**form, "message": "Något annat"}).status == 422
        statuses = [sender.post(sender.path, {**form, "key": sender.form("reply")["key"]}).status for _try in range(3)]
        assert set(statuses) == {422}
    assert (replies(case), replies(other)) == (1, 0)
    report(
        "sender's page: a post replayed",
        f"{len(copies)} at once and one later: one message; in another case, with another text or key: refused",
    )


def shared_code(site: Site, case: Case, acts: list[dict[str, str]]) -> list[Answer]:
    """Send forms that were filled in beside each other, with one code, at the same moment."""
    sender = sender_of(site, case)
    asked = sender.ask_for_code("reply", message=TYPED)["asked"]
    shown = {"asked": asked, "code": latest_code(case)}
    pages = [Sender(site.address, sender.path) for _act in acts]
    return at_once(len(acts), lambda n: pages[n].send(**acts[n], **shown))


def test_two_tabs_with_one_code(site: Site, report: Report) -> None:
    """One message, whichever wins; the other tab keeps its text and asks for a code of its own."""
    for number in range(SCALE.rounds):
        case = a_case(site, email=f"flikar{number}@example.se")
        texts = ["Från den ena fliken.", "Från den andra fliken."]
        answers = shared_code(site, case, [{"act": "reply", "message": text} for text in texts])
        assert sorted(answer.status for answer in answers) == [303, 422]
        loser = [answer.status for answer in answers].index(422)
        assert texts[loser] in html.unescape(answers[loser].text)
        assert case.messages.latest("pk").text == texts[1 - loser]
        assert replies(case) == 1
    report("sender's page: two tabs with one code", f"{SCALE.rounds} times: one message, the other's text kept")


def test_a_reply_and_a_rating_with_one_code(site: Site, report: Report) -> None:
    officer = UserFactory(coordinator=True)
    won: list[str] = []
    for number in range(SCALE.rounds):
        case = a_case(site, email=f"stangd{number}@example.se")
        services.close(services.take(case, officer), officer, "kept", reason="Vi talades vid.")
        acts = [{"act": "reply", "message": "En sak till."}, {"act": "rating", "helped": "yes"}]
        statuses = [answer.status for answer in shared_code(site, case, acts)]
        # The reply opens the case: then the rating comes too late, whatever its code.
        assert sorted(statuses) in ([303, 409], [303, 422]), statuses
        assert replies(case) + case.ratings.count() == 1
        won.append("reply" if replies(case) else "rating")
    report(
        "sender's page: a reply and a rating with one code",
        f"{len(won)} times: one of them; {won.count('reply')} replies",
    )


def test_more_replies_than_anybody_reads(site: Site, report: Report) -> None:
    """A proof is good for half an hour, and not for more messages than a day takes, however many come at once."""
    case = a_case(site)
    proof = prove(current_link(case), "reply")
    senders = [sender_of(site, case) for _number in range(MOST_REPLIES_A_DAY + 8)]
    answers: list[Answer] = at_once(
        len(senders), lambda n: senders[n].send("reply", message=f"Meddelande {n}", proof=proof)
    )
    statuses = [answer.status for answer in answers]
    assert case.messages.count() == MOST_REPLIES_A_DAY  # the first counts
    assert statuses.count(303) == MOST_REPLIES_A_DAY - 1
    assert set(statuses) == {303, 409}
    refused = [n for n, status in enumerate(statuses) if status == 409]
    assert all(f"Meddelande {n}" in answers[n].text for n in refused)
    with watched() as changes:
        assert sender_of(site, case).send("reply", message="En till", proof=proof).status == 409
    report(
        "sender's page: many replies at once",
        f"{len(senders)} with one proof: {statuses.count(303)} taken, {len(refused)} refused with the text kept; "
        f"then {changes.rows} rows as before",
    )
