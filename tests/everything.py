"""Runs every test: one pytest a database, one for the browser, one for faults. What `make test` ends in.

Two run at a time, since one leaves a core idle; each is shown when its turn comes, and the first that is red stops the
rest. The last line has pytest's own form and counts all that was shown.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from .databases import ROOT
from .on_postgres import leave

# They run side by side, so none keeps notes of the last failures.
OPTIONS = ["-q", "-x", "-p", "no:cacheprovider"]
PYTEST = [sys.executable, "-m", "pytest", *OPTIONS]
FAULTS = [sys.executable, "-m", "tests.faults", *OPTIONS]


class Run:
    """One run of pytest: begun now, shown when its turn comes."""

    def __init__(self, title: str, folder: Path, *command: str) -> None:
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

    def show(self) -> int:
        """Print what the run says until it ends, and return its exit code."""
        print(f"\n{self.title}", flush=True)
        with self.log.open("rb") as log:
            while True:
                ended = self.process.poll() is not None
                if text := log.read():
                    sys.stdout.buffer.write(text)
                    sys.stdout.flush()
                elif ended:
                    return self.process.returncode
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
    runs: list[Run] = []
    waiting = [("Journeys in a browser", [*PYTEST, "e2e"]), ("Faults, in the short form", FAULTS)]
    with tempfile.TemporaryDirectory(prefix="dukatbord-runs-") as name:
        folder = Path(name)
        try:
            runs.append(Run("Tests on SQLite", folder, *PYTEST))
            runs.append(Run("Tests on PostgreSQL", folder, sys.executable, "-m", "tests.on_postgres", *PYTEST))
            for run in runs:
                code = run.show()
                outcomes += run.outcomes()
                if code:
                    break
                if waiting:
                    title, command = waiting.pop(0)
                    runs.append(Run(title, folder, *command))
        finally:
            for run in runs:
                run.stop()
    print(f"\n{closing_line(outcomes, time.monotonic() - started)}", flush=True)
    return code


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    sys.exit(main())
