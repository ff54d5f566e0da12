"""Publishing that no view of the admin does: by the last approval of a workflow, and by the clock.

Wagtail asks its hooks in views alone. Ours are given a revision and return a context manager, inside which the revision
is published; it raises what speaks against it. Nothing of Wagtail's models is imported here: they import this.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from wagtail import hooks

__all__ = ["APPROVED", "SCHEDULED", "publish_approved", "publish_in_time"]

APPROVED = "guard_approved_publishing"
SCHEDULED = "guard_scheduled_publishing"


def publish_approved(state: Any, user: Any = None) -> None:
    """Publish what the last approval of a workflow lets through, as ``WAGTAIL_FINISH_WORKFLOW_ACTION``.

    It is part of the approval's transaction: whatever is raised undoes the approval, and the page goes on waiting.
    """
    _publish(state.content_object.get_latest_revision(), APPROVED, user=user)


def publish_in_time(revision: Any) -> None:
    """Publish a revision whose time has come."""
    _publish(revision, SCHEDULED, log_action="wagtail.publish.scheduled")


def _publish(revision: Any, name: str, **options: Any) -> None:
    with ExitStack() as guards:
        for guard in hooks.get_hooks(name):
            guards.enter_context(guard(revision))
        revision.publish(**options)
