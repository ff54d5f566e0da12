"""Starts workers without the seconds that loading the site takes: ``python -m tests.faults.workers``.

This process has loaded the site, and for every line that it reads it forks one that runs ``run_worker``, and says its
process id. A line may ask for something else, as JSON: a ``command``, ``settings`` that are others there, the ``largest``
file that may be written, how many seconds the ``clock`` is ahead, and a file in which is written how it ``ends``. When nobody talks to it any more, it stops what
still runs and ends.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

INTERVAL = 0.1  # seconds between looks at the queue


class _AnyDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime.datetime)


def set_clock(seconds: float) -> None:
    """Have the site live so many seconds ahead: also where it got hold of ``timezone.now`` long ago."""

    class Ahead(datetime.datetime, metaclass=_AnyDatetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return datetime.datetime.now(tz) + datetime.timedelta(seconds=seconds)

    timezone.datetime = Ahead  # type: ignore[misc, assignment]


def work(told: dict[str, Any]) -> None:
    """Be a worker, and nothing else: what stands above in the stack must not run twice."""
    how = "0 "
    try:
        sys.stdin.close()
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody reads from the pipe what a worker has to say
        for name, value in told.get("settings", {}).items():
            setattr(settings, name, value)
        if "clock" in told:
            set_clock(told["clock"])
        if "largest" in told:
            resource.setrlimit(resource.RLIMIT_FSIZE, (told["largest"],) * 2)
        if "command" in told:
            call_command(*told["command"])
        else:
            call_command("run_worker", interval=INTERVAL)
    except BaseException as error:
        how = f"1 {error}"
        traceback.print_exc()
    finally:
        with contextlib.suppress(KeyError, OSError):
            Path(told["ends"]).write_text(how, encoding="utf-8")
        os._exit(0)


def main() -> None:
    django.setup()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests, which close our input
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    started = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            work(json.loads(line.strip() or "{}"))
        started.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in started:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
