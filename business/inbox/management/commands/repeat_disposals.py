"""After a restore: dispose again of what was disposed of since the backup was taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from business.inbox.disposal import protocol, repeating

FOUND = {
    "done": "disposed of again, the same as the first time",
    "differing": "disposed of again; the backup held something else than what went the first time",
    "gone_already": "disposed of already",
    "not_there": "not in this backup",
    "failed": "NOT disposed of: their files could not be removed, see the log",
}


class Command(BaseCommand):
    """``repeat_disposals PROTOCOL.json …``: in the order of the protocols, oldest first."""

    help = "After a restore, dispose again of the cases in these protocols of disposal (JSON, from the admin)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("protocols", nargs="+", type=Path, metavar="PROTOCOL.json")

    def handle(self, *args: Any, **options: Any) -> None:
        read = []
        for path in options["protocols"]:  # all of them before anything is done
            try:
                read.append((path, *protocol.parse(path.read_text(encoding="utf-8"))))
            except (OSError, UnicodeDecodeError, protocol.ProtocolError) as error:
                raise CommandError(f"{path}: {error}") from error
        failed = False
        for path, content, digest in sorted(read, key=lambda one: str(one[1]["finished_at"])):
            told = repeating.repeat(content, digest)
            failed |= bool(told.failed)
            self.stdout.write(f"{path}: {len(content['cases'])} cases")
            for name, words in FOUND.items():
                if numbers := getattr(told, name):
                    self.stdout.write(f"  {len(numbers)} {words}: {', '.join(numbers)}")
        if failed:
            raise CommandError("Some cases could not be disposed of again.")
