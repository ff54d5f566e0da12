"""Very many cases, soon: some are written as in the demo, and PostgreSQL copies them until there are enough."""

from __future__ import annotations

import random
from typing import Any

WRITTEN = 5000  # cases that Python writes; the others are copies of these
# A copy is so many seconds younger than the one before.
LATER = "interval '1 second' * copied.copy"


def fill(count: int) -> None:
    """Add cases until there are so many, with their messages, mails and history, numbered without gaps."""
    from django.db import connection, transaction

    from business.inbox.models import Case
    from home.demo import bulk_cases

    there = Case.objects.count()
    last = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic():
        there += bulk_cases.load(max(0, min(WRITTEN, count - there)), random.Random(there))
        if there < count:
            _copy(last, count - there)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"{Case.objects.count()} cases", flush=True)


def _copy(after: int, count: int) -> None:
    """Copy the cases that are written, those whose key is larger, so often that there are so many more."""
    from django.db import connection

    from business.inbox.models import Case, Event, Message, OutboxMail, Participant, Pause

    with connection.cursor() as cursor:
        # An index of trigrams takes as long to keep up, row by row, as everything else together.
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s",
            [Case._meta.db_table, "%USING gin%"],
        )
        searching = cursor.fetchall()
        for name, _made_by in searching:
            cursor.execute(f'DROP INDEX "{name}"')
        _choose(cursor, after, count)
        of_case = "JOIN copied ON copied.old = one."
        theirs, quoted = "'@', '.' || copied.copy || '@'", '"to"'
        renamed = {name: f"replace(one.{name}, copied.former, copied.number)" for name in ("subject", "body")}
        _insert(
            cursor,
            Case,
            of_case + "id",
            id="copied.new",
            number="copied.number",
            running="copied.running",
            email=f"replace(one.email, {theirs})",
            search_text=f"replace(replace(one.search_text, lower(copied.former), lower(copied.number)), one.email,"
            f" replace(one.email, {theirs}))",
        )
        _insert(
            cursor,
            Message,
            f"{of_case}case_id JOIN said ON said.old = one.id AND said.case_id = copied.new",
            id="said.new",
            case_id="copied.new",
        )
        _insert(
            cursor,
            OutboxMail,
            f"{of_case}case_id LEFT JOIN said ON said.old = one.message_id AND said.case_id = copied.new",
            case_id="copied.new",
            message_id="said.new",
            to=f"replace(one.{quoted}, {theirs})",
            message_id_header="'<' || md5(copied.number || one.purpose) || '@demo.example>'",
            **renamed,
        )
        _insert(cursor, Event, of_case + "case_id", case_id="copied.new", case_number="copied.number")
        for model in (Participant, Pause):
            _insert(cursor, model, of_case + "case_id", case_id="copied.new")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else an index is not made: rows wait to be checked
        for _name, made_by in searching:
            cursor.execute(made_by)


def _choose(cursor: Any, after: int, count: int) -> None:
    """Say which case is copied into which, under which number, and the same of the messages."""
    from django.conf import settings

    from business.inbox.models import Case, CaseSequence, Message

    cases, messages, sequences = (model._meta.db_table for model in (Case, Message, CaseSequence))
    cursor.execute(
        f"""CREATE TEMP TABLE copied ON COMMIT DROP AS
        SELECT *, %s || '-' || year || '-' || lpad(running::text, 5, '0') AS number FROM (
            SELECT chosen.*, nextval(pg_get_serial_sequence('{cases}', 'id')) AS new,
                last + row_number() OVER (PARTITION BY year ORDER BY copy, old) AS running FROM (
                SELECT one.id AS old, one.year, one.number AS former, counted.last, copy FROM {cases} one
                JOIN {sequences} counted USING (year), generate_series(1, %s) copy
                WHERE one.id > %s ORDER BY copy, one.id LIMIT %s) chosen) numbered""",
        [settings.CASE_NUMBER_PREFIX, count // WRITTEN + 2, after, count],
    )
    cursor.execute(
        f"""UPDATE {sequences} counted SET last = (SELECT max(running) FROM copied WHERE copied.year = counted.year)
        WHERE year IN (SELECT year FROM copied)"""
    )
    cursor.execute(
        f"""CREATE TEMP TABLE said ON COMMIT DROP AS
        SELECT one.id AS old, copied.new AS case_id, nextval(pg_get_serial_sequence('{messages}', 'id')) AS new
        FROM {messages} one JOIN copied ON copied.old = one.case_id"""
    )
    cursor.execute("ANALYZE copied; ANALYZE said")


def _insert(cursor: Any, model: Any, joined: str, **values: str) -> None:
    """Insert copies of a table's rows; what is not told stays, and moments come some seconds later."""
    columns, copied = [], []
    for field in model._meta.concrete_fields:
        if field.generated or (field.primary_key and field.column not in values):
            continue
        moved = f'one."{field.column}" + {LATER}'
        same = moved if field.get_internal_type() == "DateTimeField" else f'one."{field.column}"'
        columns.append(f'"{field.column}"')
        copied.append(values.get(field.column, same))
    table = model._meta.db_table
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(copied)} FROM {table} one {joined}")
