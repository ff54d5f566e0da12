"""Files that somebody has chosen and not sent yet: of a visitor's form, or of an officer's draft."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..models import Attachment, Draft
from . import scanning, store
from .kinds import MOST_BYTES, check

__all__ = [
    "MOST_FILES",
    "MOST_IN_MAIL",
    "held",
    "hold",
    "let_go",
    "move",
    "remove_forgotten",
    "sendable",
    "unsent",
]

log = logging.getLogger(__name__)

MOST_FILES = 5
# Written out for a mail, files grow by a third; mail servers take 20 to 25 MB.
MOST_IN_MAIL = 15 * 1024 * 1024
# Longer than the key of a form lives, and than anybody leaves a form half done.
FORGOTTEN_AFTER = datetime.timedelta(days=3)

TOO_MANY = _("“%(name)s” was not accepted: at most 5 files can be sent.")
# Of so many a reader is told one by one.
MOST_TOLD = 5
FURTHER = ngettext_lazy("%(count)d more file was not accepted.", "%(count)d more files were not accepted.", "count")
TOO_MUCH_FOR_MAIL = _("“%(name)s” was not accepted: files of at most 15 MB altogether can be mailed.")


def hold(
    uploads: Iterable[UploadedFile], *, held_key: str = "", draft: Draft | None = None, is_anybodys: bool = False
) -> list[Attachment]:
    """Store what was uploaded, for a visitor's form (its submission key) or for an officer's draft.

    The same file again is no other file. What is right is stored even if something beside it is not. What anybody can
    upload (``is_anybodys``) without ever sending it is stored only while there is room for much else.

    Returns:
        What is stored of the uploads, in their order.

    Raises:
        ValidationError: a sentence for each file that is not taken, and one for those beyond a handful.
        StoreError: nothing can be stored right now.
    """
    _one_owner(held_key, draft)
    kept: list[Attachment] = []
    refused: list[ValidationError] = []
    for upload in uploads:
        try:
            kept.append(_hold(upload, held_key, draft, is_anybodys))
        except ValidationError as error:
            refused.append(error)
    if (further := len(refused) - MOST_TOLD) > 0:
        refused[MOST_TOLD:] = [ValidationError(FURTHER, code="further", params={"count": further})]
    if refused:
        raise ValidationError(refused)
    return kept


def _one_owner(held_key: str, draft: Draft | None) -> None:
    if bool(held_key) == (draft is not None):
        raise ValueError("a file is held by a form or by a draft")


def _hold(upload: UploadedFile, held_key: str, draft: Draft | None, is_anybodys: bool) -> Attachment:
    size = upload.size or 0
    data = b"" if size > MOST_BYTES else upload.read()
    name, kind = check(upload.name or "", size, data)
    digest = store.digest_of(data)
    theirs = list(_theirs(held_key, draft))
    if (same := next((one for one in theirs if one.digest == digest), None)) is not None:
        return same
    _refuse_too_many(name, len(data), [one for one in theirs if one.message_id is None], draft)
    # Before the row, so that what the table names is on the disk; and in no transaction, which others would wait for.
    stored = _store_anybodys(data) if is_anybodys else store.write(data)
    try:
        attachment = Attachment.objects.create(
            held_key=held_key,
            draft=draft,
            name=name,
            kind=kind,
            size=stored.size,
            digest=stored.digest,
            path=stored.path,
            scan=scanning.first_state(),
        )
    except Exception:
        store.remove(stored.path)
        raise
    scanning.wake(attachment)
    return attachment


def _refuse_too_many(name: str, size: int, theirs: list[Attachment], draft: Draft | None) -> None:
    if len(theirs) >= MOST_FILES:
        raise ValidationError(TOO_MANY, code="too_many", params={"name": name})
    if draft is not None and sum(one.size for one in theirs) + size > MOST_IN_MAIL:
        raise ValidationError(TOO_MUCH_FOR_MAIL, code="too_much", params={"name": name})


def unsent() -> QuerySet[Attachment]:
    """Return the files of forms that were not sent, or not yet."""
    return Attachment.objects.filter(message=None, draft=None)


def _store_anybodys(data: bytes) -> store.Stored:
    """Store what may never be sent, as far as it leaves room for mail, answers and records.

    Raises:
        StoreError: it does not. Uploads at the same moment may pass the limit by what each of them holds, which the room
            that they leave on the disk is there for.
    """
    held_by_all = unsent().aggregate(size=Sum("size"))["size"] or 0
    if held_by_all + len(data) > settings.INBOX_HELD_MOST:
        raise store.StoreError("Forms that were not sent hold as much as they may")
    return store.write(data, settings.INBOX_HELD_SPARE)


def _theirs(held_key: str, draft: Draft | None) -> QuerySet[Attachment]:
    return Attachment.objects.filter(draft=draft) if draft else Attachment.objects.filter(held_key=held_key)


def held(held_key: str) -> list[Attachment]:
    """Return what a visitor's form holds and has not sent yet, each file once."""
    return [one for one in sendable(held_key) if one.message_id is None]


def sendable(held_key: str) -> tuple[Attachment, ...]:
    """Return what a request with this key has, each file once.

    What went out with the same key already is there too: the same form, sent again, is the same request.
    """
    if not held_key:
        return ()
    files: dict[str, Attachment] = {}
    # What has been sent stands before its like that came with a second press of the button.
    for one in sorted(Attachment.objects.filter(held_key=held_key), key=lambda one: (one.message_id is None, one.pk)):
        files.setdefault(one.digest, one)
    return tuple(files.values())


@transaction.atomic
def let_go(ids: Iterable[int], *, held_key: str = "", draft: Draft | None = None) -> None:
    """Take files out of a form or a draft again. What is not theirs, or has been sent, stays."""
    _one_owner(held_key, draft)
    _remove(_theirs(held_key, draft).filter(pk__in=list(ids), message=None))


def move(former_key: str, held_key: str) -> None:
    """Have a form that got another key keep its files."""
    Attachment.objects.filter(held_key=former_key, message=None).exclude(held_key="").update(
        held_key=held_key, created_at=timezone.now()
    )


def _remove(files: QuerySet[Attachment]) -> int:
    """Remove rows and, once that stands, their bytes. None of them was ever sent, so none is a record."""
    gone = list(files.select_for_update())
    files.filter(pk__in=[one.pk for one in gone]).delete()
    paths = [path for one in gone for path in (one.path, one.picture_path) if path]
    transaction.on_commit(lambda: store.remove(*paths), robust=True)
    return len(gone)


def remove_forgotten(at: datetime.datetime | None = None) -> int:
    """Remove files of forms that were never sent, and of drafts that are gone. Return how many there were."""
    before = (at or timezone.now()) - FORGOTTEN_AFTER
    with transaction.atomic():
        count = _remove(unsent().filter(created_at__lt=before))
    if count:
        log.info("%s files that were never sent are gone", count)
    return count
