"""What the database itself refuses, to our own code as to anybody else's.

Records are not deleted, the history and a protocol are not changed, and neither is what a sender wrote, where a file lies,
or the time at which a message arrived.
The one exception is disposal: of a case that waits in an *approved* disposal, the bytes as they arrived may be emptied,
the case marked, and what its history holds made less; and of a case that is disposed of, what a machine still sends
back. The conditions ask the tables themselves, so no code can take the
exception by saying that it is the one (ADR 52).

SQLite drops a table's triggers whenever a migration builds the table anew, so they are put back after every migration
(``install``), and away before one on SQLite, which else trips over a condition that names a table being built
(``remove``). A trigger's name ends in a fingerprint of what it does: one that is missing or of an earlier make is known
by its name alone (``missing``).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, connections, transaction

__all__ = ["check_triggers", "install", "missing", "remove", "watch"]

log = logging.getLogger(__name__)

PREFIX = "kept_"
# A case that waits in an approved disposal.
UNDER_DISPOSAL = (
    "exists (select 1 from inbox_disposalitem i join inbox_disposal d on d.id = i.disposal_id"
    " where i.case_id = {case} and i.state = 'waiting' and d.state = 'approved')"
)
# The file went with an answer that never left: it is taken back with it.
TAKEN_BACK = (
    "new.message_id is null and exists (select 1 from inbox_message m join inbox_outboxmail o on o.message_id = m.id"
    " where m.id = old.message_id and m.direction = 'outgoing' and o.status = 'withdrawn' and o.sent_at is null)"
)
# A mail that a machine sent back when its case was gone already: nothing was made of it but that it came.
LATE = (
    "old.state = 'ignored' and old.message_id is null"
    " and exists (select 1 from inbox_case c where c.id = old.case_id and c.disposed_at is not null)"
)
# What an entry of the history may become: less of what it was.
LESS = {
    "sqlite": (
        "not exists (select 1 from json_each(new.data) n where not exists (select 1 from json_each(old.data) o"
        " where o.key = n.key and o.type = n.type and o.value is n.value))"
    ),
    "postgresql": "new.data <@ old.data",
}
NEVER_DELETED = (
    "Case",
    "CaseSequence",
    "Message",
    "Event",
    "OutboxMail",
    "IncomingMail",
    "Rating",
    "NoticeVersion",
    "AccessEntry",
    "Disposal",
    "DisposalHold",
    "DisposalItem",
    "DisposalProtocol",
    "DisposalRule",
)


@dataclass(frozen=True)
class Guard:
    """What is refused on a table, unless a condition holds. ``deed`` is delete, update or truncate."""

    table: str
    deed: str
    unless: str = ""

    @property
    def name(self) -> str:
        made_of = hashlib.sha256(f"{self.table} {self.deed} {self.unless}".encode()).hexdigest()[:8]
        return f"{PREFIX}{self.table}_{self.deed}_{made_of}"


def _table(model: str) -> str:
    return apps.get_model("inbox", model)._meta.db_table


def _same(vendor: str, *columns: str) -> str:
    """Return the condition that these columns stay as they are."""
    equal = "is not distinct from" if vendor == "postgresql" else "is"
    return " and ".join(f'new."{column}" {equal} old."{column}"' for column in columns)


def _columns(model: str, *without: str) -> list[str]:
    fields = apps.get_model("inbox", model)._meta.concrete_fields
    return [field.column for field in fields if field.column not in without and not field.generated]


def guards(vendor: str) -> Iterator[Guard]:
    """Return everything that is refused, in the words of a database."""

    def same(*columns: str) -> str:
        return _same(vendor, *columns)

    for model in NEVER_DELETED:
        yield Guard(_table(model), "delete")
        if vendor == "postgresql":
            yield Guard(_table(model), "truncate")
    # What a form or a draft holds is no record yet.
    yield Guard(_table("Attachment"), "delete", "old.message_id is null")
    of_file = UNDER_DISPOSAL.format(case="(select m.case_id from inbox_message m where m.id = old.message_id)")
    yield Guard(
        _table("Attachment"),
        "update",
        f"old.message_id is null or ({same('digest', 'size', 'kind', 'created_at')}"
        f" and ({same('path')} or (new.path = '' and {of_file})) and ({same('message_id')} or ({TAKEN_BACK})))",
    )
    of_case = UNDER_DISPOSAL.format(case="old.id")
    yield Guard(
        _table("Case"),
        "update",
        f"{same('received_at', 'number', 'year', 'running')}"
        f" and ({same('disposed_at', 'disposed_by')} or (old.disposed_at is null and {of_case}))",
    )
    # Whose it is and who speaks is never changed; what we write ourselves may be, until it is mailed.
    written = f"{same('original')} and (old.direction <> 'incoming' or ({same('text', 'author_name', 'plan')}))"
    gone = "new.original is null and new.text = '' and new.author_name = '' and new.plan is null"
    emptied = f"{gone} and {UNDER_DISPOSAL.format(case='old.case_id')}"
    yield Guard(_table("Message"), "update", f"{same('case_id', 'direction')} and (({written}) or ({emptied}))")
    rest = same(*_columns("Event", "data"))
    yield Guard(
        _table("Event"), "update", f"{rest} and {LESS[vendor]} and {UNDER_DISPOSAL.format(case='old.case_id')}"
    )
    yield Guard(_table("AccessEntry"), "update")
    yield Guard(_table("DisposalProtocol"), "update")
    yield Guard(_table("Disposal"), "update", "old.state not in ('done', 'withdrawn')")
    # What an officer wrote of a case in an earlier list goes with the case.
    rest = same(*_columns("DisposalItem", "why"))
    wordless = f"new.why = '' and {rest} and {UNDER_DISPOSAL.format(case='old.case_id')}"
    yield Guard(_table("DisposalItem"), "update", f"old.state not in ('done', 'skipped', 'dropped') or ({wordless})")
    same_mail = same("source", "uid_validity", "uid", "digest", "size", "received_at")
    gone = f"new.path = '' and ({UNDER_DISPOSAL.format(case='old.case_id')} or ({LATE}))"
    yield Guard(_table("IncomingMail"), "update", f"{same_mail} and ({same('path')} or ({gone}))")


def _statements(guard: Guard, vendor: str) -> list[str]:
    words = f"{guard.deed} refused on {guard.table}: a public record"
    if vendor == "sqlite":
        condition = f"when not ({guard.unless})" if guard.unless else ""
        when = f'create trigger "{guard.name}" before {guard.deed} on "{guard.table}" {condition}'
        return [f"{when} begin select raise(abort, '{words}'); end"]
    back = "old" if guard.deed == "delete" else "new"
    refuse = f"raise exception '{words}' using errcode = 'restrict_violation';"
    body = f"if not ({guard.unless}) then {refuse} end if; return {back};" if guard.unless else refuse
    each = "statement" if guard.deed == "truncate" else "row"
    when = f'create trigger "{guard.name}" before {guard.deed} on "{guard.table}" for each {each}'
    return [
        f'create or replace function "{guard.name}"() returns trigger language plpgsql as $$ begin {body} end $$',
        f'{when} execute function "{guard.name}"()',
    ]


def _standing(connection: Any) -> dict[str, str]:
    """Return the triggers of ours that there are, each with its table."""
    query = (
        "select name, tbl_name from sqlite_master where type = 'trigger'"
        if connection.vendor == "sqlite"
        else "select t.tgname, c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
        " join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema() where not t.tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name: table for name, table in cursor.fetchall() if name.startswith(PREFIX)}


def _wanted(connection: Any) -> dict[str, Guard]:
    """Return what is to be refused on the tables that there are: a migration may have stopped half-way."""
    tables = set(connection.introspection.table_names())
    needed = {_table(model) for model in (*NEVER_DELETED, "Attachment")}
    if not needed <= tables:  # the conditions name other tables
        return {}
    return {guard.name: guard for guard in guards(connection.vendor)}


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of the triggers that should be there and are not: one query while all are there, else two."""
    connection = connections[using]
    standing = _standing(connection).keys()
    if {guard.name for guard in guards(connection.vendor)} <= standing:
        return []
    return sorted(_wanted(connection).keys() - standing)


def _drop(connection: Any, standing: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for name, table in standing.items():
            if connection.vendor == "sqlite":
                cursor.execute(f'drop trigger "{name}"')
            else:
                cursor.execute(f'drop trigger "{name}" on "{table}"')
                cursor.execute(f'drop function "{name}"()')


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make what is missing and take away what is of an earlier make; nothing where all is as it should be."""
    connection = connections[using]
    wanted, standing = _wanted(connection), _standing(connection)
    if wanted.keys() == standing.keys():
        return
    with transaction.atomic(using=using):
        _drop(connection, {name: table for name, table in standing.items() if name not in wanted})
        with connection.cursor() as cursor:
            for name in sorted(wanted.keys() - standing.keys()):
                for statement in _statements(wanted[name], connection.vendor):
                    cursor.execute(statement)


def remove(using: str = DEFAULT_DB_ALIAS, plan: Any = (), **kwargs: Any) -> None:
    """Before a migration on SQLite: take the triggers away, which name tables that it may build anew."""
    connection = connections[using]
    if connection.vendor == "sqlite" and plan:
        with transaction.atomic(using=using):
            _drop(connection, _standing(connection))


def check_triggers(databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Warn of a database that would let records be deleted or changed (``manage.py check --database default``)."""
    return [
        checks.Warning(
            f"The database “{using}” does not refuse to delete and change public records: {', '.join(names)}.",
            hint="Run “manage.py migrate”: it puts the triggers back.",
            id="inbox.W001",
        )
        for using in databases or ()
        if (names := missing(using))
    ]


def watch() -> None:
    """Say in the log, loudly, when a trigger is missing; what the worker calls now and then."""
    if names := missing():
        log.error("The database does not refuse to change public records, run migrate: %s", ", ".join(names))
