"""Compile the message catalogues without gettext, which a fresh machine does not have."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Compile every django.po of the site to django.mo, if it has changed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="compile even what has not changed")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if force or not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                    self.compile(source, target)

    def compile(self, source: Path, target: Path) -> None:
        """Write the compiled catalogue in one step: a process that starts meanwhile reads the old one or the new."""
        shown = source.relative_to(settings.BASE_DIR)
        unfinished = target.with_suffix(f".{os.getpid()}.tmp")
        try:
            polib.pofile(str(source)).save_as_mofile(str(unfinished))
        except OSError as error:
            raise CommandError(f"{shown} cannot be read: {error}") from error
        unfinished.replace(target)
        self.stdout.write(f"Compiled {shown}")
