"""What comes in by mail finds its case; what only says that it belongs there does not."""

import datetime
import itertools
import os

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from business.inbox import outbox, services
from business.inbox.disposal import deciding, execution, holds, late_mail
from business.inbox.enums import (
    CaseStatus,
    Channel,
    Direction,
    EventKind,
    IncomingState,
    MailPurpose,
    MailSort,
    MailStatus,
    QuarantineReason,
    ScanState,
)
from business.inbox.files import StoreError, open_stored, store
from business.inbox.incoming import fetching, filing, folder
from business.inbox.incoming.addresses import Signed, reply_address, signed_in
from business.inbox.incoming.storing import keep
from business.inbox.models import Attachment, Case, DisposalProtocol, Event, IncomingMail, Message, OutboxMail

from .disposals import a_rule, a_whole_case
from .factories import CaseFactory, OutboxMailFactory, TopicFactory, UserFactory
from .letters import ELSA, OFFICE, QUOTE, arrive, bounce, drop, letter, nested, reply
from .samples import pdf, png

DAY = datetime.timedelta(days=1)
PDF, PNG = pdf(), png()


@pytest.fixture(autouse=True)
def _reads_mail(settings, tmp_path):
    settings.INBOX_REPLY_ADDRESS = OFFICE
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    settings.DEFAULT_FROM_EMAIL = "Dukat bord <dukatbord@kommun.example>"


@pytest.fixture
def topic(db):
    return TopicFactory()


@pytest.fixture
def drop_folder(settings, tmp_path):
    settings.MAIL_DROP_DIR = str(tmp_path / "drop")
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def receipts(address=ELSA):
    return OutboxMail.objects.filter(purpose=MailPurpose.RECEIPT, to__iexact=address)


# --- A new request


def test_a_mail_is_a_request_like_any_other(topic):
    mail = arrive(letter(files={"karta.pdf": PDF}))
    case = mail.case
    assert (case.status, case.channel, case.topic, case.email) == (CaseStatus.NEW, Channel.EMAIL, topic, ELSA)
    assert case.name == "Elsa Norrby"
    message = case.messages.get()
    assert message.text == "Uteservering\n\nHej!\n\nVi vill ställa ut åtta bord."
    assert [one.name for one in message.attachments.all()] == ["karta.pdf"]
    assert (mail.state, mail.message, mail.sort) == (IncomingState.FILED, message, MailSort.PERSON)
    with open_stored(mail.path) as stored:
        assert stored.read() == letter(files={"karta.pdf": PDF})
    assert receipts().get().status == MailStatus.WAITING
    assert list(Event.objects.filter(case_id=case.pk).values_list("kind", flat=True)) == [EventKind.RECEIVED]


def test_it_is_counted_from_when_it_reached_us_and_answered_in_its_language(topic):
    arrived = timezone.now() - 2 * DAY
    mail = arrive(
        letter("Hello,\n\nwe would like to open a café. Can you tell us what we have to do?"), arrived_at=arrived
    )
    assert mail.received_at == mail.case.received_at == mail.message.created_at == arrived
    assert mail.case.language == "en"


def test_the_topic_is_the_one_that_is_set(topic, settings):
    other = TopicFactory()
    settings.INBOX_MAIL_TOPIC = other.slug
    assert arrive(letter()).case.topic == other


def test_the_flood_budget_counts_mail_too(topic, settings):
    settings.INBOX_BUDGET = ((datetime.timedelta(minutes=10), 3),)
    settings.INBOX_STRANGERS = 1
    mails = [
        arrive(
            letter(f"Fråga {number} {'abcdefgh'[number] * 8}", sender=f"a{number}@x{number}.example", number=number)
        )
        for number in range(6)
    ]
    reasons = [mail.case.quarantine_reason for mail in mails]
    assert reasons[:3] == ["", "", ""]
    assert all(reasons[3:])
    assert OutboxMail.objects.filter(purpose=MailPurpose.RECEIPT).count() == 3


def test_one_receipt_for_an_address_and_day(topic):
    for number in range(4):
        arrive(letter(f"Fråga {number}", sender=ELSA.upper() if number % 2 else ELSA, number=number))
    assert Case.objects.count() == 4
    assert receipts().count() == 1
    receipts().update(created_at=timezone.now() - DAY - datetime.timedelta(minutes=1))
    arrive(letter("Nästa dag", number=9))
    assert receipts().count() == 2


# --- A reply


def test_a_reply_enters_its_case_and_opens_it_again(topic, mail_server):
    case = arrive(letter()).case
    officer = UserFactory(coordinator=True)
    services.answer(case, officer, "Hur många bord blir det?")
    outbox.sweep()
    case.refresh_from_db()
    assert case.status == CaseStatus.ANSWERED
    answer = mail_server.received[-1]
    assert answer["In-Reply-To"] == "<1@krogen.example>"
    mail = arrive(
        letter(f"Åtta bord.{QUOTE}", to=answer["Reply-To"], subject="Sv: svar", files={"ritning.png": PNG}, number=2)
    )
    case.refresh_from_db()
    assert (mail.state, mail.case, case.status) == (IncomingState.FILED, case, CaseStatus.REOPENED)
    message = case.messages.order_by("pk").last()
    assert (message.direction, message.channel, message.author_name) == (
        Direction.INCOMING,
        Channel.EMAIL,
        "Elsa Norrby",
    )
    assert message.text.startswith("Åtta bord.")
    assert "> Hur många bord" in message.text  # the text itself is whole
    assert [one.name for one in message.attachments.all()] == ["ritning.png"]
    assert receipts().count() == 1
    # The next answer repeats what she wrote, and not what we did.
    services.answer(case, officer, "Tack!")
    outbox.sweep()
    body = mail_server.received[-1].get_content()
    assert "> Åtta bord." in body
    assert "Hur många bord" not in body


def test_our_mail_leaves_with_the_signed_address_in_its_envelope_too(topic, mail_server, settings):
    case = CaseFactory(email=ELSA)
    mail = OutboxMailFactory(case=case)
    outbox.sweep()
    sent = mail_server.received[0]
    assert sent["From"] == settings.DEFAULT_FROM_EMAIL
    assert sent["Reply-To"] == reply_address(case.number, ELSA)
    assert mail_server.senders == [reply_address(case.number, ELSA)]
    # A notice to an officer does not: nobody but the sender writes into a case.
    OutboxMail.objects.filter(pk=mail.pk).update(status=MailStatus.WITHDRAWN)
    OutboxMailFactory(case=case, purpose=MailPurpose.ALERT, to="kim@kommun.example")
    outbox.sweep()
    assert case.number.lower() not in (mail_server.received[1]["Reply-To"] or "")


def test_what_a_merged_sender_replies_wakes_the_case_where_it_is_answered(topic):
    case, target = CaseFactory(email=ELSA), CaseFactory(email="bo@annan.example", answered=True)
    services.merge(case, target, UserFactory(coordinator=True))
    target.refresh_from_db()
    Case.objects.filter(pk=target.pk).update(status=CaseStatus.ANSWERED, answered_at=timezone.now())
    mail = arrive(reply(case))
    assert mail.message.case == case
    target.refresh_from_db()
    assert target.status == CaseStatus.REOPENED
    # An address made for her in the other case leads to her own.
    again = arrive(reply(case, to=reply_address(target.number, ELSA), number=2))
    assert again.message.case == case


def test_the_same_reply_twice_is_one(topic):
    case = CaseFactory(email=ELSA)
    arrive(reply(case))
    assert keep(reply(case), source="test", uid="other") is None
    assert case.messages.filter(channel=Channel.EMAIL).count() == 1


# --- Forged


def forged(case):
    """Everything that somebody could try who is not the sender, or has no address of ours."""
    ours = OutboxMailFactory(case=case, sent=True, message_id_header=f"<{'ab' * 16}@kommun.example>")
    theirs = reply_address(case.number, case.email)
    guess = f"arende+{case.number.lower()}.{'a' * 16}@kommun.example"
    another = CaseFactory(email="bo@annan.example")
    return {
        "guessed number in the subject": letter(subject=f"Re: {case.number}", sender=case.email),
        "guessed fingerprint": letter(to=guess, sender=case.email),
        "no fingerprint": letter(to=f"arende+{case.number.lower()}@kommun.example", sender=case.email),
        "another's address": letter(to=theirs, sender="mallory@ond.example"),
        "an address of another case": letter(
            to=f"arende+{case.number.lower()}.{reply_address(another.number, case.email).partition('.')[2]}",
            sender=case.email,
        ),
        "an address made for somebody else": letter(
            to=reply_address(case.number, "cc@annan.example"), sender=case.email
        ),
        "an officer": letter(to=theirs, sender="kim@kommun.example"),
        "ourselves": letter(to=theirs, sender="dukatbord@kommun.example"),
        "two senders": letter(to=theirs, sender=f"{case.email}, mallory@ond.example"),
        "stolen Message-ID": letter(headers={"In-Reply-To": ours.message_id_header}, sender=case.email),
        "stolen References": letter(headers={"References": f"<x@y> {ours.message_id_header}"}, sender="m@ond.example"),
        "a name like hers": letter(to=theirs, sender=f'"{case.email}" <mallory@ond.example>'),
        "no sender at all": letter(to=theirs, sender="undisclosed:;"),
    }


def test_forged_replies_never_enter_the_thread_and_are_never_mailed_on(topic, mail_server):
    case = CaseFactory(email=ELSA, answered=True)
    for number, (what, raw) in enumerate(forged(case).items()):
        mail = arrive(raw.replace(b"<1@krogen.example>", f"<{number}@krogen.example>".encode()))
        assert mail.state == IncomingState.QUARANTINED, what
        assert mail.case.quarantine_reason == QuarantineReason.UNVERIFIED, what
        assert mail.claims == case.number, what
        assert mail.case_id != case.pk, what
        assert mail.case.messages.get().text.endswith("åtta bord."), what
    outbox.sweep()
    assert not mail_server.received
    assert case.messages.count() == 1
    case.refresh_from_db()
    assert case.status == CaseStatus.ANSWERED
    # Let out, it is answered like anybody's.
    services.release_from_quarantine(mail.case, UserFactory(coordinator=True))


def test_one_notice_tells_of_all_that_say_they_belong_to_a_case(topic, client):
    case = CaseFactory(email=ELSA)
    client.force_login(UserFactory(coordinator=True))
    numbers = []
    for number, more in ((1, False), (2, False), (6, True)):
        while len(numbers) < number:
            raw = letter(subject=f"{case.number}, {len(numbers)}", sender=f"m{len(numbers)}@ond.example")
            numbers.append(arrive(raw.replace(b"<1@krogen", f"<{len(numbers)}@krogen".encode())).case.number)
        page = client.get(reverse("inbox:case", args=[case.pk])).content.decode()
        assert page.count("sägs höra hit") == 1 + more  # one notice, and a way to those it does not name
        assert [one in page for one in numbers] == [True] * number if not more else [False] + [True] * 5
        assert (reverse("inbox:index") + "?status=quarantined" in page) is more


def test_a_number_that_nobody_has_is_no_more_welcome(topic):
    assert arrive(letter(subject="DB-2031-99999")).case.quarantine_reason == QuarantineReason.UNVERIFIED


def test_nobody_can_write_into_a_case_whose_sender_is_unknown(topic):
    case = CaseFactory(email="")
    mail = arrive(letter(to=reply_address(case.number, ""), sender="mallory@ond.example"))
    assert mail.case != case
    assert not Signed(case.number, reply_address(case.number, "").partition(".")[2].partition("@")[0]).is_ours_for("")


def test_an_address_holds_after_the_secret_key_was_changed(settings):
    made = reply_address("DB-2026-00042", ELSA)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [django_settings.SECRET_KEY]
    (signed,) = signed_in([made.upper()])
    assert signed.is_ours_for(ELSA.upper())
    settings.SECRET_KEY_FALLBACKS = []
    assert not signed.is_ours_for(ELSA)


@given(st.integers(1, 9_999_999), st.emails(), st.emails())
def test_an_address_is_good_for_one_person_and_case(number, one, other):
    django_settings.INBOX_REPLY_ADDRESS = OFFICE
    try:
        written = f"DB-2026-{number:05d}"
        (signed,) = signed_in([reply_address(written, one)])
        assert signed.number == written
        assert signed.is_ours_for(one)
        assert signed.is_ours_for(other) == (one.casefold() == other.casefold())
        assert not Signed(f"DB-2025-{number:05d}", signed.fingerprint).is_ours_for(one)
    finally:
        django_settings.INBOX_REPLY_ADDRESS = ""


# --- Machines


AUTOMATIC = {
    "auto-replied": {"Auto-Submitted": "auto-replied"},
    "out of office": {"X-Autoreply": "yes"},
    "precedence": {"Precedence": "auto_reply"},
    "no return": {"Return-Path": "<>"},
}


def test_no_machine_is_answered(topic):
    sent = {
        **AUTOMATIC,
        "list": {"List-Id": "<news.example>"},
        "bulk": {"Precedence": "bulk"},
        "newsletter": {"List-Unsubscribe": "<mailto:x@y.example>"},
    }
    for number, (what, headers) in enumerate(sent.items()):
        mail = arrive(letter(headers=headers, number=number))
        assert mail.case.quarantine_reason == QuarantineReason.AUTOMATIC, what
    for number, sender in enumerate(
        ("MAILER-DAEMON@mx.example", "no-reply@x.example", OFFICE, "dukatbord@kommun.example")
    ):
        mail = arrive(letter(sender=sender, number=100 + number))
        assert mail.case.quarantine_reason == QuarantineReason.AUTOMATIC, sender
    # Nor when an officer finds that it is worth reading after all.
    services.release_from_quarantine(mail.case, UserFactory(coordinator=True))
    assert not OutboxMail.objects.exists()


def test_an_automatic_reply_is_noted_and_wakes_nobody(topic):
    case = CaseFactory(email=ELSA, closed=True)
    for number, headers in enumerate(AUTOMATIC.values()):
        mail = arrive(reply(case, "Jag är på semester.", headers=headers, number=number))
        assert (mail.state, mail.case, mail.message) == (IncomingState.IGNORED, case, None)
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED
    assert case.messages.count() == 1
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.AUTO_REPLIED).count() == len(AUTOMATIC)


def test_what_comes_back_is_red_and_its_answer_has_answered_nobody(topic, mail_server):
    case = CaseFactory(email=ELSA)
    officer = UserFactory(coordinator=True)
    services.answer(case, officer, "Ja.")
    outbox.sweep()
    answer = OutboxMail.objects.get(purpose=MailPurpose.ANSWER)
    late = arrive(bounce(answer, action="delayed", status="4.4.1"))
    answer.refresh_from_db()
    assert (late.state, answer.status) == (IncomingState.IGNORED, MailStatus.SENT)
    mail = arrive(bounce(answer, to=mail_server.senders[0]))
    assert (mail.state, mail.case, mail.sort) == (IncomingState.IGNORED, case, MailSort.BOUNCE)
    answer.refresh_from_db()
    case.refresh_from_db()
    assert (answer.status, case.status) == (MailStatus.FAILED, CaseStatus.REOPENED)
    assert "550 5.1.1 User unknown" in answer.last_error
    assert (case.answered_at, case.first_answer_at) == (None, None)
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.MAIL_FAILED).count() == 1
    # Told once, and not answered.
    arrive(bounce(answer, status="5.0.0"))
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.MAIL_FAILED).count() == 1


def test_what_comes_back_when_its_case_is_disposed_of_tells_nobody_and_goes_too(topic, monkeypatch):
    case = a_whole_case()
    sent = case.mails.get()
    sent.message_id_header = f"<{'a' * 32}@kommun.example>"
    sent.save()
    rule = deciding.propose(a_rule(), UserFactory(registrar=True), timezone.localdate())
    deciding.approve(rule, UserFactory(archivist=True))
    while execution.run():
        pass
    before = (Event.objects.count(), OutboxMail.objects.count(), Case.objects.count())
    mail = arrive(bounce(sent))
    assert (mail.state, mail.case, mail.attempts) == (IncomingState.IGNORED, case, 1)
    assert (mail.sender, mail.subject, mail.message_id_header, mail.last_error) == ("", "", "", "")
    sent.refresh_from_db()
    assert (sent.status, sent.last_error) == (MailStatus.SENT, "")
    assert (Event.objects.count(), OutboxMail.objects.count(), Case.objects.count()) == before
    # It goes as its case went, unless a hold is about it; the protocol counts what there was, and stands.
    told, path = DisposalProtocol.objects.get().text, mail.path
    hold = holds.place(UserFactory(archivist=True), why="Tvist", topic=case.topic)
    execution.run()
    with open_stored(path) as stored:
        assert sent.message_id_header.encode() in stored.read()
    holds.release(hold, UserFactory(archivist=True), "Klart")
    # Killed between the file and the row, the next round goes on.
    with monkeypatch.context() as broken:
        broken.setattr(late_mail, "EMPTIED", {})
        with pytest.raises(KeyError):
            execution.run()
    execution.run()
    with pytest.raises(StoreError), open_stored(path):
        pass
    gone = IncomingMail.objects.get(pk=mail.pk)
    assert (gone.path, gone.scan, gone.case) == ("", ScanState.GONE, case)
    assert (gone.digest, gone.size, gone.received_at) == (mail.digest, mail.size, mail.received_at)
    assert DisposalProtocol.objects.get().text == told
    # What comes back while the case is there is kept with it.
    kept = arrive(bounce(OutboxMailFactory(sent=True)))
    execution.run()
    with open_stored(kept.path) as stored:
        assert stored.read()


def test_a_bounce_of_a_mail_that_is_none_of_ours_fails_nothing(topic):
    made_up = OutboxMailFactory.build(
        case=None, to=ELSA, message_id_header="<0123456789abcdef0123456789abcdef@x.example>"
    )
    ours = OutboxMailFactory(sent=True)
    assert arrive(bounce(made_up)).case.quarantine_reason == QuarantineReason.AUTOMATIC
    ours.refresh_from_db()
    assert ours.status == MailStatus.SENT


def test_an_hour_with_an_autoresponder_and_a_bouncing_address(topic, mail_server, monkeypatch):
    """Each answers whatever it gets, every minute; neither says that it is a machine. One of them lets its mail bounce."""
    start = timezone.now()
    arrive(letter("Fråga", number=0))
    arrive(letter("Annan fråga", sender="borta@krogen.example", number=1000))
    answered, numbers = 0, itertools.count(2000)
    for minute in range(60):
        now = start + datetime.timedelta(minutes=minute)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        outbox.sweep()
        for sent, envelope in zip(mail_server.received[answered:], mail_server.senders[answered:], strict=True):
            answered += 1
            if sent["To"] == "borta@krogen.example":
                arrive(bounce(OutboxMail.objects.get(message_id_header=sent["Message-ID"]), to=envelope))
            # An autoresponder of the worst kind: it answers to every address that it finds, and has no header.
            for to in (sent["Reply-To"], envelope, "dukatbord@kommun.example", OFFICE):
                arrive(letter(f"Jag är borta. {minute}", to=to, subject="Frånvarande", number=next(numbers)))
        arrive(letter(f"Jag är borta {minute}.", subject="Frånvarande", number=next(numbers)))
    assert receipts().count() == 1
    assert receipts("borta@krogen.example").count() == 1
    told = OutboxMail.objects.exclude(purpose=MailPurpose.ALERT)
    assert told.count() == 2
    assert receipts("borta@krogen.example").get().status == MailStatus.FAILED


# --- Odd


def odd():
    """Mails that no program should send, and that arrive all the same."""
    head = f"From: {ELSA}\r\nTo: {OFFICE}\r\n"
    japanese = "お世話になります。".encode("iso2022_jp")
    return {
        "nothing": b"",
        "no Message-ID, From or Date": b"Subject: Hej\r\n\r\nText",
        "no head": b"bara text utan huvud",
        "no end": b"From: " + ELSA.encode(),
        "iso-2022-jp": head.encode() + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + japanese,
        "latin-1 that is utf-8": head.encode()
        + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n"
        + "Åäö".encode(),
        "utf-8 that is latin-1": head.encode() + b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xc5\xe4\xf6",
        "a charset that there is not": head.encode() + b"Content-Type: text/plain; charset=klingon\r\n\r\nHej \xe5",
        "a codec that is no charset": head.encode() + b"Content-Type: text/plain; charset=zip\r\n\r\nHej",
        "NUL everywhere": head.encode().replace(b"elsa", b"el\x00sa") + b"Subject: a\x00b\r\n\r\nHej\x00\x00 d\xe5",
        "broken encoded words": head.encode() + b"Subject: =?utf-8?b?%%%?= =?x?q?=zz?=\r\n\r\nHej",
        "a head without an end of comments": b"From: " + b"(" * 9000 + b"\r\n\r\nHej",
        "a base64 that is none": head.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n&&&&=",
        "winmail.dat": letter(files={"winmail.dat": b"\x78\x9f\x3e\x22" + b"x" * 2000}),
        "no kind": head.encode() + b"Content-Type: ;;;\r\n\r\nHej",
        "a bundle without parts": head.encode() + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\nHej',
        "50 levels": nested(50),
        "4,000 levels": nested(4000),
        "200 parts": letter(files={f"{number}.txt": f"fil {number}".encode() for number in range(200)}),
        "10 MB": letter(files={"stor.pdf": PDF + b"%" * (10 * 1024 * 1024 - len(PDF) - 10)}),
        "a page of 100,000 elements": head.encode() + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
        "a line of a million": head.encode() + b"\r\n" + b"x " * 500_000,
    }


def test_whatever_arrives_there_is_a_case_and_the_mail_is_kept(topic, settings):
    settings.INBOX_BUDGET = ()
    for what, raw in odd().items():
        begun = datetime.datetime.now()
        mail = arrive(raw)
        assert (datetime.datetime.now() - begun).total_seconds() < 5, what
        assert mail.case is not None, what
        message = mail.case.messages.get()
        assert message.text.strip(), what
        assert "\x00" not in message.text + mail.subject + mail.sender + mail.case.name, what
        with open_stored(mail.path) as stored:
            assert stored.read() == raw, what
    text = {one.digest: one.message.text for one in IncomingMail.objects.all()}
    found = {what: text[store.digest_of(raw)] for what, raw in odd().items()}
    assert found["iso-2022-jp"] == "お世話になります。"
    assert found["latin-1 that is utf-8"] == found["utf-8 that is latin-1"] == "Åäö"
    assert found["a charset that there is not"] == "Hej å"
    assert found["50 levels"] == "Djupt\n\nLängst in"
    assert found["NUL everywhere"].endswith("Hej då")


def test_what_is_not_shown_is_said(topic):
    mail = arrive(letter(files={**{f"{n}.txt": f"fil {n}".encode() for n in range(7)}, "winmail.dat": b"x" * 2000}))
    assert mail.message.attachments.count() == 5
    assert [one["name"] for one in mail.left_out] == ["5.txt", "6.txt", "winmail.dat"]
    assert "at most 5 files" in mail.left_out[0]["why"]
    assert "of a kind that we do not take" in mail.left_out[2]["why"]


def test_a_mail_above_25_mb_is_kept_whole_and_shown_in_part(topic):
    raw = letter("Se bilaga.", files={"stor.bin": b"x" * (20 * 1024 * 1024)})
    assert len(raw) > 25 * 1024 * 1024
    mail = arrive(raw)
    assert mail.size == len(raw)
    assert mail.message.text.endswith("Se bilaga.")
    assert not mail.message.attachments.exists()
    assert "larger than 25 MB" in mail.left_out[0]["why"]


# --- Faults


def test_a_round_reads_the_folder_once(topic, drop_folder):
    for number in range(3):
        drop(drop_folder, letter(f"Fråga {number}", number=number), str(number))
    (drop_folder / "half.tmp").write_bytes(b"From: ")
    (drop_folder / "link.eml").symlink_to("/etc/passwd")
    (drop_folder / "folder.eml").mkdir()
    done = fetching.fetch()
    assert (done.new, done.filed, done.has_more) == (3, 3, False)
    assert sorted(one.name for one in drop_folder.iterdir()) == ["folder.eml", "half.tmp", "link.eml"]
    # The same mail, dropped once more, is the same mail.
    drop(drop_folder, letter("Fråga 1", number=1), "again")
    assert fetching.fetch() == fetching.Round()
    assert Case.objects.count() == 3
    assert not (drop_folder / "again.eml").exists()


def test_a_mail_that_takes_the_name_of_one_being_read_stays(topic, drop_folder, monkeypatch):
    drop(drop_folder, letter("Den första", number=1), "brev")

    def slow(raw, **values):
        drop(drop_folder, letter("Den andra", number=2), "brev")  # meanwhile the relay has another of the same name
        return keep(raw, **values)

    with monkeypatch.context() as patched:
        patched.setattr(folder, "keep", slow)
        assert fetching.fetch().new == 1
    assert fetching.fetch().new == 1
    assert not list(drop_folder.iterdir())
    assert Case.objects.count() == 2


def test_when_a_case_is_disposed_of_no_copy_of_its_mail_is_left_on_the_disk(topic, drop_folder, tmp_path):
    path = drop(drop_folder, letter("Jag heter Hemligsson."))
    long_ago = timezone.now() - datetime.timedelta(days=3 * 366)
    os.utime(path, (long_ago.timestamp(), long_ago.timestamp()))
    fetching.fetch()
    Case.objects.update(status="closed", closed_at=long_ago, triage="kept", first_answer_at=long_ago)
    OutboxMail.objects.update(status="sent", created_at=long_ago)
    Message.objects.update(created_at=long_ago)

    def left():
        return [one for one in tmp_path.rglob("*") if one.is_file() and b"Hemligsson" in one.read_bytes()]

    assert len(left()) == 1  # the record, in the store
    deciding.approve(
        deciding.propose(a_rule(), UserFactory(registrar=True), timezone.localdate()), UserFactory(archivist=True)
    )
    while execution.run():
        pass
    assert Case.objects.get().disposed_at is not None
    assert left() == []


def test_a_full_disk_leaves_the_mail_where_it_is(topic, drop_folder, monkeypatch):
    drop(drop_folder, letter())
    monkeypatch.setattr(store, "_write_through", lambda *_args: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(StoreError):
        fetching.fetch()
    assert [one.name for one in drop_folder.iterdir()] == ["mail.eml"]
    assert not IncomingMail.objects.exists()
    monkeypatch.undo()
    assert fetching.fetch().filed == 1


def test_a_disk_that_is_full_for_the_files_keeps_the_mail_waiting(topic, monkeypatch):
    kept = keep(letter(files={"karta.pdf": PDF}), source="test", uid="1")
    monkeypatch.setattr(filing, "hold", lambda *_args, **_kwargs: (_ for _ in ()).throw(StoreError("full")))
    with pytest.raises(StoreError):
        filing.file_mail(kept.pk)
    monkeypatch.undo()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == (IncomingState.STORED, 0)
    assert not Case.objects.exists()
    assert not filing.file_mail(kept.pk)  # not at once
    IncomingMail.objects.update(lease_until=timezone.now())
    assert filing.file_mail(kept.pk)
    assert Attachment.objects.get().message.case == Case.objects.get()


@pytest.mark.parametrize("where", ["receive", "_done"])
def test_what_breaks_half_way_leaves_nothing_and_is_done_later(topic, monkeypatch, where):
    kept = keep(letter(files={"karta.pdf": PDF}), source="test", uid="1")

    def breaks(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(filing.services if where == "receive" else filing, where, breaks)
    with pytest.raises(OperationalError):
        filing.file_mail(kept.pk)
    monkeypatch.undo()
    assert not Case.objects.exists()
    IncomingMail.objects.update(lease_until=timezone.now())
    assert filing.file_mail(kept.pk)
    assert Case.objects.count() == Message.objects.count() == Attachment.objects.count() == 1


def test_a_mail_that_breaks_its_reader_each_time_is_filed_unread(topic, monkeypatch):
    kept = keep(letter(), source="test", uid="1")
    monkeypatch.setattr(filing, "read", lambda _raw: 1 / 0)
    for _attempt in range(filing.MOST_ATTEMPTS):
        assert not filing.file_mail(kept.pk)
        IncomingMail.objects.update(lease_until=timezone.now())
    assert filing.file_mail(kept.pk)
    kept.refresh_from_db()
    assert kept.state == IncomingState.FAILED
    assert "ZeroDivisionError" in kept.last_error
    assert kept.case.messages.get().text.startswith("(")


def test_without_a_topic_mail_waits(db):
    kept = keep(letter(), source="test", uid="1")
    with pytest.raises(filing._NoTopicError):
        filing.file_mail(kept.pk)
    TopicFactory()
    IncomingMail.objects.update(lease_until=timezone.now())
    assert filing.file_mail(kept.pk)


def test_nobody_deletes_a_mail(topic):
    mail = arrive(letter())
    with pytest.raises(ProtectedError):
        mail.delete()
    with pytest.raises(IntegrityError):
        IncomingMail.objects.create(
            source="test", uid=mail.uid, digest="x", size=1, path="x", received_at=timezone.now()
        )


def test_the_command_says_what_it_did(topic, drop_folder, settings, capsys):
    drop(drop_folder, letter())
    call_command("fetch_mail")
    assert capsys.readouterr().out == "1 new mails were stored, 1 were filed.\n"
    settings.MAIL_DROP_DIR = ""
    with pytest.raises(CommandError, match="No mail is read here"):
        call_command("fetch_mail")
