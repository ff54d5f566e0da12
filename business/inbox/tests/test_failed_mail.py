"""Mail that could not be sent: where it is told, and how it is settled."""

import re

import pytest
from django.urls import reverse

from business.inbox import services
from business.inbox.enums import CaseStatus, MailPurpose, MailStatus
from business.inbox.models import Case, Draft, OutboxMail

from .factories import CaseFactory, MessageFactory, OutboxMailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    return UserFactory(coordinator=True, first_name="Kim", last_name="Ek")


def at(case):
    return reverse("inbox:case", args=[case.pk])


def again(mail):
    return reverse("inbox:again", args=[mail.case_id, mail.pk])


def merged(kim, **values):
    """Return a case, and another that is merged into it."""
    into, other = CaseFactory(), CaseFactory(**values)
    services.merge(other, into, kim)
    return Case.objects.get(pk=into.pk), Case.objects.get(pk=other.pk)


def fail(*mails):
    OutboxMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(status=MailStatus.FAILED, attempts=1)


def offered(browser, case):
    """Return what the page fills in for each mail that failed, by the mail's key."""
    context = browser.get(at(case)).context
    return {mail.pk: form.initial["to"] for mail, form in context["failed"]}


# --- Of a case that is merged with another


def test_a_merged_senders_copy_that_failed_goes_again_from_either_page(coordinator, kim):
    into, other = merged(kim)
    copy = services.answer(into, kim, "Hej!", also=[other]).mail.copies.get()
    for case in (into, other):
        fail(copy)
        page = coordinator.get(at(case)).content.decode()
        assert re.findall(r'action="([^"]*/again/[^"]*)"', page) == [again(copy)]
        answer = coordinator.post(again(copy), {"to": "ratt@example.se"})
        assert (answer.status_code, answer["Location"]) == (302, at(into))
        copy.refresh_from_db()
        assert (copy.status, copy.to) == (MailStatus.WAITING, "ratt@example.se")


def test_a_mistake_draws_the_merged_case_with_the_form(coordinator, kim):
    into, other = merged(kim)
    copy = services.answer(into, kim, "Hej!", also=[other]).mail.copies.get()
    fail(copy)
    answer = coordinator.post(again(copy), {"to": "elsa@"})
    assert answer.status_code == 422
    assert 'value="elsa@"' in answer.content.decode()


def test_each_is_offered_its_own_senders_address(coordinator, kim):
    other = CaseFactory(email="bo@example.se")
    before = services.answer(other, kim, "Hej!", cc=["chef@example.se"]).mail
    into = CaseFactory(email="elsa@example.se")
    services.merge(other, into, kim)
    other = Case.objects.get(pk=other.pk)
    mail = services.answer(into, kim, "Hej igen!", also=[other]).mail
    mails = [before, before.copies.get(), mail, mail.copies.get()]
    fail(*mails)
    Case.objects.filter(pk=other.pk).update(email="bo.ek@example.se")  # corrected since
    assert offered(coordinator, into) == dict(
        zip(
            [one.pk for one in mails],
            ["bo.ek@example.se", "chef@example.se", "elsa@example.se", "bo.ek@example.se"],
            strict=True,
        )
    )


def test_what_failed_in_many_merged_cases_asks_the_database_no_more(coordinator, kim, count_queries):
    def page_of(times):
        into = CaseFactory(taken=True)
        for _number in range(times):
            services.merge(CaseFactory(), into, kim)
        fail(*services.answer(into, kim, "Hej!", also=list(into.merged.all())).mail.copies.all())
        with count_queries() as asked:
            coordinator.get(at(into))
        return len(asked)

    page_of(1)
    assert page_of(2) == page_of(4)


def test_an_answer_of_a_merged_case_is_taken_back_where_it_is_worked(coordinator):
    other, into = CaseFactory(), CaseFactory()
    mail = services.answer(other, coordinator.user, "Hej!").mail
    services.merge(other, into, coordinator.user)
    withdraw = reverse("inbox:withdraw", args=[other.pk, mail.pk])
    assert f'action="{withdraw}"' in coordinator.get(at(into)).content.decode()
    assert coordinator.post(withdraw)["Location"] == f"{at(into)}#answer"
    assert (Draft.objects.get().case, Draft.objects.get().text) == (into, "Hej!")
