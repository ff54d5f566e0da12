"""The site and its worker as processes: they start together, stop together, and say what is wrong."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from business.core.models import WorkerSign
from home.management.commands import run_site

from .databases import ROOT
from .processes import environment

pytestmark = pytest.mark.one_database

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status(url: str) -> int:
    try:
        with OPENER.open(url, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Started:
    """A process of ours, what it has printed, and its children."""

    def __init__(self, *arguments: str, **values: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "manage.py", *arguments],
            cwd=ROOT,
            env=environment(**values),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 60
        while text not in self.text:
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.05)

    def children(self) -> dict[str, int]:
        """Return the process ids of the parts by what they run."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        found = {}
        for pid in pids:
            command = Path(f"/proc/{pid}/cmdline").read_text()
            found["worker" if "run_worker" in command else "site"] = int(pid)
        return found

    def end(self) -> int:
        code = self.process.wait(timeout=60)
        self.reader.join()
        return code


@pytest.fixture
def start(committed_db, tmp_path):
    """Start a command on the test's own database; whatever still runs at the end is stopped."""
    started = []

    def start(*arguments: str, **values: str) -> Started:
        told = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": committed_db.url}
        started.append(Started(*arguments, **{**told, "VAR_DIR": str(tmp_path), **values}))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.terminate()
            one.end()


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_the_site_and_its_worker_start_and_stop_together(start):
    port = free_port()
    get_user_model().objects.create(username="editor")
    site = start("run_site", "--port", str(port))
    site.wait_for("Ctrl-C stops it.")
    assert f"http://127.0.0.1:{port}/admin/" in site.text
    assert "dukat-bord-editor" in site.text
    assert "dukat-bord-coordinator" not in site.text  # there is no such account here
    assert status(f"http://127.0.0.1:{port}/sv/") == 200
    assert status(f"http://127.0.0.1:{port}/static/css/foundation.css") == 200
    parts = site.children()
    assert set(parts) == {"site", "worker"}

    site.process.send_signal(signal.SIGINT)
    assert site.end() == 0
    assert all(is_gone(pid) for pid in parts.values())
    assert "Traceback" not in site.text


def test_when_the_site_dies_the_worker_is_stopped(start):
    site = start("run_site", "--port", str(free_port()))
    site.wait_for("Ctrl-C stops it.")
    parts = site.children()
    os.kill(parts["site"], signal.SIGKILL)
    assert site.end() != 0
    assert all(is_gone(pid) for pid in parts.values())
    assert "ended by itself" in site.text


def test_a_worker_that_dies_is_started_again_and_the_site_takes_requests_meanwhile(start):
    port = free_port()
    site = start("run_site", "--port", str(port))
    site.wait_for("Ctrl-C stops it.")
    killed = site.children()
    os.kill(killed["worker"], signal.SIGKILL)
    site.wait_for("is started again")
    assert status(f"http://127.0.0.1:{port}/sv/") == 200
    deadline = time.monotonic() + 30
    while site.children().get("worker", killed["worker"]) == killed["worker"]:
        assert time.monotonic() < deadline, site.text
        time.sleep(0.05)
    assert site.children()["site"] == killed["site"]


def test_a_busy_port_is_told_in_a_sentence(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        site = start("run_site", "--port", port)
        assert site.end() != 0
    assert f"Port {port} on 127.0.0.1 cannot be used" in site.text
    assert len(site.text.strip().splitlines()) == 1


def test_the_worker_gives_a_sign_of_life_and_stops_when_asked(start):
    worker = start("run_worker", "--interval", "0.1")
    deadline = time.monotonic() + 30
    while not WorkerSign.objects.exists():
        assert time.monotonic() < deadline, worker.text
        time.sleep(0.1)
    worker.process.terminate()
    assert worker.end() == 0
    assert "Traceback" not in worker.text
    assert (timezone.now() - WorkerSign.objects.get().seen_at).total_seconds() < 60


def test_the_worker_can_be_run_once(committed_db):
    call_command("run_worker", once=True)
    assert WorkerSign.objects.get().stopped_at is not None  # it has not fallen silent


def test_catalogues_are_compiled_without_gettext(settings, tmp_path):
    folder = tmp_path / "sv" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "å"\n'
    )
    settings.LOCALE_PATHS, settings.BASE_DIR = [tmp_path], tmp_path
    call_command("compile_catalogues")
    compiled = folder / "django.mo"
    assert "å".encode() in compiled.read_bytes()
    before = compiled.stat().st_mtime_ns
    call_command("compile_catalogues")
    assert compiled.stat().st_mtime_ns == before
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]


def test_a_broken_catalogue_is_told_in_a_sentence(settings, tmp_path):
    """What cannot be read is named, instead of a page of program text."""
    folder = tmp_path / "sv" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("this is no catalogue\n")
    settings.LOCALE_PATHS, settings.BASE_DIR = [tmp_path], tmp_path
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("compile_catalogues")


class Part:
    """A process that runs, or has ended."""

    def __init__(self, code: int | None = None) -> None:
        self.returncode = code

    def poll(self) -> int | None:
        return self.returncode


@pytest.fixture
def command(monkeypatch):
    """The command, begun, that starts nothing."""
    command = run_site.Command(stderr=io.StringIO())
    command.asked_to_stop = False
    monkeypatch.setattr(run_site, "BREATH", 0)
    monkeypatch.setattr(command, "start", lambda *arguments: Part())
    return command


def test_a_worker_that_dies_while_the_site_starts_is_started_again_and_the_site_waited_for(command):
    running = {"site": Part(), run_site.WORKER: Part(1)}
    with socket.socket() as slow:
        slow.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{slow.getsockname()[1]}/healthz"
        threading.Timer(0.5, answer_once, [slow]).start()
        assert command.wait_until_it_answers(url, running)
    assert running[run_site.WORKER].poll() is None
    assert "is started again" in command.stderr.getvalue()


def answer_once(listener: socket.socket) -> None:
    listener.listen()
    connection, _address = listener.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_a_site_that_never_answers_is_told_though_the_worker_dies(command, monkeypatch):
    monkeypatch.setattr(run_site, "PATIENCE", 0.3)
    with pytest.raises(CommandError, match="did not answer"):
        command.wait_until_it_answers(f"http://127.0.0.1:{free_port()}/", {"site": Part(), run_site.WORKER: Part(1)})


def test_a_site_that_ends_while_it_starts_is_not_waited_for(command):
    url = f"http://127.0.0.1:{free_port()}/"
    assert not command.wait_until_it_answers(url, {"site": Part(1), run_site.WORKER: Part()})
