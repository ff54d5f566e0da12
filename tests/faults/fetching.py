"""Mail that comes in: a mailbox, and a process that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from business.inbox.tests.letters import OFFICE

from .imap import PASSWORD, USER, Mailbox
from .running import Run, Site

__all__ = ["fetching"]


def fetching(
    site: Site,
    mailbox: Mailbox | None = None,
    folder: Path | None = None,
    command: tuple[str, ...] = ("fetch_mail",),
    **told: Any,
) -> Run:
    """Start ``fetch_mail``, or another command, as a process of its own with production's settings."""
    reads = {"INBOX_REPLY_ADDRESS": OFFICE, "MAIL_DROP_DIR": str(folder or "")}
    if mailbox is not None:
        reads |= {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": mailbox.port, "IMAP_SECURITY": "none"}
        reads |= {"IMAP_USER": USER, "IMAP_PASSWORD": PASSWORD}
    return site.run(*command, settings=reads, **told)
