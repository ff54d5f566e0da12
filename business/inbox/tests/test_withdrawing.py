"""An answer that is taken back before it has left."""

import datetime

import pytest
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import AfterSending, CaseStatus, EventKind, MailStatus
from business.inbox.models import Attachment, Draft, Event, OutboxMail
from business.inbox.services import NotAllowedError
from business.organisation.tests.factories import UnitFactory

from .factories import CaseFactory, OutboxMailFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    return UserFactory(coordinator=True)


@pytest.fixture(autouse=True)
def undo(settings):
    settings.OUTBOX_UNDO = datetime.timedelta(seconds=20)


def states(mail):
    family = OutboxMail.objects.filter(pk=mail.pk) | OutboxMail.objects.filter(copy_of=mail)
    return set(family.values_list("status", flat=True))


def attachment(**values):
    digest = "0" * 64
    return Attachment.objects.create(
        name="ritning.pdf",
        kind="application/pdf",
        size=3,
        digest=digest,
        path=f"x{Attachment.objects.count()}",
        **values,
    )


def test_an_answer_waits_a_moment_with_its_copies_and_nothing_else_does(kim, mail_server):
    case = CaseFactory()
    mail = services.answer(case, kim, "Hej!", cc=["bo@example.se"]).mail
    OutboxMailFactory(case=case)
    assert outbox.sweep() == 1
    assert states(mail) == {MailStatus.WAITING}
    for one in (mail, mail.copies.get()):
        assert outbox.deliver(one.pk, at=one.created_at + datetime.timedelta(seconds=19)) == MailStatus.WAITING
        assert outbox.deliver(one.pk, at=one.created_at + datetime.timedelta(seconds=20)) == MailStatus.SENT


def test_taken_back_it_is_a_draft_again_with_all_that_was_typed(kim, mail_server):
    case = CaseFactory()
    file = attachment()
    message = services.answer(
        case, kim, "Hej!\n\nLämna 1,5 meter.", cc=["bo@example.se"], after=AfterSending.WAIT, attachments=[file]
    )
    assert not Draft.objects.exists()
    draft = services.withdraw(message.mail, kim)
    assert (draft.case, draft.user, draft.text) == (case, kim, "Hej!\n\nLämna 1,5 meter.")
    assert (draft.cc, draft.after) == ("bo@example.se", AfterSending.WAIT)
    file.refresh_from_db()
    assert (file.message, file.draft) == (None, draft)
    assert states(message.mail) == {MailStatus.WITHDRAWN}
    assert Event.objects.get(kind=EventKind.WITHDRAWN).data == {"message": message.pk}
    assert outbox.deliver(message.mail.pk, at=timezone.now() + datetime.timedelta(days=9)) == MailStatus.WITHDRAWN
    outbox.sweep()
    assert not mail_server.received


@pytest.mark.parametrize(
    ("after", "data", "chosen"),
    [
        (
            AfterSending.CLOSE,
            {"triage": "registered", "registered_number": "KS 2026/7"},
            {"triage": "registered", "registered_number": "KS 2026/7"},
        ),
        (AfterSending.WAIT, {"resume_on": "2030-12-03"}, {"resume_on": "2030-12-03"}),
    ],
)
def test_taken_back_it_knows_what_was_to_follow(kim, after, data, chosen):
    mail = services.answer(CaseFactory(), kim, "Hej!", after=after, after_data=data).mail
    assert services.withdraw(mail, kim).choices == {**chosen, "without": []}


def test_taken_back_it_knows_who_was_to_take_over(kim):
    sam, unit = UserFactory(coordinator=True), UnitFactory()
    for data, receiver in (
        ({"user": sam.pk, "unit": None}, f"user:{sam.pk}"),
        ({"unit": unit.pk}, f"unit:{unit.slug}"),
    ):
        mail = services.answer(CaseFactory(), kim, "Hej!", after=AfterSending.HAND_OVER, after_data=data).mail
        assert services.withdraw(mail, kim).choices["to"] == receiver


def test_taken_back_it_knows_who_of_the_merged_was_to_have_no_answer(kim):
    case, told, left_out, same = CaseFactory(), CaseFactory(), CaseFactory(), CaseFactory(email="x@example.se")
    for other in (told, left_out, same):
        services.merge(other, case, kim)
    type(same).objects.filter(pk=same.pk).update(email=case.email.upper())
    mail = services.answer(case, kim, "Hej!", also=[told]).mail
    assert services.withdraw(mail, kim).choices["without"] == [str(left_out.pk)]


def test_what_was_begun_meanwhile_is_kept_below(kim):
    case = CaseFactory()
    mail = services.answer(case, kim, "Det första.").mail
    Draft.objects.create(case=case, user=kim, text="Det andra.")
    assert services.withdraw(mail, kim).text == "Det första.\n\nDet andra."
    assert Draft.objects.count() == 1


def test_it_can_be_sent_again_as_it_was(kim):
    case = CaseFactory()
    before = case.messages.get().pk
    first = services.answer(case, kim, "Hej!", seen=before)
    services.withdraw(first.mail, kim)
    # From the page as it was, and from the page with the draft.
    again = services.answer(case, kim, "Hej!", seen=before)
    assert again != first
    services.withdraw(again.mail, kim)
    third = services.answer(case, kim, "Hej!", seen=again.pk)
    assert states(third.mail) == {MailStatus.WAITING}
    # Colleagues are not stopped by what was taken back.
    services.withdraw(third.mail, kim)
    services.answer(case, UserFactory(coordinator=True), "Hej hej!", seen=before)


def test_the_case_stays_with_its_writer_and_unanswered(kim):
    case = CaseFactory()
    services.withdraw(services.answer(case, kim, "Hej!").mail, kim)
    case.refresh_from_db()
    assert (case.owner, case.status, case.answered_at) == (kim, CaseStatus.IN_PROGRESS, None)


def test_only_its_writer_takes_it_back(kim):
    mail = services.answer(CaseFactory(), kim, "Hej!").mail
    with pytest.raises(NotAllowedError):
        services.withdraw(mail, UserFactory(coordinator=True))
    assert states(mail) == {MailStatus.WAITING}


@pytest.mark.parametrize("purpose", ["receipt", "copy", "delay", "alert"])
def test_only_an_answer_is_taken_back(kim, purpose):
    with pytest.raises(NotAllowedError):
        services.withdraw(OutboxMailFactory(purpose=purpose), kim)


@pytest.mark.parametrize(
    "values",
    [
        {"status": MailStatus.SENDING, "attempts": 1},
        {"status": MailStatus.SENT, "attempts": 1},
        {"status": MailStatus.WAITING, "attempts": 1},  # tried, and perhaps taken after all
        {"status": MailStatus.FAILED, "attempts": 1},
        {"status": MailStatus.WITHDRAWN},
    ],
)
@pytest.mark.parametrize("which", ["answer", "copy"])
def test_what_a_worker_has_begun_is_not_taken_back_nor_is_the_rest(kim, values, which):
    mail = services.answer(CaseFactory(), kim, "Hej!", cc=["bo@example.se"]).mail
    begun, other = (mail, mail.copies.get()) if which == "answer" else (mail.copies.get(), mail)
    OutboxMail.objects.filter(pk=begun.pk).update(**values)
    with pytest.raises(NotAllowedError):
        services.withdraw(mail, kim)
    other.refresh_from_db()
    assert other.status == MailStatus.WAITING
    assert not Draft.objects.exists()
    assert not Event.objects.filter(kind=EventKind.WITHDRAWN).exists()
