"""Wagtail's command of the same name, for whoever has it in a crontab: what it publishes is checked as the worker does.

Django takes the command of the app that is listed first, and this app stands before Wagtail's.
"""

from __future__ import annotations

from typing import Any

from wagtail.management.commands import publish_scheduled as wagtails

from business.core import jobs


class Command(wagtails.Command):
    help = "Publish and unpublish what is due, each checked by itself, as the worker does every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
        else:
            jobs.publish_scheduled()
