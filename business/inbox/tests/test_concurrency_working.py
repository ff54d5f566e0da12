"""Officers, senders and workers at the same case at the same moment, on a database where commits are real."""

import datetime
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

from django.db import transaction
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, EventKind, MailStatus
from business.inbox.flow import locked
from business.inbox.models import Case, Draft, Event, OutboxMail, Pause

from .factories import CaseFactory, ContactRequestFactory, UserFactory
from .test_concurrency import at_once


def refused(got):
    return [one for one in got if isinstance(one, services.NotAllowedError)]


def broken(got):
    """What went wrong in a way that nobody may see: a deadlock, a lock that was waited for too long."""
    return [one for one in got if isinstance(one, Exception) and not isinstance(one, services.NotAllowedError)]


def test_two_who_merge_crosswise_one_wins_and_nobody_waits_for_ever(committed_db):
    kim = UserFactory(coordinator=True)
    for _round in range(5):
        pair = [CaseFactory(), CaseFactory()]
        got = at_once(2, lambda number, pair=pair: services.merge(pair[number], pair[1 - number], kim))
        assert not broken(got)
        assert len(refused(got)) == 1
        assert Case.objects.filter(pk__in=[one.pk for one in pair], status=CaseStatus.MERGED).count() == 1


def test_messages_to_a_merged_case_while_it_is_parted_are_all_kept(committed_db):
    kim = UserFactory(coordinator=True)
    # The other is the older one: the locks are then taken against the order of "case, then where it is merged".
    into = CaseFactory()
    request = ContactRequestFactory(submission_key="a")
    case = services.receive(request)
    for number in range(4):
        services.merge(case, into, kim)
        got = at_once(
            2,
            lambda who, number=number: (
                services.unmerge(case, kim)
                if who
                else services.receive(
                    ContactRequestFactory(submission_key="a", text=f"Nummer {number}", topic=request.topic)
                )
            ),
        )
        assert not broken(got)
        assert not refused(got)
        case.refresh_from_db()
        assert case.merged_into is None
    assert case.messages.count() == 5
    assert Event.objects.filter(case_id=case.pk, kind=EventKind.ADDED).count() == 4


def test_who_answers_a_merged_sender_and_who_parts_them_do_not_wait_for_each_other(committed_db):
    kim = UserFactory(coordinator=True)
    other, into = CaseFactory(), CaseFactory()  # locked in this order when they are parted
    services.merge(other, into, kim)
    both = Barrier(2)

    def act(who):
        with transaction.atomic():
            locked((into, other)[who])
            with suppress(BrokenBarrierError):  # SQLite lets one in at a time
                both.wait(timeout=1)
            if who:
                locked(into)
            else:
                services.answer(into, kim, "Ja!", also=[other])

    assert not broken(at_once(2, act))
    assert OutboxMail.objects.filter(case=other).count() == 1


def test_an_answer_is_taken_back_or_sent_and_never_both(committed_db, mail_server):
    kim = UserFactory(coordinator=True)
    for number in range(6):
        mail = services.answer(CaseFactory(), kim, f"Svar {number}", cc=[f"bo{number}@example.se"]).mail
        got = at_once(2, lambda who, mail=mail: services.withdraw(mail, kim) if who else outbox.deliver(mail.pk))
        assert not broken(got)
        sent = [one for one in mail_server.received if one["Message-ID"] == mail.message_id_header]
        states = set(OutboxMail.objects.filter(copy_of=mail).values_list("status", flat=True))
        mail.refresh_from_db()
        if refused(got):
            assert (len(sent), mail.status, states) == (1, MailStatus.SENT, {MailStatus.WAITING})
            assert not Draft.objects.filter(case=mail.case).exists()
        else:
            assert (len(sent), mail.status, states) == (0, MailStatus.WITHDRAWN, {MailStatus.WITHDRAWN})
            assert Draft.objects.get(case=mail.case).text == f"Svar {number}"


def test_one_answer_is_taken_back_once(committed_db):
    kim = UserFactory(coordinator=True)
    mail = services.answer(CaseFactory(), kim, "Hej!").mail
    got = at_once(4, lambda _number: services.withdraw(mail, kim))
    assert not broken(got)
    assert len(refused(got)) == 3
    assert Draft.objects.get().text == "Hej!"
    assert Event.objects.filter(kind=EventKind.WITHDRAWN).count() == 1


def test_two_who_put_a_case_aside_leave_one_pause(committed_db):
    officers = UserFactory.create_batch(2, coordinator=True)
    case = CaseFactory()
    day = timezone.localdate() + datetime.timedelta(days=7)
    got = at_once(2, lambda number: services.park(case, officers[number], CaseStatus.WAITING_SENDER, resume_on=day))
    assert not broken(got)
    assert Pause.objects.get().ended_at is None
    got = at_once(2, lambda number: services.resume(case, officers[number]))
    assert not broken(got)
    assert len(refused(got)) == 1
    assert Pause.objects.get().ended_at is not None


def test_a_case_is_given_to_two_at_once_and_has_one(committed_db):
    kim, *others = UserFactory.create_batch(3, coordinator=True)
    case = CaseFactory()
    got = at_once(2, lambda number: services.assign(case, kim, user=others[number]))
    assert not broken(got)
    case.refresh_from_db()
    assert case.owner in others
    assert Event.objects.filter(kind=EventKind.ASSIGNED).count() == 2
