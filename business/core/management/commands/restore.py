"""Puts an archive back into an empty database and empty folders."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from business.core.backup import BackupError, Protocol, restore, verify


class Command(BaseCommand):
    help = "Restore a backup into an empty database and empty folders. Stop the site and the worker first."
    requires_system_checks: list[str] = []  # they may ask the database, which is empty

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--verify", action="store_true", help="read the archive, compare every hash, restore nothing"
        )

    def handle(self, *args: Any, archive: Path, verify: bool, **options: Any) -> None:
        try:
            if verify:
                self.tell_verified(archive)
            else:
                self.tell(restore(archive))
        except BackupError as error:
            raise CommandError(str(error)) from error

    def tell_verified(self, archive: Path) -> None:
        manifest, sha256 = verify(archive)
        self.stdout.write(
            f"{archive} is whole: of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, {len(manifest.tables)} tables,"
            f" {len(manifest.files):,} files\nSHA-256 {sha256}"
        )

    def tell(self, done: Protocol) -> None:
        """Print the protocol: to be kept with the archive."""
        manifest = done.manifest
        versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
        lines = [
            f"Restored {done.archive}, SHA-256 {done.sha256}",
            f"Of the moment    {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, with {versions}",
            f"Database         {len(manifest.tables)} tables, {done.rows:,} rows, each table as it was",
            f"Files            {len(manifest.files):,}, {done.bytes / 10**6:,.1f} MB, each with the same SHA-256",
            f"Migrated         {', '.join(done.migrated) or 'nothing: the code is the same'}",
            *(f"Missing          {name}: it was missing when the backup was made" for name in manifest.missing),
            *(f"Changed          {name}: it had changed when the backup was made" for name in manifest.damaged),
            *(f"Seen to          {note}" for note in done.notes),
            f"Took             {done.seconds:.1f} s",
            "Next             Start the site and the worker, and open Reports, Operations in the admin: no mail leaves",
            "                 before somebody has looked there. Disposals that were carried out after this moment are",
            "                 undone: carry them out again.",
        ]
        self.stdout.write("\n".join(lines))
