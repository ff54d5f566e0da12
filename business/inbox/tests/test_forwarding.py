"""What belongs to another authority is sent on to it, and its sender is helped there."""

import re

import pytest
from django.urls import reverse

from business.contact.tests.test_sender_page import text, url
from business.inbox import outbox, owners, services
from business.inbox.enums import CaseStatus, Direction, EventKind, MailPurpose, MailStatus, ScanState
from business.inbox.history import entries
from business.inbox.incoming.addresses import reply_address
from business.inbox.mails import Authority
from business.inbox.models import Attachment, Case, Event, Membership, OutboxMail
from business.inbox.sender_links import new_link, token_of
from business.inbox.services import ChangedMeanwhileError, NotAllowedError
from business.organisation.enums import UnitKind
from business.organisation.tests.factories import UnitFactory

from .disposals import attach
from .factories import CaseFactory, MessageFactory, UserFactory
from .letters import arrive, letter

pytestmark = pytest.mark.django_db
COUNTY = Authority("Länsstyrelsen", "registrator@lansstyrelsen.example", "010-223 40 00", "https://lst.example/")
NOTE = "Hej,\n\nDetta rör er tillsyn."
KEPT = {"triage": "kept", "registered_number": ""}


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    settings.INBOX_REPLY_ADDRESS = "arende@kommun.example"


@pytest.fixture
def kim():
    return UserFactory(coordinator=True, first_name="Kim", last_name="Lindqvist")


def forward(case, user, to=COUNTY, note=NOTE, messages=None, files=(), **options):
    messages = list(case.messages.filter(direction=Direction.INCOMING)) if messages is None else messages
    return services.forward(case, user, to, note, messages, files, **options)


def deliver(*mails):
    for mail in mails:
        outbox.deliver(mail.pk)
    outbox.sweep()


def sent_to(mailoutbox, address):
    return [one for one in mailoutbox if one.recipients() == [address]]


def test_the_authority_gets_what_was_written_and_the_sender_is_told(kim, mailoutbox):
    case = CaseFactory(text="Grannen dumpar olja. Mitt nummer är 811228-9874.", phone="070-123 45 67")
    link = new_link(case)
    MessageFactory(case=case, note=True, text="Internt: ring inte.")
    file = attach(case.messages.first(), "karta.txt")
    mail = forward(case, kim, files=[file], closing=KEPT, tells_note=True)
    deliver(mail)
    case.refresh_from_db()

    (theirs,) = sent_to(mailoutbox, COUNTY.email)
    assert theirs.reply_to == [case.email]
    assert theirs.from_email == reply_address(case.number, COUNTY.email)  # what comes back finds its case
    assert theirs.extra_headers["Auto-Submitted"] == "no"
    assert case.number in theirs.subject
    for words in (
        NOTE.rsplit("\n", maxsplit=1)[-1],
        "Grannen dumpar olja",
        case.name,
        case.email,
        "070-123 45 67",
        "karta.txt",
    ):
        assert words in theirs.body
    assert [name for name, _content, _kind in theirs.attachments] == ["karta.txt"]
    for words in ("9874", "Internt", token_of(link), "/arende/"):
        assert words not in theirs.body

    (hers,) = sent_to(mailoutbox, case.email)
    for words in ("Länsstyrelsen", COUNTY.email, COUNTY.phone, COUNTY.url, "> Detta rör er tillsyn.", token_of(link)):
        assert words in hers.body
    assert hers.reply_to == [reply_address(case.number, case.email)]
    assert (case.status, case.closing_reason) == (CaseStatus.CLOSED, "Skickat vidare till Länsstyrelsen.")
    assert (case.first_answer_at, case.answered_at, case.owner) == (None, None, kim)  # helped on, not answered
    assert "Länsstyrelsen" in next(one.detail for one in entries(case) if one.event.kind == EventKind.FORWARDED)
    assert Case.objects.containing("länsstyrelsen").get() == case


def test_it_can_stay_open_and_the_note_can_stay_between_us(kim, mailoutbox):
    case = CaseFactory(language="en", text="My number is 811228-9874")
    deliver(forward(case, kim, to=Authority("Länsstyrelsen", COUNTY.email, told="County Board"), in_full=True))
    case.refresh_from_db()
    assert "811228-9874" in sent_to(mailoutbox, COUNTY.email)[0].body
    (hers,) = sent_to(mailoutbox, case.email)
    assert "We sent it on to County Board" in " ".join(hers.body.split())
    assert "tillsyn" not in hers.body
    assert (case.status, case.triage, case.answered_at) == (CaseStatus.IN_PROGRESS, "", None)
    assert case.clock_runs


def test_pressed_twice_it_is_one_mail_and_news_stop_it(kim):
    case = CaseFactory()
    seen = case.messages.get().pk
    assert forward(case, kim, seen=seen) == forward(case, kim, seen=seen)
    MessageFactory(case=case, text="Vänta!")
    with pytest.raises(ChangedMeanwhileError):
        forward(case, kim, note="En gång till", seen=seen)


def test_what_the_sender_adds_before_it_is_sent_keeps_the_case_open(kim):
    case = CaseFactory()
    mail = forward(case, kim, closing=KEPT)
    services.add_message(case, "Det gäller också er!", name=case.name)
    deliver(mail)
    case.refresh_from_db()
    assert case.is_open
    assert "avslutat" not in case.messages.latest("pk").text
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.NOT_CLOSED).exists()


def test_a_mail_that_comes_back_opens_the_case_and_tells_its_officer(kim, mailoutbox):
    case = CaseFactory()
    mail = forward(case, kim, closing=KEPT)
    deliver(mail)
    outbox.bounced(OutboxMail.objects.get(pk=mail.pk), "5.1.1", "unknown")
    case.refresh_from_db()
    assert case.status == CaseStatus.REOPENED
    alert = OutboxMail.objects.get(case=case, purpose=MailPurpose.ALERT)
    assert alert.to == kim.email
    assert "myndigheten" in alert.body.casefold()
    # To a corrected address: the sender's stays what it was, and she is told anew.
    services.send_again(OutboxMail.objects.get(pk=mail.pk), kim, "ratt@lansstyrelsen.example")
    deliver(mail)
    address, case = case.email, Case.objects.get(pk=case.pk)
    assert (case.email, case.status) == (address, CaseStatus.CLOSED)
    notices = [one for one in sent_to(mailoutbox, case.email) if "Länsstyrelsen" in one.body]
    assert ["ratt@" in one.body for one in notices] == [False, True]


def test_the_authoritys_automatic_reply_is_noted_in_the_case(kim):
    case = CaseFactory()
    mail = forward(case, kim, closing=KEPT)
    deliver(mail)
    arrive(
        letter(
            sender=COUNTY.email,
            to=reply_address(case.number, COUNTY.email),
            headers={"Auto-Submitted": "auto-replied"},
        )
    )
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.AUTO_REPLIED).exists()
    assert Case.objects.get().status == CaseStatus.CLOSED


def test_what_is_not_sent_on(kim):
    case, other = CaseFactory(), CaseFactory()
    file = attach(case.messages.get(), "virus.txt")
    Attachment.objects.filter(pk=file.pk).update(scan=ScanState.INFECTED)
    file.refresh_from_db()
    note = MessageFactory(case=case, note=True)
    for options in (
        {"messages": []},
        {"messages": [note]},
        {"messages": list(other.messages.all())},
        {"files": [file]},
        {"closing": {"triage": ""}},
        {"to": Authority("X", "x@y.example\nBcc: z@z.example")},
        {"to": Authority("X", "arende@kommun.example")},
        {"to": Authority("X", case.email)},
    ):
        with pytest.raises(NotAllowedError):
            forward(case, kim, **options)
    services.mark_secret(case, kim, "OSL 31 kap. 16 §")
    with pytest.raises(NotAllowedError, match="sekretess"):
        forward(case, kim)
    services.merge(other, CaseFactory(), kim)
    for ended in (other, CaseFactory(closed=True), CaseFactory(status=CaseStatus.QUARANTINED)):
        with pytest.raises(NotAllowedError):
            forward(ended, kim)
    assert not OutboxMail.objects.filter(purpose=MailPurpose.FORWARD).exists()


def test_another_sender_who_is_merged_here_is_neither_sent_on_nor_left_out(kim):
    case, hers, stranger = CaseFactory(email="elsa@example.se"), CaseFactory(email="Elsa@example.se"), CaseFactory()
    for one in (hers, stranger):
        services.merge(one, case, kim)
    case.refresh_from_db()
    with pytest.raises(NotAllowedError):
        forward(case, kim, messages=list(stranger.messages.all()))
    both = [*case.messages.all(), *hers.messages.all()]
    with pytest.raises(NotAllowedError, match=stranger.number):
        forward(case, kim, messages=both, closing=KEPT)
    assert forward(case, kim, messages=both).status == MailStatus.WAITING


def test_who_has_no_address_is_called(kim, mailoutbox):
    case = CaseFactory(email="", phone="070-1", channel="phone")
    deliver(forward(case, kim, closing=KEPT))
    (theirs,) = mailoutbox
    assert theirs.reply_to == [reply_address(case.number, COUNTY.email)]
    assert Case.objects.get(pk=case.pk).status == CaseStatus.CLOSED


# --- Whom a case is given to


def test_a_case_is_handed_to_units_where_somebody_works_and_sent_on_to_the_others():
    own = UnitFactory(name="Bygglovsenheten")
    fire, police, court = (
        UnitFactory(name=name, kind=kind)
        for name, kind in (
            ("Räddningstjänsten", UnitKind.RESCUE_SERVICE),
            ("Polisen", UnitKind.STATE_AUTHORITY),
            ("Domstolen", UnitKind.COURT),
        )
    )
    Membership.objects.create(user=UserFactory(officer=True), unit=fire)
    Membership.objects.create(user=UserFactory(editor=True), unit=court)  # who works with no case
    units = [name for _key, name in owners.receivers()[1][1]]
    assert {own.name, fire.name} <= set(units)
    assert not {police.name, court.name} & set(units)
    assert list(owners.authorities()) == [court, police]
    with pytest.raises(NotAllowedError, match="Polisen"):
        services.assign(CaseFactory(), UserFactory(coordinator=True), unit=police)


# --- In the admin


def fill(form, **changes):
    """Return what a browser sends from the form as it is drawn."""
    values = {name: field.initial for name, field in form.fields.items() if field.initial is not None}
    return {**values, **form.initial, **changes}


def test_an_officer_sends_on_from_the_case_and_sees_what_became_of_it(coordinator, mailoutbox):
    police = UnitFactory(name="Polisen", kind=UnitKind.STATE_AUTHORITY, email="polisen@example.se")
    case = CaseFactory(text="Mitt nummer är 811228-9874.")
    file = attach(case.messages.get(), "karta.txt")
    page, address = reverse("inbox:case", args=[case.pk]), reverse("inbox:forward", args=[case.pk])
    form = coordinator.get(page).context["forms"]["forward"]
    assert form.initial["said"] == [str(case.messages.get().pk)]
    assert form.initial["enclosed"] == [str(file.pk)]
    assert "in_full" in form.fields

    typed = {
        "authority": "another",
        "name": "",
        "email": "fel",
        "note": "Min lapp",
        "said": [],
        "triage": "registered",
    }
    wrong = coordinator.post(address, fill(form, **typed))
    assert wrong.status_code == 422
    assert set(wrong.context["forms"]["forward"].errors) == {"name", "email", "said", "registered_number"}
    assert "Min lapp" in wrong.content.decode()
    first = coordinator.post(address, fill(form, authority=police.slug, preview="1"))
    subject, body = first.context["forms"]["forward"].preview
    assert not case.mails.exists()
    full = coordinator.post(address, fill(form, authority=police.slug, preview="1", in_full="1"))
    assert "811228-9874" in full.content.decode()
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.REVEALED).count() == 1

    done = coordinator.post(address, fill(form, authority=police.slug), follow=True)
    assert "is on its way to Polisen" in re.sub("<[^>]+>", "", done.content.decode())
    deliver(case.mails.get())
    assert [one.recipients() for one in mailoutbox] == [["polisen@example.se"], [case.email]]
    assert (mailoutbox[0].subject, mailoutbox[0].body) == (subject, body)
    shown = coordinator.get(page)
    assert {part.sent.purpose for part in shown.context["timeline"] if part.sent} == {MailPurpose.FORWARD}
    assert "9874" not in shown.content.decode()
    assert text(coordinator.get(url(case))).count("Polisen") >= 2  # state and thread


def test_who_may_not_see_contact_details_does_not_see_them_in_what_was_sent_on(reader, kim):
    case = CaseFactory(phone="070-123 45 67")
    deliver(forward(case, kim))
    shown = reader.get(reverse("inbox:case", args=[case.pk])).content.decode()
    assert case.email not in shown
    assert "070-123 45 67" not in shown
