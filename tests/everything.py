"""Runs every test, one pytest a database and one for the browser: ``python -m tests.everything``.

SQLite and PostgreSQL run side by side, since neither needs the other's core; the browser follows when both are green.
What each prints is shown when it is done. The last line has pytest's own form and counts all of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import IO

PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed|deselected)")
CLOSING = re.compile(r"^(?:=+ )?(?=.*\b\d+ (?:passed|failed|errors?|skipped)\b).* in [\d.]+s", re.MULTILINE)


@dataclass
class Run:
    """One run of pytest in a process of its own, writing to a file."""

    name: str
    command: list[str]
    output: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    process: subprocess.Popen | None = None

    def start(self) -> Run:
        print(f"{self.name}: started …", flush=True)
        environment = {**os.environ, "DATABASE_URL": ""}
        self.process = subprocess.Popen(self.command, stdout=self.output, stderr=subprocess.STDOUT, env=environment)
        return self

    def finish(self) -> int:
        """Wait, show what was printed, and return the exit status."""
        assert self.process is not None
        status = self.process.wait()
        print(f"\n{self.name}\n{self.text()}", flush=True)
        return status

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def text(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace")

    def counts(self) -> dict[str, int]:
        """Return what the run's closing line counts."""
        lines = [match[0] for match in CLOSING.finditer(self.text())]
        return {word.rstrip("s"): int(number) for number, word in COUNTED.findall(lines[-1])} if lines else {}


def closing_line(runs: list[Run], seconds: float) -> str:
    """Return one line for all runs, in the form in which pytest closes."""
    total: dict[str, int] = {}
    for run in runs:
        for word, number in run.counts().items():
            total[word] = total.get(word, 0) + number
    order = ("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "error")
    words = ", ".join(f"{total[word]} {word}" for word in order if total.get(word)) or "no tests ran"
    return f" {words} in {seconds:.2f}s ".center(79, "=")


def main() -> int:
    began = time.monotonic()
    sqlite = Run("Tests on SQLite", PYTEST)
    postgresql = Run("Tests on PostgreSQL", [sys.executable, "-m", "tests.on_postgres", *PYTEST])
    browser = Run("Journeys in a browser", [*PYTEST, "e2e"])
    runs = [sqlite.start(), postgresql.start()]
    status = 0
    try:
        for run in (sqlite, postgresql):
            status = status or run.finish()
            if status:
                break
        if not status:
            runs.append(browser.start())
            status = browser.finish()
    finally:
        for run in runs:
            run.stop()
    print(closing_line(runs, time.monotonic() - began), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
