"""How fast pages answer with the demo alone and with much more beside it: ``make benchmark SCALE=1000``.

Prints the median of the answering times, as the server sees them: without network, static files or pictures.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path

import django

from e2e.demo import demo
from tests.databases import ROOT

ROUNDS = 15
PUBLIC = {
    "home page": "/sv/",
    "guides": "/sv/tillstand/",
    "guides of a trade": "/sv/tillstand/?trade=restaurang",
    "last page of guides": "/sv/tillstand/?page={guides}",
    "a guide": "/sv/tillstand/serveringstillstand/",
    "a guide in English": "/en/permits/licence-to-serve-alcohol/",
    "all fees": "/sv/tillstand/avgifter/",
    "fees of an area": "/sv/tillstand/avgifter/?area=bygglov&on=2027-01-01",
    "all fees as CSV": "/sv/tillstand/avgifter/?format=csv",
    "networks": "/sv/natverk/",
    "networks of a trade": "/sv/natverk/?trade=restaurang",
    "news": "/sv/nyheter/",
    "news of a year": "/sv/nyheter/?year=2018",
    "search, one word": "/sv/sok/?q=serveringstillst%C3%A5nd",
    "search, common word": "/sv/sok/?q=tillst%C3%A5nd",
    "search, two words": "/sv/sok/?q=gasol+matvagn",
    "search, nothing found": "/sv/sok/?q=xyzzy",
    "feed": "/sv/atom.xml",
    "sitemap": "/sitemap.xml",
}
STAFF = {
    "inbox": "/admin/inbox/",
    "inbox, open": "/admin/inbox/?status=open",
    "inbox, searched": "/admin/inbox/?q=krog",
    "inbox, page 20": "/admin/inbox/?p=20",
    "admin's home": "/admin/",
    "guides, check overdue": "/admin/guides/?overdue=true",
    "facts to check, all": "/admin/reports/facts/?when=all",
}


def manage(folder: Path, *arguments: str) -> float:
    """Run a command on the database in the folder and return the seconds that it took."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "VAR_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    started = time.monotonic()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)
    return time.monotonic() - started


def measure() -> None:
    """Print a line for each address with its median in milliseconds; the database is the environment's."""
    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client

    from business.guides.models import GuidePage

    reader, officer = Client(), Client()
    officer.force_login(
        get_user_model().objects.get(username="coordinator"), "django.contrib.auth.backends.ModelBackend"
    )
    pages = -(-GuidePage.objects.live().filter(locale__language_code="sv").count() // 24)
    for client, addresses in ((reader, PUBLIC), (officer, STAFF)):
        for name, pattern in addresses.items():
            address = pattern.format(guides=pages)
            times = []
            for attempt in range(ROUNDS + 2):
                started = time.perf_counter()
                answer = client.get(address)
                if attempt > 1:  # the first ones fill caches and draw pictures
                    times.append(time.perf_counter() - started)
            print(f"{name}\t{answer.status_code}\t{statistics.median(times) * 1000:.0f}", flush=True)


def figures(folder: Path) -> dict[str, str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "VAR_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "benchmarks.listings", "--measure"]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return {line.split("\t")[0]: line.split("\t", 1)[1] for line in done.stdout.splitlines() if "\t" in line}


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1000)
    parser.add_argument("--measure", action="store_true", help="measure the database of the environment")
    chosen = parser.parse_args()
    if chosen.measure:
        measure()
        return
    with tempfile.TemporaryDirectory(prefix="dukatbord-benchmark-") as name:
        small, large = Path(name) / "small", Path(name) / "large"
        for folder in (small, large):
            shutil.copytree(demo(), folder)
        seconds = manage(large, "manage.py", "load_demo", "--scale", str(chosen.scale))
        before, after = figures(small), figures(large)
    print(f"\nload_demo --scale {chosen.scale}: {seconds:.0f} s\n")
    print(f"{'':26}{'demo, ms':>10}{f'+ {chosen.scale}, ms':>12}")
    for name, line in after.items():
        status, milliseconds = line.split("\t")
        note = "" if status == "200" else f"  (answered {status})"
        print(f"{name:26}{before[name].split(chr(9))[1]:>10}{milliseconds:>12}{note}")


if __name__ == "__main__":
    main()
