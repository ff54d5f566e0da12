"""Cases as public records: decided on, listed, handed out whole or in part, and shown to whom they are about."""

import csv
import datetime
import hashlib
import io
import json
import re
import zipfile

import openpyxl
import pytest
from django.utils import timezone, translation

from business.contact.models import ContactPage
from business.inbox import sender_links, services
from business.inbox.enums import AccessKind, Channel, EventKind, NoticeTold, Triage
from business.inbox.files import hold, store
from business.inbox.flow import NotAllowedError
from business.inbox.models import AccessEntry, Attachment, Case, Event, IncomingMail
from business.inbox.records import batch
from business.inbox.records.archive import Writer
from business.inbox.records.contents import read
from business.inbox.records.masking import MARK
from business.inbox.records.package import Options
from business.inbox.records.schema import CASE_SCHEMA
from business.inbox.views import period

from . import samples
from .conftest import signed_in
from .factories import CaseFactory, ContactRequestFactory, MessageFactory, OutboxMailFactory, UserFactory
from .letters import arrive, bounce

pytestmark = pytest.mark.django_db
REGISTER, PERSON, NOTICES = (
    "/admin/reports/case-register/",
    "/admin/reports/case-person/",
    "/admin/reports/case-notices/",
)
PERIOD_PACKAGE = f"{REGISTER}hand-out/"


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


@pytest.fixture
def registrar(db):
    return signed_in(UserFactory(group="Registrator", first_name="Rut", last_name="Ahl"))


def html(answer):
    return answer.content.decode()


def sent(answer):
    return b"".join(answer.streaming_content)


def opened(data):
    """Return the archive's files by path; each opens, and its check sum holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def attached(message, name, data=None):
    (file,) = hold([samples.upload(name, data)], held_key=f"k{message.pk}{name}"[:64])
    Attachment.objects.filter(pk=file.pk).update(message=message)
    return file


def whole_case(**values):
    """A case with everything: a form and a mail that came, an answer, a note, files, a receipt, a history."""
    form = json.dumps({"message": ["Jag är Åsa Öberg, 811228-9874"]}, ensure_ascii=False).encode()
    case = services.receive(
        ContactRequestFactory(
            name="Åsa Öberg",
            email="asa.oberg@krogen.example",
            phone="070-174 06 13",
            company="",
            organisation_number="811228-9874",
            text="Jag är Åsa Öberg, 811228-9874. Ring 070-1740613.",
            original=form,
            notice_text="<p>Vi sparar det du skriver.</p>",
            **values,
        )
    )
    first = case.messages.get()
    attached(first, "Asa_Oberg ritning.pdf", samples.pdf())
    eml = b"From: asa.oberg@krogen.example\r\nSubject: Mer\r\n\r\nHej igen, hyresv\xe4rden Karl Grip undrar.\r\n"
    repeated = f"> Din sida:\n> {sender_links.address(case, sender_links.token_of(sender_links.new_link(case)))}"
    mailed = MessageFactory(
        case=case,
        channel=Channel.EMAIL,
        text=f"Hej igen, hyresvärden Karl Grip undrar.\n\n{repeated}",
        author_name="Å Öberg",
    )
    kept = store.write(eml)
    IncomingMail.objects.create(
        source="test", uid="1", digest=kept.digest, size=kept.size, path=kept.path, received_at=timezone.now(),
        state="filed", sender="asa.oberg@krogen.example", subject="Mer", scan="clean", case=case, message=mailed,
    )  # fmt: skip
    officer = UserFactory(coordinator=True, first_name="Kim", last_name="Lindqvist")
    services.describe(case, officer, "Uteservering på torget")
    services.note(case, officer, "Öberg har ringt också. Karl Grip är grannen.")
    answer = MessageFactory(case=case, outgoing=True, text="Hej Åsa! Ja.", author=officer, author_name="Kim Lindqvist")
    OutboxMailFactory(case=case, message=answer, purpose="answer", subject="Svar till Åsa Öberg", body="Hej Åsa! Ja.")
    return Case.objects.get(pk=case.pk), form, eml


# --- How it is kept


def test_no_case_is_closed_before_somebody_has_decided_how_its_record_is_kept(coordinator):
    user = coordinator.user
    case = CaseFactory(answered=True)
    quarantined = CaseFactory(status="quarantined")
    for one in (case, quarantined):
        for how, number in (("", ""), ("registered", ""), ("registered", " : "), ("nonsense", "")):
            with pytest.raises(NotAllowedError):
                services.close(one, user, how, registered_number=number, reason="Robot")
    assert set(Case.objects.untriaged()) == {case, quarantined}
    services.close(quarantined, user, Triage.INSIGNIFICANT, reason="Robot")
    services.close(case, user, Triage.REGISTERED, registered_number=" KS  2026:117")
    case.refresh_from_db()
    assert (case.registered_number, case.registered_key, case.triaged_by) == ("KS 2026:117", "ks2026117", str(user))
    assert case.triaged_at == case.closed_at
    assert not Case.objects.untriaged().exists()


def test_the_decision_is_changed_by_the_registrar_and_the_former_one_stays_in_the_history(registrar):
    case = CaseFactory(closed=True, registered_number="", triage="registered", registered_key="ks2026117")
    case.registered_number = "KS 2026:117"
    case.save()
    twin = CaseFactory(closed=True, triage="registered", registered_number="ks 2026/117", registered_key="ks2026117")
    address = f"/admin/inbox/{case.pk}/"
    page = html(registrar.get(address))
    assert "The same number stands on:" in page
    assert twin.number in page
    assert registrar.post(f"{address}triage/", {"triage": "registered"}).status_code == 422
    assert registrar.post(f"{address}triage/", {"triage": "kept"}).status_code == 302
    case.refresh_from_db()
    assert (case.triage, case.registered_number, case.triaged_by) == ("kept", "", "Rut Ahl")
    event = Event.objects.get(case_id=case.pk, kind=EventKind.TRIAGED)
    assert event.data == {"triage": "kept", "number": "", "former": "registered", "former_number": "KS 2026:117"}
    assert "Kept in order here. Before: Entered in the register: KS 2026:117" in html(registrar.get(address))
    # The same once more is no news.
    registrar.post(f"{address}triage/", {"triage": "kept"})
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.TRIAGED).count() == 1


def test_short_content_that_repeats_the_sender_is_saved_and_told(coordinator):
    case = CaseFactory(name="Elsa Norrby", text="Vi vill ställa ut åtta bord på trottoaren.")
    words = "Elsa: vi vill ställa ut åtta bord"
    coordinator.post(f"/admin/inbox/{case.pk}/describe/", {"short_content": words})
    case.refresh_from_db()
    assert case.short_content == words
    page = html(coordinator.get(f"/admin/inbox/{case.pk}/"))
    assert "It repeats the sender: “vi vill ställa ut åtta bord”" in page
    assert "holds the sender&#x27;s name" in page


# --- Personal numbers


def test_staff_see_personal_numbers_masked_and_one_in_full_is_noted(coordinator, reader):
    case = CaseFactory(text="Jag heter Elsa, 811228-9874.", short_content="Fråga från 19121212-1212")
    message = case.messages.get()
    address, reveal = f"/admin/inbox/{case.pk}/", f"/admin/inbox/{case.pk}/reveal/{message.pk}/"
    for browser in (coordinator, reader):
        for page in (address, "/admin/inbox/"):
            shown = html(browser.get(page))
            assert "811228-9874" not in shown
            # In the field where it is corrected the short content stands as it is.
            assert "19121212-1212" not in re.sub(r"<textarea.*?</textarea>", "", shown, flags=re.DOTALL)
    assert "811228-••••" in html(coordinator.get(address))
    assert reveal in html(coordinator.get(address))
    assert reveal not in html(reader.get(address))
    assert "811228-9874" in html(answer := coordinator.post(reveal))
    assert "no-store" in answer["Cache-Control"]
    assert Event.objects.get(case_id=case.pk, kind=EventKind.REVEALED).data == {"message": message.pk}
    assert AccessEntry.objects.filter(
        kind=AccessKind.PERSONAL_NUMBER, case_id=case.pk, user_id=coordinator.user.pk
    ).exists()
    assert reader.post(reveal).status_code == 302
    assert coordinator.post(f"/admin/inbox/{CaseFactory().pk}/reveal/{message.pk}/").status_code == 404
    message.refresh_from_db()
    assert message.text == "Jag heter Elsa, 811228-9874."


# --- The notice


def test_each_case_keeps_which_notice_its_sender_had_and_how(registrar):
    page = ContactPage.objects.filter(locale__language_code="sv").first() or contact_page()
    shown = services.receive(ContactRequestFactory(notice_text="<p>Förra</p>"))
    mailed = services.receive(ContactRequestFactory(channel=Channel.EMAIL, email="annan@example.se"))
    told = services.receive(ContactRequestFactory(channel=Channel.PHONE, notice_told=NoticeTold.ORALLY))
    untold = services.receive(ContactRequestFactory(channel=Channel.PHONE, notice_told=NoticeTold.NOT_TOLD, email=""))
    assert [one.notice_told for one in (shown, mailed, told, untold)] == ["shown", "linked", "orally", "not_told"]
    assert mailed.notice.text == told.notice.text == page.notice != shown.notice.text
    assert untold.notice is None
    assert page.full_url in mailed.mails.get().body
    assert "personuppgifter" not in shown.mails.get().body
    answer = html(registrar.get(NOTICES))
    assert answer.count("records__notice") == 2
    assert "in use now" in answer
    assert "Link in the receipt: 1" in answer
    assert "The notice from" in html(registrar.get(f"/admin/inbox/{mailed.pk}/"))


def contact_page():
    from business.contact.tests.factories import ContactPageFactory
    from home.models import HomePage

    home = HomePage.objects.get(locale__language_code="sv")
    return ContactPageFactory(parent=home, notice="<p>Nuvarande</p>")


# --- A period's list


def test_a_periods_list_on_the_screen_and_as_files(registrar, count_queries):
    now = timezone.localtime()
    day = f"{now:%Y-%m-%d}"
    asked = {"period": "dates", "first": day, "last": day}
    target = CaseFactory(
        closed=True,
        triage="registered",
        registered_number="KS 2026:1",
        name="=Elsa",
        company="Sjöboden AB",
        organisation_number="559987-0010",
        short_content="Bord 811228-9874",
    )
    merged = CaseFactory(status="merged", merged_into=target, name="Karl Grip", company="")
    secret = CaseFactory(secrecy_ground="OSL 31:16", name="Hemliga Elsa", short_content="Hemligt")
    long_ago = CaseFactory(received_at=now - datetime.timedelta(days=3))
    page = html(registrar.get(REGISTER, asked))
    assert target.number in page
    assert long_ago.number not in page
    assert "Hemlig" not in page
    assert f'Entered in the register (with <span class="nowrap">{target.number}</span>)' in page
    assert "811228-••••" in page

    data = sent(registrar.get(REGISTER, {**asked, "export": "csv"})).decode()
    rows = list(csv.reader(io.StringIO(data.removeprefix("\ufeff"), newline="")))
    assert rows[1] == [day, target.number, "'=Elsa, Sjöboden AB", target.unit.name, "Bord 811228-••••", "Entered in the register", "KS 2026:1"]  # fmt: skip
    assert rows[2][:3] == [day, merged.number, "Karl Grip"]
    assert rows[3] == [day, secret.number, "Secrecy", "", "", "", ""]
    sheet = openpyxl.load_workbook(io.BytesIO(sent(registrar.get(REGISTER, {**asked, "export": "xlsx"})))).active
    assert [cell.value for cell in sheet[2]][1:3] == [target.number, "=Elsa, Sjöboden AB"]
    assert sheet[2][2].data_type == "s"
    printed = sent(registrar.get(REGISTER, {**asked, "export": "print", "public": "on"})).decode()
    assert printed.count("<tr>") == 4
    assert "Elsa" not in printed
    assert "Karl" not in printed
    assert "Sjöboden AB" in printed
    trader = {
        "name": "Åsa Öberg",
        "company": "Åkes Hår",
        "organisation_number": "811228-9874",
        "phone": "070-174 06 13",
    }
    named = CaseFactory(**trader, short_content="Skylt, Öbergs salong Åkes  Hår, ring 0701740613")
    public = sent(registrar.get(REGISTER, {**asked, "export": "csv", "public": "on"})).decode()
    assert f'{named.number},Left out,{named.unit.name},"Skylt, ▮▮▮ salong ▮▮▮, ring ▮▮▮"' in public
    named.short_content = ""
    named.save()
    taken = AccessEntry.objects.filter(kind=AccessKind.REGISTER).order_by("pk").values_list("data", flat=True)
    assert [one["cases"] for one in taken] == [3, 3, 3, 4]

    for kept, numbers in (
        ("registered", {target.number, merged.number}),
        ("untriaged", {secret.number, named.number}),
        ("kept", set()),
    ):
        text = sent(registrar.get(REGISTER, {**asked, "export": "csv", "kept": kept})).decode()
        assert {row[1] for row in csv.reader(io.StringIO(text, newline=""))} - {"Case number"} == numbers

    with count_queries() as few:
        registrar.get(REGISTER, asked)
    CaseFactory.create_batch(5)
    with count_queries() as many:
        registrar.get(REGISTER, asked)
    assert len(few) == len(many)
    assert registrar.get(REGISTER, {**asked, "first": "2026-02-31"}).status_code == 200
    assert "Choose a day." in html(registrar.get(REGISTER, {"period": "dates"}))


# --- Packages


def test_a_complete_package_holds_everything_byte_for_byte(registrar):
    case, form, eml = whole_case()
    with translation.override("en"):
        data = b"".join((writer := Writer()).write([read(case, Options(), timezone.now())]))
    files = opened(data)
    folder = f"{case.number}/"
    assert set(files) == {"schema.json"} | {
        folder + name
        for name in ("case.html", "case.json", "checksums.txt", "files/01-01-Asa_Oberg ritning.pdf", "originals/01.json", "originals/02.eml")
    }  # fmt: skip
    assert files[folder + "originals/01.json"] == form
    assert files[folder + "originals/02.eml"] == eml
    assert files[folder + "files/01-01-Asa_Oberg ritning.pdf"] == samples.pdf()
    manifest = files[folder + "checksums.txt"].decode()
    listed = dict(reversed(line.split("  ", 1)) for line in manifest.splitlines())
    assert listed == {
        name.removeprefix(folder): hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name.startswith(folder) and not name.endswith("checksums.txt")
    }
    assert writer.handed[0].digest == hashlib.sha256(manifest.encode()).hexdigest()
    document, said = files[folder + "case.html"].decode(), json.loads(files[folder + "case.json"])
    assert_fits(said, CASE_SCHEMA)
    assert said["case"]["sender"]["email"] == "asa.oberg@krogen.example"
    assert [one["direction"]["code"] for one in said["messages"]] == ["incoming", "incoming", "note", "outgoing"]
    for words in (
        "811228-9874",
        "Karl Grip är grannen",
        "Svar till Åsa Öberg",
        "Request received",
        "Vi sparar det du skriver.",
    ):
        assert words in document
    assert not re.search(r"<script|<link|<img|<iframe|src=|href=|url\(|@import", document)


def assert_fits(value, schema, place="case"):
    """Whether data has just the form that its schema tells."""
    kinds = schema.get("type", [])
    if value is None:
        assert "null" in kinds, place
    elif isinstance(value, dict):
        known = schema["properties"]
        assert set(value) <= set(known), place
        assert set(schema["required"]) <= set(value), place
        for name, one in value.items():
            assert_fits(one, known[name], f"{place}.{name}")
    elif isinstance(value, list):
        for one in value:
            assert_fits(one, schema["items"], f"{place}[]")
    elif "const" in schema:
        assert value == schema["const"]
    else:
        expected = {str: "string", bool: "boolean", int: "integer"}[type(value)]
        assert expected in kinds, place


def test_a_masked_package_holds_nobody_anywhere(registrar):
    case, form, eml = whole_case()
    file = Attachment.objects.get()
    address = f"/admin/inbox/{case.pk}/package/"
    asked = {
        "kind": "masked", "ground": "OSL 21 kap. 7 §", "words": "Karl Grip | OSL 31 kap. 16 §\n", "notes": "on",
        "history": "on", "files": [file.pk], "to": "Lokaltidningen",
    }  # fmt: skip
    assert "Write the ground" in html(registrar.post(address, {"kind": "masked"}))
    preview = registrar.post(address, asked)
    shown = html(preview)
    paper = shown[shown.index("records__preview") :]
    seen = preview.context_data["seen"]
    # Nothing goes out that nobody has looked at as it is now.
    assert f"Hand out {case.number}" in html(registrar.get(address))
    assert registrar.post(address, {**asked, "hand_out": "1"}).status_code == 409
    answer = registrar.post(address, {**asked, "hand_out": "1", "seen": seen})
    files = opened(sent(answer))
    document = files[f"{case.number}/case.html"].decode()
    assert document[document.index("<header>") : document.index("</main>")].split() == paper[paper.index("<header>") :].split()[: len(document[document.index("<header>") : document.index("</main>")].split())]  # fmt: skip
    readable = {name: content for name, content in files.items() if not name.endswith(".pdf")}
    everything = [*files, *(content.decode() for content in readable.values()), paper]
    for text in everything:
        for word in ("Åsa", "Öberg", "Oberg", "asa_", "krogen", "174 06", "1740613", "811228", "9874", "Karl", "Grip"):
            assert word.casefold() not in text.casefold(), word
        # Nor what leads to it: the address that reads the case, a mail to be sent back, a hash to try names against.
        assert sender_links.token_of(sender_links.current_link(case)) not in text
        assert case.mails.get(purpose="answer").message_id_header not in text
        assert not any(hashlib.sha256(one).hexdigest() in text for one in (form, eml))
    # The file that was ticked goes out as it is; what arrived was not ticked.
    (name,) = [one for one in files if one.endswith(".pdf")]
    assert files[name] == samples.pdf()
    assert not [one for one in files if "originals" in one]
    said = json.loads(files[f"{case.number}/case.json"])
    assert_fits(said, CASE_SCHEMA)
    counted = {(one["kind"], one["ground"]): one["count"] for one in said["masking"]}
    assert counted["word", "OSL 31 kap. 16 §"] == 2
    assert {kind for kind, _ground in counted} >= {"name", "email", "phone", "sole_trader", "link", "word"}
    assert file.digest in json.dumps(said["messages"])
    assert MARK in said["mails"][-1]["subject"]
    event = Event.objects.filter(case_id=case.pk, kind=EventKind.HANDED_OUT).get()
    digest = hashlib.sha256(files[f"{case.number}/checksums.txt"]).hexdigest()
    assert event.data == {"to": "Lokaltidningen", "files": 1, "digest": digest, "options": ["masked", "notes", "history", "files"]}  # fmt: skip
    assert event.actor_name == "Rut Ahl"
    assert digest in html(registrar.get(f"/admin/inbox/{case.pk}/"))

    # Whoever asked before is nobody's business who asks now: their name is left out, and counted.
    again = registrar.post(address, asked)
    assert "To: Lokaltidningen" in html(registrar.get(f"/admin/inbox/{case.pk}/"))
    (package,) = again.context_data["packages"]
    (handed,) = [one for one in package.data["history"] if one["kind"] == EventKind.HANDED_OUT]
    assert f"To: {MARK}. Files: 1." in handed["detail"]
    assert "Lokaltidningen" not in json.dumps(package.data)
    paper = html(again)[html(again).index("records__preview") :]
    assert "Lokaltidningen" not in paper
    ours = {(one["kind"], one["ground"]): one["count"] for one in package.data["masking"]}
    assert ours["name", "OSL 21 kap. 7 §"] == counted["name", "OSL 21 kap. 7 §"] + 1
    complete = registrar.post(address, {"kind": "complete"}).context_data["packages"][0]
    assert "To: Lokaltidningen" in json.dumps(complete.data["history"])

    # With nothing ticked neither notes, history nor files go along.
    bare = registrar.post(address, {"kind": "masked", "ground": "OSL 21:7"})
    package = bare.context_data["packages"][0]
    assert package.files == []
    assert package.data["history"] == []
    assert [one["direction"]["code"] for one in package.data["messages"]] == ["incoming", "incoming", "outgoing"]


def test_who_only_looks_at_what_would_go_out_is_in_the_log(registrar):
    case, _form, _eml = whole_case()
    merged = CaseFactory(status="merged", merged_into=case, phone="", email="")
    address = f"/admin/inbox/{case.pk}/package/"
    seen = AccessEntry.objects.filter(user_id=registrar.user.pk).order_by("case_id", "kind")
    registrar.get(address)
    assert not seen.exists()  # nothing is shown yet
    registrar.post(address, {"kind": "masked", "ground": "OSL 21:7"})
    registrar.post(PERIOD_PACKAGE, {"ground": "OSL 21:7"})
    both = [(case.pk, AccessKind.CASE), (merged.pk, AccessKind.CASE)]
    assert list(seen.values_list("case_id", "kind")) == both
    shown = html(registrar.post(address, {"kind": "complete", "merged": "on"}))
    assert "asa.oberg@krogen.example" in shown
    assert "811228-9874" in shown
    in_full = [(case.pk, AccessKind.CONTACT), (case.pk, AccessKind.PERSONAL_NUMBER)]
    assert list(seen.values_list("case_id", "kind")) == [both[0], *in_full, both[1]]


def test_a_period_that_is_broken_off_leaves_a_trace_of_each_case_that_was_begun(registrar):
    case, other = CaseFactory(text="Först"), CaseFactory(text="Sedan")
    CaseFactory(text="Kom aldrig")
    archive, sent_so_far = period.handed_out(registrar.user, batch.Batch(registrar.user, [case.pk, other.pk])), b""
    while f"{other.number}/".encode() not in sent_so_far:
        sent_so_far += next(archive)
    archive.close()
    taken = AccessEntry.objects.filter(kind=AccessKind.PACKAGE).order_by("pk")
    assert list(taken.values_list("case_id", flat=True)) == [case.pk, other.pk]
    assert taken[0].data == {"files": 0, "options": ["complete", "notes", "history", "files", "originals", "period"]}
    assert Event.objects.get(kind=EventKind.HANDED_OUT).case_id == case.pk  # only one was written whole


def test_a_periods_package_holds_each_case_and_each_notes_it(registrar):
    case, _form, eml = whole_case()
    other = CaseFactory(secrecy_ground="OSL 31:16")
    files = opened(sent(registrar.post(REGISTER, {"period": "month"})))
    assert {name.split("/")[0] for name in files} == {"schema.json", case.number, other.number}
    assert files[f"{case.number}/originals/02.eml"] == eml
    for one in (case, other):
        event = Event.objects.get(case_id=one.pk, kind=EventKind.HANDED_OUT)
        assert event.data["digest"] == hashlib.sha256(files[f"{one.number}/checksums.txt"]).hexdigest()
        assert "period" in event.data["options"]
    assert AccessEntry.objects.filter(kind=AccessKind.PACKAGE).count() == 2


def test_a_periods_cases_are_looked_through_and_handed_out_without_anybody_named(registrar, count_queries):
    case, _form, _eml = whole_case()
    other = CaseFactory(name="Elsa Berg", text="Elsa Berg undrar. Vi har hört Tore Dal.")
    merged = CaseFactory(status="merged", merged_into=other, name="Tore Dal", text="Också jag")
    taken = CaseFactory(name="Nils Ek", text="Nils Ek här")
    secret = CaseFactory(secrecy_ground="OSL 31:16", name="Hemliga Elsa", text="Hemligt")
    long_ago = CaseFactory(received_at=timezone.now() - datetime.timedelta(days=400))
    asked = {"ground": "OSL 21 kap. 7 §", "words": "Karl Grip | OSL 31 kap. 16 §", "history": "on", "to": "Tidningen"}

    start = " ".join(html(registrar.get(PERIOD_PACKAGE)).split())
    assert "4 cases can be handed out." in start
    assert f"Examine it by itself: {secret.number}" in start
    assert "Write the ground" in html(registrar.post(PERIOD_PACKAGE, {}))
    with count_queries() as few:
        preview = registrar.post(PERIOD_PACKAGE, asked)
    shown, seen = html(preview), preview.context_data["seen"]
    assert all(one.number in shown for one in (case, other, merged, taken))
    # Other words are another package, and nothing goes out that nobody has looked at as it is now.
    changed = {**asked, "words": "", "hand_out": "1", "seen": seen}
    assert registrar.post(PERIOD_PACKAGE, changed).status_code == 409
    assert registrar.post(PERIOD_PACKAGE, {**asked, "hand_out": "1"}).status_code == 409
    none = {**asked, "out": [one.pk for one in (case, other, merged, taken)]}
    empty = registrar.post(PERIOD_PACKAGE, none).context_data["seen"]
    assert registrar.post(PERIOD_PACKAGE, {**none, "hand_out": "1", "seen": empty}).status_code == 422
    # Neither does a case that was left out when somebody looked, nor one less than was shown.
    some = {**asked, "out": [taken.pk, long_ago.pk]}
    assert registrar.post(PERIOD_PACKAGE, {**some, "hand_out": "1", "seen": seen}).status_code == 409
    less = registrar.post(PERIOD_PACKAGE, some)
    assert "Cases that go out: 3 of 4." in html(less)
    seen = less.context_data["seen"]
    assert registrar.post(PERIOD_PACKAGE, {**asked, "hand_out": "1", "seen": seen}).status_code == 409
    assert not Event.objects.filter(kind=EventKind.HANDED_OUT).exists()

    answer = registrar.post(PERIOD_PACKAGE, {**some, "hand_out": "1", "seen": seen})
    parts = iter(answer.streaming_content)
    data = next(parts)
    files = opened(data + b"".join(parts))
    overview = ("overview.html", "overview.json")
    given = {case.number, other.number, merged.number}
    assert {name.split("/")[0] for name in files} == {"schema.json", *overview, *given}
    for name, content in [*files.items(), *((name, name.encode()) for name in files), ("preview", shown.encode())]:
        text = content.decode()
        if name == "preview":
            text = text[text.index("records__preview") :].replace("Tidningen", "")
        for word in (
            "Åsa",
            "Öberg",
            "krogen",
            "1740613",
            "811228",
            "Karl",
            "Elsa",
            "Berg ",
            "Tore",
            "Hemliga",
            "Nils",
        ):
            assert word.casefold() not in text.casefold(), (name, word)
    assert not [name for name in files if "/files/" in name or "/originals/" in name]
    said = json.loads(files[f"{case.number}/case.json"])
    assert_fits(said, CASE_SCHEMA)
    assert "note" not in [one["direction"]["code"] for one in said["messages"]]
    told = json.loads(files["overview.json"])
    assert {one["case"] for one in told["not_given"]} == {taken.number, secret.number}
    assert set(told["cases"]) == given
    counts = {(one["kind"], one["ground"]): one["count"] for one in told["masking"]}
    assert counts["word", "OSL 31 kap. 16 §"] == 1
    assert counts["name", "OSL 21 kap. 7 §"] > 3
    assert "OSL 31 kap. 16 §" in files["overview.html"].decode()
    for one in (case, other, merged):
        event = Event.objects.get(case_id=one.pk, kind=EventKind.HANDED_OUT)
        digest = hashlib.sha256(files[f"{one.number}/checksums.txt"]).hexdigest()
        assert event.data == {"to": "Tidningen", "files": 0, "digest": digest, "options": ["masked", "history", "period"]}  # fmt: skip
        assert event.actor_name == "Rut Ahl"
    packed = AccessEntry.objects.filter(kind=AccessKind.PACKAGE).values_list("case_number", flat=True)
    assert set(packed) == given
    trace = html(registrar.get("/admin/reports/case-accesses/"))
    assert "files: 0, with parts left out, with history, with others of a period" in trace

    CaseFactory.create_batch(4)
    with count_queries() as many:
        registrar.post(PERIOD_PACKAGE, asked)
    assert len(few) == len(many)
    assert registrar.get(PERIOD_PACKAGE, {"period": "dates"}).headers["Location"].startswith(REGISTER)


def drawn(answer):
    """Return what a browser sends from the form of a period's package: its fields, and its ticks beside the papers."""
    data = {}
    for tag in re.findall(r"<(?:input|textarea)[^>]*>(?:[^<]*</textarea>)?", html(answer)[html(answer).index('id="hand-out"') :]):  # fmt: skip
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            text = re.search(r">\s*([^<]*)</textarea>", tag)
            data.setdefault(name[1], []).append(text[1] if text else value[1] if value else "")
    return data


def test_a_case_that_was_left_out_stays_out_when_something_else_has_to_be_corrected(registrar, monkeypatch):
    monkeypatch.setattr(period, "PAPERS", 1)
    stays, goes = CaseFactory(), CaseFactory()
    asked = {"ground": "OSL 21 kap. 7 §", "out": [stays.pk]}
    wrong = registrar.post(PERIOD_PACKAGE, {**asked, "ground": ""})
    assert wrong.status_code == 422
    corrected = registrar.post(PERIOD_PACKAGE, {**drawn(wrong), "ground": asked["ground"], "p": 2})
    # Ticked and not shown yet: it is shown, on the page where it stands.
    late = registrar.post(PERIOD_PACKAGE, {**drawn(corrected), "hand_out": "1", "out": [stays.pk, goes.pk]})
    assert (late.status_code, late.context_data["page"].number) == (409, 2)
    assert sorted(drawn(late)["out"]) == sorted([str(stays.pk), str(goes.pk)])
    files = opened(sent(registrar.post(PERIOD_PACKAGE, {**drawn(corrected), "hand_out": "1"})))
    assert json.loads(files["overview.json"])["cases"] == [goes.number]
    assert not Event.objects.filter(case_id=stays.pk, kind=EventKind.HANDED_OUT).exists()


def test_whoever_asks_is_told_in_swedish_that_what_was_left_out_is_still_there(registrar):
    case = CaseFactory()
    cases = Case.objects.filter(pk=case.pk)
    made = batch.Masked(
        registrar.user, [case.pk], Options(masked=True), "sv", out=frozenset({case.pk}), seen=batch.as_they_are(cases)
    )
    assert list(made.packages()) == []
    page = made.overview()["översikt.html"]
    assert "Ärendet undantogs vid genomgången. Begär ut det med ärendenumret om du vill ha det prövat." in page
    assert "bort" not in page[page.index("<body") :]


def test_a_mail_that_joins_a_case_without_a_word_is_a_change_that_is_looked_at(registrar):
    case = CaseFactory()
    late = OutboxMailFactory(case=case, purpose="answer", sent=True, message_id_header=f"<{'a' * 32}@kommun.example>")
    asked = {"ground": "OSL 21 kap. 7 §"}
    seen = registrar.post(PERIOD_PACKAGE, asked).context_data["seen"]
    assert arrive(bounce(late, action="delayed", status="4.4.1")).case == case
    again = registrar.post(PERIOD_PACKAGE, {**asked, "hand_out": "1", "seen": seen})
    assert again.status_code == 409
    assert len(again.context_data["packages"][0].data["received_mails"]) == 1


def test_what_changes_while_a_period_is_handed_out_is_not_given(registrar, monkeypatch):
    monkeypatch.setattr(batch, "CHUNK", 1)
    first, second, third = (CaseFactory(name=f"Avsändare {n}") for n in ("ett", "två", "tre"))
    asked = {"ground": "OSL 21 kap. 7 §"}
    seen = registrar.post(PERIOD_PACKAGE, asked).context_data["seen"]
    answer = registrar.post(PERIOD_PACKAGE, {**asked, "hand_out": "1", "seen": seen})
    parts, data = iter(answer.streaming_content), b""
    while first.number.encode() not in data:
        data += next(parts)
    services.note(second, UserFactory(coordinator=True), "Nu hände något")
    Case.objects.filter(pk=third.pk).update(secrecy_ground="OSL 31:16")
    files = opened(data + b"".join(parts))
    assert {name.split("/")[0] for name in files} == {"schema.json", "overview.html", "overview.json", first.number}
    assert {one["case"]: one["why"][:9] for one in json.loads(files["overview.json"])["not_given"]} == {
        second.number: "It change",
        third.number: "Secrecy i",
    }


# --- What we hold about somebody


@pytest.mark.parametrize("who", ["Asa.Oberg@krogen.example", "+46 70-174 06 13", "19811228-9874"])
def test_what_we_hold_about_a_person_is_found_by_any_of_their_own(registrar, who):
    case, form, _eml = whole_case()
    secret = CaseFactory(email=case.email, phone=case.phone, organisation_number=case.organisation_number, secrecy_ground="OSL 31:16")  # fmt: skip
    Case.objects.filter(pk=secret.pk).update(search_text=f"{secret.number} 0701740613")
    other = CaseFactory(name="Karl Grip", text="Min granne asa.oberg@krogen.example")
    mentions = f"{other.number} asa.oberg@krogen.example 0701740613 811228-9874 8112289874"
    Case.objects.filter(pk=other.pk).update(search_text=mentions)
    page = html(registrar.post(PERSON, {"who": who}))
    assert case.number in page
    assert other.number in page  # that it is named there, and nothing more
    assert "Karl Grip" not in page
    files = opened(sent(registrar.post(PERSON, {"who": who, "download": "1"})))
    assert files[f"{case.number}/originals/01.json"] == form
    said = json.loads(files["everything.json"])
    assert [one["case"]["number"] for one in said["cases"]] == [case.number]
    assert "note" not in [one["direction"]["code"] for one in said["cases"][0]["messages"]]
    given = b"".join(files.values()).decode("latin-1")
    assert "Karl Grip är grannen" not in b"".join(files.values()).decode("utf-8", "replace")
    assert other.number not in given
    why = {one["what"] for one in said["not_given"]}
    assert {f"1 case under secrecy: {secret.number}", "1 internal note"} <= why
    assert "What we hold about you" in files["overview.html"].decode()
    taken = AccessEntry.objects.filter(kind=AccessKind.PERSON, case_id=None).order_by("pk")
    assert [one.data["taken_out"] for one in taken] == [False, True]
    assert "oberg" not in json.dumps([one.data for one in taken])
    assert Event.objects.get(case_id=case.pk, kind=EventKind.HANDED_OUT).data["options"] == ["person"]


def test_whom_it_is_about_must_be_readable_and_nobody_unknown_is_an_error(registrar):
    for typed in ("", "Åsa Öberg", "123", "asa@"):
        assert registrar.post(PERSON, {"who": typed}).status_code == 422
    assert "No case that can be given." in html(registrar.post(PERSON, {"who": "nobody@example.se"}))


# --- Who may


def test_none_of_it_is_for_those_who_may_not_hand_out(reader, editor):
    case = CaseFactory()
    officer = signed_in(UserFactory(group="Handläggare"))
    for browser in (reader, editor, officer):
        for address in (REGISTER, PERIOD_PACKAGE, PERSON, NOTICES, f"/admin/inbox/{case.pk}/package/"):
            assert browser.get(address).status_code == 302
            assert browser.post(address, {"period": "month", "kind": "complete"}).status_code == 302
    assert not Event.objects.filter(kind=EventKind.HANDED_OUT).exists()
    assert reader.post(f"/admin/inbox/{case.pk}/triage/", {"triage": "kept"}).status_code == 302
    case.refresh_from_db()
    assert case.triage == ""
