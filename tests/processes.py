"""Starting the project's own commands from a test, with an environment that holds nothing of the developer's."""

from __future__ import annotations

import os
import subprocess
import sys

from .databases import ROOT

__all__ = ["PRODUCTION", "environment", "manage", "run"]

# The least that production starts with.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "k9#mZ!q7" * 8,
    "ALLOWED_HOSTS": "foretag.kommun.example",
    "BASE_URL": "https://foretag.kommun.example",
    "DATABASE_URL": "sqlite:///:memory:",
    "DEFAULT_FROM_EMAIL": "foretag@kommun.example",
}


def environment(**values: str) -> dict[str, str]:
    """Return the environment for a process: what every program needs, and what the test says."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    return {**kept, **values}


def run(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run this Python with the arguments and return what it said."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(**values),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def manage(*arguments: str, **values: str) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` and return what it said."""
    return run("manage.py", *arguments, **values)
