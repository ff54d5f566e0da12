"""Mail that could not be sent: where it is told, and how it is settled."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import STUCK, CaseStatus, EventKind, MailPurpose, MailStatus
from business.inbox.models import Attachment, Case, Draft, Event, OutboxMail

from .factories import CaseFactory, OutboxMailFactory, UserFactory

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


def test_what_was_never_tried_is_not_said_to_have_been_tried(coordinator):
    mail = OutboxMailFactory(failed=True, attempts=0, last_error="“a.pdf” is malicious, so the mail was not sent.")
    page = coordinator.get(at(mail.case)).content.decode()
    assert "It was not tried." in page
    assert "We tried" not in page
    assert mail.last_error in page


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


# --- Settled another way


def settle(mail):
    return reverse("inbox:settle", args=[mail.case_id, mail.pk])


def test_after_a_call_the_mark_is_cleared_and_the_history_says_by_whom(coordinator):
    mail = OutboxMailFactory(failed=True, case__taken=True)
    assert mail.case in Case.objects.with_failed_mail()
    assert f'action="{settle(mail)}"' in coordinator.get(at(mail.case)).content.decode()
    assert coordinator.post(settle(mail))["Location"] == at(mail.case)
    mail.refresh_from_db()
    assert mail.status == MailStatus.SETTLED
    assert not Case.objects.with_failed_mail().exists()
    assert not Case.objects.for_listing().get(pk=mail.case_id).mail_failed
    told = Event.objects.get(kind=EventKind.MAIL_SETTLED)
    assert (told.actor_name, told.data) == (str(coordinator.user), {"mail": mail.pk, "purpose": "receipt"})
    assert "It could not be sent, and was settled another way." in coordinator.get(at(mail.case)).content.decode()


@pytest.mark.parametrize("status", sorted(set(MailStatus) - STUCK))
def test_only_what_is_stuck_is_settled(coordinator, status):
    mail = OutboxMailFactory(status=status)
    assert coordinator.post(settle(mail)).status_code == 409
    mail.refresh_from_db()
    assert mail.status == status
    assert not Event.objects.exists()


def test_what_is_settled_is_not_sent_again(coordinator, kim):
    mail = OutboxMailFactory(failed=True)
    services.settle(mail, kim)
    assert coordinator.post(again(mail), {"to": mail.to}).status_code == 409


def test_who_may_only_read_settles_nothing(reader):
    mail = OutboxMailFactory(failed=True)
    assert settle(mail) not in reader.get(at(mail.case)).content.decode()
    reader.post(settle(mail))
    mail.refresh_from_db()
    assert mail.status == MailStatus.FAILED


def test_a_merged_cases_mail_is_settled_where_it_is_worked(coordinator, kim):
    into, other = merged(kim)
    copy = services.answer(into, kim, "Hej!", also=[other]).mail.copies.get()
    fail(copy)
    assert coordinator.post(settle(copy))["Location"] == at(into)


# --- Notices to officers


def test_a_notice_that_fails_marks_no_case(kim):
    case = OutboxMailFactory(purpose=MailPurpose.ALERT, to=kim.email, failed=True).case
    assert not Case.objects.with_failed_mail().exists()
    assert not Case.objects.for_listing().get(pk=case.pk).mail_failed
    assert Case.objects.pressing(timezone.now())["failed"] == 0
    assert Case.objects.summary(timezone.now(), [kim.pk])["failed"] == 0


@pytest.mark.parametrize("values", [{"email": ""}, {"email": "kim"}, {"is_active": False}])
def test_an_owner_whom_no_mail_reaches_is_replaced_by_the_unit(mail_server, values):
    case = CaseFactory(owner=UserFactory(coordinator=True, **values), status=CaseStatus.IN_PROGRESS)
    mail_server.says = ["550 5.1.1 unknown"]
    outbox.deliver(OutboxMailFactory(case=case).pk)
    assert case.mails.get(purpose=MailPurpose.ALERT).to == case.unit.email


# --- A file that can never leave


def test_an_answer_with_a_malicious_file_is_refused_before_anything_is_written(kim):
    case = CaseFactory()
    draft = Draft.objects.create(case=case, user=kim, text="Hej!")
    file = Attachment.objects.create(
        name="ritning.pdf", kind="application/pdf", size=3, digest="0" * 64, path="x", draft=draft, scan="infected"
    )
    with pytest.raises(services.NotAllowedError, match=r"ritning\.pdf"):
        services.answer(case, kim, "Hej!", attachments=[file])
    file.refresh_from_db()
    assert (file.draft, case.mails.count(), case.messages.count()) == (draft, 0, 1)
