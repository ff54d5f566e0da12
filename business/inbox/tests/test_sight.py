"""Secrecy, contact details, colleagues who are let in, and the trace of who looked: as each of them meets it."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.urls import reverse

from business.inbox import services
from business.inbox.contact_details import masked_email, masked_phone
from business.inbox.enums import AccessKind, CaseStatus, Direction, EventKind, MailPurpose
from business.inbox.mails import receipt_mail
from business.inbox.models import AccessEntry, Case, Event, Membership, OutboxMail
from business.organisation.tests.factories import UnitFactory

from .conftest import signed_in
from .factories import CaseFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db
INDEX = reverse("inbox:index")


def address(case, name="case"):
    return reverse(f"inbox:{name}", args=[case.pk])


def html(answer):
    return answer.content.decode()


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", html(answer)).split())


def row(browser, case, **query):
    """Return the case's row in the list as text; nothing where it is not there."""
    rows = html(browser.get(INDEX, query)).split("<tbody>")[-1].split("</tr>")
    found = [one for one in rows if case.number in one]
    return (" ".join(re.sub(r"<[^>]+>", " ", found[0]).split()), "<a" in found[0]) if found else ("", False)


def member(unit, **traits):
    user = UserFactory(officer=True, **traits)
    Membership.objects.create(user=user, unit=unit)
    return signed_in(user)


# --- Secrecy


def test_a_case_is_marked_as_secret_and_only_whoever_has_it_reads_it(coordinator):
    topic = TopicFactory(name="Markfrågor")
    case = CaseFactory(topic=topic, text="Vårt högsta bud är hemligt", name="Hemlig Elsa", short_content="Bud")
    with_it = CaseFactory(status=CaseStatus.MERGED, merged_into=case)
    colleague, other = member(case.unit), signed_in(UserFactory(coordinator=True))
    registrar = signed_in(UserFactory(registrar=True))

    wrong = coordinator.post(address(case, "secrecy"), {"ground": "other"})
    assert wrong.status_code == 422
    assert "Write the law, chapter and section." in html(wrong)
    done = coordinator.post(address(case, "secrecy"), {"ground": "31 kap. 16 §", "words": "bud på mark"}, follow=True)
    assert done.redirect_chain == [(address(case), 302)]  # nobody had it: it became the coordinator's
    assert "OSL (2009:400) 31 kap. 16 §: bud på mark" in text(done)
    assert "Write nothing that is secret" in text(done)
    case.refresh_from_db()
    assert (case.owner, case.status, case.secrecy_set_by) == (
        coordinator.user,
        CaseStatus.IN_PROGRESS,
        str(coordinator.user),
    )
    entries = Event.objects.filter(kind=EventKind.SECRECY_SET)
    assert {(entry.case_id, entry.data["law"]) for entry in entries} == {
        (one.pk, "OSL (2009:400) 31 kap. 16 §") for one in (case, with_it)
    }

    assert registrar.get(address(case)).status_code == 200
    for browser in (colleague, other):
        assert browser.get(address(case)).status_code == 404
        shown, is_link = row(browser, case)
        assert re.fullmatch(
            rf"{case.number} came \d+ \w+ Secrecy – – In progress – –", shown.removeprefix("Select ")
        ), shown
        assert not is_link
        assert row(browser, case, q="högsta bud") == ("", False)
        assert row(browser, case, topic=topic.slug) == ("", False)
        assert row(browser, case, q=case.number)[0] == shown
        assert "Hemlig Elsa" not in html(browser.get(reverse("wagtailadmin_home")))
    assert row(coordinator, case, topic=topic.slug)[1]
    exported = b"".join(other.get(reverse("inbox:export")).streaming_content).decode()
    (line,) = list(csv.reader(io.StringIO(exported)))[1:]
    assert [cell for cell in line if cell and cell not in (case.number, "In progress", "Secrecy")] == line[1:2]
    subject, body = receipt_mail(case)
    assert "Markfrågor" not in subject + body

    for act, data in (("release", {}), ("assign", {"to": f"unit:{case.unit.slug}"})):
        refused = coordinator.post(address(case, act), data)
        assert refused.status_code == 409
        assert "needs a person who has it" in text(refused)
    assert coordinator.post(address(case, "lift"), {}).status_code == 422
    lifted = coordinator.post(address(case, "lift"), {"reason": "Affären är klar."}, follow=True)
    assert "is no longer marked" in text(lifted)
    assert not Case.objects.exclude(secrecy_ground="").exists()
    assert case.messages.get(direction=Direction.NOTE).text == "Affären är klar."
    assert colleague.get(address(case)).status_code == 200
    # What it was about stays in the history, for whoever may read the case.
    assert "Marked as under secrecy OSL (2009:400) 31 kap. 16 §: bud på mark" in text(colleague.get(address(case)))


def test_who_marks_a_colleagues_case_is_told_that_it_is_closed_to_them_now(coordinator):
    case = CaseFactory(taken=True)
    done = coordinator.post(address(case, "secrecy"), {"ground": "21 kap. 3 §"}, follow=True)
    assert done.redirect_chain == [(INDEX, 302)]
    assert "Only whoever has it opens it now." in text(done)
    plain = CaseFactory()
    for one, into in ((plain, case), (case, plain)):
        with pytest.raises(services.NotAllowedError, match="Bara ett av ärendena"):
            services.merge(one, into, coordinator.user)
    gone = coordinator.post(address(plain, "merge"), {"number": case.number})
    assert "There is no case with the number" in text(gone)


# --- Contact details


def test_masks():
    assert masked_email("annika@krogen.example") == "a•••@krogen.example"
    assert [masked_email("x"), masked_email("")] == ["•••", ""]
    assert [masked_phone("070-174 06 13"), masked_phone("112"), masked_phone("")] == ["•••13", "•••", ""]


def test_contact_details_are_masked_for_who_may_not_see_them(reader, coordinator):
    case = CaseFactory(email="annika@krogen.example", phone="070-174 06 13", taken=True, failed=True)
    services.answer(case, coordinator.user, "Hej!")
    page = html(reader.get(address(case)))
    assert "annika@" not in page
    assert "174 06" not in page
    assert "a•••@krogen.example" in page
    assert "•••13" in page
    assert "annika@krogen.example" in html(coordinator.get(address(case)))
    kinds = AccessEntry.objects.filter(case_id=case.pk).values_list("user_id", "kind")
    assert set(kinds) == {
        (reader.user.pk, AccessKind.CASE),
        (coordinator.user.pk, AccessKind.CASE),
        (coordinator.user.pk, AccessKind.CONTACT),
    }


# --- Letting in


def test_a_colleague_of_another_unit_is_let_in(coordinator):
    case = CaseFactory(short_content="Gasol på torget")
    browser = member(UnitFactory())
    assert browser.get(address(case)).status_code == 404
    data = {"to": f"user:{browser.user.pk}", "text": "Vad säger ni om gasolen?"}
    done = coordinator.post(address(case, "let_in"), data, follow=True)
    assert f"{browser.user} sees {case.number} now." in text(done)
    assert "Vad säger ni om gasolen?" in text(browser.get(address(case)))
    mail = OutboxMail.objects.get(purpose=MailPurpose.ALERT)
    assert mail.to == browser.user.email
    assert "gasol" not in f"{mail.subject} {mail.body}".casefold()
    again = coordinator.post(address(case, "let_in"), data)
    assert again.status_code == 409
    assert "sees this case already" in text(again)


def test_who_handed_a_case_on_still_sees_it_and_so_does_who_wrote_down_a_call(coordinator):
    case, officer = CaseFactory(), UserFactory(officer=True)
    services.assign(case, coordinator.user, user=officer)
    services.assign(case, officer, user=coordinator.user)
    assert Case.objects.for_user(officer).get() == case
    browser, topic = member(UnitFactory()), TopicFactory()
    form = {
        "channel": "phone",
        "received_at": "2026-11-02 10:00",
        "topic": topic.slug,
        "message": "Frågar om skyltar.",
        "name": "Bo Berg",
        "phone": "070-174 06 14",
        "language": "sv",
        "preferred": "phone",
    }
    answer = browser.post(reverse("inbox_register"), form, follow=True)
    assert "Frågar om skyltar." in text(answer)
    assert Case.objects.for_user(browser.user).get().unit == topic.unit


def test_a_unit_is_part_of_another_but_not_of_itself_and_on_three_levels():
    board = UnitFactory()
    office = UnitFactory(part_of=board)
    desk = UnitFactory(part_of=office)
    for unit, larger in ((board, board), (board, desk), (UnitFactory.build(slug="ny"), desk), (UnitFactory(), desk)):
        unit.part_of = larger
        with pytest.raises(ValidationError) as refused:
            unit._check_levels(larger)
        assert "part_of" in refused.value.message_dict
    office.refresh_from_db()
    office._check_levels(office.part_of)


# --- The trace


def test_who_looked_is_kept_once_an_hour_and_read_by_those_who_may(coordinator, count_queries):
    case, officer = CaseFactory(), UserFactory(officer=True)
    coordinator.get(address(case))
    with count_queries() as again:
        coordinator.get(address(case))
    inserts = [query for query in again if "inbox_accessentry" in query["sql"]]
    assert len(inserts) == 1
    assert AccessEntry.objects.count() == 2
    b"".join(coordinator.get(reverse("inbox:export"), {"q": "Elsa", "attention": "open"}).streaming_content)
    coordinator.get(reverse("case_statistics"), {"export": "json"})
    taken = AccessEntry.objects.get(kind=AccessKind.EXPORT)
    assert taken.data == {"cases": 1, "attention": "open", "searched": True}  # never what was searched for
    assert AccessEntry.objects.filter(kind=AccessKind.STATISTICS, user_id=coordinator.user.pk).exists()

    seen = text(coordinator.get(address(case, "seen_by")))
    assert f"{coordinator.user} The case" in seen
    assert "A list of cases" not in seen
    report = coordinator.get(reverse("case_accesses"), {"kind": "export", "person": coordinator.user.pk})
    assert "with a search" in text(report)
    assert "The case" not in text(report).split("1 entry")[1]
    assert "last day cannot come before" in text(
        coordinator.get(reverse("case_accesses"), {"first": "2026-11-02", "last": "2026-11-01"})
    )
    whole = json.loads(b"".join(coordinator.get(reverse("case_accesses"), {"export": "json"}).streaming_content))
    assert {entry["kind"] for entry in whole} == {"case", "contact", "export", "statistics", "trace"}
    lines = b"".join(coordinator.get(reverse("case_accesses"), {"export": "csv"}).streaming_content).decode()
    assert len(lines.splitlines()) == 1 + len(whole) + 1  # that it was taken out is an entry too
    assert signed_in(officer).get(reverse("case_accesses"))["Location"] == "/admin/"

    # A case leads to its page, for whom it is open to; its number stands for others too.
    page = coordinator.get(reverse("case_accesses"), {"kind": "case"}).content.decode()
    assert f'<a href="{address(case)}">{case.number}</a>' in page
    Case.objects.filter(pk=case.pk).update(secrecy_ground="OSL 31:16")
    page = coordinator.get(reverse("case_accesses"), {"kind": "case"}).content.decode()
    assert case.number in page
    assert address(case) not in page

    entry = AccessEntry.objects.first()
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_who_may_be_chosen_in_the_report_stands_in_swedish_order_and_once(coordinator):
    names = ["Ängla Öst", "Åsa Ek", "Zoe Vik", "ove berg", "Adam Ås"]
    for key, name in enumerate([*names, "Zoe Ahl"], start=9001):
        AccessEntry.objects.create(kind=AccessKind.CASE, user_id=9003 if name == "Zoe Ahl" else key, user_name=name)
    answer = coordinator.get(reverse("case_accesses"))
    choices = [str(label) for key, label in answer.context_data["form"].fields["person"].choices if key > "9000"]
    assert choices == ["Adam Ås", "ove berg", "Zoe Ahl", "Åsa Ek", "Ängla Öst"]


def traced(browser):
    """Return what the log knows that somebody has looked at: case and kind."""
    entries = AccessEntry.objects.filter(user_id=browser.user.pk)
    return sorted(entries.values_list("case_id", "kind"))


def test_a_case_that_an_act_draws_again_is_looked_at_too_and_once_an_hour(coordinator, reader):
    case = CaseFactory(email="annika@krogen.example")
    seen = [(case.pk, AccessKind.CASE), (case.pk, AccessKind.CONTACT)]
    refused = coordinator.post(address(case, "note"), {})
    assert refused.status_code == 422
    assert "annika@krogen.example" in html(refused)
    assert traced(coordinator) == seen
    coordinator.get(address(case))
    coordinator.post(address(case, "release"), {"seen": "0"})
    assert traced(coordinator) == seen

    # A mail as it is written repeats what was asked; that a case is open in a tab is no look of its own.
    other = signed_in(UserFactory(coordinator=True))
    data = {"headers": {"x-requested-with": "XMLHttpRequest"}}
    other.post(address(case, "presence"), {"seen": "0"}, **data)
    assert traced(other) == []
    assert "ställa ut åtta bord" in html(other.post(address(case, "preview"), {"text": "Ja."}, **data))
    assert traced(other) == [(case.pk, AccessKind.CASE)]

    # What is merged with a case is read with it; its address only where something was mailed to it.
    merged = CaseFactory(status=CaseStatus.MERGED, merged_into=case, email="bo@krogen.example")
    reader.get(address(case))
    coordinator.get(address(case))
    assert traced(reader) == [(case.pk, AccessKind.CASE), (merged.pk, AccessKind.CASE)]
    assert traced(coordinator) == [*seen, (merged.pk, AccessKind.CASE)]


def test_a_trace_that_cannot_be_written_stops_nothing(coordinator, monkeypatch, caplog):
    case = CaseFactory()

    def fail(*args, **kwargs):
        raise DatabaseError("full")

    monkeypatch.setattr(AccessEntry.objects, "bulk_create", fail)
    assert coordinator.get(address(case)).status_code == 200
    assert "Not in the access log" in caplog.text
