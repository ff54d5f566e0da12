"""The notice that an answer takes longer, and the promise that it makes."""

import datetime

import pytest
from django.utils import timezone

from business.core.working_days import next_working_day
from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, Direction, EventKind, MailPurpose, MailStatus
from business.inbox.forms import DelayForm
from business.inbox.models import Case, Event, OutboxMail
from business.inbox.services import ChangedMeanwhileError, NotAllowedError

from .factories import CaseFactory, ContactRequestFactory, MessageFactory, OfficeDayFactory, UserFactory

pytestmark = pytest.mark.django_db
UNTIL = datetime.datetime(2099, 3, 6, 14, 0, tzinfo=datetime.UTC)  # a Friday, 15:00 in Sweden


@pytest.fixture
def kim():
    return UserFactory(coordinator=True, first_name="Kim", last_name="Lindqvist")


def test_the_new_time_is_the_promise_from_now_on(kim):
    case = CaseFactory()
    former = case.limit_at
    message = services.delay(case, kim, "Vi måste fråga räddningstjänsten.", UNTIL)
    case.refresh_from_db()
    assert (case.promised_at, case.due_at, case.limit_at) == (UNTIL, UNTIL, UNTIL)
    assert (case.owner, case.status) == (kim, CaseStatus.IN_PROGRESS)
    assert (case.answered_at, case.first_answer_at) == (None, None)  # told, not answered
    assert (message.direction, message.mail.purpose, message.mail.to) == (
        Direction.OUTGOING,
        MailPurpose.DELAY,
        case.email,
    )
    event = Event.objects.get(kind=EventKind.DELAYED)
    assert event.data == {"until": UNTIL.isoformat(), "former": former.isoformat(), "message": message.pk}
    assert case in Case.objects.late(UNTIL + datetime.timedelta(minutes=1))
    assert case not in Case.objects.late(UNTIL)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ["fredag 6 mars 2099", "Kim Lindqvist"]),
        (
            "en",
            ["You will get our answer by Friday 6 March 2099.", "is taking longer than expected", "Kim Lindqvist"],
        ),
    ],
)
def test_the_mail_says_by_when_in_the_senders_language(kim, language, words):
    case = CaseFactory(language=language, text="Min hemliga fråga")
    mail = services.delay(case, kim, "We need to ask the fire service.", UNTIL).mail
    said = f"{mail.subject}\n{mail.body}"
    assert mail.body.split("\n")[1:3] == ["", "We need to ask the fire service."]  # below the greeting
    for word in [case.number, *words]:
        assert word in said
    assert "hemliga" not in said
    assert max(map(len, mail.body.split("\n"))) <= 72


def test_it_is_sent_at_once_and_answers_nothing(kim, mail_server):
    case = CaseFactory()
    mail = services.delay(case, kim, "Vi behöver mer tid.", UNTIL).mail
    assert outbox.deliver(mail.pk) == MailStatus.SENT
    case.refresh_from_db()
    assert (case.status, case.answered_at) == (CaseStatus.IN_PROGRESS, None)
    assert mail_server.received[0]["Auto-Submitted"] == "no"


@pytest.mark.parametrize("hours", [-48, 0, 1, 47])
def test_the_new_time_is_later_than_the_old_one_and_than_now(kim, hours):
    limit = timezone.now() + datetime.timedelta(hours=48)
    case = CaseFactory(limit_at=limit)
    with pytest.raises(NotAllowedError):
        services.delay(case, kim, "Vi behöver mer tid.", timezone.now() + datetime.timedelta(hours=hours))
    case.refresh_from_db()
    assert (case.limit_at, case.promised_at, case.owner) == (limit, None, None)
    assert not OutboxMail.objects.exists()


def test_what_is_late_already_can_still_be_told(kim):
    case = CaseFactory(late=True)
    with pytest.raises(NotAllowedError):
        services.delay(case, kim, "Vi behöver mer tid.", timezone.now() - datetime.timedelta(minutes=1))
    services.delay(case, kim, "Vi behöver mer tid.", UNTIL)
    case.refresh_from_db()
    assert not case.is_late(timezone.now())


@pytest.mark.parametrize(
    "values",
    [
        {"answered": True},
        {"closed": True},
        {"status": CaseStatus.QUARANTINED},
        {"status": CaseStatus.MERGED},
        {"status": CaseStatus.IN_PROGRESS, "answered_at": UNTIL},
        {"email": ""},
    ],
)
def test_where_nothing_is_promised_or_nobody_can_be_reached_it_is_refused(kim, values):
    with pytest.raises(NotAllowedError):
        services.delay(CaseFactory(**values), kim, "Vi behöver mer tid.", UNTIL)
    assert not OutboxMail.objects.exists()


def test_it_can_be_told_once_more_and_only_later(kim):
    case = CaseFactory()
    services.delay(case, kim, "Vi behöver mer tid.", UNTIL)
    with pytest.raises(NotAllowedError):
        services.delay(case, kim, "Ändå inte.", UNTIL - datetime.timedelta(days=1))
    services.delay(case, kim, "Och mer.", UNTIL + datetime.timedelta(days=1))
    assert case.mails.count() == 2


def test_it_crosses_no_message_and_goes_out_once(kim):
    case = CaseFactory()
    before = case.messages.get().pk
    first = services.delay(case, kim, "Vi behöver mer tid.", UNTIL, seen=before)
    assert services.delay(case, kim, "Vi behöver mer tid.", UNTIL, seen=before) == first
    MessageFactory(case=case, text="Skynda er!")
    with pytest.raises(ChangedMeanwhileError):
        services.delay(case, kim, "Ännu mer tid.", UNTIL + datetime.timedelta(days=1), seen=first.pk)
    assert case.mails.count() == 1


def test_neither_a_pause_nor_a_closed_day_moves_what_was_told(kim, django_capture_on_commit_callbacks):
    case = CaseFactory()
    services.delay(case, kim, "Vi behöver mer tid.", UNTIL)
    services.park(case, kim, CaseStatus.WAITING_SENDER)
    services.resume(case, kim)
    with django_capture_on_commit_callbacks(execute=True):
        OfficeDayFactory(day=timezone.localdate())
    case.refresh_from_db()
    assert (case.due_at, case.limit_at) == (UNTIL, UNTIL)


def test_a_new_question_after_the_answer_has_a_promise_of_its_own(kim):
    case = services.receive(ContactRequestFactory(submission_key="a"))
    services.delay(case, kim, "Vi behöver mer tid.", UNTIL)
    # While the answer is owed, a further message changes nothing of what was told.
    services.receive(ContactRequestFactory(submission_key="a", text="Skynda er!", topic=case.topic))
    case.refresh_from_db()
    assert case.limit_at == UNTIL
    outbox.count_as_sent(services.answer(case, kim, "Så här är det.").mail, timezone.now())
    services.receive(ContactRequestFactory(submission_key="a", text="Och en sak till?", topic=case.topic))
    case.refresh_from_db()
    assert (case.status, case.promised_at, case.answered_at) == (CaseStatus.REOPENED, None, None)
    assert case.limit_at < UNTIL


def test_a_notice_that_cannot_be_sent_is_told_to_its_owner(kim, mail_server):
    mail_server.says = ["550 5.1.1 unknown"]
    case = CaseFactory()
    outbox.deliver(services.delay(case, kim, "Vi behöver mer tid.", UNTIL).mail.pk)
    notice = case.mails.get(purpose=MailPurpose.ALERT)
    assert notice.to == kim.email
    case.refresh_from_db()
    assert case.status == CaseStatus.IN_PROGRESS


@pytest.mark.parametrize(("days", "is_taken"), [(300, True), (366 + 7, False), (366 * 80, False)])
def test_the_new_day_is_within_a_year(days, is_taken):
    day = next_working_day(timezone.localdate() + datetime.timedelta(days=days))
    form = DelayForm(CaseFactory(), {"until": day.isoformat(), "text": "Det dröjer."})
    assert ("until" not in form.errors) == is_taken


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2020-01-02"])
def test_no_day_breaks_the_form(day):
    assert "until" in DelayForm(CaseFactory(), {"until": day, "text": "Det dröjer."}).errors
