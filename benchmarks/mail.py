"""How soon a thousand mails become cases and messages, on PostgreSQL: ``make bench-mail``; and at the end of ``make bench``.

Of twenty mails eight are new requests (every fourth with two files), seven replies with what they answer quoted below,
two come back undelivered, two are automatic replies, and one names a case without being its sender's. They are fetched
as the worker does it, each in a transaction of its own: from a folder, and from a mailbox that speaks IMAP.
"""

from __future__ import annotations

import logging
import os
import random
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
from django.test import override_settings

from .filling import fill

MAILS, SECONDS = 1000, 120  # how many are fetched, and how long that may take
KINDS = (*["new"] * 8, *["reply"] * 7, *["bounce"] * 2, *["automatic"] * 2, "claim")
STATES = {"new": "filed", "reply": "filed", "bounce": "ignored", "automatic": "ignored", "claim": "quarantined"}
# A thousand strangers who write within a minute are a flood; here they are a fortnight's.
NO_FLOOD: dict[str, Any] = {"INBOX_BUDGET": ()}
QUOTE = (
    "\n\nDen tisdag 24 november 2026 skrev Företagsservice:\n> Hej! Tack för din fråga.\n> Du behöver göra en anmälan."
)


def make_mails(count: int, seed: int) -> list[bytes]:
    """Return so many mails, to cases and about mails that there are. No case has two of them."""
    from business.inbox.enums import CaseStatus
    from business.inbox.models import Case

    chance = random.Random(seed)
    about = Case.objects.filter(first_answer_at__isnull=False, merged_into=None, disposed_at=None).exclude(email="")
    keys = list(about.exclude(status=CaseStatus.QUARANTINED).values_list("pk", flat=True))
    cases = iter(Case.objects.filter(pk__in=chance.sample(keys, count)).prefetch_related("mails"))
    return [_mail(KINDS[number % len(KINDS)], f"{seed}{number:04}", cases, chance) for number in range(count)]


def _mail(kind: str, name: str, cases: Iterator[Any], chance: random.Random) -> bytes:
    from business.inbox.tests import samples
    from business.inbox.tests.letters import bounce, letter, reply
    from home.demo.bulk_cases import ask

    text, _short = ask(chance)
    if kind == "new":
        files = {"ritning.pdf": samples.pdf(), "lokal.png": samples.png()} if chance.random() < 0.25 else None
        return letter(text, sender=f"Åsa Öberg <asa.{name}@krogen.example>", files=files, number=int(name))
    case = next(cases)
    if kind == "bounce":
        return bounce(next(mail for mail in case.mails.all() if mail.purpose == "answer"))
    if kind == "claim":
        return letter(text, sender=f"x{name}@krogen.example", subject=f"Angående {case.number}", number=int(name))
    headers = {"Auto-Submitted": "auto-replied"} if kind == "automatic" else None
    return reply(case, f"{text}{QUOTE}", headers=headers, number=int(name))


def from_folder(mails: list[bytes]) -> Callable[[], Any]:
    from business.inbox.tests.letters import drop

    folder = Path(os.environ["MAIL_DROP_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    for number, mail in enumerate(mails):
        drop(folder, mail, f"{number:04}")
    return lambda: None


def from_mailbox(mails: list[bytes]) -> Callable[[], Any]:
    from django.conf import settings

    from tests.faults.imap import PASSWORD, USER, Mailbox

    box = Mailbox()
    box.add(*mails)
    told = {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": box.port, "IMAP_SECURITY": "none", "MAIL_DROP_DIR": ""}
    for name, value in {**told, "IMAP_USER": USER, "IMAP_PASSWORD": PASSWORD}.items():
        setattr(settings, name, value)
    return box.stop


def fetch(source: Callable[[list[bytes]], Callable[[], Any]], seed: int, count: int = MAILS) -> None:
    """Fetch mails from there, and tell how long it took and what became of them."""
    from business.inbox.incoming import fetching
    from business.inbox.models import IncomingMail

    mails = make_mails(count, seed)
    stop = source(mails)
    last = IncomingMail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    started, worked = time.perf_counter(), time.process_time()
    logging.disable(logging.ERROR)  # each mail that comes back is an error to whoever runs the site
    with override_settings(**NO_FLOOD):
        done = fetching.fetch(seconds=float("inf"))
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    logging.disable(logging.NOTSET)
    stop()
    became = Counter(IncomingMail.objects.filter(pk__gt=last).values_list("state", flat=True))
    expected = Counter(STATES[KINDS[number % len(KINDS)]] for number in range(count))
    notes = [
        *(["too slow"] if seconds > SECONDS * count / MAILS else []),
        *([f"expected {dict(expected)}"] if became != expected or done.filed != count else []),
    ]
    print(
        f"{done.filed} mails {source.__name__.replace('_', ' a ')}: {seconds:.0f} s (may take {SECONDS}), "
        f"{worked:.0f} s of it Python's; {dict(became)}",
        *notes,
        sep="  ",
        flush=True,
    )


def main() -> None:
    from .inbox import on_postgres

    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--mails", type=int, default=MAILS)
    parser.add_argument("--loaded", action="store_true", help="the database of the environment holds the demo already")
    chosen = parser.parse_args()
    with on_postgres(loaded=chosen.loaded):
        django.setup()
        fill(chosen.cases)
        fetch(from_folder, 1, chosen.mails)
        fetch(from_mailbox, 2, chosen.mails)


if __name__ == "__main__":
    main()
