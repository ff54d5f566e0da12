"""Mail that is forged, odd, or written by machines: nobody is believed, no machine is answered, and nothing is lost."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model

from business.inbox.enums import IncomingState, MailPurpose, MailStatus, QuarantineReason
from business.inbox.files import store
from business.inbox.incoming.addresses import reply_address
from business.inbox.models import Attachment, Case, CaseLink, Event, IncomingMail, Message, OutboxMail, Rating
from business.inbox.tests.factories import UserFactory
from business.inbox.tests.letters import ELSA, OFFICE, bounce, drop, letter
from business.inbox.tests.test_mail_in import odd

from .conftest import Report
from .fetching import fetching
from .imap import Mailbox
from .running import Site, numbers_without_gaps
from .scale import SCALE

pytestmark = pytest.mark.usefixtures("one_secret")
MALLORY = "mallory@ond.example"
BOUNCES = "studsar@krogen.example"
AN_HOUR = 60  # minutes


def rows_of(case: Case) -> dict[str, list[dict[str, Any]]]:
    """Return all that stands in a case: to compare what it holds with what it held."""
    tables: dict[type[Model], str] = {Case: "pk", Event: "case_id", Attachment: "message__case", IncomingMail: "case"}
    tables |= dict.fromkeys((Message, OutboxMail, CaseLink, Rating), "case")
    return {
        model.__name__: list(model._base_manager.filter(**{path: case.pk}).order_by("pk").values())
        for model, path in tables.items()
    }


def forged(case: Case, other: Case, officer: str) -> dict[str, bytes]:
    """Replies to a case by people who know its number, a mail of ours, an officer's address or the sender's."""
    signed, theirs, ours = reply_address(case.number, case.email), reply_address(other.number, other.email), case.email
    local, _dot, rest = signed.partition(".")
    fingerprint, _at, domain = rest.partition("@")
    receipt = OutboxMail.objects.get(case=case, purpose=MailPurpose.RECEIPT).message_id_header
    to_her = letter(to=signed, sender=MALLORY, number=90)
    made: dict[str, dict[str, Any]] = {
        "a guessed number": {"subject": f"Sv: {case.number}", "sender": ours},
        "an address without a fingerprint": {"to": f"{local}@{domain}", "sender": ours},
        "another fingerprint": {"to": f"{local}.{'a' * len(fingerprint)}@{domain}", "sender": ours},
        "a cut fingerprint": {"to": f"{local}.{fingerprint[:-1]}@{domain}", "sender": ours},
        "another case's fingerprint": {"to": f"{local}.{theirs.partition('.')[2]}", "sender": ours},
        "a stranger": {"to": signed, "sender": MALLORY},
        "a colleague of hers": {"to": signed, "sender": "kollega@krogen.example"},
        "an officer's address": {"to": signed, "sender": officer},
        "an officer's, to be answered to hers": {"to": signed, "sender": officer, "headers": {"Reply-To": ours}},
        "an officer's, sent for her": {"to": signed, "sender": officer, "headers": {"Sender": ours}},
        "an officer's, about the number": {"subject": f"Sv: {case.number}", "sender": officer},
        "her address as a name": {"to": signed, "sender": f'"{ours}" <{MALLORY}>'},
        "a stolen Message-ID": {"headers": {"In-Reply-To": receipt, "References": receipt}, "sender": ours},
        "a stolen Message-ID, an officer's address": {"headers": {"In-Reply-To": receipt}, "sender": officer},
    }
    mails = {
        what: letter(f"{what}.", **values, number=number) for number, (what, values) in enumerate(made.items(), 1)
    }
    mails["two senders in one head"] = to_her.replace(b"From: ", f"From: {MALLORY}, {ours}\r\nX-From: ".encode(), 1)
    mails["two heads"] = to_her.replace(b"From: ", f"From: {ours}\r\nFrom: ".encode(), 1)
    return mails


def test_forged_ones_are_not_believed(site: Site, tmp_path: Path, report: Report) -> None:
    visitor = site.visitor()
    case = Case.objects.get(number=visitor.number_on(visitor.ask()))
    other = Case.objects.get(number=visitor.number_on(visitor.ask(email="annan@example.se")))
    officer = UserFactory(coordinator=True)
    site.wait_for_the_mail()
    site.mail.clear()
    before = rows_of(case), rows_of(other)
    mails = forged(case, other, officer.email)
    for number, raw in enumerate(mails.values()):
        drop(tmp_path, raw, f"{number:03}")
    assert fetching(site, folder=tmp_path).ends()[0] == 0
    site.wait_for_the_mail()
    for what, raw in mails.items():
        row = IncomingMail.objects.get(digest=store.digest_of(raw))
        assert row.state == IncomingState.QUARANTINED, what
        assert row.case not in (case, other), what
        assert row.case.quarantine_reason == QuarantineReason.UNVERIFIED, what
    assert (rows_of(case), rows_of(other)) == before
    assert not site.mail.accepted
    drop(tmp_path, letter("Äkta.", to=reply_address(case.number, case.email), sender=case.email, number=99))
    assert fetching(site, folder=tmp_path).ends()[0] == 0
    assert case.messages.latest("pk").text.strip() == "Äkta."
    report(
        "mail: forged replies",
        f"{len(mails)} in quarantine, none mailed on, two cases as before; the real one is in its thread",
    )


def a_minute(site: Site, folder: Path, minute: int) -> None:
    """Have mail fetched and sent as if it were so many minutes into the hour that has just passed."""
    clock = (minute - AN_HOUR - 1) * 60
    for command in (("fetch_mail",), ("run_worker", "--once")):
        code, said = fetching(site, folder=folder, command=command, clock=clock).ends()
        assert code == 0, said


def test_an_hour_with_an_autoresponder_and_a_bouncing_address(site: Site, tmp_path: Path, report: Report) -> None:
    """One answers whatever it gets, to every address that it finds, and does not say that it is a machine. The other's
    mail comes back, and it writes again."""
    site.kill_worker()
    numbers, answered = count(1), 0

    def write(sender: str, to: str = OFFICE) -> None:
        number = next(numbers)
        drop(tmp_path, letter(f"Jag är borta. {number}", sender=sender, to=to, number=1000 + number), f"{number:05}")

    for minute in range(0, AN_HOUR, SCALE.minutes):
        for sender in (ELSA, BOUNCES):
            write(sender)
        a_minute(site, tmp_path, minute)
        for one in site.mail.accepted[answered:]:
            answered += 1
            if one.to[0] not in (ELSA, BOUNCES):  # an officer, who is told that a mail came back
                continue
            if BOUNCES in one.to:
                ours = OutboxMail.objects.get(message_id_header=one.message_id)
                drop(tmp_path, bounce(ours, to=one.returns_to), f"bounce{answered}")
            for to in {str(one.mail["Reply-To"]), one.returns_to, str(one.mail["From"]), OFFICE}:
                write(one.to[0], to)
    a_minute(site, tmp_path, AN_HOUR)
    for address in (ELSA, BOUNCES):
        assert sum(address in one.to for one in site.mail.accepted) == 1
        mails = OutboxMail.objects.filter(to=address)
        assert [mail.purpose for mail in mails] == [MailPurpose.RECEIPT]
    assert OutboxMail.objects.get(to=BOUNCES).status == MailStatus.FAILED
    assert not list(tmp_path.glob("*.eml"))
    written = next(numbers) - 1
    assert written > 2 * AN_HOUR // SCALE.minutes
    assert IncomingMail.objects.filter(sender__in=[ELSA, BOUNCES]).count() == written
    assert not IncomingMail.objects.filter(state=IncomingState.STORED).exists()
    report(
        "mail: an hour with an autoresponder and a bouncing address",
        f"{written} mails from the two, one receipt to each, nothing else mailed to them",
    )


def test_odd_ones_are_kept(site: Site, mailbox: Mailbox, report: Report) -> None:
    mails = odd()
    mailbox.add(*mails.values())
    code, said = fetching(site, mailbox).ends()
    assert code == 0, said
    for what, raw in mails.items():
        row = IncomingMail.objects.get(digest=store.digest_of(raw))
        assert row.case is not None, what
        assert row.case.messages.get().text.strip(), what
        assert (site.folder / "inbox-files" / row.path).read_bytes() == raw, what
    assert mailbox.seen == set(mailbox.mails)
    assert fetching(site, mailbox).ends()[0] == 0
    assert max(mailbox.fetched.values()) == 1
    assert numbers_without_gaps()
    report("mail: odd ones", f"{len(mails)} kinds, up to 10 MB: a case each, kept byte for byte, read once")
