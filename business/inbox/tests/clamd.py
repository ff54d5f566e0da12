"""A virus scanner that speaks clamd's protocol over a real socket, and can be told to misbehave."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .samples import EICAR

__all__ = ["FakeClamd", "clamd"]


class FakeClamd:
    """Finds EICAR. ``mood``: fine, silent, hangs_up, half, error, limit, chatter, refuses_to_read."""

    def __init__(self, path: str = "") -> None:
        self.mood = "fine"
        self.version = "ClamAV 1.4.3/27450/Thu Nov 26 09:36:14 2026"
        self.seen: list[bytes] = []
        self.slow = 0.0
        self._server = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self._server.bind(path or ("127.0.0.1", 0))
        self._server.listen(16)
        self.address = path or f"127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        # Wakes the thread that waits in accept().
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while True:
            try:
                link, _address = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        with link:
            try:
                if self.mood == "hangs_up":
                    return
                self._answer(link, self._read(link))
            except OSError:
                return

    def _read(self, link: socket.socket) -> bytes:
        stream = link.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if command == b"zVERSION\0":
            link.sendall(self.version.encode() + b"\0")
            raise OSError
        assert command == b"zINSTREAM\0", command
        if self.mood == "limit":
            stream.read(8)
            link.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            raise OSError
        data = b""
        while length := struct.unpack("!L", stream.read(4))[0]:
            data += stream.read(length)
        self.seen.append(data)
        return data

    def _answer(self, link: socket.socket, data: bytes) -> None:
        time.sleep(self.slow)
        if self.mood == "silent":
            time.sleep(3)
        elif self.mood == "half":
            link.sendall(b"stream: O")
        elif self.mood == "error":
            link.sendall(b"stream: Can't allocate memory ERROR\0")
        elif self.mood == "chatter":
            link.sendall(b"x" * 10_000)
        elif EICAR in data:
            link.sendall(b"stream: Eicar-Test-Signature FOUND\0")
        else:
            link.sendall(b"stream: OK\0")


@contextmanager
def clamd(path: str = "") -> Iterator[FakeClamd]:
    server = FakeClamd(path)
    try:
        yield server
    finally:
        server.stop()
