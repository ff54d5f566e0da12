"""Publishing and unpublishing that no view of the admin does: by the last approval of a workflow, and by the clock.

Wagtail asks its hooks in views alone. Ours are given a revision and return a context manager, inside which the revision
is published; it raises what speaks against it. What the clock unpublishes is given as the page, and nothing holds it
back. Nothing of Wagtail's models is imported here: they import this.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from wagtail import hooks

__all__ = ["APPROVED", "ENDING", "SCHEDULED", "publish_approved", "publish_in_time", "unpublish_in_time"]

APPROVED = "guard_approved_publishing"
SCHEDULED = "guard_scheduled_publishing"
ENDING = "watch_scheduled_unpublishing"


def publish_approved(state: Any, user: Any = None) -> None:
    """Publish what the last approval of a workflow lets through, as ``WAGTAIL_FINISH_WORKFLOW_ACTION``.

    It is part of the approval's transaction: whatever is raised undoes the approval, and the page goes on waiting.
    """
    revision = state.content_object.get_latest_revision()
    with _guarded(APPROVED, revision):
        revision.publish(user=user)


def publish_in_time(revision: Any) -> None:
    """Publish a revision whose time has come."""
    with _guarded(SCHEDULED, revision):
        revision.publish(log_action="wagtail.publish.scheduled")


def unpublish_in_time(page: Any) -> None:
    """Unpublish a page whose time is over."""
    own = page.specific
    with _guarded(ENDING, own):
        own.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


@contextmanager
def _guarded(name: str, what: Any) -> Iterator[None]:
    with ExitStack() as guards:
        for guard in hooks.get_hooks(name):
            guards.enter_context(guard(what))
        yield
