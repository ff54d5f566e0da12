"""Loads the demo."""

from __future__ import annotations

import logging
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Locale

from business.inbox.models import Case
from home.demo import accounts, bulk, cases, office
from home.demo.pages import Pages
from home.demo.planning import Planning
from home.demo.registers import Registers


class Command(BaseCommand):
    help = "Load the demo's content and accounts. Running it again changes nothing that is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            type=int,
            default=0,
            metavar="N",
            help="add N guides, N news items and N/10 networks in each language, and 10 × N cases, for load tests",
        )
        parser.add_argument(
            "--once", action="store_true", help="do nothing where the inbox has cases: what was deleted stays away"
        )

    def handle(self, *args: Any, scale: int, once: bool, **options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("These settings do not allow demo content (DEMO_ALLOWED is off, as in production).")
        if scale < 0:
            raise CommandError("--scale takes a number that is not negative.")
        # Cases are loaded last and never deleted, so they tell whether a demo was loaded to its end.
        if once and Case.objects.exists():
            return
        started = time.monotonic()
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        swedish, english = (Locale.objects.get(language_code=code) for code in ("sv", "en"))
        with transaction.atomic():
            self.stdout.write("Accounts and registers …")
            users = accounts.load()
            registers = Registers(swedish, english)
            registers.load()
            planning = Planning(registers)
            planning.load_questions()
            office.load(users)
        # Not one transaction: a translation is published when its own transaction stands.
        self.stdout.write("Pages, in Swedish and English …")
        pages = Pages(registers, planning, self.stdout.write if options["verbosity"] > 1 else lambda _line: None)
        pages.load()
        pages.settings()
        with transaction.atomic():
            self.stdout.write("The finder's rules …")
            planning.load_rules(pages.found)
        with transaction.atomic():
            self.stdout.write(f"Cases: {cases.load(users)} added")
        if scale:
            bulk.load(scale, registers, self.stdout.write)
        # Whoever loads it ``--once`` starts the site next, which tells the same with its own port.
        if not once and (path := cases.senders_page()):
            self.stdout.write(f"The sender of a case sees {settings.WAGTAILADMIN_BASE_URL}{path}")
        self.stdout.write(self.style.SUCCESS(f"The demo is loaded ({time.monotonic() - started:.0f} s)."))
