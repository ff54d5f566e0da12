"""Guides that many tests of the spreadsheet begin with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from business.guides.models import GuidePage
from tests.databases import Originals

from .workbooks import full_guide


@pytest.fixture(scope="module")
def stored_guide(django_db_setup: None, database_originals: Originals, django_db_blocker: Any) -> Iterator[int]:
    """One guide with a row of every kind of fact, made once a module on a copy of the database."""
    with django_db_blocker.unblock(), database_originals.copy():
        yield full_guide().pk


@pytest.fixture
def guide(stored_guide: int, db: None) -> GuidePage:
    """The guide; what a test does to it is rolled back."""
    return GuidePage.objects.get(pk=stored_guide)
