"""The top level of the project stays as short as it was drawn."""

import subprocess

import pytest

from .databases import ROOT

pytestmark = pytest.mark.one_database

DRAWN = {"site", "home", "business", "search", "templates", "requirements.txt", "manage.py", "README.md"}
NEEDED = {
    ".ci",
    ".gitignore",
    "CONTRIBUTING.md",
    "Makefile",
    "benchmarks",
    "config.py",
    "conftest.py",
    "docs",
    "e2e",
    "pyproject.toml",
    "requirements-dev.txt",
    "tests",
}


def tracked() -> list[str]:
    """Return every file of the project: what git knows, and what it would take in."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode:
        pytest.skip("not a git working tree")
    return answer.stdout.splitlines()


def test_nothing_new_stands_at_the_top():
    assert {path.split("/")[0] for path in tracked()} <= DRAWN | NEEDED


def test_git_takes_in_the_settings():
    """Common lists of what to ignore have ``/site``: then git would skip the settings without a word."""
    assert "site/settings/production.py" in tracked()


def test_site_is_no_package():
    """``site`` belongs to the standard library; ours is reached as ``config``."""
    assert not (ROOT / "site" / "__init__.py").exists()


def test_no_generated_file_is_kept():
    kept = [path for path in tracked() if path.endswith((".mo", ".pyc", ".sqlite3", ".eml", ".log"))]
    assert kept == []
