"""Asks clamd what it thinks of a file: its INSTREAM command, over TCP or a socket of this machine.

The one library that is kept up (clamav-client) is under the GPL, knows no IPv6 and connects to a socket without a limit
of time; the protocol is three lines.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from typing import IO

__all__ = ["ScannerDownError", "ScannerError", "finding", "version"]

WAIT = 5.0  # seconds for an answer to a knock
WAIT_ALTOGETHER = 30.0
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096


class ScannerError(Exception):
    """The scanner did not say whether this file is clean."""


class ScannerDownError(ScannerError):
    """The scanner cannot be reached or does not answer: it would not for another file either."""


def finding(address: str, file: IO[bytes]) -> str:
    """Return the name of what clamd found in the file, or nothing when it is clean.

    ``address`` is ``host:port``, or the path of a socket of this machine.

    Raises:
        ScannerDownError: it cannot be reached, or took too long.
        ScannerError: it answered something else, such as that the file is larger than it takes.
    """
    deadline = time.monotonic() + WAIT_ALTOGETHER
    try:
        with _connect(address) as link:
            # When it stops listening, what it has to say may still be there to read.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                _send(link, file, deadline)
            return _verdict(_answer(link, deadline))
    except OSError as error:
        raise ScannerDownError(f"{type(error).__name__}: {error}") from error


def version(address: str) -> str:
    """Return what clamd says of itself: its version, that of its signatures, and their day.

    Raises:
        ScannerDownError: it cannot be reached, or does not answer.
    """
    try:
        with _connect(address) as link:
            link.sendall(b"zVERSION\0")
            return _answer(link, time.monotonic() + WAIT)
    except OSError as error:
        raise ScannerDownError(f"{type(error).__name__}: {error}") from error


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(WAIT)
            link.connect(address)
        except OSError:
            link.close()
            raise
        return link
    host, _colon, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ScannerDownError(f"CLAMD_ADDRESS should be host:port or the path of a socket, not {address!r}")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=WAIT)


def _patience(link: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    link.settimeout(left)


def _send(link: socket.socket, file: IO[bytes], deadline: float) -> None:
    link.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        _patience(link, deadline)
        link.sendall(struct.pack("!L", len(chunk)) + chunk)
    link.sendall(struct.pack("!L", 0))


def _answer(link: socket.socket, deadline: float) -> str:
    """Return what it said. Half an answer, without its end, is none."""
    said = b""
    while not said.endswith(b"\0"):
        _patience(link, deadline)
        piece = link.recv(1024)
        if not piece or len(said) > LONGEST_ANSWER:
            raise ScannerDownError("it hung up before it had answered")
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace")


def _verdict(said: str) -> str:
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND") or "?"
    raise ScannerError(said[:200])
