"""How fast mail comes in and records go out, with the cases of ``benchmarks.inbox`` beside them: part of ``make bench``."""

from __future__ import annotations

import datetime
import os
import time
import tracemalloc
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Any

MAILS, SECONDS = 1000, 120  # how many are fetched, and how long that may take
REGISTER = "/admin/reports/case-register/"
MAILBOX = "foretag@kommun.example"
QUOTE = (
    "\n\nDen tisdag 24 november 2026 skrev Företagsservice:\n> Hej! Tack för din fråga.\n> Du behöver göra en anmälan."
)
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 80


def _mail(number: int, sender: str, to: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Åsa Öberg <{sender}>", to, f"Fråga {number} om lokalen"
    mail["Message-ID"] = f"<benchmark-{number}-{time.time_ns()}@example.se>"
    mail["Date"] = datetime.datetime.now(datetime.UTC)
    mail.set_content(text)
    if number % 4 == 0:
        mail.add_attachment(PICTURE, maintype="image", subtype="png", filename="planlösning.png")
    return mail


def write_mails(folder: Path, count: int) -> None:
    """Drop mails into the folder: every other a reply to a case of its sender's, each fourth with a picture."""
    from business.inbox.incoming.addresses import reply_address
    from business.inbox.models import Case

    folder.mkdir(parents=True, exist_ok=True)
    cases = Case.objects.filter(answered_at__isnull=False).exclude(email="").order_by("-pk")
    for number, case in enumerate(cases.only("number", "email")[: count // 2]):
        to = reply_address(case.number, case.email)
        mail = _mail(2 * number, case.email, to, f"Tack! En fråga till: gäller det även uteserveringen?{QUOTE}")
        (folder / f"{2 * number}.eml").write_bytes(mail.as_bytes())
    for number in range(1, count, 2):
        text = f"Hej!\n\nVi vill öppna ett kafé med {number} platser vid torget. Vad krävs?\n\nÅsa Öberg"
        mail = _mail(number, f"asa.{number}@example.se", MAILBOX, text)
        (folder / f"{number}.eml").write_bytes(mail.as_bytes())


def fetch() -> None:
    """Fetch mails, and tell how long it took and what became of them."""
    from business.inbox.incoming import fetching
    from business.inbox.models import Case, IncomingMail, Message

    write_mails(Path(os.environ["MAIL_DROP_DIR"]), MAILS)
    cases, messages = Case.objects.count(), Message.objects.count()
    started = time.perf_counter()
    done = fetching.fetch(seconds=float("inf"))
    seconds = time.perf_counter() - started
    new, said = Case.objects.count() - cases, Message.objects.count() - messages
    notes = [
        *(["too slow"] if seconds > SECONDS else []),
        *(["not all"] if (done.new, done.filed, said) != (MAILS, MAILS, MAILS) else []),
    ]
    print(
        f"{done.filed} mails fetched: {seconds:.0f} s (may take {SECONDS}), {new} new cases, {said} messages,"
        f" {IncomingMail.objects.count()} kept as they came",
        *notes,
        sep="  ",
        flush=True,
    )


def _disclose(client: Any, days: int, last_part: int | None = None) -> tuple[int, float, float]:
    """Draw the package of so many days, or the first parts; return its bytes, and the seconds to its first and last."""
    today = datetime.date.today()  # noqa: DTZ011 - of this machine
    first = today - datetime.timedelta(days=days)
    started = time.perf_counter()
    answer = client.post(REGISTER, {"period": "dates", "first": str(first), "last": str(today)})
    if not getattr(answer, "streaming", False):
        raise RuntimeError(f"no package came: {answer.status_code}")
    size, begun = 0, 0.0
    for part in islice((part for part in answer.streaming_content if part), last_part):
        begun = begun or time.perf_counter() - started
        size += len(part)
    answer.close()
    return size, begun, time.perf_counter() - started


def disclose(client: Any) -> None:
    """Draw the package of a year, and compare the memory that it takes with that of two months."""
    size, begun, seconds = _disclose(client, 365)
    print(
        f"package of a year: first byte after {begun * 1000:.0f} ms, {size / 1e6:.1f} MB in {seconds:.0f} s, "
        f"{size / 1e6 / seconds:.2f} MB a second",
        flush=True,
    )
    for days in (60, 365):
        tracemalloc.start()
        size, _begun, _seconds = _disclose(client, days)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        print(f"package of {days} days: {size / 1e6:.1f} MB drawn, {peak:.1f} MB of memory at most", flush=True)


def begin_to_disclose(client: Any) -> None:
    """Begin to draw the package of a year, and tell how long it takes until something comes."""
    _size, begun, _seconds = _disclose(client, 365, last_part=1)
    print(f"package of a year: first byte after {begun * 1000:.0f} ms", flush=True)
