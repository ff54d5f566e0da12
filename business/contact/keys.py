"""The signed key that a form carries instead of a cookie.

It says when the form was drawn (the time trap) and gives the submission its identity: whatever is sent with one key is
one case. It also remembers what the sender was stopped for, so that nobody is stopped twice. See docs/adr on the contact
form.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone

__all__ = ["MAX_AGE", "MIN_AGE", "SubmissionKey", "new_key", "read_key", "write_key"]

MIN_AGE = datetime.timedelta(seconds=3)  # nobody reads and fills in the form faster
MAX_AGE = datetime.timedelta(days=2)
_SALT = "contact.submission"


@dataclass(frozen=True)
class SubmissionKey:
    """What a key says once its signature is checked."""

    value: str
    drawn_at: datetime.datetime
    was_stopped: bool = False  # and asked to send once more
    trapped: int = 0  # how often the field that people do not see came back filled in

    def is_too_fast(self, at: datetime.datetime) -> bool:
        return not self.was_stopped and at - self.drawn_at < MIN_AGE

    def is_too_old(self, at: datetime.datetime) -> bool:
        return at - self.drawn_at > MAX_AGE


def new_key(at: datetime.datetime | None = None) -> str:
    """Return a signed key for a form that is drawn now."""
    return write_key(SubmissionKey(secrets.token_urlsafe(24), at or timezone.now()))


def write_key(key: SubmissionKey) -> str:
    """Return the key, signed."""
    data: dict[str, object] = {"k": key.value, "t": key.drawn_at.timestamp()}
    if key.was_stopped:
        data |= {"s": True, "n": key.trapped}
    return signing.dumps(data, salt=_SALT)


def read_key(text: str) -> SubmissionKey | None:
    """Return what the key says, or nothing when it is not one of ours."""
    try:
        data = signing.loads(text, salt=_SALT)
        drawn_at = datetime.datetime.fromtimestamp(float(data["t"]), datetime.UTC)
        return SubmissionKey(str(data["k"]), drawn_at, bool(data.get("s")), int(data.get("n", 0)))
    except (signing.BadSignature, KeyError, TypeError, ValueError, OverflowError):
        return None
