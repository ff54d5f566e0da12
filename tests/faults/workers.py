"""Starts workers without the seconds that loading the site takes: ``python -m tests.faults.workers``.

This process has loaded the site, and for every line that it reads it forks one that runs ``run_worker``, and says its
process id. When nobody talks to it any more, it stops what still runs and ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback

import django
from django.core.management import call_command

INTERVAL = 0.1  # seconds between looks at the queue


def work() -> None:
    """Be a worker, and nothing else: what stands above in the stack must not run twice."""
    try:
        sys.stdin.close()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads from the pipe what a worker has to say
        call_command("run_worker", interval=INTERVAL)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def main() -> None:
    django.setup()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests, which close our input
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    started = []
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            work()
        started.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
