"""What may be disposed of, who decides, what goes, what stays, and what is written down."""

from __future__ import annotations

import datetime
import json
import os

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone, translation

from business.inbox import promise, services
from business.inbox.disposal import deciding, emptying, execution, holds, protocol, repeating
from business.inbox.disposal.about import about
from business.inbox.disposal.rules import term_of
from business.inbox.enums import (
    FLEETING,
    CaseStatus,
    DisposalState,
    EventKind,
    ItemState,
    MailStatus,
    ScanState,
    SkipReason,
)
from business.inbox.files import store
from business.inbox.flow import NotAllowedError, log
from business.inbox.models import (
    Attachment,
    Case,
    Disposal,
    DisposalItem,
    DisposalRule,
    Draft,
    Event,
    IncomingMail,
    Message,
    OutboxMail,
    SenderCode,
)
from business.inbox.statistics.figures import count
from business.inbox.statistics.office import OfficeClock
from business.inbox.statistics.period import Period

from .disposals import SECRET, a_rule, a_whole_case, attach, files_in_store
from .factories import CaseFactory, MessageFactory, OutboxMailFactory, TopicFactory, UserFactory

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.timedelta(days=3 * 366)


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"
    with translation.override("en"):
        yield


@pytest.fixture
def registrar():
    return UserFactory(registrar=True)


@pytest.fixture
def archivist():
    return UserFactory(archivist=True)


def today():
    return timezone.localdate(timezone=timezone.get_default_timezone())


def old(**values):
    at = timezone.now() - LONG_AGO
    return CaseFactory(
        closed=True, **{"received_at": at, "closed_at": at, "first_answer_at": at, "text": SECRET, **values}
    )


def disposed(registrar, archivist, rule=None):
    """Propose, approve and carry out."""
    disposal = deciding.propose(rule or a_rule(), registrar, today())
    deciding.approve(disposal, archivist)
    while execution.run():
        pass
    disposal.refresh_from_db()
    return disposal


# --- What goes, what stays


def related():
    """Every model of ours whose rows hang on a case, over however many steps."""
    found, grows = {Case}, True
    while grows:
        grows = False
        for model in apps.get_app_config("inbox").get_models():
            targets = {
                field.related_model for field in model._meta.get_fields() if field.many_to_one or field.one_to_one
            }
            if model not in found and targets & found:
                found.add(model)
                grows = True
    return found


def test_every_column_that_hangs_on_a_case_has_its_treatment():
    for model in related():
        name = model.__name__
        if name in emptying.REMOVED:
            continue
        columns = {field.name for field in model._meta.concrete_fields}
        gone = (emptying.EMPTIED | emptying.ASIDE).get(name, {})
        emptied, kept = set(gone), emptying.KEPT.get(name, frozenset())
        assert emptied | kept == columns, (
            f"{name}: say in disposal/emptying.py what becomes of {columns ^ (emptied | kept)}"
        )
        assert not emptied & kept


def everything():
    """Every value of every column of the inbox's tables, as text."""
    values = []
    for model in apps.get_app_config("inbox").get_models():
        for row in model._base_manager.values():
            values += [
                bytes(v).decode(errors="replace") if isinstance(v, bytes | memoryview) else str(v)
                for v in row.values()
            ]
    return values


def numbers(user):
    day = today()
    period = Period(day - datetime.timedelta(days=5 * 366), day)
    clock = OfficeClock(promise.office_hours(), period.first, day)
    return repr(count(Case.objects.for_user(user), period, clock, timezone.now()))  # which can be compared whole


def test_a_case_is_emptied_whole_and_counts_as_before(registrar, archivist, settings):
    case, kept = a_whole_case(), a_whole_case(triage="registered", registered_number="KS 2023/7", name="Kvar")
    before, figures = Case.objects.values().get(pk=case.pk), numbers(registrar)
    events = Event.objects.filter(case_id=case.pk).count()
    files = {one.digest for one in Attachment.objects.filter(message__case=case)}
    counts = {model: model.objects.filter(case=case).count() for model in (Message, OutboxMail, IncomingMail)}
    Case.objects.filter(pk=kept.pk).update(short_content="", closing_reason="", source_title="", company="")
    left = files_in_store()
    theirs = {
        path
        for model in (Attachment, IncomingMail)
        for row in model.objects.filter(message__case=kept.pk).values()
        for path in (row["path"], row.get("picture_path"))
        if path
    }
    theirs |= set(Attachment.objects.filter(draft__case=kept).values_list("path", flat=True))
    assert theirs < left
    disposal = disposed(registrar, archivist)

    assert disposal.state == DisposalState.DONE
    case = Case.objects.get(pk=case.pk)
    assert (case.disposed_by, case.disposed_at is not None) == ("KS 2026/118", True)
    for model in related():
        path = {"Case": "pk", "Attachment": "message__case"}.get(model.__name__, "case")
        for row in model._base_manager.filter(**{path: case.pk}).values():
            assert (
                SECRET.casefold()
                not in str({k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()}).casefold()
            ), model
    assert SECRET not in str(list(Event.objects.filter(case_id=case.pk).values()))
    assert not Draft.objects.filter(case=case).exists()
    assert not SenderCode.objects.filter(case=case).exists()
    # What counts is there.
    for model, number in counts.items():
        assert model.objects.filter(case=case).count() == number
    assert Event.objects.filter(case_id=case.pk).count() == events + 1  # that it was disposed of
    after = Case.objects.values().get(pk=case.pk)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= set(emptying.EMPTIED["Case"]) | {"disposed_at", "disposed_by", "search_text", "updated_at"}
    assert numbers(registrar) == figures
    assert {one.digest for one in Attachment.objects.filter(message__case=case)} == files
    assert set(Attachment.objects.filter(message__case=case).values_list("path", "scan")) == {("", ScanState.GONE)}
    # Its files are gone; the other case's are not.
    assert files_in_store() == theirs
    assert Case.objects.get(pk=kept.pk).disposed_at is None
    # It is found by its number, and by nothing else.
    assert Case.objects.containing(case.number).get() == case
    assert case not in Case.objects.containing(SECRET)


def test_what_officers_wrote_about_keeping_a_case_goes_with_it(registrar, archivist):
    case, other = old(), old()
    services.mark_secret(case, registrar, "OSL (2009:400) 31 kap. 16 §", f"{SECRET}s recept")
    services.lift_secrecy(case, registrar, f"{SECRET} har själv berättat")
    Message.objects.filter(case=case).update(created_at=case.received_at)
    rule = a_rule()
    withdrawn = deciding.propose(rule, registrar, today())
    item = withdrawn.items.get(case=case)
    deciding.take_out(item, registrar, f"{SECRET} har begärt ut handlingarna")
    deciding.put_back(item, archivist)
    deciding.withdraw(withdrawn)
    first = deciding.propose(rule, registrar, today())
    deciding.take_out(first.items.get(case=case), registrar, f"Tvist med {SECRET}")
    deciding.approve(first, archivist)
    hold = holds.place(registrar, why=f"Tvist med {SECRET}", case=case)
    holds.release(hold, registrar, f"{SECRET} har återkallat")
    while execution.run():
        pass
    told = Disposal.objects.get(pk=first.pk).protocol
    assert Case.objects.get(pk=other.pk).disposed_at is not None
    assert sum(SECRET in value for value in everything()) > 6

    disposed(registrar, archivist, rule)
    assert Case.objects.get(pk=case.pk).disposed_at is not None
    assert not [value for value in everything() if SECRET in value]
    assert list(Event.objects.filter(kind=EventKind.SECRECY_SET).values_list("data", flat=True)) == [{}]
    # Of the earlier lists and their protocol nothing else has changed.
    assert list(DisposalItem.objects.filter(case=case).order_by("pk").values_list("state", "why")) == [
        (ItemState.DROPPED, ""), (ItemState.OUT, ""), (ItemState.DONE, ""),
    ]  # fmt: skip
    kept = Disposal.objects.get(pk=first.pk).protocol
    assert (kept.text, kept.digest) == (told.text, protocol.digest_of(kept.text))


def test_nothing_can_be_done_in_a_case_that_is_gone(registrar, archivist):
    case = old()
    disposed(registrar, archivist)
    case = Case.objects.get(pk=case.pk)
    for act in (
        lambda: services.reopen(case, registrar),
        lambda: services.note(case, registrar, "Ett ord"),
        lambda: services.describe(case, registrar, "Något"),
        lambda: services.merge(CaseFactory(), case, registrar),
        lambda: holds.place(registrar, why="Tvist", case=case),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert not case.messages.exclude(text="").exists()
    assert about(case, today()) is None


# --- Which cases


def test_the_longest_rule_that_fits_decides_and_tells_the_day(registrar):
    topic, at = TopicFactory(name="Tvist"), timezone.now() - datetime.timedelta(days=3 * 366)
    general, special = a_rule(), a_rule(triage="", topic=topic, keep=10)
    ended = a_rule(keep=50, valid_to=today() - datetime.timedelta(days=1))
    plain, kept_longer = old(closed_at=at), old(topic=topic, unit=topic.unit, closed_at=at)
    CaseFactory(closed=True)  # just closed
    CaseFactory(closed_at=at)  # open again
    found = deciding.found_by(general, Case.objects.for_user(registrar), today())
    assert list(found) == [plain]
    assert not deciding.found_by(special, Case.objects.for_user(registrar), today())
    term = term_of(kept_longer, today())
    assert (term.rule, term.free_from.year) == (special, timezone.localdate(at).year + 10)
    assert term_of(plain, today()).rule == general
    with pytest.raises(NotAllowedError, match="does not apply"):
        deciding.propose(ended, registrar, today())
    with pytest.raises(NotAllowedError, match="No case"):
        deciding.propose(special, registrar, today())


def test_the_day_in_sql_is_the_day_that_is_told(registrar):
    rule = a_rule(keep=1, keep_unit="months")
    midnight = datetime.datetime.combine(today(), datetime.time(), timezone.get_default_timezone())
    for days in range(26, 36):
        for hour in (0, 23):
            old(closed_at=midnight - datetime.timedelta(days=days) + datetime.timedelta(hours=hour, minutes=30))
    found = set(deciding.found_by(rule, Case.objects.for_user(registrar), today()))
    assert found == {case for case in Case.objects.all() if term_of(case, today()).free_from <= today()}
    assert 0 < len(found) < 20


def test_a_rule_takes_by_triage_channel_or_quarantine(registrar):
    robot = old(quarantine_reason="links", triage="insignificant")
    call = old(channel="phone", triage="kept")
    by = {"quarantine": {"triage": "", "quarantine": True}, "phone": {"triage": "", "channel": "phone"}}
    cases = Case.objects.for_user(registrar)
    assert list(deciding.found_by(a_rule(**by["quarantine"]), cases, today())) == [robot]
    assert list(deciding.found_by(a_rule(**by["phone"]), cases, today())) == [call]


def test_a_merged_case_goes_with_the_one_that_it_is_merged_with(registrar, archivist):
    head = old()
    merged = CaseFactory(status=CaseStatus.MERGED, merged_into=head, received_at=head.received_at, text=SECRET)
    Message.objects.filter(case=merged).update(created_at=head.received_at)
    disposal = disposed(registrar, archivist)
    assert set(disposal.items.values_list("case", "state")) == {(head.pk, ItemState.DONE), (merged.pk, ItemState.DONE)}
    assert not Message.objects.exclude(text="").exists()


# --- Holds


def test_a_stop_keeps_a_case_until_it_is_lifted_with_a_reason(registrar):
    rule, case, other = a_rule(), old(), old()
    hold = holds.place(registrar, why="Tvist i tingsrätten", case=case)
    cases = Case.objects.for_user(registrar)
    assert list(deciding.found_by(rule, cases, today())) == [other]
    assert about(case, today()).holds == [hold]
    general = holds.place(registrar, why="Revision", topic=other.topic)
    assert not deciding.found_by(rule, cases, today())
    holds.release(hold, registrar, "Målet är avgjort")
    holds.release(general, registrar, "Klar")
    assert deciding.found_by(rule, cases, today()).count() == 2
    with pytest.raises(NotAllowedError):
        holds.release(hold, registrar, "En gång till")
    hold.refresh_from_db()
    assert (hold.released_why, hold.released_by_name) == ("Målet är avgjort", str(registrar))
    kinds = Event.objects.filter(case_id=case.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [EventKind.HELD, EventKind.FREED]
    with pytest.raises(NotAllowedError, match="which case"):
        holds.place(registrar, why="Allt")


def test_a_stop_by_day_unit_or_topic_means_the_same_both_ways(registrar):
    """The list asks which cases a stop is about, a case which stops are about it."""
    cases = [old(received_at=timezone.now() - datetime.timedelta(days=days)) for days in (1300, 1200, 1100)]
    merged = CaseFactory(status=CaseStatus.MERGED, merged_into=cases[0])
    day = timezone.localdate(cases[1].received_at)
    for scope in (
        {"received_from": day},
        {"received_to": day},
        {"received_from": day, "received_to": day},
        {"topic": cases[2].topic},
        {"unit": cases[0].unit, "received_to": day},
        {"topic": merged.topic},
    ):
        hold = holds.place(registrar, why="Revision", **scope)
        by_list = set(Case.objects.filter(holds.condition_of(hold)))
        assert by_list == {case for case in [*cases, merged] if holds.holding([case], today())}
        assert by_list
        holds.release(hold, registrar, "Klar")
    past = holds.place(registrar, why="Förra året", case=cases[0], until=today() - datetime.timedelta(days=1))
    assert holds.holding(cases, today()) == []
    assert past.stops_on(today() - datetime.timedelta(days=2))


# --- Looked through and decided


def test_the_list_is_looked_through_and_somebody_else_approves(registrar, archivist):
    stays, goes = old(), old()
    merged = CaseFactory(status=CaseStatus.MERGED, merged_into=stays)
    disposal = deciding.propose(a_rule(), registrar, today())
    assert disposal.rule_text["decision_number"] == "KS 2026/118"
    with pytest.raises(NotAllowedError, match="No case"):  # it stands in a disposal already
        deciding.propose(disposal.rule, registrar, today())
    item = disposal.items.get(case=merged)
    assert deciding.take_out(item, archivist, "Pågående forskning") == 2  # with what it is merged with
    deciding.send_back(disposal, archivist, "Se över listan")
    assert Disposal.objects.get().words == "Se över listan"
    assert deciding.put_back(item, registrar) == 2
    item.refresh_from_db()
    assert item.why == f"Pågående forskning ({archivist})"
    assert item.changed_by_name == str(registrar)
    assert deciding.take_out(item, registrar, "Pågående forskning") == 2
    with pytest.raises(NotAllowedError, match="Sent back"):
        deciding.approve(disposal, archivist)
    deciding.propose_again(disposal, archivist)
    with pytest.raises(NotAllowedError, match="yourself"):
        deciding.approve(disposal, archivist)
    assert not execution.run()
    deciding.approve(disposal, UserFactory(archivist=True))
    with pytest.raises(NotAllowedError):
        deciding.take_out(disposal.items.get(case=goes), archivist, "För sent")
    while execution.run():
        pass
    assert [case.disposed_at is not None for case in Case.objects.order_by("pk")] == [False, True, False]
    # The case that was taken out can be proposed again.
    assert deciding.propose(disposal.rule, registrar, today()).items.count() == 2


def test_a_proposal_that_is_withdrawn_lets_its_cases_go(registrar):
    old()
    disposal = deciding.propose(a_rule(), registrar, today())
    deciding.withdraw(disposal)
    assert set(disposal.items.values_list("state", flat=True)) == {ItemState.DROPPED}
    assert deciding.propose(disposal.rule, registrar, today()).items.count() == 1


def test_only_what_the_proposer_may_see_is_proposed(registrar):
    old(secrecy_ground="OSL 30:23"), old()
    assert deciding.propose(a_rule(), UserFactory(archivist=True), today()).items.count() == 1
    assert deciding.propose(a_rule(), registrar, today()).items.count() == 1


# --- Looked at once more when its turn comes


def reopened(case, user):
    services.reopen(case, user)


def closed_anew(case, user):
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now())


def written_in(case, user):
    MessageFactory(case=case, note=True)


def mailed(case, user):
    IncomingMail.objects.create(
        source="inbox", uid="1", digest="d", size=1, path="aa/bb/1", received_at=timezone.now(), claims=case.number
    )


def mail_waits(case, user):
    OutboxMailFactory(case=case)


def mail_failed(case, user):
    OutboxMailFactory(case=case, failed=True)


def mail_held(case, user):
    OutboxMailFactory(case=case, status=MailStatus.HELD)


def held(case, user):
    holds.place(user, why="Tvist", case=case)


def merged_into(case, user):
    CaseFactory(status=CaseStatus.MERGED, merged_into=case)


def registered(case, user):
    services.triage(case, user, "registered", "KS 2026/77")


def kept_longer(case, user):
    a_rule(triage="", topic=case.topic, keep=10)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (reopened, SkipReason.REOPENED),
        (closed_anew, SkipReason.REOPENED),
        (written_in, SkipReason.NEWS),
        (mailed, SkipReason.NEWS),
        (mail_waits, SkipReason.MAIL),
        (mail_failed, SkipReason.MAIL),
        (mail_held, SkipReason.MAIL),
        (held, SkipReason.HELD),
        (merged_into, SkipReason.FAMILY),
        (registered, SkipReason.NEWS),
        (kept_longer, SkipReason.NEWS),
    ],
)
def test_what_happened_after_the_proposal_keeps_a_case(registrar, archivist, happens, reason):
    case, other = old(), old()
    disposal = deciding.propose(a_rule(), registrar, today())
    deciding.approve(disposal, archivist)
    happens(case, registrar)
    while execution.run():
        pass
    assert disposal.items.get(case=case).reason == reason
    assert case.messages.first().text == SECRET
    assert Case.objects.get(pk=other.pk).disposed_at is not None
    told = json.loads(Disposal.objects.get().protocol.text)
    assert told["not_disposed_of"] == [{"number": case.number, "why": reason}]
    assert [row["number"] for row in told["cases"]] == [other.number]


def test_a_rule_that_has_ended_since_disposes_of_nothing(registrar, archivist):
    case, rule = old(), a_rule()
    deciding.approve(deciding.propose(rule, registrar, today()), archivist)
    DisposalRule.objects.filter(pk=rule.pk).update(valid_to=today() - datetime.timedelta(days=1))
    execution.run()
    assert Case.objects.get(pk=case.pk).disposed_at is None
    assert "the rule no longer fits" in DisposalItem.objects.get().reason_words


def test_a_code_or_a_notice_that_failed_keeps_no_case(registrar, archivist):
    case = old()
    for purpose in FLEETING:
        OutboxMailFactory(case=case, purpose=purpose, message=None, failed=True)
    deciding.approve(deciding.propose(a_rule(), registrar, today()), archivist)
    while execution.run():
        pass
    assert Case.objects.get(pk=case.pk).disposed_at is not None


def test_a_file_that_cannot_be_removed_is_tried_again_and_the_protocol_waits(registrar, archivist, monkeypatch):
    case = old()
    attach(case.messages.get())

    def broken(*paths):
        raise store.StoreError("read-only")

    disposal = deciding.propose(a_rule(), registrar, today())
    deciding.approve(disposal, archivist)
    with monkeypatch.context() as patched:
        patched.setattr(execution, "remove_for_good", broken)
        execution.run()
    item = disposal.items.get()
    assert (item.state, len(item.paths)) == (ItemState.REMOVING, 2)
    assert Attachment.objects.get().path == ""  # no row of the case claims the file
    assert Disposal.objects.get().state == DisposalState.APPROVED
    execution.run()
    assert DisposalItem.objects.get().paths == []
    assert files_in_store() == set()
    assert Disposal.objects.get().state == DisposalState.DONE


# --- The protocol, and again after a restore


def test_the_protocol_tells_what_went_and_nothing_of_whom(registrar, archivist):
    case = a_whole_case()
    content = emptying.read(case)
    disposal = disposed(registrar, archivist)
    file = protocol.as_json(disposal.protocol)
    read, digest = protocol.parse(file)
    assert digest == disposal.protocol.digest
    (row,) = read["cases"]
    assert (row["number"], row["sha256"]) == (case.number, content.digest)
    assert (row["messages"], row["mails"], row["files"]) == (3, 1, 1)
    assert read["proposed_by"], read["approved_by"] == (registrar.pk, archivist.pk)
    for personal in (SECRET, str(registrar), str(archivist), "559987"):
        assert personal not in file
    lines = b"".join(protocol.as_csv(disposal.protocol)).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].split(";")[0] == case.number
    with pytest.raises(protocol.ProtocolError, match="changed"):
        protocol.parse(file.replace('"messages": 3', '"messages": 2'))
    for other in ("{}", "[]", "x", '{"protocol": {"format": "y", "cases": []}, "sha256": ""}'):
        with pytest.raises(protocol.ProtocolError, match="not a protocol"):
            protocol.parse(other)


def protocol_of(*cases):
    """What a protocol would say of these cases, had they been disposed of."""
    return {
        "format": protocol.FORMAT,
        "decision": {"name": "Regel", "decision_number": "KS 2026/118"},
        "as_of": "2026-11-01",
        "proposed_at": "2026-11-01T08:00:00+00:00",
        "proposed_by": 1,
        "approved_at": "2026-11-02T08:00:00+00:00",
        "approved_by": 2,
        "finished_at": "2026-11-02T09:00:00+00:00",
        "cases": [
            {
                "number": case.number,
                "topic": "Ämne",
                "closed": (case.closed_at or timezone.now()).isoformat(),
                "triage": "kept",
                "registered_number": "",
                "sha256": emptying.read(case).digest,
            }
            for case in cases
        ],
    }


def test_after_a_restore_it_is_done_again_whatever_the_backup_holds(registrar, archivist, tmp_path, capsys):
    same, older, gone = a_whole_case(), CaseFactory(taken=True, text=SECRET), old(triage="insignificant")
    disposed(registrar, archivist, a_rule(triage="insignificant"))
    OutboxMailFactory(case=older)  # in the backup it waits to be sent
    holds.place(registrar, why="Tvist", case=same)
    content = protocol_of(same, older, gone)
    content["cases"][1]["sha256"] = "of what came later"
    content["cases"].append({**content["cases"][0], "number": "DB-2020-99999"})
    text = protocol._text(content)
    file = tmp_path / "protocol.json"
    file.write_text(json.dumps({"protocol": content, "sha256": protocol.digest_of(text)}), encoding="utf-8")
    call_command("repeat_disposals", str(file))
    said = capsys.readouterr().out
    for number, words in (
        (same.number, "1 disposed of again, the same as the first time"),
        (older.number, "1 disposed of again; the backup held something else"),
        (gone.number, "1 disposed of already"),
        ("DB-2020-99999", "1 not in this backup"),
    ):
        assert any(words in line and number in line for line in said.splitlines()), said
    assert not Message.objects.exclude(text="").exists()
    older.refresh_from_db()
    assert (older.status, older.disposed_by) == (CaseStatus.CLOSED, "KS 2026/118")
    assert OutboxMail.objects.get(case=older).status == MailStatus.WITHDRAWN
    assert files_in_store() == set()
    again = Disposal.objects.get(repeats=protocol.digest_of(text))
    assert json.loads(again.protocol.text)["totals"]["cases"] == 2
    # Once more there is nothing left to do.
    assert repeating.repeat(content, "x").gone_already == sorted([same.number, older.number, gone.number])
    file.write_text(file.read_text().replace(same.number, "DB-2026-1"))
    with pytest.raises(CommandError, match="changed"):
        call_command("repeat_disposals", str(file))


def test_the_history_keeps_codes_and_who_of_the_office_did_what(registrar, archivist):
    case = old()
    log(case, EventKind.MOVED, registrar, status="in_progress")
    log(case, EventKind.DESCRIBED, registrar, before="", after=SECRET)
    disposed(registrar, archivist)
    events = Event.objects.filter(case_id=case.pk).order_by("pk").values_list("kind", "actor_name", "data")
    assert list(events[:2]) == [
        (EventKind.MOVED, str(registrar), {"status": "in_progress"}),
        (EventKind.DESCRIBED, str(registrar), {}),
    ]
    assert events[2][0] == EventKind.DISPOSED


def test_field_names_are_columns():
    """What is emptied is a column of its model: a name that is misspelt would empty nothing."""
    for name, values in (emptying.EMPTIED | emptying.ASIDE).items():
        model = apps.get_model("inbox", name)
        for column, value in values.items():
            field = model._meta.get_field(column)
            assert isinstance(field, models.Field)
            assert value is not None or field.null


def test_the_store_says_what_it_cannot_remove(tmp_path, settings):
    kept = store.write(b"x")
    store.remove_for_good(kept.path, "aa/bb/" + "0" * 32)  # what is gone already is no error
    assert files_in_store() == set()
    with pytest.raises(store.StoreError):
        store.remove_for_good(f"..{os.sep}elsewhere")
