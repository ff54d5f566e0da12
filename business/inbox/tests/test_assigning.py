"""Who has a case: taken, let go, handed to a person or a unit, and done by a substitute meanwhile."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from business.inbox import owners, services
from business.inbox.enums import CaseStatus, Direction, EventKind, MailPurpose
from business.inbox.history import entries
from business.inbox.models import Absence, Case, Event, OutboxMail, Standing
from business.inbox.services import NotAllowedError
from business.organisation.tests.factories import UnitFactory

from .factories import AbsenceFactory, CaseFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 26)


def officer(first="Kim", **values):
    return UserFactory(coordinator=True, first_name=first, last_name="Ek", **values)


@pytest.fixture
def kim():
    return officer("Kim")


@pytest.fixture
def sam():
    return officer("Sam")


def entry(case, kind=EventKind.ASSIGNED):
    return Event.objects.filter(case_id=case.pk, kind=kind).latest("pk")


def alerts():
    return OutboxMail.objects.filter(purpose=MailPurpose.ALERT)


# --- Take and let go


def test_who_is_given_a_case_begins_it_by_taking_it(kim, sam):
    case = services.assign(CaseFactory(), kim, user=sam)
    assert (case.status, case.owner) == (CaseStatus.ASSIGNED, sam)
    case = services.take(case, sam)
    assert case.status == CaseStatus.IN_PROGRESS
    assert entry(case, EventKind.TAKEN).actor_id == sam.pk


def test_what_was_given_and_is_let_go_is_new(kim, sam):
    case = services.release(services.assign(CaseFactory(), kim, user=sam), sam)
    assert (case.status, case.owner) == (CaseStatus.NEW, None)


def test_what_was_begun_and_is_let_go_stays_begun(kim):
    case = services.release(services.take(CaseFactory(), kim), kim)
    assert (case.status, case.owner) == (CaseStatus.IN_PROGRESS, None)


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.MERGED, CaseStatus.QUARANTINED])
def test_what_nobody_works_on_is_not_let_go(kim, status):
    case = CaseFactory(status=status, owner=kim)
    with pytest.raises(NotAllowedError):
        services.release(case, kim)
    case.refresh_from_db()
    assert case.owner == kim


def test_taking_what_waits_leaves_it_where_it_was_put(kim):
    case = services.take(CaseFactory(status=CaseStatus.WAITING_OTHER, resume_on=TODAY), kim)
    assert (case.status, case.owner, case.resume_on) == (CaseStatus.WAITING_OTHER, kim, TODAY)


# --- To a person


def test_a_case_goes_to_a_person_with_a_note(kim, sam):
    case = services.assign(services.take(CaseFactory(), kim), kim, user=sam, text="Du kan brandskydd.")
    note = case.messages.get(direction=Direction.NOTE)
    assert (note.text, note.author) == ("Du kan brandskydd.", kim)
    assert entry(case).data == {
        "owner": "Sam Ek",
        "unit": "",
        "former_owner": "Kim Ek",
        "instead_of": "",
        "note": note.pk,
    }


def test_the_new_owner_is_told_and_the_mail_says_nothing_of_the_case(kim, sam):
    case = CaseFactory(
        name="Hemliga Elsa", company="Sjöboden", email="elsa@example.se", text="Vi vill", short_content="Uteservering"
    )
    with translation.override("en"):  # whatever language the officer works in
        services.assign(case, kim, user=sam, text="Hon ringde igår.")
    mail = alerts().get()
    assert (mail.to, mail.case, mail.message, mail.cc) == (sam.email, case, None, [])
    said = mail.subject + mail.body
    assert case.number in mail.subject
    assert f"/admin/inbox/{case.pk}/" in mail.body
    assert "Kim Ek" in mail.body
    for secret in ("Elsa", "Sjöboden", "elsa@", "Vi vill", "Uteservering", "ringde", case.topic.name, "Sam"):
        assert secret not in said


def test_who_takes_it_themselves_needs_no_mail(kim):
    services.assign(CaseFactory(), kim, user=kim)
    assert not alerts().exists()


def test_who_has_no_address_reads_it_in_the_inbox(kim):
    case = services.assign(CaseFactory(), kim, user=officer("Bo", email=""))
    assert case.owner.first_name == "Bo"
    assert not alerts().exists()


@pytest.mark.parametrize("traits", [{}, {"editor": True}, {"coordinator": True, "is_active": False}])
def test_nobody_is_given_a_case_who_may_not_work_with_it(kim, traits):
    case, stranger = CaseFactory(), UserFactory(**traits)
    with pytest.raises(NotAllowedError, match=stranger.last_name):
        services.assign(case, kim, user=stranger, text="Ta den.")
    assert not case.messages.filter(direction=Direction.NOTE).exists()
    assert not Event.objects.exists()


def test_who_has_it_is_not_given_it_again(kim):
    case = services.take(CaseFactory(), kim)
    with pytest.raises(NotAllowedError, match="Kim Ek"):
        services.assign(case, kim, user=kim)


def test_somebody_or_something_must_be_chosen(kim):
    with pytest.raises(NotAllowedError):
        services.assign(CaseFactory(), kim)


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.QUARANTINED, CaseStatus.MERGED])
def test_what_nobody_works_on_is_handed_to_nobody(kim, sam, status):
    with pytest.raises(NotAllowedError):
        services.assign(CaseFactory(status=status), kim, user=sam)


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (CaseStatus.IN_PROGRESS, CaseStatus.ASSIGNED),
        (CaseStatus.REOPENED, CaseStatus.ASSIGNED),
        (CaseStatus.WAITING_SENDER, CaseStatus.WAITING_SENDER),
        (CaseStatus.MEETING_BOOKED, CaseStatus.MEETING_BOOKED),
        (CaseStatus.ANSWERED, CaseStatus.ASSIGNED),
    ],
)
def test_what_is_put_aside_stays_so_in_other_hands_and_the_rest_waits_for_them(kim, sam, status, then):
    case = services.assign(CaseFactory(status=status, owner=kim), kim, user=sam)
    assert (case.status, case.owner) == (then, sam)
    assert case in Case.objects.open().filter(owner=sam)


# --- To a unit


def test_a_case_goes_to_a_unit_where_nobody_has_it_yet(kim):
    unit = UnitFactory(name="Bygglovsenheten")
    case = services.assign(services.take(CaseFactory(), kim), kim, unit=unit)
    case.refresh_from_db()
    assert (case.status, case.owner, case.unit) == (CaseStatus.ASSIGNED, None, unit)
    assert entry(case).data["unit"] == "Bygglovsenheten"
    assert not alerts().exists()
    assert services.take(case, kim).status == CaseStatus.IN_PROGRESS


def test_a_case_goes_to_a_person_at_a_unit(kim, sam):
    unit = UnitFactory()
    case = services.assign(CaseFactory(), kim, user=sam, unit=unit)
    assert (case.owner, case.unit) == (sam, unit)


def test_the_own_unit_gets_a_case_back_once(kim):
    case = CaseFactory()
    case = services.assign(services.take(case, kim), kim, unit=case.unit)
    assert case.owner is None
    with pytest.raises(NotAllowedError, match=case.unit.name):
        services.assign(case, kim, unit=case.unit)


# --- Substitutes


def test_a_substitute_gets_the_case_and_the_history_says_why(kim, sam):
    bo = officer("Bo")
    AbsenceFactory(user=bo, substitute=sam)
    case = services.assign(CaseFactory(), kim, user=bo)
    assert case.owner == sam
    assert (entry(case).data["owner"], entry(case).data["instead_of"]) == ("Sam Ek", "Bo Ek")
    assert alerts().get().to == sam.email


def test_a_substitute_who_is_away_has_a_substitute(kim, sam):
    bo, anna = officer("Bo"), officer("Anna")
    AbsenceFactory(user=bo, substitute=anna)
    AbsenceFactory(user=anna, substitute=sam)
    assert owners.substitute_for(bo, timezone.localdate()) == sam
    assert services.assign(CaseFactory(), kim, user=bo).owner == sam


@pytest.mark.parametrize(("day", "is_away"), [(-1, False), (0, True), (6, True), (7, False)])
def test_first_and_last_day_count(sam, day, is_away):
    absence = AbsenceFactory(substitute=sam, first_day=TODAY)
    assert absence.last_day == TODAY + datetime.timedelta(days=6)
    on = TODAY + datetime.timedelta(days=day)
    assert owners.substitute_for(absence.user, on) == (sam if is_away else absence.user)


def test_a_circle_ends_with_the_last_in_it():
    anna, bo, cecilia = (officer(name) for name in ("Anna", "Bo", "Cecilia"))
    for user, substitute in ((anna, bo), (bo, cecilia), (cecilia, anna)):
        AbsenceFactory(user=user, substitute=substitute)
    assert owners.substitute_for(anna, timezone.localdate()) == cecilia
    for one in (anna, bo, cecilia):
        assert Standing(one.pk, timezone.localdate()).people == sorted([anna.pk, bo.pk, cecilia.pk])


def test_a_substitute_who_may_no_longer_work_gets_nothing(kim, sam):
    bo = officer("Bo")
    AbsenceFactory(user=bo, substitute=sam)
    sam.groups.clear()
    case = services.assign(CaseFactory(), kim, user=bo)
    assert case.owner == bo  # better with somebody who comes back than with nobody


def test_who_stands_in_sees_the_others_work_too(kim, sam):
    bo = officer("Bo")
    AbsenceFactory(user=bo, substitute=sam)
    AbsenceFactory(user=sam, substitute=kim)
    today = timezone.localdate()
    assert Standing(kim.pk, today).people == sorted([kim.pk, sam.pk, bo.pk])
    assert Standing(bo.pk, today).people == [bo.pk]
    assert Standing(kim.pk, today + datetime.timedelta(days=30)).people == [kim.pk]


def test_two_absences_of_one_person_do_not_overlap(kim, sam):
    AbsenceFactory(user=kim, substitute=sam, first_day=TODAY)
    again = Absence(user=kim, substitute=sam, first_day=TODAY + datetime.timedelta(days=6), last_day=datetime.date.max)
    with pytest.raises(ValidationError) as refused:
        again.full_clean()
    assert list(refused.value.message_dict) == ["first_day"]
    again.first_day += datetime.timedelta(days=1)
    again.full_clean()


def test_officers_are_all_who_may_work_and_no_others(kim):
    boss = UserFactory(administrator=True)
    for traits in ({}, {"editor": True}, {"coordinator": True, "is_active": False}):
        UserFactory(**traits)
    UserFactory(administrator=True, is_active=False)
    assert set(owners.officers()) == {kim, boss}


# --- Taken over from a colleague


def test_who_takes_over_has_it_and_the_one_who_had_it_is_told(kim, sam):
    case = services.assign(CaseFactory(short_content="Uteservering"), kim, user=sam)
    before = set(alerts())
    case = services.take_over(case, kim, sam.pk, text="Du är på kurs.")
    assert (case.owner, case.status) == (kim, CaseStatus.IN_PROGRESS)
    note = case.messages.get(direction=Direction.NOTE)
    assert (note.text, note.author) == ("Du är på kurs.", kim)
    assert entry(case).data == {"owner": "Kim Ek", "former_owner": "Sam Ek", "note": note.pk}
    (mail,) = set(alerts()) - before
    assert (mail.to, "Kim Ek" in mail.body, case.number in mail.subject) == (sam.email, True, True)
    assert "Uteservering" not in mail.subject + mail.body


def test_what_waits_goes_on_waiting_when_it_is_taken_over(kim, sam):
    case = CaseFactory(owner=sam, status=CaseStatus.WAITING_OTHER, resume_on=TODAY)
    case = services.take_over(case, kim, sam.pk)
    assert (case.owner, case.status, case.resume_on) == (kim, CaseStatus.WAITING_OTHER, TODAY)


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.MERGED, CaseStatus.QUARANTINED])
def test_what_nobody_works_on_is_not_taken_over(kim, sam, status):
    with pytest.raises(NotAllowedError):
        services.take_over(CaseFactory(status=status, owner=sam), kim, sam.pk)


@pytest.mark.parametrize("has", ["nobody", "kim", "bo"])
def test_a_case_that_has_changed_hands_is_not_taken_over_unseen(kim, sam, has):
    owner = {"nobody": None, "kim": kim, "bo": officer("Bo")}[has]
    case = CaseFactory(owner=owner, status=CaseStatus.IN_PROGRESS)
    with pytest.raises(NotAllowedError):
        services.take_over(case, kim, sam.pk, text="Jag tar det.")
    case.refresh_from_db()
    assert (case.owner, case.messages.count()) == (owner, 1)
    assert not alerts().exists()


# --- What it is about, and which unit it belongs to


def test_a_wrongly_chosen_topic_is_corrected_and_its_owner_keeps_it(kim):
    case = CaseFactory(owner=kim, status=CaseStatus.IN_PROGRESS, topic__name="Bygga", topic__unit__name="Byggenheten")
    right = TopicFactory(name="Livsmedel", unit__name="Miljöenheten")
    case = services.reroute(case, kim, right, right.unit)
    assert (case.topic, case.unit, case.owner, case.status) == (right, right.unit, kim, CaseStatus.IN_PROGRESS)
    said = entry(case, EventKind.REROUTED)
    assert (said.actor_id, said.data) == (
        kim.pk,
        {
            "topic": "Livsmedel",
            "former_topic": "Bygga",
            "unit": "Miljöenheten",
            "former_unit": "Byggenheten",
        },
    )
    with translation.override("en"):
        told = next(one for one in entries(case) if one.event == said)
    assert told.detail == "About Livsmedel instead of Bygga. With Miljöenheten instead of Byggenheten."


def test_it_can_be_left_to_the_unit(kim):
    case, right = CaseFactory(owner=kim, status=CaseStatus.IN_PROGRESS), TopicFactory()
    case = services.reroute(case, kim, right, right.unit, to_unit=True)
    assert (case.owner, case.unit, case.status) == (None, right.unit, CaseStatus.ASSIGNED)
    assert entry(case).data["former_owner"] == "Kim Ek"


def test_only_the_unit_or_only_who_has_it_can_change(kim):
    case, unit = CaseFactory(owner=kim, status=CaseStatus.IN_PROGRESS), UnitFactory()
    case = services.reroute(case, kim, case.topic, unit)
    assert set(entry(case, EventKind.REROUTED).data) == {"unit", "former_unit"}
    case = services.reroute(case, kim, case.topic, unit, to_unit=True)
    assert case.owner is None
    assert Event.objects.filter(kind=EventKind.REROUTED).count() == 1


def test_what_is_so_already_or_nobody_works_on_is_not_changed(kim):
    case, right = CaseFactory(), TopicFactory()
    with pytest.raises(NotAllowedError):
        services.reroute(case, kim, case.topic, case.unit, to_unit=True)
    for status in (CaseStatus.CLOSED, CaseStatus.MERGED, CaseStatus.QUARANTINED):
        with pytest.raises(NotAllowedError):
            services.reroute(CaseFactory(status=status), kim, right, right.unit)
    assert not Event.objects.exists()
