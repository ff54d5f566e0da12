"""Putting an archive back into an empty place. Every hash is compared before anything is touched."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from business.core import periodic
from business.core.models import JobRun, Restore, WorkerSign

from .archive import Reader, copy_hashed, verify
from .databases import Engine, engine
from .parts import BackupError, File, Manifest
from .stores import Store, stores

__all__ = ["Protocol", "after_restore", "restore"]

# What a file system puts into its own topmost folder.
NOT_OURS = {"lost+found"}
_hooks: dict[str, Callable[[Restore], str]] = {}


def after_restore(name: str, call: Callable[[Restore], str]) -> None:
    """Have ``call`` run in every restored database before it is used; it returns a sentence for the protocol."""
    _hooks[name] = call


@dataclass
class Protocol:
    """What a restore did."""

    manifest: Manifest
    archive: Path
    sha256: str
    rows: int = 0
    bytes: int = 0
    migrated: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0


def restore(archive: Path) -> Protocol:
    """Restore an archive into the database and folders of the settings, which must be empty.

    Raises:
        BackupError: the archive or the place is not right; nothing was touched unless the text says so.
    """
    begun = time.monotonic()
    manifest, sha256 = verify(archive)
    database = engine()
    _refuse(manifest, database)
    protocol = Protocol(manifest, archive, sha256)
    with contextlib.ExitStack() as stack:
        dump, places = _unpack(stack, archive, manifest)
        with database.loaded(dump):
            protocol.rows = _compare(manifest, database)
            protocol.migrated = _bring_up_to_date(manifest)
            protocol.notes = _see_to(manifest, archive, sha256)
            for place in places:
                place.settle()
            protocol.bytes = _compare_files(manifest)
    os.sync()
    # What was remembered belongs to another database.
    for cache in caches.all():
        cache.clear()
    protocol.seconds = time.monotonic() - begun
    return protocol


# --- What must be so before anything is touched


def _refuse(manifest: Manifest, database: Engine) -> None:
    if manifest.engine != database.vendor:
        raise BackupError(
            f"The archive is of a {manifest.engine} database, and DATABASE_URL names one of {database.vendor}."
            " Nothing was touched."
        )
    known = MigrationLoader(None).disk_migrations
    applied = [(app, name) for app, names in manifest.migrations.items() for name in names]
    unknown = [f"{app}.{name}" for app, name in applied if (app, name) not in known]
    if unknown:
        raise BackupError(
            f"The archive was made by later code: this one does not know {', '.join(unknown[:3])}."
            " Check out a version that does. Nothing was touched."
        )
    if strange := {one.store for one in manifest.files} - stores.keys():
        raise BackupError(
            f"This code has no place for the files of {', '.join(sorted(strange))}. Nothing was touched."
        )
    for store in stores.values():
        if _is_used(folder := store.folder()):
            raise BackupError(f"The folder {folder} is not empty. Nothing was touched.")
    _refuse_full_disk(manifest)
    database.refuse_unless_empty()


def _is_used(folder: Path) -> bool:
    return folder.exists() and any(one.name not in NOT_OURS for one in folder.iterdir())


def _refuse_full_disk(manifest: Manifest) -> None:
    """Refuse where the largest part would not fit. The database unpacks to some four times its dump."""
    for store in stores.values():
        needed = sum(one.size for one in manifest.files if one.store == store.name) + 5 * manifest.database.size
        folder = next(one for one in (store.folder(), *store.folder().absolute().parents) if one.exists())
        if (free := shutil.disk_usage(folder).free) < needed:
            raise BackupError(
                f"The disk of {folder} has {free // 10**6} MB left, and {needed // 10**6} MB are needed."
                " Nothing was touched."
            )


# --- The files


class _Place:
    """A store's folder while it is filled: what is unpacked waits beside its place until all is there."""

    def __init__(self, store: Store) -> None:
        self.store, self.folder = store, store.folder()
        self.mode, self.file_mode = (0o700, 0o600) if store.is_private else (0o755, 0o644)
        self.beside = self.folder / ".restoring"

    def __enter__(self) -> _Place:
        self.existed = self.folder.exists()
        self.folder.mkdir(mode=self.mode, parents=True, exist_ok=True)
        self.beside.mkdir(mode=0o700)
        return self

    def path(self, file: File) -> Path:
        target = self.beside / file.path
        missing = [one for one in target.parents if not one.exists()]
        for one in reversed(missing):
            one.mkdir(mode=self.mode)
        return target

    def settle(self) -> None:
        """Move everything to its place. It is the same disk, so each move is one step."""
        for one in self.beside.iterdir():
            one.rename(self.folder / one.name)

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self.beside, ignore_errors=True)
        if error[0] is None:
            return
        if not self.existed:
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        for one in self.folder.iterdir():
            if one.name not in NOT_OURS:
                shutil.rmtree(one) if one.is_dir() else one.unlink()


def _unpack(stack: contextlib.ExitStack, archive: Path, manifest: Manifest) -> tuple[Path, list[_Place]]:
    """Write everything beside its place, comparing each hash once more, and return the dump and the places."""
    places = {store.name: stack.enter_context(_Place(store)) for store in stores.values()}
    room = next(place.folder for place in places.values() if place.store.is_private)
    temporary = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".restoring-", dir=room)))
    dump = temporary / "dump"
    known = {one.member: one for one in manifest.files}
    for name, content in Reader(archive).members():
        if name == manifest.database.member:
            target, mode, expected = dump, 0o600, manifest.database
        elif name in known:
            expected = known[name]
            place = places[expected.store]
            target, mode = place.path(expected), place.file_mode
        else:
            continue
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            if copy_hashed(content, file) != (expected.size, expected.sha256):
                raise BackupError(f"{name} changed while it was read. Nothing was touched.")
    return dump, list(places.values())


def _compare_files(manifest: Manifest) -> int:
    """Read every file from where it lies now, and return how many bytes there are.

    Raises:
        BackupError: one is not what the manifest says.
    """
    for one in manifest.files:
        with (stores[one.store].folder() / one.path).open("rb") as file:
            if copy_hashed(file) != (one.size, one.sha256):
                raise BackupError(f"{one.member} is not what the manifest says")
    return sum(one.size for one in manifest.files)


# --- The database


def _compare(manifest: Manifest, database: Engine) -> int:
    """Count every table again, and return how many rows there are.

    Raises:
        BackupError: a table is not what it was.
    """
    restored = database.tables()
    names = sorted(manifest.tables.keys() | restored.keys())
    if wrong := [name for name in names if manifest.tables.get(name) != restored.get(name)]:
        raise BackupError(f"these tables are not what the manifest says: {', '.join(wrong[:5])}")
    return sum(table.rows for table in restored.values())


def _bring_up_to_date(manifest: Manifest) -> list[str]:
    """Migrate, and rebuild what later code would build otherwise; return what was migrated."""
    before = {(app, name) for app, names in manifest.migrations.items() for name in names}
    call_command("migrate", interactive=False, verbosity=0)
    ContentType.objects.clear_cache()
    new = sorted(MigrationRecorder(connection).applied_migrations().keys() - before)
    if new:
        call_command("rebuild_references_index", verbosity=0)
        call_command("update_index", verbosity=0)
    return [f"{app}.{name}" for app, name in new]


def _see_to(manifest: Manifest, archive: Path, sha256: str) -> list[str]:
    """Note that this is a restored database: nothing is sent, and nothing that is done once a day is done twice."""
    now = timezone.now()
    row = Restore.objects.create(made_at=manifest.made_at, restored_at=now, name=archive.name[:120], digest=sha256)
    WorkerSign.objects.all().delete()
    for job in periodic.jobs.values():
        if job.every >= periodic.DAILY:
            JobRun.objects.update_or_create(name=job.name, defaults={"begun_at": now})
    return [call(row) for call in _hooks.values()]
