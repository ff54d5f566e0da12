"""The sender's own page: what it shows, what it takes, and what it refuses."""

import datetime
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from business.contact.keys import new_key
from business.contact.proofs import prove, range_of
from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, Direction, MailPurpose, ScanState
from business.inbox.files import HEADERS, store
from business.inbox.meeting_words import ProposedTime
from business.inbox.models import (
    AccessEntry,
    Attachment,
    Case,
    CaseLink,
    Event,
    MeetingTime,
    Message,
    OutboxMail,
    Rating,
    SenderCode,
)
from business.inbox.sender_links import code_of, new_link, renew_link, token_of
from business.inbox.tests import samples
from business.inbox.tests.disposals import attach
from business.inbox.tests.factories import CaseFactory, ContactRequestFactory, MessageFactory, OutboxMailFactory
from business.inbox.trace import SENDER

pytestmark = pytest.mark.django_db
TABLES = (Case, CaseLink, Event, MeetingTime, Message, OutboxMail, Rating, SenderCode, Attachment)


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


def url(case, link=None):
    return f"/sv/arende/{token_of(link or case.links.first() or new_link(case))}/"


def text(answer):
    return " ".join(html.unescape(answer.content.decode()).split())


def hidden(answer, form, name):
    part = answer.content.decode().split(f'id="{form}"')[1]
    return html.unescape(re.search(rf'name="{name}"[^>]*?value="([^"]*)"', part)[1])


def count():
    return [model.objects.count() for model in TABLES], sorted(Case.objects.values_list("pk", "status", "updated_at"))


def fields(act="reply", **changes):
    return {"act": act, "key": new_key(), **changes}


def ask(client, case, **sent):
    """Ask for a code with what is typed; return what to send with it."""
    answer = client.post(url(case), fields(**sent))
    assert answer.status_code == 200, text(answer)
    act = sent.get("act", "reply")
    carried = {name: hidden(answer, act, name) for name in ("key", "asked")}
    return {**sent, "act": act, **carried, "code": code_of(SenderCode.objects.latest("pk"))}


def answered(case, words="Ja, det går bra.", **mail):
    """Have an officer's answer in the case, mailed."""
    message = MessageFactory(case=case, outgoing=True, text=words)
    OutboxMailFactory(**{"case": case, "message": message, "purpose": MailPurpose.ANSWER, "sent": True, **mail})
    return message


# --- Reading


def test_the_sender_reads_what_was_said_and_nothing_of_the_office(client):
    case = CaseFactory(taken=True, text="Får vi ställa ut bord? Jag heter 811228-9874.")
    answered(case)
    mail = "Tack!\n\nDen 3 november 2026 kl. 10:12 skrev Kim Lindqvist:\n> Det citerade"
    MessageFactory(case=case, text=mail, channel="email")
    MessageFactory(case=case, note=True, text="Intern anteckning")
    waits = MessageFactory(case=case, outgoing=True, text="Utkast som inte har gått")
    OutboxMailFactory(case=case, message=waits, purpose=MailPurpose.ANSWER)
    file = {"size": 2048, "kind": "application/pdf", "message": case.messages.first()}
    Attachment.objects.create(name="Ritning.pdf", path="aa", scan=ScanState.INFECTED, **file)
    answer = client.get(url(case))
    page = text(answer)
    for there in (case.number, "Tack!", "Får vi ställa ut bord?", "Ja, det går bra.", "Ritning.pdf", case.unit.name):
        assert there in page
    for absent in (
        "811228-9874",
        "Intern anteckning",
        "Utkast",
        "Det citerade",
        case.owner.email,
        case.owner.username,
        case.email,
    ):
        assert absent not in page
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_a_scanner_that_opens_every_link_twice_changes_nothing(client):
    case = CaseFactory(taken=True)
    message = answered(case)
    time, file = timezone.now() + datetime.timedelta(days=3), attach(message)
    MeetingTime.objects.create(case=case, message=message, starts_at=time, minutes=30, place="Stadshuset")
    address, before = url(case), count()
    for _twice in range(2):
        for method in (client.get, client.head):
            assert method(address).status_code == 200
        client.get(f"{address}?act=time&time=1&done=reply&code=123456&send_code=1")
        client.get(f"{address}meeting.ics")
        client.get(f"{address}file/{file.pk}/")
    assert client.put(address).status_code == 405
    assert count() == before


def test_files_are_fetched_from_the_page_and_from_no_other(client, monkeypatch):
    case, other = CaseFactory(taken=True), CaseFactory()
    first = case.messages.get()
    sent, mailed = attach(first, "Åsas ritning.txt"), attach(answered(case), "Svar.txt")
    waits = MessageFactory(case=case, outgoing=True)
    OutboxMailFactory(case=case, message=waits, purpose=MailPurpose.ANSWER)
    inside = [attach(MessageFactory(case=case, note=True)), attach(waits), attach(other.messages.get())]
    scanned, bad = attach(first, "väntar.txt"), attach(first, "elak.txt")
    Attachment.objects.filter(pk=scanned.pk).update(scan=ScanState.WAITING)
    Attachment.objects.filter(pk=bad.pk).update(scan=ScanState.INFECTED)
    page = text(client.get(url(case)))
    assert set(re.findall(r'href="[^"]+/file/(\d+)/"', page)) == {str(sent.pk), str(mailed.pk)}
    assert "väntar på viruskontroll" in page  # as the admin calls it
    now = datetime.datetime(2026, 11, 3, 9, 59, 59, tzinfo=datetime.UTC)
    for file in (sent, mailed):
        for _twice in range(2):
            with monkeypatch.context() as stopped:  # the log notes what is fetched once an hour
                stopped.setattr(timezone, "now", lambda: now)
                answer = client.get(f"{url(case)}file/{file.pk}/")
            assert b"".join(answer.streaming_content) == f"{file.name} {file.message_id}".encode()
        assert answer["Content-Disposition"].startswith("attachment; filename")
        for header, value in {**HEADERS, "X-Robots-Tag": "noindex, nofollow"}.items():
            assert answer[header] == value
        assert not answer.cookies
    log = [(entry.user_id, entry.user_name, entry.case_id, entry.data["key"]) for entry in AccessEntry.objects.all()]
    assert sorted(log) == [(SENDER, "Avsändarens sida", case.pk, file.pk) for file in (sent, mailed)]
    assert client.get(f"{url(case)}file/{scanned.pk}/").status_code == 409
    assert "malicious" in text(client.get(f"/en/case/{token_of(case.links.get())}/file/{bad.pk}/"))
    for file in inside:
        assert client.get(f"{url(case)}file/{file.pk}/").status_code == 404
    assert client.get(f"{url(other)}file/{sent.pk}/").status_code == 404
    assert client.get(f"/sv/arende/{'0' * 64}/file/{sent.pk}/").status_code == 404
    assert client.post(f"{url(case)}file/{sent.pk}/").status_code == 405
    store.remove(mailed.path)
    assert client.get(f"{url(case)}file/{mailed.pk}/").status_code == 503
    former = case.links.get()
    renew_link(case)
    assert client.get(f"{url(case, former)}file/{sent.pk}/").status_code == 410
    Case.objects.filter(pk=case.pk).update(secrecy_ground="31 kap. 16 §")
    assert client.get(f"{url(case, case.links.last())}file/{sent.pk}/").status_code == 404
    assert AccessEntry.objects.count() == len(log)


def test_the_page_asks_a_fixed_number_of_queries(client, count_queries):
    case = CaseFactory(taken=True)
    with count_queries() as few:
        client.get(url(case))
    for number in range(6):
        message = answered(case, f"Svar {number}")
        MessageFactory(case=case, text=f"Fråga {number}")
        for which in range(2):
            path, file = f"{number}{which}", {"size": 1, "kind": "text/plain", "scan": ScanState.CLEAN}
            Attachment.objects.create(message=message, name="a.txt", path=path, **file)
        starts_at = timezone.now() + datetime.timedelta(days=number + 1)
        MeetingTime.objects.create(case=case, message=message, starts_at=starts_at, minutes=30, place="Här")
    with count_queries() as many:
        page = client.get(url(case))
    assert "Fråga 5" in text(page)
    # The link of the test itself is looked up by its case.
    assert len(many) <= len(few) + 2 <= 30


# What may be read from end to end: as many rows as the site has languages, addresses and pages behind a password.
SMALL = re.compile(
    r"SCAN (CONSTANT ROW|wagtailcore_locale\b|wagtailcore_site\b|U0 USING COVERING INDEX wagtailcore_pageviewrestriction_)"
)


# PostgreSQL reads all of a table this small: `make bench` measures there, with very many cases.
@pytest.mark.one_database
def test_the_page_looks_through_no_other_case(client, count_queries):
    case = CaseFactory(taken=True)
    elsewhere = answered(CaseFactory(taken=True), "Vi svarar båda")
    OutboxMailFactory(case=case, purpose=MailPurpose.COPY, sent=True, copy_of=elsewhere.mail, message=None)
    address = url(case)
    with count_queries() as queries:
        assert "Vi svarar båda" in text(client.get(address))
    for one in queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
            plan = [row[3] for row in cursor.fetchall()]
        # SQLite names a table as the query does: an alias says nothing of what it stands for.
        scans = [step for step in plan if step.startswith("SCAN ") and not SMALL.match(step)]
        assert not scans, (one["sql"], plan)


@pytest.mark.parametrize("token", ["0" * 64, "f" * 64])
def test_a_token_that_was_never_given_is_not_found_read_or_sent_to(client, token):
    CaseFactory()
    before = count()
    assert client.get(f"/sv/arende/{token}/").status_code == 404
    assert client.post(f"/sv/arende/{token}/", fields(message="Hej")).status_code == 404
    assert count() == before


def test_a_link_that_was_replaced_or_whose_case_is_long_closed_says_so(client):
    case = CaseFactory(closed=True)
    former = new_link(case)
    latest = renew_link(case)
    assert client.get(url(case, former)).status_code == 410
    assert client.get(url(case, latest)).status_code == 200
    before = count()
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - datetime.timedelta(days=400))
    answer = client.get(url(case, latest))
    assert answer.status_code == 410
    assert "Får vi" not in text(answer)
    assert client.post(url(case, latest), fields(message="Hej")).status_code == 410
    assert count()[0] == before[0]
    disposed = CaseFactory(closed=True, disposed_at=timezone.now())
    gone = client.post(url(disposed), fields(message="Hej"))
    assert gone.status_code == 410
    assert text(gone) != text(answer)


def test_a_merged_case_shows_its_own_sender_only_what_is_theirs(client):
    into = CaseFactory(taken=True, text="Den andras fråga", email="samma@example.se")
    case = CaseFactory(text="Min fråga", email="samma@example.se")
    services.merge(case, into, into.owner)
    answer = answered(into, "Bara till den andra")
    mine = answered(into, "Till båda")
    copies = {"purpose": MailPurpose.COPY, "sent": True, "copy_of": mine.mail}
    OutboxMailFactory(case=case, **copies)
    OutboxMailFactory(case=into, **copies)  # somebody's copy of the other's answer
    page = text(client.get(url(case)))
    assert "Min fråga" in page
    assert "Till båda" in page
    assert into.number in page
    assert "Den andras fråga" not in page
    assert answer.text not in page
    assert "Min fråga" not in text(client.get(url(into)))


def test_a_secret_case_tells_its_state_and_takes_nothing(client):
    case = CaseFactory(taken=True, text="Känsligt", secrecy_ground="OSL 30:23")
    page = text(client.get(url(case)))
    assert case.number in page
    assert "Känsligt" not in page
    assert "OSL" not in page
    before = count()
    assert client.post(url(case), fields(message="Hej")).status_code == 403
    assert count() == before


def test_only_who_reads_the_mail_has_the_way_to_the_page(client, mailoutbox):
    """Anybody can type Elsa's address into the form: the answer is read by her, not by their browser."""
    case = services.receive(ContactRequestFactory(submission_key="k", email="elsa@krogen.example"))
    outbox.deliver(case.mails.get().pk)
    address = re.search(r"/sv/arende/[0-9a-f]{64}/", mailoutbox[0].body)[0]
    for place in ("/sv/kvitto", "/en/receipt"):
        receipt = client.get(f"{place}/{services.receipt_token('k')}/").content.decode()
        assert token_of(case.links.get()) not in receipt
        assert not re.search(r"/(arende|case)/[0-9a-f]", receipt)
        assert receipt.count("e•••@krogen.example") == 2
    assert "If no e-mail comes" in receipt
    assert case.number in text(client.get(address))
    assert client.get(address.replace("/sv/arende/", "/en/case/")).status_code == 200
    assert client.get(address.replace("/sv/arende/", "/en/arende/")).status_code == 302
    assert "Disallow: /sv/arende/" in client.get("/robots.txt").content.decode()


# --- Writing


def test_a_code_from_the_mail_lets_the_sender_write_and_add_a_file(client, mailoutbox):
    case = CaseFactory(answered=True)
    data = samples.GOOD["Ritning.pdf"]
    sent = ask(client, case, message="Här är ritningen.", files=SimpleUploadedFile("Ritning.pdf", data))
    outbox.sweep()
    assert mailoutbox[-1].recipients() == [case.email]
    assert sent["code"] in mailoutbox[-1].body
    assert not case.messages.filter(text="Här är ritningen.").exists()  # a code alone does nothing
    sent.pop("files")  # held meanwhile
    for _twice in range(2):
        answer = client.post(url(case), sent)
        assert answer.status_code == 303, text(answer)
    message = case.messages.get(text="Här är ritningen.")
    assert (message.direction, message.author_name) == (Direction.INCOMING, case.name)
    assert [one.name for one in message.attachments.all()] == ["Ritning.pdf"]
    case.refresh_from_db()
    assert case.status == CaseStatus.REOPENED
    assert case.answered_at is None
    assert "Här är ritningen." in text(client.get(answer["Location"]))
    assert "Ritning.pdf" in case.search_text or "ritning.pdf" in case.search_text


def test_what_was_typed_stays_when_the_code_is_wrong_late_or_anothers(client):
    case, other = CaseFactory(), CaseFactory()
    theirs = ask(client, other, message="Hej")
    sent = ask(client, case, message="Lång text som är dyr att skriva om.")
    wrong = f"{(int(sent['code']) + 1) % 1_000_000:06d}"
    for code, asked in ((wrong, sent["asked"]), ("", sent["asked"]), (theirs["code"], theirs["asked"])):
        answer = client.post(url(case), {**sent, "code": code, "asked": asked})
        assert answer.status_code == 422
        assert "Lång text som är dyr att skriva om." in text(answer)
    SenderCode.objects.update(expires_at=timezone.now())
    answer = client.post(url(case), sent)
    assert answer.status_code == 422
    assert "Lång text" in text(answer)
    assert not case.messages.filter(text__startswith="Lång").exists()


def test_five_wrong_codes_end_it_and_a_new_one_is_asked_for(client):
    case = CaseFactory()
    sent = ask(client, case, message="Hej igen")
    wrong = f"{(int(sent['code']) + 1) % 1_000_000:06d}"
    answers = [client.post(url(case), {**sent, "code": wrong}) for _try in range(5)]
    answers.append(client.post(url(case), sent))  # right, but too late
    assert {answer.status_code for answer in answers} == {422}
    assert len({re.search(r'id="reply-code_error">(.*?)</div>', text(answer))[1] for answer in answers}) == 1
    again = client.post(url(case), {**sent, "send_code": "1"})
    sent |= {"asked": hidden(again, "reply", "asked"), "code": code_of(SenderCode.objects.latest("pk"))}
    assert client.post(url(case), sent).status_code == 303


def test_no_token_is_written_into_the_log(client, caplog):
    case = CaseFactory()
    token = token_of(new_link(case))
    assert client.post(url(case), fields(message=" ")).status_code == 422
    renew_link(case)
    assert client.get(f"/sv/arende/{token}/").status_code == 410
    assert token not in caplog.text


def test_after_the_right_code_a_mistake_asks_for_no_other_and_the_proof_is_for_this_alone(client):
    case, other = CaseFactory(closed=True), CaseFactory()
    sent = ask(client, case, message="Mitt nummer är 811228-9874", told="1")
    answer = client.post(url(case), {**sent, "told": "", "message": "Mitt nummer är 811228-9874"})
    assert answer.status_code == 422
    proof = hidden(answer, "reply", "proof")
    assert 'name="code"' not in answer.content.decode().split('id="reply"')[1]
    proven = {**sent, "code": "", "proof": proof, "told": "1"}
    link = other.links.first() or new_link(other)
    # Neither in another case, nor for something else, nor forged, nor when half an hour is over.
    assert client.post(url(other, link), {**proven, "asked": ""}).status_code == 200
    assert client.post(url(case), {**proven, "act": "rating", "helped": "yes", "asked": ""}).status_code == 200
    assert client.post(url(case), {**proven, "proof": f"{proof}x", "asked": ""}).status_code == 200
    assert not Rating.objects.exists()
    assert not other.messages.filter(text__startswith="Mitt").exists()
    assert client.post(url(case), proven).status_code == 303
    assert prove(link, "reply") != prove(link, "rating")


def test_codes_that_are_asked_for_again_and_again_are_refused_and_the_text_stays(client):
    case = CaseFactory()
    new_link(case)
    answers = [client.post(url(case), fields(message="Kvar")) for _time in range(6)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
    assert "Kvar" in text(answers[-1])
    elsewhere = client.post(url(case), fields(message="Jag då?"), headers={"x-forwarded-for": "203.0.113.9"})
    assert elsewhere.status_code == 200  # another range is not shut out
    assert range_of("203.0.113.9") == range_of("203.0.113.200") != range_of("203.0.114.9")
    assert range_of("2001:db8:1::1") == range_of("2001:db8:1:ffff::2") != range_of("2001:db8:2::1")
    assert "203.0.113" not in range_of("203.0.113.9")


def test_nothing_empty_too_large_or_unknown_is_taken(client):
    case = CaseFactory()
    new_link(case)
    before = count()
    assert client.post(url(case), fields(message=" ")).status_code == 422
    assert client.post(url(case), fields(message="a" * 10_001)).status_code == 422
    assert client.post(url(case), fields(message="a\x00b")).status_code == 422
    assert client.post(url(case), {"act": "delete"}).status_code == 400
    assert client.post(url(case), fields("time", time="1")).status_code == 409
    assert client.post(url(case), fields("rating", helped="no")).status_code == 409
    assert client.post(url(case), fields(message="a", key="skräp", code="1")).status_code == 422
    big = client.generic("POST", url(case), b"a" * 1_100_000, content_type="application/x-www-form-urlencoded")
    assert big.status_code == 413
    assert count() == before


def test_who_is_in_quarantine_reads_their_state_and_mails_nobody(client):
    case = CaseFactory(status=CaseStatus.QUARANTINED, quarantine_reason="links")
    new_link(case)
    before = count()
    assert client.get(url(case)).status_code == 200
    assert client.post(url(case), fields(message="Hej")).status_code == 403
    assert count() == before


def test_no_cookie_and_no_token_of_the_browsers_is_needed():
    case = CaseFactory()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(url(case), fields(message="Hej"))
    assert answer.status_code == 200
    assert not answer.cookies


# --- Choosing and rating


def test_a_time_is_chosen_and_comes_as_a_calendar_file(client):
    case = CaseFactory(taken=True)
    now = timezone.now().replace(microsecond=0)
    times = [ProposedTime(now + datetime.timedelta(days=day), 45, "Rådhuset, sal Å") for day in (2, 3)]
    message = services.propose_times(case, case.owner, "Ska vi ses?", times)
    assert "Rådhuset" not in text(client.get(url(case)))  # not mailed yet
    outbox.count_as_sent(message.mail, now)
    first, second = message.meeting_times.all()
    page = text(client.get(url(case)))
    assert "Rådhuset" in page
    assert "Länken står här nedanför" in message.mail.body
    assert "Länken står här nedanför" not in page  # who reads it there is there
    assert client.get(f"{url(case)}meeting.ics").status_code == 404
    sent = ask(client, case, act="time", time=second.pk)
    for _twice in range(2):
        assert client.post(url(case), sent).status_code == 303
    late = client.post(url(case), fields("time", time=first.pk))
    assert late.status_code == 409
    assert "Rådhuset" in text(late)
    calendar = client.get(f"{url(case)}meeting.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    lines = calendar.content.decode().replace("\r\n ", "").split("\r\n")
    starts = second.starts_at.astimezone(datetime.UTC)
    assert f"DTSTART:{starts:%Y%m%dT%H%M%SZ}" in lines
    assert f"DTEND:{starts + datetime.timedelta(minutes=45):%Y%m%dT%H%M%SZ}" in lines
    assert "LOCATION:Rådhuset\\, sal Å" in lines
    case.refresh_from_db()
    assert case.status == CaseStatus.MEETING_BOOKED


def test_a_closed_case_is_rated_and_a_no_opens_it(client):
    case = CaseFactory(closed=True)
    assert "Did you get help?" not in text(client.get(url(CaseFactory())))
    sent = ask(client, case, act="rating", helped="no", words="Fel fråga besvarades.")
    for _twice in range(2):
        assert client.post(url(case), sent).status_code == 303
    assert Rating.objects.get().helped == "no"
    case.refresh_from_db()
    assert case.status == CaseStatus.REOPENED
    assert case.messages.filter(text="Fel fråga besvarades.").count() == 1


def test_the_sender_of_a_call_reads_who_wrote_it_down(client):
    case = CaseFactory(channel="phone", text="Ringde om skyltar")
    case.messages.update(channel="phone")
    page = text(client.get(f"/en/case/{token_of(new_link(case))}/"))
    assert "What we wrote down when you called" in page
