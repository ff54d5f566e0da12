"""Wagtail's index of what refers to what, brought up to date once for a page instead of once for each of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["references_at_once"]


@contextmanager
def references_at_once(page: Any) -> Iterator[None]:
    """Save a page and its rows inside this: a guide of fifty rows then costs one update and not fifty-one.

    Inside somebody else's pause of the index, that one sees to it.
    """
    # Here, not above: that module wants every model loaded, and this one is loaded with them.
    from wagtail.signal_handlers import disable_reference_index_auto_update, reference_index_auto_update_disabled
    from wagtail.tasks import update_reference_index_task

    if getattr(reference_index_auto_update_disabled, "value", False):
        yield
        return
    with disable_reference_index_auto_update():
        yield
    update_reference_index_task.enqueue(page._meta.app_label, page._meta.model_name, str(page.pk))
