"""Writes the database and the files of this moment into one archive."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from business.core.backup import BackupError, make

SHOWN = 10  # files that are named one by one


class Command(BaseCommand):
    help = "Back up the database and the files into one archive. The site may go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_FOLDER, help="folder of the archive")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        try:
            path, manifest, row = make(to)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(table.rows for table in manifest.tables.values())
        self.stdout.write(
            f"{path}\n{row.size / 10**6:,.1f} MB in {row.seconds:.1f} s, of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC:"
            f" {rows:,} rows in {len(manifest.tables)} tables, {row.files:,} files\nSHA-256 {row.digest}"
        )
        for what, names in (("Missing on the disk", manifest.missing), ("Changed on the disk", manifest.damaged)):
            if names:
                more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
                self.stderr.write(f"{what}: {', '.join(names[:SHOWN])}{more}")
