"""Bodies that are far too large, or cut off: half a form is no case, and leaves no half file."""

from __future__ import annotations

import socket
import struct
import time

from business.inbox.models import Case
from business.inbox.tests import samples

from .browser import PATIENCE, Visitor, multipart
from .conftest import Report
from .filing import (
    AT_ONCE,
    MB,
    Weighed,
    sweep,
)
from .running import Site


def send_raw(site: Site, body: bytes, kind: str, length: int, end: str = "shut") -> tuple[int, float]:
    """Send a body that says it is so long, and no more; return the status of the answer, 0 for none, and the seconds.

    Then we say that this was all (``shut``), stay on the line (``stay``), or are gone without a word (``gone``).
    """
    head = (
        f"POST {Visitor.FORM} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nX-Forwarded-Proto: https\r\n"
        f"X-Forwarded-For: 192.0.2.7\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    )
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", site.port), timeout=PATIENCE) as link:
        link.sendall(head.encode() + body)
        if end == "gone":
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return 0, 0
        if end == "shut":
            link.shutdown(socket.SHUT_WR)
        said = link.recv(64)
    return int(said.split()[1]) if said else 0, time.monotonic() - begun


def test_a_body_that_is_far_too_large(site: Site, report: Report) -> None:
    """It is refused before it is read, while the sender still holds the line; others do not notice."""
    visitor, cases, weighed = site.visitor(), Case.objects.count(), Weighed(site)
    body, kind = multipart(visitor.filled_in(), [("stor.pdf", samples.pdf())])
    status, seconds = send_raw(site, body, kind, 60 * MB, end="stay")
    assert status == 413
    assert seconds < AT_ONCE
    answer = visitor.get(Visitor.FORM)
    assert answer.status == 200
    assert answer.seconds < AT_ONCE
    assert Case.objects.count() == cases
    report(
        "60 MB, cut off",
        f"413 in {seconds:.2f} s, the next visitor answered in {answer.seconds:.2f} s; "
        f"web server at most {weighed.growth():.0f} MB larger",
    )


def test_a_body_that_stops_half_way(site: Site, report: Report) -> None:
    """Whoever loses the connection has sent nothing: no half case, and no half file for long."""
    visitor, cases = site.visitor(), Case.objects.count()
    statuses: list[int] = []
    for with_files in (True, False):
        files = [("ritning.pdf", samples.pdf()), ("bild.jpg", samples.jpg((900, 900)))] if with_files else []
        body, kind = multipart({**visitor.filled_in(), "message": "x" * 2000}, files)
        cuts = (1, len(body) // 3, len(body) * 2 // 3, len(body) - 200, len(body) - 40, len(body) - 1)
        statuses += [send_raw(site, body[:cut], kind, len(body), end)[0] for cut in cuts for end in ("gone", "shut")]
    plain = b"&".join(f"{name}={value}".encode() for name, value in visitor.filled_in(message="Hej").items())
    statuses.append(send_raw(site, plain[:-3], "application/x-www-form-urlencoded", len(plain))[0])
    assert set(statuses) <= {0, 400}, statuses
    assert Case.objects.count() == cases
    sweep(site)
    report("bodies that stop half-way", f"{len(statuses)} cut at many places: no case, nothing left in the store")
