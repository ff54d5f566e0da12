"""What every test may ask for, on both databases.

Ordinary tests (``pytestmark = pytest.mark.django_db``, or the ``db`` fixture) run inside a transaction that is rolled
back. Use them for nearly everything; what waits for a commit is run with ``django_capture_on_commit_callbacks``.

Tests that commit, from several threads or from another process, ask for ``committed_db`` instead of ``db``::

    def test_two_coordinators_take_the_same_case(committed_db):
        ...  # threads see each other's rows, on_commit hooks run, row locks and busy timeouts are real

The test gets a database of its own, copied from a migrated original in milliseconds and thrown away afterwards: the root
page, the locales, the site with its home pages and the groups are there, as after ``migrate``. ``committed_db.url`` is
its ``DATABASE_URL``, for a process that the test starts. A thread that the test starts must close its own connection
(``django.db.connection.close()``) before it ends.

``transaction=True``, ``transactional_db``, ``live_server`` and Django's ``TransactionTestCase`` are refused: they flush
the database, which removes Wagtail's root page and locales, and which the history of cases does not allow.

What asks no database anything that could differ is marked ``one_database`` and left out on PostgreSQL: pure functions,
templates, files, rules on rows in memory, and pages and forms over services whose own tests run on both. Queries,
constraints, order, locks and search are tested on both.

Every test starts with empty caches (``clear_caches``). ``count_queries`` counts what a page asks the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.test import client as django_client
from django.test.testcases import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from business.core import translation as core_translation
from tests.databases import Copy, Originals, originals

FLUSHING = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse tests that would flush the database, and leave out what PostgreSQL could not change."""
    if connection.vendor == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("one_database")])
        items[:] = [item for item in items if not item.get_closest_marker("one_database")]
    for item in items:
        marker = item.get_closest_marker("django_db")
        flushes = (
            FLUSHING.intersection(getattr(item, "fixturenames", ()))
            or (marker and (marker.kwargs.get("transaction") or any(marker.args)))
            or (
                (cls := getattr(item, "cls", None))
                and issubclass(cls, TransactionTestCase)
                and not issubclass(cls, TestCase)
            )
        )
        if flushes:
            raise pytest.UsageError(f"{item.nodeid} would flush the database: use committed_db (see conftest.py).")
        if "committed_db" in getattr(item, "fixturenames", ()) and (marker or "db" in item.fixturenames):
            raise pytest.UsageError(f"{item.nodeid} asks for committed_db and db: one of them.")


@pytest.fixture(scope="session")
def database_originals(django_db_blocker: Any) -> Originals:
    """The migrated database that every test's is a copy of."""
    with django_db_blocker.unblock():
        made = originals()
        made.ensure()
    return made


@pytest.fixture(scope="session")
def django_db_setup(database_originals: Originals, django_db_blocker: Any) -> Iterator[None]:
    """Give the run a copy of the migrated database instead of migrating one."""
    with django_db_blocker.unblock():
        run = database_originals.copy()
        run.__enter__()
    yield
    with django_db_blocker.unblock():
        run.__exit__(None, None, None)


@pytest.fixture
def committed_db(django_db_setup: None, database_originals: Originals, django_db_blocker: Any) -> Iterator[Copy]:
    """A database of the test's own, where commits are real. See the top of this file."""
    with django_db_blocker.unblock(), database_originals.copy() as copy:
        yield copy


@pytest.fixture(scope="session", autouse=True)
def _throwaway_media() -> Iterator[None]:
    yield
    for folder in (settings.MEDIA_ROOT, settings.INBOX_FILES_ROOT):
        shutil.rmtree(folder, ignore_errors=True)


def empty_caches() -> None:
    """Forget what the process remembers of the database."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    ContentType.objects.clear_cache()
    core_translation._forget_locales()


@pytest.fixture(autouse=True)
def _fresh_process_state() -> Iterator[None]:
    """Start from empty caches and the default language, whatever the test before left behind."""
    empty_caches()
    with translation.override(settings.LANGUAGE_CODE):
        yield


# The small change of a form: an editor's holds three thousand of them.
PARTS_OF_FORMS = ("/panels/", "/shared/", "/widgets/", "/forms/", "django/forms/", "core/folded_panel.html")


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_a_page_only() -> None:
    """Keep the contexts of pages and not of each part of a form.

    Django's client copies the context of every template, which takes a quarter of the time that an editor's form takes.
    """
    keep = django_client.store_rendered_templates

    def keep_pages(store: Any, signal: Any, sender: Any, template: Any, context: Any, **kwargs: Any) -> None:
        if not any(part in (template.name or "") for part in PARTS_OF_FORMS):
            keep(store, signal, sender, template, context, **kwargs)

    django_client.store_rendered_templates = keep_pages


@pytest.fixture
def clear_caches() -> Callable[[], None]:
    """Return the function that empties every cache in the middle of a test."""
    return empty_caches


@pytest.fixture
def count_queries() -> Callable[[], Any]:
    """Count the queries of a block, every cache cleared before it.

    >>> with count_queries() as queries:
    ...     client.get("/sv/")
    >>> assert len(queries) <= 30
    """

    @contextmanager
    def count() -> Iterator[CaptureQueriesContext]:
        empty_caches()
        with CaptureQueriesContext(connection) as queries:
            yield queries

    return count
