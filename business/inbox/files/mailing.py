"""Files that go out with a mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from ..enums import ScanState
from ..models import Attachment
from . import store
from .holding import MOST_IN_MAIL

__all__ = ["FileLockedError", "FileWaitsError", "for_mail", "too_much_for_mail"]


class FileWaitsError(Exception):
    """A file is not scanned yet: the mail waits for it."""


class FileLockedError(Exception):
    """A file is malicious: the mail can never be sent."""


def too_much_for_mail(files: Iterable[Attachment]) -> str:
    """Return what to say of files that are more than a mail takes; nothing where they are not."""
    if sum(one.size for one in files) <= MOST_IN_MAIL:
        return ""
    return _("The files are larger than a mail takes (%(most)s altogether). Choose fewer.") % {
        "most": filesizeformat(MOST_IN_MAIL)
    }


def for_mail(files: Sequence[Attachment]) -> list[tuple[str, bytes, str]]:
    """Return name, bytes and media type of each file that goes out with a mail.

    Raises:
        FileLockedError: one is malicious.
        FileWaitsError: one waits for the scanner.
        StoreError: one cannot be read.
    """
    for file in files:
        if file.scan == ScanState.INFECTED:
            raise FileLockedError(
                _("“%(name)s” is malicious (%(finding)s), so the mail was not sent. Answer again without the file.")
                % {"name": file.name, "finding": file.finding}
            )
    attached = []
    for file in files:
        if not file.is_handed_out:
            raise FileWaitsError(
                _("“%(name)s” waits to be scanned for viruses. The mail is sent as soon as it is clean.")
                % {"name": file.name}
            )
        with store.open_stored(file.path) as stored:
            # Text is mailed as bytes: a mail would else change its line ends or its script.
            kind = "application/octet-stream" if file.kind.startswith("text/") else file.kind
            attached.append((file.name, stored.read(), kind))
    return attached
