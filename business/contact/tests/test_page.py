"""The contact page, from the address to the case."""

import datetime
import html
import json
import re
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from business.contact.forms import ContactForm
from business.contact.keys import MAX_AGE
from business.core.tests.factories import StandardPageFactory, translate, translate_record
from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, EventKind, MailStatus
from business.inbox.models import Case, Event, Message, OutboxMail
from business.inbox.tests.conftest import mail_server  # noqa: F401
from business.inbox.tests.factories import TopicFactory, UserFactory

from .factories import ContactPageFactory, filled_in, ripe_key

pytestmark = pytest.mark.one_database

ADDRESS = "/sv/kontakt/"


@pytest.fixture
def page(db):
    return ContactPageFactory()


@pytest.fixture
def topic(page):
    return TopicFactory(name="Tillstånd")


def text(answer):
    return html.unescape(answer.content.decode())


def hidden(answer, name):
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.content.decode())
    return html.unescape(found.group(1)) if found else ""


# --- The form


def test_the_form_is_shown_without_a_cookie_and_never_cached(client, page):
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert "Kommunen svarar för uppgifterna." in text(answer)


def test_the_hidden_field_is_hidden_from_everybody(client, page):
    assert re.search(r'class="trap" aria-hidden="true"', client.get(ADDRESS).content.decode())


def test_whoever_is_caught_by_the_hidden_field_can_see_it(client, topic):
    answer = client.post(ADDRESS, filled_in(topic, website="https://example.se"))
    assert answer.status_code == 422
    assert 'class="trap"' not in text(answer)
    assert 'name="website"' in text(answer)


def test_a_topic_can_be_named_in_the_address(client, topic):
    assert '<option value="tillstand" selected>' in text(client.get(ADDRESS, {"topic": "tillstand"}))


# --- Sending


def test_sending_makes_a_case_and_leads_to_its_receipt(client, topic):
    answer = client.post(ADDRESS, filled_in(topic))
    assert answer.status_code == 303
    assert not answer.cookies
    case = Case.objects.get()
    assert (case.name, case.email, case.language) == ("Elsa Norrby", "elsa.norrby@example.se", "sv")
    assert case.notice.text.startswith("<p>Kommunen svarar")
    receipt = client.get(answer["Location"])
    assert case.number in text(receipt)
    assert case.number not in answer["Location"]


def test_case_message_receipt_and_event_stand_or_fall_together(client, topic, monkeypatch):
    monkeypatch.setattr("business.inbox.services.intake.outbox.put", lambda *args, **kwargs: 1 / 0)
    client.raise_request_exception = False
    assert client.post(ADDRESS, filled_in(topic)).status_code == 500
    for model in (Case, Message, OutboxMail, Event):
        assert not model.objects.exists()


def test_what_was_sent_is_kept_as_it_arrived(client, topic):
    client.post(ADDRESS, filled_in(topic, message="  Hej!\r\n\tIndraget\u00a0så här. 🍽  "))
    message = Message.objects.get()
    assert message.text == "  Hej!\n\tIndraget\u00a0så här. 🍽  "
    original = json.loads(bytes(message.original))
    assert original["message"] == ["  Hej!\r\n\tIndraget\u00a0så här. 🍽  "]
    assert original["organisation_number"] == ["559987-0010"]


def test_of_what_was_sent_only_the_forms_own_fields_are_kept(client, topic):
    client.post(ADDRESS, filled_in(topic, secret="a" * 1000, csrfmiddlewaretoken="x"))
    kept = set(json.loads(bytes(Message.objects.get().original)))
    assert {"topic", "message", "email"} <= kept <= set(ContactForm.base_fields) - {"key"}


def test_an_english_form_makes_an_english_case(client, page, topic):
    translate_record(topic, name="Permits")
    translate(page, title="Contact us")
    answer = client.post("/en/contact-us/", filled_in(topic))
    assert answer["Location"].startswith("/en/")
    assert Case.objects.get().language == "en"
    assert "We have received your request" in OutboxMail.objects.get().subject


def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(client, topic):
    fields = filled_in(topic, email="elsa@", message="<b>Åtta</b> bord & stolar", phone="x", company="Kafé “Sjöboden”")
    answer = client.post(ADDRESS, fields)
    assert answer.status_code == 422
    for name in ("message", "name", "email", "phone", "company", "organisation_number"):
        assert fields[name] in text(answer)
    assert "<b>Åtta</b>" not in answer.content.decode()
    assert not Case.objects.exists()


def test_sending_twice_is_one_case_and_one_receipt(client, topic):
    fields = filled_in(topic)
    first, second = client.post(ADDRESS, fields), client.post(ADDRESS, fields)
    assert first["Location"] == second["Location"]
    assert (Case.objects.count(), Message.objects.count(), OutboxMail.objects.count()) == (1, 1, 1)


def test_going_back_and_correcting_adds_to_the_case(client, topic):
    fields = filled_in(topic)
    first = client.post(ADDRESS, fields)
    second = client.post(ADDRESS, {**fields, "message": "Nio bord, förlåt."})
    assert first["Location"] == second["Location"]
    assert [m.text for m in Case.objects.get().messages.all()] == [
        "Hej!\n\nVi vill ställa ut åtta bord.",
        "Nio bord, förlåt.",
    ]


def test_an_address_that_is_corrected_after_the_answer_opens_no_way_to_it(client, topic):
    """Somebody asks with Elsa's address, waits until she has been answered, and then says that it should be theirs."""
    fields = filled_in(topic, email="elsa@krogen.example")
    client.post(ADDRESS, fields)
    case = Case.objects.get()
    changed = {**fields, "email": "bedragare@example.se"}
    services.answer(case, UserFactory(coordinator=True), "Din skuld är 40 000 kr.")
    for _twice in range(2):
        location = client.post(ADDRESS, changed)["Location"]
    other = Case.objects.exclude(pk=case.pk).get()
    case.refresh_from_db()
    assert case.email == "elsa@krogen.example"
    assert case.links.get().ended_at is None
    assert (other.email, other.status, other.messages.count()) == ("bedragare@example.se", CaseStatus.NEW, 1)
    assert other.number in text(client.get(location))
    # Without another address it is still the same case.
    client.post(ADDRESS, {**fields, "message": "En sak till."})
    assert case.messages.filter(text="En sak till.").exists()


def test_a_form_that_was_open_for_days_is_sent_by_sending_it_once_more(client, topic):
    old = filled_in(topic, key=ripe_key(MAX_AGE + datetime.timedelta(days=3)))
    answer = client.post(ADDRESS, old)
    assert answer.status_code == 422
    assert old["message"].replace("\r\n", "\n") in text(answer).replace("\r\n", "\n")
    assert client.post(ADDRESS, {**old, "key": hidden(answer, "key")}).status_code == 303
    assert Case.objects.count() == 1


def test_a_blocked_cookie_or_a_foreign_origin_loses_nothing(topic):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(ADDRESS, filled_in(topic), headers={"origin": "null"}).status_code == 303


def test_with_the_mail_server_down_the_visitor_notices_nothing(client, topic, mail_server):  # noqa: F811
    mail_server.stop()
    answer = client.post(ADDRESS, filled_in(topic))
    assert answer.status_code == 303
    assert client.get(answer["Location"]).status_code == 200
    outbox.sweep()
    mail = OutboxMail.objects.get()
    assert mail.status == MailStatus.WAITING
    mail_server.start()
    OutboxMail.objects.update(next_attempt_at=mail.created_at)
    outbox.sweep()
    assert mail_server.received[0]["Message-ID"] == mail.message_id_header


# --- The page it was sent from


@pytest.fixture
def other(page):
    return StandardPageFactory(title="Uteservering", slug="uteservering")


def test_the_page_that_the_reader_came_from_is_remembered(client, topic, other):
    form = client.get(ADDRESS, headers={"referer": "http://testserver/sv/uteservering/?utm=1#x"})
    assert hidden(form, "source") == "/sv/uteservering/"
    client.post(ADDRESS, filled_in(topic, source=hidden(form, "source")))
    case = Case.objects.get()
    assert case.source_title == "Uteservering"
    assert urllib.parse.urlsplit(case.source_url).path == "/sv/uteservering/"


def test_it_is_remembered_when_a_mistake_came_between(client, topic, other):
    answer = client.post(ADDRESS, filled_in(topic, email="x", source="/sv/uteservering/"))
    assert hidden(answer, "source") == "/sv/uteservering/"


@pytest.mark.parametrize(
    "source",
    [
        "/sv/finns-inte/",
        "/",
        "//evil.example/sv/uteservering/",
        "/\\evil.example/",
        "https://evil.example/sv/uteservering/",
        "javascript:alert(1)",
        "/admin/",
        "/fi/uteservering/",
        "sv/uteservering",
        "/sv/../../etc/passwd",
        "/sv/" + "a" * 5000,
        "/sv/\u202e/",
        "/sv/%00/",
        "/sv/'; DROP TABLE x; --/",
        "/sv/kvitto/" + "0" * 64 + "/",
    ],
)
def test_no_other_address_reaches_the_coordinator(client, topic, other, source):
    assert client.post(ADDRESS, filled_in(topic, source=source)).status_code == 303
    case = Case.objects.get()
    assert (case.source_title, case.source_url) == ("", "")


def test_a_page_that_is_not_public_is_not_named(client, topic):
    StandardPageFactory(title="Utkast", slug="utkast", draft=True)
    client.post(ADDRESS, filled_in(topic, source="/sv/utkast/"))
    assert Case.objects.get().source_title == ""


@pytest.mark.parametrize(
    "referer",
    [
        "http://evil.example/sv/",
        "http://[broken",
        "x" * 9000,
        "//evil.example",
        "\\",
        "about:blank",
        "http://testserver/sv/kontakt/",
    ],
)
def test_no_referer_breaks_the_form_or_names_another_site(client, page, referer):
    for answer in (client.get(ADDRESS, headers={"referer": referer}), client.get(ADDRESS, {"from": referer})):
        assert answer.status_code == 200
        assert hidden(answer, "source") == ""


# --- What is no form


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_another_method_is_answered_with_a_page_that_says_so(client, page, method):
    answer = getattr(client, method)(ADDRESS)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert "<main" in text(answer)


def test_head_and_options(client, page):
    assert client.head(ADDRESS).status_code == 200
    assert "POST" in client.options(ADDRESS)["Allow"]


def test_a_post_that_is_far_too_large_is_answered_in_words(client, page):
    answer = client.post(ADDRESS, "message=" + "x" * 3_000_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "<main" in text(answer)
    assert "10" in text(answer)


def test_a_body_that_is_too_large_is_not_read(client, page):
    # Reading what is not there would fail.
    assert client.generic("POST", ADDRESS, b"", CONTENT_LENGTH="1000001").status_code == 413


def test_the_longest_text_in_the_widest_script_can_be_sent(client, topic):
    assert client.post(ADDRESS, filled_in(topic, message="🍽" * 10_000)).status_code == 303


def test_a_post_with_far_too_many_fields_is_answered_in_words(client, page):
    body = "&".join(f"a{number}=1" for number in range(10_001))
    answer = client.post(ADDRESS, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"message": "Hej"}'),
        ("text/plain", b"Hej"),
        ("application/octet-stream", b"\x00\xff"),
        ("", b"Hej"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"message=Hej"),
        ("application/x-www-form-urlencoded; charset=finns-inte", b"message=Hej"),
        ("application/x-www-form-urlencoded", b"message=%ff%fe&name=%C3%28"),
        ("application/x-www-form-urlencoded", b"message=%00&name=%00&topic=%00&email=%00&key=%00&source=%00&told=%00"),
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"&&&=;%"),
    ],
)
def test_no_post_breaks_the_page(page, content_type, body):
    # Not ``post``, which would first encode the body itself.
    answer = Client(raise_request_exception=False).generic("POST", ADDRESS, body, content_type=content_type)
    assert 400 <= answer.status_code < 500
    assert not Case.objects.exists()


def test_files_of_another_field_are_not_taken_and_do_no_harm(client, topic):
    fields = filled_in(topic, file=SimpleUploadedFile("x.exe", b"MZ"))
    assert client.post(ADDRESS, fields).status_code == 303
    assert b"MZ" not in bytes(Message.objects.get().original)


# --- The receipt


def test_the_receipt_shows_nothing_of_the_message_and_is_kept_from_search_and_caches(client, topic):
    answer = client.get(client.post(ADDRESS, filled_in(topic, phone="070-174 06 13"))["Location"])
    for secret in ("Elsa", "elsa.norrby", "åtta bord", "559987", "070-174"):
        assert secret not in text(answer)
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "Vi svarar inom en arbetsdag." in text(answer)


def test_the_receipt_in_the_other_language_is_the_same_receipt(client, page, topic):
    location = client.post(ADDRESS, filled_in(topic))["Location"]
    english = location.replace("/sv/kvitto/", "/en/receipt/")
    assert Case.objects.get().number in text(client.get(english))


@pytest.mark.parametrize("token", ["0" * 64, "f" * 64])
def test_a_receipt_that_was_never_given_is_not_found(client, page, token):
    assert client.get(f"/sv/kvitto/{token}/").status_code == 404


def test_a_receipt_cannot_be_posted_to(client, topic):
    location = client.post(ADDRESS, filled_in(topic))["Location"]
    assert client.post(location).status_code == 405


# --- Many at once


def test_twenty_browsers_that_send_the_same_form_at_once_make_one_case_and_one_receipt(committed_db):
    ContactPageFactory()
    fields = filled_in(TopicFactory())
    start = Barrier(20)

    def send(number):
        try:
            start.wait(timeout=30)
            return Client().post(ADDRESS, fields)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as browsers:
        answers = list(browsers.map(send, range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer["Location"] for answer in answers}) == 1
    assert (Case.objects.count(), Message.objects.count(), OutboxMail.objects.count()) == (1, 1, 1)
    assert list(Event.objects.values_list("kind", flat=True)) == [EventKind.RECEIVED]
