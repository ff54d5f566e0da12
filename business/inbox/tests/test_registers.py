"""The registers that coordinators keep: canned replies, days that differ, absences; and the office's hours."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from business.core.tests.admin import shown_form, sign_in
from business.core.tests.factories import translate_record
from business.inbox.models import Absence, CannedReply, InboxSettings, OfficeDay

from .conftest import signed_in
from .factories import AbsenceFactory, CannedReplyFactory, OfficeDayFactory, TopicFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
REGISTERS = [CannedReplyFactory, OfficeDayFactory, AbsenceFactory]
HOURS = "/admin/settings/inbox/inboxsettings/"


def url(factory, view, *args):
    return reverse(factory._meta.model.snippet_viewset.get_url_name(view), args=args)


def form(client, address):
    return shown_form(client, address, index=client.get(address).content.decode().count("<form") - 1)


@pytest.fixture(params=REGISTERS, ids=lambda factory: factory._meta.model.__name__)
def register(request):
    return request.param


# --- Whoever may, and nobody else


@pytest.mark.parametrize("view", ["list", "list_results", "add", "edit", "history", "delete", "usage"])
def test_a_coordinator_sees_every_page(coordinator, register, view):
    record = register()
    args = [record.pk] if view in ("edit", "history", "delete", "usage") else []
    assert coordinator.get(url(register, view, *args)).status_code == 200


def test_it_stands_in_the_coordinators_menu(coordinator, register):
    assert url(register, "list") in coordinator.get("/admin/").content.decode()


@pytest.mark.parametrize("role", ["editor", "nobody"])
def test_others_see_neither_menu_nor_page(request, register, role):
    user = UserFactory(editor=role == "editor")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client, record = signed_in(user), register()
    menu = client.get("/admin/").content.decode()
    assert url(register, "list") not in menu
    assert HOURS not in menu
    for address in (
        url(register, "list"),
        url(register, "list_results"),
        url(register, "add"),
        *(url(register, view, record.pk) for view in ("edit", "history", "delete", "usage")),
    ):
        for answer in (client.get(address), client.post(address)):
            assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert register._meta.model.objects.filter(pk=record.pk).exists()


def test_a_list_asks_the_database_the_same_however_many_there_are(coordinator, register, count_queries):
    register()

    def measure():
        coordinator.get(url(register, "list"))
        with count_queries() as queries:
            coordinator.get(url(register, "list"))
        return len(queries)

    before = measure()
    register.create_batch(6)
    assert measure() == before <= 25


@pytest.mark.parametrize("column", ["user", "substitute", "first_day"])
def test_absences_are_sorted_by_the_peoples_names(coordinator, column):
    for name in ("Bo", "Anna"):
        AbsenceFactory(user__first_name=name, substitute__first_name=name)
    key = {"user": "user__first_name", "substitute": "substitute__first_name"}.get(column, column)
    listed = coordinator.get(url(AbsenceFactory, "list"), {"ordering": key}).context["object_list"]
    if column != "first_day":
        assert [absence.user.first_name for absence in listed] == ["Anna", "Bo"]


# --- Canned replies


def test_a_reply_is_written_and_changed(coordinator):
    topic = TopicFactory(name="Skyltar")
    data = form(coordinator, url(CannedReplyFactory, "add"))
    data.update(
        {"name": "Vi har fått det", "language": "sv", "topic": str(topic.pk), "text": "Hej {namn}!", "in_use": "on"}
    )
    coordinator.post(url(CannedReplyFactory, "add"), data)
    reply = CannedReply.objects.get()
    assert (reply.topic, reply.text, reply.in_use) == (topic, "Hej {namn}!", True)
    assert "Skyltar" in coordinator.get(url(CannedReplyFactory, "list")).content.decode()


def test_topics_are_offered_in_their_original(coordinator):
    topic = TopicFactory(name="Skyltar")
    translation = translate_record(topic, name="Signs")
    address = url(CannedReplyFactory, "add")
    choices = coordinator.get(address).context["form"].fields["topic"].choices
    assert [str(choice.value) for choice, _label in choices if choice] == [str(topic.pk)]
    data = form(coordinator, address)
    data.update({"name": "A", "text": "B", "topic": str(translation.pk)})
    assert "topic" in coordinator.post(address, data).context["form"].errors


def test_the_words_are_listed_at_the_text(coordinator):
    html = coordinator.get(url(CannedReplyFactory, "add")).content.decode()
    for word in ("{namn}", "{name}", "{ärendenummer}", "{answer_by}"):
        assert f"<code>{word}</code>" in html


def test_a_wrong_word_is_said_at_the_text_and_nothing_typed_is_lost(coordinator):
    address = url(CannedReplyFactory, "add")
    data = form(coordinator, address)
    data.update({"name": "Svar", "text": "Hej {nam}, <b>du</b>!"})
    answer = coordinator.post(address, data)
    assert "{namn}" in str(answer.context["form"].errors["text"])
    html = answer.content.decode()
    assert "Hej {nam}, &lt;b&gt;du&lt;/b&gt;!" in html
    assert 'value="Svar"' in html


def test_two_replies_of_a_language_have_two_names(coordinator):
    CannedReplyFactory(name="Svar")
    address = url(CannedReplyFactory, "add")
    data = form(coordinator, address)
    data.update({"name": "Svar", "text": "Hej!", "language": "sv"})
    assert coordinator.post(address, data).context["form"].errors
    assert coordinator.post(address, {**data.dict(), "language": "en"}).status_code == 302


# --- Days that differ, and the hours


def test_a_short_day_is_written_and_listed_with_its_hours(coordinator):
    data = form(coordinator, url(OfficeDayFactory, "add"))
    data.update({"day": "2026-12-23", "opens": "08:00", "closes": "12:00", "reason": "Dagen före julafton"})
    coordinator.post(url(OfficeDayFactory, "add"), data)
    OfficeDayFactory(day=datetime.date(2026, 12, 28))
    assert OfficeDay.objects.get(day="2026-12-23").hours == (datetime.time(8), datetime.time(12))
    html = coordinator.get(url(OfficeDayFactory, "list")).content.decode()
    assert "08:00–12:00" in html
    assert "Closed" in html


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"opens": "08:00"}, "closes"),
        ({"closes": "12:00"}, "opens"),
        ({"opens": "12:00", "closes": "08:00"}, "closes"),
        ({"opens": "tolv", "closes": "13:00"}, "opens"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "2027-05-05"}, "day"),  # there is one
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(coordinator, typed, field):
    OfficeDayFactory(day=datetime.date(2027, 5, 5))
    address = url(OfficeDayFactory, "add")
    data = form(coordinator, address)
    data.update({"day": "2026-12-23", "reason": "Jul", **typed})
    answer = coordinator.post(address, data)
    assert field in answer.context["form"].errors
    assert 'value="Jul"' in answer.content.decode()


def test_a_coordinator_sets_hours_and_promise(coordinator):
    assert HOURS in coordinator.get("/admin/").content.decode()
    address = coordinator.get(HOURS, follow=True).redirect_chain[-1][0]
    data = form(coordinator, address)
    data.update({"monday_opens": "09:00", "wednesday_opens": "", "wednesday_closes": "", "limit_days": "3"})
    data["friday_closes"] = "15:00"
    assert coordinator.post(address, data).status_code == 302
    ours, usual = InboxSettings.objects.get(), (datetime.time(8), datetime.time(16, 30))
    assert ours.week == (
        (datetime.time(9), datetime.time(16, 30)),
        usual,
        None,
        usual,
        (datetime.time(8), datetime.time(15)),
    )
    assert ours.limit_days == 3
    closed = {f"{day}_{end}": "" for day in ("monday", "tuesday", "thursday", "friday") for end in ("opens", "closes")}
    for typed, field in (
        ({"friday_closes": "08:00"}, "friday_closes"),
        ({"tuesday_closes": ""}, "tuesday_closes"),
        ({"wednesday_closes": "12:00"}, "wednesday_opens"),
        (closed, "monday_opens"),
        ({"target_days": "4"}, "limit_days"),
        ({"target_days": "0"}, "target_days"),
        ({"limit_days": "61"}, "limit_days"),
    ):
        refused = coordinator.post(address, {**data.dict(), **typed})
        assert field in refused.context["form"].errors, typed


def test_an_editor_cannot_set_the_hours(editor):
    ours = InboxSettings.objects.create()
    address = f"{HOURS}{ours.pk}/"
    for answer in (editor.get(HOURS, follow=True), editor.get(address, follow=True)):
        assert answer.redirect_chain[-1] == ("/admin/", 302)
    assert editor.post(address, {"monday_opens": "01:00", "monday_closes": "02:00"})["Location"] == "/admin/"
    ours.refresh_from_db()
    assert ours.monday_opens == datetime.time(8)


# --- Absences


def absent(client, **values):
    """Fill in an absence; return the answer."""
    address = url(AbsenceFactory, "add")
    data = form(client, address)
    data.update({name: str(getattr(value, "pk", value)) for name, value in values.items()})
    return client.post(address, data)


def test_only_who_works_with_cases_is_offered(coordinator):
    anna = UserFactory(coordinator=True)
    away = {UserFactory(editor=True), UserFactory(), UserFactory(coordinator=True, is_active=False)}
    fields = coordinator.get(url(AbsenceFactory, "add")).context["form"].fields
    for name in ("user", "substitute"):
        people = set(fields[name].queryset)
        assert {anna, coordinator.user} <= people
        assert not away & people


def test_whoever_was_named_once_stays_when_an_old_absence_is_corrected(coordinator):
    absence = AbsenceFactory()
    absence.user.groups.clear()
    address = url(AbsenceFactory, "edit", absence.pk)
    data = form(coordinator, address)
    data["last_day"] = data["first_day"]
    assert coordinator.post(address, data).status_code == 302
    absence.refresh_from_db()
    assert absence.first_day == absence.last_day


def test_an_editor_is_no_substitute(coordinator):
    day = timezone.localdate()
    answer = absent(
        coordinator, user=coordinator.user, substitute=UserFactory(editor=True), first_day=day, last_day=day
    )
    assert "substitute" in answer.context["form"].errors
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "field"), [("2027-01-05", "2027-01-04", "last_day"), ("2027-01-09", "2027-01-12", "first_day")]
)
def test_days_that_cannot_be_are_refused_at_their_field(coordinator, first, last, field):
    anna = UserFactory(coordinator=True)
    AbsenceFactory(user=coordinator.user, first_day=datetime.date(2027, 1, 8), last_day=datetime.date(2027, 1, 10))
    answer = absent(coordinator, user=coordinator.user, substitute=anna, first_day=first, last_day=last)
    assert list(answer.context["form"].errors) == [field]


def test_nobody_stands_in_for_themselves(coordinator):
    answer = absent(
        coordinator,
        user=coordinator.user,
        substitute=coordinator.user,
        first_day="2027-01-05",
        last_day="2027-01-05",
    )
    assert "substitute" in answer.context["form"].errors


def test_a_substitute_who_is_away_too_is_told_with_where_cases_go(coordinator):
    anna, bo = (UserFactory(coordinator=True, first_name=name, last_name="Ek") for name in ("Anna", "Bo"))
    AbsenceFactory(user=anna, substitute=bo, first_day=datetime.date(2027, 1, 6), last_day=datetime.date(2027, 1, 9))
    days = {"first_day": "2027-01-04", "last_day": "2027-01-06"}
    answer = absent(coordinator, user=coordinator.user, substitute=anna, **days)
    assert answer.status_code == 302
    shown = coordinator.get(answer["Location"]).content.decode()
    assert "Anna Ek is also away from 6 January to 9 January" in shown
    assert "cases go on to Bo Ek" in shown


def test_an_absence_without_a_clash_says_nothing_of_one(coordinator):
    anna = UserFactory(coordinator=True, first_name="Anna")
    AbsenceFactory(user=anna, first_day=datetime.date(2027, 2, 1), last_day=datetime.date(2027, 2, 2))
    answer = absent(coordinator, user=coordinator.user, substitute=anna, first_day="2027-01-04", last_day="2027-01-06")
    assert "also away" not in coordinator.get(answer["Location"]).content.decode()


def test_an_administrator_keeps_them_too(client, register):
    sign_in(client, administrator=True)
    assert client.get(url(register, "list")).status_code == 200
