"""A scanner that fails, one form with a file sent many times, and the store after everything."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from business.inbox.enums import ScanState
from business.inbox.files.holding import MOST_FILES
from business.inbox.models import Attachment, Case
from business.inbox.tests import samples

from .browser import Answer, Officer, ripe_key
from .conftest import Report
from .filing import (
    ask,
    assert_handed_out,
    assert_shut,
    case_of,
    store_of,
    sweep,
    wait_for_the_scanner,
)
from .running import Site, wait_until
from .scale import FULL, SCALE
from .test_same_moment import COPIES, at_once

MOODS = ("down", "half") if SCALE is not FULL else ("down", "half", "hangs_up", "error", "limit", "chatter")


@pytest.mark.parametrize("mood", MOODS)
def test_a_scanner_that_does_not_answer(site: Site, officer: Officer, report: Report, mood: str) -> None:
    visitor, data = site.visitor(), samples.png()
    site.scanner.stop() if mood == "down" else site.scanner.start(mood)
    answer = ask(visitor, ("karta.png", data))
    file = Attachment.objects.get(message__case=case_of(visitor, answer))
    wait_until(lambda: Attachment.objects.filter(pk=file.pk, scanned_at__isnull=False), "the worker has begun")
    ask(visitor)
    site.wait_for_the_mail()  # the one worker sends it when it has given up the file
    file.refresh_from_db()
    assert file.scan == ScanState.WAITING
    assert_shut(officer, file)
    site.scanner.start()
    if not (SCALE is FULL and mood == "down"):  # there we wait for the minute to pass
        Attachment.objects.filter(pk=file.pk).update(scanned_at=timezone.now() - datetime.timedelta(seconds=61))
    seconds = wait_for_the_scanner([file])
    assert file.scan == ScanState.CLEAN
    assert_handed_out(officer, file, data)
    said = f"303 in {answer.seconds:.2f} s, waits with 409, handed out {seconds:.1f} s after the scanner was well"
    report(f"scanner: {mood}", said)


def test_one_form_with_a_file_sent_twenty_times(site: Site, officer: Officer, report: Report) -> None:
    visitor, cases = site.visitor(), Case.objects.count()
    slowest = 0.0
    for _round in range(SCALE.rounds):
        key, data = ripe_key(), samples.pdf()
        answers: list[Answer] = at_once(COPIES, lambda _n, k=key, d=data: ask(visitor, ("Ritning.pdf", d), key=k))
        assert {answer.status for answer in answers} == {303}
        cases += 1
        assert Case.objects.count() == cases
        case = case_of(visitor, answers[0])
        assert case.messages.get().attachments.count() == 1
        page = officer.get(reverse("inbox:case", args=[case.pk])).text
        assert page.count("<bdi>Ritning.pdf</bdi>") == 1
        slowest = max(slowest, *(answer.seconds for answer in answers))
    said = f"{SCALE.rounds} times: one case, one message, one file; slowest 303 {slowest:.2f} s"
    report(f"{COPIES} posts at once of one form with a file", said)


def test_the_store_holds_what_the_database_knows(site: Site, officer: Officer, report: Report) -> None:
    visitor = site.visitor()
    case_of(visitor, ask(visitor, *list(samples.GOOD.items())[:MOST_FILES]))
    wait_for_the_scanner(Attachment.objects.all())
    forgotten = sweep(site)
    root = store_of(site)
    files = {one for one in root.rglob("*") if one.is_file()}
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}
    assert {one.stat().st_mode & 0o777 for one in root.rglob("*") if one.is_dir()} == {0o700}
    assert not [one for served in ("media", "static") for one in (site.folder / served).rglob("*") if one.is_file()]
    # What was cut off is let go when Python next tidies up, which takes a few requests.
    wait_until(lambda: site.is_ready() and not list(site.temporary.rglob("*.upload*")), "no upload is left over")
    handed_out = locked = 0
    for file in Attachment.objects.exclude(message=None).exclude(scan=ScanState.GONE):
        if file.scan == ScanState.INFECTED:
            locked += 1
            assert_shut(officer, file)
        else:
            handed_out += 1
            assert_handed_out(officer, file, (root / file.path).read_bytes())
    report(
        "the store after everything",
        f"{len(files)} files, all known and 0600; {forgotten} never sent and swept, {locked} locked, "
        f"{handed_out} handed out with safe headers",
    )
