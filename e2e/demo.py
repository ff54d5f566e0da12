"""The demo, loaded once and copied for every run. ``python -m e2e.demo`` loads it ahead of time."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.databases import ROOT, SQLiteOriginals, fingerprint

__all__ = ["demo"]

KEPT = 2


def demo_fingerprint() -> str:
    """Return a name for what the demo is made from: the database, the content and the program that writes it."""
    digest = hashlib.sha256(fingerprint().encode())
    files = [*(ROOT / "business").rglob("*.py"), *(ROOT / "search").rglob("*.py")]
    home = [path for path in (ROOT / "home").rglob("*") if "__pycache__" not in path.parts]  # Python writes there
    files += [path for path in home if path.is_file()]
    for path in sorted(files):
        if "tests" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def demo() -> Path:
    """Return the folder with the demo's database and media, loading it unless it is there."""
    originals = SQLiteOriginals()
    originals.ensure()
    folder = originals.folder / f"demo-{demo_fingerprint()}"
    with (originals.folder / "demo-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            folder.touch()
            return folder
        unfinished = folder.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        shutil.copyfile(originals.original, unfinished / "database.sqlite3")
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "VAR_DIR": str(unfinished)}
        environment.pop("DATABASE_URL", None)
        subprocess.run(
            [sys.executable, "manage.py", "load_demo", "--verbosity=0"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        unfinished.rename(folder)
        for old in sorted(originals.folder.glob("demo-*/"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old)
    return folder


if __name__ == "__main__":
    demo()
