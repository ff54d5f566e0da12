"""The signed key that a form carries instead of a cookie.

It says when the form was drawn (the time trap) and gives the submission its identity: whatever is sent with one key is
one case. See docs/adr on the contact form.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

__all__ = ["MAX_AGE", "MIN_AGE", "SubmissionKey", "new_key", "read_key"]

MIN_AGE = datetime.timedelta(seconds=3)  # nobody reads and fills in the form faster
MAX_AGE = datetime.timedelta(days=2)
_SALT = "contact.submission"


@dataclass(frozen=True)
class SubmissionKey:
    """What a key says once its signature is checked."""

    value: str
    drawn_at: datetime.datetime

    def is_too_fast(self, at: datetime.datetime) -> bool:
        return at - self.drawn_at < MIN_AGE

    def is_too_old(self, at: datetime.datetime) -> bool:
        return at - self.drawn_at > MAX_AGE


def new_key(at: datetime.datetime | None = None, value: str = "") -> str:
    """Return a signed key for a form that is drawn now: a fresh one, or with ``value`` that of the same submission."""
    drawn_at = at or timezone.now()
    return signing.dumps({"k": value or secrets.token_urlsafe(24), "t": drawn_at.timestamp()}, salt=_SALT)


def read_key(text: str) -> SubmissionKey | None:
    """Return what the key says, or nothing when it is not one of ours."""
    try:
        data = signing.loads(text, salt=_SALT)
        return SubmissionKey(str(data["k"]), datetime.datetime.fromtimestamp(float(data["t"]), datetime.UTC))
    except (signing.BadSignature, KeyError, TypeError, ValueError, OverflowError):
        return None
