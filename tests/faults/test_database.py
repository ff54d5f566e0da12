"""PostgreSQL goes away under load, or has no room left: who has a receipt has a case."""

from __future__ import annotations

import contextlib
import secrets
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle, islice
from threading import Event

import pytest
from django.db import DatabaseError, connection
from django.db.models import Model
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult

from business.core.models import JobRun
from business.inbox.enums import Direction, MailPurpose, MailStatus
from business.inbox.models import Case, Message, OutboxMail

from .browser import Answer
from .conftest import Report
from .database import WAL_FILE, bring_down, full_for
from .running import Site, is_gone, numbers_without_gaps, wait_until
from .scale import SCALE

VISITORS = 4
PAUSE = 0.05  # seconds of a visitor between two requests
LONGEST_NOTE = 1800  # bytes: more would be stored beside the table


def assert_stored(site: Site, receipts: list[Answer]) -> None:
    """Every receipt has its case, with message and mail; every mail is sent; a further copy is the same mail."""
    visitor = site.visitor()
    numbers = [visitor.number_on(answer) for answer in receipts]
    cases = Case.objects.filter(number__in=numbers)
    assert len(set(numbers)) == len(receipts) == cases.count()
    assert all(case.messages.count() == 1 for case in cases)
    site.wait_for_the_mail()
    mails = OutboxMail.objects.filter(case__in=cases, purpose=MailPurpose.RECEIPT)
    assert mails.count() == len(receipts)
    assert set(mails.values_list("status", flat=True)) == {MailStatus.SENT}
    # What was stored while its visitor met an error is sent too.
    assert set(site.mail.copies()) >= set(mails.values_list("message_id_header", flat=True))
    assert set(site.mail.copies()) <= set(OutboxMail.objects.values_list("message_id_header", flat=True))


def assert_apologised(answers: list[Answer]) -> None:
    """Nobody meets a bare error: the site says in its own look what went wrong."""
    assert {answer.status for answer in answers} <= {500}
    assert all(gettext("Something went wrong on our side") in answer.text for answer in answers)


def keep_asking(site: Site, answers: list[Answer], enough: Event) -> None:
    visitor, number = site.visitor(), count()
    while not enough.wait(PAUSE):
        answers.append(visitor.ask(message=f"Fråga {next(number)}"))


def more_receipts(answers: list[Answer]) -> None:
    before = sum(answer.status == 303 for answer in answers)
    wait_until(lambda: sum(answer.status == 303 for answer in answers) > before, "somebody has a receipt")


def test_restarted_under_load(site: Site, report: Report) -> None:
    answers: list[Answer] = []
    enough, away = Event(), []
    with ThreadPoolExecutor(VISITORS) as threads:
        asking = [threads.submit(keep_asking, site, answers, enough) for _visitor in range(VISITORS)]
        try:
            for how in islice(cycle([signal.SIGQUIT, signal.SIGINT]), SCALE.restarts):
                more_receipts(answers)
                time.sleep(SCALE.load / SCALE.restarts / 2)
                away.append(bring_down(how))
            more_receipts(answers)
        finally:
            enough.set()
        for one in asking:
            one.result()
    receipts = [answer for answer in answers if answer.status == 303]
    refused = [answer for answer in answers if answer.status != 303]
    wait_until(site.is_ready, "the site is ready")
    assert_stored(site, receipts)
    assert numbers_without_gaps()
    assert_apologised(refused)
    copies = site.mail.copies()
    report(
        "PostgreSQL restarted under load",
        f"{SCALE.restarts} times, away {max(away):.1f} s at most; {len(receipts)} receipts, each with its case; "
        f"{len(refused)} answered with the site's own 500 page; "
        f"{Case.objects.count()} numbers without gaps; {copies.total() - len(copies)} mails twice, same Message-ID",
    )


@pytest.mark.parametrize("table", [OutboxMail, DBTaskResult, JobRun], ids=["mail", "queue", "jobs"])
def test_worker_outlives_the_database(site: Site, table: type[Model]) -> None:
    """Whatever the worker is asking when its connection breaks, it goes on: nobody need start it again."""
    with contextlib.closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute(f"BEGIN; LOCK TABLE {table._meta.db_table}")
        wait_until(somebody_waits, "the worker stands before the table")
        bring_down(signal.SIGQUIT)
    receipt = site.visitor().ask()
    assert receipt.status == 303
    assert_stored(site, [receipt])
    assert not is_gone(site.worker)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'")
        return bool(cursor.fetchone()[0])


def note(case: Case, length: int) -> Message:
    """Return a note of so many characters, which cannot be compressed."""
    return Message(case=case, direction=Direction.NOTE, author_name="F", text=secrets.token_hex(length)[:length])


def write_until_it_is_full(case: Case) -> None:
    """Fill the space that the table has got already, down to the last gap."""
    for length in (LONGEST_NOTE, LONGEST_NOTE // 4, LONGEST_NOTE // 16, 1):
        with contextlib.suppress(DatabaseError):
            for _number in range(10_000):
                note(case, length).save()
            pytest.fail("The disk was not full")


def ask_until_refused(site: Site) -> list[Answer]:
    """Ask until enough have met the full disk; one or the other request may still find a gap."""
    visitor, answers = site.visitor(), []
    while sum(answer.status != 303 for answer in answers) < SCALE.posts:
        assert len(answers) < 50 * SCALE.posts, "the disk was not full"
        answers.append(visitor.ask())
    return answers


def test_no_room_left(site: Site, report: Report) -> None:
    visitor = site.visitor()
    case = Case.objects.get(number=visitor.number_on(visitor.ask()))
    Message.objects.bulk_create(note(case, LONGEST_NOTE) for _number in range(2 * WAL_FILE // LONGEST_NOTE))
    site.settle()
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM {Message._meta.db_table}")  # all gaps are known, and none is found later
    with full_for(Message._meta.db_table):
        write_until_it_is_full(case)
        before, answers = Case.objects.count(), ask_until_refused(site)
        receipts = [answer for answer in answers if answer.status == 303]
        refused = [answer for answer in answers if answer.status != 303]
        assert_apologised(refused)
        assert Case.objects.count() == before + len(receipts)
        assert site.is_ready()
    answer = visitor.ask()
    assert answer.status == 303
    assert_stored(site, [*receipts, answer])
    assert numbers_without_gaps()
    report(
        "no room left for messages",
        f"{len(refused)} posts answered with the site's own 500 page, nothing of them stored; {len(receipts)} that "
        "found a gap, each with its case; once there is room, the next is taken; numbers without gaps",
    )
