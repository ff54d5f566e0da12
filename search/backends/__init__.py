"""Wagtail's database search, with one difference: a word also finds every longer word that begins with it.

Only for asking: the index is written by the backend that the settings name. What differs between the databases stands
in a module named after Django's word for each (``connection.vendor``).
"""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection

__all__ = ["SearchBackend"]


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 (the name that Wagtail looks for)
    """Return the backend for the database that is used, with the settings that the index was written with."""
    own = settings.WAGTAILSEARCH_BACKENDS["default"]
    return import_module(f"{__name__}.{connection.vendor}").SearchBackend({**own, **params})
