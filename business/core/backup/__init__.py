"""Backup and restore: the database and the files of one moment in one archive.

``make`` writes an archive, ``verify`` reads one to its end, ``restore`` puts one into an empty place. What an app keeps in
files it registers as a `Store`, and what must be seen to after a restore with `after_restore`, both in ``ready()``.
"""

from .archive import verify
from .making import make
from .parts import BackupError, Manifest
from .restoring import Protocol, after_restore, restore
from .stores import Named, Store, register_store

__all__ = [
    "BackupError",
    "Manifest",
    "Named",
    "Protocol",
    "Store",
    "after_restore",
    "make",
    "register_store",
    "restore",
    "verify",
]
