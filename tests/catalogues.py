"""The message catalogues: ``python -m tests.catalogues`` checks them against the source, ``--update`` renews them.

Needs Debian's gettext, which collects the strings. Whether the catalogues are whole in themselves is a test
(``tests/test_catalogues.py``) and needs nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
import polib
from django.core.management import call_command

LANGUAGE = "sv"
CATALOGUE = Path("site/locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
OPTIONS = {"locale": [LANGUAGE], "add_location": "file", "no_wrap": True, "no_obsolete": True, "verbosity": 0}
# What is not shown to anybody.
IGNORED = ["var/*", "tests/*", "*/tests/*", "e2e/*", "benchmarks/*", "conftest.py"]

Key = tuple[str | None, str, str]


def keys(catalogue: polib.POFile) -> set[Key]:
    """Return what identifies each message that is in use."""
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue if not entry.obsolete}


def collect() -> set[Key]:
    """Return every message in the source, and leave the catalogue as it was.

    The catalogue is renewed in place and put back: a folder elsewhere would get what stands outside site/, while
    makemessages finds site/locale by itself and writes there what stands inside.
    """
    before = CATALOGUE.read_bytes() if CATALOGUE.exists() else None
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    try:
        call_command("makemessages", ignore_patterns=IGNORED, **OPTIONS)
        return keys(polib.pofile(str(CATALOGUE)))
    finally:
        if before is None:
            CATALOGUE.unlink(missing_ok=True)
        else:
            CATALOGUE.write_bytes(before)


def main(arguments: list[str]) -> str:
    """Check or renew; return what is wrong, for people to read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    os.chdir(Path(__file__).resolve().parents[1])
    django.setup()
    if arguments == ["--update"]:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        call_command("makemessages", ignore_patterns=IGNORED, **OPTIONS)
        return ""
    known = keys(polib.pofile(str(CATALOGUE))) if CATALOGUE.exists() else set()
    wanted = collect()
    lines = [f"not in the catalogue: {key[1]!r}" for key in sorted(wanted - known, key=repr)]
    lines += [f"not in the source any more: {key[1]!r}" for key in sorted(known - wanted, key=repr)]
    return "\n".join([*lines, f"{CATALOGUE}: run `make messages` and translate."]) if lines else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) or 0)
