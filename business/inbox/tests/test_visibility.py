"""Which cases somebody sees: their unit's, their own, those they were let into, and what a secret one shows."""

from __future__ import annotations

import datetime
import random

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from business.inbox.enums import CaseStatus, Direction
from business.inbox.models import Absence, Case, Membership, Message, Participant
from business.organisation.tests.factories import UnitFactory

from .factories import AbsenceFactory, CaseFactory, MessageFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db


def numbers(cases):
    return set(cases.values_list("number", flat=True))


def case(name, **values):
    return CaseFactory(number=name, **values)


def test_an_officer_sees_their_units_cases_and_those_that_they_have_a_part_in(django_assert_num_queries):
    office, other = UnitFactory(), UnitFactory()
    team = UnitFactory(part_of=office)
    desk = UnitFactory(part_of=team)
    officer, colleague, away = UserFactory(officer=True), UserFactory(officer=True), UserFactory(officer=True)
    farther_away = UserFactory(officer=True)
    Membership.objects.create(user=officer, unit=office)
    Membership.objects.create(user=colleague, unit=team)
    case("OFFICE", unit=office)
    case("TEAM", unit=team)
    case("DESK", unit=desk)
    case("OTHER", unit=other)
    case("MINE", unit=other, owner=officer)
    case("AWAY", unit=other, owner=away)
    case("FARTHER", unit=other, owner=farther_away)
    Participant.objects.create(case=case("LET-IN", unit=other), user=officer)
    MessageFactory(case=case("WRITTEN", unit=other), note=True, author=officer)
    case("MERGED", unit=other, status=CaseStatus.MERGED, merged_into=Case.objects.get(number="TEAM"))
    AbsenceFactory(user=away, substitute=officer)
    AbsenceFactory(user=farther_away, substitute=away)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    AbsenceFactory(user=colleague, substitute=officer, first_day=yesterday, last_day=yesterday)
    case("NOT-AWAY", unit=other, owner=colleague)

    officer.has_perm("inbox.view_case")
    with django_assert_num_queries(5):  # with their units, and those they stand in for, one after the other
        seen = numbers(Case.objects.for_user(officer))
    with django_assert_num_queries(1):
        assert numbers(Case.objects.listed_for(officer)) == seen
    assert seen == {"OFFICE", "TEAM", "DESK", "MINE", "AWAY", "FARTHER", "LET-IN", "WRITTEN", "MERGED"}
    assert numbers(Case.objects.for_user(colleague)) == {"TEAM", "DESK", "MERGED", "NOT-AWAY"}
    assert numbers(Case.objects.counted_for(officer)) == seen
    everything = numbers(Case.objects.all())
    assert numbers(Case.objects.for_user(UserFactory(coordinator=True))) == everything
    assert numbers(Case.objects.for_user(UserFactory(administrator=True))) == everything
    for user in (UserFactory(), UserFactory(editor=True), UserFactory(officer=True, is_active=False)):
        assert not Case.objects.listed_for(user).exists()
        assert not Case.objects.counted_for(user).exists()
    head = UserFactory(head=True)
    assert not Case.objects.listed_for(head).exists()
    assert numbers(Case.objects.counted_for(head)) == everything


def test_a_case_under_secrecy_is_opened_by_whoever_has_it_and_by_those_with_the_right():
    unit = UnitFactory()
    owner, colleague, substitute = (UserFactory(officer=True) for _number in range(3))
    for user in (owner, colleague):
        Membership.objects.create(user=user, unit=unit)
    secret = case("SECRET", unit=unit, owner=owner, secrecy_ground="OSL 31 kap. 16 §")
    case("WITH-IT", unit=unit, secrecy_ground="OSL 31 kap. 16 §", status=CaseStatus.MERGED, merged_into=secret)
    case("OPEN", unit=unit)
    both = {"SECRET", "WITH-IT"}
    registrar, coordinator = UserFactory(registrar=True), UserFactory(coordinator=True)
    assert numbers(Case.objects.for_user(owner)) == {*both, "OPEN"}
    assert numbers(Case.objects.for_user(registrar)) == {*both, "OPEN"}
    for user in (colleague, coordinator, UserFactory(archivist=True)):
        assert numbers(Case.objects.for_user(user)) == {"OPEN"}
        assert numbers(Case.objects.listed_for(user)) == {*both, "OPEN"}
    AbsenceFactory(user=owner, substitute=substitute)
    assert numbers(Case.objects.for_user(substitute)) == both
    colleague.user_permissions.add(Permission.objects.get(codename="view_secret_case"))
    colleague = type(colleague).objects.get(pk=colleague.pk)
    assert numbers(Case.objects.for_user(colleague)) == {*both, "OPEN"}


class Rule:
    """Who sees which case, said of one case at a time and of rows in memory."""

    def __init__(self, user, day):
        away = [
            (one.user_id, one.substitute_id) for one in Absence.objects.all() if one.first_day <= day <= one.last_day
        ]
        self.has = {user.pk}
        for _everybody in away:  # each of them may be one farther away
            self.has |= {person for person, substitute in away if substitute in self.has}
        self.units = set(Membership.objects.filter(user=user).values_list("unit", flat=True))
        self.part = set(Participant.objects.filter(user=user).values_list("case", flat=True))
        self.part |= set(Message.objects.filter(author=user).values_list("case", flat=True))
        self.opens_secret = user.has_perm("inbox.view_secret_case")
        self.sees_all = user.has_perm("inbox.view_every_case")

    def _reaches(self, case):
        unit = case.unit
        while unit is not None and unit.pk not in self.units:
            unit = unit.part_of
        return unit is not None or case.owner_id in self.has or case.pk in self.part

    def lists(self, case):
        return (
            self.sees_all or self._reaches(case) or (case.merged_into is not None and self._reaches(case.merged_into))
        )

    def opens(self, case):
        holders = {case.owner_id, case.merged_into.owner_id if case.merged_into else None}
        return self.lists(case) and (self.opens_secret or not case.secrecy_ground or bool(holders & self.has))


def _some_cases(chance, people, count=70):
    """Cases of units on three levels and of everybody, some secret, some merged; parts, notes and absences at random."""
    units = [UnitFactory()]
    for _number in range(5):
        above = chance.choice([None, *(one for one in units if one.part_of is None or one.part_of.part_of is None)])
        units.append(UnitFactory(part_of=above))
    topic, now, today = TopicFactory(unit=units[0]), timezone.now(), timezone.localdate()
    Case.objects.bulk_create(
        CaseFactory.build(
            topic=topic,
            unit=chance.choice(units),
            owner=chance.choice([None, None, *people]),
            secrecy_ground=chance.choice(["", "", "OSL 31 kap. 16 §"]),
            received_at=now,
        )
        for _number in range(count)
    )
    cases = list(Case.objects.order_by("pk"))
    heads, rest = cases[: count // 2], cases[count // 2 :]
    for one in chance.sample(rest, count // 4):
        one.status, one.merged_into = CaseStatus.MERGED, chance.choice(heads)
    Case.objects.bulk_update(rest, ["status", "merged_into"])
    for person in people:
        for unit in chance.sample(units, chance.randrange(3)):
            Membership.objects.create(user=person, unit=unit)
        Participant.objects.bulk_create(Participant(case=one, user=person) for one in chance.sample(cases, 4))
        Message.objects.bulk_create(
            MessageFactory.build(case=one, direction=Direction.NOTE, author=person) for one in chance.sample(cases, 4)
        )
        substitute = chance.choice([other for other in people if other != person])
        begins = today - datetime.timedelta(days=chance.choice([0, 3, 9]))
        AbsenceFactory(user=person, substitute=substitute, first_day=begins)  # for a week


@pytest.mark.parametrize("seed", range(4))
def test_the_queries_find_what_the_rule_says_of_each_case(seed):
    """Compared over cases at random, so that a rule asked for in another way is still the same rule."""
    reader = UserFactory(officer=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_secret_case"))
    people = [UserFactory(officer=True), UserFactory(officer=True), UserFactory(officer=True), reader]
    _some_cases(random.Random(seed), people)
    everything = list(Case.objects.select_related("merged_into__unit__part_of__part_of", "unit__part_of__part_of"))
    for user in (*people, UserFactory(coordinator=True), UserFactory(registrar=True)):
        rule = Rule(user, timezone.localdate())
        listed = {one.pk for one in everything if rule.lists(one)}
        opened = {one.pk for one in everything if rule.opens(one)}
        assert set(Case.objects.listed_for(user).values_list("pk", flat=True)) == listed
        assert set(Case.objects.for_user(user).values_list("pk", flat=True)) == opened
        told = Case.objects.listed_for(user).told_to(user)
        assert {one.pk for one in told if not one.is_withheld} == opened
        assert rule.sees_all or opened <= listed < {one.pk for one in everything}


def test_where_an_officer_stands_is_asked_for_anew_with_each_request_and_on_each_day(client, monkeypatch):
    unit, officer, away = UnitFactory(), UserFactory(officer=True), UserFactory(officer=True)
    one, other = case("UNIT", unit=unit), case("AWAY", owner=away)
    client.force_login(officer)
    addresses = {each: reverse("inbox:case", args=[each.pk]) for each in (one, other)}
    assert {client.get(address).status_code for address in addresses.values()} == {404}
    member = Membership.objects.create(user=officer, unit=unit)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    AbsenceFactory(user=away, substitute=officer, first_day=tomorrow, last_day=tomorrow)
    assert client.get(addresses[one]).status_code == 200
    assert client.get(addresses[other]).status_code == 404
    member.delete()
    assert client.get(addresses[one]).status_code == 404
    assert numbers(Case.objects.for_user(officer)) == set()
    monkeypatch.setattr("business.inbox.models.case.timezone.localdate", lambda *_: tomorrow)
    assert numbers(Case.objects.for_user(officer)) == {"AWAY"}
