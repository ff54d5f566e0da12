"""Wagtail's database search, with two differences, for readers and editors alike.

A word also finds every longer word that begins with it. And only words reach the database: a quotation mark in what an
editor types is a syntax error to SQLite's full-text search as Wagtail uses it (modelsearch 1.3).

What differs between the databases stands in a module named after Django's word for each (``connection.vendor``).
"""

from importlib import import_module
from typing import Any

from django.db import connection

__all__ = ["SearchBackend"]


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 (the name that Wagtail looks for)
    """Return the backend for the database that is used."""
    return import_module(f"{__name__}.{connection.vendor}").SearchBackend(params)
