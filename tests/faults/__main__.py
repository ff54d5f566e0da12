"""Runs the fault suite: ``python -m tests.faults`` in its short form, with ``FAULTS=full`` all of it.

What is said besides goes to pytest. PostgreSQL is started again when a test has brought it down.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.on_postgres import Server, leave, server

from .database import DOWN_SECONDS, INITDB

# What is committed outlives a crash of PostgreSQL.
DURABLE = ("synchronous_commit=on", "full_page_writes=on")
# And, in full, one of the machine: every commit waits for the disk, as in production.
ON_DISK = ("fsync=on", "recovery_init_sync_method=syncfs")


def watch(postgres: Server, command: subprocess.Popen) -> int:
    """Start PostgreSQL again whenever it is gone, as an operator's service manager would; return the tests' exit code."""
    while command.poll() is None:
        if postgres.process is not None and postgres.process.poll() is not None:
            time.sleep(DOWN_SECONDS)
            postgres.start()
        time.sleep(0.1)
    return command.returncode


def main() -> int:
    """Run the tests with the server's address in their environment."""
    signal.signal(signal.SIGTERM, leave)
    tests = [sys.executable, "-m", "pytest", str(Path(__file__).parent), *sys.argv[1:]]
    form = os.environ.get("FAULTS") or "short"
    options = [*DURABLE, *(ON_DISK if form == "full" else ())]
    with server(*options, initdb=INITDB) as postgres:
        told = {"FAULTS": form, "DATABASE_URL": postgres.url}
        command = subprocess.Popen(tests, env={**os.environ, **told})
        try:
            return watch(postgres, command)
        except (KeyboardInterrupt, SystemExit):
            command.send_signal(signal.SIGINT)
            return command.wait()


if __name__ == "__main__":
    sys.exit(main())
