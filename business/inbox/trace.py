"""Who looked at what (lag 2025:1506, cybersäkerhetslagen: traces of access that can be shown).

A trace is written beside what it tells of and can stop nothing: when it cannot be written, the page is shown and our
own log says so.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from .enums import AccessKind
from .models import AccessEntry, Case

__all__ = ["SENDER", "looked_at", "looked_at_each", "sender_had_file", "took_out"]

log = logging.getLogger(__name__)

# Stands where the key of an account would: the sender has none.
SENDER = 0


def looked_at(user: Any, case: Case, *kinds: AccessKind, about: int | None = None) -> None:
    """Note that the user has these before them: once for each hour, however often the page is drawn again. One query.

    ``about`` is the key of the file or message, where the case alone does not say what was seen.
    """
    looked_at_each(user, [(case, kinds)], about)


def looked_at_each(user: Any, seen: Iterable[tuple[Case, Iterable[AccessKind]]], about: int | None = None) -> None:
    """Note what the user has before them of several cases on one page. One query for all of them."""
    now = timezone.now()
    hour = f"{now.astimezone(datetime.UTC):%Y%m%d%H}"
    data = {} if about is None else {"key": about}
    _write(
        [
            _entry(user.pk, str(user), kind, case, now, data, f"{user.pk}:{hour}:{case.pk}:{about}")
            for case, kinds in seen
            for kind in kinds
        ]
    )


def sender_had_file(case: Case, file: int) -> None:
    """Note that a file was fetched from the sender's page: by the sender, or by whoever has the address. Once an hour."""
    now = timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        name = _("The sender’s page")
    once = f"{SENDER}:{now.astimezone(datetime.UTC):%Y%m%d%H}:{case.pk}:{file}"
    _write([_entry(SENDER, name, AccessKind.FILE, case, now, {"key": file}, once)])


def took_out(user: Any, kind: AccessKind, case: Case | None = None, **data: Any) -> None:
    """Note that the user has taken something out: every time. ``data`` holds counts, keys and choices, never what was in it."""
    _write([_entry(user.pk, str(user), kind, case, timezone.now(), data)])


def _entry(
    key: int,
    name: str,
    kind: AccessKind,
    case: Case | None,
    at: datetime.datetime,
    data: Mapping[str, Any],
    once: str = "",
) -> AccessEntry:
    return AccessEntry(
        kind=kind,
        user_id=key,
        user_name=name[:160],
        case_id=case.pk if case else None,
        case_number=case.number if case else "",
        at=at,
        data=dict(data),
        once=f"{kind}:{once}" if once else None,
    )


def _write(entries: list[AccessEntry]) -> None:
    try:
        AccessEntry.objects.bulk_create(entries, ignore_conflicts=True)
    except Error:
        log.exception("Not in the access log: %s", "; ".join(map(str, entries)))
