"""The site as it runs in production: gunicorn, a worker, PostgreSQL, a mail server. And waiting for it."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.users.models import UserProfile

from business.inbox.enums import ON_ITS_WAY
from business.inbox.models import Case, OutboxMail
from business.inbox.tests.factories import UserFactory
from tests.databases import ROOT, Copy
from tests.processes import PRODUCTION, environment

from .browser import Browser, Officer, Visitor
from .scanner import Scanner
from .smtp import MailServer

__all__ = ["Run", "Site", "is_gone", "numbers_without_gaps", "wait_for_the_worker", "wait_until"]

PATIENCE = 120
PASSWORD = "a-long-word-for-an-officer"
PRODUCTION_SETTINGS = "config.settings.production"


def wait_until(is_so: Callable[[], object], what: str, seconds: float = PATIENCE) -> float:
    """Wait until something is so, and return how many seconds that took."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < seconds, f"Not within {seconds:.0f} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - begun


def wait_for_the_worker() -> None:
    """Wait until the worker has nothing to do: no mail is on its way, and the queue holds no task that is due."""
    mails, tasks = OutboxMail.objects.filter(status__in=ON_ITS_WAY), DBTaskResult.objects.filter(backend_name="queue")
    wait_until(lambda: not mails.exists() and not tasks.ready().exists(), "the worker has nothing to do")


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


@dataclass(frozen=True)
class Run:
    """A command that runs, and may be killed."""

    pid: int
    _ends: Path

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def ends(self, seconds: float = PATIENCE) -> tuple[int, str]:
        """Wait for its end; return 0 and nothing, 1 and what was wrong, or -9 when it was killed."""
        wait_until(lambda: is_gone(self.pid), "the command ends", seconds)
        if not self._ends.exists():
            return -signal.SIGKILL, ""
        code, _blank, said = self._ends.read_text(encoding="utf-8").partition(" ")
        return int(code), said


class Site:
    """Everything that runs. ``mail`` and ``scanner`` misbehave, ``worker`` dies, and what people do goes to ``address``."""

    def __init__(self, database: Copy, folder: Path, mail: MailServer, scanner: Scanner, topic: str) -> None:
        self.mail, self.scanner, self.topic, self.folder = mail, scanner, topic, folder
        self.temporary = folder / "tmp"  # where uploads lie while they are read
        self.temporary.mkdir()
        # Bound from now on, and handed to the web server: nobody else can get the port in between.
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.worker = 0
        self._environment = environment(
            **{
                **PRODUCTION,
                "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
                "FAULTS": os.environ["FAULTS"],
                # The tests sign keys of the form with it too.
                "SECRET_KEY": settings.SECRET_KEY,
                "ALLOWED_HOSTS": "127.0.0.1",
                "BASE_URL": f"https://127.0.0.1:{self.port}",
                "BEHIND_PROXY": "1",
                "DATABASE_URL": database.url,
                "VAR_DIR": str(folder),
                "EMAIL_HOST": "127.0.0.1",
                "EMAIL_PORT": str(mail.port),
                "CLAMD_ADDRESS": scanner.address,
                "TMPDIR": str(self.temporary),
            }
        )
        self._web = self._start(
            "-m",
            "gunicorn",
            "config.wsgi",
            f"--bind=fd://{self._socket.fileno()}",
            "--workers=2",
            "--threads=4",
            "--graceful-timeout=5",
            "--limit-request-line=0",
            "--no-control-socket",
        )
        self._workers = self._start("-m", "tests.faults.workers", talks=True)

    def _start(self, *arguments: str, talks: bool = False, **values: str) -> subprocess.Popen:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**self._environment, **values},
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if talks else log,
                stderr=log,
                text=True,
                pass_fds=[self._socket.fileno()],
            )

    def web_processes(self) -> list[int]:
        """Return the process ids of gunicorn's workers."""
        return [int(pid) for pid in Path(f"/proc/{self._web.pid}/task/{self._web.pid}/children").read_text().split()]

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def is_ready(self) -> bool:
        assert self._web.poll() is None, self.log()[-3000:]
        answer = Browser(self.address).get("/readyz")
        return answer.status == 200 and json.loads(answer.text)["database"] == "ok"

    def visitor(self) -> Visitor:
        return Visitor(self.address, self.topic)

    def officer(self) -> Officer:
        """Return a coordinator who is signed in, with the admin in English."""
        password = make_password(PASSWORD, hasher=PBKDF2PasswordHasher())
        user = UserFactory(coordinator=True, password=password)
        profile = UserProfile.get_for_user(user)
        profile.preferred_language = "en"
        profile.save()
        one = Officer(self.address)
        one.sign_in(user.username, PASSWORD)
        return one

    def warm_up(self) -> None:
        """Let every process draw its first form and take its first request, which cost what later ones do not."""
        with ThreadPoolExecutor(8) as threads:
            visitors = list(threads.map(lambda _number: self.visitor(), range(8)))
            list(threads.map(lambda visitor: visitor.number_on(visitor.ask()), visitors))

    # --- The worker

    def start_worker(self) -> int:
        self.worker = self._fork("")
        return self.worker

    def _fork(self, told: str) -> int:
        assert self._workers.stdin is not None
        assert self._workers.stdout is not None
        self._workers.stdin.write(f"{told}\n")
        self._workers.stdin.flush()
        return int(self._workers.stdout.readline())

    def run(self, *command: str, **told: Any) -> Run:
        """Run a command of the site in a process of its own (``workers.py`` says what it may be told)."""
        ends = self.folder / f"ends-{secrets.token_hex(4)}"
        return Run(self._fork(json.dumps({"command": command, "ends": str(ends), **told})), ends)

    def kill_worker(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.worker, signal.SIGKILL)
        self.wait_for_the_death()

    def wait_for_the_death(self) -> None:
        """Wait until the worker is gone."""
        wait_until(lambda: is_gone(self.worker), "the worker is dead")

    @contextlib.contextmanager
    def paused(self, pid: int = 0) -> Iterator[None]:
        """Have the worker stand still, between two looks at the queue as well as not."""
        os.kill(pid or self.worker, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid or self.worker, signal.SIGCONT)

    @contextlib.contextmanager
    def production_worker(self) -> Iterator[subprocess.Popen]:
        """Run the worker alone with production's own settings, its waits included, in place of ours."""
        self.kill_worker()
        process = self._start("manage.py", "run_worker", DJANGO_SETTINGS_MODULE=PRODUCTION_SETTINGS)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            self.start_worker()

    # --- The mail

    def on_its_way(self) -> int:
        return OutboxMail.objects.filter(status__in=ON_ITS_WAY).count()

    def wait_for_the_mail(self, seconds: float = PATIENCE) -> float:
        """Wait until nothing is on its way any more; return how many seconds that took."""
        return wait_until(lambda: not self.on_its_way(), "all mail is sent or given up", seconds)

    def settle(self) -> None:
        """Have everything whole again, whatever the test before broke."""
        if is_gone(self.worker):
            self.start_worker()
        self.mail.mode = self.mail.mode.ACCEPT
        self.scanner.start()
        wait_until(self.is_ready, "the site is ready")
        wait_for_the_worker()
        self.mail.clear()

    # --- The end

    def stop(self) -> None:
        connection.close()
        self._web.send_signal(signal.SIGQUIT)  # without waiting for connections that are kept open
        self._workers.communicate(timeout=PATIENCE)
        try:
            self._web.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._web.kill()
            self._web.wait()
        self._socket.close()


def numbers_without_gaps() -> bool:
    """Whether every number of this year, up to the last, belongs to a case. The numbers of old cases are made up."""
    of_this_year = Case.objects.filter(year=timezone.localdate().year)
    numbers = list(of_this_year.order_by("running").values_list("running", flat=True))
    return numbers == list(range(1, len(numbers) + 1))
