"""A mail server that can misbehave in every way that one does, and that can kill whoever talks to it."""

from __future__ import annotations

import asyncio
import email
import email.policy
import logging
import os
import signal
import socket
from collections import Counter
from dataclasses import dataclass
from email.message import EmailMessage
from enum import Enum
from typing import Any

from aiosmtpd.controller import Controller

__all__ = ["Accepted", "MailServer", "Mode", "Moment"]

FOREVER = 3600
logging.getLogger("mail.log").setLevel(logging.ERROR)  # every word that is said, and every connection that is lost


class Mode(Enum):
    """What the server does with a mail."""

    ACCEPT = "accepts"
    CLOSING = "421 at RCPT"
    LATER = "451 at RCPT"
    LATER_DATA = "452 at DATA"
    UNKNOWN = "550 at RCPT"
    REFUSED = "554 at DATA"
    SLOW = "slow"
    CUT = "cut after DATA"
    SILENT = "takes it, never says so"


AT_RCPT = {
    Mode.CLOSING: "421 4.3.2 Going down",
    Mode.LATER: "451 4.3.0 Try again later",
    Mode.UNKNOWN: "550 5.1.1 No such user",
}
AT_DATA = {Mode.LATER_DATA: "452 4.3.1 No room just now", Mode.REFUSED: "554 5.7.1 Not wanted"}


class Moment(Enum):
    """When a worker dies, told by how far it has come with the mail server."""

    IDLE = "before the request"
    CONNECTED = "claimed, before sending"
    SENDING = "while sending"
    SENT = "all sent, before the 250"
    ACCEPTED = "after the 250, before commit"


def _bound(port: int) -> socket.socket:
    """Return a socket that has the port together with others of ours."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made


class _Controller(Controller):
    """Listens on a port that is held."""

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=_bound(self.port))


@dataclass(frozen=True)
class Accepted:
    """A mail that the server has taken, or meant to."""

    message_id: str
    to: tuple[str, ...]
    returns_to: str  # where it goes when it cannot be delivered
    mail: EmailMessage


class MailServer:
    """Listens on one port, goes down and comes up there, and remembers everything that it took."""

    def __init__(self, slow: float) -> None:
        self.mode = Mode.ACCEPT
        self.accepted: list[Accepted] = []
        self.met: Counter[Mode] = Counter()  # how often each way was met
        self._slow = slow
        self._doomed: tuple[Moment, int] | None = None
        # Held from now on, so that nobody else has the port while the server is down. Nobody listens there.
        self._held = _bound(0)
        self.port = self._held.getsockname()[1]
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def clear(self) -> None:
        self.mode = Mode.ACCEPT
        self.accepted.clear()
        self.met.clear()

    def copies(self) -> Counter[str]:
        """Return how often each Message-ID was taken."""
        return Counter(one.message_id for one in self.accepted)

    def kill(self, pid: int, at: Moment) -> None:
        """Have the next process that comes this far, which is to be ``pid``, killed at this moment."""
        self._doomed = (at, pid)

    def _reached(self, moment: Moment) -> bool:
        """Kill the process if this is its moment. It waits for our answer, so it can do nothing more."""
        if self._doomed is None or self._doomed[0] != moment:
            return False
        os.kill(self._doomed[1], signal.SIGKILL)
        self._doomed = None
        return True

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, name: str, answers: list[str]
    ) -> list[str]:
        self._reached(Moment.CONNECTED)
        session.host_name = name
        return answers

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        self._reached(Moment.SENDING)
        if self.mode in AT_RCPT:
            self.met[self.mode] += 1
            return AT_RCPT[self.mode]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mode = self.mode
        self.met[mode] += 1
        if self._reached(Moment.SENT):
            return "451 4.3.0 Nobody is there any more"
        if mode in AT_DATA:
            return AT_DATA[mode]
        if mode is Mode.CUT:
            server.transport.abort()
            await asyncio.sleep(FOREVER)  # until the lost connection ends this
        if mode is Mode.SLOW:
            await asyncio.sleep(self._slow)
        mail = email.message_from_bytes(envelope.content, _class=EmailMessage, policy=email.policy.default)
        self.accepted.append(Accepted(str(mail["Message-ID"]), tuple(envelope.rcpt_tos), envelope.mail_from, mail))
        if mode is Mode.SILENT:
            await asyncio.sleep(FOREVER)
        return "250 OK"

    async def handle_QUIT(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        # Whoever says good-bye has read the 250, and commits only after our answer to this.
        self._reached(Moment.ACCEPTED)
        return "221 Bye"
