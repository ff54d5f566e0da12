"""Serves the site on one machine: a laptop, a demo, the browser tests. What `make run` ends in."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from home.demo import cases
from home.demo.accounts import ACCOUNTS

PATIENCE = 60  # seconds for the site to answer, and for it to stop
# Seconds before a worker that ended is started again: one that cannot start must not eat the machine.
BREATH = 1
SITE, WORKER = "site", "background worker"
RUN_WORKER = ("manage.py", "run_worker")


class Command(BaseCommand):
    help = "Serve the site on this machine and run its background worker, until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=8)

    def handle(self, *args: Any, host: str, port: int, threads: int, **options: Any) -> None:
        self.asked_to_stop = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        self.refuse_busy_port(host, port)
        running: dict[str, subprocess.Popen] = {}
        try:
            running[SITE] = self.start("-m", "gunicorn", *self.gunicorn_options(host, port, threads))
            running[WORKER] = self.start(*RUN_WORKER)
            address = f"http://{self.netloc(host, port)}"
            if self.wait_until_it_answers(f"{address}/healthz", running):
                self.tell(address)
            ended = self.watch(running)
        finally:
            self.stop(running.values())
        if ended:
            raise CommandError(f"The {ended} ended by itself, so everything was stopped.")
        self.stdout.write("Stopped.")

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def refuse_busy_port(self, host: str, port: int) -> None:
        """Say so at once if somebody else has the port.

        Raises:
            CommandError: the port is taken, or may not be used.
        """
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                raise CommandError(
                    f"Port {port} on {host} cannot be used ({reason}): choose another with `make run PORT=8001`."
                ) from error

    def netloc(self, host: str, port: int) -> str:
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def gunicorn_options(self, host: str, port: int, threads: int) -> list[str]:
        return [
            "config.wsgi:application",
            f"--bind={self.netloc(host, port)}",
            "--workers=1",
            f"--threads={threads}",
            "--graceful-timeout=5",
            "--limit-request-line=0",  # who follows an address that is too long reads why, from the site
            "--log-level=warning",
            "--no-control-socket",
            *(["--reload"] if settings.DEBUG else []),
        ]

    def start(self, *command: str) -> subprocess.Popen:
        """Start a part in a process group of its own: Ctrl-C reaches us alone, and we stop the parts in order."""
        return subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, process_group=0)

    def wait_until_it_answers(self, url: str, running: dict[str, subprocess.Popen]) -> bool:
        """Wait for the site; return whether it answers. A worker that ends meanwhile is started again.

        Raises:
            CommandError: it runs, and does not answer in time.
        """
        deadline = time.monotonic() + PATIENCE
        # No proxy: the site is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while time.monotonic() < deadline and self.is_to_run(running):
            self.keep_worker(running)
            try:
                with opener.open(url, timeout=5):
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        if self.is_to_run(running):
            raise CommandError(f"The site did not answer within {PATIENCE} seconds, so everything was stopped.")
        return False

    def tell(self, address: str) -> None:
        """Print where everything is, and the demo's accounts where they exist."""
        lines = [
            "",
            f"  The site     {address}/",
            f"  The admin    {address}/admin/",
        ]
        if settings.DEMO_ALLOWED and (path := cases.senders_page()):
            lines += ["", "  What the sender of a case sees:", f"    {address}{path}"]
        names = set(get_user_model().objects.values_list("username", flat=True)) if settings.DEMO_ALLOWED else set()
        accounts = [account for account in ACCOUNTS if account.username in names]
        if accounts:
            lines += ["", "  Demo accounts (name, password):"]
            lines += [f"    {account.username:<15}{account.password}" for account in accounts]
        if settings.EMAIL_BACKEND.endswith("FolderEmailBackend"):
            lines += ["", f"  Mail that the site sends lands in {self.shown(settings.EMAIL_FILE_PATH)}/"]
        self.stdout.write("\n".join([*lines, "", "  Ctrl-C stops it.", ""]))
        self.stdout.flush()

    def shown(self, path: Any) -> str:
        """Return the path as one would type it in the project's folder."""
        return str(path.relative_to(settings.BASE_DIR) if path.is_relative_to(settings.BASE_DIR) else path)

    def watch(self, running: dict[str, subprocess.Popen]) -> str:
        """Wait until we are asked to stop, or return the name of the part that ended by itself.

        A worker that ends is started again: what it was at is left to the next one, and the site takes requests
        meanwhile.
        """
        while not self.asked_to_stop:
            if running[SITE].poll() is not None:
                return SITE
            self.keep_worker(running)
            time.sleep(0.2)
        return ""

    def is_to_run(self, running: dict[str, subprocess.Popen]) -> bool:
        return not self.asked_to_stop and running[SITE].poll() is None

    def keep_worker(self, running: dict[str, subprocess.Popen]) -> None:
        """Start the worker again if it has ended."""
        if running[WORKER].poll() is None:
            return
        self.stderr.write(f"The {WORKER} ended by itself ({running[WORKER].returncode}) and is started again.")
        time.sleep(BREATH)
        running[WORKER] = self.start(*RUN_WORKER)

    def stop(self, processes: Any) -> None:
        """Let every part finish what it is doing, and wait for it."""
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
