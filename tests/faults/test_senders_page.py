"""Attacks on the sender's page: tokens, codes, replays, scanners, many at once. What is refused changes no row anywhere."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from business.contact.proofs import PROOF_LIVES, asked_for, prove
from business.inbox import services
from business.inbox.meeting_words import ProposedTime
from business.inbox.models import Case, Event, OutboxMail, Rating, SenderCode, Topic
from business.inbox.sender_links import code_of, current_link, renew_link, token_of
from business.inbox.services.codes import (
    MOST_OF_A_CASE,
    MOST_OF_A_RANGE,
    MOST_TO_AN_ADDRESS,
    MOST_TRIES,
)
from business.inbox.services.replies import MOST_REPLIES_A_DAY
from business.inbox.tests.factories import ContactRequestFactory, UserFactory

from .browser import Answer, Browser, Sender
from .conftest import Report
from .running import Site
from .scale import SCALE
from .tables import watched
from .test_same_moment import COPIES, at_once

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
SAID = "Vi vill ställa ut åtta bord på Strandgatan."
TYPED = "Lång text som är dyr att skriva om."
# What a code that was asked for leaves behind: itself, its mail, and that the mail was sent.
MAILED = (SenderCode, OutboxMail, Event, DBTaskResult)


@pytest.fixture(autouse=True)
def _one_address(site: Site) -> Iterator[None]:
    """The tests write mails as the site does."""
    with override_settings(WAGTAILADMIN_BASE_URL=f"https://127.0.0.1:{site.port}"):
        yield


def a_case(site: Site, **values: object) -> Case:
    topic = Topic.objects.get(slug=site.topic)
    return services.receive(ContactRequestFactory(**{"topic": topic, "text": SAID, **values}))


def path_of(case: Case) -> str:
    link = current_link(case)
    assert link is not None
    return f"/sv/arende/{token_of(link)}/"


def sender_of(site: Site, case: Case, seen_as: str = "192.0.2.7") -> Sender:
    return Sender(site.address, path_of(case), seen_as)


def latest_code(case: Case) -> str:
    return code_of(case.codes.latest("pk"))


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06d}"


def replies(case: Case) -> int:
    """Return how many messages have come in after the first."""
    return case.messages.count() - 1


def nothing_told(answer: Answer, case: Case) -> bool:
    page = html.unescape(answer.text)
    return not any(told in page for told in (case.number, case.name, case.email, SAID))


# --- Tokens


def wrong_addresses(case: Case, other: Case) -> dict[str, str]:
    """Addresses that look like the page's, made of everything that somebody may have got hold of."""
    link, theirs = current_link(case), current_link(other)
    assert link is not None
    assert theirs is not None
    token, page = token_of(link), "/sv/arende/"
    flipped = token[:-1] + ("0" if token[-1] != "0" else "1")
    return {
        "one digit changed": f"{page}{flipped}/",
        "its calendar": f"{page}{flipped}/meeting.ics",
        "half of another's": f"{page}{token[:32]}{token_of(theirs)[32:]}/",
        "cut off": f"{page}{token[:-1]}/",
        "cut in the middle": f"{page}{token[:32]}/",
        "none": page,
        "one digit more": f"{page}{token}0/",
        "capitals": f"{page}{token.upper()}/",
        "a NUL": f"{page}{token[:-1]}%00/",
        "digits of another script": f"{page}{'%EF%BC%90' * 64}/",
        "all": f"{page}%25/",
        "what the database holds of it": f"{page}{link.token_hash}/",
        "what it is made of": f"{page}{link.nonce}/",
        "as a receipt": f"/sv/kvitto/{token}/",
    }


def test_another_token(site: Site, report: Report) -> None:
    case, other = a_case(site), a_case(site, email="annan@example.se")
    former = current_link(case)
    renew_link(case)
    assert former is not None
    addresses = {**wrong_addresses(case, other), "one that has ended": f"/sv/arende/{token_of(former)}/"}
    site.wait_for_the_mail()
    asked = 0
    with watched() as changes:
        for what, address in addresses.items():
            stranger = Sender(site.address, address)
            answers = [stranger.get(address), stranger.head(address)]
            answers += [
                stranger.send(act, message="Hej", time="1", helped="no") for act in ("reply", "time", "rating")
            ]
            answers.append(stranger.send("reply", message="Hej", code="123456", asked=asked_for(SenderCode(pk=1))))
            allowed = {410} if what == "one that has ended" else {400, 403, 404, 405}
            assert {answer.status for answer in answers} <= allowed, what
            assert all(nothing_told(answer, case) for answer in answers), what
            asked += len(answers)
    report(
        "sender's page: tokens of another, cut, forged",
        f"{len(addresses)} addresses, {asked} requests: refused, nothing told; {changes.rows} rows as before",
    )


def test_what_was_shown_in_another_case(site: Site, report: Report) -> None:
    """Neither another's code, nor another's proof, nor one for something else, nor an old or a forged one opens a form."""
    case, other = a_case(site), a_case(site, email="annan@example.se")
    hers, mine = sender_of(site, case), sender_of(site, other)
    theirs, own = hers.ask_for_code("reply", message=TYPED), mine.ask_for_code("reply", message=TYPED)
    with patch("time.time", return_value=time.time() - PROOF_LIVES.total_seconds() - 60):
        old = prove(current_link(case), "reply")
    proofs = {
        "another's": prove(current_link(other), "reply"),
        "for a rating": prove(current_link(case), "rating"),
        "old": old,
        "cut": prove(current_link(case), "reply")[:-1],
        "unsigned": f'["{case.pk}","reply"]',
    }
    tries = [{**own, "code": latest_code(other)}, {**theirs, "asked": own["asked"], "code": latest_code(other)}]
    tries += [{**theirs, "proof": proof} for proof in proofs.values()]
    site.wait_for_the_mail()
    with watched() as changes:
        for typed in tries:
            answer = hers.post(hers.path, {"act": "reply", **typed})
            assert answer.status == 422
            assert TYPED in html.unescape(answer.text)
    assert hers.post(hers.path, {"act": "reply", **theirs, "code": latest_code(case)}).status == 303
    assert (replies(case), replies(other)) == (1, 0)
    report(
        "sender's page: another's code or proof",
        f"{len(tries)} tries refused with the text kept; {changes.rows} rows as before; the right code was still good",
    )


# --- Whoever only looks


def every_mail(site: Site) -> Case:
    """Have one sender get every kind of mail with a link: receipt, code, times to meet, answer, delay, closed."""
    officer = UserFactory(coordinator=True)
    case = a_case(site)
    site.wait_for_the_mail()
    services.take(case, officer)
    services.delay(case, officer, "Det tar längre tid.", timezone.now() + timedelta(days=9))
    in_a_week = ProposedTime(timezone.now() + timedelta(days=7), 30, "Stadshuset https://karta.example/stadshuset")
    services.propose_times(case, officer, "Ska vi ses?", [in_a_week])
    site.wait_for_the_mail()
    sender_of(site, case).ask_for_code("reply", message="Gärna.")
    site.wait_for_the_mail()
    return case


def links_of(site: Site) -> set[str]:
    """Return every address that stands in a mail and leads to us."""
    found = {one.rstrip(".,)") for mail in site.mail.accepted for one in ADDRESS.findall(mail.mail.get_content())}
    return {one for one in found if urlsplit(one).port == site.port}


def open_twice(scanner: Browser, links: set[str], what: str = "") -> int:
    """Open each link twice, with and without its body, as mail scanners do; return how many requests that took."""
    requests = 0
    for link in sorted(links):
        for method in (scanner.head, scanner.get) * 2:
            answer = method(link.replace("https:", "http:") + what)
            assert answer.status in (200, 302), (link, answer.status)
            requests += 1
    return requests


def test_a_scanner_opens_every_link_of_every_mail_twice(site: Site, report: Report) -> None:
    case = every_mail(site)
    officer = UserFactory(coordinator=True)
    rated = a_case(site, email="betyg@example.se")
    services.take(rated, officer)
    services.answer(rated, officer, "Ja, det går bra.")
    site.wait_for_the_mail()
    services.close(Case.objects.get(pk=rated.pk), officer, "kept")
    site.wait_for_the_mail()
    links, mails = links_of(site), len(site.mail.accepted)
    pages = {link for link in links if "/arende/" in link}
    assert {path_of(case), path_of(rated)} <= {urlsplit(link).path for link in pages}
    scanner, code = Browser(site.address), latest_code(case)
    presses = (
        f"?act=reply&message=Hej&code={code}",
        f"?act=time&time={case.meeting_times.get().pk}&code={code}",
        "?act=rating&helped=no",
        "?send_code=1&act=reply&message=Hej",
    )
    with watched() as changes:
        requests = open_twice(scanner, links)
        requests += sum(open_twice(scanner, pages, press) for press in presses)
        requests += sum(open_twice(scanner, {link.replace("/sv/arende/", "/en/case/")}) for link in pages)
    assert not Rating.objects.filter(case__in=[case, rated]).exists()
    assert case.codes.get().tries == 0
    report(
        "sender's page: a scanner opens every link twice",
        f"{len(links)} links of {mails} mails, {requests} requests with GET and HEAD; {changes.rows} rows as before, "
        "no code spent, nothing rated or chosen",
    )


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
