"""Writing an answer: the draft, files, canned replies, copies, what follows, the undo, and two officers at once."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, MailPurpose, MailStatus, Triage
from business.inbox.models import CannedReply, Draft, OutboxMail, Presence

from .conftest import signed_in
from .factories import CaseFactory, MessageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SCRIPT = {"x-requested-with": "XMLHttpRequest"}


@pytest.fixture
def case():
    return CaseFactory(name="Elsa Norrby", email="elsa@example.se")


@pytest.fixture
def colleague():
    return signed_in(UserFactory(coordinator=True, first_name="Bo", last_name="Berg"))


def at(case, act="case", *more):
    return reverse(f"inbox:{act}", args=[case.pk, *more])


def seen(case):
    return case.messages.order_by("-pk").values_list("pk", flat=True).first()


def typed(case, **fields):
    return {"seen": seen(case), "text": "Hej Elsa!", **fields}


def form(answer, name="answer"):
    return answer.context["forms"][name]


def pdf(name="karta.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")


# --- The draft


def test_what_is_typed_is_kept_on_the_server(coordinator, case):
    answer = coordinator.post(at(case, "draft"), typed(case, text="Hej El", cc="x@"), headers=SCRIPT)
    assert answer.json()["errors"] == []
    draft = Draft.objects.get(case=case, user=coordinator.user)
    assert (draft.text, draft.cc) == ("Hej El", "x@")
    page = coordinator.get(at(case))
    assert (form(page)["text"].value(), form(page)["cc"].value()) == ("Hej El", "x@")


def test_what_was_chosen_is_kept_with_the_draft_and_comes_back_in_the_form(coordinator, case, colleague):
    told, left_out = CaseFactory(), CaseFactory()
    for other in (told, left_out):
        services.merge(other, case, coordinator.user)
    chosen = {
        "after": "hand_over",
        "to": f"user:{colleague.user.pk}",
        "resume_on": "2030-12-03",
        "triage": "registered",
        "registered_number": "KS 2026/7",
        "also": [str(told.pk)],
    }
    coordinator.post(at(case, "draft"), typed(case, **chosen), headers=SCRIPT)
    page = coordinator.get(at(case))
    assert {name: form(page)[name].value() for name in chosen} == chosen
    html = page.content.decode()
    assert f'<option value="user:{colleague.user.pk}" selected>' in html
    assert 'value="2030-12-03"' in html
    assert form(colleague.get(at(case)))["to"].value() is None  # what I have chosen is mine
    merged_later = CaseFactory()
    services.merge(merged_later, case, coordinator.user)
    assert form(coordinator.get(at(case)))["also"].value() == [str(told.pk), str(merged_later.pk)]


def test_what_nobody_could_choose_breaks_no_draft(coordinator, case):
    wrong = {"to": "user:x\r\n" * 99, "resume_on": "i morgon", "triage": "?", "registered_number": "9" * 999}
    assert coordinator.post(at(case, "draft"), typed(case, **wrong), headers=SCRIPT).status_code == 200
    assert coordinator.get(at(case)).status_code == 200


def test_an_answer_that_was_taken_back_has_its_choices_in_the_form(coordinator, case, colleague, undo):
    coordinator.post(at(case, "answer"), typed(case, after="hand_over", to=f"user:{colleague.user.pk}"))
    page = coordinator.post(at(case, "withdraw", OutboxMail.objects.get().pk), follow=True)
    assert (form(page)["after"].value(), form(page)["to"].value()) == ("hand_over", f"user:{colleague.user.pk}")


def test_a_draft_is_saved_by_a_button_too(coordinator, case):
    answer = coordinator.post(at(case, "draft"), typed(case))
    assert (answer.status_code, answer["Location"]) == (302, f"{at(case)}#answer")
    assert Draft.objects.get(case=case).text == "Hej Elsa!"


def test_a_draft_is_its_writers_and_others_only_see_that_there_is_one(coordinator, colleague, case):
    coordinator.post(at(case, "draft"), typed(case, text="Hemligt utkast"))
    page = colleague.get(at(case)).content.decode()
    assert "Hemligt utkast" not in page
    assert f"{coordinator.user} has begun an answer" in page


def test_nothing_typed_is_no_draft_and_an_emptied_one_stays_empty(coordinator, case):
    coordinator.post(at(case, "draft"), typed(case, text="  "), headers=SCRIPT)
    assert not Draft.objects.exists()
    coordinator.post(at(case, "draft"), typed(case), headers=SCRIPT)
    coordinator.post(at(case, "draft"), typed(case, text=""), headers=SCRIPT)
    assert Draft.objects.get().text == ""


def test_a_draft_is_gone_when_it_is_sent(coordinator, case):
    coordinator.post(at(case, "draft"), typed(case))
    coordinator.post(at(case, "answer"), typed(case))
    assert not Draft.objects.exists()
    assert form(coordinator.get(at(case)))["text"].value() is None


@pytest.mark.parametrize("late", ["Hej Elsa!", "Hej El"])
def test_what_was_sent_does_not_come_back_as_a_draft(coordinator, case, late):
    before = typed(case)
    coordinator.post(at(case, "answer"), before)
    coordinator.post(at(case, "draft"), {**before, "text": late}, headers=SCRIPT)  # was on its way
    coordinator.post(at(case, "preview"), before, headers=SCRIPT)
    assert not Draft.objects.exists()
    coordinator.post(at(case, "draft"), {**before, "text": "Något nytt"}, headers=SCRIPT)
    assert Draft.objects.get().text == "Något nytt"


def test_a_button_pressed_twice_sends_once_and_leaves_no_draft(coordinator, case):
    fields = typed(case, cc="bo@example.se")
    for _press in range(2):
        assert coordinator.post(at(case, "answer"), {**fields, "files": [pdf()]}).status_code == 302
    assert case.messages.filter(direction="outgoing").count() == 1
    assert not Draft.objects.exists()


@pytest.mark.parametrize("more", [{"cc": "bo@example.se"}, {"files": "karta.pdf"}, {"after": "wait"}])
def test_the_same_words_with_something_added_are_no_second_press(coordinator, case, more):
    fields = typed(case)
    coordinator.post(at(case, "answer"), fields)
    if "files" in more:
        more = {"files": [pdf()]}
    answer = coordinator.post(at(case, "answer"), {**fields, **more})
    assert answer.status_code == 409
    assert "You have answered already" in answer.content.decode()


def test_a_draft_in_a_case_that_ended_can_be_read(coordinator, case):
    coordinator.post(at(case, "draft"), typed(case, text="Halvskrivet"))
    services.merge(case, CaseFactory(), coordinator.user)
    page = coordinator.get(at(case)).content.decode()
    assert "Your draft" in page
    assert "Halvskrivet" in page


def test_whoever_was_signed_out_gets_the_text_back(coordinator, case):
    coordinator.logout()
    answer = coordinator.post(at(case, "note"), {"text": "Lång anteckning"})
    assert answer.status_code == 403
    assert "Lång anteckning" in answer.content.decode()
    assert coordinator.post(at(case, "take")).status_code == 302  # nothing was typed


def test_rubbish_in_hidden_fields_breaks_nothing(coordinator, case):
    for rubbish in ("²", "9" * 99, "-1", "x"):
        fields = {"text": "Hej", "seen": rubbish, "remove": rubbish}
        assert coordinator.post(at(case, "draft"), fields, headers=SCRIPT).status_code == 200
        assert coordinator.post(at(case, "presence"), {"seen": rubbish}).status_code == 200


# --- What is wrong is told at its field, and nothing is lost


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"text": " "}, "text", "Write the answer."),
        ({"cc": "a@example.se, b"}, "cc", "“b” is not an e-mail address."),
        ({"cc": "a@example.se\nBcc: c@example.se"}, "cc", "“Bcc:” is not an e-mail address."),
        ({"cc": ",".join(f"a{n}@example.se" for n in range(11))}, "cc", "At most 10 copies."),
        ({"after": "close", "triage": ""}, "triage", "Say how the message is kept as a public record."),
        ({"after": "close", "triage": "registered"}, "registered_number", "Write the registration number."),
        ({"after": "hand_over"}, "to", "Choose a person or a unit."),
        ({"after": "hand_over", "to": "user:999999"}, "to", "Select a valid choice"),
        ({"after": "wait", "resume_on": "2020-01-01"}, "resume_on", "Choose a day that is still to come."),
        ({"after": "nonsense"}, "after", "Select a valid choice"),
    ],
)
def test_a_mistake_is_told_at_its_field(coordinator, case, fields, name, words):
    answer = coordinator.post(at(case, "answer"), typed(case, **fields))
    assert answer.status_code == 422
    with translation.override("en"):
        assert words in str(form(answer).errors[name])
    assert form(answer)["text"].value() == typed(case, **fields)["text"]
    assert not OutboxMail.objects.exists()


# --- Copies and what follows


def test_copies_go_to_each_address_once_and_never_twice_to_the_sender(coordinator, case):
    coordinator.post(at(case, "answer"), typed(case, cc="bo@example.se; bo@example.se, ELSA@example.se"))
    assert [(mail.to, mail.cc) for mail in OutboxMail.objects.order_by("pk")] == [
        ("elsa@example.se", ["bo@example.se"]),
        ("bo@example.se", ["bo@example.se"]),
    ]


def test_send_and_close_closes_when_the_mail_server_has_taken_it(coordinator, case):
    coordinator.post(at(case, "answer"), typed(case, after="close", triage="registered", registered_number="KS 1"))
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_PROGRESS
    outbox.deliver(OutboxMail.objects.get().pk)
    case.refresh_from_db()
    assert (case.status, case.triage, case.registered_number) == (CaseStatus.CLOSED, Triage.REGISTERED, "KS 1")


def test_send_and_wait_stops_the_clock_and_looks_again_on_the_day(coordinator, case):
    day = timezone.localdate() + datetime.timedelta(days=7)
    coordinator.post(at(case, "answer"), typed(case, after="wait", resume_on=day.isoformat()))
    outbox.deliver(OutboxMail.objects.get().pk)
    case.refresh_from_db()
    assert (case.status, case.resume_on) == (CaseStatus.WAITING_SENDER, day)


def test_send_and_hand_over_gives_it_to_the_one_who_was_chosen(coordinator, colleague, case):
    coordinator.post(at(case, "answer"), typed(case, after="hand_over", to=f"user:{colleague.user.pk}"))
    outbox.deliver(OutboxMail.objects.get().pk)
    case.refresh_from_db()
    assert (case.status, case.owner) == (CaseStatus.ASSIGNED, colleague.user)
    assert OutboxMail.objects.get(purpose=MailPurpose.ALERT).to == colleague.user.email


def test_those_whose_requests_are_merged_here_are_answered_with_their_own_number(coordinator, case):
    other = CaseFactory(name="Bo Ek", email="bo@example.se", text="Samma fråga")
    services.merge(other, case, coordinator.user)
    page = coordinator.get(at(case))
    assert form(page).initial["also"] == [str(other.pk)]
    coordinator.post(at(case, "answer"), {**typed(case), "seen": page.context["seen"], "also": [other.pk]})
    copy = OutboxMail.objects.get(copy_of__isnull=False)
    assert (copy.to, copy.case, copy.cc) == ("bo@example.se", other, [])
    assert other.number in copy.body
    assert case.number not in copy.body
    assert "Samma fråga" in copy.body


# --- Canned replies


@pytest.fixture
def canned():
    return CannedReply.objects.create(name="Tack", text="Hej {namn}!\n\n{{ settings.SECRET_KEY }} {företag}")


def test_a_canned_reply_is_added_below_what_was_typed(coordinator, case, canned):
    case.company = ""
    case.save()
    fields = typed(case, text="Först detta.", canned=canned.pk)
    told = coordinator.post(at(case, "canned"), fields, headers=SCRIPT).json()
    assert told["text"].startswith("Först detta.\n\nHej Elsa Norrby!")
    assert "{{ settings.SECRET_KEY }}" in told["text"]
    assert told["warning"].startswith("The case has no value for")
    answer = coordinator.post(at(case, "canned"), fields)
    assert (answer.status_code, form(answer)["text"].value()) == (200, told["text"])


def test_a_reply_that_lacks_a_value_is_not_sent_until_somebody_has_written_it(coordinator, case, canned):
    case.company = ""
    case.save()
    told = coordinator.post(at(case, "canned"), typed(case, canned=canned.pk), headers=SCRIPT).json()
    answer = coordinator.post(at(case, "answer"), typed(case, text=told["text"]))
    assert answer.status_code == 422
    assert "[företag saknas]" in str(form(answer).errors["text"])
    sent = coordinator.post(at(case, "answer"), typed(case, text=told["text"].replace("[företag saknas]", "Kafé AB")))
    assert sent.status_code == 302


@pytest.mark.parametrize("key", ["", "999999", "x"])
def test_a_canned_reply_that_is_not_there_changes_nothing(coordinator, case, key):
    answer = coordinator.post(at(case, "canned"), typed(case, canned=key))
    assert (answer.status_code, form(answer)["text"].value()) == (422, "Hej Elsa!")


# --- Files


def test_files_are_put_by_whatever_else_is_wrong_and_go_with_the_answer(coordinator, case):
    answer = coordinator.post(at(case, "answer"), typed(case, cc="fel", files=[pdf()]))
    assert answer.status_code == 422
    assert "karta.pdf" in answer.content.decode()
    coordinator.post(at(case, "answer"), typed(case))
    message = case.messages.get(direction="outgoing")
    assert [file.name for file in message.attachments.all()] == ["karta.pdf"]


def test_a_file_can_be_taken_away_again(coordinator, case):
    coordinator.post(at(case, "draft"), typed(case, files=[pdf()]), headers=SCRIPT)
    (file,) = Draft.objects.get().attachments.all()
    told = coordinator.post(at(case, "draft"), typed(case, remove=file.pk), headers=SCRIPT).json()
    assert "karta.pdf" not in told["files"]
    coordinator.post(at(case, "answer"), typed(case))
    assert not case.messages.get(direction="outgoing").attachments.exists()


def test_a_file_that_is_not_taken_is_named_and_the_answer_waits(coordinator, case):
    answer = coordinator.post(at(case, "answer"), typed(case, files=[SimpleUploadedFile("virus.exe", b"MZ\x00")]))
    assert answer.status_code == 422
    assert "virus.exe" in str(form(answer).errors["files"])
    assert not OutboxMail.objects.exists()


# --- The undo


@pytest.fixture
def undo(settings):
    settings.OUTBOX_UNDO = datetime.timedelta(seconds=20)


def test_an_answer_can_be_withdrawn_before_it_leaves(coordinator, case, undo):
    sent = coordinator.post(at(case, "answer"), typed(case, cc="bo@example.se"), follow=True)
    assert sent.redirect_chain[-1][0].endswith(f"#message-{seen(case)}")
    mail = case.mails.get(purpose=MailPurpose.ANSWER)
    assert at(case, "withdraw", mail.pk) in sent.content.decode()
    assert outbox.sweep() == 0
    back = coordinator.post(at(case, "withdraw", mail.pk), follow=True)
    assert (form(back)["text"].value(), form(back)["cc"].value()) == ("Hej Elsa!", "bo@example.se")
    assert set(case.mails.values_list("status", flat=True)) == {MailStatus.WITHDRAWN}
    assert "The sender has not had it." in back.content.decode()


def test_what_was_withdrawn_can_be_corrected_and_sent(coordinator, case, undo):
    coordinator.post(at(case, "answer"), typed(case))
    mail = case.mails.get()
    page = coordinator.post(at(case, "withdraw", mail.pk), follow=True)
    coordinator.post(at(case, "answer"), {"seen": page.context["seen"], "text": "Hej Elsa!"})
    assert [mail.status for mail in case.mails.order_by("pk")] == [MailStatus.WITHDRAWN, MailStatus.WAITING]


def test_after_the_time_it_is_too_late(coordinator, case, undo):
    coordinator.post(at(case, "answer"), typed(case))
    mail = case.mails.get()
    outbox.deliver(mail.pk, at=timezone.now() + datetime.timedelta(seconds=21))
    answer = coordinator.post(at(case, "withdraw", mail.pk))
    assert answer.status_code == 409
    assert "It is too late" in answer.content.decode()
    mail.refresh_from_db()
    assert mail.status == MailStatus.SENT


def test_nobody_withdraws_anothers_answer(coordinator, colleague, case, undo):
    coordinator.post(at(case, "answer"), typed(case))
    mail = case.mails.get()
    assert at(case, "withdraw", mail.pk) not in colleague.get(at(case)).content.decode()
    assert colleague.post(at(case, "withdraw", mail.pk)).status_code == 409
    assert coordinator.post(at(CaseFactory(), "withdraw", mail.pk)).status_code == 404


# --- Two officers at once


def test_each_sees_that_the_other_is_there(coordinator, colleague, case):
    told = coordinator.post(at(case, "presence"), {"seen": seen(case), "writes": "1"}).json()
    assert told == {"others": "", "news": ""}
    told = colleague.post(at(case, "presence"), {"seen": seen(case), "writes": "0"}).json()
    assert f"{coordinator.user} is writing in this case right now." in told["others"]
    assert f"{coordinator.user} is writing" in colleague.get(at(case)).content.decode()
    Presence.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=1))
    assert colleague.post(at(case, "presence"), {}).json()["others"] == ""


def test_what_comes_while_the_page_is_open_is_told(coordinator, case):
    before = seen(case)
    MessageFactory(case=case)
    told = coordinator.post(at(case, "presence"), {"seen": before}).json()
    assert "The sender added something" in told["news"]
    assert coordinator.post(at(case, "presence"), {"seen": "x" * 99}).json()["news"] == ""


def test_one_wins_and_the_other_loses_no_word(coordinator, colleague, case):
    both = typed(case, cc="bo@example.se")
    assert coordinator.post(at(case, "answer"), both).status_code == 302
    answer = colleague.post(at(case, "answer"), {**both, "text": "Mitt svar", "files": [pdf()]})
    assert answer.status_code == 409
    assert (form(answer)["text"].value(), form(answer)["cc"].value()) == ("Mitt svar", "bo@example.se")
    assert "karta.pdf" in answer.content.decode()
    assert Draft.objects.get(user=colleague.user).text == "Mitt svar"
    assert case.messages.filter(direction="outgoing").count() == 1
    again = {"text": "Mitt svar", "seen": form(answer)["seen"].value()}
    assert colleague.post(at(case, "answer"), again).status_code == 302


# --- The other acts


def test_the_case_is_handed_over_with_a_note(coordinator, colleague, case):
    fields = {"to": f"user:{colleague.user.pk}", "text": "Tar du den?"}
    page = coordinator.post(at(case, "assign"), fields, follow=True)
    case.refresh_from_db()
    assert (case.owner, case.status) == (colleague.user, CaseStatus.ASSIGNED)
    assert "Tar du den?" in page.content.decode()


def test_the_case_is_handed_to_a_unit(coordinator, case):
    unit = CaseFactory().unit
    coordinator.post(at(case, "assign"), {"to": f"unit:{unit.slug}"})
    case.refresh_from_db()
    assert (case.unit, case.owner, case.status) == (unit, None, CaseStatus.ASSIGNED)


def test_nobody_who_may_not_work_is_offered(coordinator, case):
    editor = UserFactory(editor=True)
    answer = coordinator.post(at(case, "assign"), {"to": f"user:{editor.pk}"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"status": ""}, "status"),
        ({"status": "closed"}, "status"),
        ({"status": "meeting_booked"}, "meeting_at"),
        ({"status": "waiting_other", "resume_on": "2020-01-01"}, "resume_on"),
        ({"status": "waiting_other", "resume_on": "31/12"}, "resume_on"),
    ],
)
def test_a_mistake_in_what_it_waits_for_is_told_at_its_field(coordinator, case, fields, name):
    answer = coordinator.post(at(case, "park"), fields)
    assert answer.status_code == 422
    assert name in form(answer, "park").errors


def test_a_meeting_is_booked_and_the_case_taken_up_again(coordinator, case):
    coordinator.post(at(case, "park"), {"status": "meeting_booked", "meeting_at": "2030-05-03T10:00"})
    page = coordinator.get(at(case))
    assert "3 May 2030 10:00" in page.content.decode()
    coordinator.post(at(case, "resume"))
    case.refresh_from_db()
    assert (case.status, case.meeting_at) == (CaseStatus.IN_PROGRESS, None)


def test_a_delay_is_told_with_its_new_day(coordinator, case):
    day = timezone.localdate() + datetime.timedelta(days=20)
    while day.weekday() != 2 or (day.month, day.day) in {(12, 23), (12, 30), (1, 6)}:
        day += datetime.timedelta(days=1)
    coordinator.post(at(case, "delay"), {"until": day.isoformat(), "text": "Vi väntar på räddningstjänsten."})
    mail = OutboxMail.objects.get(purpose=MailPurpose.DELAY)
    assert "Vi väntar på räddningstjänsten." in mail.body
    case.refresh_from_db()
    assert case.limit_on == day


@pytest.mark.parametrize("day", ["2020-01-01", "", "2030-12-25"])
def test_a_day_that_cannot_be_promised_is_refused(coordinator, case, day):
    answer = coordinator.post(at(case, "delay"), {"until": day, "text": "Det dröjer."})
    assert answer.status_code == 422
    assert "until" in form(answer, "delay").errors
    assert form(answer, "delay")["text"].value() == "Det dröjer."


@pytest.mark.parametrize("number", ["", "DB-1999-00001", "<script>"])
def test_a_number_that_is_no_case_is_told(coordinator, case, number):
    answer = coordinator.post(at(case, "merge"), {"number": number})
    assert answer.status_code == 422
    assert "number" in form(answer, "merge").errors


def test_merged_cases_show_as_one_and_come_apart_again(coordinator, case):
    other = CaseFactory(text="Samma sak igen")
    data = {"number": case.number.lower(), "one_matter": "on"}
    page = coordinator.post(at(other, "merge"), data, follow=True)
    assert page.redirect_chain[-1][0] == at(case)
    assert "Samma sak igen" in page.content.decode()
    assert at(case) in coordinator.get(at(other)).content.decode()
    coordinator.post(at(other, "unmerge"))
    assert "Samma sak igen" not in coordinator.get(at(case)).content.decode()


def test_a_case_of_another_sender_is_merged_once_somebody_has_seen_whose_it_is(coordinator, case):
    assert "one_matter" not in coordinator.get(at(case)).content.decode()
    other = CaseFactory(name="Petra Nord", email="petra@nord.example")
    answer = coordinator.post(at(case, "merge"), {"number": other.number})
    assert answer.status_code == 422
    assert "Petra Nord" in form(answer, "merge").errors["one_matter"][0]
    assert form(answer, "merge")["number"].value() == other.number
    coordinator.post(at(case, "merge"), {"number": other.number, "one_matter": "on"})
    case.refresh_from_db()
    assert case.merged_into == other


def test_a_case_goes_into_quarantine_and_out(coordinator, case):
    coordinator.post(at(case, "quarantine"))
    page = coordinator.get(at(case)).content.decode()
    assert "in quarantine" in page
    assert f'action="{at(case, "answer")}"' not in page
    coordinator.post(at(case, "unquarantine"))
    case.refresh_from_db()
    assert case.status == CaseStatus.NEW


def test_a_case_without_an_address_says_how_to_answer(coordinator):
    case = CaseFactory(email="", phone="070-174 06 13")
    page = coordinator.get(at(case)).content.decode()
    assert "There is no e-mail address in this case." in page
    assert "mailto:" not in page
    answer = coordinator.post(at(case, "answer"), typed(case))
    assert answer.status_code == 409


@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_an_answer_by_voice_keeps_the_promise_and_is_never_mailed(coordinator, case, channel):
    page = coordinator.post(at(case, "speak"), {"channel": channel, "text": "Ringde Elsa: 1,8 meter."}, follow=True)
    assert "Ringde Elsa: 1,8 meter." in page.content.decode()
    case.refresh_from_db()
    assert (case.status, case.owner) == (CaseStatus.IN_PROGRESS, coordinator.user)
    assert case.answered_at is not None
    assert not OutboxMail.objects.exists()
    services.close(case, coordinator.user, Triage.KEPT)  # without another reason


def test_what_was_said_must_be_written(coordinator, case):
    answer = coordinator.post(at(case, "speak"), {"channel": "phone", "text": " "})
    assert answer.status_code == 422
    assert "text" in form(answer, "speak").errors
    case.refresh_from_db()
    assert case.answered_at is None


# --- An answer that is to close


def test_who_would_be_left_without_an_answer_is_told_at_the_field(coordinator, case):
    other = CaseFactory()
    services.merge(other, case, coordinator.user)
    fields = typed(case, seen=seen(other), after="close", triage="kept")
    answer = coordinator.post(at(case, "answer"), {**fields, "also": []})
    assert answer.status_code == 422
    assert other.number in form(answer).errors["also"][0]
    assert form(answer)["text"].value() == "Hej Elsa!"
    sent = coordinator.post(at(case, "answer"), {**fields, "also": [other.pk]})
    assert sent.status_code == 302
