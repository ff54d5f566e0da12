"""The foundation's own periodic jobs."""

import datetime
import logging
import os
import socket
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, Revision

from business.core.guarded import publish_in_time, unpublish_in_time
from business.core.models import WorkerSign

__all__ = ["give_sign_of_life", "prune_queue", "publish_scheduled", "tell_stopped"]

log = logging.getLogger(__name__)

# A worker that has been silent for so long is news no more.
FORGOTTEN_AFTER = datetime.timedelta(days=2)


def _worker() -> str:
    """Name this process among the workers of all machines."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def give_sign_of_life() -> None:
    now = timezone.now()
    WorkerSign.objects.update_or_create(
        name=_worker(),
        defaults={"seen_at": now, "stopped_at": None},
        create_defaults={"seen_at": now, "started_at": now},
    )


def tell_stopped() -> None:
    """Note that this worker has stopped because it was asked to: nobody need wonder where it is."""
    WorkerSign.objects.filter(name=_worker()).update(stopped_at=timezone.now())


def prune_queue() -> None:
    """Remove what the task queue has finished two weeks ago, and workers long gone: what they did stands elsewhere."""
    WorkerSign.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    call_command("prune_db_task_results", "--backend=queue", "--queue-name=*", "--min-age-days=14", verbosity=0)


def publish_scheduled() -> None:
    """Publish and unpublish the pages whose time has come, each by itself: one that cannot go live stops no other.

    Wagtail's own command would end at the first page that is refused, and ask nobody; ours of its name does this.
    """
    now = timezone.now()
    for page in Page.objects.filter(live=True, expire_at__lt=now).order_by("expire_at"):
        _one_by_one(unpublish_in_time, page)
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        _one_by_one(publish_in_time, revision)


def _one_by_one(act: Callable[[Any], object], what: object) -> None:
    try:
        act(what)
    except Exception:
        log.exception("%s: what was scheduled could not be done", what)
