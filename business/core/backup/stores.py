"""Where files lie that the database names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db.models import FileField

__all__ = ["Named", "Store", "media", "register_store", "stores"]


@dataclass(frozen=True)
class Named:
    """A file that a row names: its path below the store's folder and, where the row knows it, its SHA-256."""

    path: str
    digest: str = ""


@dataclass(frozen=True)
class Store:
    """A folder of files, and how to ask a database (by its alias) which of them it names."""

    name: str
    folder: Callable[[], Path]
    named: Callable[[str], Iterable[Named]]
    is_private: bool = True  # readable by the site alone


stores: dict[str, Store] = {}


def register_store(store: Store) -> None:
    """Have every backup hold this store's files."""
    stores[store.name] = store


def _named_by_fields(using: str) -> Iterator[Named]:
    """Yield what file fields hold: pictures with their renditions, documents, portraits."""
    paths: set[str] = set()
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, FileField) and _lies_in_media(field):
                paths.update(model._base_manager.using(using).values_list(field.attname, flat=True))
    yield from (Named(path) for path in sorted(filter(None, paths)))


def _lies_in_media(field: FileField) -> bool:
    storage = field.storage
    return isinstance(storage, FileSystemStorage) and Path(storage.location) == Path(settings.MEDIA_ROOT).absolute()


media = Store("media", lambda: Path(settings.MEDIA_ROOT), _named_by_fields, is_private=False)
