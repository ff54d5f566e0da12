"""The mail server is down, busy, slow, or says no: the visitor notices nothing, and no mail is lost."""

from __future__ import annotations

import pytest

from business.inbox.enums import EventKind, MailPurpose, MailStatus
from business.inbox.models import Case, Event, OutboxMail

from .conftest import Report
from .running import Site, wait_until
from .scale import SCALE
from .smtp import Mode

AT_MOST = 1.0 * SCALE.slack  # seconds until the visitor has the receipt
PASSING = [Mode.CLOSING, Mode.LATER, Mode.LATER_DATA, Mode.CUT]


def ask_all(site: Site) -> tuple[list[str], float]:
    """Send some requests; return their case numbers and the longest time until a 303."""
    visitor = site.visitor()
    answers = [visitor.ask(message=f"Fråga {number}") for number in range(SCALE.posts)]
    assert {answer.status for answer in answers} == {303}
    slowest = max(answer.seconds for answer in answers)
    assert slowest < AT_MOST
    return [visitor.number_on(answer) for answer in answers], slowest


def mails_of(numbers: list[str]) -> list[OutboxMail]:
    """Return the receipts of these cases; the officers' alerts are no visitor's mail."""
    return list(OutboxMail.objects.filter(case__number__in=numbers, purpose=MailPurpose.RECEIPT))


def assert_sent_once(site: Site, numbers: list[str]) -> None:
    mails = mails_of(numbers)
    assert len(mails) == len(numbers) == SCALE.posts
    assert {mail.status for mail in mails} == {MailStatus.SENT}
    assert site.mail.copies() == {mail.message_id_header: 1 for mail in mails}


def test_down(site: Site, report: Report) -> None:
    site.mail.stop()
    try:
        numbers, slowest = ask_all(site)
        wait_until(lambda: all(mail.attempts for mail in mails_of(numbers)), "each has been tried")
    finally:
        site.mail.start()
    waited = site.wait_for_the_mail()
    assert_sent_once(site, numbers)
    report(
        "mail server down", f"{SCALE.posts} posts, slowest 303 {slowest:.2f} s; each sent once, {waited:.1f} s later"
    )


@pytest.mark.parametrize("mode", PASSING, ids=lambda mode: mode.value)
def test_trouble_that_passes(site: Site, report: Report, mode: Mode) -> None:
    site.mail.mode = mode
    numbers, slowest = ask_all(site)
    wait_until(lambda: site.mail.met[mode] >= SCALE.posts, "each has met it")
    assert not site.mail.accepted
    site.mail.mode = Mode.ACCEPT
    waited = site.wait_for_the_mail()
    assert_sent_once(site, numbers)
    report(
        f"mail server {mode.value}",
        f"{SCALE.posts} posts, slowest 303 {slowest:.2f} s; each sent once, {waited:.1f} s later",
    )


@pytest.mark.parametrize("mode", [Mode.UNKNOWN, Mode.REFUSED], ids=lambda mode: mode.value)
def test_a_no_for_good_is_red(site: Site, report: Report, mode: Mode) -> None:
    site.mail.mode = mode
    numbers, slowest = ask_all(site)
    site.wait_for_the_mail()
    mails = mails_of(numbers)
    assert {(mail.status, mail.attempts) for mail in mails} == {(MailStatus.FAILED, 1)}
    assert not site.mail.accepted
    cases = [mail.case_id for mail in mails]
    told = Event.objects.filter(kind=EventKind.MAIL_FAILED, data__mail__in=[mail.pk for mail in mails])
    assert sorted(told.values_list("case_id", flat=True)) == sorted(cases)
    # One alert for each, which fails too and must not raise another.
    assert OutboxMail.objects.filter(case_id__in=cases).count() <= 2 * SCALE.posts
    assert set(Case.objects.with_failed_mail().values_list("pk", flat=True)) >= set(cases)
    report(f"mail server {mode.value}", f"{SCALE.posts} posts, slowest 303 {slowest:.2f} s; all red, tried once")


def test_slow(site: Site, report: Report) -> None:
    site.mail.mode = Mode.SLOW
    numbers, slowest = ask_all(site)
    waited = site.wait_for_the_mail()
    assert_sent_once(site, numbers)
    report(
        f"mail server takes {SCALE.slow} s",
        f"{SCALE.posts} posts, slowest 303 {slowest:.2f} s; each sent once, the last {waited:.1f} s later",
    )


def test_a_server_that_takes_it_and_never_says_so(site: Site, report: Report) -> None:
    """Nobody can know that such a mail has arrived: it is sent again, and is the same mail to its receiver."""
    site.mail.mode = Mode.SILENT
    numbers, slowest = ask_all(site)
    wait_until(lambda: site.mail.met[Mode.SILENT] >= SCALE.posts, "each has met it")
    site.mail.mode = Mode.ACCEPT
    waited = site.wait_for_the_mail()
    mails, copies = mails_of(numbers), site.mail.copies()
    assert {mail.status for mail in mails} == {MailStatus.SENT}
    assert set(copies) == {mail.message_id_header for mail in mails}
    report(
        f"mail server {Mode.SILENT.value}",
        f"{SCALE.posts} posts, slowest 303 {slowest:.2f} s; all sent, {waited:.1f} s later, "
        f"{copies.total() - len(copies)} copies more, each with its mail's Message-ID",
    )
