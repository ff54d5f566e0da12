"""Reads a mailbox over IMAP. What stands there is stored first, and only then marked as read or moved."""

from __future__ import annotations

import datetime
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4, Internaldate2tuple
from pathlib import Path
from time import mktime

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from .storing import keep, known

__all__ = ["is_set_up", "read_mailbox"]

TIMEOUT = 30  # seconds
# Stored, so many are marked at once: a mail server needs about as long for fifty as for one.
AT_ONCE = 50
PLAIN, STARTTLS = "none", "starttls"
# With either a server takes out of a folder just the mails that it is told (RFC 6851, 4315).
MOVES, CLEARS_THESE = "MOVE", "UIDPLUS"
REMOVES = {MOVES, CLEARS_THESE}


def is_set_up() -> bool:
    """Whether there is a mailbox to read."""
    return bool(settings.IMAP_HOST)


# Mails of which another with the same bytes is stored. They are no rows; so that they are not fetched again each round.
_twice: set[tuple[str, int, str]] = set()


@contextmanager
def _mailbox() -> Iterator[BaseMailBox]:
    box = _connected()
    try:
        _sign_in(box)
        yield box
        with suppress(OSError, IMAP4.error, ImapToolsError):  # all is done
            box.logout()
    finally:
        # Whatever state it is in: a connection that broke cannot be said good-bye to.
        with suppress(OSError):
            box.client.shutdown()


def _sign_in(box: BaseMailBox) -> None:
    user, folder = settings.IMAP_USER, settings.IMAP_FOLDER
    if settings.IMAP_TOKEN_FILE:
        box.xoauth2(user, Path(settings.IMAP_TOKEN_FILE).read_text(encoding="utf-8").strip(), folder)
    elif settings.IMAP_PASSWORD.isascii():
        box.login(user, settings.IMAP_PASSWORD, folder)
    else:
        box.login_utf8(user, settings.IMAP_PASSWORD, folder)


def _connected() -> BaseMailBox:
    host, port = settings.IMAP_HOST, settings.IMAP_PORT
    if settings.IMAP_SECURITY == PLAIN:
        return MailBoxUnencrypted(host, port, timeout=TIMEOUT)
    trusted = ssl.create_default_context()
    kind = MailBoxStartTls if settings.IMAP_SECURITY == STARTTLS else MailBox
    return kind(host, port, timeout=TIMEOUT, ssl_context=trusted)


def read_mailbox(until: datetime.datetime | None = None) -> tuple[int, bool]:
    """Store what the mailbox holds; return how many mails were new, and whether more are left for another round.

    Everything in the folder is read, also what somebody has opened there: a colleague who looks in makes nothing vanish.

    Raises:
        OSError, imaplib.IMAP4.error, imap_tools' errors: the server cannot be read. What was stored stays.
        StoreError, DatabaseError: nothing can be stored. What is in the mailbox stays there.
    """
    source = f"imap:{settings.IMAP_USER}@{settings.IMAP_HOST}/{settings.IMAP_FOLDER}"
    new = 0
    with _mailbox() as box:
        validity = box.folder.status(settings.IMAP_FOLDER, ["UIDVALIDITY"]).get("UIDVALIDITY", 0)
        uids = box.uids("ALL", charset=None)
        there = known(source, validity, uids) | {uid for uid in uids if (source, validity, uid) in _twice}
        abilities = _abilities(box)
        # What was stored, and not marked before the round broke off.
        leaves = settings.IMAP_DONE_FOLDER and abilities & REMOVES
        unmarked = set(box.uids("ALL" if leaves else "UNSEEN", charset=None)) if there else set()
        done = [uid for uid in uids if uid in there and uid in unmarked]
        for uid in uids:
            if uid in there:
                continue
            if until is not None and datetime.datetime.now(datetime.UTC) >= until:
                _mark(box, done, abilities)
                return new, True
            mail = _fetch(box, uid)
            if mail is None:  # gone meanwhile
                continue
            raw, arrived_at = mail
            if keep(raw, source=source, uid=uid, uid_validity=validity, arrived_at=arrived_at) is None:
                _twice.add((source, validity, uid))
            else:
                new += 1
            done.append(uid)
            if len(done) >= AT_ONCE:
                _mark(box, done, abilities)
        _mark(box, done, abilities)
    return new, False


def _fetch(box: BaseMailBox, uid: str) -> tuple[bytes, datetime.datetime | None] | None:
    """Return the bytes of one mail, which stays unread, and when the server got it."""
    # The library's own `fetch` keeps what it has read of a mail, not the bytes.
    answer, parts = box.client.uid("FETCH", uid, "(INTERNALDATE BODY.PEEK[])")
    if answer != "OK":
        raise OSError(f"The mail server did not hand out mail {uid}: {answer}")
    for part in parts:
        if isinstance(part, tuple):
            return part[1], _arrival(b" ".join(one if isinstance(one, bytes) else one[0] for one in parts if one))
    # A mail of no bytes comes as a word, not as a literal.
    if any(re.search(rb'BODY\[\] ""', part) for part in parts if isinstance(part, bytes)):
        return b"", None
    return None


def _arrival(answer: bytes) -> datetime.datetime | None:
    found = re.search(rb'INTERNALDATE "[^"]{1,40}"', answer)
    moment = Internaldate2tuple(found[0]) if found else None
    return datetime.datetime.fromtimestamp(mktime(moment), datetime.UTC) if moment else None


def _abilities(box: BaseMailBox) -> set[str]:
    """Return what the server can do for who has signed in: many tell less before, and the library asks before."""
    answer, told = box.client.capability()
    return set(b" ".join(one for one in told if one).decode().upper().split()) if answer == "OK" else set()


def _mark(box: BaseMailBox, done: list[str], abilities: set[str]) -> None:
    """Tell the server that we have these: moved to the folder of what is done, or else marked as read.

    What somebody else has marked as deleted is cleared away by nobody but them: it may be unread. So this uses neither
    the library's `flag` nor its `move`: both clear the whole folder, `move` wherever it sees no MOVE (RFC 6851).
    """
    if not done:
        return
    uids = ",".join(done)
    if settings.IMAP_DONE_FOLDER:
        _put_aside(box, done, abilities)
    if not settings.IMAP_DONE_FOLDER or not abilities & REMOVES:
        _tell(box, "STORE", uids, "+FLAGS", r"(\Seen)")
    done.clear()


def _put_aside(box: BaseMailBox, done: list[str], abilities: set[str]) -> None:
    folder, uids = settings.IMAP_DONE_FOLDER, ",".join(done)
    if not box.folder.exists(folder):
        box.folder.create(folder)
    if MOVES in abilities:
        _tell(box, "MOVE", uids, encode_folder(folder).decode())
        return
    box.copy(done, folder)
    if CLEARS_THESE in abilities:
        _tell(box, "STORE", uids, "+FLAGS", r"(\Deleted)")
        _tell(box, "EXPUNGE", uids)


def _tell(box: BaseMailBox, *command: str) -> None:
    answer, _said = box.client.uid(*command)
    if answer != "OK":
        raise OSError(f"The mail server did not do {command[0]} with what was read: {answer}")
