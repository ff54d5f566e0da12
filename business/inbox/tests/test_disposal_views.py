"""Disposal in the admin, as those meet it who propose, decide, stop and read."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from business.inbox.disposal import deciding, execution, holds
from business.inbox.enums import CaseStatus, ItemState
from business.inbox.models import Case, Disposal, DisposalHold, DisposalRule

from .conftest import signed_in
from .disposals import SECRET, a_rule, a_whole_case, attach
from .factories import TopicFactory, UserFactory

# Pages and forms over services whose own tests run on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


@pytest.fixture
def registrar():
    return signed_in(UserFactory(registrar=True, first_name="Rut", last_name="Ek"))


@pytest.fixture
def archivist():
    return signed_in(UserFactory(archivist=True, first_name="Ari", last_name="Ek"))


def told(answer):
    return " ".join(str(message) for message in answer.context["messages"])


def html(answer):
    return answer.content.decode()


def carry_out():
    while execution.run():
        pass


def test_from_a_rule_to_a_protocol(registrar, archivist):
    case, stays = a_whole_case(), a_whole_case()
    rule = a_rule(name="Det som hålls ordnat")
    index = html(registrar.get(reverse("disposals")))
    assert "2 cases can go" in index
    answer = registrar.post(reverse("disposal_propose"), {"rule": rule.pk}, follow=True)
    disposal = Disposal.objects.get()
    address = reverse("disposal", args=[disposal.pk])
    assert answer.redirect_chain[-1][0] == address
    assert "Approve the disposal" not in html(answer)  # whoever proposed it does not
    page = html(archivist.get(address))
    assert all(words in page for words in (case.number, stays.number, "KS 2026/118", "Rut Ek", "Approve the disposal"))
    assert SECRET not in page

    out = reverse("disposal_item", args=[disposal.pk, disposal.items.get(case=stays).pk])
    assert "Why?" in html(archivist.get(out))
    assert archivist.post(out, {"why": " "}).status_code == 422
    answer = archivist.post(out, {"why": "Forskning pågår"}, follow=True)
    assert "1 case taken out." in told(answer)
    assert "Forskning pågår (Ari Ek)" in html(answer)
    act = {
        name: reverse("disposal_act", args=[disposal.pk, name]) for name in ("approve", "send_back", "propose_again")
    }
    assert archivist.post(act["send_back"], {"why": ""}).status_code == 422
    archivist.post(act["send_back"], {"why": "Vänta till nyår"})
    assert "Vänta till nyår" in html(registrar.get(address))
    registrar.post(act["propose_again"])
    archivist.post(act["approve"], {"seen": archivist.get(address).context["seen"]})
    carry_out()

    protocol = reverse("disposal_protocol", args=[disposal.pk])
    page = html(archivist.get(protocol))
    disposal.refresh_from_db()
    assert all(
        words in page for words in (case.number, disposal.protocol.digest, disposal.items.get(case=case).digest)
    )
    assert "1 case was disposed of. Messages: 3. Mails: 1. Files: 1." in " ".join(page.split())
    file = archivist.get(protocol, {"export": "json"})
    assert json.loads(file.content)["protocol"]["totals"] == {"cases": 1, "files": 1, "mails": 1, "messages": 3}
    assert 'filename="gallringsprotokoll-' in file["Content-Disposition"]
    lines = b"".join(archivist.get(protocol, {"export": "csv"}).streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert archivist.get(protocol, {"export": "exe"}).status_code == 404
    # And on the case's own page, in the list and in a file.
    page = html(registrar.get(reverse("inbox:case", args=[case.pk])))
    assert "decision KS 2026/118" in page
    assert "Not described yet" not in page  # it was, and that went too
    assert SECRET not in page
    assert "Reopen" not in page
    # Nothing of it takes part in the work any more: the list and the search find it by its number.
    listed = html(registrar.get(reverse("inbox:index"), {"q": case.number}))
    assert case.number in listed
    assert SECRET not in listed


def test_the_archivist_approves_the_list_that_they_saw_and_no_other(registrar, archivist):
    case, other = a_whole_case(), a_whole_case()
    disposal = deciding.propose(a_rule(), registrar.user, timezone.localdate())
    item = disposal.items.get(case=case)
    deciding.take_out(item, archivist.user, "Tvist pågår")
    seen = archivist.get(reverse("disposal", args=[disposal.pk])).context["seen"]
    registrar.post(reverse("disposal_item", args=[disposal.pk, item.pk]), {"act": "put_back"})
    approve = reverse("disposal_act", args=[disposal.pk, "approve"])
    for old in ({}, {"seen": seen}):
        answer = archivist.post(approve, old)
        assert answer.status_code == 409
        assert "taken out or put back since you looked" in told(answer)
    carry_out()
    assert not Case.objects.exclude(disposed_at=None).exists()
    page = " ".join(html(answer).split())
    assert "Put back by Rut Ek. It had been taken out: Tvist pågår (Ari Ek)" in page
    archivist.post(approve, {"seen": answer.context["seen"]})
    carry_out()
    assert set(Case.objects.exclude(disposed_at=None)) == {case, other}


def test_what_is_done_by_hand_at_a_case_that_is_gone_is_refused_and_told(coordinator, registrar, archivist):
    case = a_whole_case()
    disposal = deciding.propose(a_rule(), registrar.user, timezone.localdate())
    deciding.approve(disposal, archivist.user)
    carry_out()
    answer = coordinator.post(reverse("inbox:note", args=[case.pk]), {"text": "Ett ord"})
    assert answer.status_code == 409
    assert "disposed of" in told(answer)
    assert coordinator.post(reverse("inbox:reopen", args=[case.pk])).status_code == 409
    assert Case.objects.get(pk=case.pk).status == CaseStatus.CLOSED
    file = case.messages.filter(attachments__isnull=False).get().attachments.get()
    answer = coordinator.get(reverse("inbox:file", args=[case.pk, file.pk]))
    assert (answer.status_code, "disposed of" in html(answer)) == (409, True)


def test_a_case_says_from_when_it_may_go_and_what_stops_it(registrar, archivist):
    case = a_whole_case()
    a_rule(name="Det som hålls ordnat", keep=10)
    address = reverse("inbox:case", args=[case.pk])
    page = html(registrar.get(address))
    assert "May be disposed of from" in page
    assert "Det som hålls ordnat" in page
    stops = reverse("disposal_holds")
    assert f"{stops}?number={case.number}" in page
    assert case.number in html(registrar.get(stops, {"number": case.number}))
    for wrong, words in (
        ({"number": "", "why": "Tvist"}, "Write a case number"),
        ({"number": "DB-1999-1", "why": "Tvist"}, "no case with this number"),
        ({"number": case.number, "topic": case.topic_id, "why": "Tvist"}, "Choose one of them"),
        ({"received_from": "2026-02-01", "received_to": "2026-01-01", "why": "Tvist"}, "cannot come before"),
        ({"number": case.number, "why": ""}, "required"),
    ):
        answer = registrar.post(stops, wrong)
        assert (answer.status_code, words in html(answer)) == (422, True), words
    registrar.post(stops, {"number": case.number.lower(), "why": "Tvist i domstol"})
    assert "Tvist i domstol" in html(registrar.get(address))
    hold = DisposalHold.objects.get()
    lift = reverse("disposal_release", args=[hold.pk])
    assert registrar.post(lift, {"why": ""}).status_code == 422
    registrar.post(lift, {"why": "Domen har vunnit laga kraft"})
    assert "Tvist i domstol" not in html(registrar.get(address))
    assert "Domen har vunnit laga kraft" in html(registrar.get(stops))
    # No rule, no disposal.
    DisposalRule.objects.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    assert "No rule allows it" in html(registrar.get(address))


def test_rules_are_written_by_the_archivist_read_by_those_who_propose_and_never_deleted(
    archivist, coordinator, registrar
):
    add = reverse(DisposalRule.snippet_viewset.get_url_name("add"))
    values = {
        "name": "Robotar",
        "decision_number": "KS 2026/9",
        "decision_date": "2026-02-03",
        "ground": "Arkivlagen",
        "keep": "3",
        "keep_unit": "months",
        "valid_from": "2026-03-01",
    }
    assert "choose at least one thing" in html(archivist.post(add, values))
    # Whoever sends it empty reads each error once, beside its field.
    nothing = html(archivist.post(add, {"keep_unit": "years"}))
    assert nothing.count("choose at least one thing") == 1
    assert nothing.count("This field is required.") == 6
    assert coordinator.post(add, {**values, "quarantine": "on"}).headers["Location"] == "/admin/"
    assert not DisposalRule.objects.exists()
    assert archivist.post(add, {**values, "quarantine": "on"}).headers["Location"] != "/admin/"
    rule = DisposalRule.objects.get()
    rules = reverse(rule.snippet_viewset.get_url_name("list"))
    for reader in (coordinator, registrar):
        page = html(reader.get(rules))
        assert "KS 2026/9" in page
        assert add not in page
    assert archivist.get(reverse(rule.snippet_viewset.get_url_name("edit"), args=[rule.pk])).status_code == 200
    for name in ("edit", "delete"):
        assert registrar.get(reverse(rule.snippet_viewset.get_url_name(name), args=[rule.pk])).status_code == 302
    delete = reverse(rule.snippet_viewset.get_url_name("delete"), args=[rule.pk])
    assert archivist.post(delete).headers["Location"] == "/admin/"
    assert DisposalRule.objects.exists()


def test_who_may_what(coordinator, registrar, archivist, editor, administrator):
    a_whole_case()
    disposal = deciding.propose(a_rule(), registrar.user, timezone.localdate())
    item = disposal.items.get()
    officer, head = signed_in(UserFactory(officer=True)), signed_in(UserFactory(head=True))
    everybody = [coordinator, registrar, archivist, editor, administrator, officer, head]
    seers, proposers = (
        {coordinator, registrar, archivist, administrator},
        {coordinator, registrar, archivist, administrator},
    )
    for address, allowed in (
        (reverse("disposals"), seers),
        (reverse("disposal", args=[disposal.pk]), seers),
        (reverse("disposal_protocol", args=[disposal.pk]), seers),
        (reverse("disposal_holds"), proposers),
        (reverse("disposal_item", args=[disposal.pk, item.pk]), proposers),
    ):
        for client in everybody:
            refused = client.get(address).status_code in (302, 403)
            assert refused == (client not in allowed), (address, client.user)
    for act, allowed in (("approve", {archivist, administrator}), ("send_back", {archivist, administrator})):
        for client in set(everybody) - allowed:
            client.post(reverse("disposal_act", args=[disposal.pk, act]), {"why": "x"})
    assert disposal.items.get().state == ItemState.WAITING
    disposal.refresh_from_db()
    assert disposal.state == "proposed"
    assert archivist.post(reverse("disposal_act", args=[disposal.pk, "nonsense"])).status_code == 404


def test_of_a_case_under_secrecy_stand_number_and_days_alone(registrar, archivist, coordinator):
    topic = TopicFactory(name="Indraget tillstånd")
    case = a_whole_case(topic=topic, triage="registered", registered_number="KS 2023/4711")
    disposal = deciding.propose(a_rule(triage="registered"), registrar.user, timezone.localdate())
    item = disposal.items.get()
    deciding.take_out(item, registrar.user, f"Tvist med {SECRET}")
    hold = holds.place(registrar.user, why=f"Stämning av {SECRET}", case=case)
    holds.release(hold, registrar.user, f"{SECRET} drog tillbaka den")
    Case.objects.filter(pk=case.pk).update(secrecy_ground="OSL 30:23")
    pages = [reverse("disposal", args=[disposal.pk]), reverse("disposal_holds")]

    def told_of_it(reader):
        found = " ".join(html(reader.get(page)) for page in pages)
        rows = re.sub(r"<select.*?</select>", "", found, flags=re.DOTALL)
        assert case.number in rows
        return [
            words for words in ("Indraget", "4711", SECRET, reverse("inbox:case", args=[case.pk])) if words in rows
        ]

    assert len(told_of_it(registrar)) == 4  # who may see secret cases
    for reader in (archivist, coordinator):
        assert told_of_it(reader) == []
        assert "Rut Ek" in html(reader.get(pages[0]))
    # It can be put back and approved all the same.
    archivist.post(reverse("disposal_item", args=[disposal.pk, item.pk]), {"act": "put_back"})
    assert told_of_it(archivist) == []
    assert "Put back by Ari Ek." in html(archivist.get(pages[0]))


def test_the_pages_ask_as_much_however_many_cases(registrar, count_queries):
    rule, case = a_rule(), a_whole_case()
    disposal = deciding.propose(rule, registrar.user, timezone.localdate())
    addresses = [reverse("disposal", args=[disposal.pk]), reverse("disposals")]
    before = []
    for address in addresses:
        with count_queries() as queries:
            registrar.get(address)
        before.append(len(queries))
    deciding.withdraw(disposal)
    for _number in range(4):
        attach(a_whole_case().messages.first())
    disposal = deciding.propose(rule, registrar.user, timezone.localdate())
    for address, number in zip([reverse("disposal", args=[disposal.pk]), reverse("disposals")], before, strict=True):
        with count_queries() as queries:
            registrar.get(address)
        assert len(queries) == number <= 25
    assert case.number in html(registrar.get(reverse("disposal", args=[disposal.pk])))
