"""Runs every test: one pytest a database, one for the browser, one for faults. What `make test` ends in.

Two run at a time, since one leaves a core idle, and the longest begin, so that a short one fills the end. Each is shown
when its turn comes, or at once if it is red, which stops the rest. The last line has pytest's own form and counts all
that was shown to its end.
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
OPTIONS = ["-q", "-x", "-p", "no:cacheprovider"]
PYTEST = [sys.executable, "-m", "pytest", *OPTIONS]
RUNS = [
    ("Journeys in a browser", [*PYTEST, "e2e"]),
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

    def show(self, meanwhile: Callable[[], bool]) -> int | None:
        """Print what the run says until it ends, and return its exit code; nothing if ``meanwhile`` breaks in."""
        print(f"\n{self.title}", flush=True)
        with self.log.open("rb") as log:
            while True:
                ended = not self.is_at_work
                if text := log.read():
                    sys.stdout.buffer.write(text)
                    sys.stdout.flush()
                elif ended:
                    return self.process.returncode
                elif meanwhile():
                    return None
                else:
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
    started, outcomes, code = time.monotonic(), Counter(), 0
    waiting, runs, left = list(RUNS), [], []
    with tempfile.TemporaryDirectory(prefix="dukatbord-runs-") as name:

        def keep_two_at_work() -> bool:
            """Begin what there is a core for; tell whether a run that is not shown yet is red."""
            while waiting and sum(run.is_at_work for run in runs) < 2:
                runs.append(Run(*waiting.pop(0), Path(name)))
                left.append(runs[-1])
            return any(run.process.poll() for run in left)

        try:
            keep_two_at_work()
            while left and not code:
                now = next((run for run in left if run.process.poll()), left[0])
                if (ended := now.show(keep_two_at_work)) is not None:
                    code = ended
                    left.remove(now)
                    outcomes += now.outcomes()
                    keep_two_at_work()
        finally:
            for run in runs:
                run.stop()
    print(f"\n{closing_line(outcomes, time.monotonic() - started)}", flush=True)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    sys.exit(main())
