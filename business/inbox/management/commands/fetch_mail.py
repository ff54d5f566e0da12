"""Reads mail once, in place of the worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from business.inbox.incoming import fetching


class Command(BaseCommand):
    help = "Fetch mail from the mailbox and the drop folder, and put it into cases, until nothing is left."

    def handle(self, *args: Any, **options: Any) -> None:
        if not fetching.is_set_up():
            raise CommandError("No mail is read here: set IMAP_HOST or MAIL_DROP_DIR.")
        try:
            done = fetching.fetch(seconds=float("inf"))
        except Exception as error:
            raise CommandError(f"Mail could not be read: {type(error).__name__}: {error}") from error
        self.stdout.write(f"{done.new} new mails were stored, {done.filed} were filed.")
