"""The work on spreadsheets: who may change which state, and what the background worker does. The only writers of both records."""

from __future__ import annotations

import datetime
import io
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.users.models import UserProfile

from ..enums import ExportStatus, ImportStatus, WorkStage
from ..models import FactExport, FactImport
from .applying import MovedError, Prepared, prepare, store, tell
from .difference import compare, same
from .errors import Errors
from .progress import Progress
from .reading import read
from .registers import Registers
from .writing import write

__all__ = [
    "KEPT_FOR",
    "apply_import",
    "ask_for_export",
    "carry_out",
    "check",
    "discard",
    "make_export",
    "receive_import",
]

log = logging.getLogger(__name__)

# An older download tells of guides that have changed since: nobody should begin with it.
KEPT_FOR = datetime.timedelta(days=1)


# --- What people do -------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_export(user: Any, at: datetime.datetime) -> FactExport:
    """Have a workbook of all guides' facts made."""
    FactExport.objects.filter(asked_at__lt=at - KEPT_FOR).delete()
    day = timezone.localdate(at)
    export = FactExport.objects.create(made_by=user, asked_at=at, file_name=f"guidernas-fakta-{day}.xlsx")
    transaction.on_commit(lambda: make_export_task.enqueue(export.pk))
    return export


@transaction.atomic
def receive_import(user: Any, name: str, data: bytes, at: datetime.datetime) -> FactImport:
    """Take a file in and have it checked."""
    received = FactImport.objects.create(uploaded_by=user, file_name=name[:200], file=data, uploaded_at=at)
    transaction.on_commit(lambda: check_task.enqueue(received.pk))
    return received


@transaction.atomic
def apply_import(pk: int, user: Any) -> bool:
    """Have a checked file applied; tell whether it was waiting for that: of two who ask at once, one does."""
    changed = FactImport.objects.filter(pk=pk, status=ImportStatus.READY).update(
        status=ImportStatus.APPLYING, applied_by=user, stage=WorkStage.WAITING, done=0, total=0
    )
    if changed:
        Progress(FactImport(pk=pk)).forget()
        transaction.on_commit(lambda: carry_out_task.enqueue(pk))
    return bool(changed)


def discard(pk: int) -> bool:
    """Put a file aside that has not been applied; tell whether it could be.

    One that is being worked on is stopped: the worker looks at the state before it commits.
    """
    ended = {ImportStatus.APPLIED, ImportStatus.DISCARDED}
    found = FactImport.objects.filter(pk=pk).exclude(status__in=ended)
    return bool(found.update(status=ImportStatus.DISCARDED, file=b""))


# --- What the worker does -------------------------------------------------------------------------------------------


@task(backend="queue")
def make_export_task(pk: int) -> None:
    make_export(pk)


@task(backend="queue")
def check_task(pk: int) -> None:
    check(pk)


@task(backend="queue")
def carry_out_task(pk: int) -> None:
    carry_out(pk)


def _in_words_of(user: Any) -> Any:
    """Speak the language that the user reads the admin in: messages are kept as sentences."""
    language = UserProfile.get_for_user(user).get_preferred_language() if user else translation.get_language()
    return translation.override(language)


def make_export(pk: int) -> None:
    """Write the workbook that somebody asked for."""
    export = FactExport.objects.filter(pk=pk, status=ExportStatus.MAKING).first()
    if export is None:
        return
    progress = Progress(export)
    progress.begin(WorkStage.WRITING)
    stream = io.BytesIO()
    try:
        write(stream, timezone.localdate(export.asked_at), progress)
    except Exception:
        log.exception("The spreadsheet %s could not be made", pk)
        FactExport.objects.filter(pk=pk).update(status=ExportStatus.FAILED)
        return
    FactExport.objects.filter(pk=pk).update(status=ExportStatus.READY, file=stream.getvalue(), made_at=timezone.now())


def check(pk: int) -> None:
    """Find out what is wrong with a file, or what it would change."""
    received = FactImport.objects.select_related("uploaded_by").filter(pk=pk, status=ImportStatus.CHECKING).first()
    if received is None:
        return
    with _in_words_of(received.uploaded_by):
        errors = Errors()
        try:
            changes, _prepared, _registers = _compare(received, received.uploaded_by, errors, keep=False)
        except Exception:
            log.exception("The spreadsheet %s could not be checked", pk)
            errors.add(_("Something went wrong on our side while the file was being checked. Nothing was changed."))
            _end(received, ImportStatus.FAILED, errors)
            return
        if errors:
            _end(received, ImportStatus.REFUSED, errors)
            return
        FactImport.objects.filter(pk=pk, status=ImportStatus.CHECKING).update(
            status=ImportStatus.READY,
            changes=changes,
            change_count=len(changes),
            guide_count=len({change["pk"] for change in changes}),
        )


def carry_out(pk: int) -> None:
    """Apply a file whose changes somebody has seen. It is checked once more: what is stored is what was seen, or nothing."""
    received = FactImport.objects.select_related("applied_by").filter(pk=pk, status=ImportStatus.APPLYING).first()
    if received is None:
        return
    with _in_words_of(received.applied_by):
        errors, progress = Errors(), Progress(received)
        try:
            changes, prepared, registers = _compare(received, received.applied_by, errors, keep=True)
            if not errors and not same(changes, received.changes):
                errors.add(
                    _("Guides were changed after the changes were shown. Nothing was stored: send the file in again.")
                )
            if not errors:
                _store(received, prepared, progress)
        except MovedError as error:
            errors.add(error)
        except Exception:
            log.exception("The spreadsheet %s could not be applied", pk)
            errors.add(_("Something went wrong on our side. Nothing was stored: no guide is half changed."))
        if errors:
            _end(received, ImportStatus.FAILED, errors)
            return
    progress.begin(WorkStage.INDEXING, len(prepared))
    tell([item.page.pk for item in prepared], registers, progress)


def _compare(
    received: FactImport, user: Any, errors: Errors, keep: bool
) -> tuple[list[dict[str, Any]], list[Prepared], Registers]:
    """Return what a file changes and, if they are to be kept, the guides ready to be stored."""
    progress, registers = Progress(received), Registers()
    progress.begin(WorkStage.READING)
    book = read(bytes(received.file), registers, errors, progress)
    progress.begin(WorkStage.COMPARING)
    changes: list[dict[str, Any]] = []
    prepared: list[Prepared] = []
    for found in compare(book, registers, errors, user, timezone.localdate(), progress):
        changes += found.changes
        if keep and not errors:
            prepared.append(prepare(found))
    return changes, prepared, registers


def _store(received: FactImport, prepared: list[Prepared], progress: Progress) -> None:
    def finish() -> bool:
        ours = FactImport.objects.filter(pk=received.pk, status=ImportStatus.APPLYING)
        return bool(ours.update(status=ImportStatus.APPLIED, applied_at=timezone.now()))

    progress.begin(WorkStage.STORING, len(prepared))
    progress.in_transaction = True
    try:
        store(prepared, received.applied_by, progress, finish)
    finally:
        progress.in_transaction = False


def _end(received: FactImport, status: ImportStatus, errors: Errors) -> None:
    """Note why a file was not used, unless somebody has put it aside meanwhile. The sender has the file."""
    FactImport.objects.filter(pk=received.pk, status__in=ImportStatus.at_work()).update(
        status=status, errors=errors.as_data(), error_count=errors.count, file=b""
    )
