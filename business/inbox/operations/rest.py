"""Files and their scanner, cases that wait for a decision, and the machine with its backup."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q, Sum
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from business.core.migrated import is_migrated
from business.core.models import Backup

from ..disposal import triggers
from ..enums import CaseStatus, ScanState, Triage
from ..files import MOST_BYTES, scanner, unsent
from ..models import Attachment, Case
from .parts import Reading, State, age, by_age

__all__ = [
    "backup",
    "database_size",
    "disk",
    "held",
    "migrations",
    "protection",
    "quarantine",
    "scanner_reading",
    "to_scan",
    "untriaged",
]

MINUTES, HOURS, DAYS = datetime.timedelta(minutes=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)
SIGNED = re.compile(r"/(\d+)/\w{3} (\w{3} +\d+ \d\d:\d\d:\d\d \d{4})$")


# --- Files


def scanner_reading(at: datetime.datetime) -> Reading:
    """Ask the scanner for its version; the age of its signatures stands in it."""
    label = _("Virus scanner")
    if not settings.CLAMD_ADDRESS:
        said = _("No scanner is set up. Files are handed out unscanned, and say so.")
        return Reading("scanner", label, State.OFF, said)
    try:
        told = scanner.version(settings.CLAMD_ADDRESS)
    except scanner.ScannerError:
        todo = _("Start clamd, and look at CLAMD_ADDRESS. Files wait meanwhile.")
        return Reading("scanner", label, State.BAD, _("It does not answer."), todo, data={"reachable": False})
    data: dict[str, Any] = {"reachable": True, "version": told[:80], "signatures": None}
    found = SIGNED.search(told)
    if found is None:
        todo = _("Run freshclam, so that clamd has signatures to look for.")
        return Reading("scanner", label, State.NOTICE, _("It answers, but names no signatures."), todo, data=data)
    day = datetime.datetime.strptime(" ".join(found[2].split()), "%b %d %H:%M:%S %Y").replace(tzinfo=datetime.UTC)
    data["signatures"] = day.isoformat()
    state = by_age(at, day, 3 * DAYS, 14 * DAYS)
    todo = "" if state == State.GOOD else _("Look at freshclam: it should fetch new signatures each day.")
    said = _("It answers. Its signatures are from %(age)s.") % {"age": age(at, day)}
    return Reading("scanner", label, state, said, todo, data=data)


def to_scan(at: datetime.datetime) -> Reading:
    numbers = Attachment.objects.filter(scan=ScanState.WAITING).aggregate(count=Count("pk"), oldest=Min("created_at"))
    label, oldest = _("Files that wait for a verdict"), numbers["oldest"]
    data = {"count": numbers["count"], "oldest": oldest.isoformat() if oldest else None}
    if oldest is None:
        return Reading("files-waiting", label, State.GOOD, _("None."), data=data)
    said = ngettext("%(count)s file. It came %(age)s.", "%(count)s files. The oldest came %(age)s.", numbers["count"])
    state = by_age(at, oldest, 10 * MINUTES, HOURS)
    todo = "" if state == State.GOOD else _("Each is tried again every minute. Look whether the worker and clamd run.")
    return Reading(
        "files-waiting", label, state, said % {"count": numbers["count"], "age": age(at, oldest)}, todo, data=data
    )


def held() -> Reading:
    """Tell how much the forms hold that were not sent. Anybody can fill that, and then no form takes files."""
    numbers = unsent().aggregate(count=Count("pk"), bytes=Sum("size", default=0))
    label, size, most = _("Files of forms that were not sent"), numbers["bytes"], settings.INBOX_HELD_MOST
    if not numbers["count"]:
        return Reading("files-held", label, State.GOOD, _("None."), data=numbers)
    state = State.BAD if size + MOST_BYTES > most else State.NOTICE if 2 * size >= most else State.GOOD
    todo = ""
    if state != State.GOOD:
        todo = _(
            "When there is no room left, the forms take messages without files. Each file is removed three days after it "
            "came. If it is no rush of visitors, somebody is filling the disk: look at the log of the web server."
        )
    said = ngettext(
        "%(count)s file, %(size)s of at most %(most)s.",
        "%(count)s files, %(size)s of at most %(most)s.",
        numbers["count"],
    )
    values = {"count": numbers["count"], "size": filesizeformat(size), "most": filesizeformat(most)}
    return Reading("files-held", label, state, said % values, todo, data=numbers)


# --- Cases


def quarantine(at: datetime.datetime) -> Reading:
    waiting = Case.objects.filter(status=CaseStatus.QUARANTINED)
    numbers = waiting.aggregate(count=Count("pk"), oldest=Min("received_at"))
    label, oldest = _("Cases in quarantine"), numbers["oldest"]
    data = {"count": numbers["count"], "oldest": oldest.isoformat() if oldest else None}
    if oldest is None:
        return Reading("quarantine", label, State.GOOD, _("None."), data=data)
    said = ngettext("%(count)s case. It came %(age)s.", "%(count)s cases. The oldest came %(age)s.", numbers["count"])
    state = State.NOTICE if at - oldest >= 2 * DAYS else State.GOOD
    todo = _("There may be a real question among them. Look through them.") if state == State.NOTICE else ""
    link = f"{reverse('inbox:index')}?attention=quarantine"
    values = {"count": numbers["count"], "age": age(at, oldest)}
    return Reading("quarantine", label, state, said % values, todo, None, link, _("Show these cases"), data)


def untriaged() -> Reading:
    count = Case.objects.filter(Q(status=CaseStatus.CLOSED) & Q(triage=Triage.UNDECIDED)).count()
    label, data = _("Closed without a decision on how they are kept"), {"count": count}
    if not count:
        return Reading("untriaged", label, State.GOOD, _("None."), data=data)
    said = ngettext("%(count)s case.", "%(count)s cases.", count) % {"count": count}
    todo = _("Decide how each is kept: the law wants records registered or kept in order without delay.")
    return Reading("untriaged", label, State.NOTICE, said, todo, data=data)


# --- The machine


def disk() -> Reading:
    """Tell of the disk with least room, of those that files, media and a SQLite database lie on."""
    places = [Path(settings.INBOX_FILES_ROOT), Path(settings.MEDIA_ROOT)]
    if connection.vendor == "sqlite":
        places.append(Path(connection.settings_dict["NAME"]))
    there = [next(one for one in (place, *place.absolute().parents) if one.exists()) for place in places]
    free = min(shutil.disk_usage(one).free for one in there)
    spare, held_spare = settings.INBOX_FILES_SPARE, settings.INBOX_HELD_SPARE
    state = State.BAD if free < spare else State.NOTICE if free < held_spare else State.GOOD
    todo = ""
    if state != State.GOOD:
        todo = _(
            "Make room. Below %(more)s the forms take messages without files; below %(least)s incoming mail waits, and "
            "no answer can have a file."
        ) % {"more": filesizeformat(held_spare), "least": filesizeformat(spare)}
    said = _("%(size)s left where there is least.") % {"size": filesizeformat(free)}
    return Reading("disk", _("Free disk"), state, said, todo, data={"bytes": free})


def database_size() -> Reading:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            size = int(cursor.fetchone()[0])
    else:
        place = Path(connection.settings_dict["NAME"])
        files = (place, place.with_name(f"{place.name}-wal"))
        size = sum(one.stat().st_size for one in files if one.exists())
    return Reading("database", _("The database"), State.GOOD, filesizeformat(size), data={"bytes": size})


def migrations() -> Reading:
    label = _("Migrations")
    if is_migrated():
        return Reading(
            "migrations", label, State.GOOD, _("The database is as the code expects it."), data={"pending": False}
        )
    said, todo = _("The database is older than the code."), _("Run migrate, and restart the site and the worker.")
    return Reading("migrations", label, State.BAD, said, todo, data={"pending": True})


def protection() -> Reading:
    """Tell whether the database itself refuses to delete and change records."""
    missing = triggers.missing()
    label, data = _("Protection of public records"), {"missing": missing}
    if not missing:
        said = _("The database refuses to delete and change them.")
        return Reading("protection", label, State.GOOD, said, data=data)
    count = len(missing)
    said = ngettext(
        "%(count)s trigger is missing: the database would let records be deleted or changed.",
        "%(count)s triggers are missing: the database would let records be deleted or changed.",
        count,
    ) % {"count": count}
    todo = _("Run migrate: it puts them back. Then find out who took them away.")
    return Reading("protection", label, State.BAD, said, todo, data=data)


def backup(at: datetime.datetime) -> Reading:
    """Tell of the last backup, judged by how often one is expected."""
    label, every = _("Last backup"), settings.BACKUP_EVERY
    last = Backup.objects.first()
    data: dict[str, Any] = {"last": last.made_at.isoformat() if last else None}
    if last is None:
        if every is None:
            return Reading("backup", label, State.OFF, _("None is expected here."), data=data)
        return Reading("backup", label, State.BAD, _("None has been made."), _how_to_back_up(), data=data)
    data |= {"bytes": last.size, "missing": last.missing, "damaged": last.damaged}
    said = _("%(age)s, %(size)s.") % {"age": age(at, last.made_at), "size": filesizeformat(last.size)}
    state, todo = State.GOOD, ""
    if every is not None:
        state = by_age(at, last.made_at, every + 2 * HOURS, every * 3)
        todo = "" if state == State.GOOD else _how_to_back_up()
    if last.missing or last.damaged:
        lost = last.missing + last.damaged
        words = ngettext(
            "%(count)s file was missing or had changed.", "%(count)s files were missing or had changed.", lost
        )
        said += " " + words % {"count": lost}
        state = State.BAD
        todo = _("The command names them. Take them from an earlier backup, and find out what happened to them.")
    return Reading("backup", label, state, said, todo, data=data)


def _how_to_back_up() -> str:
    return _("Run the command backup each night, and look at what it says.")
