"""Links to the sender's page and codes: what is stored opens nothing, and what is mailed goes to the sender alone."""

import datetime
import itertools
import re

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from business.inbox import outbox, services
from business.inbox.enums import CaseStatus, EventKind, MailPurpose, MailStatus
from business.inbox.models import CaseLink, Event, OutboxMail, SenderCode
from business.inbox.sender_links import code_of, current_link, link_for_token, masked_address, renew_link, token_of
from business.inbox.services.codes import (
    CODE_LIVES,
    MOST_TO_AN_ADDRESS,
    MOST_TRIES,
    TooManyCodesError,
    remove_expired,
)

from .factories import CaseFactory, ContactRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"/sv/arende/([0-9a-f]{64})/")
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


def case_of(**changes):
    return services.receive(ContactRequestFactory(submission_key="nyckel", **changes))


def sent_to(mailoutbox, address):
    return [letter for letter in mailoutbox if letter.recipients() == [address]]


def everything_stored():
    """Return every text that the inbox's tables hold."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name.startswith("inbox_")]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return " ".join(str(bytes(v) if isinstance(v, memoryview) else v) for row in rows for v in row)


def test_a_link_is_mailed_with_receipt_and_answer_and_nothing_that_is_stored_holds_it(mailoutbox):
    case = case_of()
    outbox.sweep()
    services.answer(case, UserFactory(coordinator=True), "Ja.", cc=["kollega@kommun.example"])
    OutboxMail.objects.update(next_attempt_at=timezone.now())
    outbox.sweep()
    receipt, answer = sent_to(mailoutbox, case.email)
    tokens = {ADDRESS.search(letter.body)[1] for letter in (receipt, answer)}
    assert len(tokens) == 1
    token = tokens.pop()
    assert link_for_token(token).case == case
    assert token not in everything_stored()
    assert masked_address(case) in OutboxMail.objects.get(purpose=MailPurpose.ANSWER).body
    # Who has a copy reads the answer, and no way to the sender's page.
    copy = sent_to(mailoutbox, "kollega@kommun.example")[0]
    assert "arende" not in copy.body
    assert "egen sida" not in copy.body
    assert copy.body.startswith("Ja.")


def test_an_officer_sends_the_link_of_an_old_case_and_pressed_twice_it_is_one_mail(coordinator, reader, mailoutbox):
    case = CaseFactory(taken=True)
    page, act = reverse("inbox:case", args=[case.pk]), reverse("inbox:link", args=[case.pk])
    assert act in coordinator.get(page).content.decode()
    assert act not in reader.get(page).content.decode()
    for _twice in range(2):
        assert coordinator.post(act).status_code == 302
    outbox.sweep()
    (letter,) = sent_to(mailoutbox, case.email)
    token = ADDRESS.search(letter.body)[1]
    assert link_for_token(token).case == case
    assert token not in everything_stored()
    assert "Din sida" in coordinator.get(page).content.decode()
    OutboxMail.objects.update(created_at=timezone.now() - HOUR)
    assert coordinator.post(act).status_code == 302
    outbox.sweep()
    assert ADDRESS.search(sent_to(mailoutbox, case.email)[1].body)[1] == token  # the same link
    told = Event.objects.filter(case_id=case.pk, actor_id=coordinator.user.pk).order_by("pk")
    assert list(told.values_list("kind", flat=True)) == [EventKind.LINK_SENT, EventKind.LINK_SENT]
    # Put in quarantine, it goes to nobody.
    OutboxMail.objects.update(created_at=timezone.now() - HOUR)
    waiting = services.send_link(case, coordinator.user)
    outbox.withdraw_receipts(case)
    assert OutboxMail.objects.get(pk=waiting.pk).status == MailStatus.WITHDRAWN
    # One that could not be sent is no reason not to send another.
    OutboxMail.objects.update(status=MailStatus.FAILED)
    assert coordinator.post(act).status_code == 302
    assert case.mails.count() == 4
    long_ago = timezone.now() - datetime.timedelta(days=400)
    for refused in (
        CaseFactory(email=""),
        CaseFactory(status=CaseStatus.QUARANTINED, quarantine_reason="links"),
        CaseFactory(closed=True, closed_at=long_ago),
        CaseFactory(secrecy_ground="31 kap. 16 §", owner=coordinator.user),
    ):
        act = reverse("inbox:link", args=[refused.pk])
        assert act not in coordinator.get(reverse("inbox:case", args=[refused.pk])).content.decode()
        assert coordinator.post(act).status_code == 409
        assert not refused.mails.exists()


def test_the_sender_of_a_merged_case_gets_their_own_link(mailoutbox):
    one = CaseFactory(taken=True)
    other = CaseFactory(email="annan@example.se")
    services.merge(other, one, one.owner)
    one.refresh_from_db()
    services.answer(one, one.owner, "Ja.", also=[other])
    OutboxMail.objects.update(next_attempt_at=timezone.now())
    outbox.sweep()
    links = {address: ADDRESS.search(sent_to(mailoutbox, address)[0].body)[1] for address in (one.email, other.email)}
    assert link_for_token(links[one.email]).case == one
    assert link_for_token(links[other.email]).case == other


def test_a_corrected_address_ends_the_link_that_went_to_a_stranger():
    case = case_of(email="fel@example.se")
    former = token_of(current_link(case))
    services.receive(ContactRequestFactory(submission_key="nyckel", topic=case.topic, email="ratt@example.se"))
    assert link_for_token(former).ended_at is not None
    latest = current_link(case)
    assert latest.ended_at is None
    assert token_of(latest) != former
    # An officer who sends a failed mail to a corrected address does the same.
    mail = OutboxMail.objects.filter(to="ratt@example.se").get()
    OutboxMail.objects.filter(pk=mail.pk).update(status=MailStatus.FAILED)
    services.send_again(mail, UserFactory(coordinator=True), "helt-ratt@example.se")
    assert link_for_token(token_of(latest)).ended_at is not None


def test_with_another_secret_key_a_case_gets_a_new_link_and_the_old_one_still_leads_there(settings):
    case = CaseFactory()
    old = token_of(renew_link(case))
    settings.SECRET_KEY = "another-key-of-fifty-characters-or-more-for-tests"
    assert current_link(case) is None
    assert link_for_token(old).case == case


# --- Codes


def test_a_code_is_mailed_used_once_and_nowhere_stored(mailoutbox):
    case = case_of()
    code = services.send_code(case, "här")
    outbox.sweep()
    letter = next(letter for letter in mailoutbox if code_of(code) in letter.body)
    assert letter.recipients() == [case.email]
    assert case.number in letter.subject
    assert code_of(code) not in OutboxMail.objects.get(purpose=MailPurpose.CODE).body
    assert services.check_code(case, code.pk, code_of(code), "formulär")
    assert services.check_code(case, code.pk, code_of(code), "formulär")  # the button was pressed twice
    assert not services.check_code(case, code.pk, code_of(code), "annat formulär")


def test_a_code_of_another_case_too_late_or_guessed_is_refused():
    case, other = CaseFactory(), CaseFactory()
    code = services.send_code(case, "här")
    right, wrong = code_of(code), f"{(int(code_of(code)) + 1) % 1_000_000:06d}"
    assert not services.check_code(other, code.pk, right, "f")
    assert not services.check_code(case, 0, right, "f")
    assert not services.check_code(case, code.pk, right, "f", at=code.created_at + CODE_LIVES + MINUTE)
    assert not any(services.check_code(case, code.pk, wrong, "f") for _try in range(MOST_TRIES))
    assert not services.check_code(case, code.pk, right, "f")
    assert SenderCode.objects.get().used_at is None


def test_codes_that_can_be_used_for_nothing_are_removed_and_what_was_mailed_stays(mailoutbox):
    case, now = CaseFactory(), timezone.now()
    sent, waits, fresh = (services.send_code(case, "här", at=now) for _number in range(3))
    OutboxMail.objects.update(status=MailStatus.SENT)
    OutboxMail.objects.filter(pk=waits.mail_id).update(status=MailStatus.WAITING)
    SenderCode.objects.exclude(pk=fresh.pk).update(created_at=now - 25 * HOUR)
    assert remove_expired(now) == 1
    assert set(SenderCode.objects.values_list("pk", flat=True)) == {waits.pk, fresh.pk}
    assert OutboxMail.objects.filter(pk=sent.mail_id).exists()
    outbox.deliver(waits.mail_id)  # late, and with its digits
    assert code_of(waits) in mailoutbox[-1].body
    assert remove_expired(now) == 1
    assert remove_expired(now + 26 * HOUR) == 1
    assert not SenderCode.objects.exists()


def test_codes_are_few_for_a_case_and_nobody_can_take_them_all():
    case, now = CaseFactory(), timezone.now()
    for _number in range(4):
        services.send_code(case, "tjuv", at=now)
    with pytest.raises(TooManyCodesError):
        services.send_code(case, "tjuv", at=now)
    services.send_code(case, "hemma", at=now)  # the sender still gets one
    with pytest.raises(TooManyCodesError):
        services.send_code(case, "hemma", at=now)  # five an hour for the case
    later = now + HOUR + MINUTE
    for _number in range(4):
        services.send_code(case, "tjuv", at=later)
    services.send_code(case, "hemma", at=later)
    with pytest.raises(TooManyCodesError):
        services.send_code(case, "hemma", at=later + HOUR + MINUTE)  # ten a day
    services.send_code(case, "hemma", at=later + 25 * HOUR)


def test_an_address_with_many_cases_is_not_flooded():
    now = timezone.now()
    written = itertools.cycle(["offer@example.se", "Offer@Example.se", "OFFER@example.se"])
    cases = [CaseFactory(email=next(written)) for _number in range(MOST_TO_AN_ADDRESS + 1)]
    for case in cases[:-1]:
        services.send_code(case, "tjuv", at=now)
    with pytest.raises(TooManyCodesError):
        services.send_code(cases[-1], "tjuv", at=now)


def test_no_code_goes_to_an_address_that_may_be_a_strangers():
    quarantined = CaseFactory(status=CaseStatus.QUARANTINED, quarantine_reason="links")
    closed = CaseFactory(closed=True, quarantine_reason="links")
    for case in (quarantined, closed, CaseFactory(email="")):
        with pytest.raises(services.NotAllowedError):
            services.send_code(case, "här")
    assert not OutboxMail.objects.exists()


def test_a_code_that_cannot_be_mailed_is_nobodys_trouble(mail_server):
    case = CaseFactory(answered=True)
    code = services.send_code(case, "här")
    mail_server.says = ["550 unknown"]
    outbox.deliver(code.mail_id)
    case.refresh_from_db()
    assert OutboxMail.objects.get(pk=code.mail_id).status == MailStatus.FAILED
    assert case.status == CaseStatus.ANSWERED
    assert not OutboxMail.objects.failed().exists()
    assert OutboxMail.objects.count() == 1
    assert CaseLink.objects.count() == 0
