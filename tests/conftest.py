"""Content that many tests read: made once a module, on a copy of the database."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from .databases import Originals
from .pages import Content, build

# Processes, a database and a mail server of its own: only `make faults` and `make test` start them.
collect_ignore = [] if os.environ.get("FAULTS") else ["faults"]


@pytest.fixture(scope="module")
def content(django_db_setup: None, database_originals: Originals, django_db_blocker: Any) -> Iterator[Content]:
    """One page of every type in both languages. What a test changes is rolled back (ask for ``db`` too)."""
    with django_db_blocker.unblock(), database_originals.copy():
        yield build()
