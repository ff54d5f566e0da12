"""Mail comes in while whatever takes part in it goes away: nothing is lost, nothing is read twice, nobody is believed."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from business.inbox.enums import IncomingState, MailPurpose, QuarantineReason
from business.inbox.incoming.addresses import reply_address
from business.inbox.models import Case, IncomingMail, Message, OutboxMail
from business.inbox.tests.letters import OFFICE, drop, letter

from .conftest import Report
from .database import bring_down
from .imap import PASSWORD, USER, Mailbox
from .running import Run, Site, numbers_without_gaps, wait_until
from .scale import SCALE

AT_MOST = 120.0  # seconds for a thousand mails
SMALL = 2048  # bytes: the largest file that the disk takes


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.stop()


@pytest.fixture(autouse=True)
def _one_secret(site: Site) -> Iterator[None]:
    """The tests sign addresses as the site does."""
    with override_settings(INBOX_REPLY_ADDRESS=OFFICE):
        yield


def fetching(site: Site, mailbox: Mailbox | None = None, folder: Path | None = None, **told: Any) -> Run:
    """Start ``fetch_mail`` as a process of its own, with production's settings."""
    reads = {"INBOX_REPLY_ADDRESS": OFFICE, "MAIL_DROP_DIR": str(folder or "")}
    if mailbox is not None:
        reads |= {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": mailbox.port, "IMAP_SECURITY": "none"}
        reads |= {"IMAP_USER": USER, "IMAP_PASSWORD": PASSWORD}
    return site.run("fetch_mail", settings=reads, **told)


def letters(what: str, count: int, size: int = 0) -> list[bytes]:
    return [
        letter(
            f"{what} {number}: vad gäller för oss?\n{'x' * size}",
            sender=f"Avsändare {number} <{what}{number}@krogen.example>",
            number=hash((what, number)) % 10**9,
        )
        for number in range(count)
    ]


def assert_each_once(mails: list[bytes], what: str) -> None:
    """Each mail has its row, its case and its message, once; and is filed."""
    rows = IncomingMail.objects.filter(sender__startswith=what)
    assert rows.count() == len(mails) == len({row.case_id for row in rows})
    assert set(rows.values_list("state", flat=True)) == {IncomingState.FILED}
    assert Case.objects.filter(email__startswith=what).count() == len(mails)
    assert Message.objects.filter(case__email__startswith=what).count() == len(mails)
    assert numbers_without_gaps()


def test_killed_half_way(site: Site, mailbox: Mailbox, report: Report) -> None:
    """Once while mails are stored, once while they are filed; the third time it is let go on."""
    mails = letters("dodad", SCALE.letters)
    mailbox.add(*mails)
    runs = []

    def die(number: int) -> None:
        if number == SCALE.letters // 2:
            runs[0].kill()

    mailbox.on_fetch = die
    runs.append(fetching(site, mailbox))
    assert runs[0].ends()[0] == -signal.SIGKILL
    mailbox.on_fetch = lambda _number: None
    stored = IncomingMail.objects.filter(uid_validity=mailbox.validity).count()
    assert 0 < stored < SCALE.letters
    again = fetching(site, mailbox)
    wait_until(lambda: Case.objects.filter(email__startswith="dodad").count() >= SCALE.letters // 3, "some are filed")
    again.kill()
    assert again.ends()[0] == -signal.SIGKILL
    IncomingMail.objects.filter(state=IncomingState.STORED).update(lease_until=None)  # that its lease is over
    begun = time.monotonic()
    code, said = fetching(site, mailbox).ends()
    assert code == 0, said
    assert_each_once(mails, "dodad")
    assert mailbox.seen == set(mailbox.mails)
    assert max(mailbox.fetched.values()) <= 2
    report(
        "mail: killed while storing and while filing",
        f"{SCALE.letters} mails, {stored} stored before the first; each in one case, "
        f"{mailbox.fetched.total() - SCALE.letters} fetched twice, the last round {time.monotonic() - begun:.1f} s",
    )


def test_how_fast(site: Site, mailbox: Mailbox, report: Report) -> None:
    mails = letters("fort", SCALE.many_letters)
    mailbox.add(*mails)
    begun = time.monotonic()
    code, said = fetching(site, mailbox).ends(2 * AT_MOST)
    seconds = time.monotonic() - begun
    assert code == 0, said
    assert_each_once(mails, "fort")
    assert seconds < AT_MOST * max(0.5, len(mails) / 1000)
    report("mail: fetched and filed", f"{len(mails)} mails in {seconds:.1f} s, {len(mails) / seconds:.0f} a second")


def test_the_mail_server_goes_away(site: Site, mailbox: Mailbox, report: Report) -> None:
    mails = letters("bort", SCALE.posts * 4)
    mailbox.add(*mails)
    mailbox.cut_after = len(mails) // 2
    code, said = fetching(site, mailbox).ends()
    assert code == 1
    assert "Mail could not be read" in said
    stored = IncomingMail.objects.filter(sender__startswith="bort").count()
    assert stored == len(mails) // 2  # and filed, although the rest could not be read
    assert fetching(site, mailbox).ends()[0] == 0
    assert_each_once(mails, "bort")
    report("mail: cut in the middle of a mail", f"{len(mails)} mails, {stored} stored before; each in one case")


def test_the_disk_is_full(site: Site, tmp_path: Path, report: Report) -> None:
    """The operating system refuses files above a size; the mails that are larger stay where they are."""
    small, large = letters("liten", SCALE.posts), letters("stor", SCALE.posts, size=2 * SMALL)
    for number, raw in enumerate([*small, *large]):
        drop(tmp_path, raw, f"{number:03}")
    code, said = fetching(site, folder=tmp_path, largest=SMALL).ends()
    assert code == 1, said
    assert "StoreError" in said
    assert_each_once(small, "liten")
    assert len(list(tmp_path.glob("*.eml"))) == len(large)
    assert fetching(site, folder=tmp_path).ends()[0] == 0
    assert_each_once(large, "stor")
    assert not list(tmp_path.glob("*.eml"))
    report(
        "mail: disk full", f"{len(large)} of {len(small) + len(large)} mails stay in the folder, and are read later"
    )


def test_the_database_goes_away(site: Site, mailbox: Mailbox, report: Report) -> None:
    mails = letters("databas", SCALE.posts * 4)
    mailbox.add(*mails)
    away = []

    def crash(number: int) -> None:
        if number == len(mails) // 2 and not away:
            away.append(bring_down(signal.SIGQUIT))

    mailbox.on_fetch = crash
    first, _said = fetching(site, mailbox).ends()
    connection.close()  # ours broke with it: `bring_down` ran in the mailbox's thread
    assert away
    assert first == 1
    IncomingMail.objects.filter(state=IncomingState.STORED).update(lease_until=None)
    code, said = fetching(site, mailbox).ends()
    assert code == 0, said
    assert_each_once(mails, "databas")
    report("mail: PostgreSQL crashes during a fetch", f"away {away[0]:.1f} s; {len(mails)} mails, each in one case")


def test_forged_ones_are_not_believed(site: Site, tmp_path: Path, report: Report) -> None:
    visitor = site.visitor()
    case = Case.objects.get(number=visitor.number_on(visitor.ask()))
    site.wait_for_the_mail()
    before = case.messages.count()
    signed = reply_address(case.number, case.email)
    ours = OutboxMail.objects.get(case=case, purpose=MailPurpose.RECEIPT).message_id_header
    forged = [
        letter(subject=f"Sv: {case.number}", sender=case.email, number=1),
        letter(to=signed[:-25] + "a" * 8 + signed[-17:], sender=case.email, number=2),
        letter(to=signed, sender="mallory@ond.example", number=3),
        letter(to=signed, sender="kim@kommun.example", number=4),
        letter(headers={"In-Reply-To": ours}, sender=case.email, number=5),
    ]
    for number, raw in enumerate([*forged, letter("Äkta.", to=signed, sender=case.email, number=6)]):
        drop(tmp_path, raw, str(number))
    site.mail.clear()
    assert fetching(site, folder=tmp_path).ends()[0] == 0
    site.wait_for_the_mail()
    rows = IncomingMail.objects.filter(claims=case.number)
    kept_apart = rows.filter(state=IncomingState.QUARANTINED)
    assert kept_apart.count() == len(forged)
    assert {row.case.quarantine_reason for row in kept_apart} == {QuarantineReason.UNVERIFIED}
    assert case.messages.count() == before + 1
    assert not site.mail.accepted
    report("mail: forged replies", f"{len(forged)} in quarantine, none in the thread, none mailed on; the real one is")
