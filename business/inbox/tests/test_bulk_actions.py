"""One act on many cases."""

import datetime
from unittest import mock
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.utils import timezone
from django.utils.html import strip_tags

from business.inbox import services
from business.inbox.bulk_actions import base
from business.inbox.enums import AccessKind, CaseStatus, Direction, MailPurpose
from business.inbox.models import AccessEntry, Attachment, CannedReply, Case, Draft, Event, Message, OutboxMail

from .factories import CaseFactory, MessageFactory, UserFactory

pytestmark = pytest.mark.django_db
INDEX = "/admin/inbox/"
ACTIONS = ["assign", "state", "reply", "merge", "quarantine", "unquarantine"]


def address(action, cases="all", **query):
    ids = [("id", "all")] if cases == "all" else [("id", case.pk) for case in cases]
    return f"/admin/bulk/inbox/case/{action}/?{urlencode([*query.items(), *ids, ('next', INDEX)])}"


def confirm(browser, action, cases="all", **query):
    """Open the confirmation; return what its form carries."""
    answer = browser.get(address(action, cases, **query))
    assert answer.status_code == 200
    return {name: answer.context["form"][name].value() for name in ("cases", "seen")}


def do(browser, action, cases="all", query=None, carried=None, **typed):
    carried = carried or confirm(browser, action, cases, **(query or {}))
    return browser.post(address(action, cases, **(query or {})), {**carried, **typed})


def send(browser, cases="all", /, query=None, carried=None, **typed):
    """Choose a reply, look at what goes out, and send it."""
    shown = do(browser, "reply", cases, query=query, carried=carried, **typed)
    assert shown.status_code == 200
    return do(
        browser, "reply", cases, query=query, carried=carried, **typed, shown=shown.context["form"]["shown"].value()
    )


def said(answer, browser):
    assert (answer.status_code, answer["Location"]) == (302, INDEX)
    return " ".join(strip_tags(str(message)) for message in browser.get(INDEX).context["messages"])


def reasons(answer):
    """Which cases could not be done, and why."""
    assert answer.status_code == 200
    return {case.pk: reason for case, reason in answer.context["result"].refused}


@pytest.fixture
def reply(db):
    return CannedReply.objects.create(name="Tack", text="Hej {förnamn}! Ärende {ärendenummer}.", language="sv")


# --- Who may, and what is offered


@pytest.mark.parametrize("action", ACTIONS)
def test_only_who_works_with_cases_may(editor, reader, action):
    case = CaseFactory()
    for browser in (editor, reader):
        for answer in (browser.get(address(action, [case])), browser.post(address(action), {"cases": str(case.pk)})):
            assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert not Event.objects.exists()


def test_the_bar_is_only_for_who_works_with_cases(coordinator, reader):
    case = CaseFactory()
    html = coordinator.get(INDEX).content.decode()
    for action in ACTIONS:
        assert f"/admin/bulk/inbox/case/{action}/" in html
    assert f'id="case_{case.pk}_title"' in html
    html = reader.get(INDEX).content.decode()
    assert "data-bulk-action-checkbox" not in html
    assert "data-bulk-action-footer" not in html


@pytest.mark.parametrize("action", ACTIONS)
def test_the_confirmation_says_which_and_how_many(coordinator, action, count_queries):
    CaseFactory.create_batch(3)
    with count_queries() as few:
        html = coordinator.get(address(action)).content.decode()
    assert "3 cases" in html
    assert all(case.number in html for case in Case.objects.all())
    CaseFactory.create_batch(12)
    with count_queries() as many:
        html = coordinator.get(address(action)).content.decode()
    assert "and 5 more" in html
    assert len(few) == len(many)


@pytest.mark.parametrize("ids", [[], ["x"], ["-1"], ["9" * 30], ["٣"], ["all", "x"], ["0"]])
def test_no_address_breaks_the_confirmation(coordinator, ids):
    for action in ACTIONS:
        path = f"/admin/bulk/inbox/case/{action}/?{urlencode([('id', one) for one in ids])}&next=//evil.example/"
        answer = coordinator.get(path)
        assert answer.status_code == 200
        assert "None of these cases can be found any more." in answer.content.decode()
        assert "evil.example" not in answer.content.decode().split("<main")[1].split('class="button')[0]
        assert coordinator.post(path, {"cases": "1;2", "seen": "x"}).status_code == 422


# --- All that match


def test_all_that_match_are_all_that_the_listing_shows_on_every_page(coordinator):
    late = CaseFactory.create_batch(27, late=True)
    CaseFactory(), CaseFactory(late=True, status=CaseStatus.QUARANTINED)
    other = UserFactory(coordinator=True)
    answer = do(coordinator, "assign", query={"attention": "late"}, to=f"user:{other.pk}")
    assert "27 cases were updated." in said(answer, coordinator)
    assert set(Case.objects.filter(owner=other)) == set(late)


def test_what_comes_in_after_the_confirmation_is_not_touched(coordinator):
    shown = CaseFactory()
    carried = confirm(coordinator, "quarantine")
    came = CaseFactory()
    do(coordinator, "quarantine", carried=carried)
    assert list(Case.objects.filter(status=CaseStatus.QUARANTINED)) == [shown]
    came.refresh_from_db()
    assert came.status == CaseStatus.NEW


@pytest.mark.parametrize("query", [{"topic": "gone"}, {"attention": "soon"}, {"received_from": "x"}])
def test_all_of_an_address_that_is_not_understood_are_none(coordinator, query):
    case = CaseFactory()
    html = coordinator.get(address("quarantine", **query)).content.decode()
    assert "is not understood" in html
    assert case.number not in html
    carried = {"cases": str(case.pk), "seen": "0"}
    answer = do(coordinator, "quarantine", query=query, carried=carried)
    assert "is not understood" in answer.content.decode()
    assert Case.objects.get().status == CaseStatus.NEW


def test_a_filter_that_goes_between_confirmation_and_act_widens_nothing(coordinator):
    cases = CaseFactory.create_batch(2)
    owner = UserFactory(coordinator=True)
    services.take(cases[0], owner)
    carried = confirm(coordinator, "state", owner=owner.pk)
    services.release(cases[0], owner)  # nobody's: no longer a choice of the filter
    carried["cases"] = ",".join(str(case.pk) for case in cases)
    do(coordinator, "state", query={"owner": owner.pk}, carried=carried, change="take_up")
    assert {case.status for case in Case.objects.all()} == {CaseStatus.IN_PROGRESS, CaseStatus.NEW}
    assert not Case.objects.exclude(owner=None).exists()


def test_what_somebody_else_has_taken_meanwhile_is_left_alone_and_said(coordinator):
    first, second = CaseFactory.create_batch(2)
    other = UserFactory(coordinator=True)
    carried = confirm(coordinator, "assign", owner="nobody")
    services.take(first, other)
    answer = do(coordinator, "assign", query={"owner": "nobody"}, carried=carried, to=f"user:{coordinator.user.pk}")
    html = answer.content.decode()
    assert "1 case was updated." in html
    assert "1 case was changed by somebody else meanwhile" in html
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.owner, second.owner) == (other, coordinator.user)


def test_no_more_than_so_many_at_a_time(coordinator, monkeypatch):
    monkeypatch.setattr(base, "MOST", 3)
    CaseFactory.create_batch(5)
    html = coordinator.get(address("quarantine")).content.decode()
    assert "5 cases match. At most 3 are taken at a time: the first 3" in html
    do(coordinator, "quarantine")
    assert Case.objects.filter(status=CaseStatus.QUARANTINED).count() == 3


# --- Each by itself


def test_what_cannot_be_done_is_named_and_stops_no_other(coordinator):
    new, closed, working = CaseFactory(), CaseFactory(closed=True), CaseFactory(taken=True)
    answer = do(coordinator, "quarantine", [new, closed, working])
    assert set(reasons(answer)) == {closed.pk, working.pk}
    assert "cannot become" in reasons(answer)[closed.pk]
    assert "1 case was updated." in answer.content.decode()
    new.refresh_from_db()
    assert new.status == CaseStatus.QUARANTINED


def test_a_case_that_fails_halfway_is_as_it_was(coordinator):
    first, second = CaseFactory.create_batch(2)
    real = services.quarantine

    def breaks(case, user):
        real(case, user)
        if case.pk == first.pk:
            raise OperationalError

    with mock.patch.object(services, "quarantine", breaks):
        answer = do(coordinator, "quarantine", [first, second])
    assert set(reasons(answer)) == {first.pk}
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.status, second.status) == (CaseStatus.NEW, CaseStatus.QUARANTINED)
    assert not Event.objects.filter(case_id=first.pk).exists()


# --- The acts


def test_cases_are_handed_over_with_a_note(coordinator):
    cases = CaseFactory.create_batch(2)
    other = UserFactory(coordinator=True)
    do(coordinator, "assign", cases, to=f"user:{other.pk}", text="Kan du ta de här?")
    for case in cases:
        case.refresh_from_db()
        assert (case.owner, case.status) == (other, CaseStatus.ASSIGNED)
        assert case.messages.filter(direction=Direction.NOTE, text="Kan du ta de här?").count() == 1
    assert OutboxMail.objects.filter(purpose=MailPurpose.ALERT, to=other.email).count() == 2


def test_cases_are_handed_to_a_unit(coordinator):
    case, unit = CaseFactory(), CaseFactory().unit
    do(coordinator, "assign", [case], to=f"unit:{unit.slug}")
    case.refresh_from_db()
    assert (case.unit, case.owner) == (unit, None)


def test_cases_wait_until_a_day(coordinator):
    cases = CaseFactory.create_batch(2, taken=True)
    day = timezone.localdate() + datetime.timedelta(days=5)
    do(coordinator, "state", cases, change="waiting_sender", resume_on=f"{day}")
    for case in cases:
        case.refresh_from_db()
        assert (case.status, case.resume_on) == (CaseStatus.WAITING_SENDER, day)
    do(coordinator, "state", cases, change="take_up")
    assert {case.status for case in Case.objects.all()} == {CaseStatus.IN_PROGRESS}


def test_taking_up_new_cases_makes_them_mine(coordinator):
    new, theirs = CaseFactory(), CaseFactory(taken=True)
    answer = do(coordinator, "state", [new, theirs], change="take_up")
    assert set(reasons(answer)) == {theirs.pk}
    new.refresh_from_db()
    assert (new.owner, new.status) == (coordinator.user, CaseStatus.IN_PROGRESS)


def test_cases_are_closed_with_a_decision(coordinator):
    answered, asked = CaseFactory(answered=True), CaseFactory()
    answer = do(coordinator, "state", [answered, asked], change="close", triage="kept")
    assert "has had no answer" in reasons(answer)[asked.pk]
    do(coordinator, "state", [asked], change="close", triage="kept", reason="Reklam")
    assert {case.status for case in Case.objects.all()} == {CaseStatus.CLOSED}


def test_a_case_that_was_added_to_meanwhile_is_not_closed(coordinator):
    case = CaseFactory(answered=True)
    carried = confirm(coordinator, "state", [case])
    MessageFactory(case=case)
    answer = do(coordinator, "state", [case], carried=carried, change="close", triage="kept")
    assert "added something" in reasons(answer)[case.pk]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "change"),
        ({"change": "merged"}, "change"),
        ({"change": "close"}, "triage"),
        ({"change": "close", "triage": "registered"}, "registered_number"),
        ({"change": "waiting_other"}, "resume_on"),
        ({"change": "waiting_other", "resume_on": "2020-01-01"}, "resume_on"),
        ({"change": "waiting_other", "resume_on": "soon"}, "resume_on"),
    ],
)
def test_what_is_missing_is_told_at_its_field_and_nothing_is_lost(coordinator, typed, field):
    case = CaseFactory(taken=True)
    answer = do(coordinator, "state", [case], reason="Skriven text", **typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    html = answer.content.decode()
    assert 'value="Skriven text"' in html
    assert case.number in html
    assert Case.objects.get().status == CaseStatus.IN_PROGRESS


def test_each_gets_the_reply_filled_in_for_them(coordinator, reply):
    elsa, bo = CaseFactory(name="Elsa Norrby"), CaseFactory(name="Bo Ek")
    send(coordinator, [elsa, bo], reply=reply.pk, after="answered")
    texts = {m.case_id: m.text for m in Message.objects.filter(direction=Direction.OUTGOING)}
    assert texts == {elsa.pk: f"Hej Elsa! Ärende {elsa.number}.", bo.pk: f"Hej Bo! Ärende {bo.number}."}


def test_before_anything_is_sent_it_is_shown_how_many_mails_go_to_whom(coordinator, reply):
    first = CaseFactory(name="Elsa Norrby", email="elsa@example.se", received_at=timezone.now())
    CaseFactory(name="Elsa igen", email="Elsa@example.se", received_at=timezone.now() - datetime.timedelta(days=1))
    CaseFactory(name="Utan Adress", email="")
    shown = do(coordinator, "reply", reply=reply.pk, after="answered")
    assert not OutboxMail.objects.exists()
    html = " ".join(shown.content.decode().split())
    for words in ("2 mails will be sent", "They all go to 1 address.", "1 gets no reply", "Send 2 replies"):
        assert words in html
    for word in ("Elsa Norrby", "elsa@example.se", "Elsa igen", "Utan Adress", "There is no e-mail address"):
        assert word in html
    send(coordinator, reply=reply.pk, after="answered")
    sent = OutboxMail.objects.get(case=first)
    assert shown.context["mail"] == (sent.subject, sent.body)
    assert OutboxMail.objects.count() == 2


def test_a_reply_that_has_not_been_shown_is_not_sent(coordinator, reply):
    case, other = CaseFactory(), CannedReply.objects.create(name="Annat", text="Hej igen!", language="sv")
    shown = do(coordinator, "reply", [case], reply=reply.pk, after="answered").context["form"]["shown"].value()
    assert (
        "Hej igen!"
        in do(coordinator, "reply", [case], reply=other.pk, after="answered", shown=shown).context["mail"][1]
    )
    CannedReply.objects.filter(pk=reply.pk).update(text="Ändrat av en kollega.")
    changed = do(coordinator, "reply", [case], reply=reply.pk, after="answered", shown=shown)
    assert "Ändrat av en kollega." in changed.context["mail"][1]
    assert not OutboxMail.objects.exists()


def test_where_nobody_can_get_it_another_reply_is_chosen(coordinator, reply):
    shown = do(coordinator, "reply", [CaseFactory(language="en")], reply=reply.pk, after="answered")
    html = shown.content.decode()
    assert "None of these senders can get this reply." in html
    assert "Show what is sent" in html
    assert not shown.context["form"]["shown"].value()


def test_the_preview_asks_the_same_however_many_there_are(coordinator, reply, count_queries):
    reply.text += " {ämne} {enhet} {telefon} {epost} {företag}"
    reply.save()
    CaseFactory.create_batch(2)
    with count_queries() as few:
        do(coordinator, "reply", reply=reply.pk, after="answered")
    CaseFactory.create_batch(12)
    CaseFactory.create_batch(2, language="en")
    with count_queries() as many:
        do(coordinator, "reply", reply=reply.pk, after="answered")
    assert len(few) == len(many)


def test_a_secret_cases_sender_is_not_named_in_the_preview(coordinator, reply):
    case = CaseFactory(
        name="Hemlig Person", email="hemlig@example.se", secrecy_ground="OSL 30:23", owner=coordinator.user
    )
    shown = CaseFactory(received_at=timezone.now() + datetime.timedelta(hours=1))
    html = do(coordinator, "reply", reply=reply.pk, after="answered").content.decode()
    assert case.number in html
    assert "Hemlig Person" not in html
    assert "hemlig@" not in html
    seen = set(AccessEntry.objects.values_list("case_id", "kind"))
    assert seen == {(shown.pk, AccessKind.CASE), (shown.pk, AccessKind.CONTACT)}


def test_what_was_said_since_the_cases_were_chosen_stops_the_reply_in_the_preview_too(coordinator, reply):
    case, fine = CaseFactory(), CaseFactory()
    carried = confirm(coordinator, "reply", [case, fine])
    MessageFactory(case=case, text="Vänta!")
    shown = do(coordinator, "reply", [case, fine], carried=carried, reply=reply.pk, after="answered")
    assert [refused.pk for refused, _why in shown.context["without"]] == [case.pk]


def test_a_reply_that_is_sent_twice_goes_out_once(coordinator, reply):
    case = CaseFactory()
    carried = confirm(coordinator, "reply", [case])
    fields = {"reply": reply.pk, "after": "answered"}
    shown = do(coordinator, "reply", [case], carried=carried, **fields).context["form"]["shown"].value()
    for _time in range(2):
        do(coordinator, "reply", [case], carried=carried, **fields, shown=shown)
    assert Message.objects.filter(direction=Direction.OUTGOING).count() == 1


def test_who_cannot_get_the_reply_is_named(coordinator, reply):
    reply.text += " {företag}"
    reply.save()
    fine = CaseFactory()
    nameless, english, no_address = CaseFactory(company=""), CaseFactory(language="en"), CaseFactory(email="")
    begun = CaseFactory()
    Draft.objects.create(case=begun, user=coordinator.user, text="Påbörjat")
    answer = send(coordinator, reply=reply.pk, after="answered")
    why = reasons(answer)
    assert set(why) == {nameless.pk, english.pk, no_address.pk, begun.pk}
    assert "företag" in why[nameless.pk]
    assert "English" in why[english.pk]
    assert "address" in why[no_address.pk]
    assert Draft.objects.get().text == "Påbörjat"
    assert Message.objects.get(direction=Direction.OUTGOING).case == fine


def test_a_begun_answer_with_only_files_or_copies_is_begun(coordinator, reply):
    files, copies, emptied = CaseFactory.create_batch(3)
    draft = Draft.objects.create(case=files, user=coordinator.user)
    Attachment.objects.create(draft=draft, name="plan.txt", kind="text/plain", size=4, path="a")
    Draft.objects.create(case=copies, user=coordinator.user, cc="bo@example.se")
    Draft.objects.create(case=emptied, user=coordinator.user)
    why = reasons(send(coordinator, [files, copies, emptied], reply=reply.pk, after="answered"))
    assert set(why) == {files.pk, copies.pk}
    assert Draft.objects.filter(case=files, attachments__name="plan.txt").exists()


def test_a_case_whose_merged_senders_wait_is_answered_by_itself(coordinator, reply):
    case, fine, kim = CaseFactory(), CaseFactory(), coordinator.user
    services.merge(CaseFactory(), case, kim)
    services.merge(CaseFactory(answered=True), fine, kim)
    answer = send(coordinator, [case, fine], reply=reply.pk, after="answered")
    assert list(reasons(answer)) == [case.pk]
    assert "waits for the answer too" in reasons(answer)[case.pk]
    assert list(OutboxMail.objects.values_list("case", flat=True)) == [fine.pk]


def test_a_reply_for_one_topic_goes_to_no_other(coordinator, reply):
    case, other = CaseFactory.create_batch(2)
    reply.topic = case.topic
    reply.save()
    assert set(reasons(send(coordinator, [case, other], reply=reply.pk, after="answered"))) == {other.pk}


def test_what_follows_a_reply_goes_with_it(coordinator, reply):
    case = CaseFactory()
    day = timezone.localdate() + datetime.timedelta(days=3)
    send(coordinator, [case], reply=reply.pk, after="wait", resume_on=f"{day}")
    mail = OutboxMail.objects.get(purpose=MailPurpose.ANSWER)
    assert (mail.after, mail.after_data["resume_on"]) == ("wait", f"{day}")


def test_all_are_merged_into_the_oldest(coordinator):
    new, old, third = (CaseFactory(received_at=timezone.now() - datetime.timedelta(days=days)) for days in (1, 9, 3))
    cases = [new, old, third]
    assert old.number in coordinator.get(address("merge", cases)).context["view"].question
    answer = do(coordinator, "merge", cases, one_matter="on")
    assert f"2 cases are merged into {old.number}." in said(answer, coordinator)
    assert set(old.merged.all()) == {new, third}


def test_different_senders_are_named_and_merged_only_when_somebody_says_that_it_is_one_matter(coordinator):
    cases = [
        CaseFactory(name="Elsa Norrby", company="Kafé Sjöboden AB", email="elsa@example.se"),
        CaseFactory(name="Bo Berg", company="", email="bo@example.se"),
        CaseFactory(name="Hemlig Person", secrecy_ground="OSL 30:23", owner=coordinator.user),
        CaseFactory(name="Undanhållen Person", secrecy_ground="OSL 30:23"),
    ]
    html = coordinator.get(address("merge", cases)).content.decode()
    for sender in ("Elsa Norrby, Kafé Sjöboden AB, elsa@example.se", "Bo Berg, bo@example.se"):
        assert f"<li>{sender}</li>" in html
    assert "Hemlig Person" not in html
    assert "Undanhållen Person" not in html
    answer = do(coordinator, "merge", cases)
    assert answer.status_code == 422
    assert "Confirm that they are one matter." in answer.content.decode()
    assert "Bo Berg, bo@example.se" in answer.content.decode()
    assert not Case.objects.exclude(merged_into=None).exists()
    html = do(coordinator, "merge", cases, one_matter="on").content.decode()
    assert "1 case is merged" in html
    assert "Only one of the cases is under secrecy." in html
    assert cases[3].number not in html


def test_one_senders_cases_are_merged_without_more_ado(coordinator):
    cases = [CaseFactory(email="elsa@example.se"), CaseFactory(email="Elsa@Example.se")]
    assert "one_matter" not in coordinator.get(address("merge", cases)).context["form"].fields
    assert "1 case is merged" in said(do(coordinator, "merge", cases), coordinator)


def test_whoever_had_a_merged_case_has_the_one_that_goes_on_if_nobody_had_it(coordinator):
    kim, sam = coordinator.user, UserFactory(coordinator=True)
    cases = [CaseFactory(), CaseFactory(taken=True, owner=sam), CaseFactory(taken=True, owner=kim)]
    do(coordinator, "merge", cases, one_matter="on")
    assert Case.objects.get(pk=cases[0].pk).owner == sam  # the first that somebody had
    assert OutboxMail.objects.get(purpose=MailPurpose.ALERT).to == sam.email


def test_nothing_is_merged_when_the_case_that_was_named_is_gone(coordinator):
    old, new, third = (CaseFactory(received_at=timezone.now() - datetime.timedelta(days=days)) for days in (9, 1, 3))
    carried = confirm(coordinator, "merge", attention="open")
    services.close(old, coordinator.user, "kept", reason="Löst")
    answer = do(coordinator, "merge", query={"attention": "open"}, carried=carried, one_matter="on")
    why = reasons(answer)
    assert set(why) == {new.pk, third.pk}
    assert old.number in why[new.pk]
    assert not Case.objects.exclude(merged_into=None).exists()


def test_nothing_is_merged_when_the_case_that_was_named_cannot_take(coordinator):
    old, new = (CaseFactory(received_at=timezone.now() - datetime.timedelta(days=days)) for days in (9, 1))
    carried = confirm(coordinator, "merge", [old, new])
    services.quarantine(old, coordinator.user)
    why = reasons(do(coordinator, "merge", [old, new], carried=carried, one_matter="on"))
    assert set(why) == {new.pk}
    assert old.number in why[new.pk]


def test_one_case_alone_is_not_merged(coordinator):
    answer = do(coordinator, "merge", [CaseFactory()])
    assert answer.status_code == 422
    assert "Choose at least two cases to merge." in answer.content.decode()


def test_cases_are_let_out_of_quarantine(coordinator):
    cases = CaseFactory.create_batch(2, status=CaseStatus.QUARANTINED)
    do(coordinator, "unquarantine", query={"attention": "quarantine"})
    assert {case.status for case in Case.objects.all()} == {CaseStatus.NEW}
    assert OutboxMail.objects.filter(purpose=MailPurpose.RECEIPT).count() == len(cases)
