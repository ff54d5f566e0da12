"""An officer takes down a call or a visit."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone, translation

from business.contact.keys import new_key
from business.contact.register import RegisterForm
from business.inbox.enums import CaseStatus, Channel, EventKind, MailPurpose
from business.inbox.history import entries
from business.inbox.models import Case, Event, Message, OutboxMail
from business.inbox.tests.conftest import administrator, coordinator, editor, signed_in  # noqa: F401
from business.inbox.tests.factories import TopicFactory, UserFactory
from business.inbox.tests.test_concurrency import at_once
from business.organisation.tests.factories import UnitFactory

ADDRESS = "/admin/inbox/register/"


@pytest.fixture
def topic(db):
    return TopicFactory(name="Tillstånd")


def moment(ago=datetime.timedelta(0)):
    return timezone.localtime(timezone.now() - ago).strftime("%Y-%m-%d %H:%M")


def taken_down(topic, /, **changes):
    """What a browser sends when an officer has filled in the form."""
    fields = {
        "channel": "phone",
        "received_at": moment(),
        "topic": topic.slug,
        "message": "Ringde om uteservering på Storgatan 4.\r\nVill ha åtta bord.",
        "name": "Elsa Norrby",
        "phone": "070-174 06 13",
        "email": "",
        "language": "sv",
        "preferred": "any",
        "company": "",
        "organisation_number": "",
        "sends_receipt": "on",
        "owner": "",
        "key": new_key(),
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def errors(answer):
    assert answer.status_code == 422
    with translation.override("en"):
        return {name: " ".join(found) for name, found in answer.context["form"].errors.items()}


def html(answer):
    return answer.content.decode()


# --- Who may


def test_an_officer_finds_it_in_the_inbox_and_on_the_home_page(coordinator, topic):  # noqa: F811
    for page in ("/admin/inbox/", "/admin/"):
        assert f'href="{ADDRESS}"' in html(coordinator.get(page))
    assert "Register a call or a visit" in html(coordinator.get(ADDRESS))


def test_an_editor_sees_nothing_of_it(editor, topic):  # noqa: F811
    assert ADDRESS not in html(editor.get("/admin/"))
    for answer in (editor.get(ADDRESS), editor.post(ADDRESS, taken_down(topic))):
        assert answer.status_code == 302
        assert answer["Location"] == "/admin/"
    assert not Case.objects.exists()


def test_who_may_only_read_cases_cannot_register_one(topic, db):
    reader = UserFactory()
    reader.user_permissions.set(Permission.objects.filter(codename__in=["view_case", "access_admin"]))
    browser = signed_in(reader)
    assert ADDRESS not in html(browser.get("/admin/inbox/"))
    browser.post(ADDRESS, taken_down(topic))
    assert not Case.objects.exists()


def test_it_asks_for_the_csrf_token(coordinator, topic):  # noqa: F811
    coordinator.handler.enforce_csrf_checks = True
    assert coordinator.post(ADDRESS, taken_down(topic)).status_code == 403
    assert not Case.objects.exists()


# --- What becomes of it


def test_a_call_becomes_a_case(coordinator, topic):  # noqa: F811
    answer = coordinator.post(ADDRESS, taken_down(topic, received_at=moment(datetime.timedelta(hours=3))))
    case = Case.objects.get()
    assert answer["Location"] == f"/admin/inbox/{case.pk}/"
    assert (case.channel, case.status, case.owner, case.email) == (Channel.PHONE, CaseStatus.NEW, None, "")
    message = case.messages.get()
    assert message.text == "Ringde om uteservering på Storgatan 4.\nVill ha åtta bord."
    assert message.channel == Channel.PHONE
    # It is promised from when it came, and the history tells who wrote it down and when.
    assert timezone.now() - case.clock_from > datetime.timedelta(hours=2.9)
    assert case.received_at == case.clock_from
    event = Event.objects.get()
    assert (event.kind, event.actor_name) == (EventKind.RECEIVED, "Kim Lindqvist")
    with translation.override("en"):
        assert re.match(r"Telephone, written down .* \d\d:\d\d$", entries(case)[0].detail)
    assert not OutboxMail.objects.exists()
    assert html(coordinator.get(answer["Location"])).count("070-174 06 13") >= 1


def test_a_visitor_with_an_address_gets_a_receipt_in_their_language(coordinator, topic):  # noqa: F811
    coordinator.post(ADDRESS, taken_down(topic, channel="visit", email="rahul@inn.example", language="en"))
    mail = OutboxMail.objects.get()
    assert (mail.purpose, mail.to) == (MailPurpose.RECEIPT, "rahul@inn.example")
    assert "We have received your request" in mail.subject


def test_no_receipt_is_sent_when_the_officer_says_so(coordinator, topic):  # noqa: F811
    coordinator.post(ADDRESS, taken_down(topic, email="elsa@kafe.example", sends_receipt=None))
    assert Case.objects.get().email == "elsa@kafe.example"
    assert not OutboxMail.objects.exists()


def test_the_officer_can_take_it_at_once(coordinator, topic):  # noqa: F811
    coordinator.post(ADDRESS, taken_down(topic, owner="me"))
    case = Case.objects.get()
    assert (case.owner, case.status) == (coordinator.user, CaseStatus.IN_PROGRESS)


def test_it_can_be_given_to_a_colleague_who_is_told(coordinator, topic):  # noqa: F811
    colleague = UserFactory(coordinator=True)
    coordinator.post(ADDRESS, taken_down(topic, owner=f"user:{colleague.pk}"))
    case = Case.objects.get()
    assert (case.owner, case.status) == (colleague, CaseStatus.ASSIGNED)
    assert OutboxMail.objects.get().to == colleague.email


def test_it_can_be_given_to_a_unit(coordinator, topic):  # noqa: F811
    unit = UnitFactory()
    coordinator.post(ADDRESS, taken_down(topic, owner=f"unit:{unit.slug}"))
    case = Case.objects.get()
    assert (case.unit, case.owner, case.status) == (unit, None, CaseStatus.ASSIGNED)


def test_who_has_lost_the_right_meanwhile_gets_nothing_and_nothing_is_stored(coordinator, topic, monkeypatch):  # noqa: F811
    colleague = UserFactory(coordinator=True)
    monkeypatch.setattr("business.inbox.owners.can_work", lambda user: False)
    answer = coordinator.post(ADDRESS, taken_down(topic, owner=f"user:{colleague.pk}"))
    assert errors(answer) == {"owner": f"{colleague} may not work with cases."}
    assert not Case.objects.exists()
    assert not OutboxMail.objects.exists()


# --- What is pointed out


@pytest.mark.parametrize(
    "field", ["channel", "received_at", "topic", "message", "name", "phone", "language", "preferred"]
)
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(coordinator, topic, field):  # noqa: F811
    answer = coordinator.post(ADDRESS, taken_down(topic, **{field: "", "company": "Kafé <Sjöboden>"}))
    assert errors(answer).keys() == {field}
    assert "Kafé &lt;Sjöboden&gt;" in html(answer)
    assert "Something needs to be corrected." in html(answer)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"received_at": moment(-datetime.timedelta(hours=2))}, "received_at", "in the future"),
        ({"received_at": "2001-01-01 10:00"}, "received_at", "more than a year ago"),
        ({"received_at": "i går"}, "received_at", "like 2026-11-26 14:30"),
        ({"received_at": "9999-12-31 23:59"}, "received_at", "in the future"),
        ({"received_at": "0001-01-01 00:00"}, "received_at", "year"),
        ({"email": "elsa@"}, "email", "e-mail address"),
        ({"phone": "x"}, "phone", "with digits"),
        ({"phone": ""}, "phone", "a telephone number or an e-mail address"),
        ({"preferred": "email"}, "preferred", "no e-mail address"),
        ({"preferred": "phone", "phone": "", "email": "a@b.se"}, "phone", "want us to call"),
        ({"organisation_number": "559987-0011"}, "organisation_number", ""),
        ({"channel": "web"}, "channel", ""),
        ({"channel": "letter"}, "channel", ""),
        ({"language": "fi"}, "language", ""),
        ({"owner": "user:999999"}, "owner", "from the list"),
        ({"owner": "unit:finns-inte"}, "owner", "from the list"),
        ({"owner": "'; --"}, "owner", "from the list"),
        ({"message": "Hej\x00"}, "message", "cannot be read"),
        ({"message": "x" * 10_001}, "message", "10001"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(coordinator, topic, changes, field, words):  # noqa: F811
    found = errors(coordinator.post(ADDRESS, taken_down(topic, **changes)))
    assert found.keys() == {field}
    assert words in found[field]


def test_a_personal_number_in_what_was_said_is_the_officers_own_business(coordinator, topic):  # noqa: F811
    assert coordinator.post(ADDRESS, taken_down(topic, message="Det gäller 811228-9874.")).status_code == 302


def test_somebody_who_may_not_work_cannot_be_chosen(coordinator, topic):  # noqa: F811
    other = UserFactory(editor=True)
    assert errors(coordinator.post(ADDRESS, taken_down(topic, owner=f"user:{other.pk}"))).keys() == {"owner"}


# --- Twice


@pytest.mark.parametrize("owner", ["", "me", "colleague"])
def test_a_button_pressed_twice_makes_one_case(coordinator, topic, owner):  # noqa: F811
    colleague = UserFactory(coordinator=True)
    fields = taken_down(topic, owner=owner.replace("colleague", f"user:{colleague.pk}"), email="elsa@kafe.example")
    first, second = (coordinator.post(ADDRESS, fields) for _press in range(2))
    assert first["Location"] == second["Location"]
    assert (Case.objects.count(), Message.objects.count()) == (1, 1)
    assert OutboxMail.objects.filter(purpose=MailPurpose.RECEIPT).count() == 1


def test_going_back_and_correcting_adds_to_the_case(coordinator, topic):  # noqa: F811
    fields = taken_down(topic)
    coordinator.post(ADDRESS, fields)
    coordinator.post(ADDRESS, {**fields, "message": "Nio bord."})
    assert Case.objects.get().messages.count() == 2


@pytest.mark.parametrize("key", ["", None, "x", "a:b:c"])
def test_a_key_that_is_none_stops_nobody(coordinator, topic, key):  # noqa: F811
    assert coordinator.post(ADDRESS, taken_down(topic, key=key)).status_code == 302


def test_pressed_five_times_at_once_it_is_one_case_that_one_has(committed_db):
    topic, officer = TopicFactory(), UserFactory(coordinator=True)
    fields = taken_down(topic, owner="me", email="elsa@kafe.example")

    def press(number):
        form = RegisterForm(officer, fields)
        assert form.is_valid(), form.errors
        return form.save()

    assert {case.pk for case in at_once(5, press)} == {Case.objects.get().pk}
    assert Case.objects.get().owner == officer
    assert OutboxMail.objects.count() == 1
    assert list(Event.objects.values_list("kind", flat=True)) == [EventKind.RECEIVED, EventKind.TAKEN]


# --- Its cost


def test_the_number_of_queries_does_not_grow_with_people_and_units(coordinator, topic, count_queries):  # noqa: F811
    with count_queries() as few:
        coordinator.get(ADDRESS)
    UserFactory.create_batch(8, coordinator=True)
    UnitFactory.create_batch(8)
    TopicFactory.create_batch(8)
    with count_queries() as many:
        coordinator.get(ADDRESS)
    assert len(few) == len(many) <= 16
