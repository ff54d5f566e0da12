"""Mail comes in while whatever takes part in it goes away: nothing is lost, nothing is read twice."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from django.db import connection

from business.inbox.enums import IncomingState
from business.inbox.models import Case, IncomingMail, Message
from business.inbox.tests.letters import drop, letter

from .conftest import Report
from .database import bring_down
from .fetching import fetching
from .gates import Gate, closed
from .imap import Mailbox
from .running import Site, numbers_without_gaps, wait_until
from .scale import SCALE

pytestmark = pytest.mark.usefixtures("one_secret")
AT_MOST = 120.0  # seconds for a thousand mails
SMALL = 2048  # bytes: the largest file that the disk takes


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
            wait_until(lambda: runs, "it is known who is to die")
            runs[0].kill()

    mailbox.on_fetch = die
    runs.append(fetching(site, mailbox))
    assert runs[0].ends()[0] == -signal.SIGKILL
    mailbox.on_fetch = lambda _number: None
    stored = IncomingMail.objects.filter(uid_validity=mailbox.validity).count()
    assert 0 < stored < SCALE.letters
    is_third = f"NEW.uid = '{SCALE.letters // 3}' AND NEW.uid_validity = {mailbox.validity}"
    third = Gate("a third is filed", "inbox_incomingmail", when=f"NEW.state = 'filed' AND {is_third}")
    with closed(third, lambda: fetching(site, mailbox)) as again:
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
    assert seconds < AT_MOST * SCALE.slack * len(mails) / 1000
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
