"""Attacks on the sender's page: tokens, proofs, scanners. What is refused changes no row anywhere."""

from __future__ import annotations

import html
import re
import time
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from business.contact.proofs import PROOF_LIVES, asked_for, prove
from business.inbox import services
from business.inbox.meeting_words import ProposedTime
from business.inbox.models import Case, Rating, SenderCode
from business.inbox.sender_links import current_link, renew_link, token_of
from business.inbox.tests.factories import UserFactory

from .browser import Browser, Sender
from .conftest import Report
from .running import Site
from .senders import TYPED, a_case, latest_code, nothing_told, path_of, replies, sender_of
from .tables import watched

pytestmark = pytest.mark.usefixtures("one_address")

ADDRESS = re.compile(r"https?://[^\s<>\"]+")


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
