"""What the database refuses, whoever asks."""

from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from business.inbox.disposal import deciding, execution, triggers
from business.inbox.enums import DisposalState, EventKind, ItemState, MailStatus
from business.inbox.flow import log
from business.inbox.models import (
    AccessEntry,
    Attachment,
    Case,
    Disposal,
    DisposalHold,
    DisposalItem,
    DisposalProtocol,
    DisposalRule,
    Event,
    IncomingMail,
    Message,
    NoticeVersion,
    OutboxMail,
    Rating,
)

from .disposals import a_rule, a_whole_case, attach
from .factories import CaseFactory, OutboxMailFactory, UserFactory


@pytest.fixture(autouse=True)
def _root(settings, tmp_path):
    settings.INBOX_FILES_ROOT = tmp_path / "files"


def refuses(act):
    """Whether the database itself refuses, and the act leaves no trace."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        return "public record" in str(error)
    return False


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_no_record_is_deleted_by_anything_but_a_migration(db):
    case = a_whole_case()
    NoticeVersion.objects.create(digest="d", text="Så hanterar vi dina uppgifter.")
    AccessEntry.objects.create(kind="case", user_id=1, user_name="Kim")
    disposal = deciding.propose(a_rule(), UserFactory(registrar=True), timezone.localdate())
    DisposalHold.objects.create(case=case, why="Tvist", placed_by_id=1, placed_by_name="Kim")
    DisposalProtocol.objects.create(disposal=disposal, text="{}", digest="d")
    records = (Case, Message, Event, OutboxMail, IncomingMail, NoticeVersion, AccessEntry, Disposal, DisposalItem)
    for model in (*records, DisposalHold, DisposalProtocol, DisposalRule, Rating):
        before = model.objects.count()
        assert before
        for rows in (model.objects.all(), model.objects.filter(pk=model.objects.first().pk)):
            with pytest.raises(models.ProtectedError):
                rows.delete()
            # Django's own way past the refusal, as a cascade takes it, and SQL by hand.
            assert refuses(lambda rows=rows: rows._raw_delete("default"))
        with pytest.raises((models.ProtectedError, TypeError)):
            model.objects.first().delete()
        assert refuses(lambda model=model: sql(f'delete from "{model._meta.db_table}"'))
        assert model.objects.count() == before


def test_a_file_that_was_sent_is_kept_and_one_that_was_not_is_let_go(db):
    case = a_whole_case()
    sent = Attachment.objects.get(message__case=case)
    with pytest.raises(models.ProtectedError):
        sent.delete()
    with pytest.raises(models.ProtectedError):
        Attachment.objects.all().delete()
    assert refuses(lambda: Attachment.objects.filter(pk=sent.pk)._raw_delete("default"))
    assert refuses(lambda: Attachment.objects.filter(pk=sent.pk).update(digest="another"))
    Attachment.objects.filter(message=None).delete()
    assert Attachment.objects.get() == sent


def test_what_came_and_what_happened_is_not_changed(db):
    case = a_whole_case()
    message = Message.objects.filter(case=case).exclude(original=None).get()
    event = Event.objects.filter(case_id=case.pk).first()
    entry = AccessEntry.objects.create(kind="case", user_id=1, user_name="Kim")
    yesterday = timezone.now() - datetime.timedelta(days=1)
    for act in (
        lambda: Case.objects.filter(pk=case.pk).update(received_at=yesterday),
        lambda: Case.objects.filter(pk=case.pk).update(number="DB-1"),
        lambda: Case.objects.filter(pk=case.pk).update(disposed_at=yesterday),
        lambda: Message.objects.filter(pk=message.pk).update(original=b"x"),
        lambda: Message.objects.filter(pk=message.pk).update(original=None),
        lambda: Event.objects.filter(pk=event.pk).update(at=yesterday),
        lambda: Event.objects.filter(pk=event.pk).update(data={}),
        lambda: Event.objects.filter(pk=event.pk).update(actor_name="Någon annan"),
        lambda: AccessEntry.objects.filter(pk=entry.pk).update(user_name="Någon annan"),
        lambda: IncomingMail.objects.update(received_at=yesterday),
        lambda: IncomingMail.objects.update(path=""),
        lambda: IncomingMail.objects.update(digest="another"),
    ):
        assert refuses(act)
    # What is worked may be written, and saving all columns as they are is no change.
    Case.objects.filter(pk=case.pk).update(name="Elsa Ek")
    message.save()
    answer = Message.objects.get(case=case, direction="outgoing")
    answer.text = "rättat innan det gick"
    answer.save()


def test_what_a_sender_wrote_and_sent_along_stays_word_for_word_and_with_its_case(db):
    case, other = a_whole_case(), CaseFactory()
    message = Message.objects.filter(case=case).exclude(original=None).get()
    file = Attachment.objects.get(message__case=case)
    for change in (
        {"text": "ändrat"},
        {"text": ""},
        {"author_name": "Någon annan"},
        {"plan": None},
        {"direction": "note"},  # after which its words could be changed
        {"case": other},
    ):
        assert refuses(lambda change=change: Message.objects.filter(pk=message.pk).update(**change)), change
    for change in ({"path": ""}, {"path": "aa/bb/1"}, {"message": None}, {"message": other.messages.get()}):
        assert refuses(lambda change=change: Attachment.objects.filter(pk=file.pk).update(**change)), change
    # Also where a mail of the case was withdrawn, or one that says so had been sent.
    OutboxMailFactory(case=case, message=None, status=MailStatus.WITHDRAWN)
    assert refuses(lambda: Attachment.objects.filter(pk=file.pk).update(message=None))
    ours = attach(Message.objects.get(case=case, direction="outgoing"), "svar.txt")
    OutboxMail.objects.filter(message=ours.message).update(status=MailStatus.WITHDRAWN)
    assert refuses(lambda: Attachment.objects.filter(pk=ours.pk).update(message=None))
    # A file of an answer that never left goes back to its draft, and may be let go from there.
    OutboxMail.objects.filter(message=ours.message).update(sent_at=None)
    assert Attachment.objects.filter(pk=ours.pk).update(message=None) == 1
    Attachment.objects.get(pk=ours.pk).delete()
    assert Attachment.objects.get(message__case=case) == file


def test_disposal_alone_may_empty_and_only_what_was_approved(db):
    case, other = a_whole_case(), a_whole_case(triage="registered")
    message = Message.objects.filter(case=case).exclude(original=None).get()
    theirs = Message.objects.filter(case=other).exclude(original=None).get()
    disposal = deciding.propose(a_rule(), UserFactory(registrar=True), timezone.localdate())
    event = Event.objects.filter(case_id=case.pk, kind=EventKind.DESCRIBED).get()

    def empty(one):
        return lambda: Message.objects.filter(pk=one.pk).update(original=None)

    def emptied(one):
        return lambda: Message.objects.filter(pk=one.pk).update(original=None, text="", author_name="", plan=None)

    assert refuses(emptied(message))  # proposed is not approved
    deciding.approve(disposal, UserFactory(archivist=True))
    assert refuses(emptied(theirs))
    for change in ({"after": "annat"}, {**event.data, "mer": 1}):
        assert refuses(lambda change=change: Event.objects.filter(pk=event.pk).update(data=change))
    assert refuses(lambda: Event.objects.filter(pk=event.pk).update(data={}, at=timezone.now()))
    assert refuses(lambda: Message.objects.filter(pk=message.pk).update(original=b""))
    assert refuses(empty(message))  # whole or not at all
    file = Attachment.objects.filter(message__case=case)
    assert refuses(lambda: file.update(path="aa/bb/1"))
    with transaction.atomic():
        assert not refuses(lambda: Event.objects.filter(pk=event.pk).update(data={"before": ""}))
        transaction.set_rollback(True)
    while execution.run():
        pass
    # Carried out, it is closed for good: list, decision and protocol.
    disposal.refresh_from_db()
    assert disposal.state == DisposalState.DONE
    for act in (
        lambda: Disposal.objects.filter(pk=disposal.pk).update(state=DisposalState.APPROVED),
        lambda: disposal.items.update(state=ItemState.WAITING),
        lambda: disposal.items.update(digest=""),
        lambda: DisposalProtocol.objects.update(text="{}"),
        lambda: Case.objects.filter(pk=case.pk).update(disposed_at=None),
        lambda: Case.objects.filter(pk=case.pk).update(disposed_by="KS 1999/1"),
    ):
        assert refuses(act)

    # Of what still comes in, only what a machine sent back of a case that is gone may go, and only whole.
    def came(number: int, **values):
        return IncomingMail.objects.create(
            source="test", uid=f"{number}", digest=f"d{number}", size=1, path=f"aa/bb/{number}",
            received_at=timezone.now(), **values,
        )  # fmt: skip

    of_the_living = came(1, case=other, state="ignored")
    a_message = came(2, case=case, state="filed")
    late = came(3, case=case, state="ignored")
    for mail, path in ((of_the_living, ""), (a_message, ""), (late, "aa/bb/4")):
        assert refuses(lambda mail=mail, path=path: IncomingMail.objects.filter(pk=mail.pk).update(path=path))
    assert IncomingMail.objects.filter(pk=late.pk).update(path="") == 1
    with pytest.raises(TypeError):
        disposal.protocol.save()


def test_a_trigger_that_is_gone_is_missed_and_put_back(db):
    assert triggers.missing() == []
    assert triggers.check_triggers(databases=["default"]) == []
    name = next(name for name in triggers._standing(connection) if "inbox_event_delete" in name)
    sql(f'drop trigger "{name}"' + ("" if connection.vendor == "sqlite" else ' on "inbox_event"'))
    assert triggers.missing() == [name]
    (warning,) = triggers.check_triggers(databases=["default"])
    assert name in warning.msg
    triggers.install()
    assert triggers.missing() == []
    case = CaseFactory()
    log(case, EventKind.TAKEN)
    assert refuses(lambda: Event.objects.all()._raw_delete("default"))


def test_a_trigger_of_an_earlier_make_is_replaced(db, monkeypatch):
    wanted = triggers._wanted(connection)
    monkeypatch.setattr(triggers, "UNDER_DISPOSAL", triggers.UNDER_DISPOSAL + " and 1 = 1")
    assert len(triggers.missing()) >= 4
    triggers.install()
    assert triggers.missing() == []
    monkeypatch.undo()
    triggers.install()
    assert triggers._standing(connection).keys() == wanted.keys()


def test_a_migration_that_builds_a_table_anew_leaves_them_in_place(committed_db):
    """On SQLite a changed column means a new table, without its triggers: `migrate` itself puts them back."""
    call_command("migrate", "inbox", "0027", verbosity=0)
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    with connection.schema_editor() as editor:
        column = Event._meta.get_field("actor_name")
        longer = models.CharField(max_length=200, blank=True)
        longer.set_attributes_from_name("actor_name")
        longer.model = Event
        if connection.vendor == "sqlite":
            triggers.remove(plan=["a migration"])
            assert len(triggers.missing()) > 20
        editor.alter_field(Event, column, longer)
    triggers.install()
    assert triggers.missing() == []


def test_an_empty_plan_touches_nothing(db):
    triggers.remove(plan=[])
    assert triggers.missing() == []


def test_the_worker_cries_out(db, monkeypatch, caplog):
    monkeypatch.setattr(triggers, "missing", lambda: ["kept_x"])
    triggers.watch()
    assert "kept_x" in caplog.text
