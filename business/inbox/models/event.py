"""What happened, when, and by whom."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import EventKind
from .kept import Kept, KeptQuerySet

__all__ = ["Event"]


class Event(Kept):
    """One entry of a case's history. Case and actor are plain values, so that no other table can change an entry."""

    case_id = models.BigIntegerField(db_index=True)
    case_number = models.CharField(_("case"), max_length=20)
    kind = models.CharField(_("what"), max_length=20, choices=EventKind.choices)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("by"), max_length=160, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)
    data = models.JSONField(default=dict)

    objects = KeptQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        default_permissions = ()
        ordering = ["at", "pk"]
        indexes = [
            # What the statistics count of the history: few of all entries (ADR 49).
            models.Index(
                fields=["at", "kind", "case_id"],
                condition=models.Q(kind__in=[EventKind.DELAYED, EventKind.MAIL_FAILED, EventKind.REOPENED]),
                name="event_statistics",
            )
        ]
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return f"{self.case_number}: {self.get_kind_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; an entry that is there is never changed."""
        if self.pk:
            raise TypeError("An event is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("An event is never deleted.")
