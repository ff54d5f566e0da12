"""Making a backup: the database first, then the files that it names.

A file is on the disk before its row is written and none of a record is ever deleted, so every file of that moment is
still there when its turn comes.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import django
import wagtail
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

from business.core.models import Backup

from .archive import Writer
from .databases import SNAPSHOT, Engine, engine
from .parts import BackupError, File, Manifest, is_safe
from .stores import Named, Store, stores

__all__ = ["make"]

LEFTOVER_AFTER = 24 * 60 * 60  # seconds: what a backup that was killed has left behind


def make(folder: Path) -> tuple[Path, Manifest, Backup]:
    """Write an archive into the folder; return where it lies, what it says and the row that tells of it.

    Raises:
        BackupError: it could not be made; nothing is left behind.
    """
    begun = time.monotonic()
    _refuse_served(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_leftovers(folder)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as temporary:
            target, manifest, size, digest = _write(folder, Path(temporary))
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error}") from error
    row = Backup.objects.create(
        made_at=manifest.made_at,
        seconds=round(time.monotonic() - begun, 1),
        name=target.name,
        size=size,
        digest=digest,
        files=len(manifest.files),
        missing=len(manifest.missing),
        damaged=len(manifest.damaged),
    )
    return target, manifest, row


def _refuse_served(folder: Path) -> None:
    for served in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        if served and folder.resolve().is_relative_to(Path(served).resolve()):
            raise BackupError(f"{folder} lies inside {served}, which is served to everybody. Choose another folder.")


def _remove_leftovers(folder: Path) -> None:
    before = time.time() - LEFTOVER_AFTER
    for one in (*folder.glob(".backup-*"), *folder.glob(".dukat-bord-*.part")):
        if one.stat().st_mtime < before:
            shutil.rmtree(one) if one.is_dir() else one.unlink()


def _write(folder: Path, temporary: Path) -> tuple[Path, Manifest, int, str]:
    database = engine()
    with database.snapshot(temporary) as (dump, moment):
        tables = database.tables(SNAPSHOT)
        migrations = _migrations(SNAPSHOT)
        named = {store.name: list(store.named(SNAPSHOT)) for store in stores.values()}
    target = folder / f"dukat-bord-{moment:%Y-%m-%dT%H%M%SZ}.tar"
    with Writer(target) as archive:
        with dump.open("rb") as file:
            dumped = archive.add("", database.dump_name, file)
        dump.unlink()
        files, missing, damaged = _add_files(archive, named)
        manifest = Manifest(
            made_at=moment,
            engine=database.vendor,
            versions=_versions(database),
            migrations=migrations,
            tables=tables,
            database=dumped,
            files=files,
            missing=missing,
            damaged=damaged,
        )
        size, digest = archive.finish(manifest)
    return target, manifest, size, digest


def _add_files(archive: Writer, named: dict[str, list[Named]]) -> tuple[list[File], list[str], list[str]]:
    files: list[File] = []
    missing: list[str] = []
    damaged: list[str] = []
    for store in stores.values():
        gone: set[str] = set()
        for one in named[store.name]:
            if not is_safe(one.path):
                gone.add(one.path)
                continue
            try:
                with (store.folder() / one.path).open("rb") as file:
                    added = archive.add(store.name, one.path, file)
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                gone.add(one.path)
                continue
            files.append(added)
            if one.digest and one.digest != added.sha256:
                damaged.append(added.member)
        missing += _still_named(store, gone)
    return files, missing, damaged


def _still_named(store: Store, gone: set[str]) -> Iterable[str]:
    """Leave out what was removed after the moment of the backup, as a file that somebody took out of a form again."""
    if not gone:
        return []
    return sorted(f"files/{store.name}/{one.path}" for one in store.named(DEFAULT_DB_ALIAS) if one.path in gone)


def _migrations(using: str) -> dict[str, list[str]]:
    applied: dict[str, list[str]] = defaultdict(list)
    for app, name in sorted(MigrationRecorder(connections[using]).applied_migrations()):
        applied[app].append(name)
    return dict(applied)


def _versions(database: Engine) -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "django": django.get_version(),
        "wagtail": wagtail.__version__,
        database.vendor: database.version(),
    }
