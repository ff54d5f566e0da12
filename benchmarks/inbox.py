"""How fast the inbox answers with 100,000 cases on PostgreSQL: ``make bench``.

Loads the demo into a throwaway PostgreSQL and cases in bulk beside it, and asks for each page through Django's test
client: what the server does, without network, and with one process where a real server has several. Each figure is of
``ROUNDS`` requests, or of fewer where they are slow. Beside the times stand the queries, with a thousand cases and with all: they must not differ. A
year's package is drawn of a thousand cases, and a thousand mails are fetched beside all.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

from tests.databases import ROOT

from . import dialogue, mail
from .filling import fill

ROUNDS, WARM_UP = 20, 2
ENOUGH, LEAST = 4.0, 10  # after so many seconds, so many rounds are enough
FEW = 1000
MAILBOX = "arende@kommun.example"
INBOX = "/admin/inbox/"
STATISTICS = "/admin/reports/case-statistics/"
CONTACT = "/sv/kontakt/"
# What is asked for, and the milliseconds that 19 of 20 requests may take.
LISTINGS = {
    "list": (INBOX, 300),
    "list, last page": (f"{INBOX}?p=1000000", 300),
    "list, by the promised day": (f"{INBOX}?ordering=limit_at", 300),
    "filtered: late": (f"{INBOX}?attention=late", 300),
    "filtered: mine and closed": (f"{INBOX}?owner=me&status=closed", 300),
    "filtered: a month": (f"{INBOX}?received_from=2026-03-01&received_to=2026-03-31", 300),
    "search, a common word": (f"{INBOX}?q=bygglov", 500),
    "search, a name": (f"{INBOX}?q=%C3%A5kesson", 500),
    "search, two words": (f"{INBOX}?q=mariefred+uteservering", 500),
    "search, nothing found": (f"{INBOX}?q=xyzzy", 500),
    "search, two letters": (f"{INBOX}?q=ab", 500),
    "admin's home": ("/admin/", 300),
    "statistics, this month": (STATISTICS, 500),
    "statistics, last year": (f"{STATISTICS}?period=last_year", 500),
    "statistics, everything": (f"{STATISTICS}?first=2020-01-01&last=2029-12-28", 500),
}
OF_A_UNIT = ("list", "statistics, this month", "statistics, last year", "statistics, everything")
Ask = Callable[[int], Any]


def signed_in(username: str) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    return client


def requests() -> dict[str, tuple[Ask, int]]:
    """Return everything that is measured: what asks (told which time it is), and the milliseconds it may take."""
    from django.test import Client

    from business.contact.tests.factories import filled_in
    from business.inbox import sender_links
    from business.inbox.models import Case, Topic

    coordinator, officer, visitor = signed_in("coordinator"), signed_in("officer"), Client()
    # The same one however many there are: what a case has decides what is asked for.
    case = Case.objects.filter(first_answer_at__isnull=False).order_by("pk").first()
    topic = Topic.objects.filter(locale__language_code="sv").first()

    def send(number: int) -> Any:
        text = f"Fråga {number} {time.monotonic()}: vi vill öppna ett kafé vid torget. Vad krävs?"
        return visitor.post(CONTACT, filled_in(topic, text=text, email=f"visitor{number}@example.se"))

    def get(address: str, client: Client = coordinator) -> Ask:
        return lambda _number: client.get(address)

    link = sender_links.current_link(case) or sender_links.new_link(case)
    page = urlsplit(sender_links.address(case, sender_links.token_of(link))).path

    return {
        **{name: (get(address), limit) for name, (address, limit) in LISTINGS.items()},
        "a case": (get(f"{INBOX}{case.pk}/"), 300),
        "a case, from the list": (get(f"{INBOX}{case.pk}/?list="), 300),
        "a case, from a search": (get(f"{INBOX}{case.pk}/?list=q%3Dbygglov%26attention%3Dopen"), 300),
        "a request is sent": (send, 500),
        "the sender's page": (get(page, visitor), 300),
        **{f"{name}: one unit's": (get(LISTINGS[name][0], officer), LISTINGS[name][1]) for name in OF_A_UNIT},
    }


def count_queries() -> dict[str, int]:
    from django.core.cache import caches
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for name, (ask, _limit) in requests().items():
        ask(-1)
        for cache in caches.all(initialized_only=True):
            cache.clear()
        with CaptureQueriesContext(connection) as queries:
            ask(-2)
        counts[name] = len(queries)
    return counts


def times_of(ask: Ask) -> tuple[int, list[float]]:
    """Return the answer's status, and the milliseconds of each round in order of size."""
    times: list[float] = []
    for number in range(ROUNDS + WARM_UP):
        started = time.perf_counter()
        answer = ask(number)
        times.append((time.perf_counter() - started) * 1000)
        if sum(times) > ENOUGH * 1000 and len(times) >= LEAST + WARM_UP:
            break
    return answer.status_code, sorted(times[WARM_UP:])


def export(limit: int | None) -> tuple[int, float]:
    """Draw the list as CSV; return its lines and the seconds it took."""
    from business.inbox.listing import Export
    from business.inbox.models import Case

    cases = Case.objects.order_by("-received_at", "-pk")
    started = time.perf_counter()
    lines = sum(1 for _line in Export(cases if limit is None else cases[:limit])) - 2  # mark and heading
    return lines, time.perf_counter() - started


def memory_of_export(limit: int) -> float:
    """Return Python's peak of memory, in megabytes, while so many cases are drawn. Watching it takes four times as long."""
    tracemalloc.start()
    export(limit)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1024 / 1024


def measure(cases: int) -> None:
    django.setup()
    fill(FEW)
    few = count_queries()
    dialogue.disclose(signed_in("registrar"))
    fill(cases)
    many = count_queries()
    print(f"\nLoad of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'':36}{'queries':>12}{'p50, ms':>10}{'p95, ms':>10}{'may take':>10}")
    for name, (ask, limit) in requests().items():
        status, times = times_of(ask)
        p95 = times[int(len(times) * 0.95) - 1]
        notes = [
            *([f"answered {status}"] if status not in (200, 303) else []),
            *(["more queries"] if few[name] != many[name] else []),
            *(["too slow"] if p95 > limit else []),
        ]
        line = f"{name:36}{f'{few[name]} / {many[name]}':>12}{statistics.median(times):>10.0f}{p95:>10.0f}{limit:>10}"
        print(line, *notes, sep="  ", flush=True)
    lines, seconds = export(None)
    print(f"export of {lines} cases: {seconds:.1f} s, {lines / seconds:.0f} a second", flush=True)
    for limit in (FEW, 10 * FEW):
        print(f"export of {limit} cases: {memory_of_export(limit):.1f} MB at most", flush=True)
    dialogue.begin_to_disclose(signed_in("registrar"))
    mail.fetch(mail.from_folder, 1)


@contextmanager
def on_postgres(*, loaded: bool) -> Iterator[None]:
    """Have the demo in the PostgreSQL of the environment, and a folder for all that the site leaves behind."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("Run it with a PostgreSQL: make bench")
    with tempfile.TemporaryDirectory(prefix="dukatbord-benchmark-") as folder:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        os.environ.setdefault("VAR_DIR", str(Path(folder)))
        os.environ.setdefault("MAIL_DROP_DIR", str(Path(folder, "mail")))
        os.environ.setdefault("INBOX_REPLY_ADDRESS", MAILBOX)
        if not loaded:
            for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
                subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True)
        yield


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--loaded", action="store_true", help="the database of the environment holds the demo already")
    chosen = parser.parse_args()
    with on_postgres(loaded=chosen.loaded):
        measure(chosen.cases)


if __name__ == "__main__":
    main()
