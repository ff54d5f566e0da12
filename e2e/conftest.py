"""The site, a mail server and a browser.

``reader`` is a browser page of somebody who is not signed in. When its test ends it must have logged no error, asked no
other host and been given no cookie: no journey can forget to look. ``staff("editor")`` is a page of somebody who is.
"""

from __future__ import annotations

import email
import logging
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default as policy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from business.inbox.tests.clamd import FakeClamd
from home.demo.accounts import ACCOUNTS
from tests.databases import ROOT
from tests.processes import PRODUCTION, environment

from .demo import demo

logging.getLogger("mail.log").setLevel(logging.WARNING)
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# As root Chromium needs to be told to do without its sandbox; the rest keeps it from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PATIENCE = 60
ENOUGH = 20_000  # milliseconds for a page, or something on it, on a machine that is busy
expect.set_options(timeout=ENOUGH)
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Mailbox:
    """A real mail server; what it has accepted stands in ``letters``."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.port = free_port()
        self._server: Controller | None = None

    def up(self) -> None:
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def down(self) -> None:
        """Answer nobody until it is up again."""
        self._server.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy))
        return "250 OK"

    def wait_for(self, to: str, *words: str) -> EmailMessage:
        """Return the letter to this address that has all of the words in subject or text."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for letter in self.letters:
                text = f"{letter['Subject']} {letter.get_content()}"
                if letter["To"] == to and all(word in text for word in words):
                    return letter
            assert time.monotonic() < deadline, f"no mail to {to} with {words}"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """The mail server that the site sends through."""
    box = Mailbox()
    box.up()
    yield box
    box.down()


@pytest.fixture(scope="session")
def scanner() -> Iterator[FakeClamd]:
    """The virus scanner that the site asks."""
    scanner = FakeClamd()
    yield scanner
    scanner.stop()


class Office:
    """The office's mailbox as a folder: what is dropped there comes in, and replies to our mails are to go there."""

    address = "arende@kommun.example"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def gets(self, letter: EmailMessage) -> None:
        """Deliver a letter, whole at once."""
        name = self.folder / uuid.uuid4().hex
        name.with_suffix(".part").write_bytes(letter.as_bytes())
        name.with_suffix(".part").rename(name.with_suffix(".eml"))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The mailbox that the site reads."""
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, port: int) -> Path:
    """A folder of the run's own with the demo's database and media, whose site has the address of this run."""
    folder = tmp_path_factory.mktemp("site") / "var"
    shutil.copytree(demo(), folder)
    with closing(sqlite3.connect(folder / "database.sqlite3")) as database, database:
        database.execute("UPDATE wagtailcore_site SET hostname = '127.0.0.1', port = ?", [port])
    return folder


@contextmanager
def served(command: list[str], url: str, **values: str) -> Iterator[str]:
    """Run a server until the end of the block; begin when it answers."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment(**values))
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                OPENER.open(f"{url}/healthz", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, "the site did not start"
                assert time.monotonic() < deadline, "the site does not answer"
                time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


@pytest.fixture(scope="session")
def site(loaded: Path, mailbox: Mailbox, office: Office, scanner: FakeClamd, port: int) -> Iterator[str]:
    """The address of the site, as `make run` starts it, with its worker; mail goes to ``mailbox``, comes from ``office``."""
    url = f"http://127.0.0.1:{port}"
    with served(
        ["manage.py", "run_site", "--port", str(port)],
        url,
        DJANGO_SETTINGS_MODULE="e2e.settings",
        VAR_DIR=str(loaded),
        BASE_URL=url,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(mailbox.port),
        CLAMD_ADDRESS=scanner.address,
        MAIL_DROP_DIR=str(office.folder),
        INBOX_REPLY_ADDRESS=office.address,
    ):
        yield url


@pytest.fixture(scope="session")
def production(loaded: Path) -> Iterator[str]:
    """The address of the same site as production serves it: collected, compressed files. Without TLS before it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    told = {**PRODUCTION, "VAR_DIR": str(loaded), "ALLOWED_HOSTS": "127.0.0.1", "SECURE_SSL_REDIRECT": "no"}
    told |= {"BASE_URL": url, "DATABASE_URL": f"sqlite:///{loaded / 'database.sqlite3'}"}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, cwd=ROOT, env=environment(**told), check=True)
    options = [
        f"--bind=127.0.0.1:{port}",
        "--threads=4",
        "--limit-request-line=0",
        "--no-control-socket",
        "--log-level=warning",
    ]
    with served(["-m", "gunicorn", "config.wsgi", *options], url, **told):
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A browser of somebody's own, and what went wrong in it."""

    context: BrowserContext
    host: str
    refusal: int | None = None  # a status that is wanted here; the browser itself reports it as an error
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def page(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(ENOUGH)
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)
        return page

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.elsewhere.append(request.url)

    def check(self) -> None:
        """Fail on what a reader of the console and the network would have seen."""
        wanted = f"the server responded with a status of {self.refusal} "
        assert [error for error in self.errors if wanted not in error] == []
        assert self.elsewhere == []


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a page in a fresh browser; options are those of Playwright's ``new_context``.

    ``refusal`` is a status, such as 404, that the journey is about.
    """
    visitors: list[Visitor] = []

    def open_page(refusal: int | None = None, **options: Any) -> Page:
        context = browser.new_context(**{"base_url": site, "locale": "sv-SE", "reduced_motion": "reduce", **options})
        visitors.append(Visitor(context, urlsplit(options.get("base_url", site)).netloc, refusal))
        return visitors[-1].page()

    yield open_page
    for visitor in visitors:
        cookies = visitor.context.cookies()
        visitor.context.close()
        visitor.check()
        assert cookies == []


@pytest.fixture
def reader(visit: Callable[..., Page]) -> Page:
    """A page of somebody who reads, on a screen of 1280 points."""
    return visit(viewport={"width": 1280, "height": 900})


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: str) -> Callable[[str], Any]:
    """Sign in once for each of the demo's accounts and remember the session."""
    states: dict[str, Any] = {}
    passwords = {account.username: account.password for account in ACCOUNTS}

    def state(name: str) -> Any:
        if name not in states:
            context = browser.new_context(base_url=site, locale="sv-SE")
            page = context.new_page()
            page.goto("/admin/login/")
            page.fill("input[name=username]", name)
            page.fill("input[name=password]", passwords[name])
            page.click("button[type=submit]")
            page.wait_for_url("**/admin/")
            states[name] = context.storage_state()
            context.close()
        return states[name]

    return state


@pytest.fixture
def staff(browser: Browser, site: str, signed_in: Callable[[str], Any]) -> Iterator[Callable[..., Page]]:
    """Open the admin as one of the demo's accounts."""
    visitors: list[Visitor] = []

    def open_page(name: str, refusal: int | None = None) -> Page:
        context = browser.new_context(
            base_url=site, locale="sv-SE", storage_state=signed_in(name), viewport={"width": 1280, "height": 1000}
        )
        visitors.append(Visitor(context, urlsplit(site).netloc, refusal))
        return visitors[-1].page()

    yield open_page
    for visitor in visitors:
        visitor.context.close()
        visitor.check()
