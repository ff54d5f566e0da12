"""A mailbox that speaks enough IMAP (RFC 3501, 4315, 6851) to be read and tidied, and that can go away in the middle of a word."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
from collections import Counter
from collections.abc import Callable
from itertools import count
from threading import Lock, Thread

__all__ = ["Mailbox"]

USER, PASSWORD = "arende", "a password"


class _GoneError(Exception):
    """The connection is cut."""


class Mailbox:
    """Holds mails under their UIDs. ``on_fetch`` is told each time that one is asked for, before it is handed out."""

    _validities = count(1)

    def __init__(self) -> None:
        self.validity = next(self._validities)  # another mailbox has other mails under the same numbers
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.deleted: set[int] = set()
        self.folders: dict[str, list[bytes]] = {}  # beside the one that is read
        self.abilities = ""  # such as MOVE and UIDPLUS: told once somebody has signed in, as Dovecot does
        self.fetched: Counter[int] = Counter()
        self.on_fetch: Callable[[int], None] = lambda _number: None
        # After so many mails have been handed out, the next one breaks off in its middle.
        self.cut_after: int | None = None
        self._numbers = count(1)
        self._lock = Lock()
        box = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True  # else each mail waits 40 ms for its last two bytes

            def handle(self) -> None:
                with contextlib.suppress(_GoneError, OSError):
                    _Talk(box, self.rfile, self.wfile, self.connection).go_on()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def add(self, *mails: bytes) -> None:
        with self._lock:
            self.mails.update((next(self._numbers), mail) for mail in mails)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _uids(text: bytes) -> set[int]:
    return {int(uid) for uid in text.split(b",")}


class _Talk:
    """One connection."""

    def __init__(self, box: Mailbox, reads: object, writes: object, connection: socket.socket) -> None:
        self.box, self.reads, self.writes, self.connection = box, reads, writes, connection
        self.is_in = False

    def say(self, line: bytes) -> None:
        self.writes.write(line + b"\r\n")  # type: ignore[attr-defined]
        self.writes.flush()  # type: ignore[attr-defined]

    def go_on(self) -> None:
        self.say(b"* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.reads.readline():  # type: ignore[attr-defined]
            tag, command, rest = (*line.rstrip(b"\r\n").split(b" ", 2), b"", b"")[:3]
            name = command.upper()
            if name == b"UID":
                verb, _blank, rest = rest.partition(b" ")
                name = b"UID " + verb.upper()
            answer = self.answers.get(name, _Talk.unknown)(self, rest)
            self.say(b"%s %s" % (tag, answer))
            if name == b"LOGOUT":
                return

    def unknown(self, _rest: bytes) -> bytes:
        return b"BAD what?"

    def capability(self, _rest: bytes) -> bytes:
        self.say(f"* CAPABILITY IMAP4rev1 {self.box.abilities if self.is_in else ''}".rstrip().encode())
        return b"OK done"

    def login(self, rest: bytes) -> bytes:
        self.is_in = rest == f'"{USER}" "{PASSWORD}"'.encode()
        return b"OK in" if self.is_in else b"NO [AUTHENTICATIONFAILED] who?"

    def select(self, _rest: bytes) -> bytes:
        self.say(b"* %d EXISTS" % len(self.box.mails))
        self.say(b"* OK [UIDVALIDITY %d] is" % self.box.validity)
        return b"OK [READ-WRITE] selected"

    def status(self, rest: bytes) -> bytes:
        self.say(b"* STATUS %s (UIDVALIDITY %d)" % (rest.split(b" ")[0], self.box.validity))
        return b"OK done"

    def search(self, rest: bytes) -> bytes:
        wanted = [uid for uid in sorted(self.box.mails) if b"UNSEEN" not in rest or uid not in self.box.seen]
        self.say(b"* SEARCH " + b" ".join(b"%d" % uid for uid in wanted))
        return b"OK done"

    def fetch(self, rest: bytes) -> bytes:
        uid = int(rest.split(b" ")[0])
        raw = self.box.mails.get(uid)
        if raw is None:
            return b"OK nothing"
        self.box.fetched[uid] += 1
        self.box.on_fetch(self.box.fetched.total())
        head = b'* %d FETCH (UID %d INTERNALDATE " 3-Nov-2026 10:12:00 +0100" BODY[] {%d}\r\n' % (uid, uid, len(raw))
        if self.box.cut_after is not None and self.box.fetched.total() > self.box.cut_after:
            self.box.cut_after = None
            self.writes.write(head + raw[: len(raw) // 2])  # type: ignore[attr-defined]
            self.writes.flush()  # type: ignore[attr-defined]
            self.connection.shutdown(socket.SHUT_RDWR)
            raise _GoneError
        self.writes.write(head + raw)  # type: ignore[attr-defined]
        self.say(b")")
        return b"OK done"

    def store(self, rest: bytes) -> bytes:
        found = re.fullmatch(rb"([\d,]+) \+FLAGS \((\\Seen|\\Deleted)\)", rest)
        if not found:
            return b"BAD flags"
        with self.box._lock:
            flagged = self.box.seen if found[2] == rb"\Seen" else self.box.deleted
            flagged |= _uids(found[1]) & self.box.mails.keys()
        return b"OK done"

    def folder_list(self, rest: bytes) -> bytes:
        name = rest.split(b'"')[3].decode()
        if name in self.box.folders:
            self.say(f'* LIST () "/" {name}'.encode())
        return b"OK done"

    def create(self, rest: bytes) -> bytes:
        self.box.folders[rest.strip(b'"').decode()] = []
        return b"OK done"

    def copy(self, rest: bytes) -> bytes:
        wanted, _blank, name = rest.partition(b" ")
        if (folder := self.box.folders.get(name.strip(b'"').decode())) is None:
            return b"NO [TRYCREATE] no such folder"
        folder += [self.box.mails[uid] for uid in sorted(_uids(wanted) & self.box.mails.keys())]
        return b"OK done"

    def move(self, rest: bytes) -> bytes:
        if "MOVE" not in self.box.abilities.split():
            return b"BAD what?"
        answer = self.copy(rest)
        if answer.startswith(b"OK"):
            self._remove(_uids(rest.partition(b" ")[0]))
        return answer

    def expunge(self, _rest: bytes) -> bytes:
        self._remove(self.box.deleted)
        return b"OK done"

    def expunge_these(self, rest: bytes) -> bytes:
        if "UIDPLUS" not in self.box.abilities.split():
            return b"BAD what?"
        self._remove(self.box.deleted & _uids(rest))
        return b"OK done"

    def _remove(self, uids: set[int]) -> None:
        with self.box._lock:
            for uid in uids:
                self.box.mails.pop(uid, None)

    def logout(self, _rest: bytes) -> bytes:
        self.say(b"* BYE")
        return b"OK bye"

    answers: dict[bytes, Callable[[_Talk, bytes], bytes]] = {
        b"CAPABILITY": capability,
        b"LOGIN": login,
        b"SELECT": select,
        b"STATUS": status,
        b"UID SEARCH": search,
        b"UID FETCH": fetch,
        b"UID STORE": store,
        b"UID COPY": copy,
        b"UID MOVE": move,
        b"UID EXPUNGE": expunge_these,
        b"EXPUNGE": expunge,
        b"LIST": folder_list,
        b"CREATE": create,
        b"LOGOUT": logout,
    }
