"""Runs every test: one pytest a database, one for the browser, one for faults. What `make test` ends in.

Two run at a time, since one leaves a core idle, and the longest begin, so that a short one fills the end. Each is shown
when its turn comes, and all run to their end: whoever reads a red run learns of everything that is red. The last line
has pytest's own form and counts all.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from .databases import ROOT
from .on_postgres import leave

# They run side by side, so none keeps notes of the last failures.
OPTIONS = ["-q", "--maxfail=25", "-p", "no:cacheprovider"]
# A browser, a server and a worker share two cores: a journey that fails is taken once more, and the report names it.
AGAIN = ["--reruns=1", "-rR"]
PYTEST = [sys.executable, "-m", "pytest", *OPTIONS]
RUNS = [
    ("Journeys in a browser", [*PYTEST, *AGAIN, "e2e"]),
    ("Tests on PostgreSQL", [sys.executable, "-m", "tests.on_postgres", *PYTEST]),
    ("Tests on SQLite", PYTEST),
    ("Faults, in the short form", [sys.executable, "-m", "tests.faults", *OPTIONS]),
]


class Run:
    """One run of pytest: begun now, shown when its turn comes."""

    def __init__(self, title: str, command: list[str], folder: Path) -> None:
        self.title = title
        self.report = folder / f"{len(list(folder.iterdir()))}.xml"
        self.log = self.report.with_suffix(".log")
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, f"--junitxml={self.report}", "-o", "junit_logging=no"],
                cwd=ROOT,
                env={**environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def is_at_work(self) -> bool:
        return self.process.poll() is None

    def show(self, meanwhile: Callable[[], None]) -> int:
        """Print what the run says until it ends, do ``meanwhile`` while it is silent, and return its exit code."""
        print(f"\n{self.title}", flush=True)
        with self.log.open("rb") as log:
            while True:
                ended = not self.is_at_work
                if text := log.read():
                    sys.stdout.buffer.write(text)
                    sys.stdout.flush()
                elif ended:
                    return self.process.returncode
                else:
                    meanwhile()
                    time.sleep(0.2)

    def outcomes(self) -> Counter[str]:
        """Return how many tests passed, failed and so on."""
        found: Counter[str] = Counter()
        if not self.report.exists():  # it could not even start
            return Counter(errors=1)
        for suite in ElementTree.parse(self.report).getroot().iter("testsuite"):
            counts = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
            found += Counter(failed=counts["failures"], errors=counts["errors"], skipped=counts["skipped"])
            found["passed"] += counts["tests"] - sum(found[name] for name in ("failed", "errors", "skipped"))
        return found

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()


def closing_line(outcomes: Counter[str], seconds: float) -> str:
    """Return the sum of all runs as pytest writes it."""
    told = ", ".join(
        f"{outcomes[name]} {name}" for name in ("failed", "errors", "passed", "skipped") if outcomes[name]
    )
    minutes, rest = divmod(int(seconds), 60)
    return f" {told} in {seconds:.2f}s ({minutes // 60}:{minutes % 60:02d}:{rest:02d}) ".center(80, "=")


def main() -> int:
    """Run everything; return the first exit code that is not zero."""
    started, code = time.monotonic(), 0
    outcomes: Counter[str] = Counter()
    waiting, runs = list(RUNS), list[Run]()
    with tempfile.TemporaryDirectory(prefix="dukatbord-runs-") as name:

        def keep_two_at_work() -> None:
            while waiting and sum(run.is_at_work for run in runs) < 2:
                runs.append(Run(*waiting.pop(0), Path(name)))

        try:
            keep_two_at_work()
            for run in runs:  # which grows while they are shown
                ended = run.show(keep_two_at_work)
                code = code or ended
                outcomes += run.outcomes()
                keep_two_at_work()
        finally:
            for run in runs:
                run.stop()
    print(f"\n{closing_line(outcomes, time.monotonic() - started)}", flush=True)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    sys.exit(main())
