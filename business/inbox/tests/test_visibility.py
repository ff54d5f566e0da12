"""Which cases somebody sees: their unit's, their own, those they were let into, and what a secret one shows."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from business.inbox.enums import CaseStatus
from business.inbox.models import Case, Membership, Participant
from business.organisation.tests.factories import UnitFactory

from .factories import AbsenceFactory, CaseFactory, MessageFactory, UserFactory

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
    with django_assert_num_queries(1):
        seen = numbers(Case.objects.for_user(officer))
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
