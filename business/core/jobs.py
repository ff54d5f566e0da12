"""The foundation's own periodic jobs."""

from django.core.management import call_command
from django.utils import timezone

from business.core.models import WorkerSign

__all__ = ["give_sign_of_life", "prune_queue", "publish_scheduled"]


def give_sign_of_life() -> None:
    WorkerSign.objects.update_or_create(pk=1, defaults={"seen_at": timezone.now()})


def prune_queue() -> None:
    """Remove what the task queue has finished two weeks ago: what the tasks did stands elsewhere."""
    call_command("prune_db_task_results", "--backend=queue", "--queue-name=*", "--min-age-days=14", verbosity=0)


def publish_scheduled() -> None:
    """Publish and unpublish the pages whose time has come."""
    call_command("publish_scheduled", verbosity=0)
