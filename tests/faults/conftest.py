"""One site for the whole suite, whole again before each test; and the numbers, printed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from business.contact.tests.factories import ContactPageFactory
from business.inbox.tests.factories import TopicFactory
from business.inbox.tests.letters import OFFICE
from tests.databases import Originals

from .browser import Officer
from .imap import Mailbox
from .running import Site, wait_until
from .scale import SCALE
from .scanner import Scanner
from .smtp import MailServer

Report = Callable[[str, str], None]
measured: list[tuple[str, str]] = []


@pytest.fixture(scope="session")
def running(
    django_db_setup: None,
    database_originals: Originals,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    mail = MailServer(SCALE.slow)
    mail.start()
    with django_db_blocker.unblock(), database_originals.copy() as database:
        ContactPageFactory()
        topic = TopicFactory(name="Tillstånd").slug
        folder = Path(tmp_path_factory.mktemp("site"))
        scanner = Scanner(folder / "clamd")
        scanner.start()
        site = Site(database, folder, mail, scanner, topic)
        try:
            wait_until(site.is_ready, "the site is ready")
            site.warm_up()
            site.start_worker()
            yield site
        finally:
            site.stop()
            scanner.stop()
            mail.stop()


@pytest.fixture
def site(running: Site) -> Site:
    """The running site, everything in order."""
    running.settle()
    return running


@pytest.fixture
def one_address(site: Site) -> Iterator[None]:
    """Have the tests write mails as the site does."""
    with override_settings(WAGTAILADMIN_BASE_URL=f"https://127.0.0.1:{site.port}"):
        yield


@pytest.fixture(scope="module")
def officer(running: Site) -> Officer:
    return running.officer()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.stop()


@pytest.fixture
def one_secret(site: Site) -> Iterator[None]:
    """The tests sign addresses as the site does."""
    with override_settings(INBOX_REPLY_ADDRESS=OFFICE):
        yield


@pytest.fixture
def report() -> Report:
    """Put a line of numbers into the table that is printed at the end."""
    return lambda what, numbers: measured.append((what, numbers))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if measured:
        terminalreporter.section("Measured")
        width = max(len(what) for what, _numbers in measured)
        for what, numbers in measured:
            terminalreporter.write_line(f"{what:<{width}}  {numbers}")
