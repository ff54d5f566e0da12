"""Keeps a mail as it arrived, before anybody looks into it. Twice the same is one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from ..enums import ScanState
from ..files import store
from ..models import IncomingMail

__all__ = ["keep", "known"]

CHUNK = 500


def known(source: str, uid_validity: int, uids: Iterable[str]) -> set[str]:
    """Return which of these have been stored already."""
    asked = list(uids)
    ours = IncomingMail.objects.filter(source=source, uid_validity=uid_validity)
    found: set[str] = set()
    for start in range(0, len(asked), CHUNK):
        found.update(ours.filter(uid__in=asked[start : start + CHUNK]).values_list("uid", flat=True))
    return found


def keep(
    raw: bytes, *, source: str, uid: str, uid_validity: int = 0, arrived_at: datetime.datetime | None = None
) -> IncomingMail | None:
    """Store a mail, first its bytes and then its row; return it, or nothing when the same is stored already.

    When this returns, the mail is on the disk and in the database, and may be taken out of where it came from.

    Raises:
        StoreError: the disk takes nothing. Nothing is stored.
        DatabaseError: the database does not. Nothing is stored.
    """
    digest, now = store.digest_of(raw), timezone.now()
    if IncomingMail.objects.filter(digest=digest).exists():
        return None
    stored = store.write(raw)
    try:
        with transaction.atomic():
            return IncomingMail.objects.create(
                source=source[:200],
                uid_validity=uid_validity,
                uid=uid[:200],
                digest=stored.digest,
                size=stored.size,
                path=stored.path,
                received_at=min(arrived_at or now, now),
                stored_at=now,
                scan=ScanState.WAITING if settings.CLAMD_ADDRESS else ScanState.NOT_NEEDED,
            )
    except IntegrityError:  # another worker was quicker
        store.remove(stored.path)
        return None
    except BaseException:
        store.remove(stored.path)
        raise
