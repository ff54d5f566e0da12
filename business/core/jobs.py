"""The foundation's own periodic jobs."""

from django.core.management import call_command
from django.utils import timezone

from business.core.models import WorkerSign

__all__ = ["give_sign_of_life", "publish_scheduled"]


def give_sign_of_life() -> None:
    WorkerSign.objects.update_or_create(pk=1, defaults={"seen_at": timezone.now()})


def publish_scheduled() -> None:
    """Publish and unpublish the pages whose time has come."""
    call_command("publish_scheduled", verbosity=0)
