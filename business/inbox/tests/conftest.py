"""People who are signed in, and a mail server to send to."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth.models import Permission
from django.test import Client
from wagtail.users.models import UserProfile

from .factories import UserFactory


def signed_in(user: Any) -> Client:
    """Return a browser in which the user is signed in, with the admin in English; ``.user`` tells who."""
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def coordinator(db: None) -> Client:
    return signed_in(UserFactory(coordinator=True, first_name="Kim", last_name="Lindqvist"))


@pytest.fixture
def editor(db: None) -> Client:
    return signed_in(UserFactory(editor=True))


@pytest.fixture
def administrator(db: None) -> Client:
    return signed_in(UserFactory(administrator=True))


@pytest.fixture
def reader(db: None) -> Client:
    """Somebody who may read every unit's cases, but neither work them nor see contact details."""
    user = UserFactory()
    rights = ["access_admin", "view_case", "view_every_case"]
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return signed_in(user)


class MailServer:
    """A real SMTP server. ``says`` holds what it answers to the next mails; without it, it takes them."""

    def __init__(self) -> None:
        self.received: list[Mail] = []
        self.senders: list[str] = []  # as the envelopes say
        self.says: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller: Controller | None = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.says:
            return self.says.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.senders.append(envelope.mail_from)
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server that runs; ``stop()`` and ``start()`` take it down and up on the same port."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "Dukat bord <dukatbord@kommun.example>"
    server.start()
    yield server
    server.stop()
