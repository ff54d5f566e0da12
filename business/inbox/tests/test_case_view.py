"""The page of one case, and what is done on it."""

import datetime
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape, strip_tags

from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, Direction, EventKind, MailStatus, PreferredChannel
from business.inbox.models import Case, Event, OutboxMail

from .conftest import signed_in
from .factories import CaseFactory, ContactRequestFactory, MessageFactory, OutboxMailFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def address(case, act="case"):
    return reverse(f"inbox:{act}", args=[case.pk])


def page(browser, case):
    answer = browser.get(address(case))
    assert answer.status_code == 200
    return answer


def html(answer):
    return answer.content.decode()


def spoken(choice):
    with translation.override("en"):
        return str(choice.label)


def messages(answer):
    return [strip_tags(str(message)) for message in answer.context["messages"]]


class Form(HTMLParser):
    """What a browser would send of the form with this address."""

    def __init__(self, answer, action):
        super().__init__()
        self.action, self.inside, self.name = action, False, None
        self.values = {}
        self.feed(html(answer))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.inside = attrs.get("action") == self.action
        elif self.inside and tag == "input" and attrs.get("name"):
            if attrs.get("type") not in ("radio", "checkbox") or "checked" in attrs:
                self.values[attrs["name"]] = attrs.get("value", "")
        elif self.inside and tag == "textarea":
            self.name = attrs["name"]
            self.values[self.name] = ""

    def handle_data(self, data):
        if self.name:
            self.values[self.name] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.name:
            # A browser leaves out the line feed that the markup begins with.
            self.values[self.name] = self.values[self.name].removeprefix("\r\n").removeprefix("\n")
            self.name = None


def fill_in(answer, case, act, **typed):
    """Return what the browser sends after somebody has typed into the form of this act."""
    return {**Form(answer, address(case, act)).values, **typed}


# --- What it shows


def test_it_shows_who_asks_and_how_to_reach_them(coordinator):
    case = CaseFactory(
        company="Kafé Sjöboden AB",
        organisation_number="559987-0010",
        phone="070-174 06 13",
        email="elsa@example.se",
        preferred=PreferredChannel.PHONE,
        source_title="Uteservering",
        source_url="http://localhost/sv/guider/uteservering/",
    )
    text = html(page(coordinator, case))
    assert "559987-0010" in text
    assert 'href="tel:0701740613"' in text
    assert f'href="mailto:elsa@example.se?subject={case.number}"' in text
    assert 'href="http://localhost/sv/guider/uteservering/"' in text
    assert ">Uteservering<" in text


def test_every_form_of_a_case_is_sent_to_an_address_of_its_own(coordinator):
    # A form without one comes back to the page, which takes nothing: whatever was written in it would be lost.
    mine = CaseFactory()
    services.take(mine, coordinator.user)
    cases = [mine, CaseFactory(), CaseFactory(status=CaseStatus.CLOSED), CaseFactory(status=CaseStatus.QUARANTINED)]
    found = set()
    for case in cases:
        sent_to = re.findall(r'<form action="([^"]*)"\s+method="post"', html(page(coordinator, case)))
        found |= {action.removeprefix(address(case)).partition("?")[0] for action in sent_to}
    assert {"speak/", "close/", "take/", "reopen/", "unquarantine/"} <= found
    assert all(re.fullmatch(r"[a-z_]+/|/admin/.+", act) for act in found), found


def test_a_sole_traders_number_is_masked(coordinator):
    text = html(page(coordinator, CaseFactory(sole_trader=True)))
    assert "811228-••••" in text
    assert "9874" not in text


def test_neither_tab_nor_breadcrumb_says_who_wrote(coordinator):
    case = CaseFactory(name="Elsa Norrby", company="Kafé Sjöboden AB")
    answer = page(coordinator, case)
    title = re.search(r"<title>(.*?)</title>", html(answer), re.DOTALL).group(1)
    assert case.number in title
    crumbs = " ".join(str(item["label"]) for item in answer.context["breadcrumbs_items"])
    for name in ("Elsa", "Sjöboden"):
        assert name not in title + crumbs


def test_the_senders_text_stands_as_it_was_written(coordinator):
    text = "  Hej!\n\n\tIndraget  med   blanksteg\n<script>alert('x')</script> & 1 < 2\n{{ 7 * 7 }}"
    case = CaseFactory(text=text)

    class Text(HTMLParser):
        inside, found = False, ""

        def handle_starttag(self, tag, attrs):
            self.inside = self.inside or ("class", "inbox-message__text") in attrs

        def handle_endtag(self, tag):
            self.inside = False

        def handle_data(self, data):
            self.found += data if self.inside else ""

    parser = Text()
    parser.feed(html(page(coordinator, case)))
    assert parser.found == text


def test_the_thread_tells_who_speaks_and_how_far_the_mail_has_come(coordinator):
    case = services.receive(ContactRequestFactory())
    services.note(case, coordinator.user, "Fråga Birgitta.")
    answer = services.answer(case, coordinator.user, "Lämna 1,5 meter.")
    text = html(page(coordinator, case))
    for direction in (Direction.INCOMING, Direction.OUTGOING, Direction.NOTE):
        assert f"inbox-message--{direction}" in text
        assert spoken(direction) in text
    assert "on its way to the mail server" in text
    outbox.deliver(answer.mail.pk)
    assert "The mail server took it" in html(page(coordinator, case))


def test_a_receipt_stands_where_it_was_sent_also_when_an_older_case_is_merged_in(coordinator):
    older = CaseFactory(text="Jag var först.")
    case = services.receive(ContactRequestFactory(text="Jag kom sedan."))
    services.merge(older, case, coordinator.user)
    text = html(page(coordinator, case))
    order = [text.index(words) for words in ("Jag var först.", "Jag kom sedan.", "inbox-message--receipt")]
    assert order == sorted(order)


def test_a_mail_that_waits_tells_when_it_is_tried_next(coordinator):
    case = CaseFactory()
    OutboxMailFactory(case=case, attempts=3, last_error="ConnectionRefusedError: refused")
    text = html(page(coordinator, case))
    assert "Tried 3 times without success" in text
    assert "ConnectionRefusedError" in text


def test_the_history_is_in_words(coordinator):
    case = CaseFactory(answered=True)
    services.take(case, coordinator.user)
    services.describe(case, coordinator.user, "Uteservering")
    services.close(case, coordinator.user, "registered", registered_number="KS 2026/123")
    text = html(page(coordinator, case)).split('id="thread-heading"')[1]
    for words in ("Taken", "Short content written", "Uteservering", "Entered in the register: KS 2026/123", "Closed"):
        assert words in text


def test_a_corrected_address_is_told_in_the_history(coordinator):
    request = ContactRequestFactory(submission_key="a", email="fel@example.se")
    case = services.receive(request)
    services.receive(ContactRequestFactory(topic=request.topic, submission_key="a", email="ratt@example.se"))
    assert "New from the sender: e-mail." in html(page(coordinator, case))


def test_an_event_of_a_kind_that_is_no_more_still_shows(coordinator):
    case = CaseFactory()
    Event.objects.create(case_id=case.pk, case_number=case.number, kind="telegraphed", data={"to": "x"})
    assert "telegraphed" in html(page(coordinator, case))


@pytest.mark.parametrize("pk", [0, 999999, 10**30])
def test_a_case_that_is_not_there_is_not_found(coordinator, pk):
    assert coordinator.get(f"/admin/inbox/{pk}/", follow=True).status_code == 404


def test_the_number_of_queries_does_not_grow_with_what_was_said(coordinator, count_queries):
    def say(case, times):
        for _number in range(times):
            MessageFactory(case=case)
            MessageFactory(case=case, note=True)
            OutboxMailFactory(case=case, message=MessageFactory(case=case, outgoing=True), sent=True)
            services.describe(case, coordinator.user, f"Ämne {case.messages.count()}")

    case = CaseFactory(taken=True)
    say(case, 1)
    with count_queries() as few:
        page(coordinator, case)
    say(case, 9)
    with count_queries() as many:
        page(coordinator, case)
    assert len(few) == len(many) <= 39


# --- Take and let go


def test_take_and_let_go(coordinator):
    case = CaseFactory()
    answer = coordinator.post(address(case, "take"), follow=True)
    assert answer.redirect_chain == [(address(case), 302)]
    assert f"{case.number} is yours." in messages(answer)[0]
    # On a telephone no line ends in the midst of a number.
    assert f'<span class="nowrap">{case.number}</span> is yours.' in answer.content.decode()
    coordinator.post(address(case, "release"))
    case.refresh_from_db()
    assert case.owner is None
    assert list(Event.objects.values_list("kind", flat=True)) == [EventKind.TAKEN, EventKind.RELEASED]


def test_a_case_that_somebody_just_took_says_who(coordinator):
    case = CaseFactory()
    services.take(case, UserFactory(first_name="Sam", last_name="Holm"))
    answer = coordinator.post(address(case, "take"))
    assert answer.status_code == 409
    assert "Sam Holm already has this case." in html(answer)


def test_reloading_the_address_of_an_act_leads_to_the_case(coordinator):
    case = CaseFactory()
    assert coordinator.get(address(case, "answer"))["Location"] == address(case)


def test_acts_ask_for_the_csrf_token(coordinator):
    case = CaseFactory()
    coordinator.handler.enforce_csrf_checks = True
    assert coordinator.post(address(case, "take")).status_code == 403
    assert not Event.objects.exists()


def test_an_answer_whose_cookie_is_gone_is_given_back_to_its_writer(coordinator):
    case, typed = CaseFactory(), "\n  Hej!\n</textarea><script>alert(1)</script> & så"
    coordinator.handler.enforce_csrf_checks = True
    answer = coordinator.post(address(case, "answer"), {"text": typed})
    assert answer.status_code == 403
    assert f"readonly>\n{escape(typed)}</textarea>" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert not Event.objects.exists()


def test_only_the_admin_gives_typed_text_back():
    answer = Client(enforce_csrf_checks=True).post("/sv/kvitto/" + "0" * 64 + "/", {"text": "Köp nu"})
    assert answer.status_code == 403
    assert "Köp nu" not in answer.content.decode()


# --- Write


def test_short_content_is_saved_on_one_line(coordinator):
    case = CaseFactory()
    coordinator.post(
        address(case, "describe"), fill_in(page(coordinator, case), case, "describe", short_content="A\r\nB")
    )
    case.refresh_from_db()
    assert case.short_content == "A B"


def test_short_content_that_is_too_long_is_said_at_the_field_and_kept(coordinator):
    case = CaseFactory()
    answer = coordinator.post(address(case, "describe"), {"short_content": "x" * 161})
    assert answer.status_code == 422
    assert "x" * 161 in html(answer)
    assert answer.context["forms"]["describe"].errors.keys() == {"short_content"}


def test_a_note_is_saved_and_never_mailed(coordinator):
    case = CaseFactory()
    coordinator.post(address(case, "note"), fill_in(page(coordinator, case), case, "note", text="Ring Birgitta."))
    assert case.messages.filter(direction=Direction.NOTE).get().text == "Ring Birgitta."
    assert not OutboxMail.objects.exists()


def test_an_empty_note_is_said_at_the_field(coordinator):
    answer = coordinator.post(address(CaseFactory(), "note"), {"text": "  \r\n "})
    assert answer.status_code == 422
    assert "Write the note." in html(answer)


def test_an_answer_goes_out_as_it_was_shown(coordinator):
    case = CaseFactory()
    typed = fill_in(page(coordinator, case), case, "answer", text="Hej!\r\n\r\nLämna 1,5 meter fritt.")
    shown = coordinator.post(address(case, "preview"), typed, headers={"x-requested-with": "XMLHttpRequest"})
    assert not OutboxMail.objects.exists()
    answer = coordinator.post(address(case, "answer"), typed, follow=True)
    assert f"on its way to {case.email}" in messages(answer)[0]
    assert OutboxMail.objects.get().body == html(shown)
    assert "Kim Lindqvist" in html(shown)


def test_the_mail_can_be_shown_without_a_script(coordinator):
    case = CaseFactory()
    typed = fill_in(page(coordinator, case), case, "answer", text="Lämna 1,5 meter fritt.")
    answer = coordinator.post(address(case, "preview"), typed)
    assert answer.status_code == 200
    assert html(answer).count("Lämna 1,5 meter fritt.") == 2  # in the form and in the mail
    assert not OutboxMail.objects.exists()


def test_the_preview_answers_as_plain_text(coordinator):
    case = CaseFactory()
    answer = coordinator.post(
        address(case, "preview"), {"text": "<b>"}, headers={"x-requested-with": "XMLHttpRequest"}
    )
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_empty_answer_is_not_sent(coordinator):
    answer = coordinator.post(address(CaseFactory(), "answer"), {"text": " "})
    assert answer.status_code == 422
    assert "Write the answer." in html(answer)
    assert not OutboxMail.objects.exists()


def test_an_answer_that_somebody_was_quicker_with_is_kept_and_can_be_sent_all_the_same(coordinator):
    case = CaseFactory()
    typed = fill_in(page(coordinator, case), case, "answer", text="Min långa text")
    services.answer(case, UserFactory(first_name="Sam", last_name="Holm"), "Sams svar")
    warned = coordinator.post(address(case, "answer"), typed)
    assert warned.status_code == 409
    assert "Sam Holm answered" in html(warned)
    assert "Sams svar" in html(warned)
    again = fill_in(warned, case, "answer")
    assert again["text"] == "Min långa text"
    assert coordinator.post(address(case, "answer"), again).status_code == 302
    assert [m.text for m in case.messages.filter(direction=Direction.OUTGOING)] == ["Sams svar", "Min långa text"]


def test_a_button_pressed_twice_sends_one_answer(coordinator):
    case = CaseFactory()
    typed = fill_in(page(coordinator, case), case, "answer", text="Hej!")
    for _press in range(2):
        assert coordinator.post(address(case, "answer"), typed).status_code == 302
    assert OutboxMail.objects.count() == 1


def test_an_answer_to_a_case_that_was_closed_meanwhile_is_kept_and_can_reopen_it(coordinator):
    case = CaseFactory(answered=True)
    typed = fill_in(page(coordinator, case), case, "answer", text="En sak till")
    services.close(case, UserFactory(), "kept")
    warned = coordinator.post(address(case, "answer"), typed)
    assert warned.status_code == 409
    assert "Reopen and send the answer" in html(warned)
    again = fill_in(warned, case, "answer", reopen="1")
    assert again["text"] == "En sak till"
    assert coordinator.post(address(case, "answer"), again).status_code == 302
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_PROGRESS
    assert case.mails.count() == 1


def test_nul_in_an_answer_is_said_at_the_field(coordinator):
    answer = coordinator.post(address(CaseFactory(), "answer"), {"text": "Hej\x00"})
    assert answer.status_code == 422


# --- Close and reopen


def test_closing_an_answered_case(coordinator):
    case = CaseFactory(answered=True)
    coordinator.post(address(case, "close"), fill_in(page(coordinator, case), case, "close"))
    case.refresh_from_db()
    assert (case.status, case.triage) == (CaseStatus.CLOSED, "kept")


def test_closing_without_an_answer_asks_for_the_reason_and_keeps_what_was_typed(coordinator):
    case = CaseFactory()
    answer = coordinator.post(
        address(case, "close"),
        fill_in(page(coordinator, case), case, "close", triage="registered", registered_number="KS 1"),
    )
    assert answer.status_code == 409
    assert "The sender has had no answer." in html(answer)
    assert fill_in(answer, case, "close")["registered_number"] == "KS 1"


def test_a_diary_number_that_is_missing_is_said_at_its_field(coordinator):
    answer = coordinator.post(address(CaseFactory(answered=True), "close"), {"triage": "registered"})
    assert answer.status_code == 422
    assert answer.context["forms"]["close"].errors.keys() == {"registered_number"}


@pytest.mark.parametrize(("waits", "told"), [({}, True), ({"answered": True}, False)])
def test_closing_says_when_a_merged_sender_waits(coordinator, waits, told):
    case, other = CaseFactory(answered=True), CaseFactory(**waits)
    Case.objects.filter(pk=other.pk).update(status=CaseStatus.MERGED, merged_into=case)
    assert ("The sender has had no answer yet." in html(page(coordinator, case))) is told


def test_who_closes_while_a_meeting_is_ahead_is_told_that_the_sender_sees_it_no_more(coordinator):
    ahead = timezone.now() + datetime.timedelta(days=2)
    case = services.park(CaseFactory(taken=True), coordinator.user, CaseStatus.MEETING_BOOKED, meeting_at=ahead)
    assert "A meeting is booked for" in html(page(coordinator, case))
    Case.objects.update(meeting_at=timezone.now() - datetime.timedelta(hours=1))
    assert "A meeting is booked for" not in html(page(coordinator, case))


def test_a_case_that_is_closed_already_is_not_closed_again(coordinator):
    case = CaseFactory(closed=True)
    answer = coordinator.post(address(case, "close"), {"triage": "kept"})
    assert answer.status_code == 409


def test_reopening(coordinator):
    case = CaseFactory(closed=True)
    coordinator.post(address(case, "reopen"))
    case.refresh_from_db()
    assert case.status == CaseStatus.REOPENED


# --- Send again


def test_a_failed_mail_can_be_sent_again_to_a_corrected_address(coordinator):
    mail = OutboxMailFactory(failed=True)
    again = reverse("inbox:again", args=[mail.case.pk, mail.pk])
    answer = page(coordinator, mail.case)
    assert mail.last_error in html(answer)
    coordinator.post(again, {**Form(answer, again).values, "to": "ratt@example.se"})
    mail.refresh_from_db()
    assert (mail.status, mail.to) == (MailStatus.WAITING, "ratt@example.se")
    assert Case.objects.get().email == "ratt@example.se"


def test_an_address_that_is_none_is_said_at_the_field_and_kept(coordinator):
    mail = OutboxMailFactory(failed=True)
    answer = coordinator.post(reverse("inbox:again", args=[mail.case.pk, mail.pk]), {"to": "elsa@"})
    assert answer.status_code == 422
    assert 'value="elsa@"' in html(answer)


def test_a_mail_is_only_reached_through_its_own_case(coordinator):
    mail = OutboxMailFactory(failed=True)
    answer = coordinator.post(
        reverse("inbox:again", args=[CaseFactory().pk, mail.pk]), {"to": "a@example.se"}, follow=True
    )
    assert answer.status_code == 404


def test_a_mail_that_somebody_sent_again_already_is_said(coordinator):
    mail = OutboxMailFactory(failed=True)
    services.send_again(mail, UserFactory())
    answer = coordinator.post(reverse("inbox:again", args=[mail.case.pk, mail.pk]), {"to": "a@example.se"})
    assert answer.status_code == 409


# --- The whole way


def test_from_request_to_reopened(coordinator, mail_server):
    request = ContactRequestFactory(submission_key="sent-twice")
    case = services.receive(request)
    outbox.sweep()
    colleague = signed_in(UserFactory(coordinator=True))
    coordinator.post(address(case, "take"))
    typed = fill_in(page(coordinator, case), case, "answer", text="Lämna 1,5 meter fritt.")
    coordinator.post(address(case, "answer"), typed)
    outbox.sweep()
    coordinator.post(address(case, "close"), fill_in(page(coordinator, case), case, "close"))
    colleague.post(address(case, "reopen"))
    assert list(Event.objects.filter(case_id=case.pk).values_list("kind", flat=True)) == [
        EventKind.RECEIVED,
        EventKind.MAIL_SENT,
        EventKind.TAKEN,
        EventKind.ANSWER_QUEUED,
        EventKind.MAIL_SENT,
        EventKind.ANSWERED,
        EventKind.TRIAGED,
        EventKind.CLOSED,
        EventKind.REOPENED,
    ]
    assert len(mail_server.received) == 2
    # What the conversation shows is not told once more: that mails went out, with their times, and what was written.
    services.receive(replace(request, text="Och en sak till."))
    case.refresh_from_db()
    for _time in range(2):
        services.release(case, case.owner)
        services.take(case, UserFactory(coordinator=True))
    shown = html(page(coordinator, case))
    assert re.findall(r'inbox-events">\s*<details>\s*<summary>(.*?)</summary>', shown) == [
        "Request received, Taken",
        "Answered, Decided how it is kept, Closed, Reopened",
        "Released, Taken",
    ]
    assert shown.count("The mail server took it") == 2
    assert spoken(EventKind.MAIL_SENT) not in shown
    assert spoken(EventKind.ADDED) not in shown
